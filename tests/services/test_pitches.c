// SPDX-License-Identifier: GPL-3.0-or-later
//
// Clips at another pitch are heard at it, once it was made

#include "services/pitches.h"
#include "song.h"

#include <math.h>

#define CLIP id_make(KIND_CLIP, 1)

static Song song;

static int
set_up(void** state)
{
  (void)state;
  char  path[TEMP_PATH_SIZE + 16];
  Sound sound = sound_new(SONG_RATE, SONG_RATE);
  for (uint32_t i = 0; i < sound.frames; ++i) {
    sound.left[i]  = (float)sin(2.0 * M_PI * 300.0 * i / SONG_RATE);
    sound.right[i] = sound.left[i];
  }

  song_init(&song);
  snprintf(path, sizeof(path), "%s/tone.wav", song.folder);
  sound_write(&sound, path);
  sound_free(&sound);
  song_open(&song,
            "{\"format\": 1, \"id\": \"song\", \"tempo\": 120,"
            " \"samples\": [{\"id\": \"s1\", \"file\": \"tone.wav\"}],"
            " \"tracks\": [{\"id\": \"t1\", \"type\": \"audio\", \"clips\":"
            " [{\"id\": \"c1\", \"length\": 2, \"sample\": \"s1\","
            " \"pitch\": 12}]}]}");
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  song_free(&song);
  return 0;
}

static void
set_pitch(const double semitones)
{
  Status      st   = STATUS_OK;
  Clip* const clip = (Clip*)edit_copy(song.services, CLIP, &st);
  assert_non_null(clip);
  clip->pitch = semitones;
  assert_int_equal(edit_put(song.services, &clip->node), STATUS_OK);
}

/// Rises through zero in half a second
static double
heard(void)
{
  Take     take  = song_render(&song, 0, 2 * SONG_BEAT, 256);
  unsigned rises = 0;
  for (uint32_t i = SONG_RATE / 4; i < 3 * SONG_RATE / 4; ++i) {
    rises += take.left[i - 1u] < 0.0f && take.left[i] >= 0.0f;
  }

  take_free(&take);
  return rises;
}

static void
test_a_clip_is_heard_at_its_pitch(void** state)
{
  (void)state;
  assert_float_equal(heard(), 300.0, 1.5);

  song_begin(&song);
  set_pitch(-12.0);
  song_commit(&song, STATUS_OK);
  assert_float_equal(heard(), 75.0, 1.5);

  song_begin(&song);
  set_pitch(0.0);
  song_commit(&song, STATUS_OK);
  assert_float_equal(heard(), 150.0, 1.5);
}

static void
test_it_is_silent_until_it_is_made(void** state)
{
  (void)state;
  song_begin(&song);
  set_pitch(5.0);
  assert_int_equal(services_commit(song.services), STATUS_OK);

  const Clip* const       clip = composition_clip(song.services->root, CLIP);
  const SampleNode* const node =
    (const SampleNode*)composition_find(song.services->root, clip->sample);
  assert_null(pitches_audio(song.services, node, 5.0));
  assert_true(pitches_progress(song.services, clip) < 1.0);

  jobs_wait(song.services->jobs);
  assert_non_null(pitches_audio(song.services, node, 5.0));
  assert_true(pitches_progress(song.services, clip) == 1.0);
}

static void
test_what_nobody_wants_any_more_is_not_made(void** state)
{
  (void)state;
  for (int i = 1; i <= 10; ++i) {
    song_begin(&song);
    set_pitch(i * 0.1);
    assert_int_equal(services_commit(song.services), STATUS_OK);
  }

  jobs_wait(song.services->jobs);
  const Clip* const       clip = composition_clip(song.services->root, CLIP);
  const SampleNode* const node =
    (const SampleNode*)composition_find(song.services->root, clip->sample);
  assert_non_null(pitches_audio(song.services, node, 1.0));
  assert_null(pitches_audio(song.services, node, 0.5));
  assert_null(song.services->pitch_jobs);

  // Wanted again it is
  song_begin(&song);
  set_pitch(0.5);
  song_commit(&song, STATUS_OK);
  assert_non_null(pitches_audio(song.services, node, 0.5));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_clip_is_heard_at_its_pitch),
    cmocka_unit_test(test_it_is_silent_until_it_is_made),
    cmocka_unit_test(test_what_nobody_wants_any_more_is_not_made),
  };

  return cmocka_run_group_tests(tests, set_up, tear_down);
}
