// SPDX-License-Identifier: GPL-3.0-or-later
//
// A level, and nothing else

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

enum { GAIN, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //        symbol  label   unit      min    initial max   scale
  [GAIN] = {"gain", "Gain", UNIT_DB, -48.0f, 0.0f,  24.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float level              = powf(10.0f, control->values[GAIN] / 20.0f);
  coefs[MATRIX_LEFT_FROM_LEFT]   = level;
  coefs[MATRIX_LEFT_FROM_RIGHT]  = 0.0f;
  coefs[MATRIX_RIGHT_FROM_RIGHT] = level;
  coefs[MATRIX_RIGHT_FROM_LEFT]  = 0.0f;
}

static const LaneEffect lanes = {
  .info      = &gain_effect,
  .kernels   = LEVEL_TABLE(matrix_kernel),
  .num_coefs = NUM_MATRIX_COEFS,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

const EffectInfo gain_effect = {
  .symbol     = "gain",
  .label      = "Gain",
  .category   = "Utility",
  .shape      = EFFECT_LANES,
  .params     = params,
  .num_params = NUM_PARAMS,
  .size       = size,
  .init       = init,
  .set        = lane_effect_set,
  .reset      = lane_effect_reset,
  .run_lanes  = lane_effect_run,
};
