// SPDX-License-Identifier: GPL-3.0-or-later
//
// Another program at work, and what it prints
//
// Standard output and standard error are read as one text.

#ifndef SONIC_SUPPORT_TOOL_H
#define SONIC_SUPPORT_TOOL_H

#include "support/process.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  Process process;
  int     pipe;
  char*   text; ///< What it has printed, owned
  size_t  size;
} Tool;

/// Start a program, looked for in PATH, with its arguments, ending in null
bool
tool_start(Tool* tool, const char* const* argv);

/// Wait until a whole line of its output has a text in it; where that is, valid
/// until the next wait, or null if the time is over or it has ended without
const char*
tool_wait(Tool* tool, const char* what, int timeout_ms);

/// Send SIGTERM, wait for the end, read the rest
void
tool_stop(Tool* tool);

/// Stop it if it runs, forget its output
void
tool_free(Tool* tool);

#endif // SONIC_SUPPORT_TOOL_H
