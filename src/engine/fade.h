// SPDX-License-Identifier: GPL-3.0-or-later
//
// A short way between sound and silence
//
// A straight line of 128 frames, which may turn round at any frame.

#ifndef SONIC_ENGINE_FADE_H
#define SONIC_ENGINE_FADE_H

#include "base/rt.h"

#include <stdbool.h>
#include <stdint.h>

/// Frames from full to silent
#define FADE_FRAMES 128u

typedef struct {
  uint32_t position; ///< 0: full, FADE_FRAMES: silent
  bool     out;      ///< Goes, or stays, towards silence
} Fade;

SONIC_RT static inline bool
fade_is_full(const Fade* const fade)
{
  return !fade->out && fade->position == 0;
}

SONIC_RT static inline bool
fade_is_silent(const Fade* const fade)
{
  return fade->out && fade->position == FADE_FRAMES;
}

/// Go on by a frame; returns the gain of that frame
SONIC_RT static inline float
fade_next(Fade* const fade)
{
  if (fade->out && fade->position < FADE_FRAMES) {
    ++fade->position;
  } else if (!fade->out && fade->position > 0) {
    --fade->position;
  }

  return 1.0f - (float)fade->position / (float)FADE_FRAMES;
}

/// Put `n` frames through the fade, in place
SONIC_RT static inline void
fade_run(Fade* const    fade,
         float* const   left,
         float* const   right,
         const uint32_t n)
{
  for (uint32_t i = 0; i < n && !fade_is_full(fade); ++i) {
    const float gain = fade_next(fade);
    left[i] *= gain;
    right[i] *= gain;
  }
}

#endif // SONIC_ENGINE_FADE_H
