// SPDX-License-Identifier: GPL-3.0-or-later
//
// Marks for code of the process thread
//
// Every function that may run in the process callback carries SONIC_RT in its
// header and at its definition.  Clang 20 and later checks it; elsewhere it is
// documentation, and `make check-rt` and the interposer in the tests check.

#ifndef SONIC_BASE_RT_H
#define SONIC_BASE_RT_H

#include <stdbool.h>

#if defined(__clang__) && __clang_major__ >= 20
#define SONIC_RT __attribute__((nonblocking))
#else
#define SONIC_RT
#endif

/// Told when a thread enters and leaves a real-time section.  The program does
/// not define it; the interposer of the tests does, and then watches what the
/// thread does inside.  (It finds the callback of JACK without being told.)
__attribute__((weak)) void
rt_section_hook(bool entering);

/// From here on the thread may not allocate, lock or call the system
static inline void
rt_section_enter(void)
{
  if (rt_section_hook) {
    rt_section_hook(true);
  }
}

/// The end of what `rt_section_enter` began
static inline void
rt_section_leave(void)
{
  if (rt_section_hook) {
    rt_section_hook(false);
  }
}

/// A printf-like function: `fmt` and `args` are the argument numbers
#define SONIC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/// The caller must look at the result
#define SONIC_CHECKED __attribute__((warn_unused_result))

#endif // SONIC_BASE_RT_H
