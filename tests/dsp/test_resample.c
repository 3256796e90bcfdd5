// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recordings are read between their frames as the sound that they are of

#include "dsp/resample.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>

enum { LENGTH = 9000, READ = 2000 };

#define ONE ((FrameTime)1 << 64)

static ResampleTable table;
static float         in[LENGTH];
static float         out[READ];

static int
set_up(void** state)
{
  (void)state;
  resample_table_init(&table);
  return 0;
}

static FrameTime
fixed(const double number)
{
  return (FrameTime)ldexp(number, 64);
}

/// A sine of so many cycles a frame at a place
static double
sine(const double frequency, const double place)
{
  return sin(2.0 * M_PI * frequency * place);
}

static void
fill(const double frequency)
{
  for (int i = 0; i < LENGTH; ++i) {
    in[i] = (float)sine(frequency, i);
  }
}

/// Read from frame 200 and a part on, in one run or in runs of `cut`
static void
read_at(const double part, const FrameTime speed, const uint32_t cut)
{
  const uint32_t side  = resample_side(speed);
  FrameTime      place = fixed(200.0 + part);
  for (uint32_t i = 0; i < READ; i += cut, place += cut * speed) {
    const uint32_t n     = READ - i < cut ? READ - i : cut;
    const int64_t  whole = (int64_t)(place >> 64);
    resample_run(&table,
                 in + whole - (side - 1u),
                 place - whole * ONE,
                 speed,
                 out + i,
                 1,
                 n);
  }
}

static void
test_whole_frames_are_as_they_are(void** state)
{
  (void)state;
  fill(0.237);
  read_at(0.0, ONE, READ);
  for (int i = 0; i < READ; ++i) {
    assert_true(out[i] == in[200 + i]);
  }

  // Half as fast every other is
  read_at(0.0, ONE / 2, READ);
  for (int i = 0; i < READ; i += 2) {
    assert_true(out[i] == in[200 + i / 2]);
  }
}

static void
test_a_tone_is_read_at_any_speed(void** state)
{
  (void)state;
  static const double speeds[] = {
    0.25, 0.5, 0.8123, 1.0, 1.0595, 1.5, 2.7, 4.0};
  for (unsigned i = 0; i < sizeof(speeds) / sizeof(speeds[0]); ++i) {
    // Up to 0.42 of the lower of both rates
    for (double share = 0.02; share < 0.42; share += 0.05) {
      const double frequency = speeds[i] > 1.0 ? share / speeds[i] : share;
      fill(frequency);
      read_at(0.31, fixed(speeds[i]), READ);
      for (int k = 0; k < READ; ++k) {
        const double want = sine(frequency, 200.31 + k * speeds[i]);
        if (fabs(out[k] - want) > 3e-4) {
          fail_msg("speed %g, %g cycles a frame: frame %d is %g, not %g",
                   speeds[i],
                   frequency,
                   k,
                   out[k],
                   want);
        }
      }
    }
  }
}

static void
test_nothing_folds_down_when_sped_up(void** state)
{
  (void)state;
  static const double speeds[] = {1.25, 2.0, 3.1, 4.0};
  for (unsigned i = 0; i < sizeof(speeds) / sizeof(speeds[0]); ++i) {
    fill(0.58 / speeds[i] < 0.499 ? 0.58 / speeds[i] : 0.499);
    read_at(0.5, fixed(speeds[i]), READ);
    for (int k = 0; k < READ; ++k) {
      assert_true(fabsf(out[k]) < 3e-4f);
    }
  }
}

static void
test_a_level_stays_what_it_is(void** state)
{
  (void)state;
  for (int i = 0; i < LENGTH; ++i) {
    in[i] = 0.75f;
  }

  for (double speed = 0.25; speed <= 4.0; speed += 0.237) {
    read_at(0.123, fixed(speed), READ);
    for (int k = 0; k < READ; ++k) {
      assert_true(fabsf(out[k] - 0.75f) < 1e-6f);
    }
  }
}

static void
test_cuts_change_nothing(void** state)
{
  (void)state;
  static float whole[READ];
  fill(0.111);
  for (double speed = 0.3; speed <= 4.0; speed += 0.37) {
    read_at(0.777, fixed(speed), READ);
    for (int k = 0; k < READ; ++k) {
      whole[k] = out[k];
    }

    read_at(0.777, fixed(speed), 7);
    for (int k = 0; k < READ; ++k) {
      assert_true(out[k] == whole[k]);
    }
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_whole_frames_are_as_they_are),
    cmocka_unit_test(test_a_tone_is_read_at_any_speed),
    cmocka_unit_test(test_nothing_folds_down_when_sped_up),
    cmocka_unit_test(test_a_level_stays_what_it_is),
    cmocka_unit_test(test_cuts_change_nothing),
  };

  return cmocka_run_group_tests(tests, set_up, NULL);
}
