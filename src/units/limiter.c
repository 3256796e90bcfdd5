// SPDX-License-Identifier: GPL-3.0-or-later
//
// Limiter: no true peak above the threshold

#include "base/rt.h"
#include "base/status.h"
#include "units/dynamics.h"
#include "units/effect.h"
#include "units/effects.h"
#include "units/lane_effect.h"
#include "units/lane_kernels.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

enum { THRESHOLD, RELEASE, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //             symbol       label        unit      min     initial  max     scale
  [THRESHOLD] = {"threshold", "Threshold", UNIT_DB, -24.0f, -1.0f,    0.0f, SCALE_LINEAR},
  [RELEASE]   = {"release",   "Release",   UNIT_MS,   1.0f, 10.0f,  100.0f, SCALE_LOG},
};
// clang-format on

/// Frames of a pole with which, after two averages over `length`, 63.2 % of the
/// way take `frames`: an average of exp(-n / p) is the same, later
SONIC_RT static double
find_release(const double frames, const double length)
{
  double low  = 1.0;
  double high = fmax(frames, 2.0);
  for (int i = 0; i < 24; ++i) {
    const double p    = 0.5 * (low + high);
    const double each = expm1(length / p) / (length * expm1(1.0 / p));
    const double late = 2.0 * p * log(each);
    if (p + late > frames) {
      high = p;
    } else {
      low = p;
    }
  }
  return low;
}

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float*   v      = control->values;
  const uint32_t window = limiter_window((uint32_t)control->rate);

  // What is loud is held up a little by the filter as well; and where it ends
  // in a step it peaks there, by what makes the way back longer
  const double asked  = (double)v[RELEASE] * control->rate / 1000.0;
  const double frames = 0.957 * asked - 5.0;
  const double rest   = find_release(frames, 0.5 * (double)window);

  coefs[LIMITER_LOG]     = v[THRESHOLD] / DB_PER_OCTAVE;
  coefs[LIMITER_CEILING] = powf(10.0f, v[THRESHOLD] / 20.0f);
  coefs[LIMITER_RELEASE] = (float)exp(-1.0 / rest);
}

static uint32_t
more_rows(const uint32_t rate)
{
  // Maxima, two averages, and two delays
  const uint32_t window = limiter_window(rate);
  return window - 1u + 2u * (window / 2u - 1u) + 2u * 2u * window;
}

static const LaneEffect lanes = {
  .info      = &limiter_effect,
  .kernels   = LEVEL_TABLE(limiter_kernel),
  .num_coefs = NUM_LIMITER_COEFS,
  .num_rows  = NUM_LIMITER_ROWS,
  .more_rows = more_rows,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

static uint32_t
latency(const uint32_t rate, const float* const values)
{
  (void)values;
  return limiter_latency(rate);
}

SONIC_RT static float
reduction(const void* const self, const uint32_t lane)
{
  return -DB_PER_OCTAVE * lane_effect_state(self, LIMITER_FALL, lane);
}

const EffectInfo limiter_effect = {
  .symbol     = "limiter",
  .label      = "Limiter",
  .category   = "Dynamics",
  .shape      = EFFECT_LANES,
  .params     = params,
  .num_params = NUM_PARAMS,
  .size       = size,
  .init       = init,
  .set        = lane_effect_set,
  .reset      = lane_effect_reset,
  .run_lanes  = lane_effect_run,
  .latency    = latency,
  .reduction  = reduction,
};
