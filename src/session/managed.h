// SPDX-License-Identifier: GPL-3.0-or-later
//
// A daemon that a session manager looks after
//
// A manager of NSM's kind says what is opened, and under which name JACK knows
// it; one of LADISH's kind sends SIGUSR1 to have the state saved.  Both come
// here.  With no manager all of this does nothing.  For the control thread.

#ifndef SONIC_SESSION_MANAGED_H
#define SONIC_SESSION_MANAGED_H

#include "services/services.h"
#include "session/nsm.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  Nsm*      nsm;      ///< Owned; null without one
  Services* services; ///< While a project is open, else null
  uint64_t  saved;    ///< Revision that was saved last
  uint64_t  saving;   ///< Revision that is being saved
  uint32_t  pending;  ///< Saves under way
  bool      again;    ///< The manager wants another project opened

  /// Receives one line at a time for whoever runs the program
  void (*log)(void* handle, const char* text);
  void* handle; ///< Handed to `log`
} Managed;

/// Announce the program to the manager that NSM_URL names; without an answer
/// it goes on as if there were none.  `log` and `handle` are set before.
void
managed_start(Managed* managed, const volatile sig_atomic_t* stopped);

/// Wait for a project; false if none is to be opened any more.  Without a
/// manager there is none, and nothing to wait for.
bool
managed_wait(Managed* managed, const volatile sig_atomic_t* stopped);

/// Tell the manager how far opening is, 0 to 1
void
managed_progress(Managed* managed, double share);

/// The project is open, by these services
void
managed_opened(Managed* managed, Services* services);

/// The project can't be opened
void
managed_failed(Managed* managed, const char* text);

/// Save the state into the history, as a signal asked for
void
managed_save(Managed* managed);

/// Do what the manager asks; true if the project is to be closed for another
bool
managed_poll(Managed* managed);

/// The services go; what is being saved is saved before
void
managed_closed(Managed* managed);

/// Say no more to the manager
void
managed_stop(Managed* managed);

#endif // SONIC_SESSION_MANAGED_H
