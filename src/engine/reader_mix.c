// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/reader_mix.h"

#include <string.h>

typedef float Quad __attribute__((vector_size(16)));

SONIC_RT static inline Quad
load(const float* const from)
{
  Quad quad;
  memcpy(&quad, from, sizeof(quad));
  return quad;
}

SONIC_RT static inline void
add(float* const to, const Quad quad)
{
  const Quad sum = load(to) + quad;
  memcpy(to, &sum, sizeof(sum));
}

SONIC_RT static void
mix_mono(const float* const in,
         const float        gain,
         float* const       left,
         float* const       right,
         const uint32_t     n)
{
  const Quad gains = {gain, gain, gain, gain};
  uint32_t   i     = 0;
  for (; i + 4u <= n; i += 4u) {
    const Quad quad = load(in + i) * gains;
    add(left + i, quad);
    add(right + i, quad);
  }

  for (; i < n; ++i) {
    left[i] += in[i] * gain;
    right[i] += in[i] * gain;
  }
}

SONIC_RT static void
mix_stereo(const float* const in,
           const float        gain,
           float* const       left,
           float* const       right,
           const uint32_t     n)
{
  const Quad gains = {gain, gain, gain, gain};
  uint32_t   i     = 0;
  for (; i + 4u <= n; i += 4u) {
    const Quad a = load(in + 2u * i);
    const Quad b = load(in + 2u * i + 4u);
    add(left + i, __builtin_shufflevector(a, b, 0, 2, 4, 6) * gains);
    add(right + i, __builtin_shufflevector(a, b, 1, 3, 5, 7) * gains);
  }

  for (; i < n; ++i) {
    left[i] += in[2u * i] * gain;
    right[i] += in[2u * i + 1u] * gain;
  }
}

SONIC_RT void
reader_mix_steady(const float* const in,
                  const uint32_t     channels,
                  const float        gain,
                  float* const       left,
                  float* const       right,
                  const uint32_t     n)
{
  if (channels == 1u) {
    mix_mono(in, gain, left, right, n);
  } else {
    mix_stereo(in, gain, left, right, n);
  }
}

SONIC_RT void
reader_mix_curve(const float* const in,
                 const uint32_t     channels,
                 const float* const gains,
                 float* const       left,
                 float* const       right,
                 const uint32_t     n)
{
  const uint32_t side = channels - 1u;
  for (uint32_t i = 0; i < n; ++i) {
    left[i] += in[channels * i] * gains[i];
    right[i] += in[channels * i + side] * gains[i];
  }
}
