// SPDX-License-Identifier: GPL-3.0-or-later
//
// Three bands, each with its compressor
//
// The bands are those of Linkwitz and Riley, of fourth order: two filters of
// Butterworth one after the other.  What is split at the lower frequency is
// split again at the upper one, and the low band goes through the all-pass that
// the sum of the other two is; so all three together are flat.  The compressors
// are those of dynamics_kernel.c, without a knee.

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

/// Filters of one side
enum {
  LOWER,
  LOWER_LOW,
  LOWER_HIGH,
  UPPER,
  UPPER_LOW,
  UPPER_HIGH,
  PASS,
  NUM_SPLITS
};

/// Split a frame of one side
LANES_INLINE void
split_bands(Split              splits[NUM_SPLITS],
            const Lanes* const lower,
            const Lanes* const upper,
            const Lanes        x,
            Lanes              bands[MULTIBAND_BANDS])
{
  const SplitOut first = split(&splits[LOWER], lower, x);
  const Lanes    low   = split(&splits[LOWER_LOW], lower, first.low).low;
  const Lanes    rest  = split(&splits[LOWER_HIGH], lower, first.high).high;

  const SplitOut second = split(&splits[UPPER], upper, rest);
  bands[1]              = split(&splits[UPPER_LOW], upper, second.low).low;
  bands[2]              = split(&splits[UPPER_HIGH], upper, second.high).high;

  // The all-pass is what low and high are together
  const SplitOut pass = split(&splits[PASS], upper, low);
  bands[0] = lanes_fnma(lanes_all(2.0f * SPLIT_DAMPING), pass.band, low);
}

/// State of a compressor
typedef struct {
  Lanes gain;
  Lanes now;
  Lanes held;
} Band;

LANES_INLINE Lanes
band_gain(Band* const        band,
          const Lanes* const coefs,
          const Lanes        left,
          const Lanes        right)
{
  const Lanes size = lanes_max(lanes_abs(left), lanes_abs(right));
  band->now        = lanes_max(size, band->now);

  const Lanes level = lanes_log2(lanes_max(band->now, band->held));
  const Lanes over  = level - coefs[MULTIBAND_THRESHOLD];
  const Lanes aim   = lanes_max(over, lanes_all(0.0f)) * coefs[MULTIBAND_OVER];
  const Lanes rest  = lanes_select(lanes_less(aim, band->gain),
                                  coefs[MULTIBAND_ATTACK],
                                  coefs[MULTIBAND_RELEASE]);
  band->gain        = lanes_fma(band->gain - aim, rest, aim);
  return lanes_exp2(band->gain + coefs[MULTIBAND_MAKEUP]);
}

LANES_INLINE void
load_splits(float (*const rows)[LANES],
            const uint32_t lane,
            Split          splits[NUM_SPLITS])
{
  for (uint32_t i = 0; i < NUM_SPLITS; ++i) {
    splits[i].s1 = lanes_load(&rows[2 * i][lane]);
    splits[i].s2 = lanes_load(&rows[2 * i + 1][lane]);
  }
}

LANES_INLINE void
keep_splits(float (*const rows)[LANES],
            const uint32_t  lane,
            const LanesMask mask,
            const Split     splits[NUM_SPLITS])
{
  for (uint32_t i = 0; i < NUM_SPLITS; ++i) {
    lanes_keep(mask, &rows[2 * i][lane], splits[i].s1);
    lanes_keep(mask, &rows[2 * i + 1][lane], splits[i].s2);
  }
}

/// Both sides of a frame in bands, each by its gain, and together again
LANES_INLINE void
run_frame(Split              splits[2][NUM_SPLITS],
          Band               bands[MULTIBAND_BANDS],
          const Lanes* const coefs,
          Lanes* const       left,
          Lanes* const       right)
{
  const Lanes* const lower = &coefs[MULTIBAND_LOWER];
  const Lanes* const upper = &coefs[MULTIBAND_UPPER];
  Lanes              ls[MULTIBAND_BANDS];
  Lanes              rs[MULTIBAND_BANDS];
  split_bands(splits[0], lower, upper, lanes_tame(*left), ls);
  split_bands(splits[1], lower, upper, lanes_tame(*right), rs);

  Lanes l = lanes_all(0.0f);
  Lanes r = lanes_all(0.0f);
  for (uint32_t i = 0; i < MULTIBAND_BANDS; ++i) {
    const uint32_t first = MULTIBAND_FIRST + NUM_MULTIBAND_BAND_COEFS * i;
    const Lanes    gain  = band_gain(&bands[i], &coefs[first], ls[i], rs[i]);
    l                    = lanes_fma(ls[i], gain, l);
    r                    = lanes_fma(rs[i], gain, r);
  }
  *left  = lanes_fma(coefs[MULTIBAND_MIX], l - *left, *left);
  *right = lanes_fma(coefs[MULTIBAND_MIX], r - *right, *right);
}

LANES_INLINE void
run_part(LaneLines* const      lines,
         const LaneSpan* const span,
         const uint32_t        lane,
         const LanesMask       mask,
         const bool            moving)
{
  float(*const sides)[LANES] = lines->state + MULTIBAND_SIDES;
  float(*const other)[LANES] = sides + (size_t)2 * NUM_SPLITS;

  Band bands[MULTIBAND_BANDS];
  for (uint32_t i = 0; i < MULTIBAND_BANDS; ++i) {
    float(*const rows)[LANES] = lines->state + (size_t)NUM_DYNAMICS_ROWS * i;
    if (span->grid % GRID_FRAMES == 0) {
      level_shift(rows, span->grid, lane, mask);
    }
    bands[i].gain = lanes_load(&rows[DYNAMICS_GAIN][lane]);
    bands[i].now  = lanes_load(&rows[DYNAMICS_NOW][lane]);
    bands[i].held = lanes_load(&rows[DYNAMICS_HELD][lane]);
  }

  Split splits[2][NUM_SPLITS];
  load_splits(sides, lane, splits[0]);
  load_splits(other, lane, splits[1]);
  Lanes coefs[NUM_MULTIBAND_COEFS];
  lanes_load_coefs(lines, lane, NUM_MULTIBAND_COEFS, coefs);

  for (uint32_t f = span->first; f < span->first + span->n; ++f) {
    float* const left  = &span->block->left[f][lane];
    float* const right = &span->block->right[f][lane];
    Lanes        l     = lanes_load(left);
    Lanes        r     = lanes_load(right);
    run_frame(splits, bands, coefs, &l, &r);
    lanes_keep(mask, left, l);
    lanes_keep(mask, right, r);
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_MULTIBAND_COEFS, coefs);
    }
  }

  for (uint32_t i = 0; i < MULTIBAND_BANDS; ++i) {
    float(*const rows)[LANES] = lines->state + (size_t)NUM_DYNAMICS_ROWS * i;
    lanes_keep(mask, &rows[DYNAMICS_GAIN][lane], bands[i].gain);
    lanes_keep(mask, &rows[DYNAMICS_NOW][lane], bands[i].now);
  }
  keep_splits(sides, lane, mask, splits[0]);
  keep_splits(other, lane, mask, splits[1]);
  if (moving) {
    lanes_keep_coefs(lines, lane, mask, NUM_MULTIBAND_COEFS, coefs);
  }
}

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(run_part, lines, span)
}

const LaneKernel LEVEL_NAME(multiband_kernel) = {run};
