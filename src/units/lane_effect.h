// SPDX-License-Identifier: GPL-3.0-or-later
//
// What all effects that run in lanes share
//
// Such an effect says what its parameters amount to (`find`, at grid points),
// and has a kernel that works with these numbers.  They are straight lines
// between grid points, so nothing depends on how a run is cut.  The effect's
// state is rows of lanes, which a reset clears by column.

#ifndef SONIC_UNITS_LANE_EFFECT_H
#define SONIC_UNITS_LANE_EFFECT_H

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What the kernel of an effect works with
typedef struct {
  float (*coefs)[LANES]; ///< For the next frame
  float (*steps)[LANES]; ///< More at each frame
  float (*state)[LANES]; ///< The effect's own
  uint32_t num_coefs;
  uint32_t rows;   ///< Rows of state
  uint32_t rate;   ///< Sample rate
  uint32_t moving; ///< Bit for each lane whose steps are not all zero
} LaneLines;

/// Frames to process
typedef struct {
  LaneBlock*       block;
  const LaneBlock* key;   ///< Side chain; `block` where there is none
  uint32_t         mask;  ///< Lanes
  uint32_t         first; ///< First frame in the block
  uint32_t         n;     ///< Number of frames, all in one grid step if `cells`
  uint64_t         grid;  ///< Grid position of the first frame
} LaneSpan;

typedef struct {
  SONIC_RT void (*run)(LaneLines* lines, const LaneSpan* span);
} LaneKernel;

/// What `find` has of a lane
typedef struct {
  const float* values; ///< The parameters
  double       rate;
  double       frames_per_beat;
  uint64_t     steps; ///< Grid steps since the reset
  double       turn;  ///< The effect's own, cleared by a reset: LFO phase
  double       more;  ///< Likewise
  float*       state; ///< The lane's column of the state, LANES apart
} LaneControl;

/// An effect in lanes
typedef struct {
  const EffectInfo* info;
  const LaneKernel* kernels[NUM_CPU_LEVELS];
  uint32_t          num_coefs;
  uint32_t          num_rows; ///< Rows of state
  bool              cells;    ///< The kernel wants runs cut at grid points
  bool              alive;    ///< What `find` gives moves by itself

  /// Rows of state that depend on the rate, after the others; null if none
  uint32_t (*more_rows)(uint32_t rate);

  /// Work out the kernel's numbers at a grid point
  SONIC_RT void (*find)(LaneControl* control, float* coefs);
} LaneEffect;

/// Functions for the tables of effects

size_t
lane_effect_size(const LaneEffect* effect, uint32_t rate);

Status
lane_effect_init(void*             self,
                 const LaneEffect* effect,
                 uint32_t          rate,
                 CpuLevel          level);

SONIC_RT void
lane_effect_set(void* self, uint32_t lane, uint32_t param, float value);

SONIC_RT void
lane_effect_reset(void* self, uint32_t lane);

SONIC_RT void
lane_effect_run(void*             self,
                LaneBlock*        block,
                const LaneBlock*  key,
                uint32_t          mask,
                const EffectTime* time);

/// In `find`: let a phase in turns go on by a grid step, except at the start
SONIC_RT static inline void
lane_effect_turn(LaneControl* const control, const double turns_per_frame)
{
  if (control->steps) {
    control->turn += turns_per_frame * GRID_FRAMES;
    control->turn -= (double)(int64_t)control->turn;
  }
}

/// What a row of state holds for a lane
SONIC_RT float
lane_effect_state(const void* self, uint32_t row, uint32_t lane);

/// The functions `size` and `init` of an effect's table, from its LaneEffect
#define LANE_EFFECT_FUNCS(lanes)                                               \
  static size_t size(const uint32_t rate)                                      \
  {                                                                            \
    return lane_effect_size(&(lanes), rate);                                   \
  }                                                                            \
                                                                               \
  static Status init(void* const        self,                                  \
                     const uint32_t     rate,                                  \
                     const CpuLevel     level,                                 \
                     const float* const values)                                \
  {                                                                            \
    (void)values;                                                              \
    return lane_effect_init(self, &(lanes), rate, level);                      \
  }

#endif // SONIC_UNITS_LANE_EFFECT_H
