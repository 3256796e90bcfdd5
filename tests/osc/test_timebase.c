// SPDX-License-Identifier: GPL-3.0-or-later
//
// Times, frames, and the line between them

#include "osc/timebase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#define RATE 48000u
#define START UINT64_C(5000000000)

static uint32_t random_state = 1;

/// A number from 0 to 1
static double
next_random(void)
{
  random_state = random_state * 1664525u + 1013904223u;
  return (double)(random_state >> 8u) / 16777216.0;
}

static void
test_ntp_goes_there_and_back(void** const state)
{
  (void)state;
  const Moment   moment = {START, UINT64_C(1700000000123456789)};
  const uint64_t now    = ntp_from_realtime(moment.realtime);
  assert_int_equal(now >> 32u, 1700000000u + 2208988800u);
  assert_true(llabs(ntp_nanos_after(now, &moment)) <= 1);

  for (int64_t after = -100000000000; after <= 100000000000;
       after += 999999937) {
    const uint64_t ntp = ntp_from_realtime(moment.realtime + (uint64_t)after);
    assert_true(llabs(ntp_nanos_after(ntp, &moment) - after) <= 1);
  }
}

static void
test_ntp_survives_its_wrap(void** const state)
{
  (void)state;
  // NTP seconds wrap in February 2036
  const Moment   before = {START, UINT64_C(2085978495) * 1000000000u};
  const uint64_t ntp    = ntp_from_realtime(before.realtime + 2000000000u);
  assert_true(ntp < ntp_from_realtime(before.realtime));
  assert_int_equal(ntp_nanos_after(ntp, &before), 2000000000);
}

static void
test_nothing_is_known_before_the_engine_runs(void** const state)
{
  (void)state;
  Timebase timebase = {0};
  uint64_t frame    = 0;
  timebase_update(&timebase, RATE, 0, 0);
  assert_false(timebase_frame(&timebase, (int64_t)START, &frame));
}

/// Let cycles of `period` frames pass, late by up to `jitter` nanoseconds, on a
/// clock that is off by `ppm`; returns the true time of the last cycle
static double
run(Timebase* const timebase,
    uint64_t* const frame,
    const uint32_t  period,
    const double    seconds,
    const double    jitter,
    const double    ppm)
{
  const double nanos = 1e9 / RATE * (1.0 + ppm * 1e-6);
  double       time  = 0.0;
  for (uint64_t cycles = (uint64_t)(seconds * RATE / period); cycles--;) {
    *frame += period;
    time = (double)*frame * nanos;
    timebase_update(timebase,
                    RATE,
                    *frame,
                    START + (uint64_t)(time + next_random() * jitter));
  }
  return time;
}

static void
test_frames_are_steady_in_spite_of_jitter(void** const state)
{
  (void)state;
  static const uint32_t periods[] = {64, 256, 1024, 4096};
  for (int p = 0; p < 4; ++p) {
    for (int k = 0; k < 3; ++k) {
      const double ppm      = k * 50.0 - 50.0;
      const double nanos    = 1e9 / RATE * (1.0 + ppm * 1e-6);
      Timebase     timebase = {0};
      uint64_t     frame    = 0;
      run(&timebase, &frame, periods[p], 20.0, 60e3, ppm);

      // The same time means the same frame again and again
      double least    = INFINITY;
      double greatest = -INFINITY;
      for (int i = 0; i < 200; ++i) {
        run(&timebase, &frame, periods[p], 0.1, 60e3, ppm);
        const uint64_t ahead = frame + RATE / 2u;
        const double   error =
          (double)(timebase_nanos(&timebase, ahead) - (int64_t)START) -
          (double)ahead * nanos;
        least    = fmin(least, error);
        greatest = fmax(greatest, error);
      }
      assert_true(greatest - least < 1e9 / RATE);
      assert_true(fabs(greatest) < 100e3);
    }
  }
}

static void
test_frames_and_times_belong_together(void** const state)
{
  (void)state;
  Timebase timebase = {0};
  uint64_t frame    = 0;
  run(&timebase, &frame, 256, 10.0, 30e3, 20.0);
  for (uint64_t f = frame - 1000; f < frame + 100000; f += 7) {
    uint64_t found = 0;
    assert_true(
      timebase_frame(&timebase, timebase_nanos(&timebase, f), &found));
    assert_int_equal(found, f);
  }

  // No frame is before the first
  uint64_t found = 1;
  assert_true(timebase_frame(&timebase, 0, &found));
  assert_int_equal(found, 0);
}

static void
test_large_frames_are_exact(void** const state)
{
  (void)state;
  Timebase timebase = {0};
  uint64_t frame    = ((uint64_t)1 << 40u) + 12345u;
  for (int i = 0; i < 1000; ++i) {
    frame += 256;
    timebase_update(
      &timebase, RATE, frame, START + (uint64_t)((double)i * 256e9 / RATE));
  }
  for (uint64_t f = frame; f < frame + 3000000; f += 997) {
    uint64_t found = 0;
    assert_true(
      timebase_frame(&timebase, timebase_nanos(&timebase, f), &found));
    assert_int_equal(found, f);
  }
}

static void
test_a_gap_is_followed(void** const state)
{
  (void)state;
  Timebase timebase = {0};
  uint64_t frame    = 0;
  double   time     = run(&timebase, &frame, 256, 10.0, 0.0, 0.0);

  // The driver stood still for a second
  for (int i = 0; i < 40; ++i) {
    frame += 256;
    time += 256e9 / RATE;
    timebase_update(
      &timebase, RATE, frame, START + 1000000000u + (uint64_t)time);
  }
  const int64_t error = timebase_nanos(&timebase, frame) -
                        (int64_t)(START + 1000000000u + (uint64_t)time);
  assert_true(llabs(error) < 100000);
}

static void
test_one_late_cycle_changes_little(void** const state)
{
  (void)state;
  Timebase timebase = {0};
  uint64_t frame    = 0;
  run(&timebase, &frame, 256, 10.0, 0.0, 0.0);
  const int64_t before = timebase_nanos(&timebase, frame + RATE);
  frame += 256;
  timebase_update(&timebase,
                  RATE,
                  frame,
                  START + (uint64_t)((double)frame * 1e9 / RATE) + 20000000u);
  const int64_t after = timebase_nanos(&timebase, frame - 256 + RATE);
  assert_true(llabs(after - before) < 2000);
}

static void
test_another_rate_starts_anew(void** const state)
{
  (void)state;
  Timebase timebase = {0};
  uint64_t frame    = 0;
  uint64_t found    = 0;
  run(&timebase, &frame, 256, 10.0, 0.0, 0.0);
  timebase_update(&timebase, 96000u, 0, START + UINT64_C(60000000000));
  assert_true(timebase_frame(
    &timebase, (int64_t)(START + UINT64_C(61000000000)), &found));
  assert_int_equal(found, 96000u);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_ntp_goes_there_and_back),
    cmocka_unit_test(test_ntp_survives_its_wrap),
    cmocka_unit_test(test_nothing_is_known_before_the_engine_runs),
    cmocka_unit_test(test_frames_are_steady_in_spite_of_jitter),
    cmocka_unit_test(test_frames_and_times_belong_together),
    cmocka_unit_test(test_large_frames_are_exact),
    cmocka_unit_test(test_a_gap_is_followed),
    cmocka_unit_test(test_one_late_cycle_changes_little),
    cmocka_unit_test(test_another_rate_starts_anew),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
