// SPDX-License-Identifier: GPL-3.0-or-later
//
// Times that follow the tempo, and what moves to and fro in such times

#ifndef SONIC_UNITS_EFFECT_SYNC_H
#define SONIC_UNITS_EFFECT_SYNC_H

#include "base/rt.h"
#include "units/effect.h"

#include <stdbool.h>
#include <stdint.h>

/// Note values, of which the first is "off"
extern const char* const effect_sync_names[];

/// Greatest value of a parameter that is a note value
#define EFFECT_SYNC_MAX 18.0f

/// Row of a parameter table for a note value
#define EFFECT_SYNC_PARAM                                                      \
  {                                                                            \
    "sync", "Sync", UNIT_NONE, 0.0f, 0.0f, EFFECT_SYNC_MAX, SCALE_LINEAR       \
  }

/// Frames of a note value, or of `ms` if that is off
SONIC_RT double
effect_sync_frames(float sync, double ms, double rate, double frames_per_beat);

/// Turns in a frame, one turn in a note value, or `hz` if that is off
SONIC_RT double
effect_sync_turns(float sync, double hz, double rate, double frames_per_beat);

/// Names of the shapes of an LFO
extern const char* const effect_shape_names[];

/// Greatest value of a parameter that is a shape
#define EFFECT_SHAPE_MAX 3.0f

/// A shape at a place in its turn, -1 to 1; it starts at 0 and rises
SONIC_RT float
effect_shape_at(float shape, double turn);

#endif // SONIC_UNITS_EFFECT_SYNC_H
