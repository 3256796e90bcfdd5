// SPDX-License-Identifier: GPL-3.0-or-later
//
// Finding the machine's vector level

#include "units/unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
test_best_level_is_the_highest_available(void** const state)
{
  (void)state;
  const CpuLevel best = cpu_level_best();
  assert_true(cpu_level_available(best));
  for (unsigned i = best + 1; i < NUM_CPU_LEVELS; ++i) {
    assert_false(cpu_level_available((CpuLevel)i));
  }
  print_message("This machine's level is %s\n", cpu_level_name(best));
}

#if defined(__linux__) && defined(__x86_64__)

/// True if the kernel lists a feature of the machine
static bool
kernel_lists(const char* const feature)
{
  FILE* const file = fopen("/proc/cpuinfo", "r");
  assert_non_null(file);

  char word[64];
  bool found = false;
  while (!found && fscanf(file, "%63s", word) == 1) {
    found = !strcmp(word, feature);
  }
  fclose(file);
  return found;
}

static void
test_levels_agree_with_the_kernel(void** const state)
{
  (void)state;
  const bool v2 = kernel_lists("sse4_2") && kernel_lists("popcnt");
  const bool v3 = v2 && kernel_lists("avx2") && kernel_lists("fma") &&
                  kernel_lists("movbe") && kernel_lists("f16c");
  const bool v4 = v3 && kernel_lists("avx512bw") && kernel_lists("avx512dq") &&
                  kernel_lists("avx512vl") && kernel_lists("avx512cd");
  assert_int_equal(cpu_level_available(CPU_V2), v2);
  assert_int_equal(cpu_level_available(CPU_V3), v3);
  assert_int_equal(cpu_level_available(CPU_V4), v4);
}

#endif

static void
test_levels_have_names(void** const state)
{
  (void)state;
  assert_string_equal(cpu_level_name(CPU_V2), "v2");
  assert_string_equal(cpu_level_name(CPU_V4), "v4");
  assert_string_equal(cpu_level_name(CPU_OTHER), "other");
  assert_string_equal(cpu_level_name(NUM_CPU_LEVELS), "unknown");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_best_level_is_the_highest_available),
#if defined(__linux__) && defined(__x86_64__)
    cmocka_unit_test(test_levels_agree_with_the_kernel),
#endif
    cmocka_unit_test(test_levels_have_names),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
