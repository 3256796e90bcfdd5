// SPDX-License-Identifier: GPL-3.0-or-later
//
// What holds for all synthesizers: where runs are cut, pitch, stealing, hands
// and feet of the player

#include "units/spectrum.h"
#include "units/synth_support.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u

/// Do something with each synthesizer
#define FOR_EACH_SYNTH(info)                                                   \
  for (uint32_t count_ = 0, index_ = (instrument_list(&count_), 0);            \
       index_ < count_;                                                        \
       ++index_)                                                               \
    for (const InstrumentInfo* info = instrument_list(&count_)[index_]; info;  \
         info                       = NULL)

static double
pitch_hz(const double pitch)
{
  return 440.0 * exp2((pitch - 69.0) / 12.0);
}

static void
control(Synth* const      synth,
        const ControlKind kind,
        const uint8_t     number,
        const float       value)
{
  synth->info->control(synth->self, kind, number, value);
}

/// Set a parameter if the synthesizer has it
static void
set_if_any(Synth* const synth, const char* const symbol, const float value)
{
  if (instrument_find_param(synth->info, symbol) >= 0) {
    set(synth, symbol, value);
  }
}

/// Play notes, bends and changes of all parameters, at random
static void
play_anything(Synth* const synth, const uint64_t seed)
{
  Random random = {seed};
  for (int i = 0; i < 60; ++i) {
    const uint32_t pitch = 30u + (uint32_t)random_below(&random, 70);
    switch (random_below(&random, 6)) {
      case 0:
        note_off(synth, pitch);
        break;
      case 1: {
        const uint32_t param =
          (uint32_t)random_below(&random, synth->info->num_params);
        const ParamInfo* const info = &synth->info->params[param];
        const float            part = (float)random_below(&random, 100) / 99.0f;
        synth->info->set(
          synth->self, param, info->min + (info->max - info->min) * part);
        break;
      }
      case 2:
        control(synth,
                (ControlKind)random_below(&random, NUM_CONTROL_KINDS),
                (uint8_t)random_below(&random, 119),
                (float)random_below(&random, 100) / 99.0f);
        break;
      default:
        note_on(synth, pitch, 1u + (uint32_t)random_below(&random, 127));
        break;
    }
    play(synth, 1u + (uint32_t)random_below(&random, 500));
  }
}

static void
test_cuts_change_nothing(void** const state)
{
  (void)state;
  FOR_EACH_SYNTH(info)
  {
    FOR_EACH_LEVEL(level)
    {
      for (uint64_t seed = 1; seed < 4; ++seed) {
        Random       cuts  = {seed};
        Synth* const whole = new_synth_of(info, RATE, level);
        Synth* const cut   = new_synth_of(info, RATE, level);
        cut->cuts          = &cuts;
        play_anything(whole, seed);
        play_anything(cut, seed);
        for (uint32_t f = 0; f < whole->num_frames; ++f) {
          if (memcmp(&whole->frames[f], &cut->frames[f], sizeof(Frame)) != 0) {
            fail_msg("%s %s: frame %u differs",
                     info->symbol,
                     cpu_level_name(level),
                     f);
          }
        }
        assert_true(peak(whole, 0, whole->num_frames) > 0.01f);
        free_synth(cut);
        free_synth(whole);
      }
    }
  }
}

static void
test_anything_stays_finite(void** const state)
{
  (void)state;
  FOR_EACH_SYNTH(info)
  {
    for (uint64_t seed = 10; seed < 22; ++seed) {
      Synth* const synth = new_synth_of(info, RATE, cpu_level_best());
      play_anything(synth, seed);
      for (uint32_t f = 0; f < synth->num_frames; ++f) {
        if (!(fabsf(synth->frames[f].left) < 200.0f) ||
            !(fabsf(synth->frames[f].right) < 200.0f)) {
          fail_msg("%s %u: frame %u is %g",
                   info->symbol,
                   (unsigned)seed,
                   f,
                   (double)synth->frames[f].left);
        }
      }
      free_synth(synth);
    }
  }
}

/// Frequency of the partial near one by the phase it runs through
static double
measured_hz(const Synth* const synth, const uint32_t from, const double near)
{
  const uint32_t n         = 16384;
  double         phases[2] = {0.0, 0.0};
  for (int i = 0; i < 2; ++i) {
    double re = 0.0;
    double im = 0.0;
    for (uint32_t f = 0; f < n; ++f) {
      const uint32_t at    = from + (uint32_t)i * n / 4 + f;
      const double   hann  = 1.0 - cos(2.0 * M_PI * (double)f / n);
      const double   angle = 2.0 * M_PI * near * (double)at / RATE;
      re += (double)synth->frames[at].left * hann * hann * cos(angle);
      im -= (double)synth->frames[at].left * hann * hann * sin(angle);
    }
    phases[i] = atan2(im, re);
  }

  const double turn = remainder(phases[1] - phases[0], 2.0 * M_PI);
  return near + turn / (2.0 * M_PI) * RATE / (n / 4);
}

static double
cents_off(const Synth* const synth, const double pitch)
{
  const double hz = measured_hz(synth, 4000, pitch_hz(pitch));
  return 1200.0 * log2(hz / pitch_hz(pitch));
}

static void
test_synthesizers_are_in_tune(void** const state)
{
  (void)state;
  FOR_EACH_SYNTH(info)
  {
    for (uint32_t pitch = 36; pitch < 106; pitch += 5) {
      Synth* const synth = new_synth_of(info, RATE, cpu_level_best());
      set_if_any(synth, "string_sustain", 30.0f);
      set_if_any(synth, "ring", 30.0f);
      set_if_any(synth, "material", 0.0f);
      note_on(synth, pitch, 100);
      play(synth, 30000);
      const double cents = cents_off(synth, pitch);
      if (!(fabs(cents) < 0.5)) {
        fail_msg("%s: %u is %g cents off", info->symbol, pitch, cents);
      }
      free_synth(synth);
    }
  }
}

static void
test_bend_moves_the_pitch_by_its_range(void** const state)
{
  (void)state;
  FOR_EACH_SYNTH(info)
  {
    Synth* const synth = new_synth_of(info, RATE, cpu_level_best());
    set_if_any(synth, "string_sustain", 30.0f);
    set_if_any(synth, "ring", 30.0f);
    set_if_any(synth, "material", 0.0f);
    set(synth, "bend_range", 7.0f);
    note_on(synth, 60, 100);
    control(synth, CONTROL_BEND, 0, -1.0f);
    play(synth, 30000);
    assert_true(fabs(cents_off(synth, 53.0)) < 0.5);

    // A reset puts it to rest
    synth->info->reset(synth->self);
    synth->num_frames = 0;
    note_on(synth, 60, 100);
    play(synth, 30000);
    assert_true(fabs(cents_off(synth, 60.0)) < 0.5);
    free_synth(synth);
  }
}

static void
test_pedal_holds_notes(void** const state)
{
  (void)state;
  FOR_EACH_SYNTH(info)
  {
    Synth* const synth = new_synth_of(info, RATE, cpu_level_best());
    set(synth, "release", 10.0f);
    control(synth, CONTROL_CC, CONTROL_SUSTAIN, 1.0f);
    note_on(synth, 60, 100);
    note_on(synth, 64, 100);
    play(synth, 1000);
    note_off(synth, 60);
    play(synth, 4000);
    assert_int_equal(active(synth), 2);

    // What is still held stays when the pedal goes up
    control(synth, CONTROL_CC, CONTROL_SUSTAIN, 0.0f);
    play(synth, 4000);
    assert_int_equal(active(synth), 1);
    synth->info->all_off(synth->self);
    play(synth, 4000);
    assert_int_equal(active(synth), 0);

    // All notes off means also what the pedal holds
    control(synth, CONTROL_CC, CONTROL_SUSTAIN, 1.0f);
    note_on(synth, 60, 100);
    note_off(synth, 60);
    control(synth, CONTROL_CC, 123, 0.0f);
    play(synth, 4000);
    assert_int_equal(active(synth), 0);
    free_synth(synth);
  }
}

/// Loudness of the first tenth of a second and more
static double
power(const Synth* const synth)
{
  double sum = 0.0;
  for (uint32_t f = 0; f < synth->num_frames; ++f) {
    sum += (double)synth->frames[f].left * (double)synth->frames[f].left;
  }
  return sum / (double)synth->num_frames;
}

static void
test_controllers_are_heard(void** const state)
{
  (void)state;
  FOR_EACH_SYNTH(info)
  {
    double powers[4];
    for (int i = 0; i < 4; ++i) {
      Synth* const synth = new_synth_of(info, RATE, cpu_level_best());
      set(synth, "cutoff", 300.0f);
      set(synth, "pressure_cutoff", 48.0f);
      if (i == 1) {
        control(synth, CONTROL_PRESSURE, 0, 1.0f);
      } else if (i == 2) {
        control(synth, CONTROL_CC, 11, 0.25f);
      }
      note_on(synth, 60, 127);
      if (i == 3) {
        control(synth, CONTROL_POLY, 60, 1.0f);
      }
      play(synth, 8000);
      powers[i] = power(synth);
      free_synth(synth);
    }

    // Pressure opens the filter, expression takes 24 dB off
    assert_true(powers[1] > 1.1 * powers[0]);
    assert_true(powers[3] > 1.1 * powers[0]);
    assert_true(fabs(10.0 * log10(powers[2] / powers[0]) + 24.1) < 1.0);
  }
}

static void
test_velocity_is_loudness(void** const state)
{
  (void)state;
  FOR_EACH_SYNTH(info)
  {
    double last = 0.0;
    for (uint32_t velocity = 20; velocity < 128; velocity += 50) {
      Synth* const synth = new_synth_of(info, RATE, cpu_level_best());
      note_on(synth, 60, velocity);
      play(synth, 9600);
      assert_true(power(synth) > 1.2 * last);
      last = power(synth);
      free_synth(synth);
    }
  }
}

static void
test_drive_bends_without_folding(void** const state)
{
  (void)state;
  for (uint32_t pitch = 40; pitch < 90; pitch += 12) {
    Synth* const synth = new_synth(RATE, cpu_level_best());
    set(synth, "osc1_shape", 0.0f);
    set(synth, "drive", 80.0f);
    note_on(synth, pitch, 127);
    play(synth, 8192 + SPECTRUM_FRAMES);

    double* const sizes    = new_spectrum(&synth->frames[8192].left, 2);
    const double  bin      = (double)RATE / SPECTRUM_FRAMES;
    const double  hz       = pitch_hz(pitch);
    double        most     = 0.0;
    double        off      = 0.0;
    double        harmonic = 0.0;
    for (uint32_t i = 100; i < (uint32_t)(16000.0 / bin); ++i) {
      const double at   = (double)i * bin;
      const double near = round(at / hz);
      if (fabs(at - hz * near) > 20.0 * bin) {
        off = fmax(off, sizes[i]);
      } else if (near > 1.5) {
        harmonic = fmax(harmonic, sizes[i]);
      }
      most = fmax(most, sizes[i]);
    }
    assert_true(harmonic > 0.1 * most);
    assert_true(off < 0.002 * most);
    free(sizes);
    free_synth(synth);
  }
}

static void
test_hard_sync_follows_the_first_oscillator(void** const state)
{
  (void)state;
  for (int shape = 2; shape < 4; ++shape) {
    for (uint32_t pitch = 45; pitch < 97; pitch += 17) {
      Synth* const synth = new_synth(RATE, cpu_level_best());
      set(synth, "osc1_level", -60.0f);
      set(synth, "osc2_level", 0.0f);
      set(synth, "osc2_shape", (float)shape);
      set(synth, "osc2_semitone", 7.3f);
      set(synth, "osc2_sync", 1.0f);
      note_on(synth, pitch, 127);
      play(synth, 8192 + SPECTRUM_FRAMES);

      double* const sizes = new_spectrum(&synth->frames[8192].left, 2);
      const double  bin   = (double)RATE / SPECTRUM_FRAMES;
      const double  hz    = pitch_hz(pitch);
      double        most  = 0.0;
      double        off   = 0.0;
      for (uint32_t i = 100; i < (uint32_t)(16000.0 / bin); ++i) {
        const double at = (double)i * bin;
        if (fabs(at - hz * round(at / hz)) > 20.0 * bin) {
          off = fmax(off, sizes[i]);
        }
        most = fmax(most, sizes[i]);
      }
      if (!(off < 3.2e-4 * most)) {
        fail_msg("%d %u: %.1f dB", shape, pitch, 20.0 * log10(off / most));
      }
      free(sizes);
      free_synth(synth);
    }
  }
}

/// Most by which a frame is off what the two before it lead to
static float
most_bent(const Synth* const synth, const uint32_t from, const uint32_t to)
{
  float most = 0.0f;
  for (uint32_t f = from + 2; f < to; ++f) {
    const float bend = synth->frames[f].left -
                       2.0f * synth->frames[f - 1].left +
                       synth->frames[f - 2].left;
    most = fmaxf(most, fabsf(bend));
  }
  return most;
}

static void
test_stolen_voices_fade(void** const state)
{
  (void)state;
  FOR_EACH_SYNTH(info)
  {
    // Silent notes take all voices away from low ones
    Synth* const synth = new_synth_of(info, RATE, cpu_level_best());
    set(synth, "cutoff", 600.0f);
    set(synth, "velocity", 100.0f);
    set(synth, "attack", 200.0f);
    set_if_any(synth, "string_sustain", 30.0f);
    set_if_any(synth, "ring", 30.0f);
    note_on(synth, 86, 127);
    play(synth, 20000);
    const float before = most_bent(synth, 16000, 20000);
    const float loud   = peak(synth, 16000, 20000);
    for (uint32_t i = 0; i < 32; ++i) {
      note_on(synth, 40u + i, 1);
    }
    play(synth, 1000);
    assert_true(active(synth) >= 32);
    assert_true(most_bent(synth, 20000, 21000) < before + 1e-3f);
    assert_true(peak(synth, 20000, 20100) > 0.3f * loud);
    assert_true(peak(synth, 20400, 21000) < 0.1f * loud);
    free_synth(synth);
  }
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_cuts_change_nothing),
    cmocka_unit_test(test_anything_stays_finite),
    cmocka_unit_test(test_synthesizers_are_in_tune),
    cmocka_unit_test(test_bend_moves_the_pitch_by_its_range),
    cmocka_unit_test(test_pedal_holds_notes),
    cmocka_unit_test(test_controllers_are_heard),
    cmocka_unit_test(test_velocity_is_loudness),
    cmocka_unit_test(test_drive_bends_without_folding),
    cmocka_unit_test(test_hard_sync_follows_the_first_oscillator),
    cmocka_unit_test(test_stolen_voices_fade),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
