// SPDX-License-Identifier: GPL-3.0-or-later
//
//     y = x (1 + MIX (sin(pi phase) - 1)),     phase' = phase + STEP

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
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
  Lanes coefs[NUM_RING_COEFS];
  lanes_load_coefs(lines, lane, NUM_RING_COEFS, coefs);
  Lanes phase = lanes_load(&lines->state[0][lane]);

  for (uint32_t f = span->first; f < span->first + span->n; ++f) {
    float* const left  = &span->block->left[f][lane];
    float* const right = &span->block->right[f][lane];

    const Lanes gain =
      lanes_fma(coefs[RING_MIX], lanes_sin_turn(phase) - 1.0f, lanes_all(1.0f));
    const Lanes l = lanes_load(left) * gain;
    const Lanes r = lanes_load(right) * gain;
    lanes_keep(mask, left, lanes_clamp(l, -FLT_MAX, FLT_MAX));
    lanes_keep(mask, right, lanes_clamp(r, -FLT_MAX, FLT_MAX));

    phase += coefs[RING_STEP];
    phase =
      lanes_select(lanes_less(phase, lanes_all(1.0f)), phase, phase - 2.0f);
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_RING_COEFS, coefs);
    }
  }

  lanes_keep(mask, &lines->state[0][lane], phase);
  if (moving) {
    lanes_keep_coefs(lines, lane, mask, NUM_RING_COEFS, coefs);
  }
}

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(run_part, lines, span)
}

const LaneKernel LEVEL_NAME(ring_kernel) = {run};
