// SPDX-License-Identifier: GPL-3.0-or-later
//
// The daemon without a JACK server

#include "support/studio.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEMO "presets/compositions/demo.json"

enum {
  SLACK_MS = 250,  ///< That the clock may be ahead of time, catching up
  LATE_MS  = 5000, ///< That a busy machine may be late
  ROUNDS   = 60,   ///< Of doing and undoing
  CLIPS    = 4,    ///< That are made in a round
};

static Studio studio;

static int
tear_down(void** state)
{
  (void)state;
  studio_free(&studio);
  return 0;
}

/// Check the ready line, and what /audio/server says
static void
check_driver(const int rate, const int period)
{
  char ready[256];
  snprintf(ready,
           sizeof(ready),
           "ready osc.udp://127.0.0.1:%u/ dummy %d Hz %d frames",
           studio.daemon.port,
           rate,
           period);
  assert_string_equal(studio.daemon.ready, ready);

  const OscReceived* const server = studio_ask(&studio, "/audio/server", "");
  assert_string_equal(osc_text(server, 0), "running");
  assert_int_equal((int)osc_number(server, 1), rate);
  assert_int_equal((int)osc_number(server, 2), period);
  assert_string_equal(osc_text(server, 5), "dummy");
}

static void
test_it_keeps_time(void** state)
{
  (void)state;
  const char* const args[] = {"--rate", "44100", "--period", "100", NULL};
  studio_init(&studio, 44100, 100);
  studio_start_dummy(&studio, args);
  check_driver(44100, 100);
  studio_create(&studio, 240.0);
  studio_wait_text(&studio, "/playback/state", "stopped", STUDIO_MS);

  // Eight beats take two seconds
  const int64_t start = now_ms();
  studio_ask(&studio, "/playback/play", "");
  studio_wait_text(&studio, "/playback/state", "playing", STUDIO_MS);
  studio_wait_beat(&studio, 8.0);
  const int64_t taken = now_ms() - start;
  assert_in_range(taken, 2000 - SLACK_MS, 2000 + LATE_MS);

  studio_ask(&studio, "/playback/pause", "");
  studio_wait_text(&studio, "/playback/state", "paused", STUDIO_MS);
  assert_true(osc_number(studio_ask(&studio, "/playback/position", ""), 0) >=
              8.0);
  studio_stop_playing(&studio);
  assert_true(osc_number(studio_ask(&studio, "/playback/position", ""), 0) ==
              0.0);
  studio_stop(&studio);
}

static void
test_first_start_plays_the_demo(void** state)
{
  (void)state;
  const char* const args[] = {"--play", NULL};
  studio_init(&studio, 48000, 256);
  studio_start_dummy(&studio, args);
  check_driver(48000, 256);
  assert_string_equal(
    osc_text(studio_ask(&studio, "/compositions/current/name", ""), 0), "Demo");
  studio_wait_beat(&studio, 1.0);

  // It is heard, if only by its meters
  const OscReceived* const meter =
    studio_ask(&studio, "/mixer/channels/master/meter", "");
  assert_true(osc_number(meter, 0) > -40.0);
  assert_true(osc_number(meter, 0) < 6.0);
  studio_stop(&studio);
}

static void
test_all_is_there_after_a_restart(void** state)
{
  (void)state;
  studio_init(&studio, 48000, 256);
  studio_start_dummy(&studio, NULL);
  studio_ask(&studio, "/mixer/channels/1/fader", "f", -7.5f);
  free(studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "New", "midi"));
  char* const before = studio_json(&studio);

  // What was acknowledged is on disk, without any /sync
  osc_client_free(studio.client);
  studio.client = NULL;
  assert_int_equal(daemon_stop(&studio.daemon, SIGINT), 0);
  studio_start_dummy(&studio, NULL);
  char* const after = studio_json(&studio);
  assert_string_equal(after, before);
  free(before);
  free(after);
  studio_stop(&studio);
}

static void
test_memory_and_descriptors_stay(void** state)
{
  (void)state;
  char path[128];
  studio_init(&studio, 48000, 256);
  studio_start_dummy(&studio, NULL);
  studio_create(&studio, 120.0);
  snprintf(path, sizeof(path), "%s/ForzeeStereo/Ride-0.wav", STUDIO_DRUMS);
  char* const sample = studio_make(&studio, "/samples/import", "s", path);

  StudioUsage usage = {0};
  for (int i = 0; i < ROUNDS; ++i) {
    char* const track = studio_make(
      &studio, "/compositions/current/tracks/create", "ss", "Track", "audio");
    snprintf(path,
             sizeof(path),
             "/compositions/current/tracks/%s/clips/create",
             track);
    for (int j = 0; j < CLIPS; ++j) {
      free(studio_make(&studio, path, "ffs", 6.0 * j, 0.0f, sample));
    }
    studio_ask(&studio, "/playback/play_from", "f", (double)(i % 20));
    studio_wait_text(&studio, "/playback/state", "playing", STUDIO_MS);
    studio_wait_beat(&studio, i % 20 + 0.1);
    studio_stop_playing(&studio);
    free(track);

    // What can be undone is kept, so a round leaves nothing to undo
    for (int j = 0; j < CLIPS + 1; ++j) {
      studio_ask(&studio, "/undo", "");
    }
    if (i == ROUNDS / 3) {
      usage = studio_usage(&studio);
    }
  }

  studio_check_usage(&studio, &usage);
  free(sample);
  studio_stop(&studio);
}

static void
test_without_a_server_auto_says_so(void** state)
{
  (void)state;
  const char* const args[] = {
    "--driver", "auto", "--jack-server", "sonic-test-none", NULL};
  studio_init(&studio, 48000, 256);
  studio_start_dummy(&studio, args);
  check_driver(48000, 256);

  char* const errors = daemon_errors(&studio.daemon);
  const char* line   = strstr(errors, "no JACK server sonic-test-none runs");
  assert_non_null(line);
  assert_non_null(strstr(line, "jackd -n sonic-test-none"));
  free(errors);
  studio_stop(&studio);
}

static void
test_without_a_server_jack_fails(void** state)
{
  (void)state;
  char data[128];
  studio_init(&studio, 48000, 256);
  snprintf(data, sizeof(data), "%s/data", studio.daemon.home);
  const char* const args[] = {"run",
                              "--driver",
                              "jack",
                              "--jack-server",
                              "sonic-test-none",
                              "--data-dir",
                              data,
                              NULL};
  char*             output = NULL;
  char*             errors = NULL;
  assert_int_equal(program_run(args, &output, &errors), 1);
  assert_string_equal(output, "");
  assert_non_null(strstr(errors, "no JACK server sonic-test-none runs"));
  assert_ptr_equal(strchr(errors, '\n'), errors + strlen(errors) - 1);
  free(output);
  free(errors);
}

static void
test_it_stops_at_the_end(void** state)
{
  (void)state;
  studio_init(&studio, 48000, 256);
  studio_start_dummy(&studio, NULL);
  studio_create(&studio, 300.0);
  char* const track = studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "Keys", "midi");
  char create[96];
  snprintf(create,
           sizeof(create),
           "/compositions/current/tracks/%.16s/clips/create",
           track);
  free(studio_make(&studio, create, "ff", 0.0, 2.0));
  free(track);

  // A clip that comes later makes the song longer
  studio_ask(&studio, "/playback/stop_at_end", "i", 1);
  studio_ask(&studio, "/compositions/current/clips/c1/start", "f", 4.0);
  studio_ask(&studio, "/playback/play", "");
  studio_wait_beat(&studio, 5.0);
  studio_wait_text(&studio, "/playback/state", "stopped", STUDIO_MS);

  // Without that it goes on
  studio_ask(&studio, "/playback/stop_at_end", "i", 0);
  studio_ask(&studio, "/playback/play", "");
  studio_wait_beat(&studio, 8.0);
  studio_stop(&studio);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_it_keeps_time, tear_down),
    cmocka_unit_test_teardown(test_first_start_plays_the_demo, tear_down),
    cmocka_unit_test_teardown(test_all_is_there_after_a_restart, tear_down),
    cmocka_unit_test_teardown(test_memory_and_descriptors_stay, tear_down),
    cmocka_unit_test_teardown(test_it_stops_at_the_end, tear_down),
    cmocka_unit_test_teardown(test_without_a_server_auto_says_so, tear_down),
    cmocka_unit_test_teardown(test_without_a_server_jack_fails, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
