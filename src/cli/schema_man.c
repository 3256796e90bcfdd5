// SPDX-License-Identifier: GPL-3.0-or-later
//
// The OSC surface as a manual page, in mdoc

#include "cli/schema_page.h"

#include <ctype.h>

/// Write a text line; what is between backquotes is bold
static void
man_text(FILE* const out, const char* const text)
{
  bool bold = false;
  for (const char* c = text; *c; ++c) {
    if (*c == '`') {
      bold = !bold;
      fputs(bold ? "\\fB" : "\\fR", out);
    } else if (*c == '\\') {
      fputs("\\e", out);
    } else if (*c == '-') {
      fputs("\\-", out);
    } else {
      fputc(*c, out);
    }

    // Sentences begin on lines of their own
    if (*c == '.' && c > text && c[-1] != '.' && c[1] == ' ' &&
        isupper((unsigned char)c[2])) {
      fputc('\n', out);
      ++c;
    }
  }
  fputc('\n', out);
}

static void
man_begin(FILE* const out)
{
  fputs(".\\\" Generated from the schema\n"
        ".Dd November 24, 2026\n"
        ".Dt SONIC-CLAUDE-OSC 7\n"
        ".Os\n"
        ".Sh NAME\n"
        ".Nm sonic-claude-osc\n"
        ".Nd OSC surface of sonic-claude\n"
        ".Sh DESCRIPTION\n"
        "All that\n"
        ".Xr sonic-claude 1\n"
        "does is reached by Open Sound Control.\n"
        "What holds for all addresses comes first, then the addresses.\n",
        out);
}

static void
man_section(FILE* const out, const char* const title)
{
  fputs(".Ss ", out);
  man_text(out, title);
}

static void
man_paragraph(FILE* const out, const char* const text, const bool first)
{
  fputs(first ? "" : ".Pp\n", out);
  man_text(out, text);
}

static void
man_begin_list(FILE* const out)
{
  fputs(".Bl -tag -width Ds\n", out);
}

static void
man_entry(FILE* const out, const char* const term, const char* const text)
{
  fprintf(out, ".It Sy \"%s\"\n", term);
  man_text(out, text);
}

static void
man_end_list(FILE* const out)
{
  fputs(".El\n", out);
}

static void
man_begin_roots(FILE* const out)
{
  fputs(".Sh ADDRESSES\n", out);
}

static void
man_root(FILE* const out, const char* const title, const char* const text)
{
  man_section(out, title);
  man_text(out, text);
}

static void
man_begin_row(FILE* const       out,
              const char* const path,
              const char* const access,
              const char* const tags)
{
  fprintf(
    out, ".Pp\n\\fB%s\\fR%s%s (%s)\n", path, tags[0] ? " ," : "", tags, access);
}

static void
man_end(FILE* const out)
{
  fputs(".Sh EXAMPLES\n"
        "Play, and bring the first track down by six decibels:\n"
        ".Bd -literal -offset indent\n"
        "sonic\\-claude send /playback/play\n"
        "sonic\\-claude send /mixer/channels/1/fader \\-6\n"
        ".Ed\n"
        ".Pp\n"
        "The same from a surface with faders from 0 to 1:\n"
        ".Bd -literal -offset indent\n"
        "/mixer/channels/1/fader/norm ,f 0.6\n"
        ".Ed\n"
        ".Sh SEE ALSO\n"
        ".Xr oscsend 1 ,\n"
        ".Xr sonic-claude 1\n",
        out);
}

static const PageWriter man = {
  .begin       = man_begin,
  .section     = man_section,
  .paragraph   = man_paragraph,
  .begin_list  = man_begin_list,
  .entry       = man_entry,
  .end_list    = man_end_list,
  .begin_roots = man_begin_roots,
  .root        = man_root,
  .begin_row   = man_begin_row,
  .end         = man_end,
};

bool
schema_man(FILE* const out, const OscRow* const rows, const uint32_t num_rows)
{
  return schema_page(out, &man, rows, num_rows);
}
