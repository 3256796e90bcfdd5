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

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float*   v      = control->values;
  const uint32_t window = limiter_window((uint32_t)control->rate);

  // The averages come late by half a window, which is taken off the time
  const double frames = (double)v[RELEASE] * control->rate / 1000.0;
  const double rest   = fmax(frames - 0.5 * (double)window, 1.0);

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

static size_t
size(const uint32_t rate)
{
  return lane_effect_size(&lanes, rate);
}

static Status
init(void* const        self,
     const uint32_t     rate,
     const CpuLevel     level,
     const float* const values)
{
  (void)values;
  return lane_effect_init(self, &lanes, rate, level);
}

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
