// SPDX-License-Identifier: GPL-3.0-or-later
//
// Saturation: tanh at four times the rate, symmetric as tape is or not, as
// tubes
//
// The level falls by half the drive, in decibels.

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

enum { DRIVE, ASYMMETRY, TONE, OUTPUT, MIX, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //             symbol       label        unit       min     initial  max       scale
  [DRIVE]     = {"drive",     "Drive",     UNIT_DB,     0.0f,     6.0f,    30.0f, SCALE_LINEAR},
  [ASYMMETRY] = {"asymmetry", "Asymmetry", UNIT_NONE,   0.0f,     0.0f,     1.0f, SCALE_LINEAR},
  [TONE]      = {"tone",      "Tone",      UNIT_HZ,  1000.0f, 20000.0f, 20000.0f, SCALE_LOG},
  [OUTPUT]    = {"output",    "Output",    UNIT_DB,   -24.0f,     0.0f,    12.0f, SCALE_LINEAR},
  [MIX]       = {"mix",       "Mix",       UNIT_NONE,   0.0f,     1.0f,     1.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v = control->values;

  // At the end of its range the tone leaves all as it is
  const double hz   = (double)v[TONE];
  const double low  = 1.0 - exp(-2.0 * M_PI * hz / control->rate);
  const double open = (hz - 1000.0) / 19000.0;

  coefs[SATURATION_DRIVE] = powf(10.0f, v[DRIVE] / 20.0f);
  coefs[SATURATION_BIAS]  = v[ASYMMETRY];
  coefs[SATURATION_POST]  = powf(10.0f, (v[OUTPUT] - 0.5f * v[DRIVE]) / 20.0f);
  coefs[SATURATION_SLOW] =
    (float)(1.0 - exp(-2.0 * M_PI * 5.0 / control->rate));
  coefs[SATURATION_TONE] = (float)(low + (1.0 - low) * open * open * open);
  coefs[SATURATION_MIX]  = v[MIX];
  matched_design(
    MATCHED_OFF, 1000.0, 1.0, 0.0, control->rate, coefs + SATURATION_FILTER);
}

static const LaneEffect lanes = {
  .info      = &saturation_effect,
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

const EffectInfo saturation_effect = {
  .symbol     = "saturation",
  .label      = "Saturation",
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
