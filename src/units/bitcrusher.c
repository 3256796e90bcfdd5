// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bit crusher: fewer levels, fewer samples

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

enum { BITS, RATE, MIX, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //        symbol  label   unit        min     initial  max       scale
  [BITS] = {"bits", "Bits", UNIT_NONE,   1.0f,     8.0f,    16.0f, SCALE_LINEAR},
  [RATE] = {"rate", "Rate", UNIT_HZ,   100.0f, 12000.0f, 48000.0f, SCALE_LOG},
  [MIX]  = {"mix",  "Mix",  UNIT_NONE,   0.0f,     1.0f,     1.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v     = control->values;
  coefs[BITCRUSHER_LEVELS] = exp2f(v[BITS] - 1.0f);
  coefs[BITCRUSHER_STEP]   = (float)fmin((double)v[RATE] / control->rate, 1.0);
  coefs[BITCRUSHER_MIX]    = v[MIX];
}

static const LaneEffect lanes = {
  .info      = &bitcrusher_effect,
  .kernels   = LEVEL_TABLE(bitcrusher_kernel),
  .num_coefs = NUM_BITCRUSHER_COEFS,
  .num_rows  = 3,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

static float
tail(const float* const values)
{
  return 2.0f / values[RATE];
}

const EffectInfo bitcrusher_effect = {
  .symbol     = "bitcrusher",
  .label      = "Bit crusher",
  .category   = "Distortion",
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
