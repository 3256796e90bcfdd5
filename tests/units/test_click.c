// SPDX-License-Identifier: GPL-3.0-or-later
//
// The metronome's click

#include "support/random.h"
#include "units/click.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u
#define FRAMES 4800u

static void
record(const bool accented, Random* const cuts, float* const out)
{
  Click click;
  click_init(&click, RATE);
  click_start(&click, accented);
  for (uint32_t f = 0; f < FRAMES;) {
    const uint32_t most = FRAMES - f;
    const uint32_t n    = cuts ? 1 + (uint32_t)random_below(cuts, most) : most;
    click_run(&click, out + f, n);
    f += n;
  }
}

/// Size of a frequency in a recording
static double
size_at(const float* const x, const double hz)
{
  double re = 0.0;
  double im = 0.0;
  for (uint32_t f = 0; f < FRAMES; ++f) {
    const double phase = 2.0 * M_PI * hz * (double)f / RATE;
    re += (double)x[f] * cos(phase);
    im += (double)x[f] * sin(phase);
  }
  return hypot(re, im);
}

static void
test_click_sounds_at_once_and_ends(void** const state)
{
  (void)state;
  float out[FRAMES];
  record(true, NULL, out);
  assert_true(out[0] == 0.0f);
  assert_true(out[1] != 0.0f);
  assert_true(fabsf(out[2879]) < 1e-6f);
  for (uint32_t f = 2880; f < FRAMES; ++f) {
    assert_true(out[f] == 0.0f);
  }
}

static void
test_silence_is_told(void** const state)
{
  (void)state;
  float out[FRAMES];
  Click click;
  click_init(&click, RATE);
  assert_false(click_run(&click, out, 100));
  assert_true(out[99] == 0.0f);
  click_start(&click, false);
  assert_true(click_run(&click, out, 100));
  assert_true(out[50] != 0.0f);
  click_reset(&click);
  assert_false(click_run(&click, out, 100));
  assert_true(out[0] == 0.0f);
}

static void
test_cuts_do_not_matter(void** const state)
{
  (void)state;
  float whole[FRAMES];
  float pieces[FRAMES];
  record(true, NULL, whole);
  for (uint64_t seed = 1; seed < 20; ++seed) {
    Random cuts = {seed};
    record(true, &cuts, pieces);
    assert_memory_equal(whole, pieces, sizeof(whole));
  }
}

static void
test_accent_is_higher_and_louder(void** const state)
{
  (void)state;
  float accent[FRAMES];
  float plain[FRAMES];
  record(true, NULL, accent);
  record(false, NULL, plain);

  float peaks[2] = {0.0f, 0.0f};
  for (uint32_t f = 0; f < FRAMES; ++f) {
    peaks[0] = fmaxf(peaks[0], fabsf(accent[f]));
    peaks[1] = fmaxf(peaks[1], fabsf(plain[f]));
  }
  assert_true(peaks[0] > peaks[1] && peaks[0] < 0.5f && peaks[1] > 0.2f);
  assert_true(size_at(accent, 1760.0) > 4.0 * size_at(accent, 1320.0));
  assert_true(size_at(plain, 1320.0) > 4.0 * size_at(plain, 1760.0));

  // Nothing up there that could fold
  assert_true(size_at(accent, 20000.0) < 1e-4 * size_at(accent, 1760.0));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_click_sounds_at_once_and_ends),
    cmocka_unit_test(test_silence_is_told),
    cmocka_unit_test(test_cuts_do_not_matter),
    cmocka_unit_test(test_accent_is_higher_and_louder),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
