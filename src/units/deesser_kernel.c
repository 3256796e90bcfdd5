// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is above a frequency is taken down when it is loud: a shelf of second
// order whose gain is that of a compressor that hears what is above alone.
// With h the root of the gain and the parts of Butterworth's filter
//
//     y = x + (h^2 - 1) high + sqrt(2) (h - 1) band
//
// has no hump on the way, for any gain.

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "units/lane_effect.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/level_lanes.h"
#include "units/split_lanes.h"
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
  float(*const rows)[LANES] = lines->state;
  if (span->grid % GRID_FRAMES == 0) {
    level_shift(rows, span->grid, lane, mask);
  }

  Lanes coefs[NUM_DEESSER_COEFS];
  lanes_load_coefs(lines, lane, NUM_DEESSER_COEFS, coefs);
  Split filters[2];
  for (uint32_t i = 0; i < 2; ++i) {
    filters[i].s1 = lanes_load(&rows[DEESSER_FILTERS + 2 * i][lane]);
    filters[i].s2 = lanes_load(&rows[DEESSER_FILTERS + 2 * i + 1][lane]);
  }
  Lanes       gain = lanes_load(&rows[DYNAMICS_GAIN][lane]);
  Lanes       now  = lanes_load(&rows[DYNAMICS_NOW][lane]);
  const Lanes held = lanes_load(&rows[DYNAMICS_HELD][lane]);

  for (uint32_t f = span->first; f < span->first + span->n; ++f) {
    float* const   left   = &span->block->left[f][lane];
    float* const   right  = &span->block->right[f][lane];
    const Lanes    l      = lanes_load(left);
    const Lanes    r      = lanes_load(right);
    const SplitOut from_l = split(&filters[0], coefs, lanes_tame(l));
    const SplitOut from_r = split(&filters[1], coefs, lanes_tame(r));

    const Lanes size =
      lanes_max(lanes_abs(from_l.high), lanes_abs(from_r.high));
    now               = lanes_max(size, now);
    const Lanes level = lanes_log2(lanes_max(now, held));
    const Lanes over =
      lanes_max(level - coefs[DEESSER_THRESHOLD], lanes_all(0.0f));
    const Lanes aim =
      lanes_max(over * coefs[DEESSER_OVER], coefs[DEESSER_FLOOR]);
    const Lanes rest = lanes_select(
      lanes_less(aim, gain), coefs[DEESSER_ATTACK], coefs[DEESSER_RELEASE]);
    gain = lanes_fma(gain - aim, rest, aim);

    const Lanes h    = lanes_exp2(0.5f * gain);
    const Lanes mix  = coefs[DEESSER_MIX];
    const Lanes high = mix * lanes_fma(h, h, lanes_all(-1.0f));
    const Lanes band = mix * SPLIT_DAMPING * (h - 1.0f);
    lanes_keep(mask,
               left,
               lanes_fma(high, from_l.high, lanes_fma(band, from_l.band, l)));
    lanes_keep(mask,
               right,
               lanes_fma(high, from_r.high, lanes_fma(band, from_r.band, r)));
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_DEESSER_COEFS, coefs);
    }
  }

  for (uint32_t i = 0; i < 2; ++i) {
    lanes_keep(mask, &rows[DEESSER_FILTERS + 2 * i][lane], filters[i].s1);
    lanes_keep(mask, &rows[DEESSER_FILTERS + 2 * i + 1][lane], filters[i].s2);
  }
  lanes_keep(mask, &rows[DYNAMICS_GAIN][lane], gain);
  lanes_keep(mask, &rows[DYNAMICS_NOW][lane], now);
  if (moving) {
    lanes_keep_coefs(lines, lane, mask, NUM_DEESSER_COEFS, coefs);
  }
}

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(run_part, lines, span)
}

const LaneKernel LEVEL_NAME(deesser_kernel) = {run};
