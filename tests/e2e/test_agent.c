// SPDX-License-Identifier: GPL-3.0-or-later
//
// The assistant over OSC: turns and their steps, what is said of them, what is
// left of them after a restart

#include "support/converse.h"
#include "support/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
  Daemon     daemon;
  OscClient* client;
} Scene;

static void
start(Scene* const scene)
{
  const char* const arguments[] = {"--driver", "dummy", NULL};
  assert_true(daemon_start(&scene->daemon, arguments));
  scene->client = osc_client_new(OSC_UDP, scene->daemon.port);
}

/// One daemon for all tests
static int
start_all(void** const state)
{
  Scene* const scene = (Scene*)calloc(1, sizeof(Scene));
  *state             = scene;
  daemon_init(&scene->daemon);
  start(scene);
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

/// And a composition for each
static int
set_up(void** const state)
{
  const Scene* const scene = (Scene*)*state;
  osc_client_drop(scene->client);
  converse_ask(scene->client, "/compositions/create", "s", "Talk");
  return 0;
}

/// Say something at an address and wait for the reply, borrowed
static const char*
say_at(const Scene* const scene, const char* const path, const char* const text)
{
  const int turn =
    (int)osc_number(converse_ask(scene->client, path, "s", text), 1);
  return osc_text(converse_hear(scene->client, "/ai/chat/reply", turn), 1);
}

static const char*
say(const Scene* const scene, const char* const text)
{
  return say_at(scene, "/ai/chat", text);
}

/// The document, without what undo leaves alone unless `wholly`; owned
static json_t*
document(const Scene* const scene, const bool wholly)
{
  char* const   text = converse_json(scene->client);
  json_t* const json = json_loads(text, 0, NULL);
  assert_non_null(json);
  free(text);
  if (!wholly) {
    json_object_del(json, "chat");
    json_object_del(json, "next_id");
  }

  return json;
}

static void
assert_same(json_t* const a, json_t* const b)
{
  char* const left  = json_dumps(a, JSON_COMPACT | JSON_SORT_KEYS);
  char* const right = json_dumps(b, JSON_COMPACT | JSON_SORT_KEYS);
  assert_string_equal(left, right);
  free(left);
  free(right);
}

/// Ask for all pages of a text, owned
static char*
pages(const Scene* const scene, const char* const path)
{
  char*  text  = NULL;
  size_t size  = 0;
  FILE*  out   = open_memstream(&text, &size);
  int    count = 1;
  for (int page = 0; page < count; ++page) {
    const OscReceived* const got = converse_ask(scene->client, path, "i", page);
    const int                first = lo_message_get_argc(got->message) - 3;
    count                          = (int)osc_number(got, first + 1);
    fputs(osc_text(got, first + 2), out);
  }

  fclose(out);
  return text;
}

// Turns

static void
test_a_turn_is_one_step_that_can_be_redone(void** const state)
{
  static const char* const requests[] = {
    "make a rock beat and a bass line in A minor, set the tempo to 96",
    "pan the bass left and turn the drums down 3 dB",
    "add reverb to the drums and double the tempo"};
  const Scene* const scene = (Scene*)*state;
  json_t*            states[4];
  states[0] = document(scene, false);
  for (int i = 0; i < 3; ++i) {
    say(scene, requests[i]);
    states[i + 1] = document(scene, false);
    assert_false(json_equal(states[i], states[i + 1]));
  }

  for (int i = 3; i-- > 0;) {
    converse_ask(scene->client, "/undo", "");
    json_t* const now = document(scene, false);
    assert_same(now, states[i]);
    json_decref(now);
  }

  for (int i = 1; i < 4; ++i) {
    converse_ask(scene->client, "/redo", "");
    json_t* const now = document(scene, false);
    assert_same(now, states[i]);
    json_decref(now);
  }

  for (int i = 0; i < 4; ++i) {
    json_decref(states[i]);
  }
}

static void
test_a_question_changes_nothing_and_is_no_step(void** const state)
{
  const Scene* const scene = (Scene*)*state;
  say(scene, "set the tempo to 101");
  json_t* const before = document(scene, false);
  assert_non_null(strstr(say(scene, "what is the tempo?"), "101"));
  json_t* const after = document(scene, false);
  assert_same(before, after);
  converse_ask(scene->client, "/undo", "");
  assert_false(converse_number(scene->client, "/playback/tempo") == 101.0);
  json_decref(before);
  json_decref(after);
}

static void
test_the_same_words_make_the_same_music(void** const state)
{
  static const char request[] =
    "make a lofi beat, 8 bars of chords in D minor and a melody";
  Scene* const  scene  = (Scene*)*state;
  const char*   first  = say(scene, request);
  char* const   reply  = strdup(first);
  json_t* const before = document(scene, false);
  assert_true(json_array_size(json_object_get(before, "tracks")) >= 3);
  converse_ask(scene->client, "/compositions/create", "s", "Again");
  assert_string_equal(say(scene, request), reply);
  json_t* const after = document(scene, false);
  assert_same(json_object_get(before, "tracks"),
              json_object_get(after, "tracks"));
  json_decref(before);
  json_decref(after);
  free(reply);
}

static void
test_it_is_talked_to_about_things(void** const state)
{
  const Scene* const scene  = (Scene*)*state;
  OscClient* const   client = scene->client;
  converse_ask(
    client, "/compositions/current/tracks/create", "ss", "One", "midi");
  converse_ask(
    client, "/compositions/current/tracks/create", "ss", "Two", "midi");
  converse_ask(client, "/mixer/buses/create", "s", "Room");
  converse_ask(client, "/effects/add", "ss", "t2", "reverb");
  converse_ask(
    client, "/compositions/current/tracks/t2/clips/create", "ff", 0.0, 4.0);

  // Whatever it is about, it is track Two that is meant
  static const char* const about[] = {
    "/ai/chat/t2", "/ai/chat/two", "/ai/chat/c1", "/ai/chat/e1"};
  for (int i = 0; i < 4; ++i) {
    char text[64];
    snprintf(text, sizeof(text), "set the volume to -%d dB", 5 + i);
    say_at(scene, about[i], text);
    assert_true(converse_number(client, "/mixer/channels/t2/fader") ==
                -5.0 - i);
  }

  assert_true(converse_number(client, "/mixer/channels/t1/fader") == 0.0);
  assert_true(*say_at(scene, "/ai/chat/b1", "how loud is it?"));
  converse_refused(client, "not-found", "/ai/chat/t9", "s", "louder");
  converse_refused(client, "bad-argument", "/ai/chat", "");
}

// What is said meanwhile

static void
test_stages_come_to_who_asks_and_who_watches(void** const state)
{
  const Scene* const scene   = (Scene*)*state;
  OscClient* const   watcher = osc_client_new(OSC_UDP, scene->daemon.port);
  converse_ask(watcher, "/subscribe", "s", "/streams/ai");
  const OscReceived* got = converse_hear(watcher, "/streams/ai", 0);
  assert_string_equal(osc_text(got, 1), "idle");
  const int turn = (int)osc_number(
    converse_ask(scene->client, "/ai/chat", "s", "set the tempo to 88"), 1);
  got = converse_hear(scene->client, "/ai/progress", turn);
  assert_string_equal(osc_text(got, 1), "thinking");
  assert_true(osc_number(got, 2) == 0.0);
  got = converse_hear(scene->client, "/ai/progress", turn);
  assert_string_equal(osc_text(got, 1), "working");
  assert_in_range((int)(osc_number(got, 2) * 100.0), 1, 99);
  converse_hear(scene->client, "/ai/chat/reply", turn);
  do {
    got = converse_hear(watcher, "/streams/ai", turn);
  } while (strcmp(osc_text(got, 1), "done") != 0);
  assert_true(osc_number(got, 2) == 1.0);
  assert_true(osc_number(got, 3) == 0.0);
  osc_client_free(watcher);
}

static void
test_what_differs_since_a_revision_is_told(void** const state)
{
  const Scene* const scene  = (Scene*)*state;
  OscClient* const   client = scene->client;
  const OscReceived* got    = converse_ask(client, "/ai/state/diff", "i", 0);
  const int          known  = (int)osc_number(got, 2);
  say(scene, "set the tempo to 77");
  say(scene, "how fast is it?");
  converse_ask(
    client, "/compositions/current/tracks/create", "ss", "Harp", "midi");
  converse_ask(client, "/undo", "");
  converse_ask(client, "/redo", "");
  got        = converse_ask(client, "/ai/state/diff", "i", known);
  bool tempo = false;
  bool track = false;
  for (int i = 0; !strcmp(got->path, "/ai/state/diff");
       got   = osc_client_wait_answer(client, "/ai/state/diff", CONVERSE_MS)) {
    assert_int_equal((int)osc_number(got, 0), i++);
    tempo = tempo || strstr(osc_text(got, 1), "77");
    track = track || strstr(osc_text(got, 1), "\"Harp\"");
  }

  assert_true(tempo);
  assert_true(track);

  // Now nothing does
  const int now = (int)osc_number(got, 2);
  got           = converse_ask(client, "/ai/state/diff", "i", now);
  assert_string_equal(got->path, "/reply");
  assert_true(osc_number(got, 1) == 0.0);
  converse_refused(client, "not-found", "/ai/state/diff", "i", 1000000);

  char* const text = pages(scene, "/ai/state");
  char        line[32];
  snprintf(line, sizeof(line), "revision=%d\n", now);
  assert_non_null(strstr(text, line));
  free(text);
}

// Actions

static void
test_a_batch_holds_as_a_whole_or_not_at_all(void** const state)
{
  const Scene* const scene  = (Scene*)*state;
  OscClient* const   client = scene->client;
  json_t* const      before = document(scene, false);
  converse_refused(client,
                   "out-of-range",
                   "/ai/batch",
                   "s",
                   "[{\"action\":\"create_track\",\"args\":{\"name\":\"A\","
                   "\"type\":\"midi\"}},"
                   "{\"action\":\"set_tempo\",\"args\":{\"tempo\":900}}]");
  json_t* const same = document(scene, false);
  assert_same(before, same);
  json_decref(same);

  converse_ask(client,
               "/ai/batch",
               "s",
               "[{\"action\":\"create_track\",\"args\":{\"name\":\"A\","
               "\"type\":\"midi\"}},"
               "{\"action\":\"set_tempo\",\"args\":{\"tempo\":90}}]");
  assert_true(converse_number(client, "/playback/tempo") == 90.0);
  converse_ask(client, "/undo", "");
  json_t* const undone = document(scene, false);
  assert_same(before, undone);
  json_decref(undone);
  json_decref(before);
}

static void
test_an_action_answers_with_the_new_state(void** const state)
{
  const Scene* const scene = (Scene*)*state;
  const OscReceived* got   = converse_ask(scene->client,
                                        "/ai/action",
                                        "ss",
                                        "create_track",
                                        "{\"name\":\"A\",\"type\":\"midi\"}");
  json_t* const      json  = json_loads(osc_text(got, 1), 0, NULL);
  assert_non_null(json);
  json_decref(json);
  converse_refused(
    scene->client, "bad-argument", "/ai/action", "ss", "set_tempo", "{\"te");
  converse_refused(
    scene->client, "not-found", "/ai/action", "ss", "no_such_action", "{}");
}

static void
test_every_action_is_listed_once(void** const state)
{
  const Scene* const scene = (Scene*)*state;
  char* const        text  = pages(scene, "/ai/actions/json");
  json_t* const      list  = json_loads(text, 0, NULL);
  json_t* const      names = json_object();
  size_t             i     = 0;
  json_t*            item  = NULL;
  assert_true(json_array_size(list) >= 27);
  json_array_foreach(list, i, item)
  {
    const char* const name = json_string_value(json_object_get(item, "name"));
    assert_null(json_object_get(names, name));
    json_object_set_new(names, name, json_true());
  }

  free(text);
  json_decref(names);
  json_decref(list);
}

// Quick commands

static void
test_a_button_says_what_it_stands_for(void** const state)
{
  Scene* const scene = (Scene*)*state;

  // One of the user's own, and one that can't be used
  char path[160];
  snprintf(path, sizeof(path), "%s/data/ai", scene->daemon.home);
  mkdir(path, 0777);
  snprintf(path, sizeof(path), "%s/data/ai/mine.json", scene->daemon.home);
  FILE* file = fopen(path, "w");
  fputs("{\"format\":1,\"name\":\"slow\",\"label\":\"Slow\","
        "\"text\":\"set the tempo to 66\"}",
        file);
  fclose(file);
  snprintf(path, sizeof(path), "%s/data/ai/bad.json", scene->daemon.home);
  file = fopen(path, "w");
  fputs("{\"format\":1,\"name\":\"no/path\",\"text\":\"x\"}", file);
  fclose(file);
  osc_client_free(scene->client);
  daemon_stop(&scene->daemon, SIGTERM);
  start(scene);
  char* const errors = daemon_errors(&scene->daemon);
  assert_non_null(strstr(errors, "bad.json"));
  free(errors);

  const OscReceived* const got =
    converse_ask(scene->client, "/ai/quick/list", "");
  assert_string_equal(got->path, "/ai/quick/list");
  const OscReceived* const pressed =
    converse_ask(scene->client, "/ai/quick/slow", "f", 1.0);
  const int turn = (int)osc_number(pressed, 1);
  converse_hear(scene->client, "/ai/chat/reply", turn);
  assert_true(converse_number(scene->client, "/playback/tempo") == 66.0);
  converse_ask(scene->client, "/ai/quick/slow", "f", 0.0);
  converse_refused(scene->client, "not-found", "/ai/quick/nothing", "f", 1.0);
}

// After a restart

static void
test_the_conversation_is_there_after_a_restart(void** const state)
{
  Scene* const scene = (Scene*)*state;
  say(scene, "create a track called Zither");
  say(scene, "make it 6 dB quieter, \u00fcber \u00e4lles");
  say(scene, "what tracks are there?");
  converse_sync(scene->client);
  char* const   history = pages(scene, "/ai/history/json");
  json_t* const before  = document(scene, true);
  json_t* const chat    = json_object_get(before, "chat");
  assert_int_equal(json_array_size(chat), 6);
  for (size_t i = 0; i < 6; ++i) {
    const json_t* const entry = json_array_get(chat, i);
    assert_string_equal(json_string_value(json_object_get(entry, "role")),
                        i % 2 ? "assistant" : "user");
    assert_true(*json_string_value(json_object_get(entry, "text")));
  }

  // What was done is with it
  assert_true(json_array_size(json_object_get(
                json_object_get(json_array_get(chat, 1), "did"), "tools")) > 0);

  osc_client_free(scene->client);
  daemon_stop(&scene->daemon, SIGKILL);
  start(scene);
  char* const   again = pages(scene, "/ai/history/json");
  json_t* const after = document(scene, true);
  assert_string_equal(history, again);
  assert_same(before, after);

  // It knows what was spoken of
  say(scene, "mute it");
  assert_true(converse_number(scene->client, "/mixer/channels/t1/mute") == 1.0);
  free(history);
  free(again);
  json_decref(before);
  json_decref(after);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
  const struct CMUnitTest tests[] = {
    TEST(test_stages_come_to_who_asks_and_who_watches),
    TEST(test_a_turn_is_one_step_that_can_be_redone),
    TEST(test_a_question_changes_nothing_and_is_no_step),
    TEST(test_the_same_words_make_the_same_music),
    TEST(test_it_is_talked_to_about_things),
    TEST(test_what_differs_since_a_revision_is_told),
    TEST(test_a_batch_holds_as_a_whole_or_not_at_all),
    TEST(test_an_action_answers_with_the_new_state),
    TEST(test_every_action_is_listed_once),
    TEST(test_a_button_says_what_it_stands_for),
    TEST(test_the_conversation_is_there_after_a_restart),
  };
  return cmocka_run_group_tests(tests, start_all, end_all);
}
