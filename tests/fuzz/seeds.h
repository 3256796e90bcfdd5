// SPDX-License-Identifier: GPL-3.0-or-later
//
// The seeds of a fuzz target as a test
//
// A test program includes a target and then this, with the name of the target
// as SEEDS; what the fuzzer found stays found, without a fuzzer.

#ifndef SONIC_TESTS_FUZZ_SEEDS_H
#define SONIC_TESTS_FUZZ_SEEDS_H

#include "support/temp_folder.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static void
test_all_seeds_pass(void** const state)
{
  (void)state;
  unsigned   count = 0;
  DIR* const dir   = opendir("tests/fuzz/corpus/" SEEDS);
  assert_non_null(dir);
  for (struct dirent* entry = NULL; (entry = readdir(dir));) {
    if (entry->d_name[0] != '.') {
      char          path[512];
      unsigned long size = 0;
      snprintf(
        path, sizeof(path), "tests/fuzz/corpus/" SEEDS "/%s", entry->d_name);
      uint8_t* const data = (uint8_t*)temp_file_read(path, &size);
      assert_int_equal(LLVMFuzzerTestOneInput(data, size), 0);
      free(data);
      ++count;
    }
  }

  closedir(dir);
  assert_true(count > 2u);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_seeds_pass)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif // SONIC_TESTS_FUZZ_SEEDS_H
