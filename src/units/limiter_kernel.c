// SPDX-License-Identifier: GPL-3.0-or-later
//
// Look-ahead limiter
//
// The level is the true peak: samples and three values between each two, from a
// filter as ITU-R BS.1770 describes it.  What the gain must fall by, as a
// logarithm, is
//
//     need    = max(log2(peak) - log2(ceiling), 0)
//     highest = the highest need of the last M frames
//     held    = highest, falling back by one pole
//     fall    = held, twice averaged over M / 2 frames
//
// and the signal is late by just so much that at a peak all that is averaged
// is no less than what the peak needs.  Running maxima and sums over powers of
// two are made by doubling, x[n] with x[n - 1], that with n - 2, n - 4...:
// nothing accumulates.  Rounding is what the last clamp is for.

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "units/lane_effect.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

/// Taps of each of the three filters
#define TAPS 12u

// sin(pi t) / (pi t) at t = (k - 6) + place / 4, with Hann's window over 12
// frames; the value found is 6 - place / 4 frames old
// clang-format off
static const float between[3][TAPS] = {
  {-0.000167442f, 0.004895983f, -0.018526006f, 0.046265053f,
   -0.103456726f, 0.288683356f, 0.896465151f, -0.161458527f,
   0.069158470f, -0.030107748f, 0.010359955f, -0.001631726f,},
  {-0.000986013f, 0.010358979f, -0.033703604f, 0.080138909f,
   -0.181129655f, 0.625773626f, 0.625773626f, -0.181129655f,
   0.080138909f, -0.033703604f, 0.010358979f, -0.000986013f,},
  {-0.001631726f, 0.010359955f, -0.030107748f, 0.069158470f,
   -0.161458527f, 0.896465151f, 0.288683356f, -0.103456726f,
   0.046265053f, -0.018526006f, 0.004895983f, -0.000167442f,},
};
// clang-format on

LANES_INLINE Lanes
find_peak(const float (*const ring)[LANES],
          const uint32_t mask,
          const uint32_t at,
          const uint32_t lane)
{
  Lanes past[TAPS];
  LANES_UNROLL
  for (uint32_t k = 0; k < TAPS; ++k) {
    past[k] = lanes_load(&ring[(at - k) & mask][lane]);
  }

  Lanes peak = lanes_abs(past[TAPS / 2]);
  LANES_UNROLL
  for (uint32_t place = 0; place < 3; ++place) {
    Lanes even = past[0] * between[place][0];
    Lanes odd  = past[1] * between[place][1];
    LANES_UNROLL
    for (uint32_t k = 2; k < TAPS; k += 2) {
      even = lanes_fma(past[k], lanes_all(between[place][k]), even);
      odd  = lanes_fma(past[k + 1], lanes_all(between[place][k + 1]), odd);
    }
    peak = lanes_max(peak, lanes_abs(even + odd));
  }
  return peak;
}

/// What was stored `length` frames before, a power of two; `x` takes its place
LANES_INLINE Lanes
swap(float (*const rows)[LANES],
     const uint32_t  length,
     const uint32_t  at,
     const uint32_t  lane,
     const LanesMask mask,
     const Lanes     x)
{
  float* const row  = &rows[at & (length - 1)][lane];
  const Lanes  past = lanes_load(row);
  lanes_keep(mask, row, x);
  return past;
}

/// The average of the last `length` values of `x`
LANES_INLINE Lanes
average(float (*const rows)[LANES],
        const uint32_t  length,
        const uint32_t  at,
        const uint32_t  lane,
        const LanesMask mask,
        const Lanes     x)
{
  Lanes sum = x;
  for (uint32_t size = 1; size < length; size *= 2) {
    sum += swap(rows + (size - 1), size, at, lane, mask, sum);
  }
  return sum * (1.0f / (float)length);
}

LANES_INLINE void
run_part(LaneLines* const      lines,
         const LaneSpan* const span,
         const uint32_t        lane,
         const LanesMask       mask,
         const bool            moving)
{
  const uint32_t window = limiter_window(lines->rate);
  const uint32_t late   = limiter_latency(lines->rate);

  float(*const highest)[LANES] = lines->state + NUM_LIMITER_ROWS;
  float(*const first)[LANES]   = highest + (window - 1);
  float(*const second)[LANES]  = first + (window / 2 - 1);
  float(*const left)[LANES]    = second + (window / 2 - 1);
  float(*const right)[LANES]   = left + (size_t)2 * window;
  const uint32_t ring          = 2 * window - 1;

  Lanes coefs[NUM_LIMITER_COEFS];
  lanes_load_coefs(lines, lane, NUM_LIMITER_COEFS, coefs);
  Lanes held = lanes_load(&lines->state[LIMITER_HELD][lane]);
  Lanes fall = lanes_load(&lines->state[LIMITER_FALL][lane]);

  for (uint32_t i = 0; i < span->n; ++i) {
    const uint32_t at = (uint32_t)(span->grid + i);
    float* const   l  = &span->block->left[span->first + i][lane];
    float* const   r  = &span->block->right[span->first + i][lane];
    lanes_keep(mask, &left[at & ring][lane], lanes_tame(lanes_load(l)));
    lanes_keep(mask, &right[at & ring][lane], lanes_tame(lanes_load(r)));

    const Lanes peak = lanes_max(find_peak(left, ring, at, lane),
                                 find_peak(right, ring, at, lane));
    Lanes       need =
      lanes_max(lanes_log2(peak) - coefs[LIMITER_LOG], lanes_all(0.0f));
    for (uint32_t size = 1; size < window; size *= 2) {
      need =
        lanes_max(need, swap(highest + (size - 1), size, at, lane, mask, need));
    }

    held =
      lanes_max(need, lanes_fma(held - need, coefs[LIMITER_RELEASE], need));
    fall = average(first, window / 2, at, lane, mask, held);
    fall = average(second, window / 2, at, lane, mask, fall);

    const Lanes gain = lanes_exp2(-fall);
    const Lanes most = coefs[LIMITER_CEILING];
    const Lanes to_l = gain * lanes_load(&left[(at - late) & ring][lane]);
    const Lanes to_r = gain * lanes_load(&right[(at - late) & ring][lane]);
    lanes_keep(mask, l, lanes_min(lanes_max(to_l, -most), most));
    lanes_keep(mask, r, lanes_min(lanes_max(to_r, -most), most));
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_LIMITER_COEFS, coefs);
    }
  }

  lanes_keep(mask, &lines->state[LIMITER_HELD][lane], held);
  lanes_keep(mask, &lines->state[LIMITER_FALL][lane], fall);
  if (moving) {
    lanes_keep_coefs(lines, lane, mask, NUM_LIMITER_COEFS, coefs);
  }
}

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(run_part, lines, span)
}

const LaneKernel LEVEL_NAME(limiter_kernel) = {run};
