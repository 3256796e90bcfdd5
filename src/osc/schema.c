// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/schema.h"

#include <string.h>

const char*
access_name(const Access access)
{
  static const char* const names[] = {
    [ACCESS_VALUE]   = "value",
    [ACCESS_READ]    = "read",
    [ACCESS_TRIGGER] = "trigger",
    [ACCESS_COMMAND] = "command",
    [ACCESS_QUERY]   = "query",
  };

  return names[access];
}

// clang-format off
static const struct {
  const char* name;
  char        tag;
} arg_types[] = {
  [ARG_INT]    = {"i",     'i'},
  [ARG_FLOAT]  = {"f",     'f'},
  [ARG_BOOL]   = {"bool",  'i'},
  [ARG_STRING] = {"s",     's'},
  [ARG_ENUM]   = {"enum",  's'},
  [ARG_BEATS]  = {"beats", 'f'},
  [ARG_TEMPO]  = {"tempo", 'f'},
  [ARG_ID]     = {"id",    's'},
  [ARG_BLOB]   = {"b",     'b'},
};
// clang-format on

const char*
arg_type_name(const ArgType type)
{
  return arg_types[type].name;
}

char
arg_type_tag(const ArgType type)
{
  return arg_types[type].tag;
}

const char*
kind_name(const Kind kind)
{
  static const char* const names[NUM_KINDS] = {
    [KIND_NONE]        = "channel",
    [KIND_COMPOSITION] = "composition",
    [KIND_TRACK]       = "track",
    [KIND_CLIP]        = "clip",
    [KIND_EFFECT]      = "effect",
    [KIND_SAMPLE]      = "sample",
    [KIND_BUS]         = "bus",
    [KIND_SCENE]       = "scene",
    [KIND_MARKER]      = "marker",
    [KIND_AUTOMATION]  = "automation",
    [KIND_GROUP]       = "group",
    [KIND_SNAPSHOT]    = "snapshot",
    [KIND_MASTER]      = "master",
  };

  return names[kind];
}

const ArgInfo*
row_find_arg(const OscRow* const row, const char* const name)
{
  for (uint32_t i = 0; i < row->num_args; ++i) {
    if (!strcmp(row->args[i].name, name)) {
      return &row->args[i];
    }
  }
  return NULL;
}

uint32_t
row_min_args(const OscRow* const row)
{
  uint32_t count = 0;
  while (count < row->num_args && !row->args[count].optional) {
    ++count;
  }
  return count;
}

char*
row_type_tags(const OscRow* const row, char tags[const SCHEMA_TAGS_SIZE])
{
  for (uint32_t i = 0; i < row->num_args; ++i) {
    tags[i] = arg_type_tag(row->args[i].type);
  }
  tags[row->num_args] = '\0';
  return tags;
}

/// Whether an argument is a number
static bool
is_number(const ArgInfo* const arg)
{
  return arg->type == ARG_INT || arg->type == ARG_FLOAT ||
         arg->type == ARG_BEATS || arg->type == ARG_TEMPO;
}

bool
row_has_norm(const OscRow* const row)
{
  for (uint32_t i = 0; i < row->num_args; ++i) {
    if (!is_number(&row->args[i]) || row->args[i].min >= row->args[i].max) {
      return false;
    }
  }
  return row->access == ACCESS_VALUE && row->num_args > 0 &&
         row->num_args <= SCHEMA_MAX_NORMS;
}

bool
row_has_text(const OscRow* const row)
{
  return row->access == ACCESS_VALUE && row->num_args == 1 &&
         is_number(&row->args[0]) && (row->args[0].unit[0] || row->range);
}

Id
row_target(const OscRow* const row, const Id ids[const SCHEMA_MAX_IDS])
{
  for (uint32_t i = row->num_places; i > 0; --i) {
    const PlaceType type = row->places[i - 1].type;
    if (type == PLACE_THING || type == PLACE_CHANNEL) {
      return ids[i - 1];
    }
  }
  return row->node == NODE_CHANNEL ? ID_MASTER : ID_COMPOSITION;
}
