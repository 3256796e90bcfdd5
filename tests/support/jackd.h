// SPDX-License-Identifier: GPL-3.0-or-later
//
// A JACK server of the test's own
//
// `jackd -d dummy` under a name that no other server has, stopped by its pid
// at the latest when the test program ends.  A process can be a client of one
// server at a time, so a test has one server running.

#ifndef SONIC_SUPPORT_JACKD_H
#define SONIC_SUPPORT_JACKD_H

#include "support/process.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  char     name[48]; ///< For JackServerName and `--jack-server`
  uint32_t rate;
  uint32_t period;
  bool     async;    ///< Default is synchronous mode: no client is skipped
  bool     realtime; ///< SCHED_FIFO; only where `jackd_can_realtime`
  Process  process;
} Jackd;

/// Give the server a name; nothing is started.  The first time, the program is
/// given a /dev/shm of its own if it is root, so do this before anything else
/// opens a JACK client or starts a thread
void
jackd_init(Jackd* jackd, uint32_t rate, uint32_t period);

/// Start it, or start it again, and wait until clients can connect; what it
/// said is printed if it does not come up
bool
jackd_start(Jackd* jackd);

/// Stop it with SIGTERM or SIGKILL and tidy up what it leaves
void
jackd_stop(Jackd* jackd, int signal);

/// Whether this user may have real-time scheduling
bool
jackd_can_realtime(void);

#endif // SONIC_SUPPORT_JACKD_H
