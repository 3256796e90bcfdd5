// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the wavetable synthesizer's control side, its tables and its kernel
// share

#ifndef SONIC_UNITS_WAVETABLE_KERNEL_H
#define SONIC_UNITS_WAVETABLE_KERNEL_H

#include "units/level_table.h"
#include "units/synth_kernel.h"
#include "units/unit.h"

#include <stdint.h>

#define NUM_TABLES 12u
#define NUM_WAVES 4u

/// Octaves: the first has 2^8 partials, the last one
#define NUM_OCTAVES 9u
#define MOST_PARTIALS 256u

/// Frames of a wave for a partial, and at least
#define FRAMES_PER_PARTIAL 16u
#define LEAST_WAVE_FRAMES 256u

/// Frames that repeat: one before the first, two after the last
#define WAVE_SPARE 3u

/// A wave of one octave; frame 0 is at `frames[1]`
typedef struct {
  const float* frames;
  uint32_t     bits; ///< log2 of the number of frames
} OctaveWave;

typedef struct {
  OctaveWave waves[NUM_TABLES][NUM_OCTAVES][NUM_WAVES];
} Wavetables;

/// All tables, made when they are first asked for; null if memory ran out
const Wavetables*
wavetables_get(void);

/// What all voices share during a grid step
typedef struct {
  const Wavetables* tables; ///< Null if there are none
  uint32_t          table;
  Line              fade;     ///< Level while the table is exchanged
  float             place;    ///< In waves
  float             env;      ///< Waves at the filter envelope's peak
  float             velocity; ///< Waves lost at velocity 0
  float             most;     ///< Highest partial, as a part of the rate
} WavetableLines;

/// State of a group
typedef struct {
  _Alignas(64) LineLanes place;
} WavetableGroup;

LEVEL_DECLARE(SourceKernel, wavetable_kernel);

#endif // SONIC_UNITS_WAVETABLE_KERNEL_H
