// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rows as actions, described by JSON Schema

#include "osc/action.h"

#include <stdio.h>
#include <string.h>

/// What names a thing
static json_t*
thing_schema(const Kind kind)
{
  char help[80];
  snprintf(help, sizeof(help), "Id or name of a %s", kind_name(kind));
  return json_pack("{s:s, s:s}", "type", "string", "description", help);
}

static json_t*
words_schema(const char* const* words)
{
  json_t* const list = json_array();
  for (; *words; ++words) {
    json_array_append_new(list, json_string(*words));
  }

  return json_pack("{s:s, s:o}", "type", "string", "enum", list);
}

static json_t*
number_schema(const ArgInfo* const arg)
{
  json_t* const schema = json_pack("{s:s, s:f, s:f}",
                                   "type",
                                   arg->type == ARG_INT ? "integer" : "number",
                                   "minimum",
                                   arg->min,
                                   "maximum",
                                   arg->max);
  if (arg->unit && *arg->unit) {
    json_object_set_new(schema, "description", json_string(arg->unit));
  }

  return schema;
}

static json_t*
arg_schema(const ArgInfo* const arg)
{
  switch (arg->type) {
    case ARG_INT:
    case ARG_FLOAT:
    case ARG_BEATS:
    case ARG_TEMPO:
      return number_schema(arg);
    case ARG_BOOL:
      return json_pack("{s:s}", "type", "boolean");
    case ARG_ENUM:
      return words_schema(arg->words);
    case ARG_ID:
      return thing_schema(arg->kind);
    case ARG_STRING:
    case ARG_BLOB:
      break;
  }

  return json_pack("{s:s}", "type", "string");
}

static void
add(json_t* const     properties,
    json_t* const     required,
    const char* const name,
    json_t* const     schema,
    const bool        optional)
{
  json_object_set_new(properties, name, schema);
  if (!optional) {
    json_array_append_new(required, json_string(name));
  }
}

json_t*
action_describe(const OscRow* const row)
{
  json_t* const properties = json_object();
  json_t* const required   = json_array();
  const bool    repeated   = row->flags & ROW_REPEAT;
  for (uint32_t i = 0; i < row->num_places; ++i) {
    const Place* const place = &row->places[i];
    if (place->type != PLACE_COMPOSITION) {
      add(properties,
          required,
          place->name,
          place->type == PLACE_WORD ? json_pack("{s:s}", "type", "string")
                                    : thing_schema(place->kind),
          false);
    }
  }

  for (uint32_t i = 0; i < row->num_args; ++i) {
    add(properties,
        required,
        row->args[i].name,
        arg_schema(&row->args[i]),
        row->args[i].optional || repeated);
  }

  if (repeated) {
    json_object_set_new(
      properties,
      "items",
      json_pack("{s:s, s:{}, s:s}",
                "type",
                "array",
                "items",
                "description",
                "Several at once, each an array of the arguments in order"));
  }

  return json_pack("{s:s, s:s, s:{s:s, s:o, s:o, s:b}}",
                   "name",
                   row->action,
                   "description",
                   row->summary,
                   "input_schema",
                   "type",
                   "object",
                   "properties",
                   properties,
                   "required",
                   required,
                   "additionalProperties",
                   0);
}
