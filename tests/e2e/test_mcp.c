// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude mcp` as a process over pipes, with a real daemon behind it

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

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  Daemon     daemon;
  OscClient* client;
  Process    mcp;
  FILE*      in;  ///< What it reads
  FILE*      out; ///< What it writes
} Scene;

static void
start_mcp(Scene* const scene, const uint16_t port)
{
  int  in[2];
  int  out[2];
  char text[16];
  snprintf(text, sizeof(text), "%u", port);
  assert_int_equal(pipe2(in, O_CLOEXEC), 0);
  assert_int_equal(pipe2(out, O_CLOEXEC), 0);

  // It gets the test's own standard input
  assert_int_equal(dup2(in[0], STDIN_FILENO), STDIN_FILENO);
  const char* const argv[] = {
    build_path("sonic-claude"), "mcp", "--port", text, NULL};
  assert_true(process_start(&scene->mcp, argv, NULL, out[1], -1));
  dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  close(in[0]);
  close(out[1]);
  scene->in  = fdopen(in[1], "w");
  scene->out = fdopen(out[0], "r");
}

/// Let it come to its end; its exit code
static int
end_mcp(Scene* const scene)
{
  int status = 0;
  fclose(scene->in);
  const bool ended = process_wait(&scene->mcp, CONVERSE_MS, &status);
  fclose(scene->out);
  assert_true(ended);
  return WEXITSTATUS(status);
}

/// One daemon for all tests
static int
start_all(void** const state)
{
  const char* const arguments[] = {"--driver", "dummy", NULL};
  Scene* const      scene       = (Scene*)calloc(1, sizeof(Scene));
  *state                        = scene;
  daemon_init(&scene->daemon);
  if (!daemon_start(&scene->daemon, arguments)) {
    return -1;
  }

  scene->client = osc_client_new(OSC_UDP, scene->daemon.port);
  return 0;
}

static int
end_all(void** const state)
{
  Scene* const scene = (Scene*)*state;
  osc_client_free(scene->client);
  daemon_free(&scene->daemon);
  free(scene);
  return 0;
}

/// And a server for each
static int
set_up(void** const state)
{
  Scene* const scene = (Scene*)*state;
  start_mcp(scene, scene->daemon.port);
  return 0;
}

static int
tear_down(void** const state)
{
  return end_mcp((Scene*)*state);
}

static void
put_line(const Scene* const scene, const char* const line)
{
  fprintf(scene->in, "%s\n", line);
  fflush(scene->in);
}

/// The next line as JSON, owned by the caller
static json_t*
next_line(const Scene* const scene)
{
  char*   line = NULL;
  size_t  room = 0;
  json_t* json = NULL;
  if (getline(&line, &room, scene->out) > 0) {
    json = json_loads(line, 0, NULL);
  }

  free(line);
  assert_non_null(json);
  return json;
}

/// Say a line and take its answer, owned by the caller
static json_t*
ask(const Scene* const scene, const char* const line)
{
  put_line(scene, line);
  return next_line(scene);
}

static int
error_code(const Scene* const scene, const char* const line)
{
  json_t* const answer = ask(scene, line);
  const int     code   = (int)json_integer_value(
    json_object_get(json_object_get(answer, "error"), "code"));
  json_decref(answer);
  return code;
}

/// Run a tool; its result, owned by the caller
static json_t*
run(const Scene* const scene, const char* const name, const char* const args)
{
  char line[4096];
  snprintf(line,
           sizeof(line),
           "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"tools/call\","
           "\"params\":{\"name\":\"%s\",\"arguments\":%s}}",
           name,
           args);
  json_t* const answer = ask(scene, line);
  json_t* const result = json_incref(json_object_get(answer, "result"));
  json_decref(answer);
  assert_non_null(result);
  return result;
}

static const char*
text_of(const json_t* const result)
{
  return json_string_value(json_object_get(
    json_array_get(json_object_get(result, "content"), 0), "text"));
}

static bool
is_error(const json_t* const result)
{
  return json_is_true(json_object_get(result, "isError"));
}

static void
test_older_clients_are_greeted_in_their_version(void** const state)
{
  const Scene* const scene   = (Scene*)*state;
  static const char* asked[] = {"2024-11-05", "2025-06-18", "1999-01-01"};
  static const char* given[] = {"2024-11-05", "2025-06-18", "2025-11-25"};
  for (size_t i = 0; i < 3; ++i) {
    char line[256];
    snprintf(line,
             sizeof(line),
             "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\","
             "\"params\":{\"protocolVersion\":\"%s\",\"capabilities\":{},"
             "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}",
             asked[i]);
    json_t* const       answer = ask(scene, line);
    const json_t* const result = json_object_get(answer, "result");
    assert_string_equal(
      json_string_value(json_object_get(result, "protocolVersion")), given[i]);
    assert_null(json_object_get(result, "resultType"));
    assert_non_null(
      json_object_get(json_object_get(result, "capabilities"), "tools"));
    json_decref(answer);
  }

  put_line(scene,
           "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
  json_t* const pong =
    ask(scene, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}");
  assert_int_equal(json_integer_value(json_object_get(pong, "id")), 7);
  assert_int_equal(json_object_size(json_object_get(pong, "result")), 0);
  json_decref(pong);
}

static void
test_newer_clients_need_no_greeting(void** const state)
{
  const Scene* const scene = (Scene*)*state;
  json_t* const      found =
    ask(scene,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\","
        "\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":"
        "\"2026-07-28\"}}}");
  const json_t* const result = json_object_get(found, "result");
  assert_string_equal(json_string_value(json_object_get(result, "resultType")),
                      "complete");
  assert_string_equal(json_string_value(json_array_get(
                        json_object_get(result, "supportedVersions"), 0)),
                      "2026-07-28");
  json_decref(found);

  json_t* const listed =
    ask(scene,
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\",\"params\":{"
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":"
        "\"2026-07-28\"}}}");
  assert_string_equal(json_string_value(json_object_get(
                        json_object_get(listed, "result"), "resultType")),
                      "complete");
  json_decref(listed);
  assert_int_equal(
    error_code(scene,
               "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/list\","
               "\"params\":{\"_meta\":{\"io.modelcontextprotocol/"
               "protocolVersion\":\"2999-01-01\"}}}"),
    -32004);
}

static void
test_every_tool_is_listed_once_with_its_schema(void** const state)
{
  const Scene* const scene = (Scene*)*state;
  json_t* const      answer =
    ask(scene, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
  const json_t* const tools =
    json_object_get(json_object_get(answer, "result"), "tools");
  json_t* const names = json_object();
  size_t        i     = 0;
  json_t*       tool  = NULL;
  assert_in_range(json_array_size(tools), 60, 200);
  json_array_foreach(tools, i, tool)
  {
    const char* const   name = json_string_value(json_object_get(tool, "name"));
    const json_t* const schema = json_object_get(tool, "inputSchema");
    assert_null(json_object_get(names, name));
    json_object_set_new(names, name, json_true());
    assert_true(*json_string_value(json_object_get(tool, "description")));
    assert_string_equal(json_string_value(json_object_get(schema, "type")),
                        "object");
    assert_non_null(json_object_get(schema, "properties"));
  }

  assert_non_null(json_object_get(names, "get_overview"));
  assert_non_null(json_object_get(names, "set_mixer"));
  assert_non_null(json_object_get(names, "create_track"));
  json_decref(names);
  json_decref(answer);
}

static void
test_a_call_is_heard_and_is_one_step(void** const state)
{
  const Scene* const scene = (Scene*)*state;
  json_t*            result =
    run(scene, "create_track", "{\"name\":\"Zither\",\"type\":\"midi\"}");
  if (is_error(result)) {
    fail_msg("%s", text_of(result));
  }

  json_t* const same = json_loads(text_of(result), 0, NULL);
  assert_true(json_equal(same, json_object_get(result, "structuredContent")));
  json_decref(same);
  json_decref(result);

  char* before = converse_json(scene->client);
  assert_non_null(strstr(before, "\"Zither\""));
  free(before);

  result = run(scene, "undo", "{}");
  assert_false(is_error(result));
  json_decref(result);
  char* after = converse_json(scene->client);
  assert_null(strstr(after, "\"Zither\""));
  free(after);
}

static void
test_a_long_result_comes_wholly(void** const state)
{
  const Scene* const scene = (Scene*)*state;
  for (int i = 0; i < 12; ++i) {
    char args[128];
    snprintf(args,
             sizeof(args),
             "{\"name\":\"Track \\u00fc%d with a rather long name\","
             "\"type\":\"midi\"}",
             i);
    json_t* const made = run(scene, "create_track", args);
    assert_false(is_error(made));
    json_decref(made);
  }

  json_t* const result = run(scene, "get_state", "{}");
  assert_false(is_error(result));
  assert_in_range(strlen(text_of(result)), 2401, 1000000);
  assert_in_range(json_array_size(json_object_get(
                    json_object_get(result, "structuredContent"), "tracks")),
                  12,
                  100);
  json_decref(result);
}

static void
test_what_fails_is_told_in_words(void** const state)
{
  const Scene* const scene  = (Scene*)*state;
  char* const        before = converse_json(scene->client);
  json_t*            result = run(scene, "set_tempo", "{\"tempo\":900}");
  assert_true(is_error(result));
  assert_non_null(strstr(text_of(result), "from 20 to 300"));
  json_decref(result);

  result = run(scene, "delete_track", "{\"track_id\":\"../../etc/passwd\"}");
  assert_true(is_error(result));
  json_decref(result);

  char* const after = converse_json(scene->client);
  assert_string_equal(before, after);
  free(before);
  free(after);
}

static void
test_broken_lines_have_their_codes(void** const state)
{
  const Scene* const scene = (Scene*)*state;
  assert_int_equal(error_code(scene, "garbage"), -32700);
  assert_int_equal(error_code(scene, "{\"jsonrpc\":\"2.0\""), -32700);
  assert_int_equal(error_code(scene, "\xff\xfe"), -32700);
  assert_int_equal(error_code(scene, "5"), -32600);
  assert_int_equal(error_code(scene, "[]"), -32600);
  assert_int_equal(error_code(scene, "{\"id\":1,\"method\":\"ping\"}"), -32600);
  assert_int_equal(
    error_code(scene,
               "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/list\"}"),
    -32601);
  assert_int_equal(
    error_code(scene,
               "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
               "\"params\":{\"name\":\"no_such_tool\"}}"),
    -32602);
  assert_int_equal(
    error_code(scene,
               "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
               "\"params\":{\"name\":\"undo\",\"arguments\":[]}}"),
    -32602);
}

static void
test_what_is_taken_back_is_not_answered(void** const state)
{
  const Scene* const scene = (Scene*)*state;

  // One write, so that the request waits while the notification is there
  put_line(scene,
           "{\"jsonrpc\":\"2.0\",\"id\":40,\"method\":\"ping\"}\n"
           "{\"jsonrpc\":\"2.0\",\"id\":41,\"method\":\"tools/call\","
           "\"params\":{\"name\":\"create_track\",\"arguments\":{\"name\":"
           "\"Never\",\"type\":\"midi\"}}}\n"
           "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","
           "\"params\":{\"requestId\":41}}\n"
           "{\"jsonrpc\":\"2.0\",\"id\":42,\"method\":\"ping\"}");
  json_t* answer = next_line(scene);
  assert_int_equal(json_integer_value(json_object_get(answer, "id")), 40);
  json_decref(answer);
  answer = next_line(scene);
  assert_int_equal(json_integer_value(json_object_get(answer, "id")), 42);
  json_decref(answer);

  char* const document = converse_json(scene->client);
  assert_null(strstr(document, "\"Never\""));
  free(document);
}

static void
test_the_official_client_calls_every_tool(void** const state)
{
  static const char  script[] = "tests/ai/mcp-sdk.mjs";
  const Scene* const scene    = (Scene*)*state;
  char               program[256];
  char               port[16];
  Tool               tool = {.pipe = -1};
  snprintf(program, sizeof(program), "%s", build_path("sonic-claude"));
  snprintf(port, sizeof(port), "%u", scene->daemon.port);
  converse_ask(scene->client, "/compositions/create", "s", "Client");
  const char* const argv[] = {"node", script, program, port, NULL};
  int               status = 0;
  assert_true(tool_start(&tool, argv));
  tool_wait(&tool, "\n", CONVERSE_MS);
  assert_true(process_wait(&tool.process, CONVERSE_MS, &status));
  const int code = WEXITSTATUS(status);
  print_message("%s", code == 127 ? "node is not installed\n" : tool.text);
  const bool told = strstr(tool.text, "all ran");
  tool_free(&tool);
  if (code == 127 || code == 77) {
    skip();
  }

  assert_int_equal(code, 0);
  assert_true(told);
}

static void
test_without_a_daemon_it_says_so(void** const state)
{
  Scene scene = {.mcp = {0}};
  (void)state;
  start_mcp(&scene, free_port());
  json_t* const pong =
    ask(&scene, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}");
  assert_non_null(json_object_get(pong, "result"));
  json_decref(pong);
  assert_int_equal(
    error_code(&scene,
               "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}"),
    -32603);
  json_t* const result = run(&scene, "undo", "{}");
  assert_true(is_error(result));
  assert_non_null(strstr(text_of(result), "No daemon listens"));
  json_decref(result);
  assert_int_equal(end_mcp(&scene), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_older_clients_are_greeted_in_their_version, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_newer_clients_need_no_greeting, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_every_tool_is_listed_once_with_its_schema, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_a_call_is_heard_and_is_one_step, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_a_long_result_comes_wholly, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_what_fails_is_told_in_words, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_broken_lines_have_their_codes, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_what_is_taken_back_is_not_answered, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_the_official_client_calls_every_tool, set_up, tear_down),
    cmocka_unit_test(test_without_a_daemon_it_says_so),
  };
  return cmocka_run_group_tests(tests, start_all, end_all);
}
