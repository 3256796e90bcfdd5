// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/quantiser.h"

#include <math.h>

void
quantiser_init(Quantiser* const quantiser,
               const uint32_t   bits,
               const bool       dither,
               const uint64_t   seed)
{
  *quantiser = (Quantiser){
    .scale  = (double)(1u << (bits - 1u)),
    .dither = dither,
    .random = seed,
  };
}

/// 32 random bits by SplitMix64 (Steele, Lea and Flood 2014)
static uint32_t
next_random(Quantiser* const quantiser)
{
  quantiser->random += 0x9E3779B97F4A7C15u;

  uint64_t z = quantiser->random;
  z          = (z ^ (z >> 30u)) * 0xBF58476D1CE4E5B9u;
  z          = (z ^ (z >> 27u)) * 0x94D049BB133111EBu;
  return (uint32_t)((z ^ (z >> 31u)) >> 32u);
}

int32_t
quantiser_run(Quantiser* const quantiser, const float value)
{
  // The difference of two uniform numbers is triangular around 0
  double noise = 0.0;
  if (quantiser->dither) {
    const double a = next_random(quantiser);
    const double b = next_random(quantiser);
    noise          = (a - b) / 4294967296.0;
  }

  if (!isfinite(value)) {
    return 0;
  }

  const double rounded = floor(value * quantiser->scale + noise + 0.5);
  const double low     = -quantiser->scale;
  const double high    = quantiser->scale - 1.0;
  if (rounded < low || rounded > high) {
    ++quantiser->num_clipped;
  }

  return (int32_t)fmax(low, fmin(high, rounded));
}
