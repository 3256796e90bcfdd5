// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/status.h"

// clang-format off
static const struct {
  const char* code;
  const char* text;
} statuses[] = {
  [STATUS_OK]              = {"ok",              "Done"},
  [STATUS_UNKNOWN_ADDRESS] = {"unknown-address", "No such address"},
  [STATUS_BAD_ARGUMENT]    = {"bad-argument",    "An argument makes no sense"},
  [STATUS_OUT_OF_RANGE]    = {"out-of-range",    "A value is out of range"},
  [STATUS_NOT_FOUND]       = {"not-found",       "Not found"},
  [STATUS_EXISTS]          = {"exists",          "It exists already"},
  [STATUS_BUSY]            = {"busy",            "Too busy, try again"},
  [STATUS_CONFLICT]        = {"conflict",        "Not possible now"},
  [STATUS_DENIED]          = {"denied",          "Not allowed"},
  [STATUS_IO]              = {"io",              "A file or device failed"},
  [STATUS_TOO_LARGE]       = {"too-large",       "Over a limit"},
  [STATUS_NOT_READY]       = {"not-ready",       "Not ready yet"},
  [STATUS_CANCELLED]       = {"cancelled",       "Cancelled"},
  [STATUS_TIMEOUT]         = {"timeout",         "Took too long"},
  [STATUS_UNSUPPORTED]     = {"unsupported",     "Not supported"},
  [STATUS_READ_ONLY]       = {"read-only",       "It can only be asked"},
  [STATUS_INTERNAL]        = {"internal",        "Internal error"},
  [STATUS_NO_MEMORY]       = {"internal",        "Out of memory"},
};
// clang-format on

const char*
status_code(const Status status)
{
  return statuses[status].code;
}

const char*
status_text(const Status status)
{
  return statuses[status].text;
}
