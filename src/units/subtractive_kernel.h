// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the subtractive synthesizer's control side and its kernel share

#ifndef SONIC_UNITS_SUBTRACTIVE_KERNEL_H
#define SONIC_UNITS_SUBTRACTIVE_KERNEL_H

#include "units/level_table.h"
#include "units/synth_kernel.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum { OSC_1, OSC_2, OSC_SUB, NUM_OSCS } Osc;

/// What all voices share during a grid step
typedef struct {
  Wave waves[NUM_OSCS];
  bool sync; ///< Osc 2 begins anew with osc 1
} SubtractiveLines;

LEVEL_DECLARE(SourceKernel, subtractive_kernel);

#endif // SONIC_UNITS_SUBTRACTIVE_KERNEL_H
