// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compressor of three bands

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

enum {
  LOW_FREQ,
  HIGH_FREQ,
  MIX,
  LOW_THRESHOLD,
  LOW_RATIO,
  LOW_ATTACK,
  LOW_RELEASE,
  LOW_GAIN,
  MID_THRESHOLD,
  MID_RATIO,
  MID_ATTACK,
  MID_RELEASE,
  MID_GAIN,
  HIGH_THRESHOLD,
  HIGH_RATIO,
  HIGH_ATTACK,
  HIGH_RELEASE,
  HIGH_GAIN,
  NUM_PARAMS
};

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //                  symbol            label             unit          min     initial   max       scale
  [LOW_FREQ]       = {"low_freq",       "Low crossover",  UNIT_HZ,      40.0f,  200.0f,  1000.0f, SCALE_LOG},
  [HIGH_FREQ]      = {"high_freq",      "High crossover", UNIT_HZ,    1000.0f, 3000.0f, 16000.0f, SCALE_LOG},
  [MIX]            = {"mix",            "Mix",            UNIT_NONE,     0.0f,    1.0f,     1.0f, SCALE_LINEAR},
  [LOW_THRESHOLD] = {"low_threshold", "Low threshold", UNIT_DB,  -60.0f, -20.0f,    0.0f, SCALE_LINEAR},
  [LOW_RATIO]     = {"low_ratio",     "Low ratio",     UNIT_RATIO, 1.0f,   2.0f,   20.0f, SCALE_LOG},
  [LOW_ATTACK]    = {"low_attack",    "Low attack",    UNIT_MS,    1.0f,  10.0f,  100.0f, SCALE_LOG},
  [LOW_RELEASE]   = {"low_release",   "Low release",   UNIT_MS,   10.0f, 100.0f, 1000.0f, SCALE_LOG},
  [LOW_GAIN]      = {"low_gain",      "Low gain",      UNIT_DB,  -24.0f,   0.0f,   24.0f, SCALE_LINEAR},
  [MID_THRESHOLD] = {"mid_threshold", "Mid threshold", UNIT_DB,  -60.0f, -20.0f,    0.0f, SCALE_LINEAR},
  [MID_RATIO]     = {"mid_ratio",     "Mid ratio",     UNIT_RATIO, 1.0f,   2.0f,   20.0f, SCALE_LOG},
  [MID_ATTACK]    = {"mid_attack",    "Mid attack",    UNIT_MS,    1.0f,  10.0f,  100.0f, SCALE_LOG},
  [MID_RELEASE]   = {"mid_release",   "Mid release",   UNIT_MS,   10.0f, 100.0f, 1000.0f, SCALE_LOG},
  [MID_GAIN]      = {"mid_gain",      "Mid gain",      UNIT_DB,  -24.0f,   0.0f,   24.0f, SCALE_LINEAR},
  [HIGH_THRESHOLD] = {"high_threshold", "High threshold", UNIT_DB,  -60.0f, -20.0f,    0.0f, SCALE_LINEAR},
  [HIGH_RATIO]     = {"high_ratio",     "High ratio",     UNIT_RATIO, 1.0f,   2.0f,   20.0f, SCALE_LOG},
  [HIGH_ATTACK]    = {"high_attack",    "High attack",    UNIT_MS,    1.0f,  10.0f,  100.0f, SCALE_LOG},
  [HIGH_RELEASE]   = {"high_release",   "High release",   UNIT_MS,   10.0f, 100.0f, 1000.0f, SCALE_LOG},
  [HIGH_GAIN]      = {"high_gain",      "High gain",      UNIT_DB,  -24.0f,   0.0f,   24.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v = control->values;
  dynamics_split(v[LOW_FREQ], control->rate, coefs + MULTIBAND_LOWER);
  dynamics_split(v[HIGH_FREQ], control->rate, coefs + MULTIBAND_UPPER);
  coefs[MULTIBAND_MIX] = v[MIX];

  for (uint32_t i = 0; i < MULTIBAND_BANDS; ++i) {
    // The parameters of a band are alike in all of them
    const size_t       each = MID_THRESHOLD - LOW_THRESHOLD;
    const float* const own  = v + each * i;
    float* const       band =
      coefs + MULTIBAND_FIRST + (size_t)NUM_MULTIBAND_BAND_COEFS * i;
    band[MULTIBAND_THRESHOLD] = own[LOW_THRESHOLD] / DB_PER_OCTAVE;
    band[MULTIBAND_OVER]      = 1.0f / own[LOW_RATIO] - 1.0f;
    band[MULTIBAND_ATTACK]    = dynamics_pole(own[LOW_ATTACK], control->rate);
    band[MULTIBAND_RELEASE] =
      dynamics_held_pole(own[LOW_RELEASE], control->rate);
    band[MULTIBAND_MAKEUP] = own[LOW_GAIN] / DB_PER_OCTAVE;
  }
}

static const LaneEffect lanes = {
  .info      = &multiband_compressor_effect,
  .kernels   = LEVEL_TABLE(multiband_kernel),
  .num_coefs = NUM_MULTIBAND_COEFS,
  .num_rows  = MULTIBAND_ROWS,
  .cells     = true,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

static float
tail(const float* const values)
{
  return 6.0f / values[LOW_FREQ];
}

/// That of the band that is reduced most
SONIC_RT static float
reduction(const void* const self, const uint32_t lane)
{
  float most = 0.0f;
  for (uint32_t i = 0; i < MULTIBAND_BANDS; ++i) {
    const uint32_t row = NUM_DYNAMICS_ROWS * i + DYNAMICS_GAIN;
    most = fminf(most, DB_PER_OCTAVE * lane_effect_state(self, row, lane));
  }
  return most;
}

const EffectInfo multiband_compressor_effect = {
  .symbol     = "multiband_compressor",
  .label      = "Multiband compressor",
  .category   = "Dynamics",
  .shape      = EFFECT_LANES,
  .params     = params,
  .num_params = NUM_PARAMS,
  .size       = size,
  .init       = init,
  .set        = lane_effect_set,
  .reset      = lane_effect_reset,
  .run_lanes  = lane_effect_run,
  .tail       = tail,
  .reduction  = reduction,
};
