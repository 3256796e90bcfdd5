// SPDX-License-Identifier: GPL-3.0-or-later
//
// What compressor and gate share on the control side

#ifndef SONIC_UNITS_DYNAMICS_H
#define SONIC_UNITS_DYNAMICS_H

#include "base/rt.h"
#include "units/lane_kernels.h"

#include <stdint.h>

/// Decibels of a factor of two
#define DB_PER_OCTAVE 6.0205999132796f

/// What is left of a way after a frame if 63.2 % of it take `ms` milliseconds
SONIC_RT float
dynamics_pole(float ms, double rate);

/// Likewise for what begins only when the level is held no more
SONIC_RT float
dynamics_held_pole(float ms, double rate);

/// Numbers of a Butterworth filter for `split_lanes.h`
SONIC_RT void
dynamics_split(float hz, double rate, float a[3]);

/// Gain that a lane of the dynamics kernel has, in dB
SONIC_RT float
dynamics_reduction(const void* self, uint32_t lane);

#endif // SONIC_UNITS_DYNAMICS_H
