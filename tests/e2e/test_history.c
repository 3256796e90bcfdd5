// SPDX-License-Identifier: GPL-3.0-or-later
//
// What was saved and what was done, over OSC and over a restart

#include "support/converse.h"
#include "support/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEMPO "/compositions/current/tempo"
#define UNDO "/compositions/current/undo/"
#define HISTORY "/compositions/current/history/"

typedef struct {
  Daemon     daemon;
  OscClient* client;
} Studio;

static const char* const arguments[] = {"--driver", "dummy", NULL};

static int
set_up(void** const state)
{
  Studio* const studio = (Studio*)calloc(1, sizeof(Studio));
  *state               = studio;
  daemon_init(&studio->daemon);
  if (!daemon_start(&studio->daemon, arguments)) {
    return 1;
  }

  studio->client = osc_client_new(OSC_UDP, studio->daemon.port);
  converse_ask(studio->client, "/compositions/create", "s", "Piece");
  return 0;
}

static int
tear_down(void** const state)
{
  Studio* const studio = (Studio*)*state;
  osc_client_free(studio->client);
  daemon_free(&studio->daemon);
  free(studio);
  return 0;
}

static void
restart(Studio* const studio)
{
  assert_int_equal(daemon_stop(&studio->daemon, SIGTERM), 0);
  assert_true(daemon_start(&studio->daemon, arguments));
  osc_client_free(studio->client);
  studio->client = osc_client_new(OSC_UDP, studio->daemon.port);
}

static void
expect_tempo(Studio* const studio, const double expected)
{
  assert_float_equal(converse_number(studio->client, TEMPO), expected, 1e-6);
}

static void
set_tempo(Studio* const studio, const float tempo)
{
  converse_ask(studio->client, TEMPO, "f", tempo);
}

/// How many items a list has, as the message after them says
static int
count_of(OscClient* const client, const char* const list)
{
  osc_client_send(client, list, "");
  const OscReceived* const end = converse_hear_text(client, "/reply", list);
  return (int)osc_number(end, 1);
}

static void
test_a_snapshot_comes_back_and_can_be_undone(void** const state)
{
  Studio* const studio = (Studio*)*state;
  set_tempo(studio, 100.0f);
  converse_ask(studio->client, "/compositions/current/save_as", "s", "Slow");
  set_tempo(studio, 140.0f);
  converse_ask(studio->client, HISTORY "restore", "i", 1);
  expect_tempo(studio, 100.0);
  converse_ask(studio->client, "/undo", "");
  expect_tempo(studio, 140.0);
  assert_int_equal(count_of(studio->client, HISTORY "list"), 1);

  converse_ask(studio->client, HISTORY "prune", "i", 0);
  assert_int_equal(count_of(studio->client, HISTORY "list"), 0);
  converse_refused(studio->client, "not-found", HISTORY "restore", "i", 1);
  expect_tempo(studio, 140.0);
}

static void
test_what_changed_is_told_in_words(void** const state)
{
  Studio* const studio = (Studio*)*state;
  converse_ask(studio->client,
               "/compositions/current/tracks/create",
               "ss",
               "Bass",
               "midi");
  converse_ask(studio->client, "/compositions/current/save_as", "s", "One");
  converse_ask(studio->client, "/mixer/channels/t1/fader", "f", -6.0f);
  set_tempo(studio, 100.0f);

  osc_client_send(studio->client, HISTORY "diff", "ii", 1, 0);
  const OscReceived* line = converse_hear(studio->client, HISTORY "diff", 0);
  assert_string_equal(osc_text(line, 1),
                      "composition: tempo 120.0 -> 100.0 BPM");
  line = converse_hear(studio->client, HISTORY "diff", 1);
  assert_string_equal(osc_text(line, 1),
                      "track \"Bass\" (t1): fader 0.0 -> -6.0 dB");
  converse_hear_text(studio->client, "/reply", HISTORY "diff");
}

static void
test_branches_outlive_the_program(void** const state)
{
  Studio* const studio = (Studio*)*state;
  set_tempo(studio, 100.0f);
  converse_ask(studio->client, "/undo", "");
  converse_ask(studio->client, "/compositions/current/signature", "s", "3/4");
  converse_sync(studio->client);
  assert_int_equal(count_of(studio->client, UNDO "tree"), 2);
  assert_int_equal(count_of(studio->client, UNDO "list"), 1);

  restart(studio);
  assert_int_equal(count_of(studio->client, UNDO "tree"), 2);
  assert_int_equal(count_of(studio->client, UNDO "list"), 1);
  expect_tempo(studio, 120.0);
  converse_ask(studio->client, UNDO "goto", "i", 1);
  expect_tempo(studio, 100.0);
  converse_refused(studio->client, "not-found", UNDO "goto", "i", 999);
  expect_tempo(studio, 100.0);
}

static void
test_what_changed_is_saved_by_itself(void** const state)
{
  Studio* const studio = (Studio*)*state;
  converse_ask(studio->client, "/compositions/current/autosave", "f", 0.0005f);
  set_tempo(studio, 90.0f);

  // Each question is answered after a round of the program, so this ends
  int count = 0;
  for (int i = 0; i < 20000 && !count; ++i) {
    count = count_of(studio->client, HISTORY "list");
  }

  assert_in_range(count, 1, 1000);
  converse_ask(studio->client, "/compositions/current/autosave", "f", 0.0f);
  set_tempo(studio, 130.0f);
  converse_ask(studio->client, HISTORY "restore", "i", 1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_a_snapshot_comes_back_and_can_be_undone, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_what_changed_is_told_in_words, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_branches_outlive_the_program, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_what_changed_is_saved_by_itself, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
