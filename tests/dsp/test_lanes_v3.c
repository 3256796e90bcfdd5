// SPDX-License-Identifier: GPL-3.0-or-later
//
// Facts about vectors at CPU level v3

#include <immintrin.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static int
run_cases(void);

int
main(void)
{
  if (!__builtin_cpu_supports("avx2")) {
    puts("This machine has no avx2: nothing to test");
    return 0;
  }

  return run_cases();
}

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))),              \
                             apply_to = function)
#else
#pragma GCC target("arch=x86-64-v3")
#endif

#define SONIC_LEVEL v3
#define SONIC_VECTOR 8

#include "dsp/lanes_cases.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
