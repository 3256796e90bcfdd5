// SPDX-License-Identifier: GPL-3.0-or-later
//
// Denormal numbers are zero
//
// A decaying filter ends in numbers so small that the processor slows down a
// hundredfold.  Every thread that runs units therefore flushes them to zero, on
// results (FTZ) and on operands (DAZ).  The mode belongs to the thread.

#ifndef SONIC_ENGINE_FLOAT_MODE_H
#define SONIC_ENGINE_FLOAT_MODE_H

#include "base/rt.h"

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)

#include <immintrin.h>

#define FLOAT_MODE_BITS 0x8040u ///< FTZ and DAZ in MXCSR

SONIC_RT static inline uint64_t
float_mode_get(void)
{
  return _mm_getcsr();
}

SONIC_RT static inline void
float_mode_put(const uint64_t mode)
{
  _mm_setcsr((unsigned)mode);
}

#elif defined(__aarch64__)

#define FLOAT_MODE_BITS ((uint64_t)1 << 24u) ///< FZ in FPCR

SONIC_RT static inline uint64_t
float_mode_get(void)
{
  uint64_t mode = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  return mode;
}

SONIC_RT static inline void
float_mode_put(const uint64_t mode)
{
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
}

#else

#define FLOAT_MODE_BITS 0u

SONIC_RT static inline uint64_t
float_mode_get(void)
{
  return 0;
}

SONIC_RT static inline void
float_mode_put(const uint64_t mode)
{
  (void)mode;
}

#endif

/// Flush denormals from now on; returns the mode to be put back
SONIC_RT static inline uint64_t
float_mode_enter(void)
{
  const uint64_t before = float_mode_get();
  float_mode_put(before | FLOAT_MODE_BITS);
  return before;
}

/// Whether denormals are flushed in this thread
SONIC_RT static inline bool
float_mode_is_set(void)
{
  return (float_mode_get() & FLOAT_MODE_BITS) == FLOAT_MODE_BITS;
}

#endif // SONIC_ENGINE_FLOAT_MODE_H
