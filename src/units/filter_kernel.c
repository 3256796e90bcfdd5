// SPDX-License-Identifier: GPL-3.0-or-later
//
// One stage of a filter or two, in any mixture, and the side chain's highest
// level in the grid step, for the envelope

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/svf_lanes.h"
#include "units/lane_effect.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

LANES_INLINE Lanes
run_side(SvfLanes stages[2], const Lanes coefs[NUM_FILTER_COEFS], const Lanes x)
{
  const Lanes once  = svf_run(&stages[0], coefs, lanes_tame(x));
  const Lanes twice = svf_run(&stages[1], coefs, once);
  const Lanes wet   = lanes_fma(coefs[FILTER_STEEP], twice - once, once);
  return lanes_fma(coefs[FILTER_MIX], wet - x, x);
}

LANES_INLINE void
run_part(LaneLines* const      lines,
         const LaneSpan* const span,
         const uint32_t        lane,
         const LanesMask       mask,
         const bool            moving)
{
  float(*const rows)[LANES] = lines->state + FILTER_STAGES;
  Lanes coefs[NUM_FILTER_COEFS];
  lanes_load_coefs(lines, lane, NUM_FILTER_COEFS, coefs);
  SvfLanes stages[2][2];
  for (uint32_t i = 0; i < 4; ++i) {
    stages[i / 2][i % 2].s1 = lanes_load(&rows[2 * i][lane]);
    stages[i / 2][i % 2].s2 = lanes_load(&rows[2 * i + 1][lane]);
  }
  Lanes peak = lanes_load(&lines->state[FILTER_PEAK][lane]);

  for (uint32_t f = span->first; f < span->first + span->n; ++f) {
    const Lanes key_l = lanes_abs(lanes_load(&span->key->left[f][lane]));
    const Lanes key_r = lanes_abs(lanes_load(&span->key->right[f][lane]));
    peak              = lanes_max(lanes_max(key_l, key_r), peak);

    float* const left  = &span->block->left[f][lane];
    float* const right = &span->block->right[f][lane];
    lanes_keep(mask, left, run_side(stages[0], coefs, lanes_load(left)));
    lanes_keep(mask, right, run_side(stages[1], coefs, lanes_load(right)));
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_FILTER_COEFS, coefs);
    }
  }

  for (uint32_t i = 0; i < 4; ++i) {
    lanes_keep(mask, &rows[2 * i][lane], stages[i / 2][i % 2].s1);
    lanes_keep(mask, &rows[2 * i + 1][lane], stages[i / 2][i % 2].s2);
  }
  lanes_keep(mask, &lines->state[FILTER_PEAK][lane], peak);
  if (moving) {
    lanes_keep_coefs(lines, lane, mask, NUM_FILTER_COEFS, coefs);
  }
}

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(run_part, lines, span)
}

const LaneKernel LEVEL_NAME(filter_kernel) = {run};
