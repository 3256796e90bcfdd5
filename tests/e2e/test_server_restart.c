// SPDX-License-Identifier: GPL-3.0-or-later
//
// The JACK server dies and comes back while the daemon runs
//
// The daemon stays up and answers, says at /audio/server that the server is
// down, and is back with its ports and connections within three seconds of the
// server's being ready.  Nothing is lost: not the document, not what was edited
// meanwhile, not the sound.

#include "support/studio.h"
#include "support/temp_folder.h"

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
  RATE       = 48000,
  OTHER_RATE = 44100,
  PERIOD     = 256,
  FRAMES     = 5 * RATE, ///< That are listened to
  BACK_MS    = 3000,     ///< In which it must be back
  ANSWER_MS  = 1000,     ///< In which it must answer while it is down
  RESTARTS   = 3,
  MAX_PORTS  = 32,
};

static Studio studio;
static char   folder[TEMP_PATH_SIZE];

static int
set_up(void** state)
{
  (void)state;
  temp_folder_new(folder);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  studio_free(&studio);
  temp_folder_remove(folder);
  return 0;
}

/// The start of the demo as it should sound
static Sound
render_demo(const uint32_t rate)
{
  char path[TEMP_PATH_SIZE + 16];
  char rate_text[16];
  snprintf(rate_text, sizeof(rate_text), "%u", rate);
  snprintf(path, sizeof(path), "%s/demo.wav", folder);
  const char* const args[] = {"render",
                              DEMO,
                              "-o",
                              path,
                              "--bits",
                              "float",
                              "--data-dir",
                              folder,
                              "--rate",
                              rate_text,
                              "--to",
                              "16",
                              NULL};
  char*             output = NULL;
  char*             errors = NULL;
  assert_int_equal(program_run(args, &output, &errors), 0);
  free(output);
  free(errors);
  return sound_read(path);
}

// The graph as the daemon tells

/// The daemon's own ports with type and direction, sorted, one to a line
static char*
list_ports(void)
{
  static const char own[] = "sonic-claude:";

  char   lines[MAX_PORTS][256];
  size_t count = 0;
  assert_true(osc_client_send(studio.client, "/audio/graph/ports", ""));
  const OscReceived* item =
    osc_client_wait_answer(studio.client, "/audio/graph/ports", STUDIO_MS);
  while (item && strcmp(item->path, "/reply") != 0) {
    assert_string_not_equal(item->path, "/error");
    if (!strncmp(osc_text(item, 1), own, sizeof(own) - 1)) {
      assert_true(count < MAX_PORTS);
      snprintf(lines[count++],
               sizeof(lines[0]),
               "%s %s %s\n",
               osc_text(item, 1),
               osc_text(item, 2),
               osc_text(item, 3));
    }
    item =
      osc_client_wait_answer(studio.client, "/audio/graph/ports", STUDIO_MS);
  }
  assert_non_null(item);
  assert_true(count > 0);

  qsort(
    lines, count, sizeof(lines[0]), (int (*)(const void*, const void*))strcmp);
  char* const text = (char*)calloc(count, sizeof(lines[0]));
  for (size_t i = 0; i < count; ++i) {
    strcat(text, lines[i]);
  }
  return text;
}

/// The outputs come to be connected to the playback ports and the recorder
static void
wait_connections(const int64_t end_ms)
{
  static const char* const pairs[][2] = {
    {"sonic-claude:out_left", "system:playback_1"},
    {"sonic-claude:out_right", "system:playback_2"},
    {"sonic-claude:out_left", "capture:left"},
    {"sonic-claude:out_right", "capture:right"},
  };

  for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); ++i) {
    const int64_t left = end_ms - now_ms();
    if (!capture_wait_connected(
          studio.capture, pairs[i][0], pairs[i][1], left > 0 ? (int)left : 0)) {
      fail_msg("%s and %s are not connected", pairs[i][0], pairs[i][1]);
    }
  }
}

// Down and up

/// Take the server away while the daemon plays
static void
lose_server(const int signal)
{
  studio_ask(&studio, "/playback/play", "");
  studio_wait_beat(&studio, 0.5);
  jackd_stop(&studio.jackd, signal);
  studio_wait_text(&studio, "/audio/server", "down", BACK_MS);
}

/// What goes on while there is no server
static void
check_down(const char* const document)
{
  const int64_t start = now_ms();
  studio_ask(&studio, "/ping", "");
  assert_true(now_ms() - start < ANSWER_MS);

  // Edits as ever
  studio_ask(&studio, "/mixer/channels/2/fader", "f", -23.5f);
  studio_sync(&studio);
  char* const edited = studio_json(&studio);
  assert_string_not_equal(edited, document);
  free(edited);
  studio_ask(&studio, "/undo", "");

  // There is no graph to be asked about
  assert_true(osc_client_send(studio.client, "/audio/graph/ports", ""));
  const OscReceived* const answer =
    osc_client_wait_answer(studio.client, "/audio/graph/ports", STUDIO_MS);
  assert_non_null(answer);
  assert_string_equal(answer->path, "/error");
  osc_client_drop(studio.client);
}

/// Start the server again; the daemon is to be back in time
static void
bring_server(void)
{
  capture_free(studio.capture);
  studio.capture = NULL;
  assert_true(jackd_start(&studio.jackd));
  const int64_t end = now_ms() + BACK_MS;
  studio.capture    = capture_new(studio.jackd.name, FRAMES);
  assert_non_null(studio.capture);
  wait_connections(end);
  studio_wait_text(&studio, "/audio/server", "running", (int)(end - now_ms()));
}

/// Wait until all audio is there at the new rate
static void
wait_samples(void)
{
  const int64_t end      = now_ms() + STUDIO_MS;
  bool          is_there = false;
  while (!is_there) {
    assert_true(now_ms() < end);
    osc_client_collect(studio.client, 20);
    assert_true(osc_client_send(studio.client, "/samples/list", ""));
    const OscReceived* item =
      osc_client_wait_answer(studio.client, "/samples/list", STUDIO_MS);
    is_there = true;
    while (item && strcmp(item->path, "/reply") != 0) {
      is_there = is_there && osc_number(item, 3) > 0.0;
      item = osc_client_wait_answer(studio.client, "/samples/list", STUDIO_MS);
    }
    assert_non_null(item);
  }
}

/// Start the demo with the outputs connected
static void
start(void)
{
  const char* const args[] = {"--connect", DEMO, NULL};
  studio_init(&studio, RATE, PERIOD);
  studio_start(&studio, args, FRAMES);
  wait_connections(now_ms() + STUDIO_MS);
}

static void
test_daemon_survives_its_server(void** state)
{
  (void)state;
  Sound demo = render_demo(RATE);
  start();
  char* const ports    = list_ports();
  char* const document = studio_json(&studio);
  StudioUsage usage    = {0};
  for (int i = 0; i < RESTARTS; ++i) {
    lose_server(i == 1 ? SIGTERM : SIGKILL);
    check_down(document);
    const double beat =
      osc_number(studio_ask(&studio, "/playback/position", ""), 0);
    assert_true(beat >= 0.5);
    bring_server();

    char* const ports_now    = list_ports();
    char* const document_now = studio_json(&studio);
    assert_string_equal(ports_now, ports);
    assert_string_equal(document_now, document);
    free(ports_now);
    free(document_now);

    // The transport goes on where it was, and can start anew
    studio_wait_text(&studio, "/playback/state", "playing", STUDIO_MS);
    assert_true(osc_number(studio_ask(&studio, "/playback/position", ""), 0) >=
                beat);
    studio_wait_beat(&studio, beat + 0.5);
    studio_stop_playing(&studio);
    studio_record(&studio, FRAMES, true, studio_check_sound, &demo);

    if (i == 0) {
      usage = studio_usage(&studio);
    }
  }

  // What the first restart did not leave behind the others do not either
  studio_check_usage(&studio, &usage);
  sound_free(&demo);
  free(ports);
  free(document);
  studio_stop(&studio);
}

static void
test_server_comes_back_at_another_rate(void** state)
{
  (void)state;
  Sound demo = render_demo(OTHER_RATE);
  start();
  char* const ports    = list_ports();
  char* const document = studio_json(&studio);

  lose_server(SIGKILL);
  studio.jackd.rate   = OTHER_RATE;
  studio.jackd.period = 2 * PERIOD;
  bring_server();
  const OscReceived* const server = studio_ask(&studio, "/audio/server", "");
  assert_int_equal((int)osc_number(server, 1), OTHER_RATE);
  assert_int_equal((int)osc_number(server, 2), 2 * PERIOD);

  char* const ports_now    = list_ports();
  char* const document_now = studio_json(&studio);
  assert_string_equal(ports_now, ports);
  assert_string_equal(document_now, document);
  studio_stop_playing(&studio);
  wait_samples();
  studio_record(&studio, FRAMES, true, studio_check_sound, &demo);

  free(ports_now);
  free(document_now);
  free(ports);
  free(document);
  sound_free(&demo);
  studio_stop(&studio);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_daemon_survives_its_server, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_server_comes_back_at_another_rate, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
