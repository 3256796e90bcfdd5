// SPDX-License-Identifier: GPL-3.0-or-later
//
// A set of hashes that is emptied in one step

#ifndef SONIC_OSC_MARKS_H
#define SONIC_OSC_MARKS_H

#include <stdbool.h>
#include <stdint.h>

/// Room, a power of two; three quarters of it are used
#define MARKS_SIZE 16384u

/// Empty when zeroed and cleared once
typedef struct {
  uint32_t round;              ///< Slots of other rounds are empty
  uint32_t count;              ///<
  uint32_t rounds[MARKS_SIZE]; ///<
  uint64_t hashes[MARKS_SIZE]; ///<
} Marks;

/// Empty the set
void
marks_clear(Marks* marks);

/// Put a hash in; false if it was there, or the set is full
bool
marks_add(Marks* marks, uint64_t hash);

/// Whether a hash is in
bool
marks_has(const Marks* marks, uint64_t hash);

#endif // SONIC_OSC_MARKS_H
