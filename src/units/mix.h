// SPDX-License-Identifier: GPL-3.0-or-later
//
// Summing lanes into a bus
//
// The sum of a frame is taken strictly in the order of the sources, starting
// from zero: ((0 + a) + b) + c.  So a source that is silent or left out
// changes no bit of what the others add up to.

#ifndef SONIC_UNITS_MIX_H
#define SONIC_UNITS_MIX_H

#include "base/rt.h"
#include "units/unit.h"

#include <stdint.h>

/// One channel in a bank's result, or a signal by itself
typedef struct {
  const LaneBlock* block; ///< Null for a signal by itself
  uint32_t         lane;
  const float*     left; ///< Of a signal by itself
  const float*     right;
} MixSource;

/// Sums by one CPU level's kernel
typedef struct MixKernel MixKernel;

/// The kernel of an available level
const MixKernel*
mix_kernel(CpuLevel level);

/**
   Write the sum of sources, side by side.

   Fast where sources of the same block follow each other with rising lanes.

   @param kernel From `mix_kernel`.
   @param sources What to add, in this order.
   @param num Number of sources; with none the result is silence.
   @param left First frame of the left side's result.
   @param right First frame of the right side's result.
   @param n Number of frames, at most BLOCK_FRAMES.
*/
SONIC_RT void
mix_run(const MixKernel* kernel,
        const MixSource* sources,
        uint32_t         num,
        float*           left,
        float*           right,
        uint32_t         n);

/// Put a signal into a lane, as the source of a bus or the master
SONIC_RT void
mix_put(LaneBlock*   block,
        uint32_t     lane,
        const float* left,
        const float* right,
        uint32_t     n);

/// Take a lane's signal out
SONIC_RT void
mix_get(const LaneBlock* block,
        uint32_t         lane,
        float*           left,
        float*           right,
        uint32_t         n);

#endif // SONIC_UNITS_MIX_H
