// SPDX-License-Identifier: GPL-3.0-or-later
//
// Drums: tones end at their pitch, pads keep theirs, choke groups, cuts

#include "support/random.h"
#include "units/drum.h"
#include "units/preset_sound.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u

static Synth*
new_kit(const CpuLevel level)
{
  Synth* const kit = new_synth_of(&kit_instrument, RATE, level);
  set(kit, "pad36_level", 0.0f);
  set(kit, "pad36_tone_level", 0.0f);
  set(kit, "pad36_pitch", 50.0f);
  set(kit, "pad36_sweep", 24.0f);
  set(kit, "pad36_sweep_decay", 150.0f);
  set(kit, "pad36_tone_decay", 4000.0f);
  set(kit, "pad42_level", -6.0f);
  set(kit, "pad42_metal_level", 0.0f);
  set(kit, "pad42_metal_decay", 60.0f);
  set(kit, "pad42_choke", 1.0f);
  set(kit, "pad46_level", -6.0f);
  set(kit, "pad46_metal_level", 0.0f);
  set(kit, "pad46_metal_decay", 2000.0f);
  set(kit, "pad46_choke", 1.0f);
  set(kit, "pad39_level", -3.0f);
  set(kit, "pad39_noise_level", 0.0f);
  set(kit, "pad39_noise_decay", 300.0f);
  set(kit, "pad39_bursts", 4.0f);
  set(kit, "pad39_bits", 8.0f);
  set(kit, "pad39_drive", 60.0f);
  return kit;
}

static void
test_engines_are_found_by_name(void** const state)
{
  (void)state;
  assert_ptr_equal(instrument_find("drum"), &drum_instrument);
  assert_ptr_equal(instrument_find("kit"), &kit_instrument);
  for (uint32_t i = 0; i < kit_instrument.num_params; ++i) {
    const ParamInfo* const param = &kit_params[i];
    assert_true(param->min < param->max);
    assert_true(param->min <= param->initial && param->initial <= param->max);
    assert_int_equal(instrument_find_param(&kit_instrument, param->symbol), i);
  }
}

static void
test_a_kick_ends_at_its_pitch(void** const state)
{
  (void)state;
  Synth* const kit = new_kit(cpu_level_best());
  note_on(kit, 36, 127);
  play(kit, 96000);

  const double cents = 1200.0 * log2(partial_hz(kit, 48000, 50.0) / 50.0);
  assert_true(fabs(cents) < 1.0);
  assert_true(loudness(kit, 48000, 96000) > 0.01);

  // It began higher, by two octaves
  assert_true(partial_hz(kit, 48000, 50.0) > 49.0);
  double sum = 0.0;
  for (uint32_t f = 48000; f < 96000; ++f) {
    sum += (double)kit->frames[f].left;
  }
  assert_true(fabs(sum / 48000.0) < 1e-4);
  free_synth(kit);
}

/// Loudest frequency around some that a single drum plays for a note
static double
drum_hz(const uint32_t note, const float key, const double near)
{
  Synth* const drum = new_synth_of(&drum_instrument, RATE, cpu_level_best());
  set(drum, "tone_level", 0.0f);
  set(drum, "pitch", 200.0f);
  set(drum, "tone_decay", 6000.0f);
  set(drum, "key", key);
  note_on(drum, note, 100);
  play(drum, 48000);
  const double hz = partial_hz(drum, 12000, near);
  free_synth(drum);
  return hz;
}

static void
test_a_drum_keeps_its_pitch_whatever_the_note(void** const state)
{
  (void)state;
  assert_true(fabs(drum_hz(36, 0.0f, 200.0) - 200.0) < 0.05);
  assert_true(fabs(drum_hz(90, 0.0f, 200.0) - 200.0) < 0.05);
}

static void
test_a_drum_can_be_tuned_by_its_note(void** const state)
{
  (void)state;
  assert_true(fabs(drum_hz(69, 100.0f, 440.0) - 440.0) < 0.1);
  assert_true(fabs(drum_hz(45, 100.0f, 110.0) - 110.0) < 0.05);

  // Halfway there
  const double half = sqrt(200.0 * 440.0);
  assert_true(fabs(drum_hz(69, 50.0f, half) - half) < 0.1);
}

static void
test_tuned_notes_ring_together(void** const state)
{
  (void)state;
  Synth* const drum = new_synth_of(&drum_instrument, RATE, cpu_level_best());
  set(drum, "tone_level", 0.0f);
  set(drum, "key", 100.0f);
  note_on(drum, 60, 100);
  note_on(drum, 67, 100);
  play(drum, 4800);
  assert_int_equal(active(drum), 2);

  // The same note again takes the place of the first
  note_on(drum, 60, 100);
  play(drum, 4800);
  assert_int_equal(active(drum), 2);
  free_synth(drum);
}

static void
test_a_choke_group_ends_what_rings(void** const state)
{
  (void)state;
  Synth* const kit = new_kit(cpu_level_best());
  note_on(kit, 46, 127);
  play(kit, 9600);
  const double open = loudness(kit, 4800, 9600);
  note_on(kit, 42, 127);
  play(kit, 14400);

  // The open one alone would ring for two seconds
  assert_true(open > 0.01);
  assert_true(loudness(kit, 19200, 24000) < 1e-4 * open);
  assert_int_equal(active(kit), 0);

  // It goes within 6 ms rather than at once
  Synth* const alone = new_kit(cpu_level_best());
  note_on(alone, 46, 127);
  play(alone, 24000);
  assert_true(loudness(alone, 19200, 24000) > 0.1 * open);
  assert_memory_equal(alone->frames, kit->frames, 9600 * sizeof(Frame));
  free_synth(alone);
  free_synth(kit);
}

static void
test_pads_without_a_sound_are_silent(void** const state)
{
  (void)state;
  Synth* const kit = new_kit(cpu_level_best());
  note_on(kit, 50, 127);
  note_on(kit, 20, 127);
  note_on(kit, 120, 127);
  play(kit, 1000);
  assert_int_equal(active(kit), 0);
  assert_true(peak(kit, 0, 1000) == 0.0f);
  free_synth(kit);
}

static void
test_level_and_pan_follow_while_it_rings(void** const state)
{
  (void)state;
  Synth* const kit = new_kit(cpu_level_best());
  note_on(kit, 36, 127);
  play(kit, 4800);
  set(kit, "pad36_pan", -100.0f);
  play(kit, 9600);

  double left  = 0.0;
  double right = 0.0;
  for (uint32_t f = 9600; f < 14400; ++f) {
    left += fabs((double)kit->frames[f].left);
    right += fabs((double)kit->frames[f].right);
  }
  assert_true(left > 10.0);
  assert_true(right < 1e-3 * left);
  free_synth(kit);
}

/// Many hits at random, more than there is room for
static void
play_anything(Synth* const kit, const uint64_t seed)
{
  static const uint32_t pads[] = {36, 39, 42, 46};
  Random                random = {seed};
  for (int i = 0; i < 200; ++i) {
    note_on(kit, pads[random_below(&random, 4)], 1u + (uint32_t)i % 127u);
    if (i % 9 == 0) {
      set(kit, "pad39_level", -1.0f * (float)(i % 30));
    }
    play(kit, 1u + (uint32_t)random_below(&random, 700));
  }
}

static void
test_cuts_change_nothing(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    Random       cuts  = {7};
    Synth* const whole = new_kit(level);
    Synth* const cut   = new_kit(level);
    cut->cuts          = &cuts;
    play_anything(whole, 3);
    play_anything(cut, 3);
    assert_true(peak(whole, 0, whole->num_frames) > 0.1f);
    assert_int_equal(whole->num_frames, cut->num_frames);
    assert_memory_equal(
      whole->frames, cut->frames, whole->num_frames * sizeof(Frame));

    // After a reset it begins anew
    whole->info->reset(whole->self);
    set(whole, "pad39_level", -3.0f);
    const uint32_t num = whole->num_frames;
    whole->num_frames  = 0;
    play_anything(whole, 3);
    assert_memory_equal(whole->frames, cut->frames, num * sizeof(Frame));
    free_synth(cut);
    free_synth(whole);
  }
}

static void
test_all_off_ends_everything(void** const state)
{
  (void)state;
  Synth* const kit = new_kit(cpu_level_best());
  note_on(kit, 36, 127);
  note_on(kit, 46, 127);
  play(kit, 480);
  note_off(kit, 36);
  play(kit, 480);
  assert_int_equal(active(kit), 2);
  kit->info->all_off(kit->self);
  play(kit, 480);
  assert_int_equal(active(kit), 0);
  free_synth(kit);
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_engines_are_found_by_name),
    cmocka_unit_test(test_a_kick_ends_at_its_pitch),
    cmocka_unit_test(test_a_drum_keeps_its_pitch_whatever_the_note),
    cmocka_unit_test(test_a_drum_can_be_tuned_by_its_note),
    cmocka_unit_test(test_tuned_notes_ring_together),
    cmocka_unit_test(test_a_choke_group_ends_what_rings),
    cmocka_unit_test(test_pads_without_a_sound_are_silent),
    cmocka_unit_test(test_level_and_pan_follow_while_it_rings),
    cmocka_unit_test(test_cuts_change_nothing),
    cmocka_unit_test(test_all_off_ends_everything),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
