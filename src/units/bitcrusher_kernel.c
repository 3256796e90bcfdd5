// SPDX-License-Identifier: GPL-3.0-or-later
//
// A sample is taken whenever the phase, which goes on by STEP, passes one, and
// is held: round(x LEVELS) / LEVELS

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "units/lane_effect.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

LANES_INLINE Lanes
crush(const Lanes x, const Lanes levels)
{
  const Lanes kept = lanes_clamp(x, -64.0f, 64.0f);
  return lanes_round(kept * levels) / levels;
}

LANES_INLINE void
run_part(LaneLines* const      lines,
         const LaneSpan* const span,
         const uint32_t        lane,
         const LanesMask       mask,
         const bool            moving)
{
  Lanes coefs[NUM_BITCRUSHER_COEFS];
  lanes_load_coefs(lines, lane, NUM_BITCRUSHER_COEFS, coefs);
  Lanes phase  = lanes_load(&lines->state[0][lane]);
  Lanes held_l = lanes_load(&lines->state[1][lane]);
  Lanes held_r = lanes_load(&lines->state[2][lane]);

  for (uint32_t f = span->first; f < span->first + span->n; ++f) {
    float* const left  = &span->block->left[f][lane];
    float* const right = &span->block->right[f][lane];
    const Lanes  l     = lanes_load(left);
    const Lanes  r     = lanes_load(right);

    // The phase starts at zero, where a sample is taken
    const LanesMask takes  = lanes_less(phase, coefs[BITCRUSHER_STEP]);
    const Lanes     levels = coefs[BITCRUSHER_LEVELS];
    held_l                 = lanes_select(takes, crush(l, levels), held_l);
    held_r                 = lanes_select(takes, crush(r, levels), held_r);
    phase += coefs[BITCRUSHER_STEP];
    phase =
      lanes_select(lanes_less(phase, lanes_all(1.0f)), phase, phase - 1.0f);

    const Lanes mix = coefs[BITCRUSHER_MIX];
    lanes_keep(mask, left, lanes_fma(mix, held_l - l, l));
    lanes_keep(mask, right, lanes_fma(mix, held_r - r, r));
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_BITCRUSHER_COEFS, coefs);
    }
  }

  lanes_keep(mask, &lines->state[0][lane], phase);
  lanes_keep(mask, &lines->state[1][lane], held_l);
  lanes_keep(mask, &lines->state[2][lane], held_r);
  if (moving) {
    lanes_keep_coefs(lines, lane, mask, NUM_BITCRUSHER_COEFS, coefs);
  }
}

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(run_part, lines, span)
}

const LaneKernel LEVEL_NAME(bitcrusher_kernel) = {run};
