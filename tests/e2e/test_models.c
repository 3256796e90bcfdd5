// SPDX-License-Identifier: GPL-3.0-or-later
//
// A daemon that asks a language model: what a client hears of a turn, that it
// stops when it should, and that the key goes nowhere

#include "support/converse.h"
#include "support/daemon.h"
#include "support/model_server.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

/// No other text has it
#define KEY "sk-secret-9876543210"

typedef struct {
  Daemon       daemon;
  OscClient*   client;
  ModelServer* server;
  char         key_file[128];
} Scene;

static void
start(Scene* const scene)
{
  const char* const arguments[] = {"--driver",
                                   "dummy",
                                   "--ai-provider",
                                   "openai",
                                   "--ai-model",
                                   "tiny",
                                   "--ai-key-file",
                                   scene->key_file,
                                   NULL};
  assert_true(daemon_start(&scene->daemon, arguments));
  scene->client = osc_client_new(OSC_UDP, scene->daemon.port);
}

static int
set_up(void** const state)
{
  Scene* const scene = (Scene*)calloc(1, sizeof(Scene));
  *state             = scene;
  scene->server      = model_server_new(MODEL_OPENAI);
  setenv("OPENAI_BASE_URL", model_server_url(scene->server), 1);
  unsetenv("OPENAI_API_KEY");
  daemon_init(&scene->daemon);
  snprintf(
    scene->key_file, sizeof(scene->key_file), "%s.key", scene->daemon.home);
  FILE* const file = fopen(scene->key_file, "w");
  fputs(KEY "\n", file);
  fclose(file);
  chmod(scene->key_file, 0600);
  start(scene);
  return 0;
}

static int
tear_down(void** const state)
{
  Scene* const scene = (Scene*)*state;
  osc_client_free(scene->client);
  model_server_free(scene->server);
  daemon_free(&scene->daemon);
  remove(scene->key_file);
  free(scene);
  return 0;
}

static int
say(const Scene* const scene, const char* const text)
{
  return (int)osc_number(converse_ask(scene->client, "/ai/chat", "s", text), 1);
}

/// Wait until the model was asked so often
static void
wait_asked(const Scene* const scene, const size_t count)
{
  while (model_server_count(scene->server) < count) {
    converse_ping(scene->client);
  }
}

static void
assert_stage(const Scene* const scene, const int turn, const char* const name)
{
  const OscReceived* const got =
    converse_hear(scene->client, "/ai/progress", turn);
  assert_string_equal(osc_text(got, 1), name);
}

static void
test_stages_are_told_and_a_turn_is_one_step(void** const state)
{
  static const ModelStep steps[] = {
    {.calls = {{"set_tempo", "{\"tempo\": 133}"},
               {"set_loop_points", "{\"loop_end\": 12}"}}},
    {.text = "It is 133 now."}};
  const Scene* const scene = (Scene*)*state;
  char* const        name  = converse_string(scene->client, "/ai/provider");
  assert_string_equal(name, "openai tiny");
  model_server_script(scene->server, steps, 2);
  const int turn = say(scene, "faster, and loop three bars");
  assert_stage(scene, turn, "thinking");
  assert_stage(scene, turn, "set_tempo");
  assert_stage(scene, turn, "set_loop_points");
  assert_stage(scene, turn, "thinking");
  assert_string_equal(
    osc_text(converse_hear(scene->client, "/ai/chat/reply", turn), 1),
    "It is 133 now.");
  assert_true(converse_number(scene->client, "/playback/tempo") == 133.0);
  assert_true(converse_number(scene->client, "/playback/loop/end") == 12.0);
  converse_ask(scene->client, "/undo", "");
  assert_true(converse_number(scene->client, "/playback/tempo") != 133.0);
  assert_true(converse_number(scene->client, "/playback/loop/end") != 12.0);
  char* const json = converse_json(scene->client);
  assert_non_null(strstr(json, "It is 133 now."));
  free(json);
  free(name);
}

static void
test_it_is_cancelled_and_nothing_waits_for_it(void** const state)
{
  static const ModelStep steps[] = {
    {.calls = {{"set_tempo", "{\"tempo\": 144}"}}}, {.hang = true}};
  const Scene* const scene = (Scene*)*state;
  model_server_script(scene->server, steps, 2);
  const int turn = say(scene, "faster");
  assert_stage(scene, turn, "thinking");
  assert_stage(scene, turn, "set_tempo");
  assert_stage(scene, turn, "thinking");

  // Meanwhile all else goes on, and nobody sees the draft
  wait_asked(scene, 2);
  converse_ask(scene->client, "/playback/play", "");
  converse_ask(scene->client, "/playback/tempo", "f", 99.0);
  assert_true(converse_number(scene->client, "/playback/tempo") == 99.0);
  const int waits = say(scene, "and this comes later");
  assert_true(osc_number(converse_ask(scene->client, "/ai/cancel", ""), 1) ==
              2.0);
  const OscReceived* got =
    converse_hear(scene->client, "/ai/chat/reply", waits);
  assert_string_equal(osc_text(got, 1), "Cancelled");
  got = converse_hear(scene->client, "/ai/chat/reply", turn);
  assert_non_null(strstr(osc_text(got, 1), "Cancelled"));
  assert_true(converse_number(scene->client, "/playback/tempo") == 99.0);
  got = converse_ask(scene->client, "/streams/ai", "");
  assert_string_equal(osc_text(got, 1), "cancelled");
}

static void
test_a_turn_is_about_the_composition_it_was_said_in(void** const state)
{
  static const ModelStep steps[] = {
    {.calls = {{"set_tempo", "{\"tempo\": 144}"}}}, {.hang = true}};
  const Scene* const scene = (Scene*)*state;
  model_server_script(scene->server, steps, 2);
  const int turn = say(scene, "faster");
  assert_stage(scene, turn, "thinking");
  assert_stage(scene, turn, "set_tempo");
  wait_asked(scene, 2);
  converse_ask(scene->client, "/compositions/create", "s", "Other");
  converse_ask(scene->client, "/ai/cancel", "");
  assert_non_null(
    strstr(osc_text(converse_hear(scene->client, "/ai/chat/reply", turn), 1),
           "Another composition"));
  char* const json = converse_json(scene->client);
  assert_null(strstr(json, "faster"));
  free(json);
}

/// Whether a file has the key (an nftw function)
static int
look_for_key(const char* const        path,
             const struct stat* const info,
             const int                type,
             struct FTW* const        place)
{
  (void)place;
  if (type != FTW_F) {
    return 0;
  }

  const size_t size = (size_t)info->st_size;
  char* const  data = (char*)malloc(size + 1u);
  FILE* const  file = fopen(path, "r");
  const size_t got  = file ? fread(data, 1, size, file) : 0;
  const bool   has  = memmem(data, got, KEY, strlen(KEY)) != NULL;
  if (file) {
    fclose(file);
  }

  free(data);
  return has;
}

static void
test_the_key_is_in_the_request_alone(void** const state)
{
  static const ModelStep steps[] = {
    {.text = "Yes."},
    {.status = 401, .error = "authentication_error", .text = "bad key"},
    {.hang = true}};
  Scene* const scene = (Scene*)*state;
  model_server_script(scene->server, steps, 3);
  converse_hear(scene->client, "/ai/chat/reply", say(scene, "are you there?"));
  char* const head = model_server_head(scene->server, 0);
  assert_non_null(strstr(head, KEY));
  free(head);
  converse_hear(scene->client, "/ai/chat/reply", say(scene, "and now?"));

  // It ends well while a model thinks
  say(scene, "think");
  wait_asked(scene, 3);
  converse_sync(scene->client);
  osc_client_free(scene->client);
  scene->client    = NULL;
  const int status = daemon_stop(&scene->daemon, SIGTERM);
  assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
  char* const output = daemon_output(&scene->daemon);
  char* const errors = daemon_errors(&scene->daemon);
  assert_null(strstr(output, KEY));
  assert_null(strstr(errors, KEY));
  assert_int_equal(nftw(scene->daemon.home, look_for_key, 8, FTW_PHYS), 0);
  free(output);
  free(errors);

  // A key that others can read is not taken
  chmod(scene->key_file, 0644);
  start(scene);
  char* const said = daemon_errors(&scene->daemon);
  assert_non_null(strstr(said, "can be read by others"));
  free(said);
  assert_non_null(
    strstr(osc_text(converse_hear(scene->client,
                                  "/ai/chat/reply",
                                  say(scene, "set the tempo to 91")),
                    1),
           "not set up"));
  assert_true(converse_number(scene->client, "/playback/tempo") == 91.0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_stages_are_told_and_a_turn_is_one_step),
    cmocka_unit_test(test_it_is_cancelled_and_nothing_waits_for_it),
    cmocka_unit_test(test_a_turn_is_about_the_composition_it_was_said_in),
    cmocka_unit_test(test_the_key_is_in_the_request_alone),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
