// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ring modulator: the signal times a sine

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

enum { FREQ, MIX, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //        symbol  label        unit       min   initial max      scale
  [FREQ] = {"freq", "Frequency", UNIT_HZ,   1.0f, 440.0f, 8000.0f, SCALE_LOG},
  [MIX]  = {"mix",  "Mix",       UNIT_NONE, 0.0f,   1.0f,    1.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v = control->values;
  coefs[RING_STEP]     = (float)(2.0 * (double)v[FREQ] / control->rate);
  coefs[RING_MIX]      = v[MIX];
}

static const LaneEffect lanes = {
  .info      = &ring_modulator_effect,
  .kernels   = LEVEL_TABLE(ring_kernel),
  .num_coefs = NUM_RING_COEFS,
  .num_rows  = 1,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

const EffectInfo ring_modulator_effect = {
  .symbol     = "ring_modulator",
  .label      = "Ring modulator",
  .category   = "Modulation",
  .shape      = EFFECT_LANES,
  .params     = params,
  .num_params = NUM_PARAMS,
  .size       = size,
  .init       = init,
  .set        = lane_effect_set,
  .reset      = lane_effect_reset,
  .run_lanes  = lane_effect_run,
};
