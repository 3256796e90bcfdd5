// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stages of a filter one after the other, as many as there are numbers for.
// Three of them at a time are kept in registers.

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/matched.h"
#include "dsp/svf_lanes.h"
#include "units/lane_effect.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

/// Stages in registers
#define MOST 3u

typedef struct {
  SvfLanes left;
  SvfLanes right;
} StageState;

/// Run `num` stages, a constant
LANES_INLINE void
run_stages(LaneLines* const      lines,
           const LaneSpan* const span,
           const uint32_t        lane,
           const LanesMask       mask,
           const bool            moving,
           const uint32_t        num)
{
  Lanes      coefs[MOST][NUM_SVF_COEFS];
  StageState stages[MOST];
  LANES_UNROLL
  for (uint32_t i = 0; i < num; ++i) {
    float(*const rows)[LANES] = lines->state + (size_t)CASCADE_ROWS * i;
    stages[i].left =
      (SvfLanes){lanes_load(&rows[0][lane]), lanes_load(&rows[1][lane])};
    stages[i].right =
      (SvfLanes){lanes_load(&rows[2][lane]), lanes_load(&rows[3][lane])};
  }
  lanes_load_coefs(lines, lane, num * NUM_SVF_COEFS, coefs[0]);

  for (uint32_t f = span->first; f < span->first + span->n; ++f) {
    float* const left  = &span->block->left[f][lane];
    float* const right = &span->block->right[f][lane];
    Lanes        l     = lanes_tame(lanes_load(left));
    Lanes        r     = lanes_tame(lanes_load(right));
    LANES_UNROLL
    for (uint32_t i = 0; i < num; ++i) {
      l = svf_run(&stages[i].left, coefs[i], l);
      r = svf_run(&stages[i].right, coefs[i], r);
    }
    lanes_keep(mask, left, l);
    lanes_keep(mask, right, r);
    if (moving) {
      lanes_step_coefs(lines, lane, num * NUM_SVF_COEFS, coefs[0]);
    }
  }

  LANES_UNROLL
  for (uint32_t i = 0; i < num; ++i) {
    float(*const rows)[LANES] = lines->state + (size_t)CASCADE_ROWS * i;
    lanes_keep(mask, &rows[0][lane], stages[i].left.s1);
    lanes_keep(mask, &rows[1][lane], stages[i].left.s2);
    lanes_keep(mask, &rows[2][lane], stages[i].right.s1);
    lanes_keep(mask, &rows[3][lane], stages[i].right.s2);
  }
  if (moving) {
    lanes_keep_coefs(lines, lane, mask, num * NUM_SVF_COEFS, coefs[0]);
  }
}

#define RUN_1(l, s, lane, mask, moving) run_stages(l, s, lane, mask, moving, 1)
#define RUN_2(l, s, lane, mask, moving) run_stages(l, s, lane, mask, moving, 2)
#define RUN_3(l, s, lane, mask, moving) run_stages(l, s, lane, mask, moving, 3)

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  const uint32_t num = lines->num_coefs / NUM_SVF_COEFS;

  LaneLines some = *lines;
  for (uint32_t i = 0; i < num; i += MOST) {
    const size_t first = (size_t)NUM_SVF_COEFS * i;
    some.coefs         = lines->coefs + first;
    some.steps         = lines->steps + first;
    some.state         = lines->state + (size_t)CASCADE_ROWS * i;
    if (num - i >= 3) {
      LANES_RUN_PARTS(RUN_3, &some, span)
    } else if (num - i == 2) {
      LANES_RUN_PARTS(RUN_2, &some, span)
    } else {
      LANES_RUN_PARTS(RUN_1, &some, span)
    }
  }
}

const LaneKernel LEVEL_NAME(cascade_kernel) = {run};
