// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the additive synthesizer's control side and its kernel share

#ifndef SONIC_UNITS_ADDITIVE_KERNEL_H
#define SONIC_UNITS_ADDITIVE_KERNEL_H

#include "units/additive.h"
#include "units/level_table.h"
#include "units/synth_kernel.h"
#include "units/unit.h"

#include <stdint.h>

/// What all voices share at the end of a line
typedef struct {
  uint32_t partial[NUM_DRAWBARS];    ///< Of an octave below the note
  float    level[NUM_DRAWBARS];      ///< Of the drawbar
  float    percussion[NUM_DRAWBARS]; ///< At the envelope's peak
  float    tilt[NUM_DRAWBARS];       ///< log2 of the gain at velocity 0
  float    evolve[NUM_DRAWBARS];     ///< How far it follows the envelope
} AdditiveLines;

/// State of a group
typedef struct {
  _Alignas(64) LineLanes amp[NUM_DRAWBARS];
} AdditiveGroup;

LEVEL_DECLARE(SourceKernel, additive_kernel);

#endif // SONIC_UNITS_ADDITIVE_KERNEL_H
