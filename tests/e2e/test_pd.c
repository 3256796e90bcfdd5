// SPDX-License-Identifier: GPL-3.0-or-later
//
// A vanilla Pure Data patch as a client
//
// It sends floats and symbols out of one socket and reads what comes back to
// it: what it sets arrives, it hears answers and what another client changes,
// and there is no type among them that it does not know.

#include "support/converse.h"
#include "support/daemon.h"
#include "support/tool.h"

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

#define PATCH "tests/e2e/pd/session.pd"

typedef struct {
  Daemon     daemon;
  OscClient* client;
  Tool       pd;
} Studio;

static int
set_up(void** const state)
{
  const char* const arguments[] = {"--driver", "dummy", NULL};
  Studio* const     studio      = (Studio*)calloc(1, sizeof(Studio));
  *state                        = studio;
  daemon_init(&studio->daemon);
  if (!daemon_start(&studio->daemon, arguments)) {
    return -1;
  }
  studio->client = osc_client_new(OSC_UDP, studio->daemon.port);
  return 0;
}

static int
tear_down(void** const state)
{
  Studio* const studio = (Studio*)*state;
  tool_free(&studio->pd);
  osc_client_free(studio->client);
  daemon_free(&studio->daemon);
  free(studio);
  return 0;
}

static void
start_pd(Studio* const studio)
{
  char port[32];
  snprintf(port, sizeof(port), "port %u", studio->daemon.port);
  const char* const argv[] = {"pd",
                              "-nogui",
                              "-noaudio",
                              "-nomidi",
                              "-stderr",
                              "-noprefs",
                              "-open",
                              PATCH,
                              "-send",
                              port,
                              NULL};
  assert_true(tool_start(&studio->pd, argv));
}

/// Wait until Pd has heard that
static void
expect_heard(Studio* const studio, const char* const what)
{
  char line[256];
  snprintf(line, sizeof(line), "heard: list %s", what);
  if (!tool_wait(&studio->pd, line, CONVERSE_MS)) {
    fail_msg("Pd did not hear %s, but\n%s", what, studio->pd.text);
  }
}

static void
test_pd_sets_and_hears(void** const state)
{
  Studio* const    studio = (Studio*)*state;
  OscClient* const client = studio->client;
  converse_ask(client, "/compositions/create", "s", "Patch");
  converse_ask(
    client, "/compositions/current/tracks/create", "ss", "One", "audio");
  converse_ask(
    client, "/compositions/current/tracks/create", "ss", "Two", "midi");
  converse_ask(
    client, "/compositions/current/tracks/t2/clips/create", "ff", 0.0, 4.0);
  converse_ask(client, "/subscribe", "s", "/mixer//");
  converse_ask(
    client, "/subscribe", "s", "/compositions/current/tracks/*/name");

  // What Pd sets arrives
  start_pd(studio);
  converse_hear(client, "/mixer/channels/t1/fader", -6.5);
  converse_hear(client, "/mixer/channels/t2/fader", -30.0);
  converse_hear(client, "/mixer/channels/t1/mute", 1.0);
  converse_hear_text(client, "/compositions/current/tracks/t3/name", "From-Pd");

  // It hears answers
  expect_heard(studio, "mixer channels t1 fader -6.5");
  expect_heard(studio, "mixer channels 2 fader norm 0.25");
  expect_heard(studio, "mixer channels t1 mute 1");
  expect_heard(studio, "status stopped 0 120 ");
  expect_heard(studio, "clock ");
  expect_heard(studio, "compositions list 0 demo Demo");
  expect_heard(studio, "reply /compositions/list 2 ");
  expect_heard(studio, "reply /compositions/current/tracks/create t3");
  expect_heard(studio, "reply /compositions/current/clips/c1/notes/add 2");
  expect_heard(studio, "error /playback/nothing unknown-address ");
  expect_heard(studio, "mixer channels t2 pan 0");
  expect_heard(studio, "playback state stopped");
  expect_heard(studio, "synced 7");

  const OscReceived* const note =
    converse_ask(client, "/compositions/current/clips/c1/notes/list", "");
  assert_true(osc_number(note, 1) == 60.0);
  assert_true(osc_number(note, 2) == 0.5);

  // And what others change
  converse_ask(client, "/playback/tempo", "f", 133.0);
  converse_ask(client, "/mixer/channels/t2/pan", "f", -0.75);
  converse_ask(client, "/playback/play", "");
  expect_heard(studio, "playback tempo 133");
  expect_heard(studio, "mixer channels t2 pan -0.75");
  expect_heard(studio, "playback state playing");

  tool_stop(&studio->pd);
  assert_null(strstr(studio->pd.text, "unknown tag"));
  assert_null(strstr(studio->pd.text, "error:"));
  assert_int_equal(daemon_stop(&studio->daemon, SIGTERM), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_pd_sets_and_hears, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
