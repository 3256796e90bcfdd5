// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/schema_json.h"

#include "base/ticks.h"

#include <stdio.h>
#include <string.h>

static bool
is_ranged(const ArgInfo* const arg)
{
  return arg->type == ARG_INT || arg->type == ARG_FLOAT ||
         arg->type == ARG_BEATS || arg->type == ARG_TEMPO;
}

/// A number without a fraction where it has none
static json_t*
number_json(const ArgInfo* const arg, const double number)
{
  return arg->type == ARG_INT ? json_integer((json_int_t)number)
                              : json_real(number);
}

static json_t*
words_json(const char* const* const words)
{
  json_t* const json = json_array();
  for (uint32_t i = 0; words && words[i]; ++i) {
    json_array_append_new(json, json_string(words[i]));
  }
  return json;
}

/// The default of a value's argument, owned, or null if there is none
static json_t*
default_json(const OscRow* const row, const ArgInfo* const arg)
{
  if (row->access != ACCESS_VALUE && !arg->optional) {
    return NULL;
  }
  switch (arg->type) {
    case ARG_BOOL:
      return json_boolean(arg->initial != 0.0);
    case ARG_ENUM:
      return json_string(arg->words[(int)arg->initial]);
    case ARG_STRING:
    case ARG_ID:
      return row->field ? json_string(row->field->text) : NULL;
    case ARG_BLOB:
      return NULL;
    default:
      return number_json(arg, arg->initial);
  }
}

/// Set a key whose value may be null, which leaves it out
static void
set_new(json_t* const object, const char* const key, json_t* const value)
{
  if (value) {
    json_object_set_new(object, key, value);
  }
}

static json_t*
arg_json(const OscRow* const row, const ArgInfo* const arg)
{
  const char tag[] = {arg_type_tag(arg->type), '\0'};

  json_t* const json = json_object();
  set_new(json, "name", json_string(arg->name));
  set_new(json, "type", json_string(arg_type_name(arg->type)));
  set_new(json, "tag", json_string(tag));
  if (is_ranged(arg)) {
    set_new(json, "unit", json_string(arg->unit));
    set_new(json, "min", number_json(arg, arg->min));
    set_new(json, "max", number_json(arg, arg->max));
    set_new(json, "scale", json_string(arg->scale));
    set_new(
      json, "clip", json_string(arg->clip == CLIP_BOTH ? "both" : "none"));
  } else if (arg->type == ARG_STRING) {
    set_new(json, "max_length", json_integer((json_int_t)arg->max));
  } else if (arg->type == ARG_ENUM) {
    set_new(json, "words", words_json(arg->words));
  } else if (arg->type == ARG_ID) {
    set_new(json, "kind", json_string(kind_name(arg->kind)));
  }
  if (arg->examples) {
    set_new(json, "examples", words_json(arg->examples));
  }
  set_new(json, "default", default_json(row, arg));
  if (arg->optional) {
    set_new(json, "optional", json_true());
  }
  return json;
}

static json_t*
places_json(const OscRow* const row)
{
  static const char* const types[] = {
    [PLACE_COMPOSITION] = "composition",
    [PLACE_THING]       = "id",
    [PLACE_CHANNEL]     = "channel",
    [PLACE_WORD]        = "word",
  };

  json_t* const json = json_array();
  for (uint32_t i = 0; i < row->num_places; ++i) {
    json_array_append_new(json,
                          json_pack("{s:s, s:s}",
                                    "name",
                                    row->places[i].name,
                                    "type",
                                    types[row->places[i].type]));
  }
  return json;
}

static json_t*
flags_json(const OscRow* const row)
{
  // clang-format off
  static const struct {
    uint32_t    flag;
    const char* name;
  } flags[] = {
    {ROW_UNDOABLE, "undoable"}, {ROW_LONG, "long"}, {ROW_REPEAT, "repeat"},
    {ROW_OPTIONAL, "optional"}, {ROW_GESTURE, "gesture"},
    {ROW_CLOSED, "closed"},
  };
  // clang-format on

  json_t* const json = json_array();
  for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); ++i) {
    if (row->flags & flags[i].flag) {
      json_array_append_new(json, json_string(flags[i].name));
    }
  }
  return json;
}

static json_t*
twins_json(const OscRow* const row)
{
  json_t* const json = json_array();
  if (row_has_norm(row)) {
    json_array_append_new(json, json_string("norm"));
  }
  if (row_has_text(row)) {
    json_array_append_new(json, json_string("text"));
  }
  return json;
}

static json_t*
row_json(const OscRow* const row)
{
  char tags[SCHEMA_TAGS_SIZE];

  json_t* const args = json_array();
  for (uint32_t i = 0; i < row->num_args; ++i) {
    json_array_append_new(args, arg_json(row, &row->args[i]));
  }

  json_t* const json = json_object();
  set_new(json, "path", json_string(row->path));
  set_new(json, "summary", json_string(row->summary));
  set_new(json, "access", json_string(access_name(row->access)));
  set_new(json, "tags", json_string(row_type_tags(row, tags)));
  set_new(json, "places", places_json(row));
  set_new(json, "args", args);
  set_new(json, "reply", json_string(row->reply));
  set_new(json, "flags", flags_json(row));
  set_new(json, "twins", twins_json(row));
  set_new(json, "action", row->action ? json_string(row->action) : NULL);
  set_new(json, "since", json_string(row->since));
  return json;
}

json_t*
schema_json(const OscRow* const rows, const uint32_t num_rows)
{
  json_t* const addresses = json_array();
  for (uint32_t i = 0; i < num_rows; ++i) {
    json_array_append_new(addresses, row_json(&rows[i]));
  }
  return json_pack(
    "{s:s, s:o}", "program", "sonic-claude", "addresses", addresses);
}

// OSCQuery

static json_t*
range_json(const ArgInfo* const arg)
{
  if (is_ranged(arg)) {
    return json_pack("{s:o, s:o}",
                     "MIN",
                     number_json(arg, arg->min),
                     "MAX",
                     number_json(arg, arg->max));
  }
  if (arg->type == ARG_BOOL) {
    return json_pack("{s:i, s:i}", "MIN", 0, "MAX", 1);
  }
  return arg->type == ARG_ENUM
           ? json_pack("{s:o}", "VALS", words_json(arg->words))
           : json_null();
}

/// A unit as OSCQuery names it, or our own word for it
static json_t*
unit_json(const ArgInfo* const arg)
{
  static const char* const units[][2] = {
    {"dB", "gain.decibel"},
    {"s", "time.second"},
    {"Hz", "time.frequency"},
    {"BPM", "time.bpm"},
  };

  for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); ++i) {
    if (!strcmp(arg->unit, units[i][0])) {
      return json_string(units[i][1]);
    }
  }
  return arg->unit[0] ? json_string(arg->unit) : json_null();
}

/// Other types that an address of one number takes
static json_t*
overloads_json(const char tag)
{
  json_t* const json = json_array();
  for (const char* other = "ifT"; *other; ++other) {
    const char type[] = {*other, '\0'};
    if (*other != tag) {
      json_array_append_new(json, json_pack("{s:s}", "TYPE", type));
    }
  }
  return json;
}

/// Type tags of what an address sends when it is asked: those of its argument,
/// or what its reply begins with
static const char*
value_tags(const OscRow* const row, char tags[const SCHEMA_TAGS_SIZE])
{
  row_type_tags(row, tags);
  if (row->access == ACCESS_READ && !row->num_args && row->reply[0] == '`') {
    snprintf(tags,
             SCHEMA_TAGS_SIZE,
             "%.*s",
             (int)strcspn(row->reply + 1, "`"),
             row->reply + 1);
  }
  return tags;
}

static void
set_method(json_t* const node, const OscRow* const row)
{
  static const int access[] = {
    [ACCESS_VALUE]   = 3,
    [ACCESS_READ]    = 1,
    [ACCESS_TRIGGER] = 2,
    [ACCESS_COMMAND] = 2,
    [ACCESS_QUERY]   = 2,
  };

  char          tags[SCHEMA_TAGS_SIZE];
  json_t* const ranges = json_array();
  json_t* const units  = json_array();
  json_t* const clips  = json_array();
  for (uint32_t i = 0; i < row->num_args; ++i) {
    const bool clip = row->args[i].clip == CLIP_BOTH;
    json_array_append_new(ranges, range_json(&row->args[i]));
    json_array_append_new(units, unit_json(&row->args[i]));
    json_array_append_new(clips, json_string(clip ? "both" : "none"));
  }

  // A trigger is an impulse, and a button's number does as well
  const bool trigger = row->access == ACCESS_TRIGGER;
  value_tags(row, tags);
  set_new(node, "DESCRIPTION", json_string(row->summary));
  set_new(node, "ACCESS", json_integer(access[row->access]));
  set_new(node, "TYPE", json_string(trigger ? "I" : tags));
  set_new(node, "RANGE", ranges);
  set_new(node, "UNIT", units);
  set_new(node, "CLIPMODE", clips);
  if (trigger || (row->num_args == 1 && strchr("if", tags[0]) &&
                  row->access != ACCESS_READ)) {
    set_new(node, "OVERLOADS", overloads_json(trigger ? 'I' : tags[0]));
  }
}

/// The node of a part below another, which is made if it is not there
static json_t*
find_child(json_t* const     node,
           const char* const full_path,
           const char* const part)
{
  if (!json_object_get(node, "CONTENTS")) {
    set_new(node, "CONTENTS", json_object());
  }
  json_t* const contents = json_object_get(node, "CONTENTS");

  if (!json_object_get(contents, part)) {
    set_new(contents, part, json_pack("{s:s}", "FULL_PATH", full_path));
  }
  return json_object_get(contents, part);
}

static void
add_method(json_t* const root, const OscRow* const row)
{
  char    full[512] = "";
  size_t  length    = 0;
  json_t* node      = root;
  for (const char* at = row->path; *at == '/';) {
    const size_t size = strcspn(++at, "/");
    char         part[64];
    snprintf(part, sizeof(part), "%.*s", (int)size, at);
    if (!strcmp(part, "{c}")) {
      strcpy(part, "current");
    }
    length +=
      (size_t)snprintf(full + length, sizeof(full) - length, "/%s", part);
    node = find_child(node, full, part);
    at += size;
  }
  set_method(node, row);
}

json_t*
schema_oscquery(const OscRow* const rows, const uint32_t num_rows)
{
  json_t* const root = json_pack("{s:s, s:s, s:i}",
                                 "FULL_PATH",
                                 "/",
                                 "DESCRIPTION",
                                 "Sonic Claude",
                                 "ACCESS",
                                 0);
  for (uint32_t i = 0; i < num_rows; ++i) {
    add_method(root, &rows[i]);
  }
  return root;
}
