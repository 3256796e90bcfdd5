// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ring between two threads
//
// A queue of fixed-size items with one writer and one reader, without locks.
// Either side may be the process thread.

#ifndef SONIC_BASE_RING_H
#define SONIC_BASE_RING_H

#include "base/rt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Ring Ring;

/**
   Make an empty ring.

   @param capacity Number of items it holds at least, rounded up to a power of
   two.
   @param item_size Size of an item in bytes.
   @return A new ring, owned by the caller, or null if memory ran out.
*/
Ring*
ring_new(uint32_t capacity, size_t item_size);

/// Release a ring that no thread uses any more
void
ring_free(Ring* ring);

// Functions for the writing thread

/// Number of items that can be written now
SONIC_RT uint32_t
ring_write_space(const Ring* ring);

/// Append a copy of `item`; false if the ring is full
SONIC_RT bool
ring_write(Ring* ring, const void* item);

// Functions for the reading thread

/// Take the oldest item into `item`; false if the ring is empty
SONIC_RT bool
ring_read(Ring* ring, void* item);

/// The oldest item without taking it, valid until `ring_read`; null if empty
SONIC_RT const void*
ring_peek(const Ring* ring);

#endif // SONIC_BASE_RING_H
