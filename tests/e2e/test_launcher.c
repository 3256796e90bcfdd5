// SPDX-License-Identifier: GPL-3.0-or-later
//
// Places of the song and the clip launcher over OSC, while it plays

#include "support/converse.h"
#include "support/osc_message.h"
#include "support/studio.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOT "/compositions/current/"

static Studio studio;

static int
set_up(void** state)
{
  (void)state;
  studio_init(&studio, 48000, 256);
  studio_start_dummy(&studio, NULL);
  studio_create(&studio, 240.0);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  studio_free(&studio);
  return 0;
}

/// A track t1 with a clip c1 of two beats
static void
make_clip(void)
{
  free(studio_make(&studio, ROOT "tracks/create", "ss", "Keys", "midi"));
  free(studio_make(&studio, ROOT "tracks/t1/clips/create", "ff", 0.0f, 2.0f));
  studio_ask(&studio, ROOT "clips/c1/notes/add", "iffi", 60, 0.0f, 1.0f, 100);
}

/// Number of clips of t1
static int
count_clips(void)
{
  const char* const path = ROOT "tracks/t1/clips/list";
  osc_client_drop(studio.client);
  osc_client_send(studio.client, path, "");
  const OscReceived* const received =
    osc_client_wait_path(studio.client, "/reply", STUDIO_MS);
  assert_non_null(received);
  return (int)osc_number(received, 1);
}

static void
test_markers_are_gone_to(void** state)
{
  (void)state;
  free(studio_make(&studio, ROOT "markers/create", "sf", "Chorus", 8.0f));
  const OscReceived* const there =
    studio_ask(&studio, "/playback/locate", "s", "chorus");
  assert_true(osc_number(there, 1) == 8.0 || osc_number(there, 0) == 8.0);
  assert_true(converse_number(studio.client, "/playback/position") == 8.0);
  studio_ask(&studio, "/playback/stop", "");

  // It plays on from there
  studio_ask(&studio, "/playback/play", "");
  studio_ask(&studio, "/playback/locate", "s", "m1");
  studio_wait_beat(&studio, 8.5);
  studio_wait_text(&studio, "/playback/state", "playing", STUDIO_MS);
  converse_refused(studio.client, "not-found", "/playback/locate", "s", "m9");
  studio_stop_playing(&studio);
  studio_stop(&studio);
}

static void
test_the_song_stops_at_its_end_if_asked_to(void** state)
{
  (void)state;
  make_clip();
  studio_ask(&studio, "/playback/play", "");
  studio_wait_beat(&studio, 3.0);
  studio_stop_playing(&studio);
  studio_ask(&studio, "/playback/stop_at_end", "i", 1);
  studio_ask(&studio, "/playback/play", "");
  studio_wait_text(&studio, "/playback/state", "stopped", STUDIO_MS);
  studio_ask(&studio, "/undo", "");
  assert_true(converse_number(studio.client, "/playback/stop_at_end") == 0.0);
  studio_stop(&studio);
}

static void
test_a_performance_is_launched_and_recorded(void** state)
{
  (void)state;
  make_clip();
  free(studio_make(&studio, ROOT "scenes/create", "s", "Verse"));
  free(studio_make(&studio, ROOT "scenes/create", "s", "Empty"));
  studio_ask(&studio, ROOT "slots/t1/n1", "s", "c1");
  studio_ask(&studio, ROOT "launch_quantization", "s", "1/4");

  // What is empty says so, and nothing begins
  converse_refused(
    studio.client, "not-found", "/playback/launch/slot", "ss", "t1", "n2");
  converse_refused(
    studio.client, "not-found", "/playback/launch/scene", "s", "n2");
  studio_wait_text(&studio, "/playback/state", "stopped", STUDIO_MS);

  studio_ask(&studio, "/playback/launch/record", "i", 1);
  studio_ask(&studio, "/playback/launch/slot", "ss", "t1", "n1");
  studio_wait_text(&studio, "/playback/launch/state/t1", "playing", STUDIO_MS);
  studio_wait_text(&studio, "/playback/launch/playing/t1", "c1", STUDIO_MS);
  studio_wait_beat(&studio, 2.0);
  studio_ask(&studio, "/playback/launch/stop/t1", "");
  studio_wait_text(&studio, "/playback/launch/state/t1", "stopped", STUDIO_MS);
  const int before = count_clips();
  studio_ask(&studio, "/playback/launch/record", "i", 0);
  assert_true(count_clips() > before);

  // Undone, the arrangement is as it was
  studio_ask(&studio, "/undo", "");
  assert_int_equal(count_clips(), before);
  studio_ask(&studio, "/playback/launch/return", "");
  studio_wait_text(&studio, "/playback/launch/state/t1", "timeline", STUDIO_MS);
  studio_stop_playing(&studio);
  studio_stop(&studio);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_markers_are_gone_to, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_the_song_stops_at_its_end_if_asked_to, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_a_performance_is_launched_and_recorded, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
