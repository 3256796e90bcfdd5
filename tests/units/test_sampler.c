// SPDX-License-Identifier: GPL-3.0-or-later
//
// The sampler: pitch, loops, layers, choke groups, stealing

#include "support/random.h"
#include "units/instrument.h"
#include "units/sampler.h"
#include "units/spectrum.h"
#include "units/synth_support.h"
#include "units/unit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u

/// A recording of a sine
static SamplerAudio
sine(const uint32_t frames, const uint32_t rate, const double hz)
{
  SamplerAudio audio;
  assert_true(sampler_audio_init(&audio, frames, 1, rate));
  for (uint32_t i = 0; i < frames; ++i) {
    audio.sides[0][i] = (float)(0.5 * sin(2.0 * M_PI * hz * i / rate));
  }
  return audio;
}

/// A recording that is one number throughout
static SamplerAudio
constant(const uint32_t frames, const float level)
{
  SamplerAudio audio;
  assert_true(sampler_audio_init(&audio, frames, 1, RATE));
  for (uint32_t i = 0; i < frames; ++i) {
    audio.sides[0][i] = level;
  }
  return audio;
}

/// A sampler that plays a map, which it owns from here on
static Synth*
new_sampler(const InstrumentInfo* const info, SamplerMap* const map)
{
  assert_non_null(map);
  Synth* const synth = new_synth_of(info, RATE, cpu_level_best());
  info->load(synth->self, map);
  return synth;
}

static SamplerMap*
map_of(const SamplerZone* const  zones,
       const uint32_t            num_zones,
       const SamplerAudio* const audio,
       const uint32_t            num_audio)
{
  return sampler_map_new(zones, num_zones, audio, num_audio);
}

/// The frequency of the loudest partial, by three places of the spectrum
static double
loudest_hz(const Synth* const synth, const uint32_t from)
{
  double* const spectrum = new_spectrum(&synth->frames[from].left, 2);
  uint32_t      most     = 16;
  for (uint32_t i = 16; i < SPECTRUM_FRAMES / 2 - 1; ++i) {
    most = spectrum[i] > spectrum[most] ? i : most;
  }

  // Between places the fourth power of Hann's window is nearly a parabola
  const double a     = log(spectrum[most - 1]);
  const double b     = log(spectrum[most]);
  const double c     = log(spectrum[most + 1]);
  const double shift = 0.5 * (a - c) / (a - 2.0 * b + c);
  free(spectrum);
  return ((double)most + shift) * RATE / SPECTRUM_FRAMES;
}

static double
cents(const double hz, const double of)
{
  return 1200.0 * log2(hz / of);
}

static void
test_what_was_recorded_is_what_is_heard(void** const state)
{
  (void)state;
  SamplerAudio audio;
  assert_true(sampler_audio_init(&audio, 2000, 2, RATE));
  for (uint32_t i = 0; i < 2000; ++i) {
    audio.sides[0][i] = 0.3f * sinf((float)(i * i) * 1e-4f);
    audio.sides[1][i] = 0.3f * cosf((float)i * 0.31f);
  }
  float left[2000];
  float right[2000];
  memcpy(left, audio.sides[0], sizeof(left));
  memcpy(right, audio.sides[1], sizeof(right));

  SamplerMap* const map   = map_of(&sampler_zone_initial, 1, &audio, 1);
  Synth* const      synth = new_sampler(&sampler_instrument, map);
  play(synth, 77);
  note_on(synth, 60, 127);
  play(synth, 3000);
  for (uint32_t i = 0; i < 1800; ++i) {
    assert_true(fabsf(synth->frames[77 + i].left - left[i]) < 1e-6f);
    assert_true(fabsf(synth->frames[77 + i].right - right[i]) < 1e-6f);
  }
  assert_int_equal(active(synth), 0);
  free_synth(synth);
  sampler_map_release(map);
}

/// A note is in tune, and what is not the tone is low
static void
check_tone(const uint32_t rate,
           const double   hz,
           const uint32_t pitch,
           const double   most_db)
{
  SamplerAudio audio = sine(rate * 2u, rate, hz);
  SamplerZone  zone  = sampler_zone_initial;
  zone.loop          = LOOP_FORWARD;
  zone.loop_start    = rate / 2u;
  zone.loop_end      = rate / 2u + rate;

  SamplerMap* const map   = map_of(&zone, 1, &audio, 1);
  Synth* const      synth = new_sampler(&sampler_instrument, map);
  note_on(synth, pitch, 127);
  play(synth, 8192 + SPECTRUM_FRAMES);

  const double expected = hz * exp2(((double)pitch - 60.0) / 12.0);
  const double off      = cents(loudest_hz(synth, 8192), expected);
  if (fabs(off) > 1.0) {
    fail_msg("%u Hz, %g Hz, pitch %u: %g cents off", rate, hz, pitch, off);
  }

  double* const spectrum = new_spectrum(&synth->frames[8192].left, 2);
  const double  tone     = expected * SPECTRUM_FRAMES / RATE;
  double        carrier  = 0.0;
  double        other    = 0.0;
  for (uint32_t i = 4; i < 16000u * SPECTRUM_FRAMES / RATE; ++i) {
    double* const most = fabs((double)i - tone) < 12.0 ? &carrier : &other;
    *most              = fmax(*most, spectrum[i]);
  }
  const double db = 20.0 * log10(other / carrier);
  if (db > most_db) {
    fail_msg("%u Hz, %g Hz, pitch %u: %g dBc", rate, hz, pitch, db);
  }
  free(spectrum);
  free_synth(synth);
  sampler_map_release(map);
}

static void
test_pitches_are_in_tune_and_clean(void** const state)
{
  (void)state;
  check_tone(48000, 440.0, 60, -90.0);
  check_tone(48000, 440.0, 72, -75.0);
  check_tone(48000, 440.0, 84, -75.0);
  check_tone(48000, 440.0, 61, -75.0);
  check_tone(44100, 1000.0, 43, -75.0);
  check_tone(44100, 5000.0, 60, -75.0);
  check_tone(22050, 3000.0, 55, -75.0);
  check_tone(96000, 2000.0, 67, -75.0);
}

static void
test_what_is_too_high_does_not_fold(void** const state)
{
  (void)state;

  // A tone that would be above half of the rate, played with a lower one
  for (uint32_t pitch = 61; pitch <= 84; pitch += 3u) {
    SamplerAudio audio = sine(RATE * 4u, RATE, 750.0);
    const double speed = exp2((pitch - 60.0) / 12.0);
    const double high  = 26000.0 / speed;
    for (uint32_t i = 0; high < 23500.0 && i < audio.frames; ++i) {
      audio.sides[0][i] += (float)(0.4 * sin(2.0 * M_PI * high * i / RATE));
    }
    SamplerZone zone        = sampler_zone_initial;
    zone.loop               = LOOP_FORWARD;
    zone.loop_start         = RATE;
    zone.loop_end           = 3u * RATE;
    SamplerMap* const map   = map_of(&zone, 1, &audio, 1);
    Synth* const      synth = new_sampler(&sampler_instrument, map);
    note_on(synth, pitch, 127);
    play(synth, 8192 + SPECTRUM_FRAMES);

    double* const spectrum = new_spectrum(&synth->frames[8192].left, 2);
    const double  tone     = 750.0 * speed * SPECTRUM_FRAMES / RATE;
    double        carrier  = 0.0;
    double        other    = 0.0;
    for (uint32_t i = 4; i < 16000u * SPECTRUM_FRAMES / RATE; ++i) {
      double* const most = fabs((double)i - tone) < 12.0 ? &carrier : &other;
      *most              = fmax(*most, spectrum[i]);
    }
    const double db = 20.0 * log10(other / carrier);
    if (db > -70.0) {
      fail_msg("Pitch %u: %g dBc", pitch, db);
    }
    free(spectrum);
    free_synth(synth);
    sampler_map_release(map);
  }
}

static void
test_loops_go_on_as_if_there_were_no_end(void** const state)
{
  (void)state;
  static const uint32_t lengths[] = {4, 24, 96, 4800};
  for (uint32_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); ++i) {
    // As many whole periods as make the shortest one fit
    const uint32_t length   = lengths[i];
    const double   hz       = (double)RATE / (length < 96u ? length : 96u);
    SamplerAudio   audio    = sine(6000, RATE, hz);
    SamplerZone    zone     = sampler_zone_initial;
    zone.loop               = LOOP_FORWARD;
    zone.loop_start         = 960;
    zone.loop_end           = 960 + length;
    zone.end                = zone.loop_end;
    SamplerMap* const map   = map_of(&zone, 1, &audio, 1);
    Synth* const      synth = new_sampler(&sampler_instrument, map);
    set(synth, "release", 5.0f);
    note_on(synth, 60, 127);
    play(synth, 40000);
    for (uint32_t f = 100; f < 40000; ++f) {
      const double expected = 0.5 * sin(2.0 * M_PI * hz * f / RATE);
      if (fabs((double)synth->frames[f].left - expected) > 1e-4) {
        fail_msg("Loop of %u: %g and not %g in frame %u",
                 length,
                 (double)synth->frames[f].left,
                 expected,
                 f);
      }
    }
    note_off(synth, 60);
    play(synth, 4000);
    assert_int_equal(active(synth), 0);
    free_synth(synth);
    sampler_map_release(map);
  }
}

static void
test_a_loop_until_release_goes_on_to_the_end(void** const state)
{
  (void)state;
  SamplerAudio audio = constant(4000, 0.25f);
  for (uint32_t i = 2000; i < 4000; ++i) {
    audio.sides[0][i] = 0.5f;
  }
  SamplerZone zone        = sampler_zone_initial;
  zone.loop               = LOOP_UNTIL_RELEASE;
  zone.loop_start         = 500;
  zone.loop_end           = 1500;
  SamplerMap* const map   = map_of(&zone, 1, &audio, 1);
  Synth* const      synth = new_sampler(&sampler_instrument, map);
  set(synth, "release", 20000.0f);
  note_on(synth, 60, 127);
  play(synth, 20000);
  assert_true(peak(synth, 1000, 20000) < 0.26f);
  note_off(synth, 60);
  play(synth, 4800);
  assert_true(peak(synth, 20000, 24000) > 0.4f);
  assert_int_equal(active(synth), 0);
  free_synth(synth);
  sampler_map_release(map);
}

static void
test_a_one_shot_does_not_mind_its_note(void** const state)
{
  (void)state;
  SamplerAudio audio    = constant(9600, 0.25f);
  SamplerZone  zones[2] = {sampler_zone_initial, sampler_zone_initial};
  zones[0].one_shot     = true;
  zones[0].high_key     = 60;
  zones[1].low_key      = 61;
  zones[1].key_track    = 0.0f;

  SamplerMap* const map   = map_of(zones, 2, &audio, 1);
  Synth* const      synth = new_sampler(&sampler_instrument, map);
  set(synth, "release", 20.0f);
  note_on(synth, 60, 127);
  play(synth, 100);
  note_off(synth, 60);
  play(synth, 10000);
  assert_true(fabsf(synth->frames[9000].left - 0.25f) < 1e-4f);
  assert_int_equal(active(synth), 0);

  note_on(synth, 61, 127);
  play(synth, 100);
  note_off(synth, 61);
  play(synth, 3000);
  assert_int_equal(active(synth), 0);
  free_synth(synth);
  sampler_map_release(map);
}

static void
test_layers_follow_velocity_and_turns(void** const state)
{
  (void)state;
  SamplerAudio audio[4];
  SamplerZone  zones[4];
  for (uint32_t i = 0; i < 4; ++i) {
    audio[i]          = constant(4000, 0.1f * (float)(i + 1u));
    zones[i]          = sampler_zone_initial;
    zones[i].audio    = i;
    zones[i].velocity = 0.0f;
  }
  zones[0].high_velocity = 63;
  zones[1].low_velocity  = 64;
  zones[1].high_velocity = 100;
  zones[2].low_velocity = zones[3].low_velocity = 101;
  zones[2].turns = zones[3].turns = 2;
  zones[3].turn                   = 1;

  SamplerMap* const     map          = map_of(zones, 4, audio, 4);
  Synth* const          synth        = new_sampler(&sampler_instrument, map);
  static const uint32_t velocities[] = {1, 63, 64, 100, 127, 127, 127};
  static const float    levels[] = {0.1f, 0.1f, 0.2f, 0.2f, 0.3f, 0.4f, 0.3f};
  for (uint32_t i = 0; i < 7; ++i) {
    // The turns are those of the key
    const uint32_t pitch = i < 4 ? 48 : 60;
    const uint32_t from  = synth->num_frames;
    note_on(synth, pitch, velocities[i]);
    play(synth, 1000);
    note_off(synth, pitch);
    play(synth, 9000);
    assert_true(fabsf(synth->frames[from + 900].left - levels[i]) < 1e-3f);
    assert_int_equal(active(synth), 0);
  }
  free_synth(synth);
  sampler_map_release(map);
}

static void
test_choke_groups_fade_each_other(void** const state)
{
  (void)state;
  SamplerAudio audio    = constant(48000, 0.25f);
  SamplerZone  zones[3] = {
     sampler_zone_initial, sampler_zone_initial, sampler_zone_initial};
  for (uint32_t i = 0; i < 3; ++i) {
    zones[i].low_key = zones[i].high_key = (uint8_t)(42u + i);
    zones[i].key_track                   = 0.0f;
    zones[i].one_shot                    = true;
  }
  SamplerMap* const map   = map_of(zones, 3, &audio, 1);
  Synth* const      synth = new_sampler(&sample_kit_instrument, map);
  for (uint32_t i = 0; i < 3; ++i) {
    char symbol[32];
    snprintf(symbol, sizeof(symbol), "pad%u_level", 42u + i);
    set(synth, symbol, 0.0f);
  }
  set(synth, "pad42_choke", 1.0f);
  set(synth, "pad44_choke", 1.0f);

  note_on(synth, 42, 127);
  note_on(synth, 43, 127);
  play(synth, 1000);
  assert_int_equal(active(synth), 2);
  note_on(synth, 44, 127);
  play(synth, 1000);
  assert_int_equal(active(synth), 2);

  // No step above -60 dBFS: the one that goes fades over 3 ms or more
  for (uint32_t f = 1002; f < 1900; ++f) {
    const float step = synth->frames[f].left - synth->frames[f - 1].left;
    assert_true(fabsf(step) < 0.001f);
  }
  assert_true(fabsf(synth->frames[1900].left - 0.5f) < 1e-3f);
  free_synth(synth);
  sampler_map_release(map);
}

/// Many notes on zones of all kinds
static void
play_random(Synth* const synth, const uint64_t seed)
{
  Random random = {seed};
  for (uint32_t i = 0; i < 400; ++i) {
    const uint32_t pitch = 30u + random_below(&random, 70);
    const uint32_t kind  = random_below(&random, 8);
    if (kind == 0) {
      synth->info->control(
        synth->self, CONTROL_CC, CONTROL_SUSTAIN, (float)(i & 1u));
    } else if (kind == 1) {
      synth->info->control(
        synth->self, CONTROL_BEND, 0, (float)random_below(&random, 3) - 1.0f);
    } else if (kind < 4) {
      note_off(synth, pitch);
    } else {
      note_on(synth, pitch, 1u + random_below(&random, 127));
    }
    play(synth, random_below(&random, 200));
    assert_true(active(synth) <= 96);
  }
}

static void
test_a_run_may_be_cut_anywhere(void** const state)
{
  (void)state;
  SamplerAudio audio[2] = {sine(30000, 44100, 440.0), sine(9000, 48000, 900.0)};
  SamplerZone  zones[4];
  for (uint32_t i = 0; i < 4; ++i) {
    zones[i]             = sampler_zone_initial;
    zones[i].audio       = i % 2u;
    zones[i].low_key     = (uint8_t)(i * 20u);
    zones[i].loop_start  = 1000u + i;
    zones[i].loop_end    = 5000u + 17u * i;
    zones[i].loop        = (SamplerLoop)(i % 3u);
    zones[i].choke       = i == 3;
    zones[i].cutoff      = i == 2 ? 900.0f : 0.0f;
    zones[i].resonance   = 6.0f;
    zones[i].mod_cutoff  = 20.0f;
    zones[i].mod_pitch   = i == 1 ? 2.0f : 0.0f;
    zones[i].mod.attack  = 0.02f;
    zones[i].mod.decay   = 0.1f;
    zones[i].mod.sustain = 0.2f;
    zones[i].amp =
      (SamplerEnvelope){0.001f * (float)i, 0.003f, 0.01f, 0.3f, 0.5f, 0.2f};
  }
  SamplerMap* const map = map_of(zones, 4, audio, 2);

  Synth* const whole = new_sampler(&sampler_instrument, map);
  play_random(whole, 5);
  assert_true(peak(whole, 0, whole->num_frames) > 0.1f);
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    Random       cuts = {seed};
    Synth* const cut  = new_sampler(&sampler_instrument, map);
    cut->cuts         = &cuts;
    play_random(cut, 5);
    assert_int_equal(whole->num_frames, cut->num_frames);
    assert_memory_equal(
      whole->frames, cut->frames, whole->num_frames * sizeof(Frame));
    free_synth(cut);
  }

  // After a reset it is the same again
  Synth* const again = new_sampler(&sampler_instrument, map);
  play_random(again, 9);
  again->info->reset(again->self);
  again->grid       = GRID_FRAMES - again->num_frames % GRID_FRAMES;
  const uint32_t at = again->num_frames;
  if (at < SYNTH_MOST_FRAMES / 2u) {
    again->grid = (uint64_t)0 - at;
    play_random(again, 5);
    assert_memory_equal(
      whole->frames, again->frames + at, whole->num_frames * sizeof(Frame));
  }
  free_synth(again);
  free_synth(whole);
  sampler_map_release(map);
}

static void
test_stolen_voices_fade(void** const state)
{
  (void)state;
  SamplerAudio audio      = constant(RATE, 0.01f);
  SamplerZone  zone       = sampler_zone_initial;
  zone.key_track          = 0.0f;
  zone.velocity           = 0.0f;
  zone.amp.attack         = 0.01f;
  SamplerMap* const map   = map_of(&zone, 1, &audio, 1);
  Synth* const      synth = new_sampler(&sampler_instrument, map);
  for (uint32_t i = 0; i < 120; ++i) {
    note_on(synth, i, 127);
    play(synth, 300);
    assert_true(active(synth) <= 67);
  }
  for (uint32_t f = 1; f < synth->num_frames; ++f) {
    const float step = synth->frames[f].left - synth->frames[f - 1].left;
    if (fabsf(step) >= 0.001f) {
      fail_msg("A step of %g in frame %u", (double)step, f);
    }
  }
  synth->info->all_off(synth->self);
  play(synth, RATE / 2u);
  assert_int_equal(active(synth), 0);
  free_synth(synth);
  sampler_map_release(map);
}

static void
test_levels_of_the_machine_agree(void** const state)
{
  (void)state;
  SamplerAudio      audio = sine(30000, 44100, 440.0);
  SamplerMap* const map   = map_of(&sampler_zone_initial, 1, &audio, 1);
  Synth*            best  = new_sampler(&sampler_instrument, map);
  note_on(best, 66, 100);
  play(best, 9000);
  for (CpuLevel level = 0; level < NUM_CPU_LEVELS; ++level) {
    if (!cpu_level_available(level)) {
      continue;
    }
    Synth* const synth = new_synth_of(&sampler_instrument, RATE, level);
    synth->info->load(synth->self, map);
    note_on(synth, 66, 100);
    play(synth, 9000);
    for (uint32_t f = 0; f < 9000; ++f) {
      assert_true(fabsf(synth->frames[f].left - best->frames[f].left) < 1e-5f);
    }
    free_synth(synth);
  }
  free_synth(best);
  sampler_map_release(map);
}

static void
test_without_recordings_it_is_silent(void** const state)
{
  (void)state;
  Synth* const synth =
    new_synth_of(&sampler_instrument, RATE, cpu_level_best());
  note_on(synth, 60, 127);
  play(synth, 1000);
  assert_true(peak(synth, 0, 1000) == 0.0f);
  free_synth(synth);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_what_was_recorded_is_what_is_heard),
    cmocka_unit_test(test_pitches_are_in_tune_and_clean),
    cmocka_unit_test(test_what_is_too_high_does_not_fold),
    cmocka_unit_test(test_loops_go_on_as_if_there_were_no_end),
    cmocka_unit_test(test_a_loop_until_release_goes_on_to_the_end),
    cmocka_unit_test(test_a_one_shot_does_not_mind_its_note),
    cmocka_unit_test(test_layers_follow_velocity_and_turns),
    cmocka_unit_test(test_choke_groups_fade_each_other),
    cmocka_unit_test(test_a_run_may_be_cut_anywhere),
    cmocka_unit_test(test_stolen_voices_fade),
    cmocka_unit_test(test_levels_of_the_machine_agree),
    cmocka_unit_test(test_without_recordings_it_is_silent),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
