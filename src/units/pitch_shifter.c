// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pitch shifter: two readers of a line run at another speed than it is written,
// half a grain apart; one fades out where it runs out and starts anew
//
//     delay' = delay + 1 - ratio,     gain = sin^2(pi delay / grain)

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/effects.h"
#include "units/solo_effect.h"
#include "units/solo_line.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Length of a grain
#define GRAIN_SECONDS 0.060

/// Frames that a reader stays away from the newest, which its cubic needs
#define LEAST_FRAMES 2.0f

/// Speed at which readers go back to where only one is heard, without a shift
#define HOME_SPEED 0.02

enum { SEMITONES, CENTS, MIX, NUM_PARAMS };

// clang-format off
static const ParamInfo params[NUM_PARAMS] = {
  //             symbol       label        unit             min   initial max    scale
  [SEMITONES] = {"semitones", "Semitones", UNIT_SEMITONES, -24.0f, 0.0f,  24.0f, SCALE_LINEAR},
  [CENTS]     = {"cents",     "Cents",     UNIT_CENTS,    -100.0f, 0.0f, 100.0f, SCALE_LINEAR},
  [MIX]       = {"mix",       "Mix",       UNIT_NONE,        0.0f, 1.0f,   1.0f, SCALE_LINEAR},
};
// clang-format on

typedef struct {
  Solo     solo;
  uint32_t mask;  ///< Frames in `ring`, less one
  uint32_t at;    ///< Where the next frame goes
  double   phase; ///< Place of the first reader in its grain, 0 to 1
  double   speed; ///< More of it at each frame
  double   grain; ///< Frames of a grain
  SoloLine mix;
  float    ring[][2];
} PitchShifter;

SONIC_RT static void
clear(void* const instance)
{
  PitchShifter* const self = (PitchShifter*)instance;
  memset(self->ring, 0, (self->mask + 1u) * sizeof(self->ring[0]));
  self->phase = 0.0;
}

SONIC_RT static void
step(void* const instance, const bool jump)
{
  PitchShifter* const self  = (PitchShifter*)instance;
  const float* const  v     = self->solo.params.at;
  const double        shift = (double)v[SEMITONES] + 0.01 * (double)v[CENTS];
  self->speed               = (1.0 - exp2(shift / 12.0)) / self->grain;
  if (shift == 0.0) {
    const double off  = self->phase < 0.5 ? -self->phase : 1.0 - self->phase;
    const double most = HOME_SPEED / self->grain;
    self->speed       = fmax(fmin(off / GRID_FRAMES, most), -most);
  }
  solo_aim(&self->mix, v[MIX], jump);
}

SONIC_RT static void
render(void* const instance, const SoloSpan* const span)
{
  PitchShifter* const self = (PitchShifter*)instance;
  for (uint32_t f = 0; f < span->n; ++f) {
    float* const newest = self->ring[self->at & self->mask];
    newest[0]           = solo_tame(span->left[f]);
    newest[1]           = solo_tame(span->right[f]);

    const double turn  = self->phase + (self->phase < 0.5 ? 0.5 : -0.5);
    const float  one   = LEAST_FRAMES + (float)(self->phase * self->grain);
    const float  two   = LEAST_FRAMES + (float)(turn * self->grain);
    const float  sine  = sinf((float)(M_PI * self->phase));
    const float  first = sine * sine;
    const float  mix   = solo_next(&self->mix);
    for (uint32_t side = 0; side < 2; ++side) {
      float* const x = side ? &span->right[f] : &span->left[f];
      const float  a = solo_read(self->ring, self->mask, self->at, side, one);
      const float  b = solo_read(self->ring, self->mask, self->at, side, two);
      *x += mix * (b + first * (a - b) - *x);
    }

    self->phase += self->speed;
    self->phase -= floor(self->phase);
    ++self->at;
  }
}

static uint32_t
ring_frames(const uint32_t rate)
{
  return solo_ring_size(GRAIN_SECONDS * (double)rate + 16.0);
}

static size_t
size(const uint32_t rate)
{
  return sizeof(PitchShifter) + ring_frames(rate) * sizeof(float[2]);
}

static const SoloEffect solo = {&pitch_shifter_effect, clear, step, render};

static Status
init(void* const        instance,
     const uint32_t     rate,
     const CpuLevel     level,
     const float* const values)
{
  (void)values;
  PitchShifter* const self = (PitchShifter*)instance;
  memset(self, 0, size(rate));
  self->mask  = ring_frames(rate) - 1u;
  self->grain = GRAIN_SECONDS * (double)rate;
  solo_init(self, &solo, rate, level);
  solo_reset(self, 0);
  return STATUS_OK;
}

static float
tail(const float* const values)
{
  (void)values;
  return (float)GRAIN_SECONDS;
}

const EffectInfo pitch_shifter_effect = {
  .symbol     = "pitch_shifter",
  .label      = "Pitch shifter",
  .category   = "Pitch",
  .shape      = EFFECT_SOLO,
  .params     = params,
  .num_params = NUM_PARAMS,
  .size       = size,
  .init       = init,
  .set        = solo_set,
  .reset      = solo_reset,
  .run_solo   = solo_run,
  .tail       = tail,
};
