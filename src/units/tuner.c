// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tuner: says what note is played, and leaves the signal as it is
//
// The pitch is where the normalized square difference
//
//     n(t) = 2 sum x[i] x[i + t] / sum (x[i]^2 + x[i + t]^2)
//
// has its first high maximum (P. McLeod, G. Wyvill, "A smarter way to find
// pitch", 2005), made finer at the longest multiple of that period.  It is
// worked out a few lags in each grid step, at a quarter of the rate.

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/effects.h"
#include "units/solo_effect.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Frames for one that is analyzed
#define DECIMATION 4u

/// Values of the past, of the sum, and lags: at 12 kHz from 40 to 1,500 Hz
#define NUM_VALUES 1024u
#define NUM_SUMMED 700u
#define LEAST_LAG 8u
#define NUM_LAGS 310u

/// Lags in a grid step
#define LAGS_A_STEP 8u

/// How much like itself a tone must be, and a maximum next to the highest one
#define LEAST_CLARITY 0.8f
#define PART_OF_HIGHEST 0.9f

/// Mean square below which there is silence: -70 dB
#define LEAST_POWER 1e-7f

enum { REFERENCE, NUM_PARAMS };

enum { PITCH, NOTE, CENTS, NUM_READINGS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //             symbol       label        unit     min     initial  max     scale
  [REFERENCE] = {"reference", "Reference", UNIT_HZ, 400.0f, 440.0f, 480.0f, SCALE_LINEAR},
};

static const ParamInfo readings[NUM_READINGS] = {
  [PITCH] = {"pitch", "Pitch", UNIT_HZ,          0.0f, 0.0f, 2000.0f, SCALE_LINEAR},
  [NOTE]  = {"note",  "Note",  UNIT_SEMITONES,   0.0f, 0.0f,  127.0f, SCALE_LINEAR},
  [CENTS] = {"cents", "Cents", UNIT_CENTS,     -50.0f, 0.0f,   50.0f, SCALE_LINEAR},
};
// clang-format on

typedef struct {
  Solo     solo;
  float    low[4]; ///< Low-pass before values are left out
  float    pole;   ///< Part of the way that each goes in a frame
  uint32_t count;  ///< Frames since the last value
  uint32_t at;     ///< Where the next value goes
  uint32_t lag;    ///< Next lag to work out
  float    hz;     ///< What was found, 0 if nothing
  float    past[NUM_VALUES];
  float    held[NUM_VALUES]; ///< The past as it was when this turn began
  float    likeness[NUM_LAGS];
} Tuner;

SONIC_RT static void
clear(void* const instance)
{
  Tuner* const self = (Tuner*)instance;
  memset(self->low, 0, sizeof(self->low));
  memset(self->past, 0, sizeof(self->past));
  memset(self->held, 0, sizeof(self->held));
  memset(self->likeness, 0, sizeof(self->likeness));
  self->count = 0;
  self->at    = 0;
  self->lag   = 0;
  self->hz    = 0.0f;
}

SONIC_RT static float
find_likeness(const Tuner* const self, const uint32_t lag)
{
  float same  = 0.0f;
  float power = 0.0f;
  for (uint32_t i = 0; i < NUM_SUMMED; ++i) {
    const float a = self->held[i];
    const float b = self->held[i + lag];
    same += a * b;
    power += a * a + b * b;
  }
  return power > LEAST_POWER * NUM_SUMMED * 2.0f ? 2.0f * same / power : 0.0f;
}

/// Where the parabola through a lag and its neighbours is highest
SONIC_RT static float
find_top(const float* const likeness, const uint32_t lag)
{
  const float a     = likeness[lag - 1];
  const float b     = likeness[lag];
  const float c     = likeness[lag + 1];
  const float curve = a - 2.0f * b + c;
  const float off   = curve < 0.0f ? 0.5f * (a - c) / curve : 0.0f;
  return (float)lag + off;
}

SONIC_RT static bool
is_maximum(const float* const likeness, const uint32_t lag)
{
  return likeness[lag] > likeness[lag - 1] &&
         likeness[lag] >= likeness[lag + 1];
}

/// The period in values, or 0
SONIC_RT static float
find_period(const float* const likeness)
{
  // What is like itself at no distance at all does not count
  uint32_t from = 1;
  while (from < NUM_LAGS - 1 && likeness[from] > 0.0f) {
    ++from;
  }
  from = from > LEAST_LAG ? from : LEAST_LAG;

  float highest = LEAST_CLARITY / PART_OF_HIGHEST;
  for (uint32_t i = from; i < NUM_LAGS - 1; ++i) {
    highest = fmaxf(highest, likeness[i]);
  }
  for (uint32_t i = from; i < NUM_LAGS - 1; ++i) {
    if (is_maximum(likeness, i) && likeness[i] >= PART_OF_HIGHEST * highest) {
      return find_top(likeness, i);
    }
  }
  return 0.0f;
}

/// Make a period finer: of more of them the error is smaller
SONIC_RT static float
refine(const float* const likeness, float period)
{
  for (float times = 2.0f; times * period < NUM_LAGS - 2; times += 1.0f) {
    const uint32_t near = (uint32_t)(times * period + 0.5f);
    for (uint32_t lag = near - 1; lag <= near + 1; ++lag) {
      if (is_maximum(likeness, lag)) {
        period = find_top(likeness, lag) / times;
        break;
      }
    }
  }
  return period;
}

SONIC_RT static void
step(void* const instance, const bool jump)
{
  Tuner* const self = (Tuner*)instance;
  if (jump) {
    return;
  }

  if (!self->lag) {
    for (uint32_t i = 0; i < NUM_VALUES; ++i) {
      self->held[i] = self->past[(self->at + i) % NUM_VALUES];
    }
  }

  for (uint32_t i = 0; i < LAGS_A_STEP && self->lag < NUM_LAGS; ++i) {
    self->likeness[self->lag] = find_likeness(self, self->lag);
    ++self->lag;
  }

  if (self->lag == NUM_LAGS) {
    const float period = find_period(self->likeness);
    const float rate   = (float)self->solo.rate / DECIMATION;
    self->hz  = period > 0.0f ? rate / refine(self->likeness, period) : 0.0f;
    self->lag = 0;
  }
}

SONIC_RT static void
render(void* const instance, const SoloSpan* const span)
{
  Tuner* const self = (Tuner*)instance;
  for (uint32_t f = 0; f < span->n; ++f) {
    // In range, so that squares of it are
    float x = 0.5f * (solo_tame(span->left[f]) + solo_tame(span->right[f]));
    for (uint32_t i = 0; i < 4; ++i) {
      self->low[i] += self->pole * (x - self->low[i]);
      x = self->low[i];
    }
    if (++self->count == DECIMATION) {
      self->count          = 0;
      self->past[self->at] = x;
      self->at             = (self->at + 1u) % NUM_VALUES;
    }
  }
}

SONIC_RT static float
reading(const void* const instance, const uint32_t lane, const uint32_t index)
{
  (void)lane;
  const Tuner* const self = (const Tuner*)instance;
  if (index == PITCH || self->hz <= 0.0f) {
    return self->hz;
  }

  const float reference = self->solo.params.target[REFERENCE];
  const float note      = 69.0f + 12.0f * log2f(self->hz / reference);
  const float nearest   = floorf(note + 0.5f);
  return index == NOTE ? nearest : 100.0f * (note - nearest);
}

static size_t
size(const uint32_t rate)
{
  (void)rate;
  return sizeof(Tuner);
}

static const SoloEffect solo = {&tuner_effect, clear, step, render};

static Status
init(void* const        instance,
     const uint32_t     rate,
     const CpuLevel     level,
     const float* const values)
{
  (void)values;
  Tuner* const self = (Tuner*)instance;
  memset(self, 0, sizeof(*self));
  self->pole = 1.0f - expf(-2.0f * (float)M_PI * 1500.0f / (float)rate);
  solo_init(self, &solo, rate, level);
  solo_reset(self, 0);
  return STATUS_OK;
}

const EffectInfo tuner_effect = {
  .symbol       = "tuner",
  .label        = "Tuner",
  .category     = "Analysis",
  .shape        = EFFECT_SOLO,
  .params       = params,
  .num_params   = NUM_PARAMS,
  .readings     = readings,
  .num_readings = NUM_READINGS,
  .size         = size,
  .init         = init,
  .set          = solo_set,
  .reset        = solo_reset,
  .run_solo     = solo_run,
  .reading      = reading,
};
