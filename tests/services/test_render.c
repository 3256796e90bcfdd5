// SPDX-License-Identifier: GPL-3.0-or-later
//
// A render is the same whatever was rendered before

#include "services/song.h"

static Song song;

/// A sound that rings for seconds after its note, into an echo
static const char ringing[] =
  "{\"format\": 1, \"id\": \"c\", \"name\": \"C\", \"tracks\": [{\"id\": "
  "\"t1\","
  " \"name\": \"A\", \"type\": \"midi\", \"instrument\": \"pad\","
  " \"params\": {\"release\": 8000}, \"clips\": [{\"id\": \"c1\", \"start\": 0,"
  " \"length\": 2, \"notes\": [[48, 0, 1, 100], [55, 0.5, 1, 90]]}],"
  " \"channel\": {\"effects\": [{\"id\": \"e1\", \"type\": \"delay\","
  " \"params\": {\"delay_time\": 300, \"feedback\": 0.8, \"mix\": 0.5}}]}}]}";

static int
set_up(void** const state)
{
  (void)state;
  song_init(&song);
  song_open(&song, ringing);
  return 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  song_free(&song);
  return 0;
}

static void
test_what_rang_before_is_not_heard(void** const state)
{
  (void)state;
  Take first = song_render(&song, 0, 2 * SONG_BEAT, 256);
  assert_true(take_peak(&first, first.frames - 1000u, first.frames) > 0.01f);

  Take again = song_render(&song, 0, 2 * SONG_BEAT, 256);
  assert_null(sound_difference("left", again.left, first.left, first.frames));
  assert_null(
    sound_difference("right", again.right, first.right, first.frames));
  take_free(&again);

  // Also where nothing is heard but what rang
  Take after = song_render(&song, 8 * SONG_BEAT, 10 * SONG_BEAT, 256);
  assert_true(take_peak(&after, 0, after.frames) == 0.0f);
  take_free(&after);
  take_free(&first);
}

static void
test_an_edit_between_renders_is_heard(void** const state)
{
  (void)state;
  Take first = song_render(&song, 0, 2 * SONG_BEAT, 256);
  song_begin(&song);
  Status         st      = STATUS_OK;
  Channel* const channel = edit_copy_channel(
    song.services, song.services->root->order[KIND_TRACK]->ids[0], &st);
  assert_non_null(channel);
  channel->mute = true;
  song_commit(&song, edit_put_channel(song.services, channel));

  Take muted = song_render(&song, 0, 2 * SONG_BEAT, 256);
  assert_true(take_peak(&first, 0, first.frames) > 0.01f);
  assert_true(take_peak(&muted, 0, muted.frames) == 0.0f);
  take_free(&muted);
  take_free(&first);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_what_rang_before_is_not_heard, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_an_edit_between_renders_is_heard, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
