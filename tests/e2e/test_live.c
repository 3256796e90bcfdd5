// SPDX-License-Identifier: GPL-3.0-or-later
//
// A keyboard at JACK plays the armed track, each note on its frame

#include "support/cable.h"
#include "support/studio.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  RATE   = 48000,
  HEARD  = 9600, ///< Frames of a recording
  PERIOD = 256,
  SOON   = 12000, ///< Frames until what is played comes
};

static Studio studio;
static Cable* cable;
static char*  track;

static int
tear_down(void** state)
{
  (void)state;
  cable_free(cable);
  cable = NULL;
  free(track);
  track = NULL;
  studio_free(&studio);
  return 0;
}

static void
set(const char* const what, const char* const types, const char* const text)
{
  char path[128];
  snprintf(
    path, sizeof(path), "/compositions/current/tracks/%s/%s", track, what);
  studio_ask(&studio, path, types, text);
}

static void
set_number(const char* const what, const int number)
{
  char path[128];
  snprintf(
    path, sizeof(path), "/compositions/current/tracks/%s/%s", track, what);
  studio_ask(&studio, path, "i", number);
}

static void
start(void)
{
  studio_init(&studio, RATE, PERIOD);
  studio_start(&studio, NULL, HEARD);
  studio_create(&studio, 120.0);
  cable = cable_new(studio.jackd.name, 1, 0, 0);
  assert_non_null(cable);
  assert_true(cable_connect(cable, "cable:midi_out", "sonic-claude:midi_in"));
  track = studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "Keys", "midi");
  set("instrument", "s", "bass");
}

/// What rings on is not of the next note
static void
wait_silence(void)
{
  do {
    capture_start(studio.capture, CAPTURE_NOW, HEARD);
    assert_true(capture_wait(studio.capture, STUDIO_MS));
  } while (capture_left(studio.capture)[HEARD - 1] != 0.0f);
}

/// Frames from when a note is played to the first sound, on a channel that may
/// be another's; it is held for a tenth of a second
static int32_t
sound_after(const uint8_t channel, const uint32_t repeat_as)
{
  int32_t after = 0;
  for (int i = 0; i < 5; ++i) {
    capture_start(studio.capture, CAPTURE_SOUND, HEARD);
    const uint32_t frame = cable_now(cable) + SOON;
    cable_play(cable, frame, (uint8_t)(0x90 | channel), 60, 100);
    cable_play(cable, frame + 4800, (uint8_t)(0x80 | channel), 60, 0);
    cable_play(cable, frame + 7001, (uint8_t)(0x90 | repeat_as), 60, 100);
    cable_play(cable, frame + 9000, (uint8_t)(0x80 | repeat_as), 60, 0);
    assert_true(capture_wait(studio.capture, STUDIO_MS));
    after = (int32_t)(capture_first_frame(studio.capture) - frame);
    const uint32_t xruns = capture_xruns(studio.capture);
    wait_silence();
    if (!xruns) {
      break;
    }
  }

  return after;
}

/// The first frame of a sound may be zero, where a wave begins
static void
check_after(const int32_t after, const int32_t expected)
{
  if (after < expected || after > expected + 1) {
    studio_fail(
      &studio, "the first sound came after %d frames, not %d", after, expected);
  }
}

static void
test_armed_track_is_played(void** state)
{
  (void)state;
  start();
  set_number("arm", 1);
  check_after(sound_after(0, 0), 0);
  check_after(sound_after(15, 0), 0);

  // Only its channel
  set_number("midi_channel", 3);
  check_after(sound_after(0, 2), 7001);
  set_number("midi_channel", 0);
  check_after(sound_after(0, 0), 0);
  studio_stop(&studio);
}

/// Ask a track to be heard or not by what it is set to: with a monitor, an arm
/// and an input each
static void
test_monitor_says_when(void** state)
{
  (void)state;
  static const struct {
    const char* monitor;
    int         arm;
    const char* input;
    bool        heard;
  } cases[] = {
    {"off", 1, "", false},
    {"on", 1, "none", false},
    {"auto", 0, "", false},
    {"on", 0, "", true},
    {"auto", 1, "", true},
  };

  start();

  // A second track that is always heard answers the repeated note
  free(track);
  char* const first = studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "Other", "midi");
  track = first;
  set("instrument", "s", "bass");
  set("monitor", "s", "on");
  set_number("midi_channel", 9);
  track = strdup("1");
  free(first);
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    set("monitor", "s", cases[i].monitor);
    set("input", "s", cases[i].input);
    set_number("arm", cases[i].arm);
    check_after(sound_after(0, 8), cases[i].heard ? 0 : 7001);
  }
  studio_stop(&studio);
}

static void
test_panic_ends_what_is_held(void** state)
{
  (void)state;
  start();
  set_number("arm", 1);
  capture_start(studio.capture, CAPTURE_SOUND, HEARD);
  cable_play(cable, cable_now(cable) + SOON, 0x90, 40, 100);
  assert_true(capture_wait(studio.capture, STUDIO_MS));
  studio_ask(&studio, "/panic", "");
  wait_silence();
  studio_stop(&studio);
}

static void
test_settings_are_kept_and_undone(void** state)
{
  (void)state;
  start();
  set_number("arm", 1);
  set("monitor", "s", "on");
  set_number("midi_channel", 7);
  set("input", "s", "none");
  char* const json = studio_json(&studio);
  assert_non_null(strstr(json, "\"arm\": true"));
  assert_non_null(strstr(json, "\"monitor\": \"on\""));
  assert_non_null(strstr(json, "\"midi_channel\": 7"));
  assert_non_null(strstr(json, "\"input\": \"none\""));
  free(json);

  // Undone, the input is the common one again, and the track is heard
  studio_ask(&studio, "/undo", "");
  check_after(sound_after(6, 6), 0);
  studio_ask(&studio, "/undo", "");
  check_after(sound_after(0, 0), 0);
  studio_stop(&studio);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_armed_track_is_played, tear_down),
    cmocka_unit_test_teardown(test_monitor_says_when, tear_down),
    cmocka_unit_test_teardown(test_panic_ends_what_is_held, tear_down),
    cmocka_unit_test_teardown(test_settings_are_kept_and_undone, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
