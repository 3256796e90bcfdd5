// SPDX-License-Identifier: GPL-3.0-or-later
//
// The library of samples: brought in, found, seen, heard, taken away

#include "support/converse.h"
#include "support/daemon.h"
#include "support/sound.h"
#include "support/temp_folder.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define RATE 48000u

typedef struct {
  Daemon     daemon;
  OscClient* client;
} Scene;

/// A second that rises from 0 to 1 on the left, and falls to -1 on the right
static void
write_ramp(const Scene* const scene, const char* const name)
{
  char  path[160];
  Sound sound = sound_new(RATE, RATE);
  for (uint32_t i = 0; i < RATE; ++i) {
    sound.left[i]  = (float)i / RATE;
    sound.right[i] = -sound.left[i];
  }
  snprintf(path, sizeof(path), "%s/music/%s", scene->daemon.home, name);
  sound_write(&sound, path);
  sound_free(&sound);
}

static int
set_up(void** const state)
{
  const char* const arguments[] = {"--driver", "dummy", NULL};
  Scene* const      scene       = (Scene*)calloc(1, sizeof(Scene));
  char              path[160];
  *state = scene;
  daemon_init(&scene->daemon);
  snprintf(path, sizeof(path), "%s/music", scene->daemon.home);
  mkdir(path, 0777);
  snprintf(path, sizeof(path), "%s/music/loops", scene->daemon.home);
  mkdir(path, 0777);
  snprintf(path, sizeof(path), "%s/music/loops/deep", scene->daemon.home);
  mkdir(path, 0777);
  write_ramp(scene, "ramp.wav");
  if (!daemon_start(&scene->daemon, arguments)) {
    return -1;
  }
  scene->client = osc_client_new(OSC_UDP, scene->daemon.port);
  converse_ask(scene->client, "/compositions/create", "s", "Library");
  return 0;
}

static int
tear_down(void** const state)
{
  Scene* const scene = (Scene*)*state;
  osc_client_free(scene->client);
  daemon_free(&scene->daemon);
  free(scene);
  return 0;
}

/// Number of items of a list
static int
count_list(OscClient* const  client,
           const char* const path,
           const char* const types,
           const char* const text)
{
  osc_client_drop(client);
  osc_client_send(client, path, types, text);
  const OscReceived* received = NULL;
  do {
    received = osc_client_wait_path(client, "/reply", CONVERSE_MS);
    assert_non_null(received);
  } while (strcmp(osc_text(received, 0), path) != 0);
  return (int)osc_number(received, 1);
}

static void
test_a_folder_is_one_step(void** const state)
{
  Scene* const scene = (Scene*)*state;
  char         path[160];
  write_ramp(scene, "loops/one.wav");
  write_ramp(scene, "loops/two.wav");
  write_ramp(scene, "loops/deep/three.wav");
  snprintf(path, sizeof(path), "%s/music/loops/notes.txt", scene->daemon.home);
  temp_file_write(path, "no audio", 8);

  const OscReceived* const reply =
    converse_ask(scene->client, "/samples/import", "s", "loops");
  assert_string_equal(osc_text(reply, 1), "s1 s2 s3");
  assert_int_equal(count_list(scene->client, "/samples/list", "", NULL), 3);
  converse_ask(scene->client, "/undo", "");
  assert_int_equal(count_list(scene->client, "/samples/list", "", NULL), 0);
  converse_ask(scene->client, "/redo", "");
  assert_int_equal(count_list(scene->client, "/samples/list", "", NULL), 3);

  // Nothing of what lies elsewhere
  converse_refused(scene->client, "denied", "/samples/import", "s", "/etc");
  converse_refused(scene->client, "not-found", "/samples/import", "s", "none");
  snprintf(path, sizeof(path), "%s/music/empty", scene->daemon.home);
  mkdir(path, 0777);
  converse_refused(scene->client, "not-found", "/samples/import", "s", "empty");
}

static void
test_samples_are_found_by_words(void** const state)
{
  Scene* const     scene  = (Scene*)*state;
  OscClient* const client = scene->client;
  write_ramp(scene, "kick.wav");
  converse_ask(client, "/samples/import", "s", "ramp.wav");
  converse_ask(client, "/samples/import", "s", "kick.wav");
  converse_ask(client, "/samples/s1/category", "s", "Effects");
  converse_ask(client, "/samples/s1/tags", "s", "rise, noisy");
  assert_int_equal(count_list(client, "/samples/search", "s", "KICK"), 1);
  assert_int_equal(count_list(client, "/samples/search", "s", "noisy ramp"), 1);
  assert_int_equal(count_list(client, "/samples/search", "s", "effects"), 1);
  assert_int_equal(count_list(client, "/samples/search", "s", "kick ramp"), 0);
  assert_int_equal(count_list(client, "/samples/search", "s", ""), 2);
  assert_true(converse_number(client, "/samples/s2/duration") == 1.0);

  // What is used is kept, and what uses it is named
  converse_ask(
    client, "/compositions/current/tracks/create", "ss", "One", "audio");
  converse_ask(client,
               "/compositions/current/tracks/t1/clips/create",
               "ffs",
               0.0,
               0.0,
               "s2");
  const OscReceived* const refused =
    converse_refused(client, "conflict", "/samples/s2/delete", "");
  assert_non_null(strstr(osc_text(refused, 2), "c1"));
  assert_non_null(strstr(osc_text(refused, 2), "One"));
  converse_ask(client, "/samples/s1/delete", "");
  assert_int_equal(count_list(client, "/samples/list", "", NULL), 1);
}

/// Ask for peaks and check each column against the ramp
static void
check_peaks(OscClient* const client,
            const double     start,
            const double     seconds,
            const int        width)
{
  int next = 0;
  osc_client_drop(client);
  osc_client_send(client, "/samples/s1/peaks", "ffi", start, seconds, width);
  while (next < width) {
    const OscReceived* const received =
      osc_client_wait_path(client, "/samples/s1/peaks", CONVERSE_MS);
    assert_non_null(received);
    assert_true(received->size <= 1400);
    assert_true(osc_number(received, 0) == (double)next);
    for (int i = 1; osc_type(received, i); i += 4, ++next) {
      // A column reaches from one value to the next
      const double from = start + seconds * next / width;
      const double to   = start + seconds * (next + 1) / width;
      const double step = 2.5 / RATE;
      assert_true(fabs(osc_number(received, i) - from) <= step);
      assert_true(fabs(osc_number(received, i + 1) - to) <= step);
      assert_true(fabs(osc_number(received, i + 2) + to) <= step);
      assert_true(fabs(osc_number(received, i + 3) + from) <= step);
    }
  }
  const OscReceived* const end =
    osc_client_wait_path(client, "/reply", CONVERSE_MS);
  assert_true(osc_number(end, 1) == (double)((width + 14) / 15));
}

static void
test_peaks_are_those_of_the_audio(void** const state)
{
  Scene* const scene = (Scene*)*state;
  converse_ask(scene->client, "/samples/import", "s", "ramp.wav");
  check_peaks(scene->client, 0.0, 1.0, 1);
  check_peaks(scene->client, 0.0, 1.0, 100);
  check_peaks(scene->client, 0.25, 0.5, 333);
  check_peaks(scene->client, 0.5, 0.01, 40);
  converse_refused(
    scene->client, "out-of-range", "/samples/s1/peaks", "ffi", 0.0, 1.0, 5000);
}

static void
test_a_preview_is_heard(void** const state)
{
  // It is not a part of the master; its pages are asked for and played
  Scene* const scene = (Scene*)*state;
  converse_ask(scene->client, "/samples/import", "s", "ramp.wav");
  for (int i = 0; i < 20; ++i) {
    converse_ask(scene->client, "/samples/s1/preview", "");
  }
  converse_ask(scene->client, "/samples/s1/delete", "");
  converse_ask(scene->client, "/samples/stop", "");
  converse_refused(scene->client, "not-found", "/samples/s1/preview", "");
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_a_folder_is_one_step),
    TEST(test_samples_are_found_by_words),
    TEST(test_peaks_are_those_of_the_audio),
    TEST(test_a_preview_is_heard),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
