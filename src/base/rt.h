// SPDX-License-Identifier: GPL-3.0-or-later
//
// Marks for code of the process thread
//
// Every function that may run in the process callback carries SONIC_RT in its
// header and at its definition.  Clang 20 and later checks it; elsewhere it is
// documentation, and `make check-rt` and the interposer in the tests check.

#ifndef SONIC_BASE_RT_H
#define SONIC_BASE_RT_H

#if defined(__clang__) && __clang_major__ >= 20
#define SONIC_RT __attribute__((nonblocking))
#else
#define SONIC_RT
#endif

/// A printf-like function: `fmt` and `args` are the argument numbers
#define SONIC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/// The caller must look at the result
#define SONIC_CHECKED __attribute__((warn_unused_result))

#endif // SONIC_BASE_RT_H
