// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the strip's control side and its kernels share

#ifndef SONIC_UNITS_STRIP_KERNEL_H
#define SONIC_UNITS_STRIP_KERNEL_H

#include "base/rt.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <stdint.h>

/// Gains from each side of the source to each side of the result
typedef enum {
  STRIP_LEFT_FROM_LEFT,
  STRIP_LEFT_FROM_RIGHT,
  STRIP_RIGHT_FROM_RIGHT,
  STRIP_RIGHT_FROM_LEFT,
  NUM_STRIP_GAINS
} StripGain;

/// What a kernel reads and writes of a bank
typedef struct {
  _Alignas(64) float gain[NUM_STRIP_GAINS][LANES]; ///< For the next frame
  _Alignas(64) float step[NUM_STRIP_GAINS][LANES]; ///< More at each frame
  _Alignas(64) float peak[2][LANES];               ///< Highest absolute sample
  _Alignas(64) float power[2][LANES];              ///< Sum of squares
  uint32_t moving; ///< Bit for each lane whose steps are not all zero
} StripLines;

typedef struct {
  /// Process frames `first` to `first + n - 1`
  SONIC_RT void (*run)(StripLines*      lines,
                       const LaneBlock* in,
                       LaneBlock*       out,
                       uint32_t         first,
                       uint32_t         n);
} StripKernel;

LEVEL_DECLARE(StripKernel, strip_kernel);

#endif // SONIC_UNITS_STRIP_KERNEL_H
