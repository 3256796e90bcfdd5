// SPDX-License-Identifier: GPL-3.0-or-later
//
// Language models that behave and that do not, in both formats, over a real
// connection

#include "ai/model_cases.h"
#include "ai/model_stage.h"
#include "services/composition_undo.h"

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
  open_scene(&scene, format, KEY, LONG_S);
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
/// Silence ends when the time for a turn is over
static void
test_silence_ends_in_time(void** const state)
{
  static const ModelStep steps[] = {{.hang = true}};
  (void)state;
  for (int format = 0; format < 2; ++format) {
    Stage scene;
    open_scene(&scene, (ModelFormat)format, KEY, 1);
    model_server_script(scene.server, steps, 1);
    char* const before = document_text(&scene);
    say(&scene, "xyzzy please");
    assert_non_null(strstr(hear_answer(&scene), "took too long"));
    char* const after = document_text(&scene);
    assert_string_equal(before, after);
    free(before);
    free(after);
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
    open_scene(&scene, (ModelFormat)format, KEY, LONG_S);
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
  open_scene(&scene, MODEL_ANTHROPIC, KEY, LONG_S);
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
  open_scene(&scene, MODEL_OPENAI, KEY, LONG_S);
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
  open_scene(&scene, MODEL_ANTHROPIC, "", LONG_S);
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
    cmocka_unit_test(test_silence_ends_in_time),
    cmocka_unit_test(test_a_turn_is_cancelled_at_once),
    cmocka_unit_test(test_an_edit_meanwhile_is_kept),
    cmocka_unit_test(test_the_program_ends_while_a_model_thinks),
    cmocka_unit_test(test_without_a_key_the_assistant_answers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
