// SPDX-License-Identifier: GPL-3.0-or-later
//
// The interposer of rtguard.c around a program

#ifndef SONIC_SUPPORT_GUARD_H
#define SONIC_SUPPORT_GUARD_H

/// `LD_PRELOAD=.../rtguard.so` for the environment of a program, or null if it
/// is not built or a sanitizer, which interposes the same, is in the way
const char*
guard_env(void);

/// Run this test program under the interposer: does not return the first time
void
guard_require(char** argv);

#endif // SONIC_SUPPORT_GUARD_H
