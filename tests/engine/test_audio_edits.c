// SPDX-License-Identifier: GPL-3.0-or-later
//
// Edits while audio clips sound: what is the same goes on, the rest fades

#include "rig.h"

#include "engine/fade.h"

#include <math.h>

enum { LENGTH = 60000 };

static float left[LENGTH];

/// A rig at 120 BPM (24,000 frames a beat) with an audio track
static Rig*
rig_with_track(void)
{
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  rig_schedule(rig);
  return rig;
}

/// A sine of 375 Hz, whose own steps are below 0.05
static Sample*
sine(Rig* const rig, const uint64_t frames)
{
  Sample* const sample = rig_sample(rig, frames, 1, 1);
  for (uint64_t f = 0; f < frames; ++f) {
    *sample_at(sample, f, 0) = sinf((float)(f % 128u) * 0.0490873852f);
  }

  return sample;
}

static void
test_an_edit_leaves_what_is_the_same(void** state)
{
  (void)state;

  // Split, trimmed at both ends, given another id: the same frames go on
  Rig* const      rig    = rig_with_track();
  Sample* const   sample = rig_sample(rig, 48000, 1, 4);
  ClipPart* const whole  = rig_audio(rig, 1, 0, BEATS(2), sample);
  ClipPart* const head   = rig_audio(rig, 1, 0, BEATS(1), sample);
  ClipPart* const tail   = rig_audio(rig, 2, BEATS(1), BEATS(2), sample);
  ClipPart* const later  = rig_audio(rig, 3, BEATS(1.25), BEATS(1.75), sample);

  tail->audio.offset  = frame_time_from_frames(24000);
  later->audio.offset = frame_time_from_frames(30000);
  rig_clips(rig, 0, &(ClipPart*){whole}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_clips_at(rig, 5001, (ClipPart*[]){head, tail}, 2);
  rig_clips_at(rig, 31000, (ClipPart*[]){head, later}, 2);
  rig_run(rig, left, NULL, LENGTH, 256);
  for (uint32_t f = 0; f < 42000; ++f) {
    assert_true(left[f] == *sample_at(sample, f, 0));
  }

  assert_true(left[42000] == 0.0f);
  rig_free(rig);
}

static void
test_a_changed_gain_glides(void** state)
{
  (void)state;
  Rig* const      rig    = rig_with_track();
  Sample* const   sample = rig_steady(rig, 48000, 1.0f);
  ClipPart* const loud   = rig_audio(rig, 1, 0, BEATS(2), sample);
  ClipPart* const soft   = rig_audio(rig, 1, 0, BEATS(2), sample);

  soft->audio.gain = 0.25f;
  rig_clips(rig, 0, &(ClipPart*){loud}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_clips_at(rig, 5001, &(ClipPart*){soft}, 1);
  rig_run(rig, left, NULL, 10000, 256);
  for (int f = 5000; f < 10000; ++f) {
    assert_true(left[f] <= left[f - 1]);
    assert_true(left[f - 1] - left[f] < 0.001f);
  }

  assert_true(left[5001] == 1.0f);
  assert_true(left[7000] == 0.25f);
  rig_free(rig);
}

static void
test_edits_under_the_playhead_do_not_step(void** state)
{
  (void)state;

  // Moved, shifted inside, muted, shown again, another fade, removed
  Rig* const      rig      = rig_with_track();
  Sample* const   sample   = sine(rig, 96000);
  ClipPart* const parts[6] = {
    rig_audio(rig, 1, 0, BEATS(4), sample),
    rig_audio(rig, 1, BEATS(0.1), BEATS(4), sample),
    rig_audio(rig, 1, BEATS(0.1), BEATS(4), sample),
    rig_audio(rig, 1, BEATS(0.1), BEATS(4), sample),
    rig_audio(rig, 1, BEATS(0.1), BEATS(4), sample),
    rig_audio(rig, 1, BEATS(0.1), BEATS(4), sample),
  };
  parts[2]->audio.offset          = frame_time_from_frames(37);
  parts[3]->muted                 = true;
  parts[5]->audio.fade_out_frames = 80000;

  rig_clips(rig, 0, (ClipPart*[]){parts[0]}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  for (uint32_t i = 1; i < 6; ++i) {
    rig_clips_at(rig, 5001 * i, (ClipPart*[]){parts[i]}, 1);
  }

  rig_clips_at(rig, 5001 * 6, NULL, 0);
  rig_run(rig, left, NULL, LENGTH, 256);

  float highest = 0.0f;
  for (uint32_t f = 1; f < LENGTH; ++f) {
    const float step = fabsf(left[f] - left[f - 1u]);
    highest          = step > highest ? step : highest;
  }

  // The sine's own step is 0.049; those of cross-fades add 2 / 64 at most
  assert_true(highest > 0.04f);
  assert_true(highest < 0.1f);
  for (uint32_t f = 15003 + FADE_FRAMES; f < 20004; ++f) {
    assert_true(left[f] == 0.0f); // Muted
  }

  assert_true(left[30006 + FADE_FRAMES] == 0.0f);
  rig_free(rig);
}

static void
test_a_new_tempo_moves_ends_but_not_what_sounds(void** state)
{
  (void)state;

  // After half a beat at 120 BPM, the other half at 60 or at 240
  for (unsigned i = 0; i < 2; ++i) {
    Rig* const      rig    = rig_with_track();
    Sample* const   sample = rig_sample(rig, 96000, 1, 5);
    ClipPart* const part   = rig_audio(rig, 1, 0, BEATS(1), sample);
    const uint32_t  end    = i ? 18000 : 36000;
    rig_clips(rig, 0, &(ClipPart*){part}, 1);
    rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
    rig_tempo(rig, i ? BPM(240) : BPM(60));
    rig_send(rig, 12000);
    rig_run(rig, left, NULL, LENGTH, 256);
    for (uint32_t f = 0; f < LENGTH; ++f) {
      const float want = f < end ? *sample_at(sample, f, 0) : 0.0f;
      assert_true(left[f] == want);
    }

    rig_free(rig);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_an_edit_leaves_what_is_the_same),
    cmocka_unit_test(test_a_changed_gain_glides),
    cmocka_unit_test(test_edits_under_the_playhead_do_not_step),
    cmocka_unit_test(test_a_new_tempo_moves_ends_but_not_what_sounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
