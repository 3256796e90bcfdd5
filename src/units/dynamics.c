// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/dynamics.h"

#include "base/rt.h"
#include "units/lane_effect.h"
#include "units/lane_kernels.h"
#include "units/unit.h"

#include <math.h>
#include <stdint.h>

/// Frames for which a level is held on average
#define HELD_FRAMES ((double)GRID_FRAMES * (DYNAMICS_CELLS + 0.5))

SONIC_RT float
dynamics_pole(const float ms, const double rate)
{
  return (float)exp(-1000.0 / ((double)ms * rate));
}

SONIC_RT float
dynamics_held_pole(const float ms, const double rate)
{
  const double frames = (double)ms * rate / 1000.0 - HELD_FRAMES;
  return (float)exp(-1.0 / fmax(frames, 1.0));
}

SONIC_RT void
dynamics_split(const float hz, const double rate, float a[3])
{
  // 1 / (1 + g (g + sqrt(2))), that times g, and times g^2
  const double g  = tan(M_PI * fmin((double)hz / rate, 0.49));
  const double a1 = 1.0 / (1.0 + g * (g + M_SQRT2));
  a[0]            = (float)a1;
  a[1]            = (float)(g * a1);
  a[2]            = (float)(g * g * a1);
}

SONIC_RT float
dynamics_reduction(const void* const self, const uint32_t lane)
{
  return DB_PER_OCTAVE * lane_effect_state(self, DYNAMICS_GAIN, lane);
}
