// SPDX-License-Identifier: GPL-3.0-or-later
//
// Programs that a test starts
//
// A process is known by its pid only and never outlives the test: it gets
// SIGKILL if the test program dies, and is stopped when it exits.

#ifndef SONIC_SUPPORT_PROCESS_H
#define SONIC_SUPPORT_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct {
  pid_t pid; ///< 0: not running
  int   fd;  ///< Readable once the process has ended
} Process;

/// Milliseconds of the monotonic clock
int64_t
now_ms(void);

/**
   Start a program.

   @param process Receives what was started.
   @param argv Program, looked for in PATH, and arguments, ending in null.
   @param env `NAME=VALUE` to add to the environment, ending in null, or null.
   @param out_fd Becomes its standard output, -1: the test's own.
   @param err_fd Becomes its standard error, -1: the test's own.
*/
bool
process_start(Process*           process,
              const char* const* argv,
              const char* const* env,
              int                out_fd,
              int                err_fd);

/// Whether it still runs
bool
process_runs(const Process* process);

/// Wait for the end; false if it still runs after `timeout_ms`
bool
process_wait(Process* process, int timeout_ms, int* status);

/// Send `signal`, wait 10 s, then kill; the status as of waitpid
int
process_stop(Process* process, int signal);

/// Path of something in the build folder of this test program, such as
/// "sonic-claude"; the result is valid until the next call
const char*
build_path(const char* name);

#endif // SONIC_SUPPORT_PROCESS_H
