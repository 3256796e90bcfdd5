// SPDX-License-Identifier: GPL-3.0-or-later
//
// The disk takes nothing more, then no file can be opened any more
//
// Limits of the running daemon do it: no file may grow (EFBIG, as a full disk
// says ENOSPC), or no descriptor is left (EMFILE).  It says so with `io`, goes
// on and forgets nothing; without the limit it saves as before.

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
#include <sys/resource.h>

#define CURRENT "/compositions/current/"
#define TEMPO CURRENT "tempo"
#define NAME CURRENT "tracks/1/name"

typedef struct {
  Daemon        daemon;
  OscClient*    client;
  struct rlimit before; ///< Of what is limited
} Studio;

static const char* const arguments[] = {"--driver", "dummy", NULL};

static void
start(Studio* const studio)
{
  assert_true(daemon_start(&studio->daemon, arguments));
  osc_client_free(studio->client);
  studio->client = osc_client_new(OSC_PREFIX, studio->daemon.port);
  assert_non_null(studio->client);
}

static int
set_up(void** const state)
{
  Studio* const studio = (Studio*)calloc(1, sizeof(Studio));
  *state               = studio;
  daemon_init(&studio->daemon);
  start(studio);
  converse_ask(studio->client, "/compositions/create", "s", "Piece");
  converse_ask(studio->client, CURRENT "tracks/create", "ss", "Bass", "midi");
  converse_sync(studio->client);
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

/// Take something away from the daemon
static void
limit(Studio* const studio, const __rlimit_resource_t what, const rlim_t most)
{
  const pid_t pid = studio->daemon.process.pid;
  assert_int_equal(prlimit(pid, what, NULL, &studio->before), 0);
  const struct rlimit less = {most, studio->before.rlim_max};
  assert_int_equal(prlimit(pid, what, &less, NULL), 0);
}

/// Give it back
static void
unlimit(Studio* const studio, const __rlimit_resource_t what)
{
  const pid_t pid = studio->daemon.process.pid;
  assert_int_equal(prlimit(pid, what, &studio->before, NULL), 0);
}

static void
set_tempo(Studio* const studio, const float tempo)
{
  converse_ask(studio->client, TEMPO, "f", tempo);
}

static void
expect_tempo(Studio* const studio, const double tempo)
{
  assert_float_equal(converse_number(studio->client, TEMPO), tempo, 1e-6);
}

static void
expect_name(Studio* const studio, const char* const expected)
{
  char* const name = converse_string(studio->client, NAME);
  assert_string_equal(name, expected);
  free(name);
}

/// All that writes files says `io` with the cause
static void
expect_refusals(Studio* const studio, const char* const cause)
{
  static const char* const names[] = {"a.json", "a.zip", "a.mid"};

  OscClient* const client = studio->client;
  const char*      text =
    osc_text(converse_refused(client, "io", CURRENT "save_as", "s", "Take"), 2);
  assert_non_null(strstr(text, cause));
  for (int i = 0; i < 3; ++i) {
    text = osc_text(
      converse_refused(client, "io", CURRENT "export", "s", names[i]), 2);
    assert_non_null(strstr(text, cause));
  }

  converse_refused(client, "io", "/compositions/create", "s", "Other");
  converse_refused(client, "io", CURRENT "duplicate", "");
}

/// What is asked of it is done, on disk too
static void
expect_health(Studio* const studio, const char* const name)
{
  OscClient* const client = studio->client;
  converse_sync(client);
  converse_ask(client, CURRENT "save_as", "s", "Take");
  converse_ask(client, CURRENT "export", "s", name);
}

static void
restart(Studio* const studio)
{
  daemon_stop(&studio->daemon, SIGKILL);
  start(studio);
}

static void
test_a_disk_that_takes_nothing(void** const state)
{
  Studio* const    studio = (Studio*)*state;
  OscClient* const client = studio->client;
  limit(studio, RLIMIT_FSIZE, 0);
  set_tempo(studio, 90.0f);
  const OscReceived* const refused =
    converse_refused(client, "io", "/sync", "i", 1);
  assert_non_null(strstr(osc_text(refused, 2), "File too large"));
  expect_refusals(studio, "File too large");

  // It goes on in memory, and what it says is true
  converse_ask(client, NAME, "s", "Lead");
  expect_name(studio, "Lead");
  converse_ask(client, CURRENT "undo", "");
  expect_name(studio, "Bass");
  converse_refused(client, "io", "/sync", "i", 2);

  unlimit(studio, RLIMIT_FSIZE);
  expect_health(studio, "b.zip");
  restart(studio);
  expect_tempo(studio, 90.0);
  expect_name(studio, "Bass");
  converse_ask(studio->client, CURRENT "redo", "");
  expect_name(studio, "Lead");
}

static void
test_no_descriptor_left(void** const state)
{
  Studio* const studio = (Studio*)*state;
  limit(studio, RLIMIT_NOFILE, 0);

  // The journal is open
  set_tempo(studio, 90.0f);
  converse_sync(studio->client);
  expect_refusals(studio, "Too many open files");
  converse_refused(studio->client, "io", CURRENT "history/list", "");

  unlimit(studio, RLIMIT_NOFILE);
  expect_health(studio, "b.zip");
  restart(studio);
  expect_tempo(studio, 90.0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_a_disk_that_takes_nothing, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_no_descriptor_left, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
