// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chorus and flanger: a line whose delay goes to and fro between a least time
// and `depth`, the sides a quarter of a turn apart, read between its frames by
// a cubic through four of them
//
//     line = x + feedback out,     out = line(delay),     y = x + mix (out - x)

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/effect_sync.h"
#include "units/effects.h"
#include "units/solo_effect.h"
#include "units/solo_line.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CHORUS_LEAST_MS 5.0f
#define CHORUS_MOST_MS 50.0f
#define FLANGER_LEAST_MS 1.0f
#define FLANGER_MOST_MS 10.0f

enum { RATE, DEPTH, MIX, SYNC, FEEDBACK, NUM_PARAMS };

// clang-format off
static const ParamInfo chorus_params[NUM_PARAMS] = {
  //            symbol      label       unit       min    initial max    scale
  [RATE]     = {"rate",     "Rate",     UNIT_HZ,   0.1f,   0.5f, 10.0f, SCALE_LOG},
  [DEPTH]    = {"depth",    "Depth",    UNIT_MS,   CHORUS_LEAST_MS, 20.0f, CHORUS_MOST_MS, SCALE_LINEAR},
  [MIX]      = {"mix",      "Mix",      UNIT_NONE, 0.0f,   0.5f,  1.0f, SCALE_LINEAR},
  [SYNC]     = EFFECT_SYNC_PARAM,
  [FEEDBACK] = {"feedback", "Feedback", UNIT_NONE, 0.0f,   0.0f,  0.9f, SCALE_LINEAR},
};

static const ParamInfo flanger_params[NUM_PARAMS] = {
  [RATE]     = {"rate",     "Rate",     UNIT_HZ,   0.05f,  0.2f,  5.0f, SCALE_LOG},
  [DEPTH]    = {"depth",    "Depth",    UNIT_MS,   FLANGER_LEAST_MS, 5.0f, FLANGER_MOST_MS, SCALE_LINEAR},
  [MIX]      = {"mix",      "Mix",      UNIT_NONE, 0.0f,   0.5f,  1.0f, SCALE_LINEAR},
  [SYNC]     = EFFECT_SYNC_PARAM,
  [FEEDBACK] = {"feedback", "Feedback", UNIT_NONE, 0.0f,   0.5f,  0.9f, SCALE_LINEAR},
};

static const EffectChoice choices[] = {
  {SYNC, effect_sync_names},
};
// clang-format on

typedef struct {
  Solo     solo;
  float    least_ms;
  float    most_ms;  ///< Follows the depth slowly: what moves fast is a pitch
  float    follow;   ///< Part of its way that it goes in a grid step
  uint32_t mask;     ///< Frames in `ring`, less one
  uint32_t at;       ///< Where the next frame goes
  SoloLine delay[2]; ///< In frames
  SoloLine feedback;
  SoloLine mix;
  float    ring[][2];
} Chorus;

SONIC_RT static void
clear(void* const instance)
{
  Chorus* const self = (Chorus*)instance;
  memset(self->ring, 0, (self->mask + 1u) * sizeof(self->ring[0]));
}

SONIC_RT static void
step(void* const instance, const bool jump)
{
  Chorus* const      self = (Chorus*)instance;
  Solo* const        solo = &self->solo;
  const float* const v    = solo->params.at;
  solo_turn(solo,
            effect_sync_turns(
              v[SYNC], (double)v[RATE], solo->rate, solo->frames_per_beat));

  const float way = v[DEPTH] - self->most_ms;
  self->most_ms += jump ? way : self->follow * way;
  for (uint32_t side = 0; side < 2; ++side) {
    const double turn = solo->turn + 0.25 * (double)side;
    const float  part = 0.5f + 0.5f * effect_shape_at(0.0f, turn);
    const float  ms = self->least_ms + (self->most_ms - self->least_ms) * part;
    solo_aim(
      &self->delay[side], (float)((double)ms * solo->rate / 1000.0), jump);
  }
  solo_aim(&self->feedback, v[FEEDBACK], jump);
  solo_aim(&self->mix, v[MIX], jump);
}

SONIC_RT static void
render(void* const instance, const SoloSpan* const span)
{
  Chorus* const self = (Chorus*)instance;
  for (uint32_t f = 0; f < span->n; ++f) {
    const float feedback = solo_next(&self->feedback);
    const float mix      = solo_next(&self->mix);
    for (uint32_t side = 0; side < 2; ++side) {
      float* const x   = side ? &span->right[f] : &span->left[f];
      const float  out = solo_read(
        self->ring, self->mask, self->at, side, solo_next(&self->delay[side]));
      self->ring[self->at & self->mask][side] = solo_tame(*x) + feedback * out;
      *x += mix * (out - *x);
    }
    ++self->at;
  }
}

static uint32_t
ring_frames(const uint32_t rate, const float most_ms)
{
  return solo_ring_size((double)most_ms * (double)rate / 1000.0 + 8.0);
}

static Status
init(void* const             instance,
     const SoloEffect* const effect,
     const uint32_t          rate,
     const CpuLevel          level,
     const float             least_ms,
     const float             most_ms)
{
  Chorus* const  self   = (Chorus*)instance;
  const uint32_t frames = ring_frames(rate, most_ms);
  memset(self, 0, sizeof(*self) + frames * sizeof(self->ring[0]));
  self->mask     = frames - 1u;
  self->least_ms = least_ms;
  self->follow   = 1.0f - expf(-(float)GRID_FRAMES / (0.1f * (float)rate));
  solo_init(self, effect, rate, level);
  solo_reset(self, 0);
  return STATUS_OK;
}

static float
tail(const float* const values)
{
  const float turns = -6.91f / logf(fmaxf(values[FEEDBACK], 1e-3f));
  return 0.001f * values[DEPTH] * (2.0f + turns);
}

static const SoloEffect chorus_solo  = {&chorus_effect, clear, step, render};
static const SoloEffect flanger_solo = {&flanger_effect, clear, step, render};

static size_t
chorus_size(const uint32_t rate)
{
  return sizeof(Chorus) + ring_frames(rate, CHORUS_MOST_MS) * sizeof(float[2]);
}

static Status
chorus_init(void* const        self,
            const uint32_t     rate,
            const CpuLevel     level,
            const float* const values)
{
  (void)values;
  return init(self, &chorus_solo, rate, level, CHORUS_LEAST_MS, CHORUS_MOST_MS);
}

static size_t
flanger_size(const uint32_t rate)
{
  return sizeof(Chorus) + ring_frames(rate, FLANGER_MOST_MS) * sizeof(float[2]);
}

static Status
flanger_init(void* const        self,
             const uint32_t     rate,
             const CpuLevel     level,
             const float* const values)
{
  (void)values;
  return init(
    self, &flanger_solo, rate, level, FLANGER_LEAST_MS, FLANGER_MOST_MS);
}

const EffectInfo chorus_effect = {
  .symbol      = "chorus",
  .label       = "Chorus",
  .category    = "Time-based",
  .shape       = EFFECT_SOLO,
  .params      = chorus_params,
  .num_params  = NUM_PARAMS,
  .choices     = choices,
  .num_choices = 1,
  .size        = chorus_size,
  .init        = chorus_init,
  .set         = solo_set,
  .reset       = solo_reset,
  .run_solo    = solo_run,
  .tail        = tail,
};

const EffectInfo flanger_effect = {
  .symbol      = "flanger",
  .label       = "Flanger",
  .category    = "Time-based",
  .shape       = EFFECT_SOLO,
  .params      = flanger_params,
  .num_params  = NUM_PARAMS,
  .choices     = choices,
  .num_choices = 1,
  .size        = flanger_size,
  .init        = flanger_init,
  .set         = solo_set,
  .reset       = solo_reset,
  .run_solo    = solo_run,
  .tail        = tail,
};
