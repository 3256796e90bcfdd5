// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the subtractive synthesizer sounds like: pitch, aliasing, envelopes,
// filter

#include "units/spectrum.h"
#include "units/synth_support.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define RATE 48000u

static double
pitch_hz(const double pitch)
{
  return 440.0 * exp2((pitch - 69.0) / 12.0);
}

/// Largest size between two frequencies that is not near a harmonic of `hz`
static double
largest_off_harmonics(const double* const sizes,
                      const uint32_t      rate,
                      const double        hz,
                      const double        low,
                      const double        high)
{
  const double bin     = (double)rate / SPECTRUM_FRAMES;
  double       largest = 0.0;
  for (uint32_t i = (uint32_t)(low / bin); i < (uint32_t)(high / bin); ++i) {
    const double at       = (double)i * bin;
    const double harmonic = hz * round(at / hz);
    if (fabs(at - harmonic) > 20.0 * bin) {
      largest = fmax(largest, sizes[i]);
    }
  }
  return largest;
}

static double
largest_near(const double* const sizes, const uint32_t rate, const double hz)
{
  const uint32_t at   = (uint32_t)lrint(hz * SPECTRUM_FRAMES / (double)rate);
  double         most = 0.0;
  for (uint32_t i = at - 4; i <= at + 4; ++i) {
    most = fmax(most, sizes[i]);
  }
  return most;
}

/// What folds back below 16 kHz, in decibels of the fundamental
static double
aliasing_db(const CpuLevel level,
            const uint32_t rate,
            const uint32_t pitch,
            const float    shape,
            const float    width,
            const float    swing)
{
  Synth* const synth = new_synth(rate, level);
  set(synth, "osc1_shape", shape);
  set(synth, "osc1_width", width);
  set(synth, "lfo_width", swing);
  set(synth, "lfo_rate", 0.2f);
  note_on(synth, pitch, 127);
  play(synth, 8192 + SPECTRUM_FRAMES);

  double* const sizes = new_spectrum(&synth->frames[8192].left, 2);
  const double  hz    = pitch_hz(pitch);
  const double  tone  = largest_near(sizes, rate, hz);
  const double  alias = largest_off_harmonics(sizes, rate, hz, 40.0, 16000.0);
  free(sizes);
  free_synth(synth);
  return 20.0 * log10(alias / tone);
}

static void
test_nothing_folds_back_up_to_c7(void** const state)
{
  (void)state;
  const uint32_t rates[]    = {44100, 48000, 96000};
  const uint32_t pitches[]  = {96, 95, 89, 79};
  const float    waves[][2] = {
       {0, 50}, {1, 50}, {2, 50}, {3, 50}, {3, 23}, {3, 5}, {3, 95}};

  FOR_EACH_LEVEL(level)
  {
    double worst = -999.0;
    for (size_t r = 0; r < 3; ++r) {
      for (size_t p = 0; p < 4; ++p) {
        for (size_t w = 0; w < 7; ++w) {
          const double db = aliasing_db(
            level, rates[r], pitches[p], waves[w][0], waves[w][1], 0.0f);
          assert_true(db < -78.0);
          worst = fmax(worst, db);
        }
      }

      // With the width moving, at C7
      const double db = aliasing_db(level, rates[r], 96, 3.0f, 50.0f, 40.0f);
      assert_true(db < -78.0);
      worst = fmax(worst, db);
    }
    print_message("%s: at most %.1f dB\n", cpu_level_name(level), worst);
  }
}

static void
test_partials_have_the_sizes_of_the_waves(void** const state)
{
  (void)state;

  // Saw 1/k; square 1/k, odd; triangle 1/k^2, odd; up to 12 kHz, in decibels
  for (int shape = 1; shape < 4; ++shape) {
    Synth* const synth = new_synth(RATE, cpu_level_best());
    set(synth, "osc1_shape", (float)shape);
    note_on(synth, 69, 127);
    play(synth, 8192 + SPECTRUM_FRAMES);

    double* const sizes = new_spectrum(&synth->frames[8192].left, 2);
    const double  first = largest_near(sizes, RATE, 440.0);
    for (int k = 2; k * 440 < 12000; ++k) {
      const double size = largest_near(sizes, RATE, 440.0 * k) / first;
      const double full = shape == 1 ? 1.0 / (k * k) : 1.0 / k;
      if (shape != 2 && k % 2 == 0) {
        assert_true(size < 1e-3);
      } else {
        assert_true(fabs(20.0 * log10(size / full)) < 0.5);
      }
    }
    free(sizes);
    free_synth(synth);
  }
}

/// Frequency of a sine by the phase it runs through
static double
measured_hz(const Synth* const synth, const uint32_t from, const double near)
{
  const uint32_t n         = 40000;
  double         phases[2] = {0.0, 0.0};
  for (int i = 0; i < 2; ++i) {
    double re = 0.0;
    double im = 0.0;
    for (uint32_t f = 0; f < n; ++f) {
      const uint32_t at    = from + (uint32_t)i * n + f;
      const double   hann  = 1.0 - cos(2.0 * M_PI * (double)f / n);
      const double   angle = 2.0 * M_PI * near * (double)at / RATE;
      re += (double)synth->frames[at].left * hann * cos(angle);
      im -= (double)synth->frames[at].left * hann * sin(angle);
    }
    phases[i] = atan2(im, re);
  }

  const double turn = remainder(phases[1] - phases[0], 2.0 * M_PI);
  return near + turn / (2.0 * M_PI) * RATE / n;
}

static void
test_pitch_is_exact(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    for (uint32_t pitch = 21; pitch < 121; pitch += 9) {
      Synth* const synth = new_synth(RATE, level);
      set(synth, "osc1_shape", 0.0f);
      set(synth, "osc1_detune", 30.0f);
      set(synth, "tune", -0.3f);
      note_on(synth, pitch, 127);
      play(synth, 90000);

      const double hz    = measured_hz(synth, 4000, pitch_hz(pitch));
      const double cents = 1200.0 * log2(hz / pitch_hz(pitch));
      assert_true(fabs(cents) < 0.1);
      free_synth(synth);
    }
  }
}

static void
test_octave_semitone_and_detune_add_up(void** const state)
{
  (void)state;
  Synth* const synth = new_synth(RATE, cpu_level_best());
  set(synth, "osc1_level", -60.0f);
  set(synth, "osc2_level", 0.0f);
  set(synth, "osc2_shape", 0.0f);
  set(synth, "osc2_octave", -1.0f);
  set(synth, "osc2_semitone", 7.0f);
  set(synth, "osc2_detune", -25.0f);
  note_on(synth, 69, 127);
  play(synth, 90000);

  const double right = pitch_hz(69 - 12 + 7 - 0.25);
  const double hz    = measured_hz(synth, 4000, right);
  assert_true(fabs(1200.0 * log2(hz / right)) < 0.1);
  free_synth(synth);
}

/// The envelope of a low sine of constant level: the root of the mean square
/// over a period around a frame
static double
level_at(const Synth* const synth, const uint32_t frame)
{
  const uint32_t period = 48; // At 1000 Hz
  double         power  = 0.0;
  for (uint32_t f = frame; f < frame + period; ++f) {
    const double x = (double)synth->frames[f].left;
    power += x * x;
  }
  return sqrt(2.0 * power / period);
}

static Synth*
new_steady_sine(void)
{
  // B5 raised to 1000 Hz, so that a period is 48 frames
  Synth* const synth = new_synth(RATE, cpu_level_best());
  set(synth, "osc1_shape", 0.0f);
  set(synth, "tune", (float)(12.0 * log2(1000.0 / pitch_hz(83))));
  return synth;
}

static void
test_envelope_takes_its_times(void** const state)
{
  (void)state;
  Synth* const synth = new_steady_sine();
  set(synth, "attack", 100.0f);
  set(synth, "decay", 200.0f);
  set(synth, "sustain", 40.0f);
  set(synth, "release", 300.0f);
  note_on(synth, 83, 127);
  play(synth, 24000);
  note_off(synth, 83);
  play(synth, 24000);

  // Up to full level at 100 ms, not before 90
  const double full = level_at(synth, 4800);
  assert_true(full > 0.39 && full < 0.41);
  assert_true(level_at(synth, 4320 - 48) < 0.97 * full);
  assert_true(fabs(level_at(synth, 2400) / full - 1.2 * (1 - sqrt(1.0 / 6.0))) <
              0.02);

  // Half of the decay time is a factor of 31.6, all of it 1000
  const double low = 0.4 * full;
  assert_true(fabs(level_at(synth, 9600) - (low + 0.6 * full / 31.6)) <
              0.01 * full);
  assert_true(fabs(level_at(synth, 14400) - low) < 0.002 * full);
  assert_true(fabs(level_at(synth, 23000) - low) < 0.001 * full);

  // The release likewise, and then nothing at all
  assert_true(fabs(level_at(synth, 24000 + 7200) - low / 31.6) < 0.01 * low);
  assert_true(peak(synth, 24000 + 14000, 24000 + 14300) > 0.0f);
  assert_true(peak(synth, 24000 + 14400 + 64, 48000) == 0.0f);
  assert_int_equal(active(synth), 0);
  free_synth(synth);
}

static void
test_level_is_near_half(void** const state)
{
  (void)state;
  for (int shape = 0; shape < 4; ++shape) {
    Synth* const synth = new_synth(RATE, cpu_level_best());
    set(synth, "osc1_shape", (float)shape);
    note_on(synth, 60, 127);
    play(synth, 48000);
    assert_true(peak(synth, 0, 48000) > 0.38f);
    assert_true(peak(synth, 0, 48000) < 0.6f);
    free_synth(synth);
  }
}

static void
test_velocity_sets_the_level(void** const state)
{
  (void)state;
  const float amounts[] = {0.0f, 50.0f, 100.0f};
  for (int i = 0; i < 3; ++i) {
    double levels[2];
    for (int j = 0; j < 2; ++j) {
      Synth* const synth = new_steady_sine();
      set(synth, "velocity", amounts[i]);
      note_on(synth, 83, j ? 64 : 127);
      play(synth, 9600);
      levels[j] = level_at(synth, 9000);
      free_synth(synth);
    }

    const double part   = (double)amounts[i] / 100.0;
    const double square = (64.0 / 127.0) * (64.0 / 127.0);
    const double right  = 1.0 - part + part * square;
    assert_true(fabs(levels[1] / levels[0] - right) < 1e-3);
  }
}

/// Level of a sine through the filter, in decibels of it unfiltered
static double
filtered_db(const float    type,
            const float    poles,
            const float    cutoff,
            const float    resonance,
            const uint32_t pitch)
{
  double levels[2];
  for (int i = 0; i < 2; ++i) {
    Synth* const synth = new_synth(RATE, cpu_level_best());
    set(synth, "osc1_shape", 0.0f);
    if (i) {
      set(synth, "filter_type", type);
      set(synth, "filter_poles", poles);
      set(synth, "cutoff", cutoff);
      set(synth, "resonance", resonance);
    }
    note_on(synth, pitch, 127);
    play(synth, 48000);
    double power = 0.0;
    for (uint32_t f = 24000; f < 48000; ++f) {
      const double x = (double)synth->frames[f].left;
      power += x * x;
    }
    levels[i] = power;
    free_synth(synth);
  }
  return 10.0 * log10(levels[1] / levels[0]);
}

static void
test_filter_cuts_where_it_says(void** const state)
{
  (void)state;
  const float cutoff = 440.0f;

  // At the cutoff, and the slope two octaves beyond
  assert_true(fabs(filtered_db(0, 2, cutoff, 0, 69) + 3.01) < 0.1);
  assert_true(fabs(filtered_db(0, 4, cutoff, 0, 69) + 6.02) < 0.1);
  assert_true(fabs(filtered_db(0, 2, cutoff, 0, 93) + 24.1) < 0.5);
  assert_true(fabs(filtered_db(0, 4, cutoff, 0, 93) + 48.2) < 0.5);
  assert_true(fabs(filtered_db(2, 2, cutoff, 0, 69) + 3.01) < 0.1);
  assert_true(fabs(filtered_db(2, 4, cutoff, 0, 45) + 48.2) < 0.5);

  // A band-pass leaves its middle alone
  assert_true(fabs(filtered_db(1, 2, cutoff, 0, 69)) < 0.1);
  assert_true(fabs(filtered_db(1, 4, cutoff, 0, 69)) < 0.1);
  assert_true(filtered_db(1, 2, cutoff, 0.5f, 93) < -15.0);
  assert_true(filtered_db(1, 2, cutoff, 0.5f, 45) < -15.0);

  // Resonance lifts the cutoff, and the level gives way by a quarter
  const double lift = filtered_db(0, 2, cutoff, 1, 69);
  assert_true(fabs(lift - (24.08 - 27.09 / 4.0)) < 0.3);
  const double four = filtered_db(0, 4, cutoff, 1, 69);
  assert_true(fabs(four - (24.08 - 30.1 / 4.0)) < 0.3);
}

static void
test_filter_follows_key_envelope_and_velocity(void** const state)
{
  (void)state;

  // All three move the cutoff of a noise-like saw: count what is above 2 kHz
  const char* const params[] = {"filter_key", "filter_env", "filter_velocity"};
  const float       values[] = {100.0f, 36.0f, 36.0f};
  for (int i = 0; i < 3; ++i) {
    double bright[2];
    for (int j = 0; j < 2; ++j) {
      Synth* const synth = new_synth(RATE, cpu_level_best());
      set(synth, "cutoff", 400.0f);
      set(synth, "filter_sustain", 100.0f);
      set(synth, "velocity", 0.0f);
      set(synth, params[i], j ? values[i] : 0.0f);
      note_on(synth, 84, i == 2 ? 40 : 127);
      play(synth, 8192 + SPECTRUM_FRAMES);
      double* const sizes = new_spectrum(&synth->frames[8192].left, 2);
      bright[j]           = largest_near(sizes, RATE, 4 * pitch_hz(84));
      free(sizes);
      free_synth(synth);
    }

    // The first two open it, a low velocity closes it
    const double db = 20.0 * log10(bright[1] / bright[0]);
    assert_true(i == 2 ? db < -15.0 : db > 15.0);
  }
}

static void
test_unison_is_wide_and_no_louder(void** const state)
{
  (void)state;
  Synth* const one = new_synth(RATE, cpu_level_best());
  note_on(one, 60, 127);
  play(one, 48000);

  Synth* const four = new_synth(RATE, cpu_level_best());
  set(four, "unison", 4.0f);
  set(four, "unison_detune", 15.0f);
  set(four, "spread", 100.0f);
  note_on(four, 60, 127);
  play(four, 48000);
  assert_int_equal(active(four), 4);

  double powers[2]  = {0.0, 0.0};
  double difference = 0.0;
  for (uint32_t f = 4800; f < 48000; ++f) {
    const Frame a = one->frames[f];
    const Frame b = four->frames[f];
    powers[0] += (double)a.left * (double)a.left;
    powers[1] += 0.5 * ((double)b.left * (double)b.left +
                        (double)b.right * (double)b.right);
    difference += fabs((double)(b.left - b.right));
  }
  assert_true(fabs(10.0 * log10(powers[1] / powers[0])) < 1.5);
  assert_true(difference / 43200.0 > 0.05);
  free_synth(one);
  free_synth(four);
}

static void
test_lfo_moves_pitch_at_its_rate(void** const state)
{
  (void)state;
  Synth* const synth = new_synth(RATE, cpu_level_best());
  set(synth, "osc1_shape", 0.0f);
  set(synth, "lfo_rate", 8.0f);
  set(synth, "lfo_pitch", 100.0f);
  note_on(synth, 93, 127);
  play(synth, 96000);

  // Frequency by the time between zeros, averaged over 20 periods
  double   lowest  = 1e9;
  double   highest = 0.0;
  uint32_t turns   = 0;
  double   last    = 0.0;
  uint32_t zeros   = 0;
  bool     above   = false;
  for (uint32_t f = 1; f < 96000; ++f) {
    const double a = (double)synth->frames[f - 1].left;
    const double b = (double)synth->frames[f].left;
    if (a <= 0.0 && b > 0.0 && ++zeros % 20 == 0) {
      const double at = (double)f - b / (b - a);
      const double hz = 20.0 * RATE / (at - last);
      if (last > 0.0) {
        lowest  = fmin(lowest, hz);
        highest = fmax(highest, hz);
        turns += (hz > 1760.0) != above;
        above = hz > 1760.0;
      }
      last = at;
    }
  }
  assert_in_range(turns, 30, 33);
  assert_true(fabs(1200.0 * log2(highest / 1760.0) - 100.0) < 5.0);
  assert_true(fabs(1200.0 * log2(lowest / 1760.0) + 100.0) < 5.0);
  free_synth(synth);
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_nothing_folds_back_up_to_c7),
    cmocka_unit_test(test_partials_have_the_sizes_of_the_waves),
    cmocka_unit_test(test_pitch_is_exact),
    cmocka_unit_test(test_octave_semitone_and_detune_add_up),
    cmocka_unit_test(test_envelope_takes_its_times),
    cmocka_unit_test(test_level_is_near_half),
    cmocka_unit_test(test_velocity_sets_the_level),
    cmocka_unit_test(test_filter_cuts_where_it_says),
    cmocka_unit_test(test_filter_follows_key_envelope_and_velocity),
    cmocka_unit_test(test_unison_is_wide_and_no_louder),
    cmocka_unit_test(test_lfo_moves_pitch_at_its_rate),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
