// SPDX-License-Identifier: GPL-3.0-or-later
//
// Musical time in whole ticks
//
// A beat is a quarter note and has 983,040 ticks, so that 1/960 beat and all
// usual tuplets are whole.  The document holds ticks only; floats from outside
// are turned into ticks once, on the way in.

#ifndef SONIC_BASE_TICKS_H
#define SONIC_BASE_TICKS_H

#include <stdbool.h>
#include <stdint.h>

/// A position or length in ticks
typedef int64_t Ticks;

#define TICKS_PER_BEAT 983040
#define TICKS_MAX ((Ticks)TICKS_PER_BEAT * 10000000) ///< Ten million beats

/// The nearest tick to `beats`; false if not finite or beyond +-TICKS_MAX
bool
ticks_from_beats(double beats, Ticks* ticks);

/**
   The tick meant by a single-precision number.

   That is the multiple of 1/960 beat whose float it is, else the nearest tick.

   @return False if not finite or beyond +-TICKS_MAX.
*/
bool
ticks_from_float(float beats, Ticks* ticks);

/// Ticks as beats, exact for all positions below 2^33 beats
static inline double
ticks_to_beats(const Ticks ticks)
{
  return (double)ticks / (double)TICKS_PER_BEAT;
}

#endif // SONIC_BASE_TICKS_H
