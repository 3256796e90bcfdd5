// SPDX-License-Identifier: GPL-3.0-or-later
//
// Arguments of actions: one line of text that gives check and JSON Schema

#include "services/daw_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// An argument as its line has it
typedef struct {
  char        name[40];
  char        type[320]; ///< A type, or words with commas between
  bool        required;
  bool        has_min;
  bool        has_max;
  double      min;
  double      max;
  const char* help; ///< Up to the next bar
  size_t      help_size;
} Arg;

/// Read the next argument; returns what follows, null if there was none
static const char*
next_arg(const char* text, Arg* const arg)
{
  char   fields[4][320] = {{0}};
  size_t n              = 0;
  *arg                  = (Arg){0};
  while (*text == ' ' || *text == '|') {
    ++text;
  }

  if (!*text) {
    return NULL;
  }

  while (*text && *text != '|') {
    const size_t length = strcspn(text, " |");
    if (length == 2 && !strncmp(text, "--", 2)) {
      arg->help      = text + 3;
      arg->help_size = strcspn(arg->help, "|");
      while (arg->help_size && arg->help[arg->help_size - 1u] == ' ') {
        --arg->help_size;
      }

      text += strcspn(text, "|");
      break;
    }

    if (n < 4) {
      snprintf(fields[n++], sizeof(fields[0]), "%.*s", (int)length, text);
    }

    text += length;
    text += strspn(text, " ");
  }

  snprintf(arg->name, sizeof(arg->name), "%.39s", fields[0]);
  snprintf(arg->type, sizeof(arg->type), "%s", fields[1]);
  char* const mark = strchr(arg->name, '!');
  arg->required    = mark != NULL;
  if (mark) {
    *mark = '\0';
  }

  arg->has_min = fields[2][0] != '\0';
  arg->has_max = fields[3][0] != '\0';
  arg->min     = strtod(fields[2], NULL);
  arg->max     = strtod(fields[3], NULL);
  return text;
}

// Schema

static json_t*
words_schema(const char* const words)
{
  char          copy[320];
  char*         rest = copy;
  char*         word = NULL;
  json_t* const list = json_array();
  snprintf(copy, sizeof(copy), "%s", words);
  while ((word = strtok_r(rest, ",", &rest))) {
    json_array_append_new(list, json_string(word));
  }

  return json_pack("{s:s, s:o}", "type", "string", "enum", list);
}

static const char*
type_word(const char* const type)
{
  return !strcmp(type, "n")   ? "number"
         : !strcmp(type, "i") ? "integer"
         : !strcmp(type, "b") ? "boolean"
         : !strcmp(type, "a") ? "array"
         : !strcmp(type, "o") ? "object"
         : !type[0]           ? "number or a truth"
                              : "string";
}

json_t*
daw_schema(const char* args)
{
  Arg           arg;
  json_t* const properties = json_object();
  json_t* const required   = json_array();
  while ((args = next_arg(args, &arg))) {
    json_t* const schema =
      strchr(arg.type, ',') ? words_schema(arg.type)
      : arg.type[0]         ? json_pack("{s:s}", "type", type_word(arg.type))
                    : json_pack("{s:[s, s]}", "type", "number", "boolean");
    if (arg.has_min) {
      json_object_set_new(schema, "minimum", json_real(arg.min));
    }

    if (arg.has_max) {
      json_object_set_new(schema, "maximum", json_real(arg.max));
    }

    if (!strcmp(arg.type, "a")) {
      json_object_set_new(schema, "items", json_object());
    }

    char help[256] = "";
    if (arg.help) {
      snprintf(help, sizeof(help), "%.*s", (int)arg.help_size, arg.help);
    } else if (strlen(arg.type) > 1 && !strchr(arg.type, ',')) {
      snprintf(help, sizeof(help), "Id or name of a %.40s", arg.type);
    }

    if (help[0]) {
      json_object_set_new(schema, "description", json_string(help));
    }

    json_object_set_new(properties, arg.name, schema);
    if (arg.required) {
      json_array_append_new(required, json_string(arg.name));
    }
  }

  return json_pack("{s:s, s:o, s:o, s:b}",
                   "type",
                   "object",
                   "properties",
                   properties,
                   "required",
                   required,
                   "additionalProperties",
                   0);
}

// Checking

/// The kind of a type that names a thing; false for other types
static bool
thing_kind(const char* const type, Kind* const kind)
{
  static const struct {
    const char* name;
    Kind        kind;
  } kinds[] = {
    {"track", KIND_TRACK},
    {"clip", KIND_CLIP},
    {"effect", KIND_EFFECT},
    {"bus", KIND_BUS},
    {"scene", KIND_SCENE},
    {"marker", KIND_MARKER},
    {"group", KIND_GROUP},
    {"channel", KIND_NONE},
  };
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); ++i) {
    if (!strcmp(kinds[i].name, type)) {
      *kind = kinds[i].kind;
      return true;
    }
  }

  return false;
}

static bool
has_word(const char* const words, const char* const word)
{
  const size_t length = strlen(word);
  for (const char* at = words; *at; at += strcspn(at, ",")) {
    at += *at == ',';
    if (strcspn(at, ",") == length && !strncmp(at, word, length)) {
      return true;
    }
  }

  return false;
}

static Status
check_number(Services* const     services,
             const char* const   name,
             const Arg* const    arg,
             const json_t* const value)
{
  const bool   whole  = arg->type[0] == 'i';
  const double number = json_number_value(value);
  if (!json_is_number(value) || !isfinite(number) ||
      (whole && number != floor(number))) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "%s: expected a %snumber for \"%s\"",
                         name,
                         whole ? "whole " : "",
                         arg->name);
  }

  if ((arg->has_min && number < arg->min) ||
      (arg->has_max && number > arg->max)) {
    char top[32] = "";
    if (arg->has_max) {
      snprintf(top, sizeof(top), " to %g", arg->max);
    }

    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "%s: expected \"%s\" from %g%s, not %g",
                         name,
                         arg->name,
                         arg->min,
                         top,
                         number);
  }

  return STATUS_OK;
}

static Status
check_value(Services* const     services,
            const char* const   name,
            const Arg* const    arg,
            const json_t* const value)
{
  Kind kind = KIND_NONE;
  Id   id   = ID_NONE;
  if (!strcmp(arg->type, "n") || !strcmp(arg->type, "i")) {
    return check_number(services, name, arg, value);
  }

  if (thing_kind(arg->type, &kind)) {
    return json_is_string(value)
             ? daw_find(services, kind, json_string_value(value), &id)
             : services_fail(services,
                             STATUS_BAD_ARGUMENT,
                             "%s: expected the id or name of a %s for \"%s\"",
                             name,
                             arg->type,
                             arg->name);
  }

  if (strchr(arg->type, ',')) {
    return json_is_string(value) &&
               has_word(arg->type, json_string_value(value))
             ? STATUS_OK
             : services_fail(services,
                             STATUS_BAD_ARGUMENT,
                             "%s: expected one of %s for \"%s\"",
                             name,
                             arg->type,
                             arg->name);
  }

  const bool good = !strcmp(arg->type, "b")   ? json_is_boolean(value)
                    : !strcmp(arg->type, "a") ? json_is_array(value)
                    : !strcmp(arg->type, "o") ? json_is_object(value)
                    : !arg->type[0]
                      ? json_is_number(value) || json_is_boolean(value)
                      : json_is_string(value);
  return good ? STATUS_OK
              : services_fail(services,
                              STATUS_BAD_ARGUMENT,
                              "%s: expected a %s for \"%s\"",
                              name,
                              type_word(arg->type),
                              arg->name);
}

/// The argument with a name; false if there is none
static bool
find_arg(const char* args, const char* const name, Arg* const arg)
{
  while ((args = next_arg(args, arg))) {
    if (!strcmp(arg->name, name)) {
      return true;
    }
  }

  return false;
}

Status
daw_check(Services* const     services,
          const char* const   name,
          const char* const   args,
          const json_t* const json)
{
  Arg         arg;
  const char* key   = NULL;
  json_t*     value = NULL;
  if (json && !json_is_object(json)) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "%s: expected an object of arguments",
                         name);
  }

  json_object_foreach((json_t*)json, key, value)
  {
    if (!find_arg(args, key, &arg)) {
      return services_fail(services,
                           STATUS_BAD_ARGUMENT,
                           "%s: there is no argument \"%.60s\"",
                           name,
                           key);
    }

    const Status st = check_value(services, name, &arg, value);
    if (st) {
      return st;
    }
  }

  for (const char* at = args; (at = next_arg(at, &arg));) {
    if (arg.required && !json_object_get(json, arg.name)) {
      return services_fail(services,
                           STATUS_BAD_ARGUMENT,
                           "%s: the argument \"%s\" is missing",
                           name,
                           arg.name);
    }
  }

  return STATUS_OK;
}
