// SPDX-License-Identifier: GPL-3.0-or-later
//
// Transient shaper: more or less of how sounds begin, and of how they last

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

enum { ATTACK, SUSTAIN, OUTPUT, MIX, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //           symbol     label      unit            min   initial  max    scale
  [ATTACK]  = {"attack",  "Attack",  UNIT_PERCENT, -100.0f, 0.0f, 100.0f, SCALE_LINEAR},
  [SUSTAIN] = {"sustain", "Sustain", UNIT_PERCENT, -100.0f, 0.0f, 100.0f, SCALE_LINEAR},
  [OUTPUT]  = {"output",  "Output",  UNIT_DB,       -24.0f, 0.0f,  12.0f, SCALE_LINEAR},
  [MIX]     = {"mix",     "Mix",     UNIT_NONE,       0.0f, 1.0f,   1.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v     = control->values;
  coefs[TRANSIENT_ATTACK]  = 0.01f * v[ATTACK];
  coefs[TRANSIENT_SUSTAIN] = 0.01f * v[SUSTAIN];
  coefs[TRANSIENT_FAST]    = dynamics_pole(0.3f, control->rate);
  coefs[TRANSIENT_SLOW]    = dynamics_pole(25.0f, control->rate);
  coefs[TRANSIENT_DOWN]    = dynamics_pole(60.0f, control->rate);
  coefs[TRANSIENT_LONG]    = dynamics_pole(500.0f, control->rate);
  coefs[TRANSIENT_OUTPUT]  = v[OUTPUT] / DB_PER_OCTAVE;
  coefs[TRANSIENT_MIX]     = v[MIX];
}

static const LaneEffect lanes = {
  .info      = &transient_shaper_effect,
  .kernels   = LEVEL_TABLE(transient_kernel),
  .num_coefs = NUM_TRANSIENT_COEFS,
  .num_rows  = TRANSIENT_ROWS,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

const EffectInfo transient_shaper_effect = {
  .symbol     = "transient_shaper",
  .label      = "Transient shaper",
  .category   = "Dynamics",
  .shape      = EFFECT_LANES,
  .params     = params,
  .num_params = NUM_PARAMS,
  .size       = size,
  .init       = init,
  .set        = lane_effect_set,
  .reset      = lane_effect_reset,
  .run_lanes  = lane_effect_run,
};
