// SPDX-License-Identifier: GPL-3.0-or-later
//
// The side (l - r) / 2 in two parts, by a low-pass of one pole, each with its
// width; the middle (l + r) / 2 stays

#include "base/rt.h"
#include "dsp/lanes.h"
#include "units/lane_effect.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

LANES_INLINE void
run_part(LaneLines* const      lines,
         const LaneSpan* const span,
         const uint32_t        lane,
         const LanesMask       mask,
         const bool            moving)
{
  Lanes coefs[NUM_IMAGER_COEFS];
  lanes_load_coefs(lines, lane, NUM_IMAGER_COEFS, coefs);
  Lanes low = lanes_load(&lines->state[0][lane]);

  for (uint32_t f = span->first; f < span->first + span->n; ++f) {
    float* const left   = &span->block->left[f][lane];
    float* const right  = &span->block->right[f][lane];
    const Lanes  l      = lanes_tame(lanes_load(left));
    const Lanes  r      = lanes_tame(lanes_load(right));
    const Lanes  middle = 0.5f * (l + r);
    const Lanes  side   = 0.5f * (l - r);

    low              = lanes_fma(coefs[IMAGER_POLE], side - low, low);
    const Lanes high = side - low;
    const Lanes wide =
      lanes_fma(coefs[IMAGER_HIGH], high, coefs[IMAGER_LOW] * low);
    lanes_keep(mask, left, (middle + wide) * coefs[IMAGER_LEFT]);
    lanes_keep(mask, right, (middle - wide) * coefs[IMAGER_RIGHT]);
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_IMAGER_COEFS, coefs);
    }
  }

  lanes_keep(mask, &lines->state[0][lane], low);
  if (moving) {
    lanes_keep_coefs(lines, lane, mask, NUM_IMAGER_COEFS, coefs);
  }
}

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(run_part, lines, span)
}

const LaneKernel LEVEL_NAME(imager_kernel) = {run};
