// SPDX-License-Identifier: GPL-3.0-or-later
//
// What all effects that run alone share
//
// Such an effect is a struct that begins with a `Solo`.  It is told at each
// grid point what its parameters are (`step`), and runs for the frames of one
// grid step at a time (`render`), so nothing depends on how a run is cut.

#ifndef SONIC_UNITS_SOLO_EFFECT_H
#define SONIC_UNITS_SOLO_EFFECT_H

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/effect_params.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct SoloEffect SoloEffect;

/// The head of an instance
typedef struct {
  const SoloEffect* effect;
  EffectParams      params;
  double            rate;
  double            frames_per_beat;
  double            turn;  ///< Phase of an LFO, cleared by a reset
  uint64_t          steps; ///< Grid steps since the reset
  CpuLevel          level;
} Solo;

/// Frames of one grid step
typedef struct {
  float*       left;
  float*       right;
  const float* key[2]; ///< Side chain
  uint64_t     grid;   ///< Grid position of the first
  uint32_t     place;  ///< Its place in the grid step
  uint32_t     n;
} SoloSpan;

/// An effect that runs alone
struct SoloEffect {
  const EffectInfo* info;

  /// Forget all signal
  SONIC_RT void (*clear)(void* self);

  /// At a grid point; jump to where the parameters lead if `jump`
  SONIC_RT void (*step)(void* self, bool jump);

  SONIC_RT void (*render)(void* self, const SoloSpan* span);
};

/// A number on its way to the next grid point, in a straight line
typedef struct {
  float now;  ///< At the next frame
  float each; ///< More at each frame
  float end;  ///< At the next grid point
} SoloLine;

/// Lead a line to a value, or jump there
SONIC_RT static inline void
solo_aim(SoloLine* const line, const float end, const bool jump)
{
  line->now  = jump ? end : line->end;
  line->each = (end - line->now) / (float)GRID_FRAMES;
  line->end  = end;
}

/// The line at this frame; it goes on to the next
SONIC_RT static inline float
solo_next(SoloLine* const line)
{
  const float now = line->now;
  line->now += line->each;
  return now;
}

/// Frames that a time at a rate has, for sizes: not less, a power of two
uint32_t
solo_ring_size(double frames);

/// Prepare the head; what follows is the effect's to set up, then
/// `solo_reset` starts it
void
solo_init(void* self, const SoloEffect* effect, uint32_t rate, CpuLevel level);

/// Functions for the tables of effects

SONIC_RT void
solo_set(void* self, uint32_t lane, uint32_t param, float value);

SONIC_RT void
solo_reset(void* self, uint32_t lane);

SONIC_RT void
solo_run(void*              self,
         float*             left,
         float*             right,
         const float* const key[2],
         const EffectTime*  time);

/// Let the LFO go on by a grid step, except at the start
SONIC_RT static inline void
solo_turn(Solo* const solo, const double turns_per_frame)
{
  if (solo->steps) {
    solo->turn += turns_per_frame * GRID_FRAMES;
    solo->turn -= (double)(int64_t)solo->turn;
  }
}

/// What an effect can work with, whatever finite number it was
SONIC_RT static inline float
solo_tame(const float x)
{
  return x < -1e12f ? -1e12f : x > 1e12f ? 1e12f : x;
}

#endif // SONIC_UNITS_SOLO_EFFECT_H
