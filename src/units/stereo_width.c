// SPDX-License-Identifier: GPL-3.0-or-later
//
// Width: the side (l - r) / 2 by a factor, the middle (l + r) / 2 as it is

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/effects.h"
#include "units/lane_effect.h"
#include "units/lane_kernels.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <stddef.h>
#include <stdint.h>

enum { WIDTH, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //         symbol   label    unit       min   initial max  scale
  [WIDTH] = {"width", "Width", UNIT_NONE, 0.0f, 1.0f,   2.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float width              = control->values[WIDTH];
  coefs[MATRIX_LEFT_FROM_LEFT]   = 0.5f * (1.0f + width);
  coefs[MATRIX_LEFT_FROM_RIGHT]  = 0.5f * (1.0f - width);
  coefs[MATRIX_RIGHT_FROM_RIGHT] = 0.5f * (1.0f + width);
  coefs[MATRIX_RIGHT_FROM_LEFT]  = 0.5f * (1.0f - width);
}

static const LaneEffect lanes = {
  .info      = &stereo_width_effect,
  .kernels   = LEVEL_TABLE(matrix_kernel),
  .num_coefs = NUM_MATRIX_COEFS,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

const EffectInfo stereo_width_effect = {
  .symbol     = "stereo_width",
  .label      = "Stereo width",
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
