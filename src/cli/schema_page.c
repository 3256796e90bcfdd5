// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/schema_page.h"

#include "base/ticks.h"
#include "cli/schema_text.h"

#include <ctype.h>
#include <string.h>

// What a row says

static bool
is_tick(const double beats)
{
  return beats > 0.0 && beats < 1.5 / TICKS_PER_BEAT;
}

/// Append to a text of bounded size
#define APPEND(text, ...)                                                      \
  snprintf((text) + strlen(text), sizeof(text) - strlen(text), __VA_ARGS__)

static void
describe_number(const ArgInfo* const arg, char* const out, const size_t size)
{
  char text[256] = "";
  APPEND(text, "%s", arg->type == ARG_INT ? "whole number" : "number");
  if (arg->type == ARG_TEMPO || arg->type == ARG_BEATS) {
    snprintf(text, sizeof(text), "%s", arg_type_name(arg->type));
  } else if (arg->unit[0]) {
    APPEND(text, " in %s", arg->unit);
  }
  if (is_tick(arg->min)) {
    APPEND(text, " above 0 up to %.10g", arg->max);
  } else {
    APPEND(text, " from %.10g to %.10g", arg->min, arg->max);
  }
  if (arg->clip == CLIP_BOTH) {
    APPEND(text, ", clamped");
  }
  snprintf(out, size, "%s", text);
}

static void
describe_words(const ArgInfo* const arg, char* const out, const size_t size)
{
  char text[512] = "one of";
  for (uint32_t i = 0; arg->words[i]; ++i) {
    APPEND(text, "%s `%s`", i ? "," : "", arg->words[i]);
  }
  snprintf(out, size, "%s", text);
}

/// What may be sent as an argument
static void
describe_arg(const ArgInfo* const arg, char* const out, const size_t size)
{
  switch (arg->type) {
    case ARG_BOOL:
      snprintf(out, size, "0 or 1");
      return;
    case ARG_STRING:
      snprintf(out, size, "text of at most %.0f bytes", arg->max);
      return;
    case ARG_ENUM:
      describe_words(arg, out, size);
      return;
    case ARG_ID:
      snprintf(out, size, "a %s", kind_name(arg->kind));
      return;
    case ARG_BLOB:
      snprintf(out, size, "blob");
      return;
    default:
      describe_number(arg, out, size);
  }
}

/// What an argument is if nothing is said; false if that makes no sense
static bool
describe_default(const OscRow* const  row,
                 const ArgInfo* const arg,
                 char* const          out,
                 const size_t         size)
{
  if (row->access != ACCESS_VALUE && !arg->optional) {
    return false;
  }
  if (arg->type == ARG_ENUM) {
    snprintf(out, size, "`%s`", arg->words[(int)arg->initial]);
    return true;
  }
  if (arg->type == ARG_STRING || arg->type == ARG_ID || arg->type == ARG_BLOB) {
    snprintf(out, size, "`%s`", row->field ? row->field->text : "");
    return row->field && row->field->text[0];
  }
  snprintf(out, size, "%.10g", arg->initial);
  return true;
}

static void
write_arg(FILE* const             out,
          const PageWriter* const writer,
          const OscRow* const     row,
          const ArgInfo* const    arg)
{
  char what[512];
  char initial[128];
  char text[768] = "";
  describe_arg(arg, what, sizeof(what));
  APPEND(text, "%s", what);
  if (describe_default(row, arg, initial, sizeof(initial))) {
    APPEND(text, ", %s by default", initial);
  }
  if (arg->optional) {
    APPEND(text, "; may be left out");
  }
  APPEND(text, ".");
  writer->entry(out, arg->name, text);
}

static void
write_notes(FILE* const             out,
            const PageWriter* const writer,
            const OscRow* const     row)
{
  // clang-format off
  static const struct {
    uint32_t    flag;
    const char* text;
  } notes[] = {
    {ROW_REPEAT,   "arguments may be repeated"},
    {ROW_LONG,     "a long job"},
    {ROW_UNDOABLE, "can be undone"},
    {ROW_CLOSED,   "also on a closed composition"},
  };
  // clang-format on

  char text[256] = "";
  for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); ++i) {
    if (row->flags & notes[i].flag) {
      APPEND(text, "%s%s", text[0] ? "; " : "", notes[i].text);
    }
  }
  if (row_has_norm(row) || row_has_text(row)) {
    APPEND(text,
           "%stwins%s%s",
           text[0] ? "; " : "",
           row_has_norm(row) ? " `norm`" : "",
           row_has_text(row) ? " `text`" : "");
  }
  APPEND(text, "%ssince %s.", text[0] ? "; " : "", row->since);
  text[0] = (char)toupper((unsigned char)text[0]);
  writer->paragraph(out, text, false);
}

static void
write_row(FILE* const             out,
          const PageWriter* const writer,
          const OscRow* const     row)
{
  char tags[SCHEMA_TAGS_SIZE];
  writer->begin_row(
    out, row->path, access_name(row->access), row_type_tags(row, tags));
  writer->paragraph(out, row->summary, false);
  if (row->num_args) {
    writer->begin_list(out);
    for (uint32_t i = 0; i < row->num_args; ++i) {
      write_arg(out, writer, row, &row->args[i]);
    }
    writer->end_list(out);
  }
  if (row->reply[0]) {
    char text[512];
    snprintf(text, sizeof(text), "Answer: %s.", row->reply);
    writer->paragraph(out, text, false);
  }
  write_notes(out, writer, row);
}

// The page

/// Whether a path is in a part of the address space
static bool
is_under(const char* const path, const char* const root)
{
  const size_t length = strlen(root);
  return length && !strncmp(path, root, length) &&
         (!path[length] || path[length] == '/');
}

/// The part that a path is in
static const SchemaRoot*
find_root(const char* const path)
{
  for (const SchemaRoot* root = schema_roots; root->root; ++root) {
    if (is_under(path, root->root)) {
      return root;
    }
  }
  return schema_roots;
}

static void
write_root(FILE* const             out,
           const PageWriter* const writer,
           const SchemaRoot* const root,
           const OscRow* const     rows,
           const uint32_t          num_rows)
{
  bool begun = false;
  for (uint32_t i = 0; i < num_rows; ++i) {
    if (find_root(rows[i].path) != root) {
      continue;
    }
    if (!begun) {
      writer->root(out, root->title, root->text);
      begun = true;
    }
    write_row(out, writer, &rows[i]);
  }
}

static void
write_section(FILE* const                out,
              const PageWriter* const    writer,
              const SchemaSection* const section)
{
  writer->section(out, section->title);
  bool in_list = false;
  for (const SchemaParagraph* p = section->paragraphs; p->text; ++p) {
    if (in_list && !p->term) {
      writer->end_list(out);
    } else if (!in_list && p->term) {
      writer->begin_list(out);
    }
    in_list = p->term != NULL;
    if (p->term) {
      writer->entry(out, p->term, p->text);
    } else {
      writer->paragraph(out, p->text, p == section->paragraphs);
    }
  }
  if (in_list) {
    writer->end_list(out);
  }
}

bool
schema_page(FILE* const             out,
            const PageWriter* const writer,
            const OscRow* const     rows,
            const uint32_t          num_rows)
{
  writer->begin(out);
  for (const SchemaSection* s = schema_sections; s->title; ++s) {
    write_section(out, writer, s);
  }
  writer->begin_roots(out);
  for (const SchemaRoot* root = schema_roots; root->root; ++root) {
    write_root(out, writer, root, rows, num_rows);
  }
  writer->end(out);
  return !ferror(out);
}
