// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude check`: what is wrong with composition files

#include "cli/commands.h"
#include "cli/options.h"
#include "model/codec.h"
#include "store/file.h"

#include <stdio.h>
#include <stdlib.h>

/// Largest file that is read
#define MAX_FILE_BYTES ((uint64_t)4 << 30)

static bool
print_fault(void* const handle, const CodecError* const error)
{
  fprintf(stderr,
          "%s:%d:%d: %s%s%s\n",
          (const char*)handle,
          error->line,
          error->column,
          error->path,
          error->path[0] ? ": " : "",
          error->text);
  return true;
}

/// Print all faults of a file; false if there is any
static bool
check_file(char* const path)
{
  char         text[FILE_TEXT_SIZE] = "";
  char*        data                 = NULL;
  size_t       size                 = 0;
  const Status st =
    file_read(path, MAX_FILE_BYTES, &data, &size, text, sizeof(text));
  if (st) {
    fprintf(stderr, "sonic-claude check: %s\n", text);
    return false;
  }

  const uint32_t faults = composition_check(data, size, print_fault, path);
  free(data);
  return !faults;
}

int
cli_check(const int argc, char** const argv)
{
  const Usage usage = {
    "check",
    "FILE...",
    "Say what is wrong with composition files, as FILE:LINE:COLUMN: what.",
    NULL,
    0,
    1,
    -1,
  };

  int                 num_args = 0;
  const OptionsResult read     = options_read(&usage, argc, argv, &num_args);
  if (read != OPTIONS_GO) {
    return read == OPTIONS_HELP ? 0 : 2;
  }

  bool good = true;
  for (int i = 0; i < num_args; ++i) {
    good = check_file(argv[i]) && good;
  }

  return good ? 0 : 1;
}
