// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which voices sound: polyphony, stealing, one voice at a time

#include "units/synth_support.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define RATE 48000u

/// Notes that are all held at once
#define MOST_VOICES 32u

/// Frames over which a stolen voice fades, to the next grid points
#define FADE_FRAMES (240u + 64u)

static double
pitch_hz(const double pitch)
{
  return 440.0 * exp2((pitch - 69.0) / 12.0);
}

/// Size of a sine of a pitch over some frames: its amplitude, if it is alone
static double
size_of(const Synth* const synth,
        const double       pitch,
        const uint32_t     from,
        const uint32_t     n)
{
  const double turn = 2.0 * M_PI * pitch_hz(pitch) / RATE;

  double re = 0.0;
  double im = 0.0;
  for (uint32_t f = 0; f < n; ++f) {
    const double hann = 1.0 - cos(2.0 * M_PI * (double)f / (double)n);
    const double x    = (double)synth->frames[from + f].left * hann;
    re += x * cos(turn * (double)(from + f));
    im += x * sin(turn * (double)(from + f));
  }
  return 2.0 * hypot(re, im) / (double)n;
}

static Synth*
new_sines(void)
{
  Synth* const synth = new_synth(RATE, cpu_level_best());
  set(synth, "osc1_shape", 0.0f);
  set(synth, "release", 2000.0f);
  return synth;
}

/// Hold as many notes as there are voices, from C3 on
static void
hold_all(Synth* const synth, const uint32_t velocity)
{
  for (uint32_t i = 0; i < MOST_VOICES; ++i) {
    note_on(synth, 48 + i, velocity);
    play(synth, 100);
  }
}

static void
test_32_notes_sound_together(void** const state)
{
  (void)state;
  Synth* const synth = new_sines();
  hold_all(synth, 127);
  assert_int_equal(active(synth), MOST_VOICES);
  play(synth, 100000);
  for (uint32_t i = 0; i < MOST_VOICES; ++i) {
    const double size = size_of(synth, 48 + i, 6000, 90000);
    assert_true(fabs(size - 0.4) < 0.01);
  }
  free_synth(synth);
}

static void
test_what_is_released_is_stolen_first(void** const state)
{
  (void)state;
  Synth* const synth = new_sines();
  hold_all(synth, 127);
  note_off(synth, 60);
  note_off(synth, 55);
  play(synth, 500);

  // First the older of the released ones, then the other, then the oldest
  const uint32_t stolen[] = {55, 60, 48};
  for (uint32_t i = 0; i < 3; ++i) {
    note_on(synth, 90 + i, 127);
    play(synth, FADE_FRAMES);
    const uint32_t from = synth->num_frames;
    play(synth, 40000);
    assert_int_equal(active(synth), MOST_VOICES);
    for (uint32_t pitch = 48; pitch < 48 + MOST_VOICES; ++pitch) {
      const bool gone = pitch == stolen[0] || (i > 0 && pitch == stolen[1]) ||
                        (i > 1 && pitch == stolen[2]);
      const bool   released = pitch == 60;
      const double size     = size_of(synth, pitch, from, 40000);
      assert_true(gone ? size < 0.01 : size > (released ? 0.02 : 0.35));
    }
    assert_true(size_of(synth, 90 + i, from, 40000) > 0.35);
  }
  free_synth(synth);
}

static void
test_a_stolen_voice_fades(void** const state)
{
  (void)state;

  // One loud voice among faint ones is the oldest
  Synth* const synth = new_sines();
  set(synth, "velocity", 100.0f);
  note_on(synth, 40, 127);
  play(synth, 10);
  for (uint32_t i = 1; i < MOST_VOICES; ++i) {
    note_on(synth, 60 + i, 1);
  }
  play(synth, 4790);
  const uint32_t at = synth->num_frames;
  note_on(synth, 100, 1);
  play(synth, 2400);

  // A step would be a bend of its size.  There is the sine's own bend, and that
  // where the straight fade of 0.4 over 240 frames begins and ends; more than
  // -70 dB is not left for a step.
  const double bend = 0.4 / 240.0 + 0.4 * pow(2.0 * M_PI * 82.4 / RATE, 2.0);
  for (uint32_t f = at - 1000; f < at + 2000; ++f) {
    const double a = (double)synth->frames[f - 1].left;
    const double b = (double)synth->frames[f].left;
    const double c = (double)synth->frames[f + 1].left;
    assert_true(fabs(a - 2.0 * b + c) < bend + 0.0003);
  }

  // After 3 ms some is left, soon after 5 ms nothing
  assert_true(peak(synth, at + 100, at + 190) > 0.08f);
  assert_true(peak(synth, at + FADE_FRAMES, at + 2000) < 0.01f);
  assert_int_equal(active(synth), MOST_VOICES);
  free_synth(synth);
}

static void
test_many_stolen_at_once_fade_all(void** const state)
{
  (void)state;

  // A chord of eight notes of four voices over another one
  Synth* const synth = new_sines();
  set(synth, "unison", 4.0f);
  set(synth, "unison_detune", 0.0f);
  for (uint32_t i = 0; i < 8; ++i) {
    note_on(synth, 36 + i, 127);
  }
  play(synth, 9600);
  assert_int_equal(active(synth), MOST_VOICES);
  const float before = peak(synth, 4800, 9600);

  for (uint32_t i = 0; i < 8; ++i) {
    note_on(synth, 48 + i, 127);
  }
  play(synth, 1);
  assert_int_equal(active(synth), 2 * MOST_VOICES);
  play(synth, 9599);
  assert_int_equal(active(synth), MOST_VOICES);

  // Low sines: no step is near to what a cut would make
  for (uint32_t f = 9400; f < 10200; ++f) {
    const float step = synth->frames[f].left - synth->frames[f - 1].left;
    assert_true(fabsf(step) < 0.04f * before);
  }
  free_synth(synth);
}

static void
test_more_notes_than_lanes_do_no_harm(void** const state)
{
  (void)state;
  Synth* const synth = new_sines();
  for (uint32_t i = 0; i < 300; ++i) {
    note_on(synth, 20 + i % 100, 100);
  }
  assert_true(active(synth) <= 2 * MOST_VOICES);
  play(synth, 4800);
  assert_int_equal(active(synth), MOST_VOICES);
  for (uint32_t f = 0; f < 4800; ++f) {
    assert_true(isfinite(synth->frames[f].left));
  }
  for (uint32_t i = 0; i < 300; ++i) {
    note_off(synth, 20 + i % 100);
  }
  play(synth, 96000 + 64);
  assert_int_equal(active(synth), 0);
  free_synth(synth);
}

static void
test_notes_end_by_their_keys(void** const state)
{
  (void)state;
  Synth* const synth = new_sines();
  set(synth, "release", 10.0f);
  const Note notes[] = {{7, 60, 100, 1}, {8, 60, 100, 2}};
  synth->info->note_on(synth->self, &notes[0]);
  synth->info->note_on(synth->self, &notes[1]);
  play(synth, 1000);
  assert_int_equal(active(synth), 2);
  synth->info->note_off(synth->self, 7);
  synth->info->note_off(synth->self, 99);
  play(synth, 1000);
  assert_int_equal(active(synth), 1);
  synth->info->note_off(synth->self, 8);
  play(synth, 1000);
  assert_int_equal(active(synth), 0);
  free_synth(synth);
}

static void
test_a_voice_does_not_hear_the_others(void** const state)
{
  (void)state;

  // What a note adds to others is what it is alone
  Synth* const both  = new_synth(RATE, cpu_level_best());
  Synth* const one   = new_synth(RATE, cpu_level_best());
  Synth* const two   = new_synth(RATE, cpu_level_best());
  Synth* const all[] = {both, one, two};
  for (int i = 0; i < 3; ++i) {
    set(all[i], "filter_env", 30.0f);
    set(all[i], "cutoff", 500.0f);
    if (i != 2) {
      note_on(all[i], 50, 110);
    }
    play(all[i], 777);
    if (i != 1) {
      note_on(all[i], 57, 70);
    }
    play(all[i], 20000);
  }

  for (uint32_t f = 0; f < both->num_frames; ++f) {
    const float sum = one->frames[f].left + two->frames[f].left;
    assert_true(fabsf(both->frames[f].left - sum) < 1e-6f);
  }
  for (int i = 0; i < 3; ++i) {
    free_synth(all[i]);
  }
}

static void
test_one_voice_goes_back_to_the_note_before(void** const state)
{
  (void)state;
  for (int mode = 1; mode < 3; ++mode) {
    Synth* const synth = new_sines();
    set(synth, "mode", (float)mode);
    note_on(synth, 60, 127);
    play(synth, 10000);
    note_on(synth, 67, 127);
    play(synth, 10000);
    assert_int_equal(active(synth), 1);
    note_off(synth, 67);
    play(synth, 10000);
    assert_int_equal(active(synth), 1);
    note_off(synth, 60);
    play(synth, 10000);

    const uint32_t pitches[] = {60, 67, 60};
    for (uint32_t i = 0; i < 3; ++i) {
      const uint32_t from = 10000 * i + 1000;
      assert_true(size_of(synth, pitches[i], from, 8800) > 0.35);
      assert_true(size_of(synth, i == 1 ? 60 : 67, from, 8800) < 0.02);
    }
    free_synth(synth);
  }
}

static void
test_legato_does_not_start_envelopes_anew(void** const state)
{
  (void)state;
  for (int mode = 1; mode < 3; ++mode) {
    Synth* const synth = new_sines();
    set(synth, "mode", (float)mode);
    set(synth, "decay", 50.0f);
    set(synth, "sustain", 10.0f);
    note_on(synth, 72, 127);
    play(synth, 9600);
    note_on(synth, 79, 127);
    play(synth, 4800);

    const float again = peak(synth, 9600, 14400);
    assert_true(mode == 1 ? again > 0.35f : again < 0.05f);

    // Going over is without a step
    for (uint32_t f = 9500; f < 9700; ++f) {
      const float step = synth->frames[f].left - synth->frames[f - 1].left;
      assert_true(fabsf(step) < 0.03f);
    }
    free_synth(synth);
  }
}

static void
test_glide_is_even_and_takes_its_time(void** const state)
{
  (void)state;
  Synth* const synth = new_sines();
  set(synth, "mode", 1.0f);
  set(synth, "glide", 200.0f);
  note_on(synth, 72, 127);
  play(synth, 4800);
  note_on(synth, 84, 127);
  play(synth, 14400);

  // Frequency at points of the way by the distance of zeros
  const double parts[] = {0.25, 0.5, 0.75, 1.1};
  for (int i = 0; i < 4; ++i) {
    const uint32_t middle = 4800 + (uint32_t)(9600.0 * parts[i]);
    double         first  = 0.0;
    double         last   = 0.0;
    uint32_t       turns  = 0;
    for (uint32_t f = middle - 240; f < middle + 240; ++f) {
      const double a = (double)synth->frames[f - 1].left;
      const double b = (double)synth->frames[f].left;
      if (a <= 0.0 && b > 0.0) {
        last  = (double)f - b / (b - a);
        first = turns ? first : last;
        ++turns;
      }
    }
    const double hz    = (turns - 1u) * RATE / (last - first);
    const double pitch = 69.0 + 12.0 * log2(hz / 440.0);
    assert_true(fabs(pitch - (72.0 + 12.0 * fmin(parts[i], 1.0))) < 0.15);
  }
  free_synth(synth);
}

static void
test_one_voice_can_be_several(void** const state)
{
  (void)state;
  Synth* const synth = new_sines();
  set(synth, "mode", 2.0f);
  set(synth, "unison", 3.0f);
  note_on(synth, 60, 127);
  play(synth, 1000);
  note_on(synth, 64, 127);
  play(synth, 1000);
  assert_int_equal(active(synth), 3);
  free_synth(synth);
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_32_notes_sound_together),
    cmocka_unit_test(test_what_is_released_is_stolen_first),
    cmocka_unit_test(test_a_stolen_voice_fades),
    cmocka_unit_test(test_many_stolen_at_once_fade_all),
    cmocka_unit_test(test_more_notes_than_lanes_do_no_harm),
    cmocka_unit_test(test_notes_end_by_their_keys),
    cmocka_unit_test(test_a_voice_does_not_hear_the_others),
    cmocka_unit_test(test_one_voice_goes_back_to_the_note_before),
    cmocka_unit_test(test_legato_does_not_start_envelopes_anew),
    cmocka_unit_test(test_glide_is_even_and_takes_its_time),
    cmocka_unit_test(test_one_voice_can_be_several),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
