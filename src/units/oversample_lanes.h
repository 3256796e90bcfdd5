// SPDX-License-Identifier: GPL-3.0-or-later
//
// Four times the rate and back, on vectors
//
// Twice a doubling by a half-band filter, whose taps at even distances from its
// centre are zero: of two values one is a past input, the other a sum.  The
// filter next to the base rate passes up to 20 kHz and stops from 28 kHz on (of
// 48), the other one up to 20 and from 76; both by 83 dB or more (windows by
// Kaiser, beta 8.96, 71 and 23 taps).  Up and down together are late by exactly
// OVERSAMPLE_LATENCY frames.

#ifndef SONIC_UNITS_OVERSAMPLE_LANES_H
#define SONIC_UNITS_OVERSAMPLE_LANES_H

#include "dsp/lanes.h"
#include "units/lane_kernel.h"
#include "units/oversample.h"
#include "units/unit.h"

#include <stdint.h>

/// Values at four times the rate for a grid step
#define OVERSAMPLED (4u * GRID_FRAMES)

// The taps that are not zero, up to the centre; the other half mirrors them
// clang-format off
static const float half_near[OVERSAMPLE_NEAR / 2] = {
  -0.000021083f, 0.000072349f, -0.000178974f, 0.000374562f,
  -0.000703868f, 0.001224156f, -0.002006669f, 0.003138806f,
  -0.004728188f, 0.006910995f, -0.009869321f, 0.013867910f,
  -0.019335191f, 0.027057155f, -0.038708405f, 0.058661491f,
  -0.103033776f, 0.317278052f,
};
static const float half_far[OVERSAMPLE_FAR / 2] = {
  -0.000217033f, 0.002111470f, -0.009415817f, 0.029606072f,
  -0.081166280f, 0.309081587f,
};
// clang-format on

/// The sum over a filter's taps; `x` is the newest of what they fall on, those
/// before it are `stride` apart
LANES_INLINE Lanes
half_sum(const float* const taps,
         const uint32_t     num,
         const Lanes* const x,
         const uint32_t     stride)
{
  Lanes even = lanes_all(0.0f);
  Lanes odd  = lanes_all(0.0f);
  for (uint32_t i = 0; i < num / 2; i += 2) {
    const Lanes one = x[-(int)(i * stride)] + x[-(int)((num - 1 - i) * stride)];
    const Lanes two =
      x[-(int)((i + 1) * stride)] + x[-(int)((num - 2 - i) * stride)];
    even = lanes_fma(one, lanes_all(taps[i]), even);
    odd  = lanes_fma(two, lanes_all(taps[i + 1]), odd);
  }
  return even + odd;
}

/// Load what came before
LANES_INLINE void
load_past(float (*const rows)[LANES],
          const uint32_t lane,
          const uint32_t num,
          Lanes* const   x)
{
  for (uint32_t i = 0; i < num; ++i) {
    x[i] = lanes_load(&rows[i][lane]);
  }
}

/// Keep the last `num` values before `end`
LANES_INLINE void
keep_past(float (*const rows)[LANES],
          const uint32_t     lane,
          const LanesMask    mask,
          const uint32_t     num,
          const Lanes* const end)
{
  for (uint32_t i = 0; i < num; ++i) {
    lanes_keep(mask, &rows[i][lane], end[(int)i - (int)num]);
  }
}

/// Raise `n` frames to 4 n values; `rows` are OVERSAMPLE_UP_ROWS
LANES_INLINE void
oversample_up(float (*const rows)[LANES],
              const uint32_t     lane,
              const LanesMask    mask,
              const Lanes* const in,
              const uint32_t     n,
              Lanes* const       out)
{
  enum { NEAR = OVERSAMPLE_NEAR - 1, FAR = OVERSAMPLE_FAR - 1 };

  Lanes x[NEAR + GRID_FRAMES];
  Lanes u[FAR + 2 * GRID_FRAMES];
  load_past(rows, lane, NEAR, x);
  load_past(rows + NEAR, lane, FAR, u);

  for (uint32_t i = 0; i < n; ++i) {
    x[NEAR + i] = in[i];
    u[FAR + (size_t)2 * i] =
      2.0f * half_sum(half_near, OVERSAMPLE_NEAR, &x[NEAR + i], 1);
    u[FAR + (size_t)2 * i + 1] = x[NEAR + i - (OVERSAMPLE_NEAR / 2 - 1)];
  }
  for (uint32_t i = 0; i < 2 * n; ++i) {
    out[(size_t)2 * i] =
      2.0f * half_sum(half_far, OVERSAMPLE_FAR, &u[FAR + i], 1);
    out[(size_t)2 * i + 1] = u[FAR + i - (OVERSAMPLE_FAR / 2 - 1)];
  }

  keep_past(rows, lane, mask, NEAR, x + NEAR + n);
  keep_past(rows + NEAR, lane, mask, FAR, u + FAR + (size_t)2 * n);
}

/// Lower 4 n values to `n` frames; `rows` are OVERSAMPLE_DOWN_ROWS
LANES_INLINE void
oversample_down(float (*const rows)[LANES],
                const uint32_t     lane,
                const LanesMask    mask,
                const Lanes* const in,
                const uint32_t     n,
                Lanes* const       out)
{
  enum {
    FAR  = 2 * (OVERSAMPLE_FAR - 1),
    NEAR = 2 * (OVERSAMPLE_NEAR - 1) + 1, // And one for a whole latency
  };

  Lanes v[FAR + OVERSAMPLED];
  Lanes w[NEAR + OVERSAMPLED / 2];
  load_past(rows, lane, FAR, v);
  load_past(rows + FAR, lane, NEAR, w);

  for (uint32_t i = 0; i < 4 * n; ++i) {
    v[FAR + i] = in[i];
  }
  for (uint32_t i = 0; i < 2 * n; ++i) {
    const Lanes* const now    = &v[FAR + (size_t)2 * i];
    const Lanes        centre = now[1 - (int)OVERSAMPLE_FAR];
    w[NEAR + i]               = lanes_fma(
      lanes_all(0.5f), centre, half_sum(half_far, OVERSAMPLE_FAR, now, 2));
  }
  for (uint32_t i = 0; i < n; ++i) {
    const Lanes* const now    = &w[NEAR + (size_t)2 * i - 1];
    const Lanes        centre = now[1 - (int)OVERSAMPLE_NEAR];
    out[i]                    = lanes_fma(
      lanes_all(0.5f), centre, half_sum(half_near, OVERSAMPLE_NEAR, now, 2));
  }

  keep_past(rows, lane, mask, FAR, v + FAR + (size_t)4 * n);
  keep_past(rows + FAR, lane, mask, NEAR, w + NEAR + (size_t)2 * n);
}

#endif // SONIC_UNITS_OVERSAMPLE_LANES_H
