// SPDX-License-Identifier: GPL-3.0-or-later
//
// Distortion: tanh at four times the rate, then a low-pass of 500 to 10,000 Hz

#include "base/rt.h"
#include "base/status.h"
#include "dsp/matched.h"
#include "units/effect.h"
#include "units/effects.h"
#include "units/lane_effect.h"
#include "units/lane_kernels.h"
#include "units/level_table.h"
#include "units/oversample.h"
#include "units/unit.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

enum { DRIVE, TONE, MIX, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //         symbol   label    unit       min   initial max    scale
  [DRIVE] = {"drive", "Drive", UNIT_NONE, 1.0f, 1.0f,  20.0f, SCALE_LOG},
  [TONE]  = {"tone",  "Tone",  UNIT_NONE, 0.0f, 0.5f,   1.0f, SCALE_LINEAR},
  [MIX]   = {"mix",   "Mix",   UNIT_NONE, 0.0f, 1.0f,   1.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v  = control->values;
  const double       hz = 500.0 * pow(20.0, (double)v[TONE]);

  coefs[SATURATION_DRIVE] = v[DRIVE];
  coefs[SATURATION_BIAS]  = 0.0f;
  coefs[SATURATION_POST]  = 1.0f;
  coefs[SATURATION_SLOW] =
    (float)(1.0 - exp(-2.0 * M_PI * 5.0 / control->rate));
  coefs[SATURATION_TONE] = (float)(1.0 - exp(-2.0 * M_PI * hz / control->rate));
  coefs[SATURATION_MIX]  = v[MIX];
  matched_design(
    MATCHED_OFF, 1000.0, 1.0, 0.0, control->rate, coefs + SATURATION_FILTER);
}

static const LaneEffect lanes = {
  .info      = &distortion_effect,
  .kernels   = LEVEL_TABLE(saturation_kernel),
  .num_coefs = NUM_SATURATION_COEFS,
  .num_rows  = 2 * SATURATION_SIDE_ROWS,
  .cells     = true,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

static uint32_t
latency(const uint32_t rate, const float* const values)
{
  (void)rate;
  (void)values;
  return OVERSAMPLE_LATENCY;
}

static float
tail(const float* const values)
{
  (void)values;
  return 0.3f;
}

const EffectInfo distortion_effect = {
  .symbol     = "distortion",
  .label      = "Distortion",
  .category   = "Distortion",
  .shape      = EFFECT_LANES,
  .params     = params,
  .num_params = NUM_PARAMS,
  .size       = size,
  .init       = init,
  .set        = lane_effect_set,
  .reset      = lane_effect_reset,
  .run_lanes  = lane_effect_run,
  .latency    = latency,
  .tail       = tail,
};
