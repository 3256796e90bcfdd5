// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is not finite stays where it is

#include "rig.h"

#include <math.h>

enum { LENGTH = 20000 };

static float left[LENGTH];
static float other[LENGTH];

/// Two tracks, the second of which has something bad in its file at `at`
static void
play(const float bad, const uint32_t at, const bool with_second, float* out)
{
  Rig* const rig = rig_new(1);
  for (uint32_t i = 0; i < (with_second ? 2u : 1u); ++i) {
    rig_track(rig, TRACK_AUDIO, NULL);
    Sample* const sample = rig_sample(rig, LENGTH, 2, 5u + i);
    for (uint64_t f = 0; i && f < LENGTH; ++f) {
      *sample_at(sample, f, 0) = f == at ? bad : 0.0f;
      *sample_at(sample, f, 1) = 0.5f;
    }

    ClipPart* const part = rig_audio(rig, i + 1u, 0, BEATS(1), sample);
    rig_clips(rig, i, &(ClipPart*){part}, 1);
  }

  rig_schedule(rig);
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);
  rig_run(rig, out, NULL, LENGTH, 441);

  const Telemetry telemetry = rig_state(rig);
  assert_int_equal(telemetry.not_finite, with_second);
  assert_int_equal(telemetry.not_finite_channel,
                   with_second ? id_make(KIND_TRACK, 2) : ID_NONE);

  // The meters stay finite, and it plays on
  for (uint32_t i = 0; i < rig->num_tracks; ++i) {
    const StripMeter meter =
      engine_take_meter(rig->engine, rig->tracks[i].channel);
    assert_true(isfinite(meter.peak_left) && isfinite(meter.power_left));
    assert_true(meter.peak_right > 0.4f);
  }

  rig_free(rig);
}

static void
test_other_channels_play_on(void** state)
{
  (void)state;
  static const float bad[] = {NAN, INFINITY, -INFINITY, 3e38f};
  play(0.0f, 0, false, left);
  for (unsigned i = 0; i < 4; ++i) {
    play(bad[i], 3000 + i, true, other);
    for (uint32_t f = 0; f < LENGTH; ++f) {
      assert_true(left[f] == other[f]);
    }
  }
}

static void
test_a_sum_that_overflows_is_silenced_at_the_master(void** state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  for (uint32_t i = 0; i < 8; ++i) {
    rig_track(rig, TRACK_AUDIO, NULL);
    Sample* const sample = rig_sample(rig, LENGTH, 1, 5u);
    for (uint64_t f = 0; f < LENGTH; ++f) {
      *sample_at(sample, f, 0) = f == 1000 ? 5e18f : 0.125f;
    }

    ClipPart* const part = rig_audio(rig, i + 1u, 0, BEATS(1), sample);
    rig_clips(rig, i, &(ClipPart*){part}, 1);
  }

  rig_schedule(rig);
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);
  rig_run(rig, left, NULL, LENGTH, 256);
  for (uint32_t f = 0; f < LENGTH; ++f) {
    assert_true(isfinite(left[f]) && fabsf(left[f]) <= 1.0f);
  }

  assert_true(left[500] == 1.0f);
  assert_true(left[5000] == 1.0f);
  assert_int_equal(rig_state(rig).not_finite_channel, ID_MASTER);
  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_other_channels_play_on),
    cmocka_unit_test(test_a_sum_that_overflows_is_silenced_at_the_master),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
