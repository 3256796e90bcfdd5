// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the formant synthesizer's control side and its kernel share

#ifndef SONIC_UNITS_FORMANT_KERNEL_H
#define SONIC_UNITS_FORMANT_KERNEL_H

#include "units/formant.h"
#include "units/level_table.h"
#include "units/synth_kernel.h"
#include "units/unit.h"

#include <stdint.h>

/// What all voices share during a grid step
typedef struct {
  Wave  wave;
  Line  breath;
  Line  dry;
  Line  level[NUM_FORMANTS];
  float hz[NUM_FORMANTS];      ///< log2 of the frequency in Hz
  float damping[NUM_FORMANTS]; ///< 1 / Q
  float env;                   ///< Octaves at the filter envelope's peak
  float key;                   ///< Octaves for a semitone
  float most;                  ///< log2 of the highest frequency
  float per_frame;             ///< Seconds in a frame
} FormantLines;

/// State of a group
typedef struct {
  _Alignas(64) LineLanes gains[NUM_FORMANTS][NUM_FILTER_GAINS];
  float integrators[NUM_FORMANTS][2][LANES];
} FormantGroup;

LEVEL_DECLARE(SourceKernel, formant_kernel);

#endif // SONIC_UNITS_FORMANT_KERNEL_H
