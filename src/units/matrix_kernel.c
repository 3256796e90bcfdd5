// SPDX-License-Identifier: GPL-3.0-or-later
//
//     left  = left_left * l + left_right * r
//     right = right_right * r + right_left * l

#include "base/rt.h"
#include "dsp/lanes.h"
#include "units/lane_effect.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/unit.h"

#include <float.h>
#include <stdbool.h>
#include <stdint.h>

LANES_INLINE void
run_part(LaneLines* const      lines,
         const LaneSpan* const span,
         const uint32_t        lane,
         const LanesMask       mask,
         const bool            moving)
{
  Lanes gain[NUM_MATRIX_COEFS];
  lanes_load_coefs(lines, lane, NUM_MATRIX_COEFS, gain);

  for (uint32_t f = span->first; f < span->first + span->n; ++f) {
    float* const left  = &span->block->left[f][lane];
    float* const right = &span->block->right[f][lane];
    const Lanes  l     = lanes_load(left);
    const Lanes  r     = lanes_load(right);

    const Lanes to_left = lanes_fma(
      gain[MATRIX_LEFT_FROM_LEFT], l, gain[MATRIX_LEFT_FROM_RIGHT] * r);
    const Lanes to_right = lanes_fma(
      gain[MATRIX_RIGHT_FROM_RIGHT], r, gain[MATRIX_RIGHT_FROM_LEFT] * l);
    lanes_keep(mask, left, lanes_clamp(to_left, -FLT_MAX, FLT_MAX));
    lanes_keep(mask, right, lanes_clamp(to_right, -FLT_MAX, FLT_MAX));
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_MATRIX_COEFS, gain);
    }
  }

  if (moving) {
    lanes_keep_coefs(lines, lane, mask, NUM_MATRIX_COEFS, gain);
  }
}

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(run_part, lines, span)
}

const LaneKernel LEVEL_NAME(matrix_kernel) = {run};
