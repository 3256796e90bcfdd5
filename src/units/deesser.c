// SPDX-License-Identifier: GPL-3.0-or-later
//
// De-esser: what is above a frequency is taken down while it is loud

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

enum { FREQ, THRESHOLD, RATIO, RANGE, ATTACK, RELEASE, MIX, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //             symbol       label        unit          min      initial   max       scale
  [FREQ]      = {"freq",      "Frequency", UNIT_HZ,    2000.0f, 6000.0f, 14000.0f, SCALE_LOG},
  [THRESHOLD] = {"threshold", "Threshold", UNIT_DB,     -60.0f,  -30.0f,     0.0f, SCALE_LINEAR},
  [RATIO]     = {"ratio",     "Ratio",     UNIT_RATIO,    1.0f,    4.0f,    20.0f, SCALE_LOG},
  [RANGE]     = {"range",     "Range",     UNIT_DB,     -24.0f,  -12.0f,     0.0f, SCALE_LINEAR},
  [ATTACK]    = {"attack",    "Attack",    UNIT_MS,       0.5f,    1.0f,    50.0f, SCALE_LOG},
  [RELEASE]   = {"release",   "Release",   UNIT_MS,      10.0f,   60.0f,   500.0f, SCALE_LOG},
  [MIX]       = {"mix",       "Mix",       UNIT_NONE,     0.0f,    1.0f,     1.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v = control->values;
  dynamics_split(v[FREQ], control->rate, coefs);
  coefs[DEESSER_THRESHOLD] = v[THRESHOLD] / DB_PER_OCTAVE;
  coefs[DEESSER_OVER]      = 1.0f / v[RATIO] - 1.0f;
  coefs[DEESSER_ATTACK]    = dynamics_pole(v[ATTACK], control->rate);
  coefs[DEESSER_RELEASE]   = dynamics_held_pole(v[RELEASE], control->rate);
  coefs[DEESSER_FLOOR]     = v[RANGE] / DB_PER_OCTAVE;
  coefs[DEESSER_MIX]       = v[MIX];
}

static const LaneEffect lanes = {
  .info      = &deesser_effect,
  .kernels   = LEVEL_TABLE(deesser_kernel),
  .num_coefs = NUM_DEESSER_COEFS,
  .num_rows  = DEESSER_ROWS,
  .cells     = true,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

const EffectInfo deesser_effect = {
  .symbol     = "deesser",
  .label      = "De-esser",
  .category   = "Dynamics",
  .shape      = EFFECT_LANES,
  .params     = params,
  .num_params = NUM_PARAMS,
  .size       = size,
  .init       = init,
  .set        = lane_effect_set,
  .reset      = lane_effect_reset,
  .run_lanes  = lane_effect_run,
  .reduction  = dynamics_reduction,
};
