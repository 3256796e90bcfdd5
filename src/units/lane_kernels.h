// SPDX-License-Identifier: GPL-3.0-or-later
//
// The kernels of effects in lanes, for the tables of the effects

#ifndef SONIC_UNITS_LANE_KERNELS_H
#define SONIC_UNITS_LANE_KERNELS_H

#include "base/rt.h"
#include "dsp/matched.h"
#include "units/lane_effect.h"
#include "units/level_table.h"
#include "units/oversample.h"

#include <stdint.h>

LEVEL_DECLARE(LaneKernel, bitcrusher_kernel);
LEVEL_DECLARE(LaneKernel, cascade_kernel);
LEVEL_DECLARE(LaneKernel, deesser_kernel);
LEVEL_DECLARE(LaneKernel, dynamics_kernel);
LEVEL_DECLARE(LaneKernel, exciter_kernel);
LEVEL_DECLARE(LaneKernel, filter_kernel);
LEVEL_DECLARE(LaneKernel, imager_kernel);
LEVEL_DECLARE(LaneKernel, limiter_kernel);
LEVEL_DECLARE(LaneKernel, matrix_kernel);
LEVEL_DECLARE(LaneKernel, multiband_kernel);
LEVEL_DECLARE(LaneKernel, phaser_kernel);
LEVEL_DECLARE(LaneKernel, ring_kernel);
LEVEL_DECLARE(LaneKernel, saturation_kernel);
LEVEL_DECLARE(LaneKernel, transient_kernel);

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

/// Numbers of the kernels of saturation and exciter
typedef enum {
  SATURATION_DRIVE,
  SATURATION_BIAS,
  SATURATION_POST,
  SATURATION_SLOW, ///< How fast what is constant goes
  SATURATION_TONE, ///< Low-pass: part of the way that is gone in a frame
  SATURATION_MIX,
  SATURATION_FILTER, ///< A stage
  NUM_SATURATION_COEFS = SATURATION_FILTER + NUM_SVF_COEFS
} SaturationCoef;

/// Rows of state of one side, before the past of the signal and its filters
typedef enum {
  SATURATION_S1,
  SATURATION_S2,
  SATURATION_DC,
  SATURATION_LOW,
  NUM_SATURATION_ROWS
} SaturationRow;

/// Rows of state of one side
#define SATURATION_SIDE_ROWS                                                   \
  (NUM_SATURATION_ROWS + OVERSAMPLE_LATENCY + OVERSAMPLE_ROWS)

/// Numbers of the bit crusher kernel
typedef enum {
  BITCRUSHER_LEVELS, ///< Steps from 0 to 1
  BITCRUSHER_STEP,   ///< Samples that are taken in a frame, 1 at most
  BITCRUSHER_MIX,
  NUM_BITCRUSHER_COEFS
} BitcrusherCoef;

/// Numbers of the ring modulator kernel
typedef enum {
  RING_STEP, ///< Half turns in a frame
  RING_MIX,
  NUM_RING_COEFS
} RingCoef;

/// Stages of the phaser kernel, at most
#define PHASER_STAGES 8u

/// Numbers of the phaser kernel
typedef enum {
  PHASER_LEFT, ///< Coefficient of the all-passes
  PHASER_RIGHT,
  PHASER_FEEDBACK,
  PHASER_MIX,
  PHASER_TAKE, ///< How much of each stage is taken
  NUM_PHASER_COEFS = PHASER_TAKE + PHASER_STAGES
} PhaserCoef;

/// Bands of the multiband kernel
#define MULTIBAND_BANDS 3u

/// Numbers of one band, as those of the dynamics kernel
enum {
  MULTIBAND_THRESHOLD,
  MULTIBAND_OVER,
  MULTIBAND_ATTACK,
  MULTIBAND_RELEASE,
  MULTIBAND_MAKEUP,
  NUM_MULTIBAND_BAND_COEFS
};

/// Numbers of the multiband kernel
typedef enum {
  MULTIBAND_LOWER     = 0, ///< Three of the filters at the lower frequency
  MULTIBAND_UPPER     = 3, ///< and three at the upper one
  MULTIBAND_MIX       = 6,
  MULTIBAND_FIRST     = 7, ///< Those of the bands
  NUM_MULTIBAND_COEFS = MULTIBAND_FIRST + 3 * NUM_MULTIBAND_BAND_COEFS
} MultibandCoef;

/// Rows of state of the multiband kernel: of its bands, then of its filters
#define MULTIBAND_SIDES (MULTIBAND_BANDS * NUM_DYNAMICS_ROWS)
#define MULTIBAND_ROWS (MULTIBAND_SIDES + 2u * 14u)

/// Numbers of the de-esser kernel, after those of its filter
typedef enum {
  DEESSER_THRESHOLD = 3,
  DEESSER_OVER,
  DEESSER_ATTACK,
  DEESSER_RELEASE,
  DEESSER_FLOOR, ///< Least gain
  DEESSER_MIX,
  NUM_DEESSER_COEFS
} DeesserCoef;

/// Rows of state of the de-esser kernel: of dynamics, then of its filters
#define DEESSER_FILTERS NUM_DYNAMICS_ROWS
#define DEESSER_ROWS (DEESSER_FILTERS + 4)

/// Numbers of the transient shaper kernel
typedef enum {
  TRANSIENT_ATTACK,
  TRANSIENT_SUSTAIN,
  TRANSIENT_FAST, ///< What is left of a way after a frame: up, fast
  TRANSIENT_SLOW, ///< up, slowly
  TRANSIENT_DOWN, ///< down
  TRANSIENT_LONG, ///< down, slowly
  TRANSIENT_OUTPUT,
  TRANSIENT_MIX,
  NUM_TRANSIENT_COEFS
} TransientCoef;

/// Rows of state of the transient shaper kernel
#define TRANSIENT_ROWS 3u

/// Numbers of the stereo imager kernel
typedef enum {
  IMAGER_POLE, ///< Part of the way that the low-pass goes in a frame
  IMAGER_LOW,
  IMAGER_HIGH,
  IMAGER_LEFT, ///< Level of a side
  IMAGER_RIGHT,
  NUM_IMAGER_COEFS
} ImagerCoef;

/// Numbers of the filter kernel, after those of its stages
typedef enum {
  FILTER_STEEP = NUM_SVF_COEFS, ///< How much of the second stage
  FILTER_MIX,
  NUM_FILTER_COEFS
} FilterCoef;

/// Rows of state of the filter kernel
enum { FILTER_PEAK, FILTER_STAGES, NUM_FILTER_ROWS = FILTER_STAGES + 8 };

#endif // SONIC_UNITS_LANE_KERNELS_H
