// SPDX-License-Identifier: GPL-3.0-or-later
//
// What language models are asked, as their interfaces want it

#include "ai/model_cases.h"
#include "ai/model_stage.h"

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
  open_scene(&scene, MODEL_ANTHROPIC, KEY, LONG_S);
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
  open_scene(&scene, MODEL_OPENAI, KEY, LONG_S);
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
    open_scene(&scene, (ModelFormat)format, KEY, LONG_S);
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
int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_anthropic_requests_are_as_the_api_wants),
    cmocka_unit_test(test_openai_requests_are_as_the_api_wants),
    cmocka_unit_test(test_what_was_said_before_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
