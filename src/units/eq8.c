// SPDX-License-Identifier: GPL-3.0-or-later
//
// Parametric equalizer of eight bands, each of any type

#include "base/rt.h"
#include "base/status.h"
#include "dsp/matched.h"
#include "units/effect.h"
#include "units/effect_params.h"
#include "units/effects.h"
#include "units/lane_effect.h"
#include "units/lane_kernels.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define NUM_BANDS 8u

enum { TYPE, FREQ, GAIN, Q, NUM_BAND_PARAMS };

#define NUM_PARAMS (NUM_BANDS * NUM_BAND_PARAMS)

// clang-format off
#define BAND(n, type, hz)                                                                   \
  {"type_" #n, "Band " #n " type",      UNIT_NONE,   0.0f, type,    7.0f, SCALE_LINEAR},    \
  {"freq_" #n, "Band " #n " frequency", UNIT_HZ,    20.0f,   hz, 20000.0f, SCALE_LOG},      \
  {"gain_" #n, "Band " #n " gain",      UNIT_DB,   -24.0f, 0.0f,   24.0f, SCALE_LINEAR},    \
  {"q_" #n,    "Band " #n " Q",         UNIT_NONE,   0.1f, 0.71f,  18.0f, SCALE_LOG}

static const ParamInfo params[NUM_PARAMS] = {
  BAND(1, 0.0f,    30.0f), // A cut, off
  BAND(2, 2.0f,   100.0f),
  BAND(3, 1.0f,   250.0f),
  BAND(4, 1.0f,   600.0f),
  BAND(5, 1.0f,  1500.0f),
  BAND(6, 1.0f,  3500.0f),
  BAND(7, 3.0f,  8000.0f),
  BAND(8, 0.0f, 18000.0f),
};

static const char* const type_names[] = {
  "off", "peak", "low_shelf", "high_shelf", "low_cut", "high_cut", "band_pass", "notch", NULL};

static const MatchedKind kinds[] = {
  MATCHED_OFF, MATCHED_PEAK, MATCHED_LOW_SHELF, MATCHED_HIGH_SHELF, MATCHED_HIGH_PASS,
  MATCHED_LOW_PASS, MATCHED_BAND_PASS, MATCHED_NOTCH};

#define CHOICE(n) {((n) - 1) * NUM_BAND_PARAMS + TYPE, type_names}
static const EffectChoice choices[NUM_BANDS] = {
  CHOICE(1), CHOICE(2), CHOICE(3), CHOICE(4), CHOICE(5), CHOICE(6), CHOICE(7), CHOICE(8)};
// clang-format on

SONIC_RT static void
find(LaneControl* const control, float* const coefs)
{
  for (uint32_t i = 0; i < NUM_BANDS; ++i) {
    const float* const band =
      control->values + (size_t)i * (size_t)NUM_BAND_PARAMS;
    matched_design(kinds[effect_choice_of(band[TYPE])],
                   (double)band[FREQ],
                   (double)band[Q],
                   (double)band[GAIN],
                   control->rate,
                   coefs + (size_t)i * NUM_SVF_COEFS);
  }
}

static const LaneEffect lanes = {
  .info      = &eq8_effect,
  .kernels   = LEVEL_TABLE(cascade_kernel),
  .num_coefs = NUM_BANDS * NUM_SVF_COEFS,
  .num_rows  = NUM_BANDS * CASCADE_ROWS,
  .find      = find,
};

LANE_EFFECT_FUNCS(lanes)

static float
tail(const float* const values)
{
  // Until -60 dB of the longest, whose time constant is 2 Q / w; a boost's are
  // longer by the root of its gain
  float longest = 0.0f;
  for (uint32_t i = 0; i < NUM_BANDS; ++i) {
    const float* const band  = values + (size_t)i * (size_t)NUM_BAND_PARAMS;
    const float        boost = powf(10.0f, fabsf(band[GAIN]) / 40.0f);
    const float        q     = fmaxf(band[Q], 1.0f) * boost;
    if (effect_choice_of(band[TYPE])) {
      longest = fmaxf(longest, 6.9f * q / ((float)M_PI * band[FREQ]));
    }
  }
  return longest;
}

const EffectInfo eq8_effect = {
  .symbol      = "eq8",
  .label       = "Parametric equalizer",
  .category    = "EQ",
  .shape       = EFFECT_LANES,
  .params      = params,
  .num_params  = NUM_PARAMS,
  .choices     = choices,
  .num_choices = NUM_BANDS,
  .size        = size,
  .init        = init,
  .set         = lane_effect_set,
  .reset       = lane_effect_reset,
  .run_lanes   = lane_effect_run,
  .tail        = tail,
};
