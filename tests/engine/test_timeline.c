// SPDX-License-Identifier: GPL-3.0-or-later
//
// The playhead is where it should be, however often it jumps

#include "engine/timeline.h"
#include "support/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define BPM(bpm) ((MicroBpm)((bpm)*1e6 + 0.5))
#define BEATS(beats) ((Ticks)((beats)*TICKS_PER_BEAT))

__extension__ typedef __int128 Wide;

static MicroBpm
random_tempo(Random* const random)
{
  return 20000000 + (MicroBpm)random_below(random, 280000001);
}

static TempoMap*
map_new(const MicroBpm tempo)
{
  TempoMap* const map = tempo_map_new(48000, tempo, NULL, 0);
  assert_non_null(map);
  return map;
}

static void
test_ten_thousand_loops_end_on_their_frame(void** state)
{
  (void)state;
  TempoMap* const map      = map_new(BPM(127.3));
  Timeline        timeline = {.map = map, .jump_frame = INT64_MAX};
  timeline.loop            = (Loop){true, BEATS(7.25), BEATS(23.25)};
  timeline_start(&timeline, BEATS(7.25), 0);

  // 4 bars at 127.3 BPM are 16 * 60 * 48000 / 127.3 frames
  const Wide n = (Wide)16 * 60 * 48000 * 10;
  const Wide d = 1273;
  for (int64_t loop = 1; loop <= 10000; ++loop) {
    const int64_t exact = (int64_t)((2 * loop * n + d) / (2 * d));
    assert_int_equal(timeline.jump_frame, exact);
    timeline_jump(&timeline);
    assert_int_equal(timeline.loops, loop);
    assert_int_equal(timeline_frame(&timeline, BEATS(7.25)), exact);
  }

  tempo_map_free(map);
}

static void
test_each_tick_is_heard_in_one_place(void** state)
{
  (void)state;
  Random random = {1};
  for (unsigned i = 0; i < 1000; ++i) {
    TempoMap* const map      = map_new(random_tempo(&random));
    Timeline        timeline = {.map = map, .jump_frame = INT64_MAX};
    timeline_start(&timeline, (Ticks)random_below(&random, BEATS(1000)), 0);
    for (unsigned k = 0; k < 50; ++k) {
      const int64_t grid  = (int64_t)random_below(&random, 1u << 30u);
      const Ticks   first = timeline_first_tick(&timeline, grid);
      assert_true(timeline_frame(&timeline, first) >= grid);
      assert_true(timeline_frame(&timeline, first - 1) < grid);
    }

    tempo_map_free(map);
  }
}

static void
test_a_new_tempo_keeps_the_musical_position(void** state)
{
  (void)state;
  Random random = {2};
  for (unsigned i = 0; i < 200; ++i) {
    Timeline timeline = {.map        = map_new(random_tempo(&random)),
                         .jump_frame = INT64_MAX};
    timeline_start(&timeline, BEATS(4), 0);
    int64_t grid = 0;
    for (unsigned k = 0; k < 100; ++k) {
      grid += 1 + (int64_t)random_below(&random, 5000);
      const Ticks     before = timeline_position(&timeline, grid);
      TempoMap* const old =
        timeline_exchange_map(&timeline, map_new(random_tempo(&random)), grid);
      tempo_map_free(old);

      // Not even part of a tick is lost
      assert_int_equal(timeline_position(&timeline, grid), before);
      const FrameTime time = timeline_time(&timeline, grid);
      assert_true(time >= tempo_map_time(timeline.map, before));
      assert_true(time < tempo_map_time(timeline.map, before + 1));
    }

    tempo_map_free(timeline.map);
  }
}

static void
test_tempo_changes_do_not_drift(void** state)
{
  (void)state;

  // Between two tempos and back, ten thousand times: the frames are those of
  // the two tempos, to well below a frame
  Timeline timeline = {.map = map_new(BPM(90)), .jump_frame = INT64_MAX};
  timeline_start(&timeline, 0, 0);
  const int64_t half = 1777;
  for (int64_t i = 1; i <= 10000; ++i) {
    tempo_map_free(timeline_exchange_map(
      &timeline, map_new(i % 2 ? BPM(163.7) : BPM(90)), i * half));
  }

  const long double beats =
    5000.0L * half * (90.0L + 163.7L) / 60.0L / 48000.0L;
  const long double ticks =
    (long double)timeline_position(&timeline, 10000 * half);
  assert_true(fabsl(ticks / TICKS_PER_BEAT - beats) * 60.0L / 90.0L * 48000.0L <
              0.05L);
  tempo_map_free(timeline.map);
}

static void
test_only_what_comes_from_before_jumps(void** state)
{
  (void)state;
  TempoMap* const map      = map_new(BPM(120));
  Timeline        timeline = {.map = map, .jump_frame = INT64_MAX};

  // Before the loop, in it, at its end and behind it
  timeline.loop = (Loop){true, BEATS(4), BEATS(8)};
  timeline_start(&timeline, BEATS(2), 0);
  assert_int_equal(timeline.jump_frame, 6 * 24000);
  timeline_start(&timeline, BEATS(6), 0);
  assert_int_equal(timeline.jump_frame, 2 * 24000);
  timeline_start(&timeline, BEATS(8), 0);
  assert_int_equal(timeline.jump_frame, INT64_MAX);
  timeline_start(&timeline, BEATS(9), 0);
  assert_int_equal(timeline.jump_frame, INT64_MAX);

  // Off, then moved so that the playhead is behind it, then before it
  timeline_start(&timeline, BEATS(4), 0);
  timeline_set_loop(&timeline, (Loop){false, BEATS(4), BEATS(8)}, 100);
  assert_int_equal(timeline.jump_frame, INT64_MAX);
  timeline_set_loop(&timeline, (Loop){true, BEATS(1), BEATS(4)}, 100);
  assert_int_equal(timeline.jump_frame, INT64_MAX);
  timeline_set_loop(&timeline, (Loop){true, BEATS(1), BEATS(5)}, 100);
  assert_int_equal(timeline.jump_frame, 24000);

  // Too short to jump at all, and turned round
  timeline_set_loop(&timeline, (Loop){true, BEATS(5), BEATS(5) + 1}, 100);
  assert_int_equal(timeline.jump_frame, INT64_MAX);
  timeline_set_loop(&timeline, (Loop){true, BEATS(6), BEATS(5)}, 100);
  assert_int_equal(timeline.jump_frame, INT64_MAX);
  tempo_map_free(map);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_ten_thousand_loops_end_on_their_frame),
    cmocka_unit_test(test_each_tick_is_heard_in_one_place),
    cmocka_unit_test(test_a_new_tempo_keeps_the_musical_position),
    cmocka_unit_test(test_tempo_changes_do_not_drift),
    cmocka_unit_test(test_only_what_comes_from_before_jumps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
