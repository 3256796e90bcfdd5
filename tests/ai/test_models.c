// SPDX-License-Identifier: GPL-3.0-or-later
//
// Language models that behave and that do not, in both formats, over a real
// connection

#include "ai/assistant.h"
#include "ai/model_cases.h"
#include "ai/provider.h"
#include "model/codec.h"
#include "services/agent.h"
#include "services/composition_undo.h"
#include "services/song.h"
#include "support/model_server.h"
#include "support/process.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Milliseconds that an answer may take on a busy machine
#define ANSWER_MS 30000

/// No other text has it, so it is looked for where it may not be
#define KEY "sk-secret-0123456789"

static const char song[] =
  "{\"format\": 1, \"id\": \"s\", \"name\": \"Song\", \"tempo\": 120,"
  " \"tracks\": [{\"id\": \"t1\", \"name\": \"Bass\", \"type\": \"midi\"}]}";

typedef struct {
  Song         song;
  Assistant*   assistant;
  Provider*    provider;
  ModelServer* server;
  char*        reply;       ///< Of the last turn, owned
  char         stages[512]; ///< That it went through
} Stage;

static void
hear(void* const handle, const AgentEvent* const event)
{
  Stage* const scene = (Stage*)handle;
  if (event->type == AGENT_REPLY) {
    free(scene->reply);
    scene->reply = strdup(event->text);
    return;
  }

  const size_t used = strlen(scene->stages);
  snprintf(
    scene->stages + used, sizeof(scene->stages) - used, "%s ", event->text);
}

static void
ignore_fault(void* const handle, const char* const text)
{
  (void)handle;
  fail_msg("%s", text);
}

static void
open_scene(Stage* const scene, const ModelFormat format, const char* const key)
{
  const bool is_openai = format == MODEL_OPENAI;
  *scene               = (Stage){.reply = NULL};
  scene->server        = model_server_new(format);
  setenv(is_openai ? "OPENAI_BASE_URL" : "ANTHROPIC_BASE_URL",
         model_server_url(scene->server),
         1);
  setenv(is_openai ? "OPENAI_API_KEY" : "ANTHROPIC_API_KEY", key, 1);
  song_init(&scene->song);
  song_open(&scene->song, song);
  Services* const services = scene->song.services;
  scene->assistant = assistant_new(services, "presets", ignore_fault, NULL);
  assert_non_null(scene->assistant);
  const AgentBrain     builtin = assistant_brain(scene->assistant);
  const ProviderConfig config  = {
     is_openai ? WIRE_OPENAI : WIRE_ANTHROPIC, "a-model", NULL, 1, 1};
  scene->provider = provider_new(services, &builtin, &config);
  assert_non_null(scene->provider);
  agent_listen(services, hear, scene);
}

static void
close_scene(Stage* const scene)
{
  provider_free(scene->provider);
  assistant_free(scene->assistant);
  song_free(&scene->song);
  model_server_free(scene->server);
  free(scene->reply);
}

/// Say something; nothing is answered yet
static void
say(Stage* const scene, const char* const text)
{
  const Author author = {7, "test", "", ""};
  uint32_t     number = 0;
  free(scene->reply);
  scene->reply     = NULL;
  scene->stages[0] = '\0';
  assert_int_equal(
    agent_chat(scene->song.services, &author, text, ID_NONE, &number),
    STATUS_OK);
}

/// Wait for the answer, borrowed
static const char*
hear_answer(Stage* const scene)
{
  const int64_t end = now_ms() + ANSWER_MS;
  while (!scene->reply && now_ms() < end) {
    agent_poll(scene->song.services->agent);
    poll(NULL, 0, 1);
  }

  assert_non_null(scene->reply);
  return scene->reply;
}

static bool
keep_text(void* const handle, const char* const text, const size_t length)
{
  return fwrite(text, 1, length, (FILE*)handle) == length;
}

/// The document without its conversation, owned
static char*
document_text(const Stage* const scene)
{
  char*        text = NULL;
  size_t       size = 0;
  FILE* const  file = open_memstream(&text, &size);
  const Status st   = composition_encode(
    services_document(scene->song.services), keep_text, file);
  fclose(file);
  assert_int_equal(st, STATUS_OK);
  json_t* const json = json_loadb(text, size, 0, NULL);
  free(text);
  assert_non_null(json);
  json_object_del(json, "chat");
  json_object_del(json, "next_id"); // Ids are never used again
  text = json_dumps(json, JSON_COMPACT);
  json_decref(json);
  return text;
}

static double
tempo_of(const Stage* const scene)
{
  return tempo_to_bpm(services_document(scene->song.services)->tempo);
}

static void
step(const Stage* const scene, Status (*const go)(Services* services))
{
  Services* const services = scene->song.services;
  services_begin(services, NULL);
  assert_int_equal(go(services), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
}

/// A turn that changed something is one step back and one forth
static void
check_step(const Stage* const scene, const char* const before)
{
  char* const after = document_text(scene);
  step(scene, composition_undo);
  char* const undone = document_text(scene);
  step(scene, composition_redo);
  char* const redone = document_text(scene);
  assert_string_equal(undone, before);
  assert_string_equal(redone, after);
  step(scene, composition_undo);
  free(after);
  free(undone);
  free(redone);
}

/// Both sides of a turn are in the conversation, and the key is not
static void
check_chat(const Stage* const scene, const size_t turns)
{
  const json_t* const chat = services_document(scene->song.services)->chat;
  assert_int_equal(json_array_size(chat), 2u * turns);
  const json_t* const told  = json_array_get(chat, 2u * turns - 1u);
  const char* const   words = json_string_value(json_object_get(told, "text"));
  assert_string_equal(words, scene->reply);
  char* const all = json_dumps(chat, 0);
  assert_null(strstr(all, KEY));
  free(all);
}

static void
check_case(Stage* const scene, const Case* const c, const size_t turns)
{
  char* const before = document_text(scene);
  model_server_script(scene->server, c->steps, STEPS);
  say(scene, "xyzzy please");
  const char* const reply = hear_answer(scene);
  if (!strstr(reply, c->words)) {
    fail_msg("%s: answered \"%s\", not \"%s\"", c->name, reply, c->words);
  }

  check_chat(scene, turns);
  if (c->tempo > NOTHING) {
    if (tempo_of(scene) != c->tempo) {
      fail_msg("%s: the tempo is %f", c->name, tempo_of(scene));
    }

    check_step(scene, before);
  }

  char* const after = document_text(scene);
  if (strcmp(after, before) != 0) {
    fail_msg("%s: something was changed", c->name);
  }

  free(after);
  free(before);
}

static void
check_cases(const ModelFormat format)
{
  Stage  scene;
  size_t turns = 0;
  open_scene(&scene, format, KEY);
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    if (!cases[i].only || cases[i].only == 1 + (int)format) {
      check_case(&scene, &cases[i], ++turns);
    }
  }

  close_scene(&scene);
}

static void
test_what_anthropic_models_do_ends_well(void** const state)
{
  (void)state;
  check_cases(MODEL_ANTHROPIC);
}

static void
test_what_openai_models_do_ends_well(void** const state)
{
  (void)state;
  check_cases(MODEL_OPENAI);
}

// Requests

static json_t*
request_body(const Stage* const scene, const size_t index)
{
  char* const text = model_server_body(scene->server, index);
  assert_non_null(text);
  json_t* const body = json_loads(text, 0, NULL);
  assert_non_null(body);
  free(text);
  return body;
}

static json_t*
last_of(json_t* const list)
{
  return json_array_get(list, json_array_size(list) - 1u);
}

static void
test_anthropic_requests_are_as_the_api_wants(void** const state)
{
  static const ModelStep steps[] = {GOOD};
  (void)state;
  Stage scene;
  open_scene(&scene, MODEL_ANTHROPIC, KEY);
  model_server_script(scene.server, steps, 2);
  say(&scene, "make it 133");
  hear_answer(&scene);
  assert_int_equal(model_server_count(scene.server), 2);
  char* const head = model_server_head(scene.server, 0);
  assert_ptr_equal(strstr(head, "POST /v1/messages HTTP"), head);
  assert_non_null(strstr(head, "x-api-key: " KEY));
  assert_non_null(strstr(head, "anthropic-version: 2023-06-01"));
  free(head);

  json_t* const      first   = request_body(&scene, 0);
  json_t* const      second  = request_body(&scene, 1);
  static const char* never[] = {
    "temperature", "top_p", "top_k", "tool_choice", "thinking"};
  for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); ++i) {
    assert_null(json_object_get(first, never[i]));
  }

  // What is the same each time is cached, and is the same each time
  const json_t* const tools = json_object_get(first, "tools");
  assert_non_null(json_object_get(last_of((json_t*)tools), "cache_control"));
  assert_true(json_equal(tools, json_object_get(second, "tools")));
  assert_true(json_equal(json_object_get(first, "system"),
                         json_object_get(second, "system")));

  // The answer goes back unchanged, and its results behind it
  json_t* const       messages = json_object_get(second, "messages");
  const json_t* const call =
    json_array_get(json_object_get(json_array_get(messages, 1), "content"), 0);
  const json_t* const result =
    json_array_get(json_object_get(last_of(messages), "content"), 0);
  assert_int_equal(json_array_size(messages), 3);
  assert_string_equal(json_string_value(json_object_get(call, "type")),
                      "tool_use");
  assert_int_equal(json_integer_value(
                     json_object_get(json_object_get(call, "input"), "tempo")),
                   133);
  assert_true(json_equal(json_object_get(call, "id"),
                         json_object_get(result, "tool_use_id")));
  json_decref(first);
  json_decref(second);
  close_scene(&scene);
}

static void
test_openai_requests_are_as_the_api_wants(void** const state)
{
  static const ModelStep steps[] = {GOOD};
  (void)state;
  Stage scene;
  open_scene(&scene, MODEL_OPENAI, KEY);
  model_server_script(scene.server, steps, 2);
  say(&scene, "make it 133");
  hear_answer(&scene);
  char* const head = model_server_head(scene.server, 0);
  assert_ptr_equal(strstr(head, "POST /v1/chat/completions HTTP"), head);
  assert_non_null(strstr(head, "authorization: Bearer " KEY));
  free(head);

  json_t* const       body     = request_body(&scene, 1);
  json_t* const       messages = json_object_get(body, "messages");
  const json_t* const call     = json_array_get(
    json_object_get(json_array_get(messages, 2), "tool_calls"), 0);
  const json_t* const result = last_of(messages);
  assert_int_equal(json_array_size(messages), 4);
  assert_string_equal(json_string_value(json_object_get(result, "role")),
                      "tool");
  assert_true(json_equal(json_object_get(call, "id"),
                         json_object_get(result, "tool_call_id")));
  json_decref(body);
  close_scene(&scene);
}

static void
test_what_was_said_before_is_told(void** const state)
{
  static const ModelStep steps[] = {SAYS("One."), SAYS("Two.")};
  (void)state;
  for (int format = 0; format < 2; ++format) {
    Stage scene;
    open_scene(&scene, (ModelFormat)format, KEY);
    model_server_script(scene.server, steps, 2);
    say(&scene, "the first thing");
    hear_answer(&scene);
    say(&scene, "the second thing");
    hear_answer(&scene);
    char* const body = model_server_body(scene.server, 1);
    assert_non_null(strstr(body, "the first thing"));
    assert_non_null(strstr(body, "One."));
    assert_non_null(strstr(body, "the second thing"));
    assert_non_null(strstr(body, "Bass"));
    free(body);
    close_scene(&scene);
  }
}

// Ends from outside

static void
test_a_turn_is_cancelled_at_once(void** const state)
{
  static const ModelStep steps[] = {SETS_TEMPO, {.hang = true}};
  (void)state;
  for (int format = 0; format < 2; ++format) {
    Stage scene;
    open_scene(&scene, (ModelFormat)format, KEY);
    model_server_script(scene.server, steps, 2);
    char* const before = document_text(&scene);
    say(&scene, "make it 133");
    say(&scene, "and this waits");
    while (model_server_count(scene.server) < 2) {
      agent_poll(scene.song.services->agent);
      poll(NULL, 0, 1);
    }

    assert_int_equal(agent_cancel(scene.song.services), 2);
    assert_non_null(strstr(scene.reply, "Cancelled"));
    free(scene.reply);
    scene.reply         = NULL;
    const int64_t start = now_ms();
    assert_non_null(strstr(hear_answer(&scene), "Cancelled"));
    assert_in_range(now_ms() - start, 0, 900);
    char* const after = document_text(&scene);
    assert_string_equal(before, after);
    free(before);
    free(after);
    close_scene(&scene);
  }
}

static void
test_an_edit_meanwhile_is_kept(void** const state)
{
  static const ModelStep steps[] = {
    {.calls = {{"delete_track", "{\"track_id\": \"t1\"}"}}},
    SAYS("It is gone.")};
  (void)state;
  Stage scene;
  open_scene(&scene, MODEL_ANTHROPIC, KEY);
  model_server_script(scene.server, steps, 2);
  say(&scene, "delete the bass");
  while (model_server_count(scene.server) < 2) {
    agent_poll(scene.song.services->agent);
    poll(NULL, 0, 1);
  }

  // Somebody else is quicker
  Services* const services = scene.song.services;
  json_t*         result   = NULL;
  json_t* const   args     = json_pack("{s:s}", "track_id", "t1");
  services_begin(services, NULL);
  assert_int_equal(agent_action(services, "delete_track", args, &result),
                   STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  json_decref(result);
  json_decref(args);
  char* const before = document_text(&scene);
  assert_non_null(strstr(hear_answer(&scene), "nothing changed"));
  char* const after = document_text(&scene);
  assert_string_equal(before, after);
  free(before);
  free(after);
  close_scene(&scene);
}

static void
test_the_program_ends_while_a_model_thinks(void** const state)
{
  static const ModelStep steps[] = {{.hang = true}};
  (void)state;
  Stage scene;
  open_scene(&scene, MODEL_OPENAI, KEY);
  model_server_script(scene.server, steps, 1);
  say(&scene, "think");
  while (model_server_count(scene.server) < 1) {
    agent_poll(scene.song.services->agent);
    poll(NULL, 0, 1);
  }

  const int64_t start = now_ms();
  close_scene(&scene);
  assert_in_range(now_ms() - start, 0, 900);
}

static void
test_without_a_key_the_assistant_answers(void** const state)
{
  (void)state;
  Stage scene;
  open_scene(&scene, MODEL_ANTHROPIC, "");
  unsetenv("ANTHROPIC_BASE_URL");
  provider_free(scene.provider);
  const AgentBrain     builtin = assistant_brain(scene.assistant);
  const ProviderConfig config  = {WIRE_ANTHROPIC, "", NULL, 1, 1};
  scene.provider = provider_new(scene.song.services, &builtin, &config);
  assert_non_null(strstr(provider_fault(scene.provider), "ANTHROPIC_API_KEY"));
  say(&scene, "set the tempo to 91");
  const char* const reply = hear_answer(&scene);
  assert_non_null(strstr(reply, "not set up"));
  assert_non_null(strstr(reply, "the built-in assistant answers"));
  assert_true(tempo_of(&scene) == 91.0);
  close_scene(&scene);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_what_anthropic_models_do_ends_well),
    cmocka_unit_test(test_what_openai_models_do_ends_well),
    cmocka_unit_test(test_anthropic_requests_are_as_the_api_wants),
    cmocka_unit_test(test_openai_requests_are_as_the_api_wants),
    cmocka_unit_test(test_what_was_said_before_is_told),
    cmocka_unit_test(test_a_turn_is_cancelled_at_once),
    cmocka_unit_test(test_an_edit_meanwhile_is_kept),
    cmocka_unit_test(test_the_program_ends_while_a_model_thinks),
    cmocka_unit_test(test_without_a_key_the_assistant_answers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
