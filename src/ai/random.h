// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chance that can be repeated
//
// The same seed gives the same numbers on every machine.

#ifndef SONIC_AI_RANDOM_H
#define SONIC_AI_RANDOM_H

#include <stdint.h>

typedef struct {
  uint64_t state;
} Random;

/// The next 64 bits (splitmix64)
static inline uint64_t
random_bits(Random* const random)
{
  uint64_t z = (random->state += UINT64_C(0x9E3779B97F4A7C15));
  z          = (z ^ (z >> 30u)) * UINT64_C(0xBF58476D1CE4E5B9);
  z          = (z ^ (z >> 27u)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31u);
}

/// 0 to 1, without 1
static inline double
random_unit(Random* const random)
{
  return (double)(random_bits(random) >> 11u) * 0x1p-53;
}

/// 0 to `count` - 1
static inline int
random_below(Random* const random, const int count)
{
  return (int)(random_unit(random) * count);
}

/// About normal, mean 0, deviation 1, never beyond 3.5
static inline double
random_normal(Random* const random)
{
  double sum = 0.0;
  for (int i = 0; i < 12; ++i) {
    sum += random_unit(random);
  }

  sum -= 6.0;
  return sum < -3.5 ? -3.5 : sum > 3.5 ? 3.5 : sum;
}

/// A seed that a text makes of another
static inline uint64_t
random_hash(uint64_t seed, const char* text)
{
  seed ^= UINT64_C(0xcbf29ce484222325);
  for (; *text; ++text) {
    seed = (seed ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
  }

  return seed;
}

#endif // SONIC_AI_RANDOM_H
