// SPDX-License-Identifier: GPL-3.0-or-later
//
// liblo's own tools as clients: oscsend, oscsendfile, oscdump

#include "support/converse.h"
#include "support/daemon.h"
#include "support/temp_folder.h"
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

typedef struct {
  Daemon     daemon;
  OscClient* client;
  Tool       dump;
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
  tool_free(&studio->dump);
  tool_free(&studio->tool);
  osc_client_free(studio->client);
  daemon_free(&studio->daemon);
  free(studio);
  return 0;
}

/// Run a tool to its end
static void
run_tool(Studio* const studio, const char* const* const argv)
{
  int status = -1;
  tool_free(&studio->tool);
  assert_true(tool_start(&studio->tool, argv));
  assert_true(process_wait(&studio->tool.process, CONVERSE_MS, &status));
  assert_int_equal(status, 0);
}

static void
send_with(Studio* const     studio,
          const char* const url,
          const char* const path,
          const char* const types,
          const char* const value)
{
  const char* const argv[] = {"oscsend", url, path, types, value, NULL};
  run_tool(studio, argv);
}

static void
test_oscsend_sets(void** const state)
{
  Studio* const    studio = (Studio*)*state;
  OscClient* const client = studio->client;
  converse_ask(client, "/subscribe", "s", "/mixer/channels/*/*");
  converse_hear(client, "/mixer/channels/t1/fader", -4.0);

  char              tcp[64];
  const char* const udp = studio->daemon.url;
  snprintf(tcp, sizeof(tcp), "osc.tcp://127.0.0.1:%u/", studio->daemon.port);
  send_with(studio, udp, "/mixer/channels/t1/fader", "f", "-12.5");
  converse_hear(client, "/mixer/channels/t1/fader", -12.5);
  send_with(studio, udp, "/mixer/channels/t1/fader", "i", "-7");
  converse_hear(client, "/mixer/channels/t1/fader", -7.0);
  send_with(studio, udp, "/mixer/channels/t1/mute", "T", NULL);
  converse_hear(client, "/mixer/channels/t1/mute", 1.0);
  send_with(studio, udp, "/mixer/channels/t1/pan", "s", "0.5");
  converse_hear(client, "/mixer/channels/t1/pan", 0.5);
  send_with(studio, tcp, "/mixer/channels/t1/fader", "d", "-20");
  converse_hear(client, "/mixer/channels/t1/fader", -20.0);
}

/// Wait until oscdump has printed that
static void
expect_dumped(Studio* const studio, const char* const what)
{
  if (!tool_wait(&studio->dump, what, CONVERSE_MS)) {
    fail_msg("oscdump has no %s, but\n%s", what, studio->dump.text);
  }
}

/// Start oscdump and knock until it listens
static void
start_dump(Studio* const studio, const char* const port)
{
  const char* const dump[]  = {"oscdump", "-L", port, NULL};
  const char* const knock[] = {
    "oscsend", "127.0.0.1", port, "/knock", "i", "1", NULL};
  const int64_t end = now_ms() + CONVERSE_MS;
  assert_true(tool_start(&studio->dump, dump));
  do {
    run_tool(studio, knock);
  } while (!tool_wait(&studio->dump, "/knock", 20) && now_ms() < end);
}

static void
test_oscdump_hears(void** const state)
{
  Studio* const  studio = (Studio*)*state;
  char           port[16];
  char           from[64];
  char           file[128];
  char           lines[512];
  const unsigned other = free_port();
  snprintf(port, sizeof(port), "%u", other);
  snprintf(from, sizeof(from), "%u", studio->daemon.port);
  snprintf(file, sizeof(file), "%s/lines", studio->daemon.home);
  snprintf(lines,
           sizeof(lines),
           "00000000.00000000 /client/reply_port i %u\n"
           "00000000.10000000 /mixer/channels/t1/fader f -9.5\n"
           "00000000.20000000 /mixer/channels/t9/fader f -9.5\n"
           "00000000.30000000 /subscribe s /playback/tempo\n",
           other);
  temp_file_write(file, lines, strlen(lines));

  // One socket sends, another one hears what is said to it
  const char* const send[] = {"oscsendfile", "127.0.0.1", from, file, NULL};
  start_dump(studio, port);
  run_tool(studio, send);
  expect_dumped(studio, "/client/reply_port i ");
  expect_dumped(studio, "/mixer/channels/t1/fader f -9.5");
  expect_dumped(studio,
                "/error sss \"/mixer/channels/t9/fader\" \"not-found\"");
  expect_dumped(studio, "/reply ssi \"/subscribe\" \"/playback/tempo\" 1");
  expect_dumped(studio, "/playback/tempo f 104.0");

  converse_ask(studio->client, "/playback/tempo", "f", 99.0);
  expect_dumped(studio, "/playback/tempo f 99.0");
  assert_int_equal(daemon_stop(&studio->daemon, SIGTERM), 0);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_oscsend_sets),
    TEST(test_oscdump_hears),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
