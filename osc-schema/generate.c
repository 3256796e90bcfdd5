// SPDX-License-Identifier: GPL-3.0-or-later
//
// Turn the schema into C tables

#include "generate.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DOCUMENT_FILE "composition.schema.json"

void
fault(Context* const context, const char* const format, ...)
{
  fprintf(stderr, "%s: %s: ", context->file, context->path);

  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);

  fputc('\n', stderr);
  ++context->num_faults;
}

const char*
text_of(const json_t* const object, const char* const key)
{
  const char* const text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

bool
flag_of(const json_t* const object, const char* const key)
{
  return json_is_true(json_object_get(object, key));
}

bool
is_name(const char* const text)
{
  return text[0] >= 'a' && text[0] <= 'z' &&
         !text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

int
find_word(const char* const* const words, const char* const text)
{
  for (int i = 0; words[i]; ++i) {
    if (!strcmp(words[i], text)) {
      return i;
    }
  }
  return -1;
}

void
check_keys(Context* const           context,
           const json_t* const      object,
           const char* const* const known)
{
  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach((json_t*)object, key, value)
  {
    if (find_word(known, key) < 0) {
      fault(context, "unknown key \"%s\"", key);
    }
  }
}

void
check_sentence(Context* const      context,
               const json_t* const object,
               const char* const   key)
{
  const char* const text   = text_of(object, key);
  const size_t      length = strlen(text);
  if (!length) {
    fault(context, "no %s", key);
  } else if (text[length - 1] != '.') {
    fault(context, "%s does not end with a period", key);
  }
}

void
check_texts(Context* const context, const json_t* const value)
{
  if (json_is_string(value)) {
    const char* const text   = json_string_value(value);
    const size_t      length = strlen(text);
    if (length && (text[0] == ' ' || text[length - 1] == ' ')) {
      fault(context, "space at an end of \"%s\"", text);
    }
    for (size_t i = 0; i < length; ++i) {
      if ((unsigned char)text[i] < ' ' || text[i] == 127) {
        fault(context, "control character in \"%s\"", text);
        break;
      }
    }
    return;
  }

  const char* key   = NULL;
  json_t*     child = NULL;
  json_object_foreach((json_t*)value, key, child)
  {
    check_texts(context, child);
  }

  size_t i = 0;
  json_array_foreach(value, i, child)
  {
    check_texts(context, child);
  }
}

void
write_text(FILE* const out, const char* const text)
{
  fputc('"', out);
  for (const char* c = text; *c; ++c) {
    if (*c == '"' || *c == '\\') {
      fprintf(out, "\\%c", *c);
    } else if ((unsigned char)*c < ' ' || (unsigned char)*c > '~') {
      fprintf(out, "\\%03o", (unsigned)(unsigned char)*c);
    } else {
      fputc(*c, out);
    }
  }
  fputc('"', out);
}

void
write_number(FILE* const out, const double number)
{
  char text[32];
  for (int digits = 15; digits <= 17; ++digits) {
    snprintf(text, sizeof(text), "%.*g", digits, number);
    if (strtod(text, NULL) == number) {
      break;
    }
  }
  fprintf(out, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

void
write_words(FILE* const out, const char* const name, const json_t* const words)
{
  fprintf(out, "static const char* const %s[] = {", name);
  size_t  i    = 0;
  json_t* word = NULL;
  json_array_foreach(words, i, word)
  {
    write_text(out, json_string_value(word));
    fprintf(out, ", ");
  }
  fprintf(out, "NULL};\n");
}

/// Read a file of the schema, telling a fault if it is no JSON; owned or null
static json_t*
load(Context* const context, const char* const dir, const char* const name)
{
  char path[PATH_MAX];
  snprintf(path, sizeof(path), "%s/%s", dir, name);

  json_error_t  error;
  json_t* const json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (!json) {
    context->file = name;
    context->path = "";
    fprintf(
      stderr, "%s:%d:%d: %s\n", name, error.line, error.column, error.text);
    ++context->num_faults;
  }
  return json;
}

static int
is_addresses(const struct dirent* const entry)
{
  const char* const dot = strrchr(entry->d_name, '.');
  return dot && !strcmp(dot, ".json") && strcmp(entry->d_name, DOCUMENT_FILE);
}

/// Take the addresses of a file
static void
add_rows(Context* const      context,
         const char* const   file,
         const json_t* const json,
         RowDefs* const      rows)
{
  context->file = file;
  context->path = "/";
  if (!json_is_array(json)) {
    fault(context, "expected an array of addresses");
    return;
  }

  const size_t  count = rows->count + json_array_size(json);
  RowDef* const grown = realloc(rows->rows, (count + 1) * sizeof(RowDef));
  if (!grown) {
    fault(context, "out of memory");
    return;
  }
  rows->rows = grown;

  size_t  i   = 0;
  json_t* row = NULL;
  json_array_foreach(json, i, row)
  {
    RowDef* const def = &rows->rows[rows->count++];
    snprintf(def->file, sizeof(def->file), "%s", file);
    def->schema = row;
  }
}

/// Read all files of addresses; `all` keeps their JSON alive
static void
load_rows(Context* const    context,
          const char* const dir,
          json_t* const     all,
          RowDefs* const    rows)
{
  struct dirent** entries = NULL;
  const int       count   = scandir(dir, &entries, is_addresses, alphasort);
  for (int i = 0; i < count; ++i) {
    json_t* const json = load(context, dir, entries[i]->d_name);
    if (json) {
      add_rows(context, entries[i]->d_name, json, rows);
      json_array_append_new(all, json);
    }
    free(entries[i]);
  }
  free(entries);
}

/// Open a file to be written, or say why not
static FILE*
create(const char* const dir, const char* const name)
{
  char path[PATH_MAX];
  snprintf(path, sizeof(path), "%s/%s", dir, name);
  FILE* const out = fopen(path, "w");
  if (!out) {
    perror(path);
  }
  return out;
}

static bool
finish(FILE* const out)
{
  const bool failed = ferror(out);
  return !fclose(out) && !failed;
}

/// Write the document's schema as bytes, since a text may not be that long
static bool
write_schema(FILE* const out, const json_t* const schema)
{
  char* const text = json_dumps(schema, JSON_INDENT(2) | JSON_ENSURE_ASCII);
  if (!text) {
    return false;
  }

  fputs("\nconst char composition_schema[] = {", out);
  for (size_t i = 0; text[i]; ++i) {
    fprintf(out, "%s%d,", i % 20u ? "" : "\n  ", text[i]);
  }

  fputs("\n  0};\n", out);
  free(text);
  return true;
}

static bool
write_all(const char* const      dir,
          const json_t* const    schema,
          const FieldDefs* const fields,
          const RowDefs* const   rows)
{
  FILE* const fields_out = create(dir, "fields.c");
  if (!fields_out) {
    return false;
  }
  fields_write(fields_out, schema, fields);
  if (!finish(fields_out)) {
    return false;
  }

  char folder[PATH_MAX];
  snprintf(folder, sizeof(folder), "%s/osc", dir);
  if (mkdir(folder, 0777) && errno != EEXIST) {
    perror(folder);
    return false;
  }

  FILE* const handlers_out = create(dir, "osc/handlers.h");
  if (!handlers_out) {
    return false;
  }
  rows_write_handlers(handlers_out, rows);
  if (!finish(handlers_out)) {
    return false;
  }

  FILE* const rows_out = create(dir, "schema_table.c");
  if (!rows_out) {
    return false;
  }
  rows_write(rows_out, rows, fields);
  return write_schema(rows_out, schema) && finish(rows_out);
}

int
main(const int argc, char** const argv)
{
  if (argc != 3) {
    fprintf(stderr, "usage: generate SCHEMA_DIR OUT_DIR\n");
    return 2;
  }

  Context       context = {DOCUMENT_FILE, "", 0};
  FieldDefs     fields  = {NULL, 0};
  RowDefs       rows    = {NULL, 0};
  json_t* const all     = json_array();
  json_t* const schema  = load(&context, argv[1], DOCUMENT_FILE);
  if (schema) {
    fields_read(&context, schema, &fields);
    load_rows(&context, argv[1], all, &rows);
    rows_check(&context, &rows, &fields);
  }

  bool good = !context.num_faults;
  if (good) {
    good = write_all(argv[2], schema, &fields, &rows);
  }

  free(rows.rows);
  free(fields.fields);
  json_decref(all);
  json_decref(schema);
  return good ? 0 : 1;
}
