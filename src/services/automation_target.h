// SPDX-License-Identifier: GPL-3.0-or-later
//
// From an address to what moves in the engine, and back
//
// What can be automated is a table in automation_target.c: a pattern of
// addresses and how the engine sets what such an address names.  A new kind of
// target is a new row there.  Addresses name things by their ids.

#ifndef SONIC_SERVICES_AUTOMATION_TARGET_H
#define SONIC_SERVICES_AUTOMATION_TARGET_H

#include "engine/engine.h"
#include "model/difference.h"
#include "model/document.h"
#include "services/feed.h"

#include <stdbool.h>

/// Room for the address of a target
#define AUTOMATION_ADDRESS_SIZE 400

/// What an address names
typedef struct {
  Operation op;  ///< Sets it; its value is what the document says
  double    min; ///< Least value
  double    max; ///< Greatest value
} AutomationTarget;

/**
   Find what an address names.

   The engine's side is null in `op` where the feed does not have it yet.

   @return False if nothing of that address can be automated.
*/
bool
automation_target_find(const Feed*        feed,
                       const Composition* root,
                       const char*        address,
                       AutomationTarget*  out);

/// Write the address under which automation keeps a value that has others too:
/// the master as a channel, an effect by its id
void
automation_target_address(const Composition* root,
                          const char*        given,
                          char               out[AUTOMATION_ADDRESS_SIZE]);

/// Called with the address and new value of something; false stops
typedef bool (*AutomationValueFunc)(void*       handle,
                                    const char* address,
                                    double      value);

/// Visit what differs in a thing and can be automated; false if stopped
bool
automation_target_each(const Feed*         feed,
                       const Change*       change,
                       AutomationValueFunc func,
                       void*               handle);

#endif // SONIC_SERVICES_AUTOMATION_TARGET_H
