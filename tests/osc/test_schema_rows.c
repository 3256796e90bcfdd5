// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is read from rows, and rows as JSON

#include "osc/schema.h"
#include "osc/schema_json.h"

#include <jansson.h>

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <string.h>

// clang-format off
static const char* const words[] = {"audio", "midi", NULL};

static const ArgInfo fader_args[] = {
  {"fader", ARG_FLOAT, KIND_NONE, -60.0, 12.0, -6.0, NULL, "dB", "fader", CLIP_BOTH, false, NULL},
};
static const ArgInfo mute_args[] = {
  {"mute", ARG_BOOL, KIND_NONE, 0.0, 1.0, 1.0, NULL, "", "linear", CLIP_NONE, false, NULL},
};
static const ArgInfo add_args[] = {
  {"name",   ARG_STRING, KIND_NONE,   0.0, 200.0, 0.0, NULL,  "",      "linear", CLIP_NONE, false, NULL},
  {"type",   ARG_ENUM,   KIND_NONE,   0.0, 1.0,   1.0, words, "",      "linear", CLIP_NONE, false, NULL},
  {"at",     ARG_BEATS,  KIND_NONE,   0.0, 1e7,   0.0, NULL,  "beats", "linear", CLIP_NONE, true, NULL},
  {"sample", ARG_ID,     KIND_SAMPLE, 0.0, 0.0,   0.0, NULL,  "",      "linear", CLIP_NONE, true, NULL},
};

static const Place channel_places[] = {{"channel", PLACE_CHANNEL, KIND_NONE}};
static const Place clip_places[]    = {
  {"c", PLACE_COMPOSITION, KIND_COMPOSITION},
  {"clip", PLACE_THING, KIND_CLIP},
  {"param", PLACE_WORD, KIND_NONE},
};

enum { FADER, MASTER_FADER, MUTE, ADD, GO, LEVEL, ITEMS, NUM_ROWS };

static const OscRow rows[NUM_ROWS] = {
  [FADER]        = {"/m/{channel}/fader", ACCESS_VALUE, ROW_GESTURE, NODE_CHANNEL, NULL, NULL, NULL,
                    fader_args, 1, channel_places, 1, "Level.", "", "0.1", "set_fader", NULL, NULL, 0},
  [MASTER_FADER] = {"/m/master/fader", ACCESS_VALUE, 0, NODE_CHANNEL, NULL, NULL, NULL,
                    fader_args, 1, NULL, 0, "Level.", "", "0.1", NULL, NULL, NULL, 0},
  [MUTE]         = {"/m/{c}/mute", ACCESS_VALUE, 0, NODE_COMPOSITION, NULL, NULL, NULL,
                    mute_args, 1, clip_places, 1, "Silent.", "", "0.1", NULL, NULL, NULL, 0},
  [ADD]          = {"/m/{c}/{clip}/{param}", ACCESS_COMMAND, ROW_LONG | ROW_OPTIONAL, NODE_CLIP, NULL, NULL, NULL,
                    add_args, 4, clip_places, 3, "Add.", "`s`: id", "0.1", NULL, NULL, NULL, 0},
  [GO]           = {"/m/go", ACCESS_TRIGGER, 0, NODE_COMPOSITION, NULL, NULL, NULL,
                    NULL, 0, NULL, 0, "Go.", "nothing more", "0.1", NULL, NULL, NULL, 0},
  [LEVEL]        = {"/m/level", ACCESS_READ, 0, NODE_COMPOSITION, NULL, NULL, NULL,
                    NULL, 0, NULL, 0, "Peak.", "`ff`: left, right", "0.1", NULL, NULL, NULL, 0},
  [ITEMS]        = {"/m/list", ACCESS_QUERY, 0, NODE_COMPOSITION, NULL, NULL, NULL,
                    NULL, 0, NULL, 0, "Items.", "list of `is`: index, name", "0.1", NULL, NULL, NULL, 0},
};
// clang-format on

static void
test_arguments_are_found_by_name(void** const state)
{
  (void)state;
  assert_ptr_equal(row_find_arg(&rows[ADD], "at"), &add_args[2]);
  assert_null(row_find_arg(&rows[ADD], "a"));
  assert_null(row_find_arg(&rows[GO], "at"));
}

static void
test_optional_arguments_are_not_counted(void** const state)
{
  (void)state;
  assert_int_equal(row_min_args(&rows[ADD]), 2);
  assert_int_equal(row_min_args(&rows[FADER]), 1);
  assert_int_equal(row_min_args(&rows[GO]), 0);
}

static void
test_tags_are_those_that_are_sent(void** const state)
{
  (void)state;
  char tags[SCHEMA_TAGS_SIZE];
  assert_string_equal(row_type_tags(&rows[ADD], tags), "ssfs");
  assert_string_equal(row_type_tags(&rows[MUTE], tags), "i");
  assert_string_equal(row_type_tags(&rows[GO], tags), "");
}

static void
test_twins_are_those_of_numbers(void** const state)
{
  (void)state;
  assert_true(row_has_norm(&rows[FADER]));
  assert_true(row_has_text(&rows[FADER]));
  assert_false(row_has_norm(&rows[MUTE]));
  assert_false(row_has_text(&rows[MUTE]));
  assert_false(row_has_norm(&rows[ADD]));
  assert_false(row_has_norm(&rows[LEVEL]));
}

static void
test_the_target_is_the_last_thing_named(void** const state)
{
  (void)state;
  const Id ids[SCHEMA_MAX_IDS] = {
    id_make(KIND_BUS, 4), id_make(KIND_CLIP, 7), ID_NONE};
  assert_int_equal(row_target(&rows[FADER], ids), id_make(KIND_BUS, 4));
  assert_int_equal(row_target(&rows[ADD], ids), id_make(KIND_CLIP, 7));
  assert_int_equal(row_target(&rows[MUTE], ids), ID_COMPOSITION);
  assert_int_equal(row_target(&rows[MASTER_FADER], ids), ID_MASTER);
}

/// Compare with JSON text in which quotes are single
static void
assert_json(json_t* const actual, const char* const text)
{
  char expected[1024];
  assert_true(strlen(text) < sizeof(expected));
  strcpy(expected, text);
  for (char* c = expected; *c; ++c) {
    *c = *c == '\'' ? '"' : *c;
  }

  json_t* const json = json_loads(expected, 0, NULL);
  assert_non_null(json);
  if (!json_equal(actual, json)) {
    char* const found = json_dumps(actual, 0);
    fail_msg("%s", found);
  }
  json_decref(json);
}

static void
test_the_dump_has_all_that_a_row_says(void** const state)
{
  (void)state;
  json_t* const json      = schema_json(rows, NUM_ROWS);
  json_t* const addresses = json_object_get(json, "addresses");
  assert_int_equal(json_array_size(addresses), NUM_ROWS);
  assert_json(
    json_array_get(addresses, FADER),
    "{'path': '/m/{channel}/fader', 'summary': 'Level.', 'access': 'value',"
    " 'tags': 'f', 'places': [{'name': 'channel', 'type': 'channel'}],"
    " 'args': [{'name': 'fader', 'type': 'f', 'tag': 'f', 'unit': 'dB',"
    " 'min': -60.0, 'max': 12.0, 'scale': 'fader', 'clip': 'both',"
    " 'default': -6.0}], 'reply': '', 'flags': ['gesture'],"
    " 'twins': ['norm', 'text'], 'action': 'set_fader', 'since': '0.1'}");
  assert_json(
    json_array_get(addresses, ADD),
    "{'path': '/m/{c}/{clip}/{param}', 'summary': 'Add.', 'access': 'command',"
    " 'tags': 'ssfs', 'places': [{'name': 'c', 'type': 'composition'},"
    " {'name': 'clip', 'type': 'id'}, {'name': 'param', 'type': 'word'}],"
    " 'args': [{'name': 'name', 'type': 's', 'tag': 's', 'max_length': 200},"
    " {'name': 'type', 'type': 'enum', 'tag': 's', 'words': ['audio', 'midi']},"
    " {'name': 'at', 'type': 'beats', 'tag': 'f', 'unit': 'beats', 'min': 0.0,"
    " 'max': 10000000.0, 'scale': 'linear', 'clip': 'none', 'default': 0.0,"
    " 'optional': true},"
    " {'name': 'sample', 'type': 'id', 'tag': 's', 'kind': 'sample',"
    " 'optional': true}],"
    " 'reply': '`s`: id', 'flags': ['long', 'optional'], 'twins': [],"
    " 'since': '0.1'}");
  json_decref(json);
}

/// The node of an OSCQuery namespace at a path
static json_t*
find_node(json_t* node, const char* path)
{
  char copy[128];
  strcpy(copy, path);
  char* rest = NULL;
  for (char* part = strtok_r(copy, "/", &rest); part;
       part       = strtok_r(NULL, "/", &rest)) {
    node = json_object_get(json_object_get(node, "CONTENTS"), part);
  }
  return node;
}

static void
test_the_namespace_has_a_node_for_each_row(void** const state)
{
  (void)state;
  json_t* const root = schema_oscquery(rows, NUM_ROWS);
  assert_string_equal(json_string_value(json_object_get(root, "FULL_PATH")),
                      "/");
  assert_json(find_node(root, "/m/master/fader"),
              "{'FULL_PATH': '/m/master/fader', 'DESCRIPTION': 'Level.',"
              " 'ACCESS': 3, 'TYPE': 'f', 'RANGE': [{'MIN': -60.0, 'MAX':"
              " 12.0}], 'UNIT': ['gain.decibel'], 'CLIPMODE': ['both'],"
              " 'OVERLOADS': [{'TYPE': 'i'}, {'TYPE': 'T'}]}");
  assert_json(find_node(root, "/m/current/mute"),
              "{'FULL_PATH': '/m/current/mute', 'DESCRIPTION': 'Silent.',"
              " 'ACCESS': 3, 'TYPE': 'i', 'RANGE': [{'MIN': 0, 'MAX': 1}],"
              " 'UNIT': [null], 'CLIPMODE': ['none'],"
              " 'OVERLOADS': [{'TYPE': 'f'}, {'TYPE': 'T'}]}");
  assert_json(find_node(root, "/m/go"),
              "{'FULL_PATH': '/m/go', 'DESCRIPTION': 'Go.', 'ACCESS': 2,"
              " 'TYPE': 'I', 'RANGE': [], 'UNIT': [], 'CLIPMODE': [],"
              " 'OVERLOADS': [{'TYPE': 'i'}, {'TYPE': 'f'}, {'TYPE': 'T'}]}");
  assert_json(find_node(root, "/m/level"),
              "{'FULL_PATH': '/m/level', 'DESCRIPTION': 'Peak.', 'ACCESS': 1,"
              " 'TYPE': 'ff', 'RANGE': [], 'UNIT': [], 'CLIPMODE': []}");
  assert_non_null(find_node(root, "/m/{channel}/fader"));
  assert_non_null(find_node(root, "/m/current/{clip}/{param}"));
  json_decref(root);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_arguments_are_found_by_name),
    cmocka_unit_test(test_optional_arguments_are_not_counted),
    cmocka_unit_test(test_tags_are_those_that_are_sent),
    cmocka_unit_test(test_twins_are_those_of_numbers),
    cmocka_unit_test(test_the_target_is_the_last_thing_named),
    cmocka_unit_test(test_the_dump_has_all_that_a_row_says),
    cmocka_unit_test(test_the_namespace_has_a_node_for_each_row),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
