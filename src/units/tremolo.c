// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tremolo, and auto-pan where the sides are half a turn apart
//
//     gain = 1 - depth (1 - lfo) / 2

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/effect_sync.h"
#include "units/effects.h"
#include "units/lane_effect.h"
#include "units/lane_kernels.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <stddef.h>
#include <stdint.h>

enum { RATE, DEPTH, SHAPE, PHASE, SYNC, MIX, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //         symbol   label    unit          min   initial  max    scale
  [RATE]  = {"rate",  "Rate",  UNIT_HZ,      0.05f, 4.0f,   20.0f, SCALE_LOG},
  [DEPTH] = {"depth", "Depth", UNIT_NONE,    0.0f,  0.5f,    1.0f, SCALE_LINEAR},
  [SHAPE] = {"shape", "Shape", UNIT_NONE,    0.0f,  0.0f, EFFECT_SHAPE_MAX, SCALE_LINEAR},
  [PHASE] = {"phase", "Phase", UNIT_NONE,    0.0f,  0.0f,    0.5f, SCALE_LINEAR},
  [SYNC]  = EFFECT_SYNC_PARAM,
  [MIX]   = {"mix",   "Mix",   UNIT_NONE,    0.0f,  1.0f,    1.0f, SCALE_LINEAR},
};

static const EffectChoice choices[] = {
  {SHAPE, effect_shape_names},
  {SYNC, effect_sync_names},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v     = control->values;
  const double       turns = effect_sync_turns(
    v[SYNC], (double)v[RATE], control->rate, control->frames_per_beat);
  lane_effect_turn(control, turns);

  const float left = effect_shape_at(v[SHAPE], control->turn);
  const float right =
    effect_shape_at(v[SHAPE], control->turn + (double)v[PHASE]);
  const float amount = 0.5f * v[DEPTH] * v[MIX];

  coefs[MATRIX_LEFT_FROM_LEFT]   = 1.0f - amount * (1.0f - left);
  coefs[MATRIX_LEFT_FROM_RIGHT]  = 0.0f;
  coefs[MATRIX_RIGHT_FROM_RIGHT] = 1.0f - amount * (1.0f - right);
  coefs[MATRIX_RIGHT_FROM_LEFT]  = 0.0f;
}

static const LaneEffect lanes = {
  .info      = &tremolo_effect,
  .kernels   = LEVEL_TABLE(matrix_kernel),
  .num_coefs = NUM_MATRIX_COEFS,
  .alive     = true,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

const EffectInfo tremolo_effect = {
  .symbol      = "tremolo",
  .label       = "Tremolo",
  .category    = "Modulation",
  .shape       = EFFECT_LANES,
  .params      = params,
  .num_params  = NUM_PARAMS,
  .choices     = choices,
  .num_choices = 2,
  .size        = size,
  .init        = init,
  .set         = lane_effect_set,
  .reset       = lane_effect_reset,
  .run_lanes   = lane_effect_run,
};
