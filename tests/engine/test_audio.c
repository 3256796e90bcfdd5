// SPDX-License-Identifier: GPL-3.0-or-later
//
// Audio clips are heard at their frames, and fade where they begin or end
// inside

#include "rig.h"

#include "engine/audio_track.h"
#include "engine/fade.h"

#include <math.h>

enum { LENGTH = 60000 };

static float left[LENGTH];
static float right[LENGTH];

/// A rig at 120 BPM (24,000 frames a beat) with an audio track
static Rig*
rig_with_track(void)
{
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  rig_schedule(rig);
  return rig;
}

/// The nearest frame to a stretch of ticks at a tempo, in whole numbers
static int64_t
frames_in(const MicroBpm tempo, const Ticks ticks)
{
  __extension__ typedef __int128 Wide;
  const Wide                     n = (Wide)ticks * RIG_RATE * 60000000;
  const Wide                     d = (Wide)tempo * TICKS_PER_BEAT;
  return (int64_t)((2 * n + d) / (2 * d));
}

static void
test_a_clip_is_its_file_at_its_frame(void** state)
{
  (void)state;
  Random random = {1};
  for (unsigned i = 0; i < 200; ++i) {
    const MicroBpm tempo =
      20000000 + (MicroBpm)random_below(&random, 280000001);
    const Ticks    from  = (Ticks)random_below(&random, 100 * BEATS(1));
    const Ticks    start = from + (Ticks)random_below(&random, BEATS(0.3));
    const Ticks    end   = start + 1 + (Ticks)random_below(&random, BEATS(2));
    const uint32_t channels = 1u + (uint32_t)random_below(&random, 2);
    const uint64_t frames   = 1u + random_below(&random, 20000);
    const int64_t  offset   = (int64_t)random_below(&random, frames);
    const uint32_t period   = 1u + (uint32_t)random_below(&random, 700);
    const uint32_t at       = (uint32_t)random_below(&random, 1000);

    Rig* const      rig    = rig_with_track();
    Sample* const   sample = rig_sample(rig, frames, channels, i + 1u);
    ClipPart* const part   = rig_audio(rig, 1, start, end, sample);
    part->audio.offset     = frame_time_from_frames(offset);
    rig_tempo(rig, tempo);
    rig_clips(rig, 0, &(ClipPart*){part}, 1);
    rig_transport(rig, TRANSPORT_LOCATE, from);
    rig_command_at(rig, at, TRANSPORT_PLAY, 0);
    rig_run(rig, left, right, LENGTH, period);

    const int64_t first = at + frames_in(tempo, start - from);
    const int64_t last  = at + frames_in(tempo, end - from);
    for (int64_t f = 0; f < LENGTH; ++f) {
      const int64_t place  = f - first + offset;
      const bool    sounds = f >= first && f < last && place < (int64_t)frames;
      const float   l = sounds ? *sample_at(sample, (uint64_t)place, 0) : 0.0f;
      const float   r = sounds ? *sample_at(sample, (uint64_t)place, 1) : 0.0f;
      if (left[f] != l || right[f] != r) {
        fail_msg("case %u, frame %d: %g, not %g", i, (int)f, left[f], l);
      }
    }

    rig_free(rig);
  }
}

static void
test_gain_and_fades_follow_the_clip(void** state)
{
  (void)state;
  Rig* const      rig = rig_with_track();
  ClipPart* const part =
    rig_audio(rig, 1, 0, BEATS(1), rig_steady(rig, 48000, 1.0f));

  part->audio.gain            = 0.5f;
  part->audio.fade_in_frames  = 1000;
  part->audio.fade_out_frames = 3000;
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, NULL, LENGTH, 256);

  for (int f = 0; f < 24000; ++f) {
    const float in  = f < 1000 ? (float)(f + 1) / 1000.0f : 1.0f;
    const float out = f >= 21000 ? (float)(24000 - f) / 3000.0f : 1.0f;
    assert_true(fabsf(left[f] - 0.5f * in * out) < 1e-6f);
  }

  assert_true(left[0] > 0.0f);
  assert_true(left[24000] == 0.0f);
  rig_free(rig);
}

static void
test_fades_of_equal_power_keep_it(void** state)
{
  (void)state;

  // One clip goes as another comes, over half a beat
  Rig* const    rig    = rig_with_track();
  Sample* const sample = rig_steady(rig, 48000, 1.0f);
  for (unsigned i = 0; i < 2; ++i) {
    ClipPart* const a = rig_audio(rig, 1, 0, BEATS(1), sample);
    ClipPart* const b = rig_audio(rig, 2, BEATS(0.5), BEATS(2), sample);

    a->audio.fade_out_frames = 12000;
    a->audio.fade_out_curve  = FADE_EQUAL_POWER;
    b->audio.fade_in_frames  = 12000;
    b->audio.fade_in_curve   = FADE_EQUAL_POWER;
    rig_clips(rig, 0, &(ClipPart*){i ? b : a}, 1);
    rig_transport(rig, TRANSPORT_STOP, 0);
    rig_command_at(rig, i * 30000u, TRANSPORT_PLAY, 0);
    rig_run(rig, i ? right : left, NULL, 30000, 256);
  }

  // The second one starts when the first has faded
  for (uint32_t f = 13000; f < 23000; ++f) {
    assert_true(left[f] < 1.0f && right[f] > 0.0f);
    assert_true(fabsf(left[f] * left[f] + right[f] * right[f] - 1.0f) < 1e-3f);
  }

  assert_true(fabsf(left[18000] - 0.70710678f) < 1e-3f);
  rig_free(rig);
}

static void
test_a_start_inside_a_clip_fades_in(void** state)
{
  (void)state;
  Rig* const      rig = rig_with_track();
  ClipPart* const part =
    rig_audio(rig, 1, 0, BEATS(2), rig_steady(rig, 48000, 1.0f));
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_transport(rig, TRANSPORT_LOCATE, BEATS(0.5));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, NULL, LENGTH, 256);

  for (int f = 0; f < 100; ++f) {
    const float gain = f < 64 ? (float)(f + 1) / 64.0f : 1.0f;
    assert_true(fabsf(left[f] - gain) < 1e-6f);
  }

  // Its end is where it would have been
  assert_true(left[35999] == 1.0f);
  assert_true(left[36000] == 0.0f);
  rig_free(rig);
}

/// The output falls to nothing without a step, from `frame` on for a fade
static void
check_fade_out(const uint32_t frame)
{
  assert_true(left[frame - 1u] == 1.0f);
  for (uint32_t f = frame; f < frame + FADE_FRAMES; ++f) {
    assert_true(left[f - 1u] - left[f] > 0.0f);
    assert_true(left[f - 1u] - left[f] < 0.01f);
  }

  assert_true(left[frame + FADE_FRAMES] == 0.0f);
}

static void
test_stop_and_pause_fade_out(void** state)
{
  (void)state;
  for (int i = 0; i < 2; ++i) {
    Rig* const      rig = rig_with_track();
    ClipPart* const part =
      rig_audio(rig, 1, 0, BEATS(2), rig_steady(rig, 48000, 1.0f));
    rig_clips(rig, 0, &(ClipPart*){part}, 1);
    rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
    rig_command_at(rig, 1111, i ? TRANSPORT_STOP : TRANSPORT_PAUSE, 0);
    rig_run(rig, left, NULL, 5000, 256);
    check_fade_out(1111);

    const Telemetry telemetry = rig_state(rig);
    assert_int_equal(telemetry.state, i ? ENGINE_STOPPED : ENGINE_PAUSED);
    const Ticks paused = (Ticks)1111 * TICKS_PER_BEAT / 24000;
    assert_int_equal(telemetry.position, i ? 0 : paused);
    rig_free(rig);
  }
}

static void
test_a_fade_at_the_end_of_a_clip_is_whole(void** state)
{
  (void)state;

  // Stopped 50 frames before the clip's end, it reads on in the file
  Rig* const      rig = rig_with_track();
  ClipPart* const part =
    rig_audio(rig, 1, 0, BEATS(1), rig_steady(rig, 48000, 1.0f));
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_command_at(rig, 23950, TRANSPORT_STOP, 0);
  rig_run(rig, left, NULL, LENGTH, 256);
  check_fade_out(23950);
  rig_free(rig);
}

static void
test_a_stop_inside_a_fade_goes_down_from_there(void** state)
{
  (void)state;
  Rig* const      rig = rig_with_track();
  ClipPart* const part =
    rig_audio(rig, 1, 0, BEATS(1), rig_steady(rig, 48000, 1.0f));

  part->audio.fade_out_frames = 12000;
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_command_at(rig, 18000, TRANSPORT_STOP, 0);
  rig_run(rig, left, NULL, LENGTH, 256);
  for (int f = 17000; f < 18200; ++f) {
    assert_true(left[f] <= left[f - 1]);
    assert_true(left[f - 1] - left[f] < 0.01f);
  }

  assert_true(left[18128] == 0.0f);
  rig_free(rig);
}

static void
test_a_loop_plays_its_clips_from_the_start(void** state)
{
  (void)state;

  // A loop of a beat and a half; the clip begins before it and ends in it
  Rig* const      rig    = rig_with_track();
  Sample* const   sample = rig_sample(rig, 48000, 2, 7);
  ClipPart* const a      = rig_audio(rig, 1, 0, BEATS(0.75), sample);
  ClipPart* const b      = rig_audio(rig, 2, BEATS(1), BEATS(2), sample);
  rig_clips(rig, 0, (ClipPart*[]){a, b}, 2);
  rig_loop(rig, true, BEATS(0.5), BEATS(2));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, NULL, LENGTH, 256);

  // Before the jump at 48,000 the clip ends exactly, after it `a` fades in
  assert_true(left[47999] == *sample_at(sample, 23999, 0));
  for (uint32_t f = 0; f < 6000; ++f) {
    const float gain = f < 64u ? (float)(f + 1u) / 64.0f : 1.0f;
    const float want = *sample_at(sample, 12000u + f, 0) * gain;
    assert_true(fabsf(left[48000u + f] - want) < 1e-6f);
  }

  assert_true(left[54000] == 0.0f);
  assert_int_equal(rig_state(rig).loops, 1);
  rig_free(rig);
}

static void
test_what_sounds_at_a_jump_fades_out(void** state)
{
  (void)state;
  Rig* const      rig = rig_with_track();
  ClipPart* const part =
    rig_audio(rig, 1, BEATS(1), BEATS(4), rig_steady(rig, 96000, 1.0f));
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_loop(rig, true, 0, BEATS(2));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, NULL, LENGTH, 256);
  check_fade_out(48000);
  rig_free(rig);
}

static void
test_locating_fades_then_starts_on_one_frame(void** state)
{
  (void)state;
  Rig* const      rig    = rig_with_track();
  Sample* const   sample = rig_sample(rig, 48000, 1, 3);
  ClipPart* const a =
    rig_audio(rig, 1, 0, BEATS(1), rig_steady(rig, 48000, 1.0f));
  ClipPart* const b = rig_audio(rig, 2, BEATS(8), BEATS(9), sample);
  rig_clips(rig, 0, (ClipPart*[]){a, b}, 2);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_command_at(rig, 1000, TRANSPORT_LOCATE, BEATS(8));
  rig_run(rig, left, NULL, 20000, 256);

  for (uint32_t f = 1000; f < 1000 + FADE_FRAMES; ++f) {
    assert_true(left[f] < left[f - 1u]);
    assert_true(left[f - 1u] - left[f] < 0.01f);
  }

  assert_true(left[999 + FADE_FRAMES] == 0.0f);
  for (uint32_t f = 0; f < 10000; ++f) {
    assert_true(left[1000u + FADE_FRAMES + f] == *sample_at(sample, f, 0));
  }

  rig_free(rig);
}

static void
test_one_clip_too_many_ends_the_oldest(void** state)
{
  (void)state;
  Rig* const    rig    = rig_with_track();
  Sample* const sample = rig_steady(rig, 48000, 1.0f);
  ClipPart*     parts[MAX_PLAYING + 1u];
  for (uint32_t i = 0; i <= MAX_PLAYING; ++i) {
    parts[i] = rig_audio(rig, i + 1u, BEATS(0.01) * i, BEATS(2), sample);
  }

  rig_clips(rig, 0, parts, MAX_PLAYING + 1u);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, NULL, 10000, 256);
  for (uint32_t i = 0; i < MAX_PLAYING; ++i) {
    assert_true(left[240u * i] == (float)(i + 1u));
  }

  // The last comes in as the first goes out
  assert_true(left[3840] > (float)MAX_PLAYING + 0.9f);
  assert_true(left[3840] < (float)MAX_PLAYING + 1.0f);
  assert_true(left[3840 + FADE_FRAMES] == (float)MAX_PLAYING);
  rig_free(rig);
}

static void
test_a_page_that_is_late_is_silence_then_fades_in(void** state)
{
  (void)state;
  Rig* const      rig    = rig_with_track();
  Sample* const   sample = rig_steady(rig, 10 * PAGE_FRAMES, 1.0f);
  ClipPart* const part   = rig_audio(rig, 1, 0, BEATS(2), sample);

  SamplePage* const  page = &sample->pages[7];
  const float* const data = atomic_exchange(&page->data, NULL);
  atomic_store(&page->state, PAGE_ABSENT);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);

  // It is asked for ahead of time, once
  const uint32_t ahead = 7 * PAGE_FRAMES - 5000;
  rig_run(rig, left, NULL, ahead, 100);
  PageRequest request;
  assert_true(ring_read(rig->rings[0], &request));
  assert_ptr_equal(request.sample, sample);
  assert_int_equal(request.page, 7);
  assert_false(ring_read(rig->rings[0], &request));

  // It comes 1,000 frames too late
  rig_run(rig, left + ahead, NULL, 6000, 100);
  atomic_store(&page->data, data);
  atomic_store(&page->state, PAGE_RESIDENT);
  const uint32_t at = 7 * PAGE_FRAMES + 1000;
  rig_run(rig, left + at, NULL, 2000, 100);
  assert_true(left[7 * PAGE_FRAMES - 1u] == 1.0f);
  for (uint32_t f = 7 * PAGE_FRAMES; f < at; ++f) {
    assert_true(left[f] == 0.0f);
  }

  for (uint32_t f = 0; f < 100; ++f) {
    const float gain = f < 64u ? (float)(f + 1u) / 64.0f : 1.0f;
    assert_true(fabsf(left[at + f] - gain) < 1e-6f);
  }

  assert_true(rig_state(rig).late >= 10);
  assert_true(atomic_load(&sample->late) >= 10);
  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_clip_is_its_file_at_its_frame),
    cmocka_unit_test(test_gain_and_fades_follow_the_clip),
    cmocka_unit_test(test_fades_of_equal_power_keep_it),
    cmocka_unit_test(test_a_start_inside_a_clip_fades_in),
    cmocka_unit_test(test_stop_and_pause_fade_out),
    cmocka_unit_test(test_a_fade_at_the_end_of_a_clip_is_whole),
    cmocka_unit_test(test_a_stop_inside_a_fade_goes_down_from_there),
    cmocka_unit_test(test_a_loop_plays_its_clips_from_the_start),
    cmocka_unit_test(test_what_sounds_at_a_jump_fades_out),
    cmocka_unit_test(test_locating_fades_then_starts_on_one_frame),
    cmocka_unit_test(test_one_clip_too_many_ends_the_oldest),
    cmocka_unit_test(test_a_page_that_is_late_is_silence_then_fades_in),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
