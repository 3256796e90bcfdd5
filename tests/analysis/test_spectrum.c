// SPDX-License-Identifier: GPL-3.0-or-later
//
// A spectrum reads what a signal is made of

#include "analysis/spectrum.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>

#define RATE 48000u

static float frames[SPECTRUM_MAX_SIZE];
static float bands[SPECTRUM_BANDS];

/// Work out the bands of `frames`
static void
run(const uint32_t size, const SpectrumWindow window)
{
  Spectrum* const spectrum = spectrum_new(size, window);
  assert_non_null(spectrum);
  for (uint32_t i = 0; i < SPECTRUM_BANDS; ++i) {
    bands[i] = SPECTRUM_FLOOR_DB;
  }
  spectrum_run(spectrum, frames, RATE, bands);
  spectrum_free(spectrum);
}

/// Add a sine to `frames`
static void
add_sine(const double hz, const double db, const double phase)
{
  const double gain = pow(10.0, db / 20.0);
  for (uint32_t i = 0; i < SPECTRUM_MAX_SIZE; ++i) {
    frames[i] += (float)(gain * sin(phase + 2.0 * M_PI * hz * i / RATE));
  }
}

static void
silence(void)
{
  for (uint32_t i = 0; i < SPECTRUM_MAX_SIZE; ++i) {
    frames[i] = 0.0f;
  }
}

static uint32_t
highest(void)
{
  uint32_t found = 0;
  for (uint32_t i = 1; i < SPECTRUM_BANDS; ++i) {
    found = bands[i] > bands[found] ? i : found;
  }
  return found;
}

static void
test_a_full_scale_sine_reads_0_db(void** const state)
{
  (void)state;
  for (int window = 0; window < WINDOW_RECTANGLE; ++window) {
    for (uint32_t size = SPECTRUM_MIN_SIZE; size <= SPECTRUM_MAX_SIZE;
         size *= 2u) {
      // On a line, between two, and a little beside one
      for (double line = 40.0; line < 60.0; line += 0.25) {
        const double hz = line * RATE / size;
        silence();
        add_sine(hz, 0.0, 1.0 + line);
        run(size, (SpectrumWindow)window);
        const uint32_t band = highest();
        if (fabs((double)bands[band]) > 0.05) {
          fail_msg("window %d of %u, line %g: %g dB",
                   window,
                   size,
                   line,
                   (double)bands[band]);
        }
        assert_true(fabs(log2(spectrum_band_hz(band) / hz)) <
                    0.5 / 20.0 + 0.5 / line);
      }
    }
  }
}

static void
test_levels_are_in_decibels(void** const state)
{
  (void)state;
  for (double db = -90.0; db <= 6.0; db += 6.0) {
    silence();
    add_sine(1000.0, db, 0.5);
    run(4096, WINDOW_HANN);
    assert_true(fabs((double)bands[highest()] - db) < 0.1);
  }
  silence();
  run(4096, WINDOW_HANN);
  for (uint32_t i = 0; i < SPECTRUM_BANDS; ++i) {
    assert_true(bands[i] == SPECTRUM_FLOOR_DB);
  }
}

static void
test_two_sines_are_two(void** const state)
{
  (void)state;
  silence();
  add_sine(440.0, -6.0, 0.0);
  add_sine(3520.0, -20.0, 0.0);
  run(8192, WINDOW_BLACKMAN);
  uint32_t low  = 0;
  uint32_t high = 0;
  uint32_t mid  = 0;
  for (uint32_t i = 0; i < SPECTRUM_BANDS; ++i) {
    const double hz = spectrum_band_hz(i);
    low             = hz < 800.0 && bands[i] > bands[low] ? i : low;
    high            = hz > 2000.0 && bands[i] > bands[high] ? i : high;
    mid             = hz < 1250.0 ? i : mid;
  }
  assert_true(fabs((double)bands[low] + 6.0) < 0.1);
  assert_true(fabs((double)bands[high] + 20.0) < 0.1);
  assert_true((double)bands[mid] < -80.0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_full_scale_sine_reads_0_db),
    cmocka_unit_test(test_levels_are_in_decibels),
    cmocka_unit_test(test_two_sines_are_two),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
