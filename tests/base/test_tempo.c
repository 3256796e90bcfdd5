// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tempo map is exact, goes both ways, and does not add up errors

#include "base/tempo.h"
#include "support/fail_malloc.h"
#include "support/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

__extension__ typedef __int128 Wide;

#define BPM(bpm) ((MicroBpm)((bpm)*1e6 + 0.5))

/// The nearest frame (half up) of a tick at one tempo, in whole numbers
static int64_t
exact_frame(const uint32_t rate, const MicroBpm tempo, const Ticks ticks)
{
  const Wide n = (Wide)ticks * rate * 60000000;
  const Wide d = (Wide)tempo * TICKS_PER_BEAT;
  const Wide m = 2 * n + d;
  return (int64_t)(m >= 0 ? m / (2 * d) : -((-m + 2 * d - 1) / (2 * d)));
}

static MicroBpm
random_tempo(Random* const random)
{
  // Half of them in whole thousandths, as they come from floats
  const MicroBpm tempo = 20000000 + (MicroBpm)random_below(random, 280000001);
  return random_below(random, 2) ? tempo : tempo / 1000 * 1000;
}

static void
test_one_tempo_agrees_with_whole_numbers(void** state)
{
  (void)state;
  static const uint32_t rates[] = {44100, 48000, 88200, 96000, 192000};

  Random random = {1};
  for (unsigned i = 0; i < 200000; ++i) {
    const uint32_t  rate  = rates[random_below(&random, 5)];
    const MicroBpm  tempo = random_tempo(&random);
    const Ticks     ticks = (Ticks)random_below(&random, TICKS_MAX >> (i % 24));
    TempoMap* const map   = tempo_map_new(rate, tempo, NULL, 0);
    assert_non_null(map);
    assert_int_equal(frame_time_round(tempo_map_time(map, ticks)),
                     exact_frame(rate, tempo, ticks));
    assert_int_equal(frame_time_round(tempo_map_time(map, -ticks)),
                     exact_frame(rate, tempo, -ticks));
    tempo_map_free(map);
  }
}

/// The tempo at which a tick lasts 1 / `parts` frame at a rate of 49,152
static TempoMap*
map_with_tick_of(const int64_t parts)
{
  const MicroBpm tempo = (MicroBpm)49152 * 60000000 * parts / TICKS_PER_BEAT;
  return tempo_map_new(49152, tempo, NULL, 0);
}

static void
test_halves_are_rounded_up(void** state)
{
  (void)state;
  TempoMap* const map = map_with_tick_of(2);
  assert_non_null(map);
  for (int64_t k = -1000; k < 1000; ++k) {
    assert_int_equal(frame_time_round(tempo_map_time(map, 2 * k + 1)), k + 1);
  }

  tempo_map_free(map);
}

static void
test_halves_stay_halves_from_any_origin(void** state)
{
  (void)state;

  // Sixths of frames can't be held exactly, yet three of them must be a half
  Random          random = {2};
  TempoMap* const map    = map_with_tick_of(6);
  assert_non_null(map);
  for (unsigned i = 0; i < 100000; ++i) {
    const Ticks     origin = (Ticks)random_below(&random, 1ull << 40u);
    const Ticks     halves = (Ticks)random_below(&random, 1ull << 20u);
    const Ticks     event  = origin + 3 * (2 * halves + 1);
    const FrameTime from   = tempo_map_time(map, origin);
    assert_int_equal(frame_time_round(tempo_map_time(map, event) - from),
                     halves + 1);
  }

  tempo_map_free(map);
}

/// Seconds in a stretch, worked out apart from the map
static long double
stretch_seconds(const long double beats,
                const long double from,
                const long double to)
{
  // (60 / k) ln(1 + k b / T0)
  const long double k = (to - from) / beats;
  return fabsl(to - from) < 1e-12L ? 60.0L * beats / from
                                   : 60.0L / k * logl(to / from);
}

static void
test_maps_with_ramps_agree_with_the_formula(void** state)
{
  (void)state;
  enum { NUM_CHANGES = 30 };

  Random random = {3};
  for (unsigned i = 0; i < 200; ++i) {
    const uint32_t rate  = random_below(&random, 2) ? 44100 : 48000;
    const MicroBpm tempo = random_tempo(&random);
    TempoChange    changes[NUM_CHANGES];
    Ticks          at = 0;
    for (unsigned c = 0; c < NUM_CHANGES; ++c) {
      at += 1 + (Ticks)random_below(&random, 20ull * TICKS_PER_BEAT);
      changes[c] =
        (TempoChange){at, random_tempo(&random), random_below(&random, 2)};
    }

    TempoMap* const map = tempo_map_new(rate, tempo, changes, NUM_CHANGES);
    assert_non_null(map);

    long double seconds = 0.0L;
    Ticks       start   = 0;
    MicroBpm    before  = tempo;
    for (unsigned c = 0; c < NUM_CHANGES; ++c) {
      const TempoChange* const change = &changes[c];
      const long double        beats =
        (long double)(change->start - start) / TICKS_PER_BEAT;
      const long double from = (long double)before / 1e6L;
      const long double to =
        change->ramp ? (long double)change->tempo / 1e6L : from;

      // Half way through the stretch, then at its end
      const Ticks       half  = (change->start - start) / 2;
      const long double share = (long double)half / TICKS_PER_BEAT / beats;
      const long double middle =
        seconds +
        stretch_seconds(beats * share, from, from + (to - from) * share);
      seconds += stretch_seconds(beats, from, to);
      const long double time =
        ldexpl((long double)tempo_map_time(map, change->start), -64);
      const long double middle_time =
        ldexpl((long double)tempo_map_time(map, start + half), -64);
      assert_true(fabsl(time - seconds * rate) < 1e-6L);
      assert_true(fabsl(middle_time - middle * rate) < 1e-6L);
      assert_int_equal(tempo_map_tempo(map, change->start), change->tempo);

      start  = change->start;
      before = change->tempo;
    }

    tempo_map_free(map);
  }
}

static void
test_ticks_are_the_inverse_of_time(void** state)
{
  (void)state;
  enum { NUM_CHANGES = 8 };

  Random random = {4};
  for (unsigned i = 0; i < 300; ++i) {
    TempoChange changes[NUM_CHANGES];
    Ticks       at = 0;
    for (unsigned c = 0; c < NUM_CHANGES; ++c) {
      at += (Ticks)random_below(&random, 4ull * TICKS_PER_BEAT);
      changes[c] =
        (TempoChange){at, random_tempo(&random), random_below(&random, 2)};
    }

    TempoMap* const map =
      tempo_map_new(48000, random_tempo(&random), changes, NUM_CHANGES);
    assert_non_null(map);
    for (unsigned k = 0; k < 500; ++k) {
      const Ticks ticks =
        (Ticks)random_below(&random, (uint64_t)at + 2 * TICKS_PER_BEAT) -
        TICKS_PER_BEAT;
      const FrameTime time = tempo_map_time(map, ticks);
      const FrameTime next = tempo_map_time(map, ticks + 1);
      assert_true(next > time);
      assert_int_equal(tempo_map_ticks(map, time), ticks);
      assert_int_equal(tempo_map_ticks(map, time - 1), ticks - 1);
      assert_int_equal(tempo_map_ticks(map, time + (next - time) / 2), ticks);
      assert_int_equal(tempo_map_ticks(map, next - 1), ticks);
    }

    tempo_map_free(map);
  }
}

static void
test_a_change_at_one_place_is_the_last_one_given(void** state)
{
  (void)state;
  const TempoChange changes[] = {
    {0, BPM(60), false},
    {TICKS_PER_BEAT, BPM(90), true},
    {TICKS_PER_BEAT, BPM(120), false},
  };
  TempoMap* const map = tempo_map_new(48000, BPM(150), changes, 3);
  assert_non_null(map);
  assert_int_equal(tempo_map_tempo(map, 0), BPM(60));
  assert_int_equal(tempo_map_tempo(map, TICKS_PER_BEAT), BPM(120));
  assert_int_equal(tempo_map_time(map, 2 * TICKS_PER_BEAT) -
                     tempo_map_time(map, TICKS_PER_BEAT),
                   frame_time_from_frames(24000));

  // Below 0 the first tempo goes on
  assert_int_equal(tempo_map_time(map, -TICKS_PER_BEAT),
                   frame_time_from_frames(-48000));
  tempo_map_free(map);
}

static void
test_tempos_from_floats_are_what_was_meant(void** state)
{
  (void)state;
  for (MicroBpm tempo = 20000000; tempo <= 300000000; tempo += 1000) {
    assert_int_equal(tempo_from_float((float)tempo_to_bpm(tempo)), tempo);
  }

  assert_int_equal(tempo_from_double(127.3000004), 127300000);
  assert_int_equal(tempo_from_double(127.3000006), 127300001);
}

static void
test_all_grid_positions_come_back_from_floats(void** state)
{
  (void)state;

  // 300,000 multiples of 1/960 beat, spread to where floats can still tell
  // them apart (2^24 / 960 / 2 beats)
  const int64_t last = (1 << 24) / 2;
  for (int64_t i = 0; i < 300000; ++i) {
    const int64_t step  = i * last / 300000;
    Ticks         ticks = -1;
    assert_true(ticks_from_float((float)((double)step / 960.0), &ticks));
    assert_int_equal(ticks, step * (TICKS_PER_BEAT / 960));
  }
}

static void
test_a_map_without_memory_is_null(void** state)
{
  (void)state;
  fail_malloc_at(1);
  assert_null(tempo_map_new(48000, BPM(120), NULL, 0));
  assert_int_equal(fail_malloc_stop(), 1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_one_tempo_agrees_with_whole_numbers),
    cmocka_unit_test(test_halves_are_rounded_up),
    cmocka_unit_test(test_halves_stay_halves_from_any_origin),
    cmocka_unit_test(test_maps_with_ramps_agree_with_the_formula),
    cmocka_unit_test(test_ticks_are_the_inverse_of_time),
    cmocka_unit_test(test_a_change_at_one_place_is_the_last_one_given),
    cmocka_unit_test(test_tempos_from_floats_are_what_was_meant),
    cmocka_unit_test(test_all_grid_positions_come_back_from_floats),
    cmocka_unit_test(test_a_map_without_memory_is_null),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
