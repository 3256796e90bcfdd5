// SPDX-License-Identifier: GPL-3.0-or-later
//
// The conformance probe against the program
//
// Every row of the schema passes over UDP and TCP, and the daemon is left as
// it was.  A program that did something else would be found out: a relay makes
// one of it by dropping what it says.

#include "osc/schema.h"
#include "support/converse.h"
#include "support/daemon.h"
#include "support/relay.h"

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

typedef struct {
  Daemon     daemon;
  OscClient* client;
  Relay*     relay;
} Scene;

static int
set_up(void** const state)
{
  const char* const arguments[] = {"--driver", "dummy", NULL};
  Scene* const      scene       = (Scene*)calloc(1, sizeof(Scene));
  *state                        = scene;
  daemon_init(&scene->daemon);
  if (!daemon_start(&scene->daemon, arguments)) {
    return -1;
  }
  scene->client = osc_client_new(OSC_UDP, scene->daemon.port);

  // An effect that measures, and a track with pads
  converse_ask(scene->client, "/effects/add", "ss", "master", "tuner");
  const char* const tracks = "/compositions/current/tracks/";
  char              kit[80];
  char              create[80];
  snprintf(create, sizeof(create), "%screate", tracks);
  const OscReceived* const made =
    converse_ask(scene->client, create, "ss", "Kit", "midi");
  snprintf(kit, sizeof(kit), "%s%.16s/kit", tracks, osc_text(made, 1));
  converse_ask(scene->client, kit, "s", "808-core");
  return 0;
}

static int
tear_down(void** const state)
{
  Scene* const scene = (Scene*)*state;
  relay_free(scene->relay);
  osc_client_free(scene->client);
  daemon_free(&scene->daemon);
  free(scene);
  return 0;
}

/// Run the probe; what it printed is owned by the caller
static int
probe(const uint16_t port, const char* const only, char** const output)
{
  char  text[16];
  char* errors = NULL;
  snprintf(text, sizeof(text), "%u", port);
  const char* const argv[] = {
    "probe", "127.0.0.1", text, only ? "--udp" : NULL, "--only", only, NULL};
  const int code = program_run(argv, output, &errors);
  free(errors);
  return code;
}

static void
test_every_row_passes(void** const state)
{
  Scene* const scene   = (Scene*)*state;
  char*        output  = NULL;
  char* const  before  = converse_json(scene->client);
  const int    code    = probe(scene->daemon.port, NULL, &output);
  unsigned     rows    = 0;
  unsigned     checks  = 0;
  unsigned     faults  = 0;
  unsigned     untried = 1;
  const char*  last    = output + strlen(output) - 1;
  while (last > output && last[-1] != '\n') {
    --last;
  }
  assert_int_equal(sscanf(last,
                          "%u addresses, %u checks, %u faults, %u not tried",
                          &rows,
                          &checks,
                          &faults,
                          &untried),
                   4);
  if (code || faults || untried) {
    fail_msg("%s", output);
  }
  assert_int_equal(rows, 2 * schema_num_rows);
  assert_true(checks > 10 * rows);
  free(output);

  // Nothing stays of it
  char* const after = converse_json(scene->client);
  assert_string_equal(before, after);
  converse_ask(scene->client, "/compositions/list", "");
  const OscReceived* const count =
    osc_client_wait_path(scene->client, "/reply", CONVERSE_MS);
  assert_true(osc_number(count, 1) == 1.0);
  free(before);
  free(after);
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

/// Something that a broken program would not say
typedef struct {
  const char* only;    ///< Addresses to try
  const char* dropped; ///< What is not said
  unsigned    from;    ///< Beginning with that occasion
  unsigned    seen;
} Break;

static bool
has(const char* const packet, const size_t size, const char* const text)
{
  return memmem(packet, size, text, strlen(text)) != NULL;
}

static bool
drop(void* const       handle,
     const bool        to_program,
     const void* const packet,
     const size_t      size)
{
  Break* const broken = (Break*)handle;
  return to_program || !has((const char*)packet, size, broken->dropped) ||
         broken->seen++ < broken->from;
}

static void
test_faults_are_found(void** const state)
{
  // clang-format off
  static Break breaks[] = {
    {"/mixer/master/mute", "/mixer/master/mute", 4, 0},
    {"/mixer/master/mute", "unknown-address",    0, 0},
    {"/playback/loop/end", "out-of-range",       0, 0},
    {"/playback/play",     "bad-argument",       0, 0},
    {"/tracks/list",       "/tracks/list",       3, 0},
    {"/mixer/master/mute", "/undo",              0, 0},
    {"/playback/tempo",    "/help",              0, 0},
    {"/status",            "read-only",          0, 0},
  };
  // clang-format on

  Scene* const scene = (Scene*)*state;
  for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); ++i) {
    char* output   = NULL;
    scene->relay   = relay_new(scene->daemon.port, drop, &breaks[i]);
    const int code = probe(relay_port(scene->relay), breaks[i].only, &output);
    if (code != 1 || breaks[i].seen <= breaks[i].from ||
        !strstr(output, breaks[i].only)) {
      fail_msg("without %s:\n%d %s", breaks[i].dropped, code, output);
    }
    free(output);
    relay_free(scene->relay);
    scene->relay = NULL;
  }
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_every_row_passes),
    TEST(test_faults_are_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
