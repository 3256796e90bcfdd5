// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the plucked string's control side and its kernel share

#ifndef SONIC_UNITS_PLUCKED_KERNEL_H
#define SONIC_UNITS_PLUCKED_KERNEL_H

#include "units/level_table.h"
#include "units/plucked.h"
#include "units/synth_kernel.h"
#include "units/unit.h"

#include <stdint.h>

/// Frames of a string's history: enough for 11 Hz at 48 kHz, 23 at 96 kHz
#define STRING_FRAMES 4096u

/// Frames after the history, which repeat its first, so that vectors may read
/// on over its end
#define STRING_SPARE 32u

/// Weights of the frames that the loop is fed from
#define STRING_TAPS 10u

/// What all voices share during a grid step
typedef struct {
  float    loss;       ///< log2 of what is lost in a frame at C4
  float    loss_key;   ///< Part of the octaves above that by which it grows
  float    brightness; ///< Part of the time that 4 kHz rings for
  float    fall_4k;    ///< 1 - cos of 4 kHz
  float    noise;      ///< Part of noise in the pulse
  float    bow;        ///< Noise that goes on
  uint32_t version;    ///< Changes with the numbers above
} PluckedLines;

/// What a string is fed back through
typedef struct {
  float    taps[STRING_TAPS];
  uint32_t delay; ///< Frames from the first of them to now
} StringLoop;

/// One string
typedef struct {
  _Alignas(64) float history[STRING_FRAMES + STRING_SPARE];
  StringLoop loop;
  StringLoop before;   ///< At the grid point, while it changes
  uint32_t   turn;     ///< For which the loop was worked out
  uint32_t   version;  ///< Of the lines, likewise
  uint32_t   moving;   ///< Not 0 while the loop changes
  uint32_t   head;     ///< Frames since the start
  uint32_t   position; ///< Frames from the pulse to the inverted one
  float      width;    ///< Of the pulse in frames
  float      size;     ///< Of the pulse
  uint32_t   seed;
} String;

/// State of a group
typedef struct {
  String strings[LANES];
} PluckedGroup;

LEVEL_DECLARE(SourceKernel, plucked_kernel);

#endif // SONIC_UNITS_PLUCKED_KERNEL_H
