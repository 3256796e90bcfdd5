// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tests' failing allocator does fail

#include "base/ring.h"
#include "support/fail_malloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_the_named_allocation_fails(void** state)
{
  (void)state;

  // Volatile, or the compiler may do without the allocations
  void* volatile blocks[3];
  fail_malloc_at(2);
  blocks[0] = malloc(1);
  blocks[1] = calloc(1, 1);
  blocks[2] = malloc(1);
  assert_int_equal(fail_malloc_stop(), 3);

  assert_non_null(blocks[0]);
  assert_null(blocks[1]);
  assert_non_null(blocks[2]);
  free(blocks[0]);
  free(blocks[2]);
}

static void
test_a_ring_says_that_memory_ran_out(void** state)
{
  (void)state;
  unsigned n = 1;
  for (;; ++n) {
    fail_malloc_at(n);
    Ring* const    ring  = ring_new(4, sizeof(int));
    const unsigned asked = fail_malloc_stop();
    assert_int_equal(!ring, asked >= n);
    ring_free(ring);
    if (asked < n) {
      break;
    }
  }

  assert_int_equal(n, 2); // It allocates once
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_the_named_allocation_fails),
    cmocka_unit_test(test_a_ring_says_that_memory_ran_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
