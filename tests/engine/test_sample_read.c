// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the process thread does with pages

#include "base/ring.h"
#include "engine/sample_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NUM_PAGES = 8 };

static float      audio[PAGE_FRAMES];
static SamplePage pages[NUM_PAGES];
static Sample     sample;
static Ring*      ring;

static int
set_up(void** state)
{
  (void)state;
  for (unsigned i = 0; i < NUM_PAGES; ++i) {
    atomic_init(&pages[i].data, NULL);
    atomic_init(&pages[i].state, PAGE_ABSENT);
    atomic_init(&pages[i].used, 0);
  }

  sample = (Sample){.frames    = NUM_PAGES * (uint64_t)PAGE_FRAMES,
                    .channels  = 1,
                    .num_pages = NUM_PAGES,
                    .pages     = pages};
  ring   = ring_new(2, sizeof(PageRequest));
  return ring ? 0 : -1;
}

static int
tear_down(void** state)
{
  (void)state;
  ring_free(ring);
  return 0;
}

static void
test_a_page_in_memory_is_given_and_marked(void** state)
{
  (void)state;
  atomic_store(&pages[3].data, audio);
  atomic_store(&pages[3].state, PAGE_RESIDENT);

  assert_ptr_equal(sample_page(&sample, 3, 77, ring), audio);
  assert_int_equal(atomic_load(&pages[3].used), 77);
  assert_int_equal(atomic_load(&sample.late), 0);
  assert_null(ring_peek(ring));
}

static void
test_an_absent_page_is_asked_for_once(void** state)
{
  (void)state;
  for (uint32_t cycle = 1; cycle <= 3; ++cycle) {
    assert_null(sample_page(&sample, 5, cycle, ring));
  }

  assert_int_equal(atomic_load(&sample.late), 3);
  assert_int_equal(atomic_load(&pages[5].used), 3);

  PageRequest request;
  assert_true(ring_read(ring, &request));
  assert_ptr_equal(request.sample, &sample);
  assert_int_equal(request.page, 5);
  assert_false(ring_read(ring, &request));
}

static void
test_what_finds_the_ring_full_is_asked_for_again(void** state)
{
  (void)state;
  assert_false(sample_request(&sample, 0, 4, 1, ring));
  assert_int_equal(ring_write_space(ring), 0);
  assert_int_equal(atomic_load(&pages[1].state), PAGE_WANTED);
  assert_int_equal(atomic_load(&pages[2].state), PAGE_ABSENT);

  PageRequest request;
  while (ring_read(ring, &request)) {
  }
  assert_false(sample_request(&sample, 0, 4, 2, ring));
  assert_true(ring_read(ring, &request));
  assert_int_equal(request.page, 2);
  assert_true(ring_read(ring, &request));
  assert_int_equal(request.page, 3);
  assert_int_equal(atomic_load(&sample.late), 0); // Nothing was to be heard
}

static void
test_a_request_is_ready_when_all_pages_are(void** state)
{
  (void)state;
  for (unsigned i = 4; i < NUM_PAGES; ++i) {
    assert_false(sample_request(&sample, 4, NUM_PAGES - 4, 9, ring));
    atomic_store(&pages[i].data, audio);
    atomic_store(&pages[i].state, PAGE_RESIDENT);
  }

  // What lies beyond the end is not missed
  assert_true(sample_request(&sample, 4, 100, 10, ring));
  assert_true(sample_request(&sample, NUM_PAGES, 1, 10, ring));
  assert_true(sample_request(&sample, UINT32_MAX, UINT32_MAX, 10, ring));
  assert_int_equal(atomic_load(&pages[NUM_PAGES - 1].used), 10);
}

static void
test_nothing_is_beyond_the_end(void** state)
{
  (void)state;
  assert_null(sample_page(&sample, NUM_PAGES, 1, ring));
  assert_null(ring_peek(ring));
  assert_int_equal(atomic_load(&sample.late), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_a_page_in_memory_is_given_and_marked),
    TEST(test_an_absent_page_is_asked_for_once),
    TEST(test_what_finds_the_ring_full_is_asked_for_again),
    TEST(test_a_request_is_ready_when_all_pages_are),
    TEST(test_nothing_is_beyond_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
