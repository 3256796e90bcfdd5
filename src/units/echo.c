// SPDX-License-Identifier: GPL-3.0-or-later
//
// Delays: `delay` has a line for each side, of `ping_pong_delay` one feeds the
// other, so that its echoes go from side to side
//
//     delay:      line = x + feedback cut(out)
//     ping-pong:  left line = (l + r) / 2 + feedback cut(right out)
//                 right line = feedback cut(left out)
//
// A time is a whole number of frames, and the first echo comes after just so
// many.  When it changes, the old and the new place in the line cross-fade.

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/effect_sync.h"
#include "units/effects.h"
#include "units/solo_effect.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MOST_MS 2000.0f
#define FADE_SECONDS 0.020

enum { DELAY_TIME, FEEDBACK, MIX, SYNC, LOW_CUT, HIGH_CUT, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //              symbol        label        unit          min     initial  max       scale
  [DELAY_TIME] = {"delay_time", "Delay time", UNIT_MS,     1.0f,   250.0f,  MOST_MS,  SCALE_LOG},
  [FEEDBACK]   = {"feedback",   "Feedback",   UNIT_NONE,   0.0f,     0.5f,    0.95f,  SCALE_LINEAR},
  [MIX]        = {"mix",        "Mix",        UNIT_NONE,   0.0f,     0.3f,    1.0f,   SCALE_LINEAR},
  [SYNC]       = EFFECT_SYNC_PARAM,
  [LOW_CUT]    = {"low_cut",    "Low cut",    UNIT_HZ,    20.0f,    20.0f,  2000.0f,  SCALE_LOG},
  [HIGH_CUT]   = {"high_cut",   "High cut",   UNIT_HZ,   500.0f, 20000.0f, 20000.0f,  SCALE_LOG},
};

static const EffectChoice choices[] = {
  {SYNC, effect_sync_names},
};
// clang-format on

typedef struct {
  Solo     solo;
  uint32_t mask;        ///< Frames in `ring`, less one
  uint32_t at;          ///< Where the next frame goes
  uint32_t delay;       ///< Frames, and
  uint32_t next;        ///< those that it fades to
  uint32_t fade;        ///< Frames for which it still fades
  uint32_t fade_frames; ///< Frames of a whole fade
  SoloLine feedback;
  SoloLine mix;
  SoloLine low_pole;  ///< Part of the way that what is cut goes in a frame
  SoloLine high_pole; ///< Part of the way that what is left goes in a frame
  float    low[2];    ///< What is cut off below
  float    high[2];   ///< What is left of it below the upper end
  float    ring[][2]; ///< The lines
} Echo;

SONIC_RT static void
clear(void* const instance)
{
  Echo* const self = (Echo*)instance;
  memset(self->ring, 0, (self->mask + 1u) * sizeof(self->ring[0]));
  memset(self->low, 0, sizeof(self->low));
  memset(self->high, 0, sizeof(self->high));
}

/// Frames of the delay that the parameters ask for
SONIC_RT static uint32_t
find_delay(const Echo* const self)
{
  const float* const target = self->solo.params.target;
  double             frames = effect_sync_frames(target[SYNC],
                                     (double)target[DELAY_TIME],
                                     self->solo.rate,
                                     self->solo.frames_per_beat);

  // Of what is too long a half, a quarter... stays in time
  while (frames > (double)self->mask) {
    frames *= 0.5;
  }
  return (uint32_t)fmax(floor(frames + 0.5), 1.0);
}

SONIC_RT static float
pole_of(const float hz, const double rate)
{
  return (float)(1.0 - exp(-2.0 * M_PI * (double)hz / rate));
}

SONIC_RT static void
step(void* const instance, const bool jump)
{
  Echo* const        self = (Echo*)instance;
  const float* const v    = self->solo.params.at;
  const double       rate = self->solo.rate;

  const uint32_t delay = find_delay(self);
  if (jump) {
    self->delay = delay;
    self->next  = delay;
    self->fade  = 0;
  } else if (!self->fade && delay != self->delay) {
    self->next = delay;
    self->fade = self->fade_frames;
  }

  // At the ends of their ranges the cuts leave all as it is
  const float low = v[LOW_CUT] <= 20.0f ? 0.0f : pole_of(v[LOW_CUT], rate);
  const float high =
    v[HIGH_CUT] >= 20000.0f ? 1.0f : pole_of(v[HIGH_CUT], rate);
  solo_aim(&self->feedback, v[FEEDBACK], jump);
  solo_aim(&self->mix, v[MIX], jump);
  solo_aim(&self->low_pole, low, jump);
  solo_aim(&self->high_pole, high, jump);
}

/// What a line gives out, faded while its time changes
SONIC_RT static float
read_line(const Echo* const self, const uint32_t side)
{
  const float now = self->ring[(self->at - self->delay) & self->mask][side];
  if (!self->fade) {
    return now;
  }

  const float next = self->ring[(self->at - self->next) & self->mask][side];
  const float part = (float)self->fade / (float)self->fade_frames;
  return next + (now - next) * part * part * (3.0f - 2.0f * part);
}

/// What is left between the cuts
SONIC_RT static float
cut(Echo* const    self,
    const uint32_t side,
    const float    low_pole,
    const float    high_pole,
    const float    x)
{
  self->low[side] += low_pole * (x - self->low[side]);
  self->high[side] += high_pole * (x - self->low[side] - self->high[side]);
  return self->high[side];
}

SONIC_RT static void
end_frame(Echo* const self)
{
  ++self->at;
  if (self->fade && --self->fade == 0) {
    self->delay = self->next;
  }
}

SONIC_RT static void
render_delay(void* const instance, const SoloSpan* const span)
{
  Echo* const self = (Echo*)instance;
  for (uint32_t f = 0; f < span->n; ++f) {
    const float feedback = solo_next(&self->feedback);
    const float mix      = solo_next(&self->mix);
    const float low      = solo_next(&self->low_pole);
    const float high     = solo_next(&self->high_pole);
    for (uint32_t side = 0; side < 2; ++side) {
      float* const x   = side ? &span->right[f] : &span->left[f];
      const float  out = read_line(self, side);
      self->ring[self->at & self->mask][side] =
        solo_tame(*x) + feedback * cut(self, side, low, high, out);
      *x += mix * (out - *x);
    }
    end_frame(self);
  }
}

SONIC_RT static void
render_ping_pong(void* const instance, const SoloSpan* const span)
{
  Echo* const self = (Echo*)instance;
  for (uint32_t f = 0; f < span->n; ++f) {
    const float feedback = solo_next(&self->feedback);
    const float mix      = solo_next(&self->mix);
    const float low      = solo_next(&self->low_pole);
    const float high     = solo_next(&self->high_pole);

    float* const l      = &span->left[f];
    float* const r      = &span->right[f];
    const float  left   = read_line(self, 0);
    const float  right  = read_line(self, 1);
    const float  middle = 0.5f * (solo_tame(*l) + solo_tame(*r));
    float* const line   = self->ring[self->at & self->mask];
    line[0]             = middle + feedback * cut(self, 1, low, high, right);
    line[1]             = feedback * cut(self, 0, low, high, left);
    *l += mix * (left - *l);
    *r += mix * (right - *r);
    end_frame(self);
  }
}

static uint32_t
ring_frames(const uint32_t rate)
{
  return solo_ring_size((double)MOST_MS * (double)rate / 1000.0 + 1.0);
}

static size_t
size(const uint32_t rate)
{
  return sizeof(Echo) + ring_frames(rate) * sizeof(float[2]);
}

static Status
init_echo(void* const             instance,
          const SoloEffect* const effect,
          const uint32_t          rate,
          const CpuLevel          level)
{
  Echo* const self = (Echo*)instance;
  memset(self, 0, size(rate));
  self->mask        = ring_frames(rate) - 1u;
  self->fade_frames = (uint32_t)(FADE_SECONDS * (double)rate);
  solo_init(self, effect, rate, level);
  solo_reset(self, 0);
  return STATUS_OK;
}

static float
tail(const float* const values)
{
  // Turns until -60 dB; a note value may be as long as the line
  const float time  = values[SYNC] < 0.5f ? values[DELAY_TIME] : 2750.0f;
  const float turns = -6.91f / logf(fmaxf(values[FEEDBACK], 1e-3f));
  return 0.001f * time * (2.0f + turns);
}

static const SoloEffect delay_solo = {&delay_effect, clear, step, render_delay};
static const SoloEffect ping_pong_solo = {&ping_pong_delay_effect,
                                          clear,
                                          step,
                                          render_ping_pong};

static Status
init_delay(void* const        self,
           const uint32_t     rate,
           const CpuLevel     level,
           const float* const values)
{
  (void)values;
  return init_echo(self, &delay_solo, rate, level);
}

static Status
init_ping_pong(void* const        self,
               const uint32_t     rate,
               const CpuLevel     level,
               const float* const values)
{
  (void)values;
  return init_echo(self, &ping_pong_solo, rate, level);
}

const EffectInfo delay_effect = {
  .symbol      = "delay",
  .label       = "Delay",
  .category    = "Time-based",
  .shape       = EFFECT_SOLO,
  .params      = params,
  .num_params  = NUM_PARAMS,
  .choices     = choices,
  .num_choices = 1,
  .size        = size,
  .init        = init_delay,
  .set         = solo_set,
  .reset       = solo_reset,
  .run_solo    = solo_run,
  .tail        = tail,
};

const EffectInfo ping_pong_delay_effect = {
  .symbol      = "ping_pong_delay",
  .label       = "Ping-pong delay",
  .category    = "Time-based",
  .shape       = EFFECT_SOLO,
  .params      = params,
  .num_params  = NUM_PARAMS,
  .choices     = choices,
  .num_choices = 1,
  .size        = size,
  .init        = init_ping_pong,
  .set         = solo_set,
  .reset       = solo_reset,
  .run_solo    = solo_run,
  .tail        = tail,
};
