// SPDX-License-Identifier: GPL-3.0-or-later
//
// All-passes of first order one after the other,
//
//     y = A x + s,     s' = x - A y
//
// each taken by its share, and fed back.

#include "base/rt.h"
#include "dsp/lanes.h"
#include "units/lane_effect.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  Lanes stages[PHASER_STAGES];
  Lanes last; ///< What was taken in the frame before
} PhaserSide;

LANES_INLINE Lanes
run_side(PhaserSide* const side,
         const Lanes       coefs[NUM_PHASER_COEFS],
         const Lanes       a,
         const Lanes       x)
{
  Lanes y     = lanes_fma(coefs[PHASER_FEEDBACK], side->last, lanes_tame(x));
  Lanes taken = lanes_all(0.0f);
  LANES_UNROLL
  for (uint32_t i = 0; i < PHASER_STAGES; ++i) {
    const Lanes in  = y;
    y               = lanes_fma(a, in, side->stages[i]);
    side->stages[i] = lanes_fnma(a, y, in);
    taken           = lanes_fma(coefs[PHASER_TAKE + i], y, taken);
  }
  side->last = taken;
  return lanes_fma(coefs[PHASER_MIX], taken - x, x);
}

LANES_INLINE void
load_side(float (*const rows)[LANES],
          const uint32_t    lane,
          PhaserSide* const side)
{
  for (uint32_t i = 0; i < PHASER_STAGES; ++i) {
    side->stages[i] = lanes_load(&rows[i][lane]);
  }
  side->last = lanes_load(&rows[PHASER_STAGES][lane]);
}

LANES_INLINE void
keep_side(float (*const rows)[LANES],
          const uint32_t          lane,
          const LanesMask         mask,
          const PhaserSide* const side)
{
  for (uint32_t i = 0; i < PHASER_STAGES; ++i) {
    lanes_keep(mask, &rows[i][lane], side->stages[i]);
  }
  lanes_keep(mask, &rows[PHASER_STAGES][lane], side->last);
}

LANES_INLINE void
run_part(LaneLines* const      lines,
         const LaneSpan* const span,
         const uint32_t        lane,
         const LanesMask       mask,
         const bool            moving)
{
  float(*const left_rows)[LANES]  = lines->state;
  float(*const right_rows)[LANES] = lines->state + PHASER_STAGES + 1;

  Lanes coefs[NUM_PHASER_COEFS];
  lanes_load_coefs(lines, lane, NUM_PHASER_COEFS, coefs);
  PhaserSide sides[2];
  load_side(left_rows, lane, &sides[0]);
  load_side(right_rows, lane, &sides[1]);

  for (uint32_t f = span->first; f < span->first + span->n; ++f) {
    float* const left  = &span->block->left[f][lane];
    float* const right = &span->block->right[f][lane];
    const Lanes  l     = lanes_load(left);
    const Lanes  r     = lanes_load(right);
    lanes_keep(mask, left, run_side(&sides[0], coefs, coefs[PHASER_LEFT], l));
    lanes_keep(mask, right, run_side(&sides[1], coefs, coefs[PHASER_RIGHT], r));
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_PHASER_COEFS, coefs);
    }
  }

  keep_side(left_rows, lane, mask, &sides[0]);
  keep_side(right_rows, lane, mask, &sides[1]);
  if (moving) {
    lanes_keep_coefs(lines, lane, mask, NUM_PHASER_COEFS, coefs);
  }
}

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(run_part, lines, span)
}

const LaneKernel LEVEL_NAME(phaser_kernel) = {run};
