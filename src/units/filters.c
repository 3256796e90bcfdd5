// SPDX-License-Identifier: GPL-3.0-or-later
//
// Low-pass, high-pass and band-pass of second order

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

/// Q at the ends of the resonance's range
#define Q_LEAST 0.5
#define Q_MOST 10.0

enum { FREQ, RESONANCE, NUM_PARAMS };

// clang-format off
static const ParamInfo lpf_params[NUM_PARAMS] = {
  //             symbol       label        unit       min     initial  max       scale
  [FREQ]      = {"cutoff",    "Cutoff",    UNIT_HZ,   20.0f, 2000.0f, 20000.0f, SCALE_LOG},
  [RESONANCE] = {"resonance", "Resonance", UNIT_NONE,  0.1f,    0.5f,     1.0f, SCALE_LINEAR},
};

static const ParamInfo hpf_params[NUM_PARAMS] = {
  [FREQ]      = {"cutoff",    "Cutoff",    UNIT_HZ,   20.0f,  100.0f, 20000.0f, SCALE_LOG},
  [RESONANCE] = {"resonance", "Resonance", UNIT_NONE,  0.1f,    0.5f,     1.0f, SCALE_LINEAR},
};

static const ParamInfo bpf_params[NUM_PARAMS] = {
  [FREQ]      = {"freq",      "Frequency", UNIT_HZ,   20.0f, 1000.0f, 20000.0f, SCALE_LOG},
  [RESONANCE] = {"bandwidth", "Bandwidth", UNIT_NONE,  0.1f,    0.5f,     2.0f, SCALE_LOG},
};
// clang-format on

/// Q of a resonance: it rises evenly in decibels
SONIC_RT static double
find_q(const float resonance)
{
  const double part = ((double)resonance - 0.1) / 0.9;
  return Q_LEAST * pow(Q_MOST / Q_LEAST, part);
}

SONIC_RT static void
find_lpf(LaneControl* const control, float* const coefs)
{
  const float* const v = control->values;
  matched_design(MATCHED_LOW_PASS,
                 (double)v[FREQ],
                 find_q(v[RESONANCE]),
                 0.0,
                 control->rate,
                 coefs);
}

SONIC_RT static void
find_hpf(LaneControl* const control, float* const coefs)
{
  const float* const v = control->values;
  matched_design(MATCHED_HIGH_PASS,
                 (double)v[FREQ],
                 find_q(v[RESONANCE]),
                 0.0,
                 control->rate,
                 coefs);
}

SONIC_RT static void
find_bpf(LaneControl* const control, float* const coefs)
{
  // The bandwidth is what is between the points of -3 dB, in parts of the
  // centre
  const float* const v = control->values;
  matched_design(MATCHED_BAND_PASS,
                 (double)v[FREQ],
                 1.0 / (double)v[RESONANCE],
                 0.0,
                 control->rate,
                 coefs);
}

/// Time constants of the poles, 2 Q / w, until -60 dB
static float
tail_of(const double hz, const double q)
{
  return (float)(6.9 * 2.0 * fmax(q, 1.0) / (2.0 * M_PI * hz));
}

static float
tail_resonant(const float* const values)
{
  return tail_of((double)values[FREQ], find_q(values[RESONANCE]));
}

static float
tail_bpf(const float* const values)
{
  return tail_of((double)values[FREQ], 1.0 / (double)values[RESONANCE]);
}

#define FILTER(name, text, tail_func)                                          \
  static const LaneEffect name##_lanes = {                                     \
    .info      = &name##_effect,                                               \
    .kernels   = LEVEL_TABLE(cascade_kernel),                                  \
    .num_coefs = NUM_SVF_COEFS,                                                \
    .num_rows  = CASCADE_ROWS,                                                 \
    .find      = find_##name,                                                  \
  };                                                                           \
                                                                               \
  static size_t size_##name(const uint32_t rate)                               \
  {                                                                            \
    return lane_effect_size(&name##_lanes, rate);                              \
  }                                                                            \
                                                                               \
  static Status init_##name(void* const        self,                           \
                            const uint32_t     rate,                           \
                            const CpuLevel     level,                          \
                            const float* const values)                         \
  {                                                                            \
    (void)values;                                                              \
    return lane_effect_init(self, &name##_lanes, rate, level);                 \
  }                                                                            \
                                                                               \
  const EffectInfo name##_effect = {                                           \
    .symbol     = #name,                                                       \
    .label      = text,                                                        \
    .category   = "Filter",                                                    \
    .shape      = EFFECT_LANES,                                                \
    .params     = name##_params,                                               \
    .num_params = NUM_PARAMS,                                                  \
    .size       = size_##name,                                                 \
    .init       = init_##name,                                                 \
    .set        = lane_effect_set,                                             \
    .reset      = lane_effect_reset,                                           \
    .run_lanes  = lane_effect_run,                                             \
    .tail       = tail_func,                                                   \
  };

FILTER(lpf, "Low-pass filter", tail_resonant)
FILTER(hpf, "High-pass filter", tail_resonant)
FILTER(bpf, "Band-pass filter", tail_bpf)
