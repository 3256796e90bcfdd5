// SPDX-License-Identifier: GPL-3.0-or-later
//
// Gain by level: compressor and gate
//
// With the level L of the side chain, both sides linked, and everything as
// logarithms, the gain aims at
//
//     knee((L - T), W) (1 / ratio - 1)         above the threshold T
//     (T - L) (1 - ratio)                      below it
//
// and gets there by one pole, with one time for falling and one for rising
// (Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design",
// 2012).  The level is the highest of this grid step and the eight before it,
// so that it stands still over the waves of a tone; what this holds up is
// taken off the times.

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "units/lane_effect.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/level_lanes.h"
#include "units/unit.h"

#include <float.h>
#include <stdbool.h>
#include <stdint.h>

/// Where the gain aims at for a level
LANES_INLINE Lanes
find_aim(const Lanes coefs[NUM_DYNAMICS_COEFS], const Lanes level)
{
  const Lanes over = lanes_log2(level) - coefs[DYNAMICS_THRESHOLD];
  const Lanes knee = coefs[DYNAMICS_KNEE];
  const Lanes into = lanes_min(lanes_max(over, -knee), knee) + knee;
  const Lanes past = lanes_max(over - knee, lanes_all(0.0f));
  const Lanes high = lanes_fma(into * into, coefs[DYNAMICS_PER_KNEE], past);
  const Lanes low  = lanes_max(-over, lanes_all(0.0f));

  const Lanes aim =
    lanes_fma(high, coefs[DYNAMICS_OVER], low * coefs[DYNAMICS_UNDER]);
  return lanes_max(aim, coefs[DYNAMICS_FLOOR]);
}

LANES_INLINE void
run_part(LaneLines* const      lines,
         const LaneSpan* const span,
         const uint32_t        lane,
         const LanesMask       mask,
         const bool            moving)
{
  if (span->grid % GRID_FRAMES == 0) {
    level_shift(lines->state, span->grid, lane, mask);
  }

  Lanes coefs[NUM_DYNAMICS_COEFS];
  lanes_load_coefs(lines, lane, NUM_DYNAMICS_COEFS, coefs);
  Lanes       gain = lanes_load(&lines->state[DYNAMICS_GAIN][lane]);
  Lanes       now  = lanes_load(&lines->state[DYNAMICS_NOW][lane]);
  const Lanes held = lanes_load(&lines->state[DYNAMICS_HELD][lane]);

  for (uint32_t f = span->first; f < span->first + span->n; ++f) {
    const Lanes key_l = lanes_abs(lanes_load(&span->key->left[f][lane]));
    const Lanes key_r = lanes_abs(lanes_load(&span->key->right[f][lane]));
    now               = lanes_max(lanes_max(key_l, key_r), now);

    const Lanes aim  = find_aim(coefs, lanes_max(now, held));
    const Lanes left = lanes_select(
      lanes_less(aim, gain), coefs[DYNAMICS_ATTACK], coefs[DYNAMICS_RELEASE]);
    gain = lanes_fma(gain - aim, left, aim);

    const Lanes whole = lanes_exp2(gain + coefs[DYNAMICS_MAKEUP]);
    const Lanes level =
      lanes_fma(coefs[DYNAMICS_MIX], whole - 1.0f, lanes_all(1.0f));
    float* const l = &span->block->left[f][lane];
    float* const r = &span->block->right[f][lane];
    lanes_keep(mask, l, lanes_clamp(lanes_load(l) * level, -FLT_MAX, FLT_MAX));
    lanes_keep(mask, r, lanes_clamp(lanes_load(r) * level, -FLT_MAX, FLT_MAX));
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_DYNAMICS_COEFS, coefs);
    }
  }

  lanes_keep(mask, &lines->state[DYNAMICS_GAIN][lane], gain);
  lanes_keep(mask, &lines->state[DYNAMICS_NOW][lane], now);
  if (moving) {
    lanes_keep_coefs(lines, lane, mask, NUM_DYNAMICS_COEFS, coefs);
  }
}

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(run_part, lines, span)
}

const LaneKernel LEVEL_NAME(dynamics_kernel) = {run};
