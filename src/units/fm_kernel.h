// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the FM synthesizer's control side and its kernel share

#ifndef SONIC_UNITS_FM_KERNEL_H
#define SONIC_UNITS_FM_KERNEL_H

#include "units/fm.h"
#include "units/level_table.h"
#include "units/synth_kernel.h"
#include "units/unit.h"

#include <stdint.h>

/// What all voices share during a grid step
typedef struct {
  Line     wires[FM_OPS][FM_OPS]; ///< From the second to the first, 0 to 1
  Line     carriers[FM_OPS];      ///< Part of each in what is heard
  Line     feedback;              ///< In half periods
  float    level[FM_OPS];         ///< 0 to 1
  float    velocity[FM_OPS];      ///< How far the level follows the velocity
  uint32_t heard;                 ///< Bits of the carriers
} FmLines;

/// State of a group
typedef struct {
  _Alignas(64) LineLanes amp[FM_OPS];
  float past[2][LANES]; ///< What the fourth operator gave out last
} FmGroup;

LEVEL_DECLARE(SourceKernel, fm_kernel);

#endif // SONIC_UNITS_FM_KERNEL_H
