// SPDX-License-Identifier: GPL-3.0-or-later
//
// What tests of units share

#ifndef SONIC_TESTS_UNITS_SUPPORT_H
#define SONIC_TESTS_UNITS_SUPPORT_H

#include "support/random.h"
#include "units/unit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// All levels that this machine can run, as a loop
#define FOR_EACH_LEVEL(level)                                                  \
  for (CpuLevel level = CPU_V2; level < NUM_CPU_LEVELS;                        \
       level          = (CpuLevel)(level + 1))                                 \
    if (cpu_level_available(level))

/// Flush denormals, as every thread that runs units does
static inline void
flush_denormals(void)
{
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040u);
#endif
}

/// Memory of a bank or an instance, cleared; never null
static inline void*
new_aligned(const size_t size)
{
  void* const memory = aligned_alloc(64, (size + 63u) / 64u * 64u);
  if (!memory) {
    abort();
  }

  return memset(memory, 0, size);
}

/// Noise in all lanes
static inline void
fill_noise(Random* const random, LaneBlock* const block)
{
  for (uint32_t f = 0; f < BLOCK_FRAMES; ++f) {
    for (uint32_t lane = 0; lane < LANES; ++lane) {
      block->left[f][lane]  = random_sample(random);
      block->right[f][lane] = random_sample(random);
    }
  }
}

/// A length of 1 to `most` frames; every other one is short
static inline uint32_t
random_cut(Random* const random, const uint32_t most)
{
  const uint32_t limit = random_below(random, 2) ? most : 1 + most / 16;
  return 1u + (uint32_t)random_below(random, limit);
}

#endif // SONIC_TESTS_UNITS_SUPPORT_H
