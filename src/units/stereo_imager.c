// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stereo imager: a width below a frequency, one above it, and a balance

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/effects.h"
#include "units/lane_effect.h"
#include "units/lane_kernels.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

enum { FREQ, LOW_WIDTH, HIGH_WIDTH, BALANCE, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //              symbol        label         unit        min    initial  max      scale
  [FREQ]       = {"freq",       "Frequency",  UNIT_HZ,   50.0f, 200.0f, 5000.0f, SCALE_LOG},
  [LOW_WIDTH]  = {"low_width",  "Low width",  UNIT_NONE,  0.0f,   1.0f,    2.0f, SCALE_LINEAR},
  [HIGH_WIDTH] = {"high_width", "High width", UNIT_NONE,  0.0f,   1.0f,    2.0f, SCALE_LINEAR},
  [BALANCE]    = {"balance",    "Balance",    UNIT_NONE, -1.0f,   0.0f,    1.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v    = control->values;
  const double       turn = 2.0 * M_PI * (double)v[FREQ] / control->rate;

  coefs[IMAGER_POLE]  = (float)(1.0 - exp(-turn));
  coefs[IMAGER_LOW]   = v[LOW_WIDTH];
  coefs[IMAGER_HIGH]  = v[HIGH_WIDTH];
  coefs[IMAGER_LEFT]  = fminf(1.0f - v[BALANCE], 1.0f);
  coefs[IMAGER_RIGHT] = fminf(1.0f + v[BALANCE], 1.0f);
}

static const LaneEffect lanes = {
  .info      = &stereo_imager_effect,
  .kernels   = LEVEL_TABLE(imager_kernel),
  .num_coefs = NUM_IMAGER_COEFS,
  .num_rows  = 1,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

static float
tail(const float* const values)
{
  return 1.1f / values[FREQ];
}

const EffectInfo stereo_imager_effect = {
  .symbol     = "stereo_imager",
  .label      = "Stereo imager",
  .category   = "Utility",
  .shape      = EFFECT_LANES,
  .params     = params,
  .num_params = NUM_PARAMS,
  .size       = size,
  .init       = init,
  .set        = lane_effect_set,
  .reset      = lane_effect_reset,
  .run_lanes  = lane_effect_run,
  .tail       = tail,
};
