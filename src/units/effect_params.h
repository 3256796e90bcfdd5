// SPDX-License-Identifier: GPL-3.0-or-later
//
// Parameters of one instance of an effect, on their way to their targets
//
// A number glides for 20 ms, in a straight line or, where its scale is
// logarithmic, by even ratios.  A choice jumps, and `slow` counts the same 20
// ms down, in which the effect goes over from what the old one amounted to.

#ifndef SONIC_UNITS_EFFECT_PARAMS_H
#define SONIC_UNITS_EFFECT_PARAMS_H

#include "base/rt.h"
#include "units/effect.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  const EffectInfo* info;
  uint64_t          choices;      ///< Bit for each parameter that jumps
  uint64_t          moving;       ///< Bit for each that is on its way
  uint32_t          glide_points; ///< Grid points that a way takes
  uint32_t          slow;         ///< Grid points left after a choice jumped
  float             at[EFFECT_MAX_PARAMS];     ///< Where it is
  float             target[EFFECT_MAX_PARAMS]; ///< Where it goes
  uint8_t           points[EFFECT_MAX_PARAMS]; ///< Grid points left
} EffectParams;

/// Prepare with all parameters at their initial values
void
effect_params_init(EffectParams* params, const EffectInfo* info, uint32_t rate);

/// Give a parameter a target; what is not a number is left out
SONIC_RT void
effect_params_set(EffectParams* params, uint32_t param, float value);

/// Jump to all targets
SONIC_RT void
effect_params_snap(EffectParams* params);

/// Go on to the next grid point; true if anything moved
SONIC_RT bool
effect_params_advance(EffectParams* params);

/// Whole number of a choice
SONIC_RT static inline uint32_t
effect_choice_of(const float value)
{
  return (uint32_t)(value + 0.5f);
}

#endif // SONIC_UNITS_EFFECT_PARAMS_H
