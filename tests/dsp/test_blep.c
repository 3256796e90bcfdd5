// SPDX-License-Identifier: GPL-3.0-or-later
//
// Band-limited steps and corners

#include "dsp/blep.h"

#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/// A table's function at `x` frames after the step
static double
value_at(const BlepTable table, const double x)
{
  const int    frame = (int)fmin(floor(x), BLEP_FRAMES - 1);
  const double part  = x - frame;
  double       sum   = 0.0;
  for (int i = BLEP_DEGREE; i >= 0; --i) {
    sum = sum * part + (double)table[i][frame];
  }
  return sum;
}

static void
test_step_leads_from_minus_one_to_zero(void** const state)
{
  (void)state;
  assert_true(fabs(value_at(blep_step, 0.0) + 1.0) < 1e-5);
  assert_true(fabs(value_at(blep_step, BLEP_FRAMES)) < 1e-5);
}

static void
test_ramp_is_the_integral_of_the_step(void** const state)
{
  (void)state;
  assert_true(fabs(value_at(blep_ramp, 0.0) - (double)BLEP_DELAY) < 1e-5);
  assert_true(fabs(value_at(blep_ramp, BLEP_FRAMES)) < 1e-5);

  const double dx = 1.0 / 256.0;
  for (double x = dx; x < BLEP_FRAMES - dx; x += 3 * dx) {
    const double slope =
      (value_at(blep_ramp, x + dx) - value_at(blep_ramp, x - dx)) / (2 * dx);
    assert_true(fabs(slope - value_at(blep_step, x)) < 5e-4);
  }
}

static void
test_frames_join_without_a_seam(void** const state)
{
  (void)state;
  for (int frame = 1; frame < BLEP_FRAMES; ++frame) {
    const double before = (double)frame - 1e-9;
    assert_true(fabs(value_at(blep_step, before) - value_at(blep_step, frame)) <
                5e-6);
    assert_true(fabs(value_at(blep_ramp, before) - value_at(blep_ramp, frame)) <
                5e-6);
  }
}

/// What the band limit leaves of a frequency, given in parts of the rate
static double
response_db(const double frequency)
{
  // Of the impulse, which is the slope of the step
  const int      n   = 64 * BLEP_FRAMES;
  double complex sum = 0.0;
  for (int i = 0; i < n; ++i) {
    const double a     = (double)i / 64.0;
    const double b     = (double)(i + 1) / 64.0;
    const double rise  = value_at(blep_step, b) - value_at(blep_step, a);
    const double angle = -M_PI * frequency * (a + b);
    sum += rise * (cos(angle) + sin(angle) * I);
  }
  return 20.0 * log10(cabs(sum));
}

static void
test_band_is_limited_as_stated(void** const state)
{
  (void)state;
  for (double f = 0.0; f <= 0.36; f += 0.01) {
    assert_true(fabs(response_db(f)) < 0.1);
  }

  double most = -999.0;
  for (double f = 0.64; f < 6.0; f += 0.003) {
    most = fmax(most, response_db(f));
  }
  print_message("Beyond 0.64 of the rate: at most %.1f dB\n", most);
  assert_true(most < -72.0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_step_leads_from_minus_one_to_zero),
    cmocka_unit_test(test_ramp_is_the_integral_of_the_step),
    cmocka_unit_test(test_frames_join_without_a_seam),
    cmocka_unit_test(test_band_is_limited_as_stated),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
