// SPDX-License-Identifier: GPL-3.0-or-later
//
// Facts about vectors at CPU level v4

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
  if (!__builtin_cpu_supports("avx512dq")) {
    puts("This machine has no avx512dq: nothing to test");
    return 0;
  }

  return run_cases();
}

#if defined(__clang__)
#pragma clang attribute push(                                                  \
  __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512cd,fma"))),  \
  apply_to = function)
#else
#pragma GCC target("arch=x86-64-v4")
#endif

#define SONIC_LEVEL v4
#define SONIC_VECTOR 16

#include "dsp/lanes_cases.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
