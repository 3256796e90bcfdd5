// SPDX-License-Identifier: GPL-3.0-or-later
//
// The OSC surface in Markdown, whose texts are written so already

#include "cli/schema_page.h"

static void
markdown_begin(FILE* const out)
{
  fputs("# The OSC surface of Sonic Claude\n", out);
}

static void
markdown_section(FILE* const out, const char* const title)
{
  fprintf(out, "\n## %s\n", title);
}

static void
markdown_paragraph(FILE* const out, const char* const text, const bool first)
{
  (void)first;
  fprintf(out, "\n%s\n", text);
}

static void
markdown_begin_list(FILE* const out)
{
  fputc('\n', out);
}

static void
markdown_entry(FILE* const out, const char* const term, const char* const text)
{
  fprintf(out, "- `%s`: %s\n", term, text);
}

/// A list or the page needs nothing at its end
static void
markdown_end(FILE* const out)
{
  (void)out;
}

static void
markdown_begin_roots(FILE* const out)
{
  fputs("\n## Addresses\n", out);
}

static void
markdown_root(FILE* const out, const char* const title, const char* const text)
{
  fprintf(out, "\n### %s\n\n%s\n", title, text);
}

static void
markdown_begin_row(FILE* const       out,
                   const char* const path,
                   const char* const access,
                   const char* const tags)
{
  fprintf(
    out, "\n#### `%s%s%s`\n\n*%s*\n", path, tags[0] ? " ," : "", tags, access);
}

static const PageWriter markdown = {
  .begin       = markdown_begin,
  .section     = markdown_section,
  .paragraph   = markdown_paragraph,
  .begin_list  = markdown_begin_list,
  .entry       = markdown_entry,
  .end_list    = markdown_end,
  .begin_roots = markdown_begin_roots,
  .root        = markdown_root,
  .begin_row   = markdown_begin_row,
  .end         = markdown_end,
};

bool
schema_markdown(FILE* const         out,
                const OscRow* const rows,
                const uint32_t      num_rows)
{
  return schema_page(out, &markdown, rows, num_rows);
}
