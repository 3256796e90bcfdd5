// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compressor: above the threshold the level rises by one part in `ratio`

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

enum { THRESHOLD, RATIO, ATTACK, RELEASE, MAKEUP_GAIN, KNEE, MIX, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //               symbol         label          unit        min    initial  max     scale
  [THRESHOLD]   = {"threshold",   "Threshold",   UNIT_DB,    -60.0f, -12.0f,    0.0f, SCALE_LINEAR},
  [RATIO]       = {"ratio",       "Ratio",       UNIT_RATIO,   1.0f,   4.0f,   20.0f, SCALE_LOG},
  [ATTACK]      = {"attack",      "Attack",      UNIT_MS,      1.0f,  10.0f,  100.0f, SCALE_LOG},
  [RELEASE]     = {"release",     "Release",     UNIT_MS,     10.0f, 100.0f, 1000.0f, SCALE_LOG},
  [MAKEUP_GAIN] = {"makeup_gain", "Makeup gain", UNIT_DB,      0.0f,   0.0f,   24.0f, SCALE_LINEAR},
  [KNEE]        = {"knee",        "Knee",        UNIT_DB,      0.0f,   0.0f,   24.0f, SCALE_LINEAR},
  [MIX]         = {"mix",         "Mix",         UNIT_NONE,    0.0f,   1.0f,    1.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v    = control->values;
  const float        knee = fmaxf(0.5f * v[KNEE] / DB_PER_OCTAVE, 1e-4f);

  coefs[DYNAMICS_THRESHOLD] = v[THRESHOLD] / DB_PER_OCTAVE;
  coefs[DYNAMICS_OVER]      = 1.0f / v[RATIO] - 1.0f;
  coefs[DYNAMICS_UNDER]     = 0.0f;
  coefs[DYNAMICS_KNEE]      = knee;
  coefs[DYNAMICS_PER_KNEE]  = 0.25f / knee;
  coefs[DYNAMICS_ATTACK]    = dynamics_pole(v[ATTACK], control->rate);
  coefs[DYNAMICS_RELEASE]   = dynamics_held_pole(v[RELEASE], control->rate);
  coefs[DYNAMICS_FLOOR]     = -40.0f;
  coefs[DYNAMICS_MAKEUP]    = v[MAKEUP_GAIN] / DB_PER_OCTAVE;
  coefs[DYNAMICS_MIX]       = v[MIX];
}

static const LaneEffect lanes = {
  .info      = &compressor_effect,
  .kernels   = LEVEL_TABLE(dynamics_kernel),
  .num_coefs = NUM_DYNAMICS_COEFS,
  .num_rows  = NUM_DYNAMICS_ROWS,
  .cells     = true,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

const EffectInfo compressor_effect = {
  .symbol     = "compressor",
  .label      = "Compressor",
  .category   = "Dynamics",
  .shape      = EFFECT_LANES,
  .params     = params,
  .num_params = NUM_PARAMS,
  .has_key    = true,
  .size       = size,
  .init       = init,
  .set        = lane_effect_set,
  .reset      = lane_effect_reset,
  .run_lanes  = lane_effect_run,
  .reduction  = dynamics_reduction,
};
