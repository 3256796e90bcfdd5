// SPDX-License-Identifier: GPL-3.0-or-later
//
// True peaks and loudness are those of libebur128, sides are as alike as they
// are

#include "analysis/loudness.h"
#include "analysis/true_peak.h"
#include "support/random.h"

#include <ebur128.h>

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <stdlib.h>

#define RATE 48000u
#define FRAMES (4u * RATE)

static float left[FRAMES];
static float right[FRAMES];

static void
make_sine(const double hz, const double db, const double phase)
{
  const double gain = pow(10.0, db / 20.0);
  for (uint32_t i = 0; i < FRAMES; ++i) {
    left[i]  = (float)(gain * sin(phase + 2.0 * M_PI * hz * i / RATE));
    right[i] = left[i];
  }
}

static double
to_db(const float level)
{
  return 20.0 * log10((double)level);
}

/// Take in what was made, in parts of any length
static void
add_peak(TruePeak* const peak, Random* const random)
{
  for (uint32_t done = 0; done < FRAMES;) {
    const uint32_t rest = FRAMES - done;
    const uint32_t n    = 1u + (uint32_t)random_below(random, 200u);
    const uint32_t part = n < rest ? n : rest;
    true_peak_add(peak, left + done, right + done, part);
    done += part;
  }
}

static void
test_peaks_between_samples_are_found(void** const state)
{
  (void)state;
  TruePeak peak;
  Random   random = {1};
  make_sine(RATE / 4.0, -6.0, M_PI_4);
  true_peak_init(&peak, RATE);
  add_peak(&peak, &random);

  // The samples alone would say -9 dB
  assert_float_equal(to_db(peak.max[0]), -6.0, 0.2);
  assert_float_equal(to_db(true_peak_recent(&peak, 1)), -6.0, 0.1);

  true_peak_reset(&peak);
  assert_true(peak.max[0] == 0.0f);
}

static void
test_peaks_are_those_of_the_reference(void** const state)
{
  (void)state;
  Random random = {2};
  for (uint32_t i = 0; i < FRAMES; ++i) {
    left[i]  = random_sample(&random);
    right[i] = 0.5f * left[i];
  }

  float* const both = (float*)malloc(2u * FRAMES * sizeof(float));
  for (uint32_t i = 0; i < FRAMES; ++i) {
    both[2u * i]      = left[i];
    both[2u * i + 1u] = right[i];
  }

  TruePeak       peak;
  ebur128_state* reference = ebur128_init(2, RATE, EBUR128_MODE_TRUE_PEAK);
  true_peak_init(&peak, RATE);
  add_peak(&peak, &random);
  ebur128_add_frames_float(reference, both, FRAMES);
  for (uint32_t side = 0; side < 2u; ++side) {
    double found = 0.0;
    ebur128_true_peak(reference, side, &found);
    assert_float_equal((double)peak.max[side], found, 1e-4);
  }

  ebur128_destroy(&reference);
  free(both);
}

static void
test_a_sine_has_its_loudness(void** const state)
{
  (void)state;
  Loudness* const loudness = loudness_new(RATE);
  make_sine(997.0, -23.0, 0.0);
  assert_true(loudness_add(loudness, left, right, FRAMES));

  // EBU Tech 3341, case 1
  LoudnessReading reading = loudness_read(loudness);
  assert_float_equal(reading.momentary, -23.0, 0.1);
  assert_float_equal(reading.short_term, -23.0, 0.1);
  assert_float_equal(reading.integrated, -23.0, 0.1);
  assert_float_equal(reading.range, 0.0, 0.1);

  assert_true(loudness_reset(loudness));
  reading = loudness_read(loudness);
  assert_true(reading.integrated == LOUDNESS_FLOOR);
  loudness_free(loudness);
}

static double
correlate(const double amount)
{
  Correlation correlation;
  Random      random = {3};
  correlation_init(&correlation, RATE);
  for (uint32_t i = 0; i < FRAMES; ++i) {
    const float other = random_sample(&random);
    left[i]           = random_sample(&random);
    right[i] = (float)amount * left[i] + (float)(1.0 - fabs(amount)) * other;
  }
  correlation_add(&correlation, left, right, FRAMES);
  return correlation_read(&correlation);
}

static void
test_sides_are_as_alike_as_they_are(void** const state)
{
  (void)state;
  assert_float_equal(correlate(1.0), 1.0, 1e-6);
  assert_float_equal(correlate(-1.0), -1.0, 1e-6);
  assert_float_equal(correlate(0.0), 0.0, 0.05);
  assert_float_equal(correlate(0.5), sqrt(0.5), 0.05);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_peaks_between_samples_are_found),
    cmocka_unit_test(test_peaks_are_those_of_the_reference),
    cmocka_unit_test(test_a_sine_has_its_loudness),
    cmocka_unit_test(test_sides_are_as_alike_as_they_are),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
