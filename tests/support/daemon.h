// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program under test, running as a daemon
//
// Each has a home folder of its own (data in `home`/data, runtime files in
// `home`/run, music in `home`/music) and a free port, and keeps both when it
// is stopped and started again.  It runs with the interposer of rtguard.c
// unless that is not built or a sanitizer is in the way.

#ifndef SONIC_SUPPORT_DAEMON_H
#define SONIC_SUPPORT_DAEMON_H

#include "support/process.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  char        home[64];   ///< Temporary folder
  uint16_t    port;       ///< OSC, UDP and TCP
  char        url[128];   ///< What it said is its address
  char        ready[256]; ///< The whole line it printed when ready
  bool        unguarded;  ///< Set before the start: without the interposer
  const char* env;        ///< Set before the start: NAME=VALUE to add, or null
  Process     process;
} Daemon;

/// Make the home folder and find a port; nothing is started
void
daemon_init(Daemon* daemon);

/**
   Run `sonic-claude run` with `args` added and wait until it is ready.

   `--port`, `--data-dir`, `--media-dir` and `--http-port 0` are given first.

   @param args More arguments, ending in null.
   @return False if it ended or was not ready in time; its output is printed.
*/
bool
daemon_start(Daemon* daemon, const char* const* args);

/// The same in two steps, for a daemon that is not ready of itself
bool
daemon_launch(Daemon* daemon, const char* const* args);
bool
daemon_wait(Daemon* daemon);

/// Send a signal, wait for the end; the status as of waitpid
int
daemon_stop(Daemon* daemon, int signal);

/// What it has written to standard output and standard error so far, each
/// owned by the caller
char*
daemon_output(const Daemon* daemon);
char*
daemon_errors(const Daemon* daemon);

/// Stop it if it runs and remove its home folder
void
daemon_free(Daemon* daemon);

/**
   Run the program with any arguments to its end.

   @param args Arguments, the subcommand first, ending in null.
   @param output,errors Receive its output, each owned by the caller.
   @return Exit code, or 128 plus the signal that ended it.
*/
int
program_run(const char* const* args, char** output, char** errors);

/// A port that is free now for both UDP and TCP on the loopback interface
uint16_t
free_port(void);

#endif // SONIC_SUPPORT_DAEMON_H
