// SPDX-License-Identifier: GPL-3.0-or-later
//
// Butterworth's filter of second order, with all that it gives out; its numbers
// are those of `dynamics_split`

#ifndef SONIC_UNITS_SPLIT_LANES_H
#define SONIC_UNITS_SPLIT_LANES_H

#include "dsp/lanes.h"

/// 1 / Q of Butterworth's filter
#define SPLIT_DAMPING 1.414213562f

/// A filter that gives out all it has
typedef struct {
  Lanes s1;
  Lanes s2;
} Split;

typedef struct {
  Lanes low;
  Lanes band;
  Lanes high;
} SplitOut;

/// v1 = a1 s1 + a2 (x - s2),  v2 = s2 + a2 s1 + a3 (x - s2)
LANES_INLINE SplitOut
split(Split* const state, const Lanes a[3], const Lanes x)
{
  const Lanes d  = x - state->s2;
  const Lanes v1 = lanes_fma(a[1], d, a[0] * state->s1);
  const Lanes v2 = lanes_fma(a[2], d, lanes_fma(a[1], state->s1, state->s2));
  state->s1      = v1 + v1 - state->s1;
  state->s2      = v2 + v2 - state->s2;

  const SplitOut out = {
    v2, v1, lanes_fnma(lanes_all(SPLIT_DAMPING), v1, x - v2)};
  return out;
}

#endif // SONIC_UNITS_SPLIT_LANES_H
