// SPDX-License-Identifier: GPL-3.0-or-later
//
//     left  = left_left * l + left_right * r
//     right = right_right * r + right_left * l
//
// Every gain is a line that goes on by its step each frame.  Where no lane of
// a vector moves the steps are left out, which changes no bit of the result.

#include "units/strip_kernel.h"

#include "dsp/lanes.h"

#include <stdbool.h>

/// Run one vector of lanes, beginning with lane `lane`
LANES_INLINE void
run_part(StripLines* const      lines,
         const LaneBlock* const in,
         LaneBlock* const       out,
         const uint32_t         lane,
         const uint32_t         first,
         const uint32_t         n,
         const bool             moving)
{
  Lanes gain[NUM_STRIP_GAINS];
  Lanes step[NUM_STRIP_GAINS];
  for (int i = 0; i < NUM_STRIP_GAINS; ++i) {
    gain[i] = lanes_load(&lines->gain[i][lane]);
    step[i] = lanes_load(&lines->step[i][lane]);
  }

  Lanes peak_left   = lanes_load(&lines->peak[0][lane]);
  Lanes peak_right  = lanes_load(&lines->peak[1][lane]);
  Lanes power_left  = lanes_load(&lines->power[0][lane]);
  Lanes power_right = lanes_load(&lines->power[1][lane]);

  for (uint32_t f = first; f < first + n; ++f) {
    const Lanes l = lanes_load(&in->left[f][lane]);
    const Lanes r = lanes_load(&in->right[f][lane]);

    const Lanes left =
      lanes_fma(gain[STRIP_LEFT_FROM_LEFT], l, gain[STRIP_LEFT_FROM_RIGHT] * r);
    const Lanes right = lanes_fma(
      gain[STRIP_RIGHT_FROM_RIGHT], r, gain[STRIP_RIGHT_FROM_LEFT] * l);
    lanes_store(&out->left[f][lane], left);
    lanes_store(&out->right[f][lane], right);

    // The order lets the peak stay where a sample is not a number
    peak_left   = lanes_max(lanes_abs(left), peak_left);
    peak_right  = lanes_max(lanes_abs(right), peak_right);
    power_left  = lanes_fma(left, left, power_left);
    power_right = lanes_fma(right, right, power_right);

    if (moving) {
      for (int i = 0; i < NUM_STRIP_GAINS; ++i) {
        gain[i] += step[i];
      }
    }
  }

  lanes_store(&lines->peak[0][lane], peak_left);
  lanes_store(&lines->peak[1][lane], peak_right);
  lanes_store(&lines->power[0][lane], power_left);
  lanes_store(&lines->power[1][lane], power_right);
  if (moving) {
    for (int i = 0; i < NUM_STRIP_GAINS; ++i) {
      lanes_store(&lines->gain[i][lane], gain[i]);
    }
  }
}

SONIC_RT static void
run(StripLines* const      lines,
    const LaneBlock* const in,
    LaneBlock* const       out,
    const uint32_t         first,
    const uint32_t         n)
{
  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (lines->moving & lanes_part(lane)) {
      run_part(lines, in, out, lane, first, n, true);
    } else {
      run_part(lines, in, out, lane, first, n, false);
    }
  }
}

const StripKernel LEVEL_NAME(strip_kernel) = {run};
