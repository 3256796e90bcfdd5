// SPDX-License-Identifier: GPL-3.0-or-later
//
// Equalizer of three bands: low shelf, peak, high shelf

#include "base/rt.h"
#include "base/status.h"
#include "dsp/matched.h"
#include "units/effect.h"
#include "units/effects.h"
#include "units/lane_effect.h"
#include "units/lane_kernels.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define NUM_BANDS 3u

enum {
  LOW_GAIN,
  LOW_FREQ,
  MID_GAIN,
  MID_FREQ,
  MID_Q,
  HIGH_GAIN,
  HIGH_FREQ,
  NUM_PARAMS
};

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //             symbol       label             unit       min      initial  max       scale
  [LOW_GAIN]  = {"low_gain",  "Low gain",       UNIT_DB,   -24.0f,    0.0f,    24.0f, SCALE_LINEAR},
  [LOW_FREQ]  = {"low_freq",  "Low frequency",  UNIT_HZ,    20.0f,  100.0f,   500.0f, SCALE_LOG},
  [MID_GAIN]  = {"mid_gain",  "Mid gain",       UNIT_DB,   -24.0f,    0.0f,    24.0f, SCALE_LINEAR},
  [MID_FREQ]  = {"mid_freq",  "Mid frequency",  UNIT_HZ,   200.0f, 1000.0f,  8000.0f, SCALE_LOG},
  [MID_Q]     = {"mid_q",     "Mid Q",          UNIT_NONE,   0.5f,    1.0f,     4.0f, SCALE_LOG},
  [HIGH_GAIN] = {"high_gain", "High gain",      UNIT_DB,   -24.0f,    0.0f,    24.0f, SCALE_LINEAR},
  [HIGH_FREQ] = {"high_freq", "High frequency", UNIT_HZ,  2000.0f, 8000.0f, 20000.0f, SCALE_LOG},
};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  const float* const v = control->values;
  matched_design(MATCHED_LOW_SHELF,
                 (double)v[LOW_FREQ],
                 M_SQRT1_2,
                 (double)v[LOW_GAIN],
                 control->rate,
                 coefs);
  matched_design(MATCHED_PEAK,
                 (double)v[MID_FREQ],
                 (double)v[MID_Q],
                 (double)v[MID_GAIN],
                 control->rate,
                 coefs + NUM_SVF_COEFS);
  matched_design(MATCHED_HIGH_SHELF,
                 (double)v[HIGH_FREQ],
                 M_SQRT1_2,
                 (double)v[HIGH_GAIN],
                 control->rate,
                 coefs + (size_t)2 * NUM_SVF_COEFS);
}

static const LaneEffect lanes = {
  .info      = &eq3_effect,
  .kernels   = LEVEL_TABLE(cascade_kernel),
  .num_coefs = NUM_BANDS * NUM_SVF_COEFS,
  .num_rows  = NUM_BANDS * CASCADE_ROWS,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

static float
tail(const float* const values)
{
  // Ln(1000) time constants of the slowest pole pair, 2 Q / w
  return 6.9f * 2.0f / (2.0f * (float)M_PI * values[LOW_FREQ] * 0.25f);
}

const EffectInfo eq3_effect = {
  .symbol     = "eq3",
  .label      = "Three-band equalizer",
  .category   = "EQ",
  .shape      = EFFECT_LANES,
  .params     = params,
  .num_params = NUM_PARAMS,
  .size       = size,
  .init       = init,
  .set        = lane_effect_set,
  .reset      = lane_effect_reset,
  .run_lanes  = lane_effect_run,
  .tail       = tail,
};
