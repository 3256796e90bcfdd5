// SPDX-License-Identifier: GPL-3.0-or-later
//
// The kernels of effects in lanes, for the tables of the effects

#ifndef SONIC_UNITS_LANE_KERNELS_H
#define SONIC_UNITS_LANE_KERNELS_H

#include "base/rt.h"
#include "units/lane_effect.h"
#include "units/level_table.h"

#include <stdint.h>

LEVEL_DECLARE(LaneKernel, cascade_kernel);
LEVEL_DECLARE(LaneKernel, dynamics_kernel);
LEVEL_DECLARE(LaneKernel, limiter_kernel);
LEVEL_DECLARE(LaneKernel, matrix_kernel);

/// Rows of state of a stage of the cascade kernel
#define CASCADE_ROWS 4u

/// Numbers of the matrix kernel: gains from side to side
typedef enum {
  MATRIX_LEFT_FROM_LEFT,
  MATRIX_LEFT_FROM_RIGHT,
  MATRIX_RIGHT_FROM_RIGHT,
  MATRIX_RIGHT_FROM_LEFT,
  NUM_MATRIX_COEFS
} MatrixCoef;

/// Numbers of the dynamics kernel; levels are logarithms to base two
typedef enum {
  DYNAMICS_THRESHOLD,
  DYNAMICS_OVER,     ///< Gain falls by this above the threshold, 1 / ratio - 1
  DYNAMICS_UNDER,    ///< and by this below it, 1 - ratio
  DYNAMICS_KNEE,     ///< Half the width of the knee, above 0
  DYNAMICS_PER_KNEE, ///< One part in four of the knee's half width
  DYNAMICS_ATTACK,   ///< What is left of a way after a frame
  DYNAMICS_RELEASE,
  DYNAMICS_FLOOR,  ///< Least gain
  DYNAMICS_MAKEUP, ///< Added to the gain
  DYNAMICS_MIX,
  NUM_DYNAMICS_COEFS
} DynamicsCoef;

/// Rows of state of the dynamics kernel
typedef enum {
  DYNAMICS_GAIN,   ///< Logarithm of the gain
  DYNAMICS_NOW,    ///< Highest level in this grid step
  DYNAMICS_HELD,   ///< Highest level in the grid steps before
  DYNAMICS_BEFORE, ///< Levels of the grid steps before
  DYNAMICS_CELLS    = 8,
  NUM_DYNAMICS_ROWS = DYNAMICS_BEFORE + DYNAMICS_CELLS
} DynamicsRow;

/// Numbers of the limiter kernel
typedef enum {
  LIMITER_CEILING, ///< Greatest sample
  LIMITER_LOG,     ///< Its logarithm to base two
  LIMITER_RELEASE, ///< What is left of a way after a frame
  NUM_LIMITER_COEFS
} LimiterCoef;

/// Rows of state of the limiter kernel, before those of its delays
typedef enum {
  LIMITER_HELD, ///< Logarithm of what is needed, falling back
  LIMITER_FALL, ///< Logarithm of what the gain fell by
  NUM_LIMITER_ROWS
} LimiterRow;

/// Frames over which the limiter looks ahead: a power of two, 1.3 ms or more
SONIC_RT static inline uint32_t
limiter_window(const uint32_t rate)
{
  return rate <= 50000 ? 64u : rate <= 100000 ? 128u : 256u;
}

/// Frames by which the limiter is late: averages, and half a filter
SONIC_RT static inline uint32_t
limiter_latency(const uint32_t rate)
{
  return limiter_window(rate) - 2u + 6u;
}

#endif // SONIC_UNITS_LANE_KERNELS_H
