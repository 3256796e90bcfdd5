// SPDX-License-Identifier: GPL-3.0-or-later
//
// Filter whose cutoff follows the level and an LFO

#include "base/rt.h"
#include "base/status.h"
#include "dsp/matched.h"
#include "units/effect.h"
#include "units/effect_params.h"
#include "units/effect_sync.h"
#include "units/effects.h"
#include "units/lane_effect.h"
#include "units/lane_kernels.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static const char* const type_names[] = {"low_pass",
                                         "high_pass",
                                         "band_pass",
                                         "notch",
                                         NULL};

static const char* const slope_names[] = {"12", "24", NULL};

enum {
  TYPE,
  SLOPE,
  CUTOFF,
  RESONANCE,
  ENV_AMOUNT,
  ENV_ATTACK,
  ENV_RELEASE,
  LFO_AMOUNT,
  LFO_RATE,
  LFO_SHAPE,
  SYNC,
  MIX,
  NUM_PARAMS
};

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //               symbol         label               unit             min    initial  max       scale
  [TYPE]        = {"type",        "Type",             UNIT_NONE,       0.0f,    0.0f,     3.0f, SCALE_LINEAR},
  [SLOPE]       = {"slope",       "Slope",            UNIT_NONE,       0.0f,    0.0f,     1.0f, SCALE_LINEAR},
  [CUTOFF]      = {"cutoff",      "Cutoff",           UNIT_HZ,        20.0f, 1000.0f, 20000.0f, SCALE_LOG},
  [RESONANCE]   = {"resonance",   "Resonance",        UNIT_NONE,       0.0f,    0.2f,     1.0f, SCALE_LINEAR},
  [ENV_AMOUNT]  = {"env_amount",  "Envelope amount",  UNIT_SEMITONES, -60.0f,   0.0f,    60.0f, SCALE_LINEAR},
  [ENV_ATTACK]  = {"env_attack",  "Envelope attack",  UNIT_MS,         1.0f,    5.0f,   500.0f, SCALE_LOG},
  [ENV_RELEASE] = {"env_release", "Envelope release", UNIT_MS,        10.0f,  150.0f,  2000.0f, SCALE_LOG},
  [LFO_AMOUNT]  = {"lfo_amount",  "LFO amount",       UNIT_SEMITONES,  0.0f,    0.0f,    60.0f, SCALE_LINEAR},
  [LFO_RATE]    = {"lfo_rate",    "LFO rate",         UNIT_HZ,        0.05f,    1.0f,    20.0f, SCALE_LOG},
  [LFO_SHAPE]   = {"lfo_shape",   "LFO shape",        UNIT_NONE,       0.0f,    0.0f, EFFECT_SHAPE_MAX, SCALE_LINEAR},
  [SYNC]        = EFFECT_SYNC_PARAM,
  [MIX]         = {"mix",         "Mix",              UNIT_NONE,       0.0f,    1.0f,     1.0f, SCALE_LINEAR},
};

static const EffectChoice choices[] = {
  {TYPE, type_names},
  {SLOPE, slope_names},
  {LFO_SHAPE, effect_shape_names},
  {SYNC, effect_sync_names},
};
// clang-format on

/// The envelope goes on by a grid step; it stands in `more`
SONIC_RT static float
follow_level(LaneControl* const control)
{
  // The kernel has measured the grid step that is over
  float* const       peak  = &control->state[(size_t)FILTER_PEAK * LANES];
  const double       level = fmin((double)*peak, 1.0);
  const float* const v     = control->values;
  if (control->steps) {
    const bool   up   = level > control->more;
    const double ms   = (double)v[up ? ENV_ATTACK : ENV_RELEASE];
    const double rest = exp(-1000.0 * GRID_FRAMES / (ms * control->rate));
    control->more     = level + (control->more - level) * rest;
    *peak             = 0.0f;
  }
  return (float)control->more;
}

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  static const MatchedKind kinds[] = {
    MATCHED_LOW_PASS, MATCHED_HIGH_PASS, MATCHED_BAND_PASS, MATCHED_NOTCH};

  const float* const v = control->values;
  lane_effect_turn(
    control,
    effect_sync_turns(
      v[SYNC], (double)v[LFO_RATE], control->rate, control->frames_per_beat));

  const float  lfo = effect_shape_at(v[LFO_SHAPE], control->turn);
  const float  up = v[ENV_AMOUNT] * follow_level(control) + v[LFO_AMOUNT] * lfo;
  const double hz = (double)v[CUTOFF] * exp2((double)up / 12.0);

  // Q rises evenly in decibels; of two stages each has the root of it
  const bool   steep = v[SLOPE] >= 0.5f;
  const double q     = 0.7071 * pow(20.0, (double)v[RESONANCE]);
  matched_design(kinds[effect_choice_of(v[TYPE])],
                 fmin(fmax(hz, 20.0), 20000.0),
                 steep ? sqrt(0.7071 * q) : q,
                 0.0,
                 control->rate,
                 coefs);
  coefs[FILTER_STEEP] = steep ? 1.0f : 0.0f;
  coefs[FILTER_MIX]   = v[MIX];
}

static const LaneEffect lanes = {
  .info      = &filter_effect,
  .kernels   = LEVEL_TABLE(filter_kernel),
  .num_coefs = NUM_FILTER_COEFS,
  .num_rows  = NUM_FILTER_ROWS,
  .alive     = true,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

static float
tail(const float* const values)
{
  // Where it has moved down as far as it goes it is slowest
  const float down = values[LFO_AMOUNT] - fminf(values[ENV_AMOUNT], 0.0f);
  const float hz   = fmaxf(values[CUTOFF] * exp2f(-down / 12.0f), 20.0f);
  const float q    = fmaxf(0.7071f * powf(20.0f, values[RESONANCE]), 1.0f);
  return 2.0f * 6.9f * q / ((float)M_PI * hz);
}

const EffectInfo filter_effect = {
  .symbol      = "filter",
  .label       = "Filter",
  .category    = "Filter",
  .shape       = EFFECT_LANES,
  .params      = params,
  .num_params  = NUM_PARAMS,
  .choices     = choices,
  .num_choices = 4,
  .has_key     = true,
  .size        = size,
  .init        = init,
  .set         = lane_effect_set,
  .reset       = lane_effect_reset,
  .run_lanes   = lane_effect_run,
  .tail        = tail,
};
