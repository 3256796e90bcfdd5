// SPDX-License-Identifier: GPL-3.0-or-later
//
// The effects that there are; a new one is a line here and one in effect.c

#ifndef SONIC_UNITS_EFFECTS_H
#define SONIC_UNITS_EFFECTS_H

#include "units/effect.h"

extern const EffectInfo compressor_effect;
extern const EffectInfo eq3_effect;
extern const EffectInfo gain_effect;
extern const EffectInfo limiter_effect;

#endif // SONIC_UNITS_EFFECTS_H
