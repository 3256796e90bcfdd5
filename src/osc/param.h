// SPDX-License-Identifier: GPL-3.0-or-later
//
// Parameters of units as arguments
//
// An address such as `.../params/{param}` has one row, while what it sets has
// as many ranges, scales and units as there are parameters.

#ifndef SONIC_OSC_PARAM_H
#define SONIC_OSC_PARAM_H

#include "osc/schema.h"
#include "units/unit.h"

/// Word for what a parameter measures, such as "dB"
const char*
param_unit_word(ParamUnit unit);

/// Word for how a parameter's range maps to 0...1: linear, log or fader
const char*
param_scale_word(ParamScale scale);

/// Give an argument the range, scale and unit of a parameter
void
param_range(const ParamInfo* param, ArgInfo* arg);

#endif // SONIC_OSC_PARAM_H
