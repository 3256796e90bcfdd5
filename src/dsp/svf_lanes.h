// SPDX-License-Identifier: GPL-3.0-or-later
//
// A stage of a filter on vectors
//
// A state variable filter in two trapezoidal integrators (Simper, "Solving the
// continuous SVF equations using trapezoidal integration"), with the two steps
// of its states and the mix of its outputs multiplied out:
//
//     d   = x - s2
//     y   = X x + S s1 + T s2
//     s1' = P s1 + Q d
//     s2' = s2 + Q s1 + R d
//
// Its numbers may be straight lines between two sets: the map of the states
// never lengthens them, and what is between two such maps does not either.

#ifndef SONIC_DSP_SVF_LANES_H
#define SONIC_DSP_SVF_LANES_H

#include "dsp/lanes.h"
#include "dsp/matched.h"

typedef struct {
  Lanes s1;
  Lanes s2;
} SvfLanes;

/// One frame of a stage
LANES_INLINE Lanes
svf_run(SvfLanes* const state, const Lanes coefs[NUM_SVF_COEFS], const Lanes x)
{
  const Lanes s1 = state->s1;
  const Lanes s2 = state->s2;
  const Lanes d  = x - s2;
  const Lanes y =
    lanes_fma(coefs[SVF_T], s2, lanes_fma(coefs[SVF_S], s1, coefs[SVF_X] * x));

  state->s1 = lanes_fma(coefs[SVF_Q], d, coefs[SVF_P] * s1);
  state->s2 = lanes_fma(coefs[SVF_R], d, lanes_fma(coefs[SVF_Q], s1, s2));
  return y;
}

#endif // SONIC_DSP_SVF_LANES_H
