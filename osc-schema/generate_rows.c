// SPDX-License-Identifier: GPL-3.0-or-later
//
// Write the table of addresses

#include "generate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/// As in src/base/ticks.h
#define TICKS_PER_BEAT 983040.0

/// A handler of a row: its own, or that of all fields
static const char*
handler_of(const json_t* const row, const char* const key)
{
  const char* const own    = text_of(row, key);
  const char* const access = text_of(row, "access");
  if (own[0]) {
    return own;
  }
  if (!json_object_get(row, "field") ||
      (!strcmp(key, "set") && !strcmp(access, "read"))) {
    return "NULL";
  }
  return !strcmp(key, "set") ? "osc_field_set" : "osc_field_get";
}

static int
compare_texts(const void* const a, const void* const b)
{
  return strcmp(*(const char* const*)a, *(const char* const*)b);
}

/// Declare every handler once
static void
write_handlers(FILE* const out, const RowDefs* const rows)
{
  const char** const names = calloc(2 * rows->count + 1, sizeof(char*));
  if (!names) {
    return;
  }

  for (size_t i = 0; i < rows->count; ++i) {
    const char* const range = text_of(rows->rows[i].schema, "range");
    if (range[0]) {
      fprintf(
        out,
        "void\n%s(Services* services, const OscCall* call, ArgInfo* arg);\n\n",
        range);
    }
  }

  size_t count = 0;
  for (size_t i = 0; i < rows->count; ++i) {
    names[count++] = handler_of(rows->rows[i].schema, "get");
    names[count++] = handler_of(rows->rows[i].schema, "set");
  }
  qsort(names, count, sizeof(names[0]), compare_texts);

  for (size_t i = 0; i < count; ++i) {
    if (strcmp(names[i], "NULL") && (!i || strcmp(names[i], names[i - 1]))) {
      fprintf(
        out, "Status\n%s(Services* services, OscCall* call);\n\n", names[i]);
    }
  }
  free(names);
}

/// Write KIND_TRACK for "track", KIND_NONE for a channel
static void
write_kind(FILE* const out, const char* const name)
{
  if (!name[0] || !strcmp(name, "channel")) {
    fprintf(out, "KIND_NONE");
    return;
  }
  fprintf(out, "KIND_");
  for (const char* c = name; *c; ++c) {
    fputc(toupper((unsigned char)*c), out);
  }
}

/// What all arguments have, from a row or from a field
typedef struct {
  const char* name;
  const char* type;
  const char* kind;
  double      min;
  double      max;
  double      initial;
  const char* words; ///< Name of the array, or "NULL"
  const char* unit;
  const char* scale;
  bool        clip;
  bool        optional;
  const char* examples; ///< Name of the array, or "NULL"
} Arg;

static void
write_arg(FILE* const out, const Arg* const arg)
{
  fprintf(out, "  {");
  write_text(out, arg->name);
  fprintf(out, ", %s, ", arg->type);
  write_kind(out, arg->kind);
  fprintf(out, ", ");
  write_number(out, arg->min);
  fprintf(out, ", ");
  write_number(out, arg->max);
  fprintf(out, ", ");
  write_number(out, arg->initial);
  fprintf(out, ", %s, ", arg->words);
  write_text(out, arg->unit);
  fprintf(out, ", ");
  write_text(out, arg->scale[0] ? arg->scale : "linear");
  fprintf(out,
          ", %s, %s, %s},\n",
          arg->clip ? "CLIP_BOTH" : "CLIP_NONE",
          arg->optional ? "true" : "false",
          arg->examples);
}

/// Least value of beats: one tick above what they must be above
static double
least(const double min, const bool open)
{
  return open ? min + 1.0 / TICKS_PER_BEAT : min;
}

/// Least and greatest number of an argument, and the initial one
static void
read_numbers(const json_t* const arg, Arg* const out)
{
  const json_t* const initial = json_object_get(arg, "default");
  const json_t* const words   = json_object_get(arg, "words");
  const json_t* const max     = json_object_get(arg, "max");
  const char* const   type    = text_of(arg, "type");
  const json_t* const min     = json_object_get(arg, "min");
  out->min     = least(json_number_value(min), flag_of(arg, "open"));
  out->max     = json_number_value(max);
  out->initial = json_is_true(initial) ? 1.0 : json_number_value(initial);
  if (words) {
    out->max = (double)json_array_size(words) - 1.0;
    for (size_t i = 0; i < json_array_size(words); ++i) {
      if (json_equal(json_array_get(words, i), initial)) {
        out->initial = (double)i;
      }
    }
  } else if (!strcmp(type, "bool")) {
    out->max = 1.0;
  } else if (!strcmp(type, "s") && !max) {
    out->max = 1000.0;
  } else if (!initial && out->initial < out->min) {
    out->initial = out->min;
  }
}

/// Name the array of an argument's list ("NULL" if it has none), and write it
/// if there is a file to write to
static void
name_list(FILE* const         out,
          const char* const   key,
          const json_t* const arg,
          const size_t        row_number,
          const size_t        arg_number,
          char                name[64])
{
  const json_t* const list = json_object_get(arg, key);
  if (!list) {
    strcpy(name, "NULL");
    return;
  }
  snprintf(name, 64, "%s_%zu_%zu", key, row_number, arg_number);
  if (out) {
    write_words(out, name, list);
  }
}

static void
write_own_args(FILE* const         out,
               const size_t        row_number,
               const json_t* const args)
{
  size_t  i   = 0;
  json_t* arg = NULL;
  char    words[64];
  char    examples[64];
  json_array_foreach(args, i, arg)
  {
    name_list(out, "words", arg, row_number, i, words);
    name_list(out, "examples", arg, row_number, i, examples);
  }

  fprintf(out, "static const ArgInfo args_%zu[] = {\n", row_number);
  json_array_foreach(args, i, arg)
  {
    name_list(NULL, "words", arg, row_number, i, words);
    name_list(NULL, "examples", arg, row_number, i, examples);
    Arg all = {
      .name     = text_of(arg, "name"),
      .type     = arg_type_find(text_of(arg, "type"))->type,
      .kind     = text_of(arg, "kind"),
      .words    = words,
      .unit     = text_of(arg, "unit"),
      .scale    = text_of(arg, "scale"),
      .clip     = text_of(arg, "clip")[0],
      .optional = flag_of(arg, "optional"),
      .examples = examples,
    };
    read_numbers(arg, &all);
    write_arg(out, &all);
  }
  fprintf(out, "};\n");
}

/// Write the argument of an address that is a field
static void
write_field_arg(FILE* const           out,
                const size_t          row_number,
                const FieldDef* const def)
{
  const char* const dot   = strrchr(def->key, '.');
  const Range       range = field_range(def);
  char              words[64];
  char              examples[64];
  name_list(out, "enum", def->schema, row_number, 0, words);
  name_list(out, "examples", def->schema, row_number, 0, examples);

  const Arg arg = {
    .name     = dot ? dot + 1 : def->key,
    .type     = def->type->arg,
    .kind     = text_of(def->schema, "x-kind"),
    .min      = least(range.min, range.open),
    .max      = range.max,
    .initial  = field_initial(def),
    .words    = words,
    .unit     = text_of(def->schema, "x-unit"),
    .scale    = text_of(def->schema, "x-scale"),
    .clip     = text_of(def->schema, "x-clip")[0],
    .examples = examples,
  };
  fprintf(out, "static const ArgInfo args_%zu[] = {\n", row_number);
  write_arg(out, &arg);
  fprintf(out, "};\n");
}

/// Write the placeholders of a path; returns their number
static unsigned
write_places(FILE* const out, const size_t row_number, const char* const path)
{
  PathParts parts;
  unsigned  count = 0;
  path_parse(path, &parts);
  for (unsigned i = 0; i < parts.count; ++i) {
    const char* const part = parts.parts[i];
    if (part[0] != '{') {
      continue;
    }
    if (!count++) {
      fprintf(out, "static const Place places_%zu[] = {\n", row_number);
    }
    const PlaceInfo* const info = place_find(part);
    fprintf(out,
            "  {\"%.*s\", %s, %s},\n",
            (int)strlen(part) - 2,
            part + 1,
            info->type,
            info->kind);
  }
  if (count) {
    fprintf(out, "};\n");
  }
  return count;
}

/// Write the arguments of a row; returns their number
static size_t
write_args(FILE* const           out,
           const size_t          row_number,
           const json_t* const   row,
           const FieldDef* const def)
{
  const json_t* const args = json_object_get(row, "args");
  if (def) {
    write_field_arg(out, row_number, def);
    return 1;
  }
  if (json_array_size(args)) {
    write_own_args(out, row_number, args);
  }
  return json_array_size(args);
}

/// Whether any argument may be left out
static bool
has_optional(const json_t* const row)
{
  size_t  i   = 0;
  json_t* arg = NULL;
  json_array_foreach(json_object_get(row, "args"), i, arg)
  {
    if (flag_of(arg, "optional")) {
      return true;
    }
  }
  return false;
}

static void
write_flags(FILE* const out, const json_t* const row, const FieldDef* const def)
{
  const bool value  = !strcmp(text_of(row, "access"), "value");
  const bool clips  = def && text_of(def->schema, "x-clip")[0];
  const bool undone = flag_of(row, "undoable") || (def && value);
  fprintf(out,
          "%s%s%s%s%s%s%s%s0",
          undone ? "ROW_UNDOABLE | " : "",
          flag_of(row, "long") ? "ROW_LONG | " : "",
          flag_of(row, "repeat") ? "ROW_REPEAT | " : "",
          has_optional(row) ? "ROW_OPTIONAL | " : "",
          flag_of(row, "gesture") || (clips && value) ? "ROW_GESTURE | " : "",
          flag_of(row, "closed") ? "ROW_CLOSED | " : "",
          flag_of(row, "own") ? "ROW_OWN | " : "",
          flag_of(row, "derived") ? "ROW_DERIVED | " : "");
}

static void
write_field_of(FILE* const out, const FieldDef* const def)
{
  if (!def) {
    fprintf(out, "NODE_COMPOSITION, NULL");
    return;
  }
  fprintf(out, "NODE_");
  for (const char* c = def->node; *c; ++c) {
    fputc(toupper((unsigned char)*c), out);
  }
  fprintf(out, ", &%s_fields[%u]", def->node, def->index);
}

static void
write_row(FILE* const           out,
          const size_t          number,
          const json_t* const   row,
          const FieldDef* const def,
          const size_t          num_args,
          const unsigned        num_places)
{
  const int access = find_word(access_names, text_of(row, "access"));
  fprintf(out, "  {");
  write_text(out, text_of(row, "path"));
  fprintf(out, ", %s,\n   ", access_constants[access]);
  write_flags(out, row, def);
  fprintf(out, ", ");
  write_field_of(out, def);
  fprintf(
    out, ",\n   %s, %s, ", handler_of(row, "get"), handler_of(row, "set"));
  if (num_args) {
    fprintf(out, "args_%zu, %zuu, ", number, num_args);
  } else {
    fprintf(out, "NULL, 0u, ");
  }
  if (num_places) {
    fprintf(out, "places_%zu, %uu,\n   ", number, num_places);
  } else {
    fprintf(out, "NULL, 0u,\n   ");
  }
  write_text(out, text_of(row, "summary"));
  fprintf(out, ",\n   ");
  write_text(out, text_of(row, "reply"));
  fprintf(out, ", ");
  write_text(out, text_of(row, "since"));
  fprintf(out, ", ");
  if (json_object_get(row, "action")) {
    write_text(out, text_of(row, "action"));
  } else {
    fprintf(out, "NULL");
  }
  const char* const range = text_of(row, "range");
  fprintf(out, ", %s, ", range[0] ? range : "NULL");
  if (json_object_get(row, "named")) {
    write_text(out, text_of(row, "named"));
  } else {
    fprintf(out, "NULL");
  }
  fprintf(out,
          ", %uu},\n",
          (unsigned)json_integer_value(json_object_get(row, "work")));
}

/// Declare the tables of fields that rows point into
static void
write_field_tables(FILE* const            out,
                   const RowDefs* const   rows,
                   const FieldDefs* const fields)
{
  for (size_t f = 0; f < fields->count; ++f) {
    const char* const node = fields->fields[f].node;
    if (f && fields->fields[f - 1].node == node) {
      continue;
    }
    for (size_t i = 0; i < rows->count; ++i) {
      const char* const     name = text_of(rows->rows[i].schema, "field");
      const FieldDef* const def  = fields_find(fields, name);
      if (def && def->node == node) {
        fprintf(out, "extern const Field %s_fields[];\n", node);
        break;
      }
    }
  }
}

void
rows_write_handlers(FILE* const out, const RowDefs* const rows)
{
  fprintf(out,
          "// Generated by osc-schema/generate.c\n\n"
          "#ifndef SONIC_OSC_HANDLERS_H\n"
          "#define SONIC_OSC_HANDLERS_H\n\n"
          "#include \"osc/schema.h\"\n\n");
  write_handlers(out, rows);
  fprintf(out, "#endif // SONIC_OSC_HANDLERS_H\n");
}

void
rows_write(FILE* const            out,
           const RowDefs* const   rows,
           const FieldDefs* const fields)
{
  fprintf(out,
          "// Generated by osc-schema/generate.c\n\n"
          "#include \"osc/handlers.h\"\n"
          "#include \"osc/schema.h\"\n\n"
          "#include <stddef.h>\n\n");
  write_field_tables(out, rows, fields);
  fprintf(out, "\n");

  size_t*   num_args   = calloc(rows->count + 1, sizeof(*num_args));
  unsigned* num_places = calloc(rows->count + 1, sizeof(*num_places));
  for (size_t i = 0; num_args && num_places && i < rows->count; ++i) {
    const json_t* const   row = rows->rows[i].schema;
    const FieldDef* const def = fields_find(fields, text_of(row, "field"));
    num_args[i]               = write_args(out, i, row, def);
    num_places[i]             = write_places(out, i, text_of(row, "path"));
  }

  fprintf(out, "\nconst OscRow schema_rows[] = {\n");
  for (size_t i = 0; num_args && num_places && i < rows->count; ++i) {
    const json_t* const   row = rows->rows[i].schema;
    const FieldDef* const def = fields_find(fields, text_of(row, "field"));
    write_row(out, i, row, def, num_args[i], num_places[i]);
  }
  fprintf(out, "};\n\nconst uint32_t schema_num_rows = %zuu;\n", rows->count);
  free(num_args);
  free(num_places);
}
