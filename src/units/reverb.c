// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reverbs of a feedback delay network: `reverb` is a room or hall with lines as
// long as its size, `plate_reverb` is dense from the start
//
// The time to -60 dB of a room is that of the well-known combs of "Freeverb":
// lines of 34 ms with a gain of 0.7 + 0.28 room_size.

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/effects.h"
#include "units/fdn.h"
#include "units/solo_effect.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ROOM_MEAN_MS 46.0
#define PLATE_MEAN_MS 23.0
#define MOST_PREDELAY_MS 250.0f

/// Grid steps after which all lines lead nowhere
#define STILL_STEPS 3u

enum { ROOM_SIZE, ROOM_DAMPING, ROOM_MIX, NUM_ROOM_PARAMS };

enum {
  PLATE_DECAY,
  PLATE_DAMPING,
  PLATE_PREDELAY,
  PLATE_LOW_CUT,
  PLATE_WIDTH,
  PLATE_MIX,
  NUM_PLATE_PARAMS
};

// clang-format off
static const ParamInfo room_params[NUM_ROOM_PARAMS] = {
  //                symbol       label        unit       min   initial max   scale
  [ROOM_SIZE]    = {"room_size", "Room size", UNIT_NONE, 0.0f, 0.5f,   1.0f, SCALE_LINEAR},
  [ROOM_DAMPING] = {"damping",   "Damping",   UNIT_NONE, 0.0f, 0.5f,   1.0f, SCALE_LINEAR},
  [ROOM_MIX]     = {"mix",       "Mix",       UNIT_NONE, 0.0f, 0.3f,   1.0f, SCALE_LINEAR},
};

static const ParamInfo plate_params[NUM_PLATE_PARAMS] = {
  //                  symbol       label        unit          min   initial max     scale
  [PLATE_DECAY]    = {"decay",     "Decay",     UNIT_MS,    100.0f, 1800.0f, 20000.0f, SCALE_LOG},
  [PLATE_DAMPING]  = {"damping",   "Damping",   UNIT_NONE,    0.0f, 0.3f,   1.0f,    SCALE_LINEAR},
  [PLATE_PREDELAY] = {"predelay",  "Pre-delay", UNIT_MS,      0.0f, 0.0f,   MOST_PREDELAY_MS, SCALE_LINEAR},
  [PLATE_LOW_CUT]  = {"low_cut",   "Low cut",   UNIT_HZ,     20.0f, 20.0f,  1000.0f, SCALE_LOG},
  [PLATE_WIDTH]    = {"width",     "Width",     UNIT_NONE,    0.0f, 1.0f,   1.0f,    SCALE_LINEAR},
  [PLATE_MIX]      = {"mix",       "Mix",       UNIT_NONE,    0.0f, 0.3f,   1.0f,    SCALE_LINEAR},
};
// clang-format on

typedef struct {
  Solo     solo;
  Fdn      fdn;
  uint32_t still; ///< Grid steps since a parameter moved
  SoloLine mix;
  SoloLine width;
  SoloLine cut;    ///< Part of the way that what is cut goes in a frame
  float    low[2]; ///< What is cut off below

  // Before the network
  uint32_t mask; ///< Frames of the pre-delay's ring, less one
  uint32_t at;   ///< Where its next frame goes
  uint32_t predelay;
  uint32_t next;        ///< What it fades to
  uint32_t fade;        ///< Frames for which it still fades
  uint32_t fade_frames; ///< Frames of a whole fade
  float    memory[];    ///< The ring of both sides, then the network's
} Reverb;

SONIC_RT static float*
ring_of(Reverb* const self, const uint32_t side)
{
  return self->memory + (size_t)side * (self->mask + 1u);
}

SONIC_RT static void
clear(void* const instance)
{
  Reverb* const self = (Reverb*)instance;
  memset(self->memory, 0, 2u * (self->mask + 1u) * sizeof(float));
  memset(self->low, 0, sizeof(self->low));
  fdn_clear(&self->fdn);
}

static float
room_seconds(const float size)
{
  return 0.102f / -log10f(0.7f + 0.28f * size);
}

SONIC_RT static void
step_room(void* const instance, const bool jump)
{
  Reverb* const       self   = (Reverb*)instance;
  EffectParams* const params = &self->solo.params;
  const float* const  v      = params->at;

  self->still = params->moving ? 0 : self->still + 1;
  if (jump || self->still < STILL_STEPS) {
    fdn_set(&self->fdn,
            (double)room_seconds(v[ROOM_SIZE]),
            (double)v[ROOM_DAMPING],
            jump);
  }
  solo_aim(&self->mix, v[ROOM_MIX], jump);
  solo_aim(&self->width, 1.0f, jump);
  solo_aim(&self->cut, 0.0f, jump);
}

SONIC_RT static void
step_plate(void* const instance, const bool jump)
{
  Reverb* const       self   = (Reverb*)instance;
  EffectParams* const params = &self->solo.params;
  const float* const  v      = params->at;
  const double        rate   = self->solo.rate;

  self->still = params->moving ? 0 : self->still + 1;
  if (jump || self->still < STILL_STEPS) {
    fdn_set(&self->fdn,
            (double)v[PLATE_DECAY] / 1000.0,
            (double)v[PLATE_DAMPING],
            jump);
  }

  const double   ms     = (double)params->target[PLATE_PREDELAY];
  const uint32_t frames = (uint32_t)(ms * rate / 1000.0 + 0.5);
  if (jump) {
    self->predelay = self->next = frames;
    self->fade                  = 0;
  } else if (!self->fade && frames != self->predelay) {
    self->next = frames;
    self->fade = self->fade_frames;
  }

  const double hz  = (double)v[PLATE_LOW_CUT];
  const double cut = hz <= 20.0 ? 0.0 : 1.0 - exp(-2.0 * M_PI * hz / rate);
  solo_aim(&self->mix, v[PLATE_MIX], jump);
  solo_aim(&self->width, v[PLATE_WIDTH], jump);
  solo_aim(&self->cut, (float)cut, jump);
}

/// Put a frame into the pre-delay and take one out
SONIC_RT static float
pass_predelay(Reverb* const self, const uint32_t side, const float x)
{
  float* const ring           = ring_of(self, side);
  ring[self->at & self->mask] = x;

  const float now = ring[(self->at - self->predelay) & self->mask];
  if (!self->fade) {
    return now;
  }
  const float next = ring[(self->at - self->next) & self->mask];
  const float part = (float)self->fade / (float)self->fade_frames;
  return next + (now - next) * part;
}

SONIC_RT static void
render(void* const instance, const SoloSpan* const span)
{
  Reverb* const self = (Reverb*)instance;

  float wet[2][GRID_FRAMES];
  for (uint32_t f = 0; f < span->n; ++f) {
    const float cut = solo_next(&self->cut);
    for (uint32_t side = 0; side < 2; ++side) {
      const float in = solo_tame(side ? span->right[f] : span->left[f]);
      const float x  = pass_predelay(self, side, in);
      self->low[side] += cut * (x - self->low[side]);
      wet[side][f] = x - self->low[side];
    }
    ++self->at;
    if (self->fade && --self->fade == 0) {
      self->predelay = self->next;
    }
  }

  fdn_run(&self->fdn, wet[0], wet[1], span->n);
  for (uint32_t f = 0; f < span->n; ++f) {
    const float mix    = solo_next(&self->mix);
    const float width  = solo_next(&self->width);
    const float middle = 0.5f * (wet[0][f] + wet[1][f]);
    const float side   = 0.5f * (wet[0][f] - wet[1][f]) * width;
    span->left[f] += mix * (middle + side - span->left[f]);
    span->right[f] += mix * (middle - side - span->right[f]);
  }
}

static uint32_t
ring_frames(const uint32_t rate, const float most_ms)
{
  return solo_ring_size((double)most_ms * (double)rate / 1000.0 + 1.0);
}

static size_t
size_of(const uint32_t rate, const float predelay_ms, const double mean_ms)
{
  const size_t frames = 2u * (size_t)ring_frames(rate, predelay_ms) +
                        fdn_frames(mean_ms, (double)rate);
  return sizeof(Reverb) + frames * sizeof(float);
}

static Status
init(void* const             instance,
     const SoloEffect* const effect,
     const uint32_t          rate,
     const CpuLevel          level,
     const float             predelay_ms,
     const double            mean_ms)
{
  Reverb* const self = (Reverb*)instance;
  memset(self, 0, size_of(rate, predelay_ms, mean_ms));
  self->mask        = ring_frames(rate, predelay_ms) - 1u;
  self->fade_frames = rate / 50u;
  fdn_init(&self->fdn,
           self->memory + (size_t)2 * (self->mask + 1u),
           mean_ms,
           (double)rate);
  solo_init(self, effect, rate, level);
  solo_reset(self, 0);
  return STATUS_OK;
}

static const SoloEffect room_solo  = {&reverb_effect, clear, step_room, render};
static const SoloEffect plate_solo = {&plate_reverb_effect,
                                      clear,
                                      step_plate,
                                      render};

static size_t
room_size(const uint32_t rate)
{
  return size_of(rate, 0.0f, ROOM_MEAN_MS);
}

static Status
room_init(void* const        self,
          const uint32_t     rate,
          const CpuLevel     level,
          const float* const values)
{
  (void)values;
  return init(self, &room_solo, rate, level, 0.0f, ROOM_MEAN_MS);
}

static float
room_tail(const float* const values)
{
  return room_seconds(values[ROOM_SIZE]);
}

static size_t
plate_size(const uint32_t rate)
{
  return size_of(rate, MOST_PREDELAY_MS, PLATE_MEAN_MS);
}

static Status
plate_init(void* const        self,
           const uint32_t     rate,
           const CpuLevel     level,
           const float* const values)
{
  (void)values;
  return init(self, &plate_solo, rate, level, MOST_PREDELAY_MS, PLATE_MEAN_MS);
}

static float
plate_tail(const float* const values)
{
  return 0.001f * (values[PLATE_DECAY] + values[PLATE_PREDELAY]);
}

const EffectInfo reverb_effect = {
  .symbol     = "reverb",
  .label      = "Reverb",
  .category   = "Time-based",
  .shape      = EFFECT_SOLO,
  .params     = room_params,
  .num_params = NUM_ROOM_PARAMS,
  .size       = room_size,
  .init       = room_init,
  .set        = solo_set,
  .reset      = solo_reset,
  .run_solo   = solo_run,
  .tail       = room_tail,
};

const EffectInfo plate_reverb_effect = {
  .symbol     = "plate_reverb",
  .label      = "Plate reverb",
  .category   = "Time-based",
  .shape      = EFFECT_SOLO,
  .params     = plate_params,
  .num_params = NUM_PLATE_PARAMS,
  .size       = plate_size,
  .init       = plate_init,
  .set        = solo_set,
  .reset      = solo_reset,
  .run_solo   = solo_run,
  .tail       = plate_tail,
};
