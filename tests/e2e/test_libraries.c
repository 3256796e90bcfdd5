// SPDX-License-Identifier: GPL-3.0-or-later
//
// The libraries that people write their clients with
//
// A program for each, in tests/e2e/clients, sets and asks, hears what another
// client changes, and sends a bundle, which all arrives.  Those of JavaScript
// run where node is and `npm install` was run in that folder; SuperCollider's
// takes its time to start and runs at full length only.

#include "support/converse.h"
#include "support/daemon.h"
#include "support/lengthy.h"
#include "support/tool.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLIENTS "tests/e2e/clients/"

typedef struct {
  Daemon     daemon;
  OscClient* client;
  Tool       tool;
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
  osc_client_free(studio->client);
  daemon_free(&studio->daemon);
  free(studio);
  return 0;
}

/// Start from the same state
static int
reset(void** const state)
{
  Studio* const studio = (Studio*)*state;
  converse_ask(studio->client, "/mixer/channels/t1/fader", "f", 0.0);
  converse_ask(studio->client, "/mixer/channels/t1/pan", "f", 0.0);
  converse_ask(studio->client, "/mixer/channels/t1/mute", "i", 0);
  return 0;
}

static int
stop_tool(void** const state)
{
  Studio* const studio = (Studio*)*state;
  tool_free(&studio->tool);
  return 0;
}

/// Whether a program works here, by what it prints about its version
static bool
is_there(const char* const program)
{
  Tool              tool   = {0};
  const char* const argv[] = {program, "--version", NULL};
  int               status = -1;
  const bool        there  = tool_start(&tool, argv) &&
                     process_wait(&tool.process, CONVERSE_MS, &status) &&
                     status == 0;
  tool_free(&tool);
  return there;
}

static void
expect_said(Studio* const studio, const char* const what)
{
  if (!tool_wait(&studio->tool, what, CONVERSE_MS)) {
    fail_msg("not \"%s\", but\n%s", what, studio->tool.text);
  }
}

/// Have a client say all it has to say
static void
talk(Studio* const studio, const char* const* const argv)
{
  OscClient* const client = studio->client;
  assert_true(tool_start(&studio->tool, argv));
  expect_said(studio, "subscribed");
  assert_true(converse_number(client, "/mixer/channels/t1/mute") == 1.0);
  converse_ask(client, "/mixer/channels/t1/pan", "f", 0.25);
  expect_said(studio, "heard");
  expect_said(studio, "done");
  assert_true(converse_number(client, "/mixer/channels/t1/fader") == -3.0);
  assert_true(converse_number(client, "/mixer/channels/t1/mute") == 0.0);
}

/// The same with a program that is given the port
static void
talk_with(Studio* const     studio,
          const char* const program,
          const char* const script)
{
  char              port[16];
  const char* const argv[] = {program, script, port, NULL};
  snprintf(port, sizeof(port), "%u", studio->daemon.port);
  talk(studio, argv);
}

static void
test_python_with_liblo(void** const state)
{
  talk_with((Studio*)*state, "/usr/bin/python3", CLIENTS "python_liblo.py");
}

static void
talk_with_node(void** const state, const char* const script)
{
  if (access(CLIENTS "node_modules/osc", F_OK) || !is_there("node")) {
    print_message("no node, or `npm install` was not run in " CLIENTS "\n");
    skip();
  }
  talk_with((Studio*)*state, "node", script);
}

static void
test_osc_of_npm(void** const state)
{
  talk_with_node(state, CLIENTS "osc.js");
}

static void
test_node_osc_of_npm(void** const state)
{
  talk_with_node(state, CLIENTS "node-osc.js");
}

static void
test_osc_min_of_npm(void** const state)
{
  talk_with_node(state, CLIENTS "osc-min.mjs");
}

static void
test_sclang(void** const state)
{
  Studio* const studio = (Studio*)*state;
  char          port[32];
  if (!lengthy(0, 1) || access("/usr/bin/sclang", X_OK)) {
    print_message("no sclang, or no time for it\n");
    skip();
  }

  const char* const argv[] = {"env",
                              port,
                              "QT_QPA_PLATFORM=offscreen",
                              "QTWEBENGINE_DISABLE_SANDBOX=1",
                              "QTWEBENGINE_CHROMIUM_FLAGS=--no-sandbox",
                              "sclang",
                              "-D",
                              CLIENTS "sclang.scd",
                              NULL};
  snprintf(port, sizeof(port), "SONIC_PORT=%u", studio->daemon.port);
  talk(studio, argv);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, reset, stop_tool)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_python_with_liblo),
    TEST(test_osc_of_npm),
    TEST(test_node_osc_of_npm),
    TEST(test_osc_min_of_npm),
    TEST(test_sclang),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
