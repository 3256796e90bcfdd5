// SPDX-License-Identifier: GPL-3.0-or-later
//
// The OSC surface as a text to read, by root
//
// What holds for all addresses comes first (see schema_text.h), then the
// addresses.  The page is walked once; a writer puts its pieces into a format.

#ifndef SONIC_CLI_SCHEMA_PAGE_H
#define SONIC_CLI_SCHEMA_PAGE_H

#include "osc/schema.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/// How a format writes the pieces of a page; texts have backquotes
typedef struct {
  void (*begin)(FILE* out);
  void (*section)(FILE* out, const char* title);
  void (*paragraph)(FILE* out, const char* text, bool first);
  void (*begin_list)(FILE* out);
  void (*entry)(FILE* out, const char* term, const char* text);
  void (*end_list)(FILE* out);
  void (*begin_roots)(FILE* out);
  void (*root)(FILE* out, const char* title, const char* text);
  void (*begin_row)(FILE*       out,
                    const char* path,
                    const char* access,
                    const char* tags);
  void (*end)(FILE* out);
} PageWriter;

/// Write the page; false if writing failed
bool
schema_page(FILE*             out,
            const PageWriter* writer,
            const OscRow*     rows,
            uint32_t          num_rows);

/// Write the reference in Markdown; false if writing failed
bool
schema_markdown(FILE* out, const OscRow* rows, uint32_t num_rows);

/// Write the page sonic-claude-osc(7) in mdoc; false if writing failed
bool
schema_man(FILE* out, const OscRow* rows, uint32_t num_rows);

#endif // SONIC_CLI_SCHEMA_PAGE_H
