// SPDX-License-Identifier: GPL-3.0-or-later
//
// Nothing gets past the limiter

#include "support/random.h"
#include "units/effect.h"
#include "units/effect_support.h"

#include <ebur128.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u
#define FRAMES 1024u

/// Greatest sample of what comes out of a limiter for a signal
static float
greatest(Fx* const fx, float* const left, float* const right, const uint32_t n)
{
  fx_run(fx, left, right, n, NULL);
  float most = 0.0f;
  for (uint32_t f = 0; f < n; ++f) {
    assert_true(isfinite(left[f]) && isfinite(right[f]));
    most = fmaxf(most, fmaxf(fabsf(left[f]), fabsf(right[f])));
  }
  return most;
}

static void
test_no_finite_sample_gets_past(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    Random    random = {4};
    Fx* const fx     = new_fx_of(effect_find("limiter"), RATE, level);
    float     left[FRAMES];
    float     right[FRAMES];
    for (uint32_t i = 0; i < 200; ++i) {
      const float threshold = -12.0f + 12.0f * random_sample(&random);
      fx_set(fx, "threshold", threshold);
      fx_set(fx, "release", 1.0f + (float)random_below(&random, 99));
      fx_reset(fx);
      for (uint32_t f = 0; f < FRAMES; ++f) {
        // Any size that a float can have, in bursts
        const float size =
          exp2f((float)random_below(&random, i % 4 ? 12 : 128));
        left[f] =
          random_below(&random, 9) ? 0.0f : size * random_sample(&random);
        right[f] = random_below(&random, 3) ? left[f] : -size;
      }
      const float ceiling = powf(10.0f, threshold / 20.0f);
      assert_true(greatest(fx, left, right, FRAMES) <= ceiling);
    }
    free_fx(fx);
  }
}

/// True peak of a stereo signal in dB, as libebur128 measures it
static double
true_peak(const float* const left, const float* const right, const uint32_t n)
{
  ebur128_state* meter = ebur128_init(2, RATE, EBUR128_MODE_TRUE_PEAK);
  fx_assert(meter != NULL, "no meter");
  float* const both = new_signal(2 * n);
  for (uint32_t f = 0; f < n; ++f) {
    both[(size_t)2 * f]     = left[f];
    both[(size_t)2 * f + 1] = right[f];
  }
  ebur128_add_frames_float(meter, both, n);

  double most = 0.0;
  for (unsigned side = 0; side < 2; ++side) {
    double peak = 0.0;
    ebur128_true_peak(meter, side, &peak);
    most = fmax(most, peak);
  }
  ebur128_destroy(&meter);
  free(both);
  return decibels(most);
}

static void
check_true_peak(Fx* const      fx,
                float* const   left,
                float* const   right,
                const uint32_t n,
                const char*    name,
                const uint32_t number)
{
  fx_run(fx, left, right, n, NULL);
  const double peak = true_peak(left, right, n);
  const double over = peak - (double)fx->values[0];
  if (!(over <= 0.1)) {
    fail_msg("%s %u: the true peak is %g dB above", name, number, over);
  }
}

static void
test_true_peaks_of_bursts_stay_below(void** const state)
{
  (void)state;
  Random    random = {8};
  Fx* const fx     = new_fx("limiter");
  float     left[FRAMES];
  float     right[FRAMES];
  for (uint32_t i = 0; i < 10000; ++i) {
    // A burst of a tone and noise, of any length, level and pitch
    const uint32_t n     = 300;
    const uint32_t from  = (uint32_t)random_below(&random, 60);
    const uint32_t until = from + 1 + (uint32_t)random_below(&random, 150);
    const double   turn  = M_PI * (0.5 + 0.5 * (double)random_sample(&random));
    const double   phase = M_PI * (double)random_sample(&random);
    const float    size  = powf(10.0f, 1.2f * random_sample(&random));
    const float    noise = random_below(&random, 2) ? 0.5f : 0.0f;
    for (uint32_t f = 0; f < n; ++f) {
      const float on = f >= from && f < until ? size : 0.0f;
      left[f]        = on * ((float)sin(turn * (double)f + phase) +
                      noise * random_sample(&random));
      right[f]       = i % 2 ? left[f] : on * random_sample(&random);
    }
    if (i % 50 == 0) {
      fx_set(fx, "threshold", -6.0f + 6.0f * random_sample(&random));
      fx_set(fx, "release", 1.0f + (float)random_below(&random, 50));
    }
    fx_reset(fx);
    check_true_peak(fx, left, right, n, "burst", i);
  }
  free_fx(fx);
}

static void
test_true_peaks_of_wicked_signals_stay_below(void** const state)
{
  (void)state;
  const uint32_t n      = 9600;
  Fx* const      fx     = new_fx("limiter");
  float* const   left   = new_signal(n);
  float* const   right  = new_signal(n);
  Random         random = {2};
  for (uint32_t kind = 0; kind < 9; ++kind) {
    for (uint32_t f = 0; f < n; ++f) {
      const double t = (double)f;
      float        x = 0.0f;
      switch (kind) {
        case 0: // A quarter of the rate between its samples: 3 dB above them
          x = (float)(1.4 * sin(0.5 * M_PI * t + 0.25 * M_PI));
          break;
        case 1: // That, with a turn of phase every now and then
          x = (float)(2.0 *
                      sin(0.5 * M_PI * t + 0.25 * M_PI * (double)(f / 37 % 4)));
          break;
        case 2: // A square
          x = f / 50 % 2 ? 2.0f : -2.0f;
          break;
        case 3: // Impulses
          x = f % 97 == 0 ? 8.0f : 0.0f;
          break;
        case 4: // White noise, loud
          x = 6.0f * random_sample(&random);
          break;
        case 5: // Signs by chance
          x = random_below(&random, 2) ? 1.0f : -1.0f;
          break;
        case 6: // A sweep up to half the rate
          x = (float)(3.0 * sin(0.5 * M_PI * t * t / (double)n));
          break;
        case 7: // Pairs of equal samples, then of unlike ones
          x = (f / 2 % 2 ? 1.0f : -1.0f) * (f / 100 % 2 ? 4.0f : 0.5f);
          break;
        default: // Alternating and dying out, half a wave late
          x =
            (float)(4.0 * exp(-(double)(f % 200) / 30.0) * cos(M_PI * 0.9 * t));
          break;
      }
      left[f]  = x;
      right[f] = kind % 2 ? x : -x;
    }
    fx_set(fx, "threshold", kind % 2 ? -1.0f : -6.0f);
    fx_set(fx, "release", kind % 3 ? 1.0f : 50.0f);
    fx_reset(fx);
    check_true_peak(fx, left, right, n, "signal", kind);
  }
  free(left);
  free(right);
  free_fx(fx);
}

static void
test_soft_signals_pass_as_they_are(void** const state)
{
  (void)state;
  Random    random = {6};
  Fx* const fx     = new_fx("limiter");
  float     left[FRAMES];
  float     right[FRAMES];
  float     before[FRAMES];
  for (uint32_t f = 0; f < FRAMES; ++f) {
    before[f] = left[f] = right[f] = 0.3f * random_sample(&random);
  }
  fx_run(fx, left, right, FRAMES, NULL);
  const uint32_t late = fx_latency(fx);
  assert_true(late > 32 && late < 96);
  for (uint32_t f = late; f < FRAMES; ++f) {
    assert_true(left[f] == before[f - late] && right[f] == before[f - late]);
  }
  free_fx(fx);
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_no_finite_sample_gets_past),
    cmocka_unit_test(test_true_peaks_of_bursts_stay_below),
    cmocka_unit_test(test_true_peaks_of_wicked_signals_stay_below),
    cmocka_unit_test(test_soft_signals_pass_as_they_are),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
