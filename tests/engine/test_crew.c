// SPDX-License-Identifier: GPL-3.0-or-later
//
// A crew runs each task once, whoever comes

#include "engine/crew.h"
#include "engine/float_mode.h"
#include "support/fail_malloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_TASKS = 300 };

typedef struct {
  uint32_t    runs[MAX_TASKS]; ///< Written by whoever took the task
  atomic_uint threads;         ///< Bits of the threads that came
  atomic_uint unflushed;       ///< Tasks that ran without FTZ and DAZ
} Work;

static void
run_task(void* const handle, const uint32_t task, const uint32_t thread)
{
  Work* const work = (Work*)handle;
  ++work->runs[task];
  atomic_fetch_or(&work->threads, 1u << thread);
  if (thread && !float_mode_is_set()) {
    atomic_fetch_add(&work->unflushed, 1u);
  }
}

static void
test_each_task_runs_once(void** state)
{
  (void)state;
  for (uint32_t threads = 1; threads <= 4; ++threads) {
    Crew* const crew = crew_new(threads, 0, true);
    assert_non_null(crew);
    for (uint32_t i = 0; i < 2000; ++i) {
      Work           work = {.runs = {0}};
      const uint32_t num  = i % (MAX_TASKS + 1u);
      crew_run(crew, run_task, &work, num, i % 3u > 0);
      for (uint32_t t = 0; t < MAX_TASKS; ++t) {
        assert_int_equal(work.runs[t], t < num);
      }

      assert_int_equal(atomic_load(&work.unflushed), 0);
    }

    assert_int_equal(atomic_load(&crew->float_faults), 0);
    crew_free(crew);
  }
}

typedef struct {
  atomic_uint present; ///< Tasks that have begun
  atomic_uint threads;
} Meeting;

/// Ends only when two threads have come
static void
meet(void* const handle, const uint32_t task, const uint32_t thread)
{
  (void)task;
  Meeting* const meeting = (Meeting*)handle;
  atomic_fetch_or(&meeting->threads, 1u << thread);
  atomic_fetch_add(&meeting->present, 1u);
  while (atomic_load(&meeting->present) < 2u) {
  }
}

static void
test_helpers_come_even_from_sleep(void** state)
{
  (void)state;
  Crew* const crew = crew_new(2, 0, true);
  assert_non_null(crew);
  for (uint32_t i = 0; i < 20; ++i) {
    // Let the helper fall asleep, which it says in its futex
    while (!atomic_load(&crew->helpers[0].asleep)) {
    }

    Meeting meeting = {0};
    crew_run(crew, meet, &meeting, 2, true);
    assert_int_equal(atomic_load(&meeting.threads), 3);
  }

  crew_free(crew);
}

static void
test_alone_nothing_is_shared(void** state)
{
  (void)state;
  Crew* const crew = crew_new(3, 0, true);
  assert_non_null(crew);
  for (uint32_t i = 0; i < 100; ++i) {
    Work work = {.runs = {0}};
    crew_run(crew, run_task, &work, MAX_TASKS, false);
    assert_int_equal(atomic_load(&work.threads), 1);
  }

  crew_free(crew);
}

static void
test_denormals_are_flushed_and_the_mode_is_put_back(void** state)
{
  (void)state;
  volatile float       tiny = 1e-38f;
  const uint64_t       mode = float_mode_enter();
  const volatile float zero = tiny * 0.1f;
  assert_true(float_mode_is_set());
  assert_true(zero == 0.0f);
  float_mode_put(mode);

  const volatile float left = tiny * 0.1f;
  assert_false(float_mode_is_set());
  assert_true(left > 0.0f);
}

static void
test_a_crew_without_memory_is_null(void** state)
{
  (void)state;
  fail_malloc_at(1);
  assert_null(crew_new(2, 0, false));
  fail_malloc_stop();
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_each_task_runs_once),
    cmocka_unit_test(test_helpers_come_even_from_sleep),
    cmocka_unit_test(test_alone_nothing_is_shared),
    cmocka_unit_test(test_denormals_are_flushed_and_the_mode_is_put_back),
    cmocka_unit_test(test_a_crew_without_memory_is_null),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
