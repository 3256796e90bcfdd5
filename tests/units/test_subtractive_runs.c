// SPDX-License-Identifier: GPL-3.0-or-later
//
// Running the subtractive synthesizer: where runs are cut, starts, resets and
// absurd values

#include "units/synth_support.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u

/// Set a parameter to anything in its range, now and then to one of its ends
static void
set_anything(Synth* const synth, Random* const random, const uint32_t param)
{
  const ParamInfo* const info = &synth->info->params[param];
  const float            part = 0.5f + 0.5f * random_sample(random);
  const uint64_t         kind = random_below(random, 4);
  const float            at   = kind == 0 ? 0.0f : kind == 1 ? 1.0f : part;
  synth->info->set(
    synth->self, param, info->min + (info->max - info->min) * at);
}

/// Do something, the same for the same state of `random`
static void
do_anything(Synth* const synth, Random* const random)
{
  const uint32_t pitch = 24u + (uint32_t)random_below(random, 80);
  switch (random_below(random, 6)) {
    case 0:
    case 1:
      note_on(synth, pitch, 1u + (uint32_t)random_below(random, 127));
      break;
    case 2:
      for (uint32_t i = 0; i < 20; ++i) {
        note_off(synth, pitch + i);
      }
      break;
    case 3:
      // Several at one frame
      note_on(synth, pitch, 100);
      note_on(synth, pitch + 7, 100);
      note_off(synth, pitch);
      break;
    default:
      set_anything(
        synth, random, (uint32_t)random_below(random, synth->info->num_params));
      break;
  }

  if (random_below(random, 60) == 0) {
    synth->info->all_off(synth->self);
  }
}

/// Play a wild performance
static Synth*
new_performance(const CpuLevel level, const uint64_t seed, Random* const cuts)
{
  Random       random = {seed};
  Synth* const synth  = new_synth(RATE, level);
  synth->cuts         = cuts;
  synth->grid         = seed * 1000;

  // Short sounds, so that much begins and ends
  set(synth, "release", 30.0f);
  set(synth, "osc2_level", -3.0f);
  set(synth, "osc2_shape", 3.0f);
  set(synth, "mode", (float)(seed % 3));
  while (synth->num_frames < 40000) {
    do_anything(synth, &random);
    if (random_below(&random, 3)) {
      play(synth, 1u + (uint32_t)random_below(&random, 700));
    }
  }
  return synth;
}

static void
test_cuts_do_not_matter(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    for (uint64_t seed = 1; seed < 13; ++seed) {
      Random       cuts   = {seed};
      Synth* const whole  = new_performance(level, seed, NULL);
      Synth* const pieces = new_performance(level, seed, &cuts);
      assert_int_equal(whole->num_frames, pieces->num_frames);
      assert_memory_equal(
        whole->frames, pieces->frames, whole->num_frames * sizeof(Frame));
      assert_true(peak(whole, 0, whole->num_frames) > 0.1f);
      free_synth(whole);
      free_synth(pieces);
    }
  }
}

static void
test_single_frames_are_enough(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    Synth* const whole  = new_synth(RATE, level);
    Synth* const single = new_synth(RATE, level);
    for (int i = 0; i < 2; ++i) {
      Synth* const synth = i ? single : whole;
      set(synth, "lfo_pitch", 50.0f);
      set(synth, "osc1_shape", 3.0f);
      set(synth, "lfo_width", 30.0f);
      note_on(synth, 60, 100);
      for (uint32_t f = 0; f < 5000; f += i ? 1 : 100) {
        play(synth, i ? 1 : 100);
      }
    }
    assert_memory_equal(whole->frames, single->frames, 5000 * sizeof(Frame));
    free_synth(whole);
    free_synth(single);
  }
}

static void
test_a_performance_is_finite_and_within_bounds(void** const state)
{
  (void)state;
  for (uint64_t seed = 20; seed < 40; ++seed) {
    Synth* const synth = new_performance(cpu_level_best(), seed, NULL);
    for (uint32_t f = 0; f < synth->num_frames; ++f) {
      assert_true(isfinite(synth->frames[f].left));
      assert_true(isfinite(synth->frames[f].right));
    }

    // Three sources and noise, 32 voices and more, 12 dB and resonance
    assert_true(peak(synth, 0, synth->num_frames) < 64 * 4 * 4 * 16);
    free_synth(synth);
  }
}

static void
test_notes_start_on_their_frame(void** const state)
{
  (void)state;
  Random random = {5};
  for (int shape = 0; shape < 4; ++shape) {
    for (int i = 0; i < 50; ++i) {
      Synth* const synth = new_synth(RATE, cpu_level_best());
      set(synth, "osc1_shape", (float)shape);
      set(synth, "phase", i % 2 ? 100.0f : 0.0f);
      set(synth, "attack", 1.0f + (float)i);
      const uint32_t at = (uint32_t)random_below(&random, 1000);
      play(synth, at);
      note_on(synth, 36u + (uint32_t)i, 100);
      play(synth, 64);
      assert_true(peak(synth, 0, at) == 0.0f);
      assert_true(peak(synth, at, at + 2) > 0.0f);

      // And without a click: no faster than the attack
      assert_true(peak(synth, at, at + 2) < 0.03f / (1.0f + (float)i));
      free_synth(synth);
    }
  }
}

static void
test_short_attacks_do_not_wait_for_the_grid(void** const state)
{
  (void)state;
  for (uint32_t place = 0; place < 32; ++place) {
    Synth* const synth = new_synth(RATE, cpu_level_best());
    set(synth, "osc1_shape", 3.0f);
    set(synth, "attack", 0.5f);
    play(synth, place);
    note_on(synth, 48, 127);
    play(synth, 128);
    assert_true(peak(synth, place, place + 64) > 0.3f);
    assert_true(peak(synth, place, place + 16) > 0.05f);
    free_synth(synth);
  }
}

static void
test_reset_begins_anew(void** const state)
{
  (void)state;
  Synth* const synth = new_synth(RATE, cpu_level_best());
  set(synth, "lfo_cutoff", 20.0f);
  set(synth, "cutoff", 1000.0f);
  set(synth, "noise_level", -12.0f);
  set(synth, "unison", 3.0f);
  set(synth, "spread", 60.0f);
  for (int i = 0; i < 2; ++i) {
    for (uint32_t pitch = 40; pitch < 60; pitch += 3) {
      note_on(synth, pitch, 90);
      play(synth, 320);
    }
    play(synth, 20000 - synth->num_frames % 20000);

    // In full flight, with a parameter on its way
    if (!i) {
      set(synth, "cutoff", 3000.0f);
      play(synth, 100);
      set(synth, "cutoff", 1000.0f);
      synth->info->reset(synth->self);
      assert_int_equal(active(synth), 0);
      synth->num_frames = 20000;
    }
  }
  assert_memory_equal(
    synth->frames, synth->frames + 20000, 20000 * sizeof(Frame));
  free_synth(synth);
}

static void
test_silence_is_exact(void** const state)
{
  (void)state;
  Synth* const synth = new_synth(RATE, cpu_level_best());
  set(synth, "noise_level", 0.0f);
  set(synth, "release", 50.0f);
  memset(synth->frames, 1, 1000 * sizeof(Frame));
  play(synth, 1000);
  assert_true(peak(synth, 0, 1000) == 0.0f);
  assert_int_equal(active(synth), 0);

  for (uint32_t i = 0; i < 10; ++i) {
    note_on(synth, 40 + i, 100);
  }
  play(synth, 10000);
  synth->info->all_off(synth->self);
  play(synth, 2400 + 96);
  assert_int_equal(active(synth), 0);
  play(synth, 1000);
  const uint32_t end = synth->num_frames;
  assert_true(peak(synth, end - 1000, end) == 0.0f);
  free_synth(synth);
}

static void
test_stride_reaches_only_its_frames(void** const state)
{
  (void)state;
  Synth* const synth = new_synth(RATE, cpu_level_best());
  LaneBlock*   block = (LaneBlock*)new_aligned(sizeof(LaneBlock));
  note_on(synth, 60, 100);
  synth->info->run(synth->self,
                   &block->left[0][3],
                   &block->right[0][3],
                   LANES,
                   0,
                   BLOCK_FRAMES);
  bool sounds = false;
  for (uint32_t f = 0; f < BLOCK_FRAMES; ++f) {
    for (uint32_t lane = 0; lane < LANES; ++lane) {
      if (lane != 3) {
        assert_true(block->left[f][lane] == 0.0f);
        assert_true(block->right[f][lane] == 0.0f);
      }
    }
    sounds = sounds || block->left[f][3] != 0.0f;
  }
  assert_true(sounds);
  free(block);
  free_synth(synth);
}

static void
test_absurd_values_leave_no_trace(void** const state)
{
  (void)state;
  const float absurd[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f};

  Synth* const fresh = new_synth(RATE, cpu_level_best());
  note_on(fresh, 60, 100);
  play(fresh, 10000);

  Synth* const synth = new_synth(RATE, cpu_level_best());
  for (uint32_t i = 0; i < 5; ++i) {
    for (uint32_t p = 0; p < synth->info->num_params + 2; ++p) {
      synth->info->set(synth->self, p, absurd[i]);
    }
    note_on(synth, 60, 100);
    play(synth, 3000);
    for (uint32_t f = 0; f < synth->num_frames; ++f) {
      assert_true(isfinite(synth->frames[f].left));
    }
  }

  for (uint32_t p = 0; p < synth->info->num_params; ++p) {
    synth->info->set(synth->self, p, synth->info->params[p].initial);
  }
  synth->info->reset(synth->self);
  synth->num_frames = 0;
  note_on(synth, 60, 100);
  play(synth, 10000);
  assert_memory_equal(fresh->frames, synth->frames, 10000 * sizeof(Frame));
  free_synth(fresh);
  free_synth(synth);
}

static void
test_changes_glide_on_sounding_voices(void** const state)
{
  (void)state;
  const InstrumentInfo* const info = instrument_find("subtractive");

  for (uint32_t p = 0; p < info->num_params; ++p) {
    // Noise has steps of its own
    if (p == (uint32_t)instrument_find_param(info, "noise_level")) {
      continue;
    }

    Synth* const synth = new_synth(RATE, cpu_level_best());
    set(synth, "osc1_shape", 0.0f);
    set(synth, "osc2_shape", 0.0f);
    set(synth, "osc2_level", -6.0f);
    set(synth, "osc1_octave", -1.0f);
    set(synth, "cutoff", 2000.0f);
    set(synth, "resonance", 0.3f);
    set(synth, "lfo_shape", 0.0f);
    note_on(synth, 48, 127);
    play(synth, 4800);

    // From one end to the other; from sine to triangle, which has no steps
    const bool is_shape = strstr(info->params[p].symbol, "osc") &&
                          strstr(info->params[p].symbol, "shape");
    const float high = is_shape ? 1.0f : info->params[p].max;
    info->set(synth->self, p, info->params[p].min);
    play(synth, 4807);
    info->set(synth->self, p, high);
    play(synth, 4807);
    info->set(synth->self, p, info->params[p].min);
    play(synth, 4807);

    const float bound = is_shape ? 0.05f : 0.3f;
    for (uint32_t f = 1; f < synth->num_frames; ++f) {
      const float step =
        fabsf(synth->frames[f].left - synth->frames[f - 1].left);
      if (step > bound) {
        fail_msg("%s: a step of %g", info->params[p].symbol, (double)step);
      }
    }
    free_synth(synth);
  }
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_cuts_do_not_matter),
    cmocka_unit_test(test_single_frames_are_enough),
    cmocka_unit_test(test_a_performance_is_finite_and_within_bounds),
    cmocka_unit_test(test_notes_start_on_their_frame),
    cmocka_unit_test(test_short_attacks_do_not_wait_for_the_grid),
    cmocka_unit_test(test_reset_begins_anew),
    cmocka_unit_test(test_silence_is_exact),
    cmocka_unit_test(test_stride_reaches_only_its_frames),
    cmocka_unit_test(test_absurd_values_leave_no_trace),
    cmocka_unit_test(test_changes_glide_on_sounding_voices),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
