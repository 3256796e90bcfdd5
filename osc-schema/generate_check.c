// SPDX-License-Identifier: GPL-3.0-or-later
//
// What an address of the schema must be

#include "generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// As in src/osc/schema.h
#define SCHEMA_MAX_ARGS 16u
#define SCHEMA_MAX_IDS 6u

// clang-format off
const char* const access_names[] = {
  "value", "read", "trigger", "command", "query", NULL};
const char* const access_constants[] = {
  "ACCESS_VALUE", "ACCESS_READ", "ACCESS_TRIGGER", "ACCESS_COMMAND",
  "ACCESS_QUERY"};

static const char* const row_keys[] = {
  "path", "summary", "access", "field", "args", "get", "set", "undoable",
  "gesture", "long", "repeat", "closed", "own", "derived", "named", "wire", "range", "work", "reply",
  "action", "since", NULL};
static const char* const arg_keys[] = {
  "name", "type", "kind", "unit", "min", "max", "default", "scale", "clip",
  "words", "optional", "open", "examples", NULL};

static const PlaceInfo places[] = {
  {"c",          "PLACE_COMPOSITION", "KIND_COMPOSITION"},
  {"track",      "PLACE_THING",       "KIND_TRACK"},
  {"clip",       "PLACE_THING",       "KIND_CLIP"},
  {"effect",     "PLACE_THING",       "KIND_EFFECT"},
  {"sample",     "PLACE_THING",       "KIND_SAMPLE"},
  {"bus",        "PLACE_THING",       "KIND_BUS"},
  {"scene",      "PLACE_THING",       "KIND_SCENE"},
  {"marker",     "PLACE_THING",       "KIND_MARKER"},
  {"automation", "PLACE_THING",       "KIND_AUTOMATION"},
  {"group",      "PLACE_THING",       "KIND_GROUP"},
  {"snapshot",   "PLACE_THING",       "KIND_SNAPSHOT"},
  {"channel",    "PLACE_CHANNEL",     "KIND_NONE"},
  {NULL,         "PLACE_WORD",        "KIND_NONE"},
};

static const ArgTypeInfo arg_types[] = {
  //        ArgType       ranged clips
  {"i",     "ARG_INT",    true,  true},
  {"f",     "ARG_FLOAT",  true,  true},
  {"bool",  "ARG_BOOL",   false, false},
  {"s",     "ARG_STRING", false, false},
  {"enum",  "ARG_ENUM",   false, false},
  {"beats", "ARG_BEATS",  true,  false},
  {"tempo", "ARG_TEMPO",  true,  true},
  {"id",    "ARG_ID",     false, false},
  {"b",     "ARG_BLOB",   false, false},
};
// clang-format on

const PlaceInfo*
place_find(const char* const part)
{
  const PlaceInfo* info   = places;
  const size_t     length = strlen(part) - 2;
  while (info->name &&
         (strncmp(part + 1, info->name, length) || info->name[length])) {
    ++info;
  }
  return info;
}

const ArgTypeInfo*
arg_type_find(const char* const name)
{
  for (size_t i = 0; i < sizeof(arg_types) / sizeof(arg_types[0]); ++i) {
    if (!strcmp(arg_types[i].name, name)) {
      return &arg_types[i];
    }
  }
  return NULL;
}

bool
path_parse(const char* const path, PathParts* const parts)
{
  parts->count = 0;
  for (const char* at = path; *at == '/';) {
    const size_t length = strcspn(++at, "/");
    if (parts->count == MAX_PARTS || !length ||
        length >= sizeof(parts->parts[0])) {
      return false;
    }

    char* const part = parts->parts[parts->count++];
    memcpy(part, at, length);
    part[length] = '\0';
    at += length;

    // A fixed word, or a word in braces
    char word[sizeof(parts->parts[0])];
    strcpy(word, part);
    if (word[0] == '{' && length > 2 && word[length - 1] == '}') {
      word[length - 1] = '\0';
      memmove(word, word + 1, length - 1);
    }
    if (!is_name(word)) {
      return false;
    }
  }
  return parts->count > 0;
}

static bool
is_place(const char* const part)
{
  return part[0] == '{';
}

static void
check_path(Context* const context, const char* const path)
{
  static const char* const twins[] = {"norm", "text", "touch", NULL};

  PathParts parts;
  if (!path_parse(path, &parts)) {
    fault(context, "bad path");
    return;
  }

  unsigned num_places = 0;
  for (unsigned i = 0; i < parts.count; ++i) {
    num_places += is_place(parts.parts[i]);
  }
  if (num_places > SCHEMA_MAX_IDS) {
    fault(context, "more than %u placeholders", SCHEMA_MAX_IDS);
  }
  if (find_word(twins, parts.parts[parts.count - 1]) >= 0) {
    fault(context, "ends like a twin of another address");
  }
}

static bool
is_finite(const json_t* const value)
{
  return json_is_number(value) && isfinite(json_number_value(value));
}

static void
check_range(Context* const      context,
            const json_t* const arg,
            const char* const   name)
{
  const json_t* const min     = json_object_get(arg, "min");
  const json_t* const max     = json_object_get(arg, "max");
  const json_t* const initial = json_object_get(arg, "default");
  const char* const   scale   = text_of(arg, "scale");
  if (!is_finite(min) || !is_finite(max)) {
    fault(context, "%s: range is not finite", name);
    return;
  }

  const double least    = json_number_value(min);
  const double greatest = json_number_value(max);
  const double value    = json_number_value(initial);
  if (least > greatest) {
    fault(context, "%s: min is above max", name);
  }
  if (initial &&
      (!json_is_number(initial) || value < least || value > greatest)) {
    fault(context, "%s: default is out of range", name);
  }

  if (flag_of(arg, "open") && strcmp(text_of(arg, "type"), "beats")) {
    fault(context, "%s: only beats can be above their min", name);
  }

  static const char* const scales[] = {"", "linear", "log", "fader", NULL};
  if (find_word(scales, scale) < 0) {
    fault(context, "%s: unknown scale \"%s\"", name, scale);
  } else if (!strcmp(scale, "log") && least <= 0.0) {
    fault(context, "%s: scale log needs a min above 0", name);
  } else if (!strcmp(scale, "fader") && (least != -60.0 || greatest != 12.0)) {
    fault(context, "%s: scale fader needs the range -60 to 12", name);
  }
}

static void
check_words(Context* const      context,
            const json_t* const arg,
            const char* const   name)
{
  const json_t* const words   = json_object_get(arg, "words");
  const json_t* const initial = json_object_get(arg, "default");
  bool                found   = !initial;
  size_t              i       = 0;
  json_t*             word    = NULL;
  json_array_foreach(words, i, word)
  {
    found = found || json_equal(word, initial);
    if (!json_is_string(word)) {
      fault(context, "%s: a word is no text", name);
    }
  }
  if (!json_array_size(words)) {
    fault(context, "%s: no words", name);
  } else if (!found) {
    fault(context, "%s: default is not one of the words", name);
  }
}

static void
check_kind(Context* const      context,
           const json_t* const arg,
           const char* const   name)
{
  const char* const kind = text_of(arg, "kind");
  for (const PlaceInfo* info = places + 1; info->name; ++info) {
    if (!strcmp(info->name, kind)) {
      return;
    }
  }
  fault(context, "%s: unknown kind \"%s\"", name, kind);
}

static void
check_arg(Context* const context, const json_t* const arg)
{
  const char* const        name = text_of(arg, "name");
  const char* const        clip = text_of(arg, "clip");
  const ArgTypeInfo* const info = arg_type_find(text_of(arg, "type"));
  check_keys(context, arg, arg_keys);
  if (!is_name(name)) {
    fault(context, "bad name of an argument \"%s\"", name);
  }
  if (!info) {
    fault(context, "%s: unknown type \"%s\"", name, text_of(arg, "type"));
    return;
  }

  if (info->ranged) {
    check_range(context, arg, name);
  } else if (!strcmp(info->name, "enum")) {
    check_words(context, arg, name);
  } else if (!strcmp(info->name, "id")) {
    check_kind(context, arg, name);
  }
  if (clip[0] && (strcmp(clip, "both") || !info->clips)) {
    fault(context, "%s: only continuous numbers clip, at \"both\" ends", name);
  }
}

static void
check_args(Context* const context, const json_t* const row)
{
  const json_t* const args = json_object_get(row, "args");
  if (json_array_size(args) > SCHEMA_MAX_ARGS) {
    fault(context, "more than %u arguments", SCHEMA_MAX_ARGS);
  }

  bool    optional = false;
  size_t  i        = 0;
  json_t* arg      = NULL;
  json_array_foreach(args, i, arg)
  {
    check_arg(context, arg);
    if (json_object_get(arg, "min") && !json_object_get(arg, "default") &&
        !strcmp(text_of(row, "access"), "value")) {
      fault(context, "%s: no default", text_of(arg, "name"));
    }
    if (optional && !flag_of(arg, "optional")) {
      fault(context, "%s: follows an optional one", text_of(arg, "name"));
    }
    optional = optional || flag_of(arg, "optional");
  }

  if (flag_of(row, "repeat") && (optional || !json_array_size(args))) {
    fault(context, "repeats no arguments, or optional ones");
  }
}

/// A field goes with the last thing in the path, or the master, or the root
static void
check_field_row(Context* const         context,
                const json_t* const    row,
                const FieldDefs* const fields)
{
  const char* const     name = text_of(row, "field");
  const FieldDef* const def  = fields_find(fields, name);
  if (!def) {
    fault(context, "no field \"%s\"", name);
    return;
  }
  if (json_object_get(row, "args")) {
    fault(context, "has args of its own beside its field's");
  }
  if (!def->type->arg) {
    fault(context, "field \"%s\" is no single value", name);
  }

  PathParts parts;
  if (!path_parse(context->path, &parts)) {
    return;
  }
  const char* thing = "composition";
  for (unsigned i = 0; i < parts.count; ++i) {
    const PlaceInfo* const place =
      is_place(parts.parts[i]) ? place_find(parts.parts[i]) : NULL;
    if (place && place->name && strcmp(place->name, "c")) {
      thing = place->name;
    }
  }
  if (strcmp(thing, def->node) &&
      (strcmp(thing, "composition") || strcmp(def->node, "channel"))) {
    fault(context, "field \"%s\" is not of a %s", name, thing);
  }
}

static void
check_handlers(Context* const      context,
               const json_t* const row,
               const int           access)
{
  static const bool asks[] = {true, true, false, false, true};
  static const bool sets[] = {true, false, true, true, false};

  const bool        generic = json_object_get(row, "field") != NULL;
  const bool        wire    = flag_of(row, "wire");
  const char* const get     = text_of(row, "get");
  const char* const set     = text_of(row, "set");
  if ((get[0] && !is_name(get)) || (set[0] && !is_name(set)) ||
      (get[0] && strncmp(get, "osc_", 4)) ||
      (set[0] && strncmp(set, "osc_", 4))) {
    fault(context, "bad name of a handler");
  }
  const char* const range = text_of(row, "range");
  if (range[0] && (!is_name(range) || strncmp(range, "osc_", 4) || access)) {
    fault(context, "only a value has a handler for its range");
  }
  if (asks[access] && !get[0] && !generic && !wire) {
    fault(context, "no handler to get");
  }
  if (sets[access] && !set[0] && !generic && !wire) {
    fault(context, "no handler to set");
  }
  if ((get[0] && (!asks[access] || wire)) ||
      (set[0] && (!sets[access] || wire))) {
    fault(context, "has a handler that is never called");
  }
}

static void
check_row(Context* const         context,
          const json_t* const    row,
          const FieldDefs* const fields)
{
  check_keys(context, row, row_keys);
  check_texts(context, row);
  check_sentence(context, row, "summary");
  check_path(context, context->path);
  check_args(context, row);
  if (!text_of(row, "since")[0]) {
    fault(context, "no since");
  }

  const json_t* const work = json_object_get(row, "work");
  if (work && json_integer_value(work) <= 0) {
    fault(context, "work is a whole number from 1");
  }

  const int access = find_word(access_names, text_of(row, "access"));
  if (access < 0) {
    fault(context, "unknown access \"%s\"", text_of(row, "access"));
    return;
  }

  const size_t num_args = json_array_size(json_object_get(row, "args"));
  const bool   field    = json_object_get(row, "field") != NULL;
  if (field && access > 1) {
    fault(context, "a field is a value or read");
  } else if (field) {
    check_field_row(context, row, fields);
  } else if ((access == 1 || access == 2) && num_args) {
    fault(context, "a %s takes no arguments", access_names[access]);
  } else if ((access == 0 || access == 3) && !num_args) {
    fault(context, "a %s takes arguments", access_names[access]);
  }
  if (access == 1 && !field && text_of(row, "reply")[0] != '`') {
    fault(context, "reply does not begin with its type tags");
  }
  check_handlers(context, row, access);
}

/**
   Whether a concrete address could be meant by two paths equally.

   A fixed word wins over a placeholder, the first part that differs so decides.
*/
static bool
is_ambiguous(const PathParts* const a, const PathParts* const b)
{
  if (a->count != b->count) {
    return false;
  }
  for (unsigned i = 0; i < a->count; ++i) {
    const bool a_place = is_place(a->parts[i]);
    const bool b_place = is_place(b->parts[i]);
    if (a_place != b_place || (!a_place && strcmp(a->parts[i], b->parts[i]))) {
      return false;
    }
  }
  return true;
}

static void
check_pair(Context* const      context,
           const json_t* const row,
           const json_t* const earlier)
{
  const char* const path   = text_of(earlier, "path");
  const char* const action = text_of(row, "action");
  PathParts         parts;
  PathParts         earlier_parts;
  if (!strcmp(context->path, path)) {
    fault(context, "is there already");
  } else if (path_parse(context->path, &parts) &&
             path_parse(path, &earlier_parts) &&
             is_ambiguous(&parts, &earlier_parts)) {
    fault(context, "can not be told from %s", path);
  }
  if (action[0] && !strcmp(action, text_of(earlier, "action"))) {
    fault(context, "action \"%s\" is that of %s already", action, path);
  }
}

void
rows_check(Context* const         context,
           const RowDefs* const   rows,
           const FieldDefs* const fields)
{
  for (size_t i = 0; i < rows->count; ++i) {
    const json_t* const row = rows->rows[i].schema;
    context->file           = rows->rows[i].file;
    context->path           = text_of(row, "path");
    check_row(context, row, fields);
    for (size_t j = 0; j < i; ++j) {
      check_pair(context, row, rows->rows[j].schema);
    }
  }
}
