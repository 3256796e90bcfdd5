// SPDX-License-Identifier: GPL-3.0-or-later
//
// What single effects do

#include "support/random.h"
#include "units/effect.h"
#include "units/effect_support.h"
#include "units/spectrum.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u
#define FRAMES (SPECTRUM_FRAMES + 8192u)

static float left[FRAMES];
static float right[FRAMES];

static void
fill_tone(const double hz, const float level)
{
  for (uint32_t f = 0; f < FRAMES; ++f) {
    left[f] = level * (float)sin(2.0 * M_PI * hz * (double)f / RATE);
  }
  memcpy(right, left, sizeof(left));
}

static double
rms_db(const float* const x, const uint32_t from, const uint32_t n)
{
  double power = 0.0;
  for (uint32_t f = from; f < from + n; ++f) {
    power += (double)x[f] * (double)x[f] / n;
  }
  return 10.0 * log10(fmax(power, 1e-30));
}

/// Gain of a tone after half a second, in dB
static double
tone_gain(Fx* const fx, const double hz, const double db)
{
  const float level = (float)pow(10.0, db / 20.0);
  fill_tone(hz, level);
  const double before = rms_db(left, 24000, 24000);
  fx_reset(fx);
  fx_run(fx, left, right, 48000, NULL);
  return rms_db(left, 24000, 24000) - before;
}

static void
test_bands_that_rest_are_flat_together(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("multiband_compressor");
  fx_set(fx, "low_ratio", 1.0f);
  fx_set(fx, "mid_ratio", 1.0f);
  fx_set(fx, "high_ratio", 1.0f);
  for (double hz = 25.0; hz < 20000.0; hz *= 1.3) {
    assert_true(fabs(tone_gain(fx, hz, -6.0)) < 0.05);
  }
  free_fx(fx);
}

static void
test_each_band_has_its_compressor(void** const state)
{
  (void)state;
  static const double      tones[] = {50.0, 900.0, 9000.0};
  static const char* const names[] = {
    "low_threshold", "mid_threshold", "high_threshold"};
  for (uint32_t i = 0; i < 3; ++i) {
    Fx* const fx = new_fx("multiband_compressor");
    for (uint32_t j = 0; j < 3; ++j) {
      fx_set(fx, names[j], j == i ? -40.0f : 0.0f);
    }
    for (uint32_t j = 0; j < 3; ++j) {
      const double gain = tone_gain(fx, tones[j], -20.0);
      assert_true(fabs(gain - (j == i ? -10.0 : 0.0)) < 0.5);
    }
    free_fx(fx);
  }
}

static void
test_deesser_takes_down_what_is_sharp_and_loud(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("deesser");
  fx_set(fx, "threshold", -40.0f);
  for (double hz = 200.0; hz < 6000.0; hz *= 1.3) {
    assert_true(tone_gain(fx, hz, -6.0) < 0.1);
  }
  assert_true(fabs(tone_gain(fx, 400.0, -6.0)) < 0.2);
  assert_true(tone_gain(fx, 11000.0, -6.0) < -9.0);
  assert_true(fabs(tone_gain(fx, 11000.0, -50.0)) < 0.2);
  free_fx(fx);
}

/// Bursts of noise that die away, one each 100 ms
static void
fill_hits(void)
{
  Random random = {12};
  for (uint32_t f = 0; f < FRAMES; ++f) {
    const float fall = expf(-(float)(f % 9600) / 1500.0f);
    left[f] = right[f] = 0.3f * fall * random_sample(&random);
  }
}

static void
test_transients_are_shaped(void** const state)
{
  (void)state;
  // Gains at the start and later on, for both parameters both ways
  double gains[4][2];
  for (uint32_t i = 0; i < 4; ++i) {
    Fx* const fx = new_fx("transient_shaper");
    fx_set(fx, i < 2 ? "attack" : "sustain", i % 2 ? -100.0f : 100.0f);
    fill_hits();
    const double start = rms_db(left, 48000, 200);
    const double later = rms_db(left, 48000 + 4800, 2000);
    fx_reset(fx);
    fx_run(fx, left, right, FRAMES, NULL);
    gains[i][0] = rms_db(left, 48000, 200) - start;
    gains[i][1] = rms_db(left, 48000 + 4800, 2000) - later;
    free_fx(fx);
  }
  assert_true(gains[0][0] > 3.0 && fabs(gains[0][1]) < 4.0);
  assert_true(gains[1][0] < -3.0 && fabs(gains[1][1]) < 4.0);
  assert_true(gains[2][1] > 3.0 && gains[3][1] < -3.0);
  assert_true(fabs(gains[2][0]) < gains[2][1] - 2.0);
}

/// Frequency of the strongest tone
static double
strongest_hz(const float* const x)
{
  double* const sizes = new_spectrum(x, 1);
  uint32_t      at    = 20;
  for (uint32_t i = 20; i < SPECTRUM_FRAMES / 2; ++i) {
    at = sizes[i] > sizes[at] ? i : at;
  }
  free(sizes);
  return (double)at * RATE / SPECTRUM_FRAMES;
}

static void
test_pitch_shifter_shifts(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("pitch_shifter");
  for (float semitones = -12.0f; semitones < 13.0f; semitones += 6.0f) {
    fx_set(fx, "semitones", semitones);
    fill_tone(1000.0, 0.5f);
    fx_reset(fx);
    fx_run(fx, left, right, FRAMES, NULL);
    const double wanted = 1000.0 * exp2((double)semitones / 12.0);
    assert_true(fabs(strongest_hz(left + 8192) / wanted - 1.0) < 0.02);
    const double level = rms_db(left, 8192, 48000);
    assert_true(level > -13.0 && level < -8.0);
  }
  free_fx(fx);
}

static void
test_filter_follows_level_and_lfo(void** const state)
{
  (void)state;
  // A loud tone opens what a soft one leaves closed
  Fx* const fx = new_fx("filter");
  fx_set(fx, "cutoff", 200.0f);
  fx_set(fx, "env_amount", 60.0f);
  const double soft = tone_gain(fx, 2000.0, -40.0);
  const double loud = tone_gain(fx, 2000.0, -1.0);
  assert_true(soft < -30.0 && loud > -3.0);

  // The LFO opens and closes it
  fx_set(fx, "env_amount", 0.0f);
  fx_set(fx, "lfo_amount", 48.0f);
  fx_set(fx, "lfo_rate", 2.0f);
  fill_tone(1000.0, 0.5f);
  fx_reset(fx);
  fx_run(fx, left, right, 48000, NULL);
  const double open   = rms_db(left, 5000, 1000);
  const double closed = rms_db(left, 17000, 1000);
  assert_true(open > -12.0 && closed < -50.0);
  free_fx(fx);
}

static void
test_imager_narrows_below_and_widens_above(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("stereo_imager");
  fx_set(fx, "low_width", 0.0f);
  fx_set(fx, "high_width", 2.0f);
  fx_set(fx, "freq", 500.0f);
  static const double tones[] = {30.0, 9000.0};
  for (uint32_t i = 0; i < 2; ++i) {
    // A tone that is all side
    fill_tone(tones[i], 0.25f);
    for (uint32_t f = 0; f < FRAMES; ++f) {
      right[f] = -left[f];
    }
    const double before = rms_db(left, 24000, 24000);
    fx_reset(fx);
    fx_run(fx, left, right, 48000, NULL);
    const double gain = rms_db(left, 24000, 24000) - before;
    assert_true(i ? fabs(gain - 6.0) < 0.5 : gain < -15.0);
  }
  free_fx(fx);
}

static void
test_tuner_names_the_note(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("tuner");
  assert_int_equal(fx->info->num_readings, 3);
  for (float note = 33.0f; note < 84.0f; note += 4.37f) {
    const double hz = 440.0 * exp2(((double)note - 69.0) / 12.0);
    for (uint32_t f = 0; f < FRAMES; ++f) {
      const double turn = 2.0 * M_PI * hz * (double)f / RATE;
      left[f] = 0.2f * (float)(sin(turn) + 0.6 * sin(2.0 * turn + 1.0) +
                               0.4 * sin(3.0 * turn + 2.0));
    }
    memcpy(right, left, sizeof(left));
    fx_reset(fx);
    fx_run(fx, left, right, 24000, NULL);
    const float pitch = fx->info->reading(fx->self, 0, 0);
    const float near  = fx->info->reading(fx->self, 0, 1);
    const float cents = fx->info->reading(fx->self, 0, 2);
    if (fabs(1200.0 * log2((double)pitch / hz)) > 3.0) {
      fail_msg("%g Hz, wanted %g", (double)pitch, hz);
    }
    assert_true(near == floorf(note + 0.5f));
    assert_true(fabsf(near + 0.01f * cents - note) < 0.04f);
  }

  // Noise and silence have no pitch
  Random random = {3};
  for (uint32_t f = 0; f < FRAMES; ++f) {
    left[f] = right[f] = random_sample(&random);
  }
  fx_run(fx, left, right, FRAMES, NULL);
  assert_true(fx->info->reading(fx->self, 0, 0) == 0.0f);
  memset(left, 0, sizeof(left));
  memset(right, 0, sizeof(right));
  fx_run(fx, left, right, FRAMES, NULL);
  assert_true(fx->info->reading(fx->self, 0, 0) == 0.0f);
  free_fx(fx);
}

static void
test_ring_modulator_makes_sum_and_difference(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("ring_modulator");
  fx_set(fx, "freq", 3000.0f);
  fill_tone(1000.0, 0.5f);
  fx_reset(fx);
  fx_run(fx, left, right, FRAMES, NULL);
  double* const  sizes = new_spectrum(left, 1);
  const uint32_t low   = (uint32_t)(2000.0 * SPECTRUM_FRAMES / RATE + 0.5);
  const uint32_t high  = (uint32_t)(4000.0 * SPECTRUM_FRAMES / RATE + 0.5);
  const uint32_t own   = (uint32_t)(1000.0 * SPECTRUM_FRAMES / RATE + 0.5);
  assert_true(fabs(decibels(sizes[low] / sizes[high])) < 0.5);
  assert_true(sizes[own] < 1e-3 * sizes[low]);
  free(sizes);
  free_fx(fx);
}

static void
test_tremolo_goes_from_side_to_side(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("tremolo");
  fx_set(fx, "rate", 2.0f);
  fx_set(fx, "depth", 1.0f);
  fx_set(fx, "phase", 0.5f);
  fill_tone(1000.0, 0.5f);
  fx_reset(fx);
  fx_run(fx, left, right, 48000, NULL);

  // A quarter of a turn after the start the left side is up
  assert_true(rms_db(left, 5800, 400) > -10.0);
  assert_true(rms_db(right, 5800, 400) < -40.0);
  assert_true(rms_db(left, 17800, 400) < -40.0);
  assert_true(rms_db(right, 17800, 400) > -10.0);
  free_fx(fx);
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_bands_that_rest_are_flat_together),
    cmocka_unit_test(test_each_band_has_its_compressor),
    cmocka_unit_test(test_deesser_takes_down_what_is_sharp_and_loud),
    cmocka_unit_test(test_transients_are_shaped),
    cmocka_unit_test(test_pitch_shifter_shifts),
    cmocka_unit_test(test_filter_follows_level_and_lfo),
    cmocka_unit_test(test_imager_narrows_below_and_widens_above),
    cmocka_unit_test(test_tuner_names_the_note),
    cmocka_unit_test(test_ring_modulator_makes_sum_and_difference),
    cmocka_unit_test(test_tremolo_goes_from_side_to_side),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
