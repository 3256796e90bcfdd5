// SPDX-License-Identifier: GPL-3.0-or-later
//
// From the first start to the last: what `run` says, opens and leaves on disk

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
#include <unistd.h>

typedef struct {
  Daemon     daemon;
  OscClient* client;
  Tool       watch;
} Studio;

static int
set_up(void** const state)
{
  Studio* const studio = (Studio*)calloc(1, sizeof(Studio));
  *state               = studio;
  daemon_init(&studio->daemon);
  return 0;
}

static int
tear_down(void** const state)
{
  Studio* const studio = (Studio*)*state;
  tool_free(&studio->watch);
  osc_client_free(studio->client);
  daemon_free(&studio->daemon);
  free(studio);
  return 0;
}

static void
start(Studio* const studio, const char* const one, const char* const two)
{
  const char* const arguments[] = {"--driver", "dummy", one, two, NULL};
  osc_client_free(studio->client);
  assert_true(daemon_start(&studio->daemon, arguments));
  studio->client = osc_client_new(OSC_UDP, studio->daemon.port);
}

static void
stop(Studio* const studio, const int signal)
{
  assert_int_equal(daemon_stop(&studio->daemon, signal), 0);
}

static const char*
at_home(const Studio* const studio, const char* const name)
{
  static char path[4][200];
  static int  next = 0;

  char* const result = path[next++ % 4];
  snprintf(result, sizeof(path[0]), "%.63s/%.100s", studio->daemon.home, name);
  return result;
}

static void
expect_name(Studio* const studio, const char* const expected)
{
  char* const name =
    converse_string(studio->client, "/compositions/current/name");
  assert_string_equal(name, expected);
  free(name);
}

static void
test_the_first_start_opens_the_demo(void** const state)
{
  Studio* const studio = (Studio*)*state;
  char          ready[256];
  char          url[64];
  start(studio, NULL, NULL);
  snprintf(url, sizeof(url), "osc.udp://127.0.0.1:%u/", studio->daemon.port);
  snprintf(ready, sizeof(ready), "ready %s dummy 48000 Hz 256 frames", url);
  assert_string_equal(studio->daemon.ready, ready);
  expect_name(studio, "Demo");

  // Where it is, for other programs, as long as it runs
  unsigned long     size = 0;
  const char* const file = at_home(studio, "run/sonic-claude/osc-url");
  char* const       text = (char*)temp_file_read(file, &size);
  assert_memory_equal(text, url, strlen(url));
  free(text);
  stop(studio, SIGTERM);
  assert_int_not_equal(access(file, F_OK), 0);
}

static void
test_the_last_one_is_opened_again(void** const state)
{
  Studio* const studio = (Studio*)*state;
  start(studio, NULL, NULL);
  converse_ask(studio->client, "/compositions/create", "s", "Mine");
  stop(studio, SIGINT);
  start(studio, NULL, NULL);
  expect_name(studio, "Mine");
  stop(studio, SIGTERM);

  // Or the one that is named, by id or name
  start(studio, "demo", NULL);
  expect_name(studio, "Demo");
  stop(studio, SIGTERM);
  start(studio, "Mine", "--play");
  expect_name(studio, "Mine");
  converse_ask(studio->client, "/subscribe", "s", "/playback/state");
  converse_hear_text(studio->client, "/playback/state", "playing");
  stop(studio, SIGTERM);
}

static void
test_what_was_acknowledged_is_on_disk(void** const state)
{
  Studio* const studio = (Studio*)*state;
  start(studio, NULL, NULL);
  OscClient* client = studio->client;
  converse_ask(client, "/compositions/create", "s", "Kept");
  converse_ask(
    client, "/compositions/current/tracks/create", "ss", "Keys", "midi");
  converse_ask(
    client, "/compositions/current/tracks/t1/clips/create", "ff", 0.0, 4.0);
  for (int i = 0; i < 100; ++i) {
    converse_ask(client,
                 "/compositions/current/clips/c1/notes/add",
                 "iffi",
                 i,
                 i / 32.0,
                 0.25,
                 100);
    converse_ask(client, "/mixer/channels/t1/fader", "f", -0.25 * i);
  }
  converse_ask(client, "/undo", "");
  char* const before = converse_json(client);
  stop(studio, SIGTERM);

  start(studio, NULL, NULL);
  char* const after = converse_json(studio->client);
  assert_string_equal(after, before);
  free(before);
  free(after);

  // And what is on disk is a valid file
  const char* const file =
    at_home(studio, "data/compositions/kept/current.json");
  const char* const check[] = {"check", file, NULL};
  char*             output  = NULL;
  char*             errors  = NULL;
  stop(studio, SIGTERM);
  assert_int_equal(program_run(check, &output, &errors), 0);
  assert_string_equal(errors, "");
  free(output);
  free(errors);
}

static void
test_a_file_is_imported_as_a_copy(void** const state)
{
  Studio* const     studio = (Studio*)*state;
  const char* const file   = at_home(studio, "music/song.json");
  const char* const text   = "{\"format\": 1, \"id\": \"other\", \"name\": "
                             "\"A Song\", \"tempo\": 91.5, \"newer\": {\"a\": "
                             "[1]}}";
  temp_file_write(file, text, strlen(text));

  start(studio, file, NULL);
  char* const output = daemon_output(&studio->daemon);
  assert_memory_equal(output, "a-song\nready ", 13);
  free(output);
  assert_true(converse_number(studio->client, "/playback/tempo") == 91.5);
  converse_ask(studio->client, "/playback/tempo", "f", 100.0);
  converse_sync(studio->client);

  // The file is as it was, and what a newer program added is kept
  unsigned long size = 0;
  char* const   now  = (char*)temp_file_read(file, &size);
  assert_int_equal(size, strlen(text));
  assert_memory_equal(now, text, size);
  free(now);
  char* const json = converse_json(studio->client);
  assert_non_null(strstr(json, "\"newer\""));
  free(json);
  stop(studio, SIGTERM);

  // Once more it is another one
  start(studio, file, NULL);
  char* const again = daemon_output(&studio->daemon);
  assert_memory_equal(again, "a-song-2\nready ", 15);
  free(again);
  stop(studio, SIGTERM);
}

/// Run a subcommand; its exit code, and what it printed in `text`
static int
run_text(const char* const* const argv, char text[4096])
{
  char*     output = NULL;
  char*     errors = NULL;
  const int code   = program_run(argv, &output, &errors);
  snprintf(text, 4096, "%s%s", output, errors);
  free(output);
  free(errors);
  return code;
}

static void
expect_sent(const Studio* const studio,
            const char* const   address,
            const char* const   argument,
            const int           code,
            const char* const   expected)
{
  char port[16];
  char text[4096];
  snprintf(port, sizeof(port), "%u", studio->daemon.port);
  const char* const argv[] = {"send", "--port", port, address, argument, NULL};
  assert_int_equal(run_text(argv, text), code);
  assert_string_equal(text, expected);
}

static void
test_send_prints_replies(void** const state)
{
  Studio* const studio = (Studio*)*state;
  start(studio, NULL, NULL);
  expect_sent(studio, "/ping", NULL, 0, "/reply /ping\n");
  expect_sent(studio,
              "/mixer/channels/t1/fader",
              "-6",
              0,
              "/mixer/channels/t1/fader -6.0\n");
  expect_sent(studio,
              "/compositions/list",
              NULL,
              0,
              "/compositions/list 0 demo Demo\n"
              "/reply /compositions/list 1 1\n");
  expect_sent(studio,
              "/nope",
              NULL,
              1,
              "/error /nope unknown-address \"No such address\"\n");
  expect_sent(studio, "/sync", "5", 0, "/synced 5\n");
  expect_sent(studio,
              "/compositions/current/name",
              "Two\nlines \"and\" more",
              0,
              "/compositions/current/name \"Two\\nlines \\\"and\\\" more\"\n");
  expect_sent(studio,
              "/compositions/current/tracks/t1/params/cutoff",
              NULL,
              1,
              "/error /compositions/current/tracks/t1/params/cutoff not-found "
              "\"The track's instrument has no parameter \\\"cutoff\\\"\"\n");

  // A page that is not named is the first
  char port[16];
  char text[4096];
  snprintf(port, sizeof(port), "%u", studio->daemon.port);
  const char* const page[] = {
    "send", "/compositions/current/json", "--port", port, NULL};
  expect_sent(studio, "/sync", "3", 0, "/synced 3\n");
  assert_int_equal(run_text(page, text), 0);
  assert_memory_equal(text, "/compositions/current/json 0 ", 29);

  // Types, and numbered calls
  const char* const typed[] = {
    "send", "--port", port, "--types", "T", "/mixer/channels/t1/mute", NULL};
  assert_int_equal(run_text(typed, text), 0);
  assert_string_equal(text, "/mixer/channels/t1/mute 1\n");
  const char* const call[] = {
    "send", "--port", port, "/call", "7", "/nope", NULL};
  assert_int_equal(run_text(call, text), 1);
  assert_string_equal(
    text, "/call/error 7 /nope unknown-address \"No such address\"\n");
  stop(studio, SIGTERM);

  // There is none any more
  assert_int_equal(run_text(typed, text), 1);
  assert_non_null(strstr(text, "no daemon listens at 127.0.0.1 port "));
  assert_non_null(strstr(text, port));
}

static void
test_watch_prints_what_changes(void** const state)
{
  Studio* const studio = (Studio*)*state;
  char          port[16];
  char          program[4096];
  start(studio, NULL, NULL);
  snprintf(port, sizeof(port), "%u", studio->daemon.port);
  snprintf(program, sizeof(program), "%s", build_path("sonic-claude"));
  const char* const watch[] = {
    program, "watch", "/mixer/channels/*/pan", "--port", port, NULL};
  assert_true(tool_start(&studio->watch, watch));
  assert_non_null(
    tool_wait(&studio->watch, "/mixer/channels/master/pan 0.0", CONVERSE_MS));

  converse_ask(studio->client, "/mixer/channels/t1/pan", "f", 0.5);
  assert_non_null(
    tool_wait(&studio->watch, "/mixer/channels/t1/pan 0.5", CONVERSE_MS));

  // What is sent again in case it was lost has not changed
  converse_ask(studio->client, "/subscribe", "s", "/mixer/channels/t1/pan");
  for (int i = 0; i < 3; ++i) {
    converse_hear(studio->client, "/mixer/channels/t1/pan", 0.5);
  }
  converse_ask(studio->client, "/mixer/channels/t2/pan", "f", -0.5);
  const char* const end =
    tool_wait(&studio->watch, "/mixer/channels/t2/pan -0.5", CONVERSE_MS);
  assert_non_null(end);
  const char* const once = strstr(studio->watch.text, "t1/pan 0.5");
  assert_non_null(once);
  assert_null(strstr(once + 1, "t1/pan 0.5"));
}

static void
test_wrong_use_is_said(void** const state)
{
  (void)state;
  static const struct {
    const char* argv[6];
    const char* text; ///< That is said
  } uses[] = {
    {{NULL}, "expected run, render"},
    {{"sing", NULL}, "not sing"},
    {{"run", "--loud", NULL}, "not --loud"},
    {{"run", "--port", NULL}, "--port"},
    {{"run", "--port", "x", NULL}, "not \"x\""},
    {{"run", "--port", "70000", NULL}, "65535"},
    {{"run", "--driver", "x", NULL}, "auto|jack|dummy"},
    {{"run", "a", "b", NULL}, "run [COMPOSITION]"},
    {{"send", NULL}, "send ADDRESS"},
    {{"send", "ping", NULL}, "begins with /"},
    {{"watch", NULL}, "watch PATTERN"},
    {{"check", NULL}, "check FILE"},
    {{"render", "x", NULL}, ""},
    {{"schema", "--format", "x", NULL}, "markdown"},
  };

  for (size_t i = 0; i < sizeof(uses) / sizeof(*uses); ++i) {
    char* output = NULL;
    char* errors = NULL;
    if (program_run(uses[i].argv, &output, &errors) != 2 ||
        !strstr(errors, uses[i].text) || output[0] ||
        strchr(errors, '\n') != errors + strlen(errors) - 1) {
      fail_msg("use %zu: %s", i, errors);
    }
    free(output);
    free(errors);
  }

  static const char* const commands[] = {
    "run", "render", "send", "watch", "check", "schema"};
  for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); ++i) {
    char              text[4096];
    const char* const help[] = {commands[i], "--help", NULL};
    assert_int_equal(run_text(help, text), 0);
    assert_memory_equal(text, "Usage: sonic-claude ", 20);
  }
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_the_first_start_opens_the_demo),
    TEST(test_the_last_one_is_opened_again),
    TEST(test_what_was_acknowledged_is_on_disk),
    TEST(test_a_file_is_imported_as_a_copy),
    TEST(test_send_prints_replies),
    TEST(test_watch_prints_what_changes),
    TEST(test_wrong_use_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
