// SPDX-License-Identifier: GPL-3.0-or-later
//
// The line at the bottom of a terminal that tells how the daemon is

#ifndef SONIC_CLI_STATUS_LINE_H
#define SONIC_CLI_STATUS_LINE_H

#include "services/services.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  bool     enabled; ///< Standard error is a terminal
  bool     shown;   ///< The line is on the screen now
  uint64_t next;    ///< When it is drawn again, monotonic nanoseconds
  char     url[128];
} StatusLine;

/// Prepare the line of a daemon at a URL
void
status_line_init(StatusLine* line, const char* url);

/// Draw the line anew, a few times a second
void
status_line_update(StatusLine* line, Services* services);

/// Take the line away, so that something else can be printed
void
status_line_clear(StatusLine* line);

#endif // SONIC_CLI_STATUS_LINE_H
