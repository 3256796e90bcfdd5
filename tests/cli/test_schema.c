// SPDX-License-Identifier: GPL-3.0-or-later
//
// The table of addresses that this program serves, and what is written of it

#include "cli/schema.h"
#include "cli/schema_page.h"
#include "model/node.h"
#include "osc/schema.h"
#include "osc/schema_json.h"
#include "support/temp_folder.h"

#include <jansson.h>

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The table

static void
test_numbers_have_a_finite_range_with_the_default_in_it(void** const state)
{
  (void)state;
  unsigned num = 0;
  for (uint32_t i = 0; i < schema_num_rows; ++i) {
    const OscRow* const row = &schema_rows[i];
    assert_true(row->num_args <= SCHEMA_MAX_ARGS);
    for (uint32_t a = 0; a < row->num_args; ++a) {
      const ArgInfo* const arg = &row->args[a];
      if (!isfinite(arg->min) || !isfinite(arg->max) || arg->min > arg->max) {
        fail_msg("%s: %s has no range", row->path, arg->name);
      }
      const bool number =
        arg->type != ARG_STRING && arg->type != ARG_ID && arg->type != ARG_BLOB;
      if (number && (arg->initial < arg->min || arg->initial > arg->max)) {
        fail_msg("%s: default of %s is out of range", row->path, arg->name);
      }
      num += number;
    }
  }
  assert_true(num > 50);
}

static void
test_rows_have_the_handlers_of_their_access(void** const state)
{
  (void)state;
  static const bool asks[] = {
    [ACCESS_VALUE]   = true,
    [ACCESS_READ]    = true,
    [ACCESS_TRIGGER] = false,
    [ACCESS_COMMAND] = false,
    [ACCESS_QUERY]   = true,
  };
  static const bool sets[] = {
    [ACCESS_VALUE]   = true,
    [ACCESS_READ]    = false,
    [ACCESS_TRIGGER] = true,
    [ACCESS_COMMAND] = true,
    [ACCESS_QUERY]   = false,
  };

  for (uint32_t i = 0; i < schema_num_rows; ++i) {
    const OscRow* const row = &schema_rows[i];
    if (!row->get && !row->set) {
      assert_string_equal(row->path, "/call"); // Needs the arguments as sent
    } else if (!row->get == asks[row->access] ||
               !row->set == sets[row->access]) {
      fail_msg("%s has the wrong handlers", row->path);
    }
  }
}

static void
test_fields_are_those_of_their_node(void** const state)
{
  (void)state;
  unsigned num = 0;
  for (uint32_t i = 0; i < schema_num_rows; ++i) {
    const OscRow* const row = &schema_rows[i];
    if (row->field) {
      const NodeInfo* const info = node_info(row->node);
      assert_true(row->field >= info->fields);
      assert_true(row->field < info->fields + info->num_fields);
      assert_ptr_equal(node_find_field(row->node, row->field->key), row->field);
      assert_int_equal(row->num_args, 1);
      ++num;
    }
  }
  assert_true(num > 20);
}

static void
test_places_are_those_of_the_path(void** const state)
{
  (void)state;
  for (uint32_t i = 0; i < schema_num_rows; ++i) {
    const OscRow* const row   = &schema_rows[i];
    uint32_t            place = 0;
    for (const char* c = row->path; (c = strchr(c, '{')); ++c) {
      assert_true(place < row->num_places);
      const char* const name   = row->places[place++].name;
      const size_t      length = strlen(name);
      assert_memory_equal(c + 1, name, length);
      assert_int_equal(c[1 + length], '}');
    }
    assert_int_equal(place, row->num_places);
  }
}

static const OscRow*
find_row(const char* const path)
{
  for (uint32_t i = 0; i < schema_num_rows; ++i) {
    if (!strcmp(schema_rows[i].path, path)) {
      return &schema_rows[i];
    }
  }
  fail_msg("%s is not there", path);
  return NULL;
}

static void
test_controls_clamp_and_places_in_time_do_not(void** const state)
{
  (void)state;
  static const char* const clamped[] = {
    "/mixer/channels/{channel}/fader",
    "/mixer/channels/{channel}/pan",
    "/mixer/master/fader",
    "/playback/tempo",
    "/playback/metronome/volume",
    "/compositions/{c}/tempo",
    "/compositions/{c}/clips/{clip}/gain",
  };
  static const char* const strict[] = {
    "/playback/seek",
    "/playback/play_from",
    "/playback/loop/start",
    "/playback/loop/end",
    "/compositions/{c}/clips/{clip}/start",
    "/compositions/{c}/clips/{clip}/length",
    "/compositions/{c}/clips/{clip}/notes/add",
    "/compositions/{c}/tracks/{track}/position",
  };

  for (size_t i = 0; i < sizeof(clamped) / sizeof(clamped[0]); ++i) {
    assert_int_equal(find_row(clamped[i])->args[0].clip, CLIP_BOTH);
  }
  for (size_t i = 0; i < sizeof(strict) / sizeof(strict[0]); ++i) {
    const OscRow* const row = find_row(strict[i]);
    for (uint32_t a = 0; a < row->num_args; ++a) {
      assert_int_equal(row->args[a].clip, CLIP_NONE);
    }
  }
}

static void
test_lengths_are_above_zero(void** const state)
{
  (void)state;
  const OscRow* const add =
    find_row("/compositions/{c}/clips/{clip}/notes/add");
  assert_true(row_find_arg(add, "length")->min > 0.0);
  assert_true(row_find_arg(add, "start")->min == 0.0);
  assert_true(find_row("/compositions/{c}/clips/{clip}/length")->args[0].min >
              0.0);
}

// What is written of it

/// Run the subcommand with its standard output in a file; returns its exit
/// code and the text, to be freed
static int
run(const char* const format, char** const text)
{
  char dir[TEMP_PATH_SIZE];
  char path[TEMP_PATH_SIZE + 8];
  temp_folder_new(dir);
  snprintf(path, sizeof(path), "%s/out", dir);

  fflush(stdout);
  const int saved = dup(STDOUT_FILENO);
  assert_non_null(freopen(path, "w", stdout));
  char  name[]   = "schema";
  char  option[] = "--format";
  char  word[32];
  char* argv[] = {name, option, word, NULL};
  snprintf(word, sizeof(word), "%s", format);
  const int code = cli_schema(3, argv);
  fflush(stdout);
  dup2(saved, STDOUT_FILENO);
  close(saved);

  unsigned long size = 0;
  char* const   raw  = (char*)temp_file_read(path, &size);
  *text              = (char*)calloc(size + 1, 1);
  assert_non_null(*text);
  memcpy(*text, raw, size);
  free(raw);
  temp_folder_remove(dir);
  return code;
}

static void
test_pages_tell_of_every_address(void** const state)
{
  (void)state;
  static const char* const formats[] = {"markdown", "man", "json"};
  static const char* const forms[]   = {
      "#### `%s", "\\fB%s\\fR", "\"path\": \"%s\""};
  for (size_t f = 0; f < 3; ++f) {
    char* text = NULL;
    assert_int_equal(run(formats[f], &text), 0);
    for (uint32_t i = 0; i < schema_num_rows; ++i) {
      char piece[512];
      snprintf(piece, sizeof(piece), forms[f], schema_rows[i].path);
      if (!strstr(text, piece)) {
        fail_msg("%s is not in %s", schema_rows[i].path, formats[f]);
      }
    }
    free(text);
  }
}

/// Each node's FULL_PATH is where it is, and its arrays have one item each
/// argument; returns the number of methods
static unsigned
check_namespace(const json_t* const node, const char* const path)
{
  const char* const full =
    json_string_value(json_object_get(node, "FULL_PATH"));
  const char* const type = json_string_value(json_object_get(node, "TYPE"));
  assert_string_equal(full, path[0] ? path : "/");
  if (type && strcmp(type, "I") &&
      json_integer_value(json_object_get(node, "ACCESS")) != 1) {
    assert_int_equal(json_array_size(json_object_get(node, "RANGE")),
                     strlen(type));
  }

  unsigned    num   = type != NULL;
  const char* name  = NULL;
  json_t*     child = NULL;
  json_object_foreach(json_object_get(node, "CONTENTS"), name, child)
  {
    char below[512];
    snprintf(below, sizeof(below), "%s/%s", path, name);
    num += check_namespace(child, below);
  }
  return num;
}

static void
test_the_namespace_is_consistent(void** const state)
{
  (void)state;
  char* text = NULL;
  assert_int_equal(run("oscquery", &text), 0);
  json_t* const json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(json);
  assert_int_equal(check_namespace(json, ""), schema_num_rows);
  json_decref(json);
  free(text);
}

static void
test_schemas_of_files_are_json(void** const state)
{
  (void)state;
  static const char* const files[] = {
    "composition", "instrument", "kit", "effect", "chain"};
  for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); ++i) {
    char* text = NULL;
    assert_int_equal(run(files[i], &text), 0);
    json_t* const json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json_object_get(json, "$schema"));
    assert_non_null(json_object_get(json, "properties"));
    json_decref(json);
    free(text);
  }
}

static void
test_mandoc_has_nothing_to_complain_of(void** const state)
{
  (void)state;
  if (system("command -v mandoc >/dev/null")) {
    skip();
  }

  FILE* const out = popen("mandoc -Tlint -W warning >&2", "w");
  assert_non_null(out);
  assert_true(schema_man(out, schema_rows, schema_num_rows));
  assert_int_equal(pclose(out), 0);
}

static void
test_an_unknown_format_is_wrong_use(void** const state)
{
  (void)state;
  char* text = NULL;
  assert_int_equal(run("xml", &text), 2);
  assert_string_equal(text, "");
  free(text);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_numbers_have_a_finite_range_with_the_default_in_it),
    cmocka_unit_test(test_rows_have_the_handlers_of_their_access),
    cmocka_unit_test(test_fields_are_those_of_their_node),
    cmocka_unit_test(test_places_are_those_of_the_path),
    cmocka_unit_test(test_controls_clamp_and_places_in_time_do_not),
    cmocka_unit_test(test_lengths_are_above_zero),
    cmocka_unit_test(test_pages_tell_of_every_address),
    cmocka_unit_test(test_the_namespace_is_consistent),
    cmocka_unit_test(test_schemas_of_files_are_json),
    cmocka_unit_test(test_mandoc_has_nothing_to_complain_of),
    cmocka_unit_test(test_an_unknown_format_is_wrong_use),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
