// SPDX-License-Identifier: GPL-3.0-or-later
//
// Facts about vectors at CPU level v2

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
  if (!__builtin_cpu_supports("sse4.2")) {
    puts("This machine has no sse4.2: nothing to test");
    return 0;
  }

  return run_cases();
}

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("sse4.2"))),                \
                             apply_to = function)
#else
#pragma GCC target("arch=x86-64-v2")
#endif

#define SONIC_LEVEL v2
#define SONIC_VECTOR 4

#include "dsp/lanes_cases.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
