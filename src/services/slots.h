// SPDX-License-Identifier: GPL-3.0-or-later
//
// A growing array of owned things that can take changes back
//
// Each change is logged until it is accepted.  Rolling back puts the old
// things in their places again and releases the new ones.

#ifndef SONIC_SERVICES_SLOTS_H
#define SONIC_SERVICES_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint32_t number;
  void*    before; ///< What the slot held
} SlotChange;

typedef struct {
  void (*release)(void* owner, void* thing);
  void*       owner;
  void**      things; ///< Owned, `size` of them, null where empty
  uint32_t    size;
  SlotChange* log; ///< Since the last accept
  uint32_t    num_log;
  uint32_t    max_log;
} Slots;

/// Set up an empty array whose things are released by `release`
void
slots_init(Slots* slots,
           void (*release)(void* owner, void* thing),
           void* owner);

/// Release all things and the array's memory
void
slots_clear(Slots* slots);

/// The thing at `number`, borrowed, or null
void*
slots_get(const Slots* slots, uint32_t number);

/// Put a thing (null empties), leaving the old one to the caller once this is
/// accepted; false if memory ran out
bool
slots_put(Slots* slots, uint32_t number, void* thing);

/// Keep the changes since the last accept
void
slots_accept(Slots* slots);

/// Undo the changes since the last accept
void
slots_rollback(Slots* slots);

#endif // SONIC_SERVICES_SLOTS_H
