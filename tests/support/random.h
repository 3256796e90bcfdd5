// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers for generated cases
//
// The same seed gives the same cases everywhere (xorshift64*).

#ifndef SONIC_SUPPORT_RANDOM_H
#define SONIC_SUPPORT_RANDOM_H

#include <stdint.h>

/// A source of numbers; start with any seed but 0
typedef struct {
  uint64_t state;
} Random;

static inline uint64_t
random_next(Random* const random)
{
  random->state ^= random->state >> 12u;
  random->state ^= random->state << 25u;
  random->state ^= random->state >> 27u;
  return random->state * 0x2545F4914F6CDD1Dull;
}

/// A number from 0 to `bound` - 1; `bound` is at least 1
static inline uint64_t
random_below(Random* const random, const uint64_t bound)
{
  return (random_next(random) >> 1u) % bound;
}

/// A number from -1 to 1
static inline float
random_sample(Random* const random)
{
  return (float)(random_next(random) >> 40u) / (float)(1u << 23u) - 1.0f;
}

#endif // SONIC_SUPPORT_RANDOM_H
