// SPDX-License-Identifier: GPL-3.0-or-later
//
// What time it is
//
// Reading a clock is no system call on the machines we run on, so any thread
// may, the process thread too.

#ifndef SONIC_BASE_CLOCK_H
#define SONIC_BASE_CLOCK_H

#include "base/rt.h"

#include <stdint.h>
#include <time.h>

/// Nanoseconds of a clock
SONIC_RT static inline uint64_t
clock_read(const clockid_t clock)
{
  struct timespec now = {0};
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/// Nanoseconds that never go back, from some moment on
SONIC_RT static inline uint64_t
clock_nanos(void)
{
  return clock_read(CLOCK_MONOTONIC);
}

/// Nanoseconds since 1970, by the wall clock, which may be set
SONIC_RT static inline uint64_t
clock_wall_nanos(void)
{
  return clock_read(CLOCK_REALTIME);
}

#endif // SONIC_BASE_CLOCK_H
