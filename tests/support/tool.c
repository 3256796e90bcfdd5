// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/tool.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
tool_start(Tool* const tool, const char* const* const argv)
{
  int fds[2];
  *tool = (Tool){.pipe = -1};
  if (pipe2(fds, O_CLOEXEC)) {
    return false;
  }

  const bool started =
    process_start(&tool->process, argv, NULL, fds[1], fds[1]);
  close(fds[1]);
  tool->pipe = fds[0];
  tool->text = (char*)calloc(1, 1);
  return started;
}

/// Read once; false when the time is over or nothing more comes
static bool
receive(Tool* const tool, const int64_t end_ms)
{
  char          data[4096];
  const int64_t left   = end_ms - now_ms();
  struct pollfd poller = {tool->pipe, POLLIN, 0};
  if (poll(&poller, 1, left > 0 ? (int)left : 0) <= 0) {
    return false;
  }

  const ssize_t n = read(tool->pipe, data, sizeof(data));
  if (n <= 0) {
    return false;
  }

  tool->text = (char*)realloc(tool->text, tool->size + (size_t)n + 1u);
  memcpy(tool->text + tool->size, data, (size_t)n);
  tool->size += (size_t)n;
  tool->text[tool->size] = '\0';
  return true;
}

/// The first place of a text in a whole line, or null
static const char*
find(const Tool* const tool, const char* const what)
{
  const char* const found = strstr(tool->text, what);
  return found && strchr(found, '\n') ? found : NULL;
}

const char*
tool_wait(Tool* const tool, const char* const what, const int timeout_ms)
{
  const int64_t end   = now_ms() + timeout_ms;
  const char*   found = NULL;
  do {
    found = find(tool, what);
  } while (!found && receive(tool, end));
  return found;
}

void
tool_stop(Tool* const tool)
{
  process_stop(&tool->process, SIGTERM);
  while (tool->pipe >= 0 && receive(tool, now_ms())) {
  }
}

void
tool_free(Tool* const tool)
{
  tool_stop(tool);
  if (tool->text) {
    close(tool->pipe);
  }
  free(tool->text);
  *tool = (Tool){.pipe = -1};
}
