// SPDX-License-Identifier: GPL-3.0-or-later
//
// The metronome's click
//
// A sine burst of 60 ms with a soft start and an end at exactly zero, so that
// nothing of it folds back.  The first beat of a bar is higher and louder.

#ifndef SONIC_UNITS_CLICK_H
#define SONIC_UNITS_CLICK_H

#include "base/rt.h"

#include <stdbool.h>
#include <stdint.h>

/// A click that sounds or is silent
typedef struct {
  uint32_t rate;   ///< Frames per second
  uint32_t frame;  ///< Next frame of the burst
  uint32_t length; ///< Frames in a burst, 0 if silent
  uint32_t attack; ///< Frames until the burst has its full level
  float    level;  ///< Highest sample, nearly
  double   cosine; ///< The oscillator's state
  double   sine;
  double   turn_cosine; ///< Its turn in a frame
  double   turn_sine;
} Click;

/// Prepare a silent click
void
click_init(Click* click, uint32_t rate);

/// Be silent at once
SONIC_RT void
click_reset(Click* click);

/// Start at the next frame to be run
SONIC_RT void
click_start(Click* click, bool accented);

/// Write `n` frames, overwriting; false if they are all silence
SONIC_RT bool
click_run(Click* click, float* out, uint32_t n);

#endif // SONIC_UNITS_CLICK_H
