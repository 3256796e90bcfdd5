// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is measured of channels and effects while they play

#include "services/effects.h"
#include "services/mixer.h"
#include "services/mixer_rig.h"
#include "services/streams_private.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <string.h>

static float left[4u * RATE];
static float right[4u * RATE];

/// Highest sample of the first frames, in dB
static double
peak_db(const uint32_t n)
{
  float most = 0.0f;
  for (uint32_t f = 0; f < n; ++f) {
    most = fmaxf(most, fabsf(left[f]));
  }
  return 20.0 * log10((double)most);
}

static Id
add_effect(Services* const services, const Id channel, const char* const type)
{
  Id id = ID_NONE;
  EDIT(services, effects_insert(services, channel, type, 0, &id));
  assert_true(id != ID_NONE);
  return id;
}

static uint32_t
clips_of(Services* const services, const Id channel)
{
  uint32_t count = 0;
  assert_int_equal(mixer_clips(services, channel, &count), STATUS_OK);
  return count;
}

static double
reduction_of(Services* const services, const Id effect)
{
  // What was measured just now is kept for a while
  double db = 0.0;
  memset(
    services->streams->reductions, 0, sizeof(services->streams->reductions));
  assert_int_equal(mixer_reduction(services, effect, &db), STATUS_OK);
  return db;
}

static void
test_true_peak_and_loudness_are_those_of_what_is_heard(void** const state)
{
  (void)state;
  Services* const services = offline_services();
  const Id        track    = create_sine(services, PITCH + 24u, 0.0);
  MixerTruePeak   peak;
  LoudnessReading loudness;
  double          alike = 0.0;
  play(services);
  run(services, left, right, RATE / 10u);

  // Measured from here on
  assert_int_equal(mixer_true_peak(services, ID_MASTER, &peak), STATUS_OK);
  assert_int_equal(mixer_loudness(services, ID_MASTER, &loudness), STATUS_OK);
  assert_int_equal(mixer_correlation(services, ID_MASTER, &alike), STATUS_OK);
  assert_true(loudness.integrated == LOUDNESS_FLOOR);
  run(services, left, right, 4u * RATE);
  mixer_true_peak(services, ID_MASTER, &peak);
  mixer_loudness(services, ID_MASTER, &loudness);
  mixer_correlation(services, ID_MASTER, &alike);

  // A sine on both sides is as loud as its level, but for the weight of 440 Hz
  const double level = peak_db(4u * RATE);
  assert_float_equal(peak.max_db, level, 0.1);
  assert_float_equal(peak.left_db, level, 0.1);
  assert_float_equal(loudness.momentary, level, 1.0);
  assert_float_equal(loudness.integrated, loudness.short_term, 0.1);
  assert_float_equal(alike, 1.0, 1e-3);

  // Turned down, the last while is quieter at once, the highest is after reset
  set_channel(services, track, "fader", -20.0);
  run(services, left, right, RATE);
  mixer_true_peak(services, ID_MASTER, &peak);
  assert_float_equal(peak.max_db, level, 0.1);
  assert_float_equal(peak.left_db, level - 20.0, 0.1);
  assert_int_equal(mixer_reset_meter(services, ID_MASTER), STATUS_OK);
  run(services, left, right, RATE);
  mixer_true_peak(services, ID_MASTER, &peak);
  mixer_loudness(services, ID_MASTER, &loudness);
  assert_float_equal(peak.max_db, level - 20.0, 0.1);
  assert_float_equal(loudness.integrated, loudness.momentary, 0.1);
  assert_int_equal(mixer_true_peak(services, track + 50u, &peak),
                   STATUS_NOT_FOUND);
  services_free(services);
}

static void
test_clips_are_counted_until_they_are_cleared(void** const state)
{
  (void)state;
  Services* const services = offline_services();
  const Id        track    = create_sine(services, PITCH, 0.0);
  play(services);
  run(services, left, right, RATE);
  assert_int_equal(clips_of(services, ID_MASTER), 0);

  // As many as there are frames above full scale in what comes out
  set_channel(services, track, "input_gain", 12.0);
  set_channel(services, track, "fader", 12.0);
  run(services, left, right, RATE);
  uint32_t count = 0;
  for (uint32_t f = 0; f < RATE; ++f) {
    count += fabsf(left[f]) > 1.0f || fabsf(right[f]) > 1.0f;
  }
  assert_true(count > RATE / 10u);
  assert_int_equal(clips_of(services, ID_MASTER), count);
  assert_int_equal(mixer_reset_meters(services), STATUS_OK);
  assert_int_equal(clips_of(services, ID_MASTER), 0);
  assert_int_equal(clips_of(services, track), 0);
  services_free(services);
}

static void
test_gain_reduction_is_told(void** const state)
{
  (void)state;
  Services* const services   = offline_services();
  const Id        track      = create_sine(services, PITCH + 24u, 0.0);
  const Id        compressor = add_effect(services, track, "compressor");
  const Id        equalizer  = add_effect(services, track, "eq3");
  play(services);
  EDIT(services, effects_set_param(services, compressor, "threshold", 0.0));
  run(services, left, right, RATE);
  reduction_of(services, compressor);
  run(services, left, right, RATE / 10u);
  assert_float_equal(reduction_of(services, compressor), 0.0, 0.01);

  EDIT(services, effects_set_param(services, compressor, "threshold", -50.0));
  run(services, left, right, RATE);
  assert_true(reduction_of(services, compressor) < -6.0);
  assert_float_equal(reduction_of(services, equalizer), 0.0, 0.0);
  assert_float_equal(reduction_of(services, ID_MASTER), 0.0, 0.0);
  services_free(services);
}

static void
test_a_tuner_tells_what_it_hears(void** const state)
{
  (void)state;
  Services* const services = offline_services();
  const Id        track    = create_sine(services, PITCH, 0.0);
  const Id        tuner    = add_effect(services, track, "tuner");
  double          pitch    = 0.0;
  double          note     = 0.0;
  double          cents    = 100.0;
  play(services);
  run(services, left, right, RATE);
  assert_int_equal(mixer_reading(services, tuner, "pitch", &pitch), STATUS_OK);
  assert_int_equal(mixer_reading(services, tuner, "note", &note), STATUS_OK);
  assert_int_equal(mixer_reading(services, tuner, "cents", &cents), STATUS_OK);
  assert_float_equal(pitch, 110.0, 0.2);
  assert_float_equal(note, PITCH, 0.0);
  assert_float_equal(cents, 0.0, 3.0);
  assert_int_equal(mixer_reading(services, tuner, "colour", &cents),
                   STATUS_NOT_FOUND);
  services_free(services);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_true_peak_and_loudness_are_those_of_what_is_heard),
    cmocka_unit_test(test_clips_are_counted_until_they_are_cleared),
    cmocka_unit_test(test_gain_reduction_is_told),
    cmocka_unit_test(test_a_tuner_tells_what_it_hears),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
