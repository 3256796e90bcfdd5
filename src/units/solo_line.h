// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reading a delay line between its frames

#ifndef SONIC_UNITS_SOLO_LINE_H
#define SONIC_UNITS_SOLO_LINE_H

#include "base/rt.h"

#include <stdint.h>

/**
   What a line held a while ago, by the cubic of Hermite through four frames.

   @param ring The line, a power of two of frames of both sides.
   @param mask Its frames, less one.
   @param at The newest frame, or the next one.
   @param side 0 for left, 1 for right.
   @param delay Frames before `at`, 1 or more.
*/
SONIC_RT static inline float
solo_read(float (*const ring)[2],
          const uint32_t mask,
          const uint32_t at,
          const uint32_t side,
          const float    delay)
{
  const uint32_t whole = (uint32_t)delay;
  const float    t     = delay - (float)whole;
  const uint32_t place = at - whole;

  const float a  = ring[(place + 1) & mask][side];
  const float b  = ring[place & mask][side];
  const float c  = ring[(place - 1) & mask][side];
  const float d  = ring[(place - 2) & mask][side];
  const float c1 = 0.5f * (c - a);
  const float c2 = a - 2.5f * b + 2.0f * c - 0.5f * d;
  const float c3 = 0.5f * (d - a) + 1.5f * (b - c);
  return ((c3 * t + c2) * t + c1) * t + b;
}

#endif // SONIC_UNITS_SOLO_LINE_H
