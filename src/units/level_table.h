// SPDX-License-Identifier: GPL-3.0-or-later
//
// One table of functions for each CPU level
//
// A kernel file ends with `const StripKernel LEVEL_NAME(strip_kernel)`; beside
// it, LEVEL_DECLARE and LEVEL_TABLE name all copies that this build has.  An
// instance keeps a pointer to its level's table from `init` on.

#ifndef SONIC_UNITS_LEVEL_TABLE_H
#define SONIC_UNITS_LEVEL_TABLE_H

#include "units/unit.h"

// clang-format off
#if defined(__x86_64__)
#  define LEVEL_DECLARE(type, name)                                            \
    extern const type name##_v2;                                               \
    extern const type name##_v3;                                               \
    extern const type name##_v4
#  define LEVEL_TABLE(name)                                                    \
    {[CPU_V2] = &name##_v2, [CPU_V3] = &name##_v3, [CPU_V4] = &name##_v4}
#else
#  define LEVEL_DECLARE(type, name) extern const type name##_other
#  define LEVEL_TABLE(name) {[CPU_OTHER] = &name##_other}
#endif
// clang-format on

#endif // SONIC_UNITS_LEVEL_TABLE_H
