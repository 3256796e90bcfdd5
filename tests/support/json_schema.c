// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/json_schema.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

/// Where we are in the value, and the first fault
typedef struct {
  const json_t* root;
  char          path[512];
  char*         text;
  size_t        text_size;
} Walk;

static bool
conforms(Walk* walk, const json_t* schema, const json_t* value);

/// Conform in a part of the value
static bool
conforms_in(Walk* const         walk,
            const char* const   part,
            const json_t* const schema,
            const json_t* const value)
{
  const size_t length = strlen(walk->path);
  snprintf(walk->path + length, sizeof(walk->path) - length, "/%s", part);
  const bool good    = conforms(walk, schema, value);
  walk->path[length] = '\0';
  return good;
}

static bool
check_ref(Walk* const         walk,
          const json_t* const schema,
          const json_t* const rule,
          const json_t* const value)
{
  (void)schema;
  static const char   prefix[] = "#/$defs/";
  const char* const   ref      = json_string_value(rule);
  const json_t* const defs     = json_object_get(walk->root, "$defs");
  if (strncmp(ref, prefix, strlen(prefix))) {
    return false;
  }

  const json_t* const def = json_object_get(defs, ref + strlen(prefix));
  return def && conforms(walk, def, value);
}

static bool
check_type(Walk* const         walk,
           const json_t* const schema,
           const json_t* const rule,
           const json_t* const value)
{
  (void)walk;
  (void)schema;
  const char* const type = json_string_value(rule);
  return (!strcmp(type, "object") && json_is_object(value)) ||
         (!strcmp(type, "array") && json_is_array(value)) ||
         (!strcmp(type, "string") && json_is_string(value)) ||
         (!strcmp(type, "boolean") && json_is_boolean(value)) ||
         (!strcmp(type, "integer") && json_is_number(value) &&
          json_number_value(value) == floor(json_number_value(value))) ||
         (!strcmp(type, "number") && json_is_number(value));
}

static bool
check_enum(Walk* const         walk,
           const json_t* const schema,
           const json_t* const rule,
           const json_t* const value)
{
  (void)walk;
  (void)schema;
  size_t  i    = 0;
  json_t* word = NULL;
  json_array_foreach(rule, i, word)
  {
    if (json_equal(word, value)) {
      return true;
    }
  }
  return false;
}

static bool
check_minimum(Walk* const         walk,
              const json_t* const schema,
              const json_t* const rule,
              const json_t* const value)
{
  (void)walk;
  (void)schema;
  return !json_is_number(value) ||
         json_number_value(value) >= json_number_value(rule);
}

static bool
check_exclusive_minimum(Walk* const         walk,
                        const json_t* const schema,
                        const json_t* const rule,
                        const json_t* const value)
{
  (void)walk;
  (void)schema;
  return !json_is_number(value) ||
         json_number_value(value) > json_number_value(rule);
}

static bool
check_exclusive_maximum(Walk* const         walk,
                        const json_t* const schema,
                        const json_t* const rule,
                        const json_t* const value)
{
  (void)walk;
  (void)schema;
  return !json_is_number(value) ||
         json_number_value(value) < json_number_value(rule);
}

static bool
check_maximum(Walk* const         walk,
              const json_t* const schema,
              const json_t* const rule,
              const json_t* const value)
{
  (void)walk;
  (void)schema;
  return !json_is_number(value) ||
         json_number_value(value) <= json_number_value(rule);
}

static bool
check_max_length(Walk* const         walk,
                 const json_t* const schema,
                 const json_t* const rule,
                 const json_t* const value)
{
  (void)walk;
  (void)schema;
  return !json_is_string(value) ||
         json_string_length(value) <= (size_t)json_integer_value(rule);
}

static bool
check_pattern(Walk* const         walk,
              const json_t* const schema,
              const json_t* const rule,
              const json_t* const value)
{
  (void)walk;
  (void)schema;
  regex_t regex;
  if (!json_is_string(value)) {
    return true;
  }
  if (regcomp(&regex, json_string_value(rule), REG_EXTENDED | REG_NOSUB)) {
    return false;
  }

  const bool good = !regexec(&regex, json_string_value(value), 0, NULL, 0);
  regfree(&regex);
  return good;
}

static bool
check_min_items(Walk* const         walk,
                const json_t* const schema,
                const json_t* const rule,
                const json_t* const value)
{
  (void)walk;
  (void)schema;
  return !json_is_array(value) ||
         json_array_size(value) >= (size_t)json_integer_value(rule);
}

static bool
check_max_items(Walk* const         walk,
                const json_t* const schema,
                const json_t* const rule,
                const json_t* const value)
{
  (void)walk;
  (void)schema;
  return !json_is_array(value) ||
         json_array_size(value) <= (size_t)json_integer_value(rule);
}

static bool
check_prefix_items(Walk* const         walk,
                   const json_t* const schema,
                   const json_t* const rule,
                   const json_t* const value)
{
  (void)schema;
  for (size_t i = 0; i < json_array_size(rule) && i < json_array_size(value);
       ++i) {
    char part[24];
    snprintf(part, sizeof(part), "%zu", i);
    if (!conforms_in(
          walk, part, json_array_get(rule, i), json_array_get(value, i))) {
      return false;
    }
  }
  return true;
}

static bool
check_items(Walk* const         walk,
            const json_t* const schema,
            const json_t* const rule,
            const json_t* const value)
{
  const size_t first = json_array_size(json_object_get(schema, "prefixItems"));
  for (size_t i = first; i < json_array_size(value); ++i) {
    char part[24];
    snprintf(part, sizeof(part), "%zu", i);
    if (!conforms_in(walk, part, rule, json_array_get(value, i))) {
      return false;
    }
  }
  return true;
}

static bool
check_required(Walk* const         walk,
               const json_t* const schema,
               const json_t* const rule,
               const json_t* const value)
{
  (void)walk;
  (void)schema;
  size_t  i   = 0;
  json_t* key = NULL;
  json_array_foreach(rule, i, key)
  {
    if (json_is_object(value) &&
        !json_object_get(value, json_string_value(key))) {
      return false;
    }
  }
  return true;
}

static bool
check_properties(Walk* const         walk,
                 const json_t* const schema,
                 const json_t* const rule,
                 const json_t* const value)
{
  (void)schema;
  const char* key  = NULL;
  json_t*     part = NULL;
  json_object_foreach((json_t*)value, key, part)
  {
    const json_t* const property = json_object_get(rule, key);
    if (property && !conforms_in(walk, key, property, part)) {
      return false;
    }
  }
  return true;
}

static bool
check_additional(Walk* const         walk,
                 const json_t* const schema,
                 const json_t* const rule,
                 const json_t* const value)
{
  const json_t* const properties = json_object_get(schema, "properties");
  const char*         key        = NULL;
  json_t*             part       = NULL;
  json_object_foreach((json_t*)value, key, part)
  {
    if (!json_object_get(properties, key) &&
        (json_is_false(rule) ||
         (json_is_object(rule) && !conforms_in(walk, key, rule, part)))) {
      return false;
    }
  }
  return true;
}

/// One of the schemas must fit; the fault is that of the first
static bool
check_any_of(Walk* const         walk,
             const json_t* const schema,
             const json_t* const rule,
             const json_t* const value)
{
  (void)schema;
  const Walk before = *walk;
  size_t     i      = 0;
  json_t*    part   = NULL;
  json_array_foreach(rule, i, part)
  {
    *walk = before;
    if (conforms(walk, part, value)) {
      walk->text[0] = '\0';
      return true;
    }
  }

  *walk = before;
  return false;
}

static bool
check_nothing(Walk* const         walk,
              const json_t* const schema,
              const json_t* const rule,
              const json_t* const value)
{
  (void)walk;
  (void)schema;
  (void)rule;
  (void)value;
  return true;
}

// clang-format off
static const struct {
  const char* name;
  bool (*check)(Walk*, const json_t* schema, const json_t* rule,
                const json_t* value);
} keywords[] = {
  {"$ref", check_ref},             {"type", check_type},
  {"enum", check_enum},            {"minimum", check_minimum},
  {"maximum", check_maximum},      {"exclusiveMinimum", check_exclusive_minimum},
  {"maxLength", check_max_length}, {"pattern", check_pattern},
  {"minItems", check_min_items},   {"maxItems", check_max_items},
  {"prefixItems", check_prefix_items}, {"items", check_items},
  {"required", check_required},    {"properties", check_properties},
  {"additionalProperties", check_additional},
  {"anyOf", check_any_of},         {"exclusiveMaximum", check_exclusive_maximum},
  {"$schema", check_nothing},      {"$id", check_nothing},
  {"$comment", check_nothing},     {"$defs", check_nothing},
  {"title", check_nothing},        {"description", check_nothing},
  {"default", check_nothing},       {"examples", check_nothing},
};
// clang-format on

static bool
check_keyword(Walk* const         walk,
              const char* const   name,
              const json_t* const schema,
              const json_t* const rule,
              const json_t* const value)
{
  for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); ++i) {
    if (!strcmp(keywords[i].name, name)) {
      return keywords[i].check(walk, schema, rule, value);
    }
  }
  return !strncmp(name, "x-", 2);
}

static bool
conforms(Walk* const         walk,
         const json_t* const schema,
         const json_t* const value)
{
  const char* name = NULL;
  json_t*     rule = NULL;
  json_object_foreach((json_t*)schema, name, rule)
  {
    if (!check_keyword(walk, name, schema, rule, value)) {
      if (!walk->text[0]) {
        snprintf(walk->text, walk->text_size, "%s: %s", walk->path, name);
      }
      return false;
    }
  }
  return true;
}

bool
json_schema_conforms(const json_t* const root,
                     const json_t* const schema,
                     const json_t* const value,
                     char* const         text,
                     const size_t        text_size)
{
  Walk walk = {.root = root, .text = text, .text_size = text_size};
  text[0]   = '\0';
  return conforms(&walk, schema, value);
}
