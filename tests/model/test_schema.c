// SPDX-License-Identifier: GPL-3.0-or-later
//
// The schema of compositions: it takes what it must take and refuses what it
// must refuse, and the tables of fields say the same

#include "model/document.h"
#include "model/node.h"
#include "support/json_schema.h"

#include <jansson.h>

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "osc-schema/composition.schema.json"
#define EXAMPLE "tests/model/cases/contract-example.json"

static json_t*
load(const char* const path)
{
  json_error_t  error;
  json_t* const json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (!json) {
    print_error("%s:%d: %s\n", path, error.line, error.text);
    abort();
  }
  return json;
}

/// The part of the schema that describes a type of nodes
static const json_t*
node_schema(const json_t* const schema, const NodeType type)
{
  const json_t* const defs = json_object_get(schema, "$defs");
  return type == NODE_COMPOSITION
           ? schema
           : json_object_get(defs, node_info(type)->name);
}

/// What the schema says of a field, whose key may lead through objects
static const json_t*
field_schema(const json_t* schema, const char* const key)
{
  for (const char* at = key; *at;) {
    const size_t length = strcspn(at, ".");
    char         part[64];
    assert_true(length < sizeof(part));
    memcpy(part, at, length);
    part[length] = '\0';

    schema = json_object_get(json_object_get(schema, "properties"), part);
    at += at[length] ? length + 1 : length;
  }
  return schema;
}

// The example

static void
test_the_example_conforms(void** const state)
{
  (void)state;
  char          text[600];
  json_t* const schema  = load(SCHEMA);
  json_t* const example = load(EXAMPLE);
  if (!json_schema_conforms(schema, schema, example, text, sizeof(text))) {
    fail_msg("%s", text);
  }

  json_decref(example);
  json_decref(schema);
}

/// A change of the example that the schema must refuse, and where it must
typedef struct {
  const char* change; ///< Merged into a part of the example
  const char* part;   ///< "clip", "midi", "channel", "track" or ""
  const char* fault;
} Refusal;

// clang-format off
static const Refusal refusals[] = {
  {"{\"tempo\": \"fast\"}",                   "",        "/tempo: type"},
  {"{\"tempo\": 19.9}",                       "",        "/tempo: minimum"},
  {"{\"tempo\": 300.1}",                      "",        "/tempo: maximum"},
  {"{\"signature\": \"4-4\"}",                "",        "/signature: pattern"},
  {"{\"signature\": \"7/6\"}",                "",        "/signature: pattern"},
  {"{\"format\": 2}",                         "",        "/format: maximum"},
  {"{\"loop\": {\"end\": 0.0}}",              "",        "/loop/end: exclusiveMinimum"},
  {"{\"launch_quantization\": \"3\"}",        "",        "/launch_quantization: enum"},
  {"{\"master\": {\"fader\": 12.1}}",         "",        "/master/fader: maximum"},
  {"{\"master\": {\"limiter\": {\"threshold\": 1}}}", "", "/master/limiter/threshold: maximum"},
  {"{\"tempo_map\": [[0.0, 10.0]]}",          "",        "/tempo_map/0/1: minimum"},
  {"{\"next_id\": {\"t\": 0}}",               "",        "/next_id/t: minimum"},
  {"{\"id\": \"x1\"}",                        "track",   "/tracks/0/id: pattern"},
  {"{\"type\": \"sample\"}",                  "track",   "/tracks/0/type: enum"},
  {"{\"midi_channel\": 17}",                  "track",   "/tracks/0/midi_channel: maximum"},
  {"{\"params\": {\"x\": \"y\"}}",            "track",   "/tracks/0/params/x: type"},
  {"{\"mute\": 1}",                           "channel", "/tracks/0/channel/mute: type"},
  {"{\"output\": \"t1\"}",                    "channel", "/tracks/0/channel/output: pattern"},
  {"{\"sends\": [{}]}",                       "channel", "/tracks/0/channel/sends/0: required"},
  {"{\"length\": 0.0}",                       "clip",    "/tracks/0/clips/0/length: exclusiveMinimum"},
  {"{\"start\": -0.5}",                       "clip",    "/tracks/0/clips/0/start: minimum"},
  {"{\"gate\": 0.2}",                         "midi",    "/tracks/1/clips/0/gate: minimum"},
  {"{\"transpose\": 0.5}",                    "midi",    "/tracks/1/clips/0/transpose: type"},
  {"{\"notes\": [[128, 0.0, 1.0, 1]]}",       "midi",    "/tracks/1/clips/0/notes/0/0: maximum"},
  {"{\"notes\": [[60, -1.0, 1.0, 1]]}",       "midi",    "/tracks/1/clips/0/notes/0/1: minimum"},
  {"{\"notes\": [[60, 0.0, 0.0, 1]]}",        "midi",    "/tracks/1/clips/0/notes/0/2: exclusiveMinimum"},
  {"{\"notes\": [[60, 0.0, 1.0, 0]]}",        "midi",    "/tracks/1/clips/0/notes/0/3: minimum"},
  {"{\"notes\": [[60, 0.0, 1.0]]}",           "midi",    "/tracks/1/clips/0/notes/0: minItems"},
};
// clang-format on

/// A part of a composition by its name in `refusals`
static json_t*
find_part(json_t* const composition, const char* const part)
{
  json_t* const tracks = json_object_get(composition, "tracks");
  json_t* const track  = json_array_get(tracks, strcmp(part, "midi") ? 0 : 1);
  if (!strcmp(part, "track")) {
    return track;
  }
  if (!strcmp(part, "channel")) {
    return json_object_get(track, "channel");
  }
  return part[0] ? json_array_get(json_object_get(track, "clips"), 0)
                 : composition;
}

static void
test_what_is_out_of_range_does_not_conform(void** const state)
{
  (void)state;
  char          text[600];
  json_t* const schema = load(SCHEMA);
  for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); ++i) {
    json_t* const example = load(EXAMPLE);
    json_t* const change  = json_loads(refusals[i].change, 0, NULL);
    assert_non_null(change);
    json_object_update_recursive(find_part(example, refusals[i].part), change);

    assert_false(
      json_schema_conforms(schema, schema, example, text, sizeof(text)));
    assert_string_equal(text, refusals[i].fault);
    json_decref(change);
    json_decref(example);
  }
  json_decref(schema);
}

static void
test_unknown_keys_conform(void** const state)
{
  (void)state;
  static const char* const parts[] = {"", "track", "channel", "clip", "midi"};

  char          text[600];
  json_t* const schema  = load(SCHEMA);
  json_t* const example = load(EXAMPLE);
  for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); ++i) {
    json_object_set_new(find_part(example, parts[i]), "of_later", json_true());
  }
  assert_true(
    json_schema_conforms(schema, schema, example, text, sizeof(text)));

  json_decref(example);
  json_decref(schema);
}

/// All keys of a value, wherever they are described, are known to the schema
static void
assert_keys_known(const json_t* const root,
                  const json_t*       schema,
                  const json_t* const value)
{
  const json_t* const more = json_object_get(schema, "properties");
  const char* const   ref  = json_string_value(json_object_get(schema, "$ref"));
  const char*         key  = NULL;
  size_t              i    = 0;
  json_t*             part = NULL;
  if (ref) {
    schema =
      json_object_get(json_object_get(root, "$defs"), ref + strlen("#/$defs/"));
  }

  const json_t* const properties = json_object_get(schema, "properties");
  json_object_foreach((json_t*)value, key, part)
  {
    const json_t* property = json_object_get(properties, key);
    property               = property ? property : json_object_get(more, key);
    if (properties && !property) {
      fail_msg("%s is not in the schema", key);
    }
    assert_keys_known(root, property, part);
  }
  json_array_foreach(value, i, part)
  {
    assert_keys_known(root, json_object_get(schema, "items"), part);
  }
}

static void
test_all_keys_of_the_example_are_known(void** const state)
{
  (void)state;
  json_t* const schema  = load(SCHEMA);
  json_t* const example = load(EXAMPLE);
  assert_keys_known(schema, schema, example);
  json_decref(example);
  json_decref(schema);
}

// Fields

/// Whether a member has the value of a JSON
static bool
member_is(const Field* const field, const Node* const node, const json_t* value)
{
  const void* const at = field_of(field, node);
  switch (field->type) {
    case FIELD_BOOL:
      return *(const bool*)at == json_is_true(value);
    case FIELD_INT:
      return *(const int32_t*)at == json_integer_value(value);
    case FIELD_FLOAT:
      return *(const double*)at == json_number_value(value);
    case FIELD_TICKS:
      return ticks_to_beats(*(const Ticks*)at) == json_number_value(value);
    case FIELD_TEMPO:
      return tempo_to_bpm(*(const MicroBpm*)at) == json_number_value(value);
    case FIELD_SIGNATURE: {
      const Signature* const signature = (const Signature*)at;
      char                   text[16];
      snprintf(text, sizeof(text), "%u/%u", signature->beats, signature->unit);
      return !strcmp(text, json_string_value(value));
    }
    case FIELD_ENUM:
      return !strcmp(field->words[*(const int32_t*)at],
                     json_string_value(value));
    case FIELD_STRING:
      return !strcmp(string_text(*(String* const*)at),
                     json_string_value(value));
    case FIELD_ID: {
      char     text[ID_TEXT_SIZE] = "";
      const Id id                 = *(const Id*)at;
      return !strcmp(id ? id_format(id, text) : "", json_string_value(value));
    }
    case FIELD_JSON:
      return json_equal(*(json_t* const*)at, value);
    case FIELD_IDS:
    case FIELD_NOTES:
    case FIELD_SENDS:
    case FIELD_PARAMS:
      return !*(void* const*)at && !json_array_size(value) &&
             !json_object_size(value);
  }
  return false;
}

static void
test_new_nodes_have_the_defaults_of_the_schema(void** const state)
{
  (void)state;
  json_t* const schema = load(SCHEMA);
  for (int type = 0; type < NUM_NODE_TYPES; ++type) {
    const NodeInfo* const info = node_info((NodeType)type);
    const json_t* const   def  = node_schema(schema, (NodeType)type);
    Node* const           node = node_new((NodeType)type, ID_NONE);
    assert_non_null(node);
    assert_true(info->num_fields > 0);
    for (uint32_t i = 0; i < info->num_fields; ++i) {
      const Field* const  field    = &info->fields[i];
      const json_t* const property = field_schema(def, field->key);
      const json_t* const initial  = json_object_get(property, "default");
      assert_non_null(initial);
      if (!member_is(field, node, initial)) {
        fail_msg("%s.%s has another default", info->name, field->key);
      }
    }
    node_release(node);
  }
  json_decref(schema);
}

static void
test_defaults_conform(void** const state)
{
  (void)state;
  char          text[600];
  json_t* const schema = load(SCHEMA);
  for (int type = 0; type < NUM_NODE_TYPES; ++type) {
    const NodeInfo* const info = node_info((NodeType)type);
    const json_t* const   def  = node_schema(schema, (NodeType)type);
    for (uint32_t i = 0; i < info->num_fields; ++i) {
      const json_t* const property = field_schema(def, info->fields[i].key);
      const json_t* const initial  = json_object_get(property, "default");

      // The id of something that is not there yet has no form
      const bool absent =
        info->fields[i].type == FIELD_ID && !json_string_length(initial);
      if (!absent && !json_schema_conforms(
                       schema, property, initial, text, sizeof(text))) {
        fail_msg("%s.%s%s", info->name, info->fields[i].key, text);
      }
    }
  }
  json_decref(schema);
}

/// Size of a field's member
static size_t
member_size(const Field* const field)
{
  switch (field->type) {
    case FIELD_BOOL:
      return sizeof(bool);
    case FIELD_INT:
    case FIELD_ENUM:
      return sizeof(int32_t);
    case FIELD_ID:
      return sizeof(Id);
    case FIELD_SIGNATURE:
      return sizeof(Signature);
    default:
      return 8;
  }
}

static void
test_no_two_fields_share_a_member(void** const state)
{
  (void)state;
  for (int type = 0; type < NUM_NODE_TYPES; ++type) {
    const NodeInfo* const info = node_info((NodeType)type);
    uint8_t* const        used = (uint8_t*)calloc(info->size, 1);
    assert_non_null(used);
    memset(used, 1, sizeof(Node));
    for (uint32_t i = 0; i < info->num_fields; ++i) {
      const Field* const field = &info->fields[i];
      for (size_t b = 0; b < member_size(field); ++b) {
        assert_true(field->offset + b < info->size);
        if (used[field->offset + b]++) {
          fail_msg("%s.%s shares its member", info->name, field->key);
        }
      }
    }
    free(used);
  }
}

static void
test_ranges_are_those_of_the_schema(void** const state)
{
  (void)state;
  json_t* const schema = load(SCHEMA);
  unsigned      num    = 0;
  for (int type = 0; type < NUM_NODE_TYPES; ++type) {
    const NodeInfo* const info = node_info((NodeType)type);
    const json_t* const   def  = node_schema(schema, (NodeType)type);
    for (uint32_t i = 0; i < info->num_fields; ++i) {
      const Field* const  field    = &info->fields[i];
      const json_t* const property = field_schema(def, field->key);
      const bool          open     = field->flags & FIELD_OPEN;
      const json_t* const max      = json_object_get(property, "maximum");
      const json_t* const min =
        json_object_get(property, open ? "exclusiveMinimum" : "minimum");
      assert_int_equal(!(field->flags & FIELD_NO_MIN), min != NULL);
      assert_int_equal(!(field->flags & FIELD_NO_MAX), max != NULL);
      if (min && max) {
        assert_true(field->min == json_number_value(min));
        assert_true(field->max == json_number_value(max));
        ++num;
      }
    }
  }
  assert_true(num > 20);
  json_decref(schema);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_the_example_conforms),
    cmocka_unit_test(test_what_is_out_of_range_does_not_conform),
    cmocka_unit_test(test_unknown_keys_conform),
    cmocka_unit_test(test_all_keys_of_the_example_are_known),
    cmocka_unit_test(test_new_nodes_have_the_defaults_of_the_schema),
    cmocka_unit_test(test_defaults_conform),
    cmocka_unit_test(test_no_two_fields_share_a_member),
    cmocka_unit_test(test_ranges_are_those_of_the_schema),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
