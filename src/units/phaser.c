// SPDX-License-Identifier: GPL-3.0-or-later
//
// Phaser: notches that wander, from 200 Hz to 2,000 Hz times the depth and back

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/effect_sync.h"
#include "units/effects.h"
#include "units/lane_effect.h"
#include "units/lane_kernels.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

enum { RATE, DEPTH, STAGES, FEEDBACK, PHASE, SYNC, MIX, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //            symbol      label       unit       min    initial max   scale
  [RATE]     = {"rate",     "Rate",     UNIT_HZ,   0.05f, 0.3f,   5.0f, SCALE_LOG},
  [DEPTH]    = {"depth",    "Depth",    UNIT_NONE, 0.1f,  0.5f,   1.0f, SCALE_LINEAR},
  [STAGES]   = {"stages",   "Stages",   UNIT_NONE, 1.0f,  4.0f,   8.0f, SCALE_LINEAR},
  [FEEDBACK] = {"feedback", "Feedback", UNIT_NONE, 0.0f,  0.0f,   0.9f, SCALE_LINEAR},
  [PHASE]    = {"phase",    "Phase",    UNIT_NONE, 0.0f,  0.25f,  0.5f, SCALE_LINEAR},
  [SYNC]     = EFFECT_SYNC_PARAM,
  [MIX]      = {"mix",      "Mix",      UNIT_NONE, 0.0f,  0.5f,   1.0f, SCALE_LINEAR},
};

static const EffectChoice choices[] = {
  {SYNC, effect_sync_names},
};
// clang-format on

/// Coefficient of an all-pass that turns by a quarter where the LFO leads
SONIC_RT static float
find_pass(const float lfo, const float depth, const double rate)
{
  const double top = fmax(2000.0 * (double)depth, 200.0);
  const double hz  = 200.0 * pow(top / 200.0, 0.5 * (1.0 + (double)lfo));
  const double t   = tan(M_PI * hz / rate);
  return (float)((t - 1.0) / (t + 1.0));
}

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v = control->values;
  lane_effect_turn(
    control,
    effect_sync_turns(
      v[SYNC], (double)v[RATE], control->rate, control->frames_per_beat));

  const float left    = effect_shape_at(0.0f, control->turn);
  const float right   = effect_shape_at(0.0f, control->turn + (double)v[PHASE]);
  coefs[PHASER_LEFT]  = find_pass(left, v[DEPTH], control->rate);
  coefs[PHASER_RIGHT] = find_pass(right, v[DEPTH], control->rate);
  coefs[PHASER_FEEDBACK] = v[FEEDBACK];
  coefs[PHASER_MIX]      = v[MIX];

  // Between two numbers of stages there is some of both
  for (uint32_t i = 0; i < PHASER_STAGES; ++i) {
    const float off        = fabsf(v[STAGES] - (float)(i + 1));
    coefs[PHASER_TAKE + i] = fmaxf(1.0f - off, 0.0f);
  }
}

static const LaneEffect lanes = {
  .info      = &phaser_effect,
  .kernels   = LEVEL_TABLE(phaser_kernel),
  .num_coefs = NUM_PHASER_COEFS,
  .num_rows  = 2 * (PHASER_STAGES + 1),
  .alive     = true,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

static float
tail(const float* const values)
{
  // Turns around the loop until -60 dB, each as late as its stages are
  const float loop = 0.002f * values[STAGES];
  return loop * (2.0f - 6.9f / logf(fmaxf(values[FEEDBACK], 0.01f)));
}

const EffectInfo phaser_effect = {
  .symbol      = "phaser",
  .label       = "Phaser",
  .category    = "Time-based",
  .shape       = EFFECT_LANES,
  .params      = params,
  .num_params  = NUM_PARAMS,
  .choices     = choices,
  .num_choices = 1,
  .size        = size,
  .init        = init,
  .set         = lane_effect_set,
  .reset       = lane_effect_reset,
  .run_lanes   = lane_effect_run,
  .tail        = tail,
};
