// SPDX-License-Identifier: GPL-3.0-or-later
//
// At four times the rate, with what is constant taken off again:
//
//     y = POST (tanh(DRIVE x + BIAS) - tanh(BIAS))
//
// For an exciter x goes through a filter first, and y is added to the signal;
// otherwise y goes through a low-pass of one pole and stands for the signal.

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "dsp/svf_lanes.h"
#include "units/lane_effect.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/oversample_lanes.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// tanh(a) = 1 - 2 / (exp(2 a) + 1)
LANES_INLINE Lanes
tanh_lanes(const Lanes a)
{
  const Lanes power = lanes_exp2(lanes_clamp(a, -20.0f, 20.0f) * 2.885390082f);
  return 1.0f - 2.0f / (power + 1.0f);
}

/// One side of the signal, the first of whose frames is at `frames`; one
/// function for all cases, since it is large
SONIC_RT static __attribute__((noinline)) void
run_side(LaneLines* const      lines,
         const LaneSpan* const span,
         float* const          frames,
         float (*const rows)[LANES],
         const uint32_t  lane,
         const LanesMask mask,
         const bool      moving,
         const bool      excites)
{
  Lanes coefs[NUM_SATURATION_COEFS];
  lanes_load_coefs(lines, lane, NUM_SATURATION_COEFS, coefs);

  // The signal, and what is to be shaped of it
  float(*const dry_rows)[LANES] = rows + NUM_SATURATION_ROWS;
  Lanes dry[OVERSAMPLE_LATENCY + GRID_FRAMES];
  Lanes in[GRID_FRAMES];
  load_past(dry_rows, lane, OVERSAMPLE_LATENCY, dry);
  SvfLanes filter = {lanes_load(&rows[SATURATION_S1][lane]),
                     lanes_load(&rows[SATURATION_S2][lane])};
  for (uint32_t i = 0; i < span->n; ++i) {
    const Lanes x               = lanes_load(frames + (size_t)LANES * i);
    dry[OVERSAMPLE_LATENCY + i] = x;
    in[i]                       = lanes_tame(x);
    if (excites) {
      in[i] = svf_run(&filter, &coefs[SATURATION_FILTER], in[i]);
      if (moving) {
        lanes_step_coefs(lines, lane, NUM_SATURATION_COEFS, coefs);
      }
    }
  }
  keep_past(dry_rows,
            lane,
            mask,
            OVERSAMPLE_LATENCY,
            dry + OVERSAMPLE_LATENCY + span->n);

  float(*const up)[LANES]   = dry_rows + OVERSAMPLE_LATENCY;
  float(*const down)[LANES] = up + OVERSAMPLE_UP_ROWS;
  Lanes fast[OVERSAMPLED];
  lanes_load_coefs(lines, lane, NUM_SATURATION_COEFS, coefs);
  oversample_up(up, lane, mask, in, span->n, fast);
  for (uint32_t i = 0; i < span->n; ++i) {
    const Lanes rest = tanh_lanes(coefs[SATURATION_BIAS]);
    for (uint32_t j = 0; j < 4; ++j) {
      Lanes* const x = &fast[(size_t)4 * i + j];
      *x             = tanh_lanes(
             lanes_fma(*x, coefs[SATURATION_DRIVE], coefs[SATURATION_BIAS])) -
           rest;
    }
    if (moving) {
      coefs[SATURATION_DRIVE] +=
        lanes_load(&lines->steps[SATURATION_DRIVE][lane]);
      coefs[SATURATION_BIAS] +=
        lanes_load(&lines->steps[SATURATION_BIAS][lane]);
    }
  }
  oversample_down(down, lane, mask, fast, span->n, in);

  // y - dc, dc' = dc + SLOW (y - dc); then the low-pass, and the mix
  lanes_load_coefs(lines, lane, NUM_SATURATION_COEFS, coefs);
  Lanes dc  = lanes_load(&rows[SATURATION_DC][lane]);
  Lanes low = lanes_load(&rows[SATURATION_LOW][lane]);
  for (uint32_t i = 0; i < span->n; ++i) {
    const Lanes y = in[i] - dc;
    dc            = lanes_fma(y, coefs[SATURATION_SLOW], dc);
    low           = lanes_fma(y - low, coefs[SATURATION_TONE], low);

    const Lanes wet = low * coefs[SATURATION_POST];
    const Lanes x   = dry[i];
    const Lanes sum =
      lanes_fma(coefs[SATURATION_MIX], excites ? wet : wet - x, x);
    lanes_keep(mask, frames + (size_t)LANES * i, sum);
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_SATURATION_COEFS, coefs);
    }
  }
  lanes_keep(mask, &rows[SATURATION_S1][lane], filter.s1);
  lanes_keep(mask, &rows[SATURATION_S2][lane], filter.s2);
  lanes_keep(mask, &rows[SATURATION_DC][lane], dc);
  lanes_keep(mask, &rows[SATURATION_LOW][lane], low);
}

LANES_INLINE void
run_part(LaneLines* const      lines,
         const LaneSpan* const span,
         const uint32_t        lane,
         const LanesMask       mask,
         const bool            moving,
         const bool            excites)
{
  float* const left  = &span->block->left[span->first][lane];
  float* const right = &span->block->right[span->first][lane];
  run_side(lines, span, left, lines->state, lane, mask, moving, excites);
  run_side(lines,
           span,
           right,
           lines->state + SATURATION_SIDE_ROWS,
           lane,
           mask,
           moving,
           excites);

  if (moving) {
    for (uint32_t i = 0; i < NUM_SATURATION_COEFS; ++i) {
      const Lanes step = lanes_load(&lines->steps[i][lane]);
      Lanes       coef = lanes_load(&lines->coefs[i][lane]);
      for (uint32_t f = 0; f < span->n; ++f) {
        coef += step;
      }
      lanes_keep(mask, &lines->coefs[i][lane], coef);
    }
  }
}

#define SATURATE(l, s, lane, mask, moving)                                     \
  run_part(l, s, lane, mask, moving, false)
#define EXCITE(l, s, lane, mask, moving)                                       \
  run_part(l, s, lane, mask, moving, true)

SONIC_RT static void
saturate(LaneLines* const      lines,
         const LaneSpan* const span){LANES_RUN_PARTS(SATURATE, lines, span)}

SONIC_RT static void excite(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(EXCITE, lines, span)
}

const LaneKernel LEVEL_NAME(saturation_kernel) = {saturate};
const LaneKernel LEVEL_NAME(exciter_kernel)    = {excite};
