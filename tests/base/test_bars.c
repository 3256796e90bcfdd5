// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bars, beats and lines against counting them one by one

#include "base/bars.h"
#include "support/random.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#define BEATS(beats) ((Ticks)((beats)*TICKS_PER_BEAT))

enum { MAX_LINES = 20000 };

/// All beats of some changes, counted by hand
typedef struct {
  Ticks    at[MAX_LINES];
  int64_t  bar[MAX_LINES];
  uint32_t beat[MAX_LINES];
  uint32_t count;
} Counted;

static Counted counted;

static void
count_beats(const BarChange* const changes,
            const uint32_t         num_changes,
            const Ticks            end)
{
  int64_t bar   = -1;
  counted.count = 0;
  for (uint32_t i = 0; i < num_changes; ++i) {
    const Ticks stop = i + 1u < num_changes ? changes[i + 1u].start : end;
    uint32_t    beat = 0;
    for (Ticks at = changes[i].start; at < stop; at += changes[i].beat_ticks) {
      bar += beat == 0;
      assert_true(counted.count < MAX_LINES);
      counted.at[counted.count]     = at;
      counted.bar[counted.count]    = bar;
      counted.beat[counted.count++] = beat;
      beat                          = (beat + 1u) % changes[i].beats;
    }
  }
}

static void
test_every_place_is_where_counting_puts_it(void** const state)
{
  (void)state;
  static const BarChange changes[] = {{0, 4, BEATS(1)},
                                      {BEATS(10), 6, BEATS(0.5)},
                                      {BEATS(20.5), 7, BEATS(0.5)},
                                      {BEATS(31), 3, BEATS(1)}};
  BarMap* const          map       = bar_map_new(changes, 4);
  assert_non_null(map);
  count_beats(changes, 4, BEATS(200));

  Random random = {3};
  for (uint32_t n = 0; n < 20000; ++n) {
    const Ticks at = n < counted.count / 2u
                       ? counted.at[n]
                       : (Ticks)random_below(&random, BEATS(90));
    uint32_t    i  = 0;
    while (i + 1u < counted.count && counted.at[i + 1u] <= at) {
      ++i;
    }

    const BarPlace place = bar_map_place(map, at);
    assert_int_equal(place.bar, counted.bar[i]);
    assert_int_equal(place.beat, counted.beat[i]);
    assert_int_equal(place.rest, at - counted.at[i]);

    const uint32_t next = counted.at[i] == at ? i : i + 1u;
    bool           bar  = false;
    assert_int_equal(bar_map_next_beat(map, at, &bar), counted.at[next]);
    assert_int_equal(bar, counted.beat[next] == 0);
    for (uint32_t bars = 1; bars <= 4; bars *= 2) {
      uint32_t line = next;
      while (counted.beat[line] || counted.bar[line] % bars) {
        ++line;
      }

      assert_int_equal(bar_map_line(map, at, (BarGrid){.bars = bars}),
                       counted.at[line]);
    }
  }

  bar_map_free(map);
}

static void
test_parts_of_bars_have_lines(void** const state)
{
  (void)state;
  static const BarChange changes[] = {{0, 3, BEATS(1)},
                                      {BEATS(7), 6, BEATS(0.5)}};
  BarMap* const          map       = bar_map_new(changes, 2);
  const BarGrid          halves    = {.parts = 2};
  const BarGrid          quarters  = {.parts = 4};
  const BarGrid          none      = {0, 0};
  assert_int_equal(bar_map_line(map, 0, halves), 0);
  assert_int_equal(bar_map_line(map, 1, halves), BEATS(1.5));
  assert_int_equal(bar_map_line(map, BEATS(1.5), halves), BEATS(1.5));
  assert_int_equal(bar_map_line(map, BEATS(1.6), quarters), BEATS(2.25));
  assert_int_equal(bar_map_line(map, BEATS(6.8), halves), BEATS(7));
  assert_int_equal(bar_map_line(map, BEATS(7) + 1, halves), BEATS(8.5));
  assert_int_equal(bar_map_line(map, 12345, none), 12345);
  assert_int_equal(bar_map_line(map, -1, halves), 0);
  bar_map_free(map);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_place_is_where_counting_puts_it),
    cmocka_unit_test(test_parts_of_bars_have_lines),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
