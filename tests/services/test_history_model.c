// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the services do with a composition, against a reference that is simple
//
// A random run edits, undoes, redoes, goes to any state, saves, restores,
// closes and opens again and starts the program anew; at each step the
// document, what was said in its conversation and its counters must be as the
// reference (history_model.h) has them, and after a start the whole tree of
// what was done.

#include "services/composition_history.h"
#include "services/history_model.h"
#include "store/file.h"
#include "support/lengthy.h"
#include "support/random_document.h"
#include "support/random_value.h"
#include "support/sanitized.h"

#include <poll.h>

/// Who edits
#define NUM_CLIENTS 3u

/// Things of a kind in a document, so that its text stays short
#define MAX_THINGS 10u

// The services

static void
ignore_line(void* const handle, const char* const text)
{
  (void)handle;
  (void)text;
}

static void
start_services(Model* const model)
{
  static const char* const no_dirs[] = {NULL};
  const ServicesConfig     config    = {.data_dir     = model->song.folder,
                                        .media_dirs   = no_dirs,
                                        .presets_dir  = "presets",
                                        .num_threads  = 1,
                                        .level        = cpu_level_best(),
                                        .offline      = true,
                                        .offline_rate = SONG_RATE,
                                        .log          = ignore_line};
  char                     text[512] = "";
  if (services_new(&config, text, sizeof(text), &model->services)) {
    fail_msg("%s", text);
  }
}

/// Let the engine take what it was sent
static void
run_engine(Model* const model)
{
  float          audio[2][64];
  const EngineIO io = {.out_left = audio[0], .out_right = audio[1]};
  engine_run(model->services->engine, &io, 64);
  services_poll(model->services);
}

typedef struct {
  bool   done;
  Status status;
  char   text[FILE_TEXT_SIZE];
} Ended;

static void
note_end(void* const handle, const Status status, const char* const text)
{
  Ended* const ended = (Ended*)handle;
  ended->done        = true;
  ended->status      = status;
  snprintf(ended->text, sizeof(ended->text), "%s", text ? text : "");
}

/// Wait for the end of something that was begun well
static void
wait_for_end(Model* const model, const Status begun, const Ended* const ended)
{
  assert_int_equal(begun, STATUS_OK);
  while (!ended->done) {
    struct pollfd fd = {services_fd(model->services), POLLIN, 0};
    poll(&fd, 1, 10);
    run_engine(model);
  }
}

// The steps of a run

/// Make room where a document has much
static void
thin_out(Random* const random, Composition** const draft)
{
  static const Kind kinds[] = {KIND_CLIP,
                               KIND_EFFECT,
                               KIND_TRACK,
                               KIND_BUS,
                               KIND_SCENE,
                               KIND_MARKER,
                               KIND_AUTOMATION};
  for (unsigned k = 0; k < sizeof(kinds) / sizeof(kinds[0]); ++k) {
    while (table_count((*draft)->things[kinds[k]]) > MAX_THINGS) {
      const Id id = random_node(random, *draft, kinds[k]);
      assert_int_equal(composition_remove(draft, id), STATUS_OK);
    }
  }
}

/// Whether an edit is more of the present state: 0, 1, or -1 near the limit
static int
continues(const Model* const model, const Author* const author)
{
  if (!model->open || !author->gesture[0] ||
      model->states[model->place].client != author->client ||
      strcmp(model->gesture, author->gesture) != 0) {
    return 0;
  }

  const uint64_t age = clock_wall_nanos() - model->last;
  return age < UNDO_GESTURE_NANOS / 2u   ? 1
         : age > UNDO_GESTURE_NANOS * 2u ? 0
                                         : -1;
}

/// Commit what an edit made of the draft, or see that it is refused
static void
commit(Model* const model, const Author* const author)
{
  Services* const services = model->services;
  char* const     text     = text_of(services_document(services));
  char* const     said     = said_in(services_document(services));
  const bool      differs = strcmp(text, model->states[model->place].text) != 0;
  const bool      speaks  = strcmp(said, model->said) != 0;
  const uint32_t  steps   = undo_count(services->undo);
  int             more    = continues(model, author);
  const Status    st      = services_commit(services);
  if (st) {
    // Some ranges end before they start
    assert_int_equal(st, STATUS_OUT_OF_RANGE);
    free(text);
    free(said);
    return;
  }

  more = more < 0 ? undo_count(services->undo) == steps : more;
  if (differs) {
    note_edit(model, text, author->what, author->client, author->gesture, more);
  } else {
    model->revision += speaks;
    free(text);
  }

  replace(&model->said, said);
}

static void
edit(Model* const model)
{
  static const char* const gestures[] = {"", "", "", "drag a", "drag b"};

  Random* const random = &model->random;
  char          what[32];
  snprintf(what, sizeof(what), "edit %llu", (unsigned long long)model->steps);
  const Author author = {1u + (uint32_t)random_below(random, NUM_CLIENTS),
                         "a client",
                         what,
                         gestures[random_below(random, 5)]};
  services_begin(model->services, &author);
  Composition** const draft = edit_draft(model->services);
  for (unsigned n = 1u + (unsigned)random_below(random, 3); n; --n) {
    random_edit(random, draft);
  }

  // Nothing saves itself between the numbers that are expected
  edit_root(model->services)->autosave = (double)random_below(random, 2) * 60.0;
  thin_out(random, draft);
  if (random_chance(random, 20)) {
    services_abort(model->services);
  } else {
    commit(model, &author);
  }
}

/// Turn a switch on or off, so that a gesture may end where it began
static void
toggle(Model* const model)
{
  const Author author = {1, "a client", "toggle", "toggle"};
  services_begin(model->services, &author);
  Composition* const root = edit_root(model->services);
  assert_non_null(root);
  root->metronome = !root->metronome;
  commit(model, &author);
}

/// Say something, which is no step
static void
speak(Model* const model)
{
  const Author author = {1, "a client", "chat", ""};
  services_begin(model->services, &author);
  Composition* const root = edit_root(model->services);
  assert_non_null(root);
  json_drop(root->chat);
  root->chat = json_pack("[{s:I}]", "text", (json_int_t)model->steps);
  commit(model, &author);
}

/// End a move among the states
static void
end_move(Model* const   model,
         const Status   st,
         const Status   refused,
         const bool     possible,
         const uint32_t place)
{
  if (!possible) {
    assert_int_equal(st, refused);
    services_abort(model->services);
    return;
  }

  assert_int_equal(st, STATUS_OK);
  assert_int_equal(services_commit(model->services), STATUS_OK);
  note_move(model, place);
}

static void
undo(Model* const model)
{
  services_begin(model->services, NULL);
  const Status st = composition_undo(model->services);
  end_move(model,
           st,
           STATUS_CONFLICT,
           model->place > 0,
           model->states[model->place].parent);
}

static void
redo(Model* const model)
{
  services_begin(model->services, NULL);
  const Status   st   = composition_redo(model->services);
  const uint32_t next = model->states[model->place].next;
  end_move(model, st, STATUS_CONFLICT, next > 0, next);
}

static void
go_to(Model* const model)
{
  const uint32_t place =
    (uint32_t)random_below(&model->random, model->count + 1u);
  const bool     known    = place < model->count && model->count > 1u;
  const uint64_t revision = known ? model->states[place].revision : 1u << 30u;
  services_begin(model->services, NULL);
  const Status st = composition_go_to(model->services, revision);
  end_move(model, st, STATUS_NOT_FOUND, known, place);
}

static void
save(Model* const model)
{
  const Author     author     = {1, "a client", "save", ""};
  Ended            ended      = {0};
  const Completion completion = {.done = note_end, .handle = &ended};
  wait_for_end(
    model,
    compositions_save(model->services, "label", &author, &completion),
    &ended);
  assert_int_equal(ended.status, STATUS_OK);
  assert_int_equal(strtoul(ended.text, NULL, 10), model->num_saved + 1u);

  Saved* const saved = &model->saved[model->num_saved++];
  saved->text        = strdup(model->states[model->place].text);
  saved->said        = strdup(model->said);
}

static void
restore(Model* const model)
{
  const uint32_t number =
    1u + (uint32_t)random_below(&model->random, model->num_saved + 1u);
  const Author     author     = {2, "a client", "restore", ""};
  Ended            ended      = {0};
  const Completion completion = {.done = note_end, .handle = &ended};
  wait_for_end(
    model,
    compositions_restore(model->services, number, &author, &completion),
    &ended);
  if (number > model->num_saved) {
    assert_int_equal(ended.status, STATUS_NOT_FOUND);
    return;
  }

  assert_int_equal(ended.status, STATUS_OK);
  const Saved* const saved = &model->saved[number - 1u];
  if (strcmp(saved->text, model->states[model->place].text) != 0) {
    note_edit(model, strdup(saved->text), "history/restore", 2, "", false);
  } else {
    model->revision += strcmp(saved->said, model->said) != 0;
  }

  replace(&model->said, strdup(saved->said));
}

/// What is there after it was closed is all that was there before
static void
expect_again(Model* const model)
{
  model->open = false;
  ++model->num_starts;
  expect_tree(model);
}

static void
close_and_open(Model* const model)
{
  char id[LIBRARY_ID_SIZE];
  snprintf(id, sizeof(id), "%s", compositions_current(model->services));

  Ended            ended      = {0};
  const Completion completion = {.done = note_end, .handle = &ended};
  assert_int_equal(compositions_close(model->services, NULL), STATUS_OK);
  assert_string_equal(compositions_current(model->services), "");
  wait_for_end(
    model, compositions_open(model->services, id, &completion), &ended);
  assert_int_equal(ended.status, STATUS_OK);
  expect_again(model);
}

static void
start_anew(Model* const model)
{
  char text[FILE_TEXT_SIZE] = "";
  services_free(model->services);
  start_services(model);
  assert_int_equal(
    compositions_start(model->services, NULL, NULL, text, sizeof(text)),
    STATUS_OK);
  expect_again(model);
}

static void
create(Model* const model)
{
  Ended            ended      = {0};
  const Completion completion = {.done = note_end, .handle = &ended};
  wait_for_end(
    model, compositions_create(model->services, "Piece", &completion), &ended);
  assert_int_equal(ended.status, STATUS_OK);
  begin(model);
}

/// One step of any kind
static void
step(Model* const model)
{
  static void (*const acts[])(Model*) = {
    edit, undo, redo, go_to, toggle, speak, save, restore};
  static const unsigned shares[] = {46, 15, 17, 8, 8, 2, 2, 2};

  Random* const random = &model->random;
  const bool    first  = !model->services->id[0];
  ++model->steps;
  if (first || services_revision(model->services) >= MAX_EDITS) {
    create(model);
  } else if (random_chance(random, 400)) {
    start_anew(model);
  } else if (random_chance(random, 400)) {
    close_and_open(model);
  }

  unsigned which = 0;
  for (unsigned n = (unsigned)random_below(random, 100); n >= shares[which];) {
    n -= shares[which++];
  }

  const uint64_t before = model->revision;
  acts[which](model);
  model->num_of[which] += model->revision > before || acts[which] == save;
  run_engine(model);
  expect_present(model);
}

static void
set_up_model(Model* const model)
{
  char text[FILE_TEXT_SIZE];
  model->states = (State*)calloc(MAX_EDITS + 2u, sizeof(State));
  model->saved  = (Saved*)calloc(MAX_EDITS + 2u, sizeof(Saved));
  assert_non_null(model->states);
  assert_non_null(model->saved);
  song_init(&model->song);
  assert_int_equal(library_prepare(model->song.folder, text, sizeof(text)),
                   STATUS_OK);
  start_services(model);
}

static void
tear_down_model(Model* const model)
{
  services_free(model->services);
  forget_all(model);
  free(model->states);
  free(model->saved);
  temp_folder_remove(model->song.folder);
}

/// Such a step has the document of the one before it
static void
test_undo_goes_past_a_gesture_that_ended_where_it_began(void** const state)
{
  (void)state;
  static void (*const acts[])(Model*) = {
    edit, toggle, toggle, undo, undo, redo, redo, start_anew, undo, undo};

  Model model = {.random = {1}};
  set_up_model(&model);
  create(&model);
  for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); ++i) {
    acts[i](&model);
    expect_present(&model);
  }

  assert_int_equal(model.count, 3);
  assert_int_equal(model.place, 0);
  tear_down_model(&model);
}

static void
test_all_is_as_a_simple_reference_has_it(void** const state)
{
  (void)state;
  Model model = {.random = {20260131}};
  set_up_model(&model);

  const int steps = SANITIZED ? 1000 : lengthy(1200, 100000);
  for (int i = 0; i < steps; ++i) {
    step(&model);
  }

  print_message("%d steps: %u edits, %u undos, %u redos, %u gotos, %u toggles, "
                "%u said, %u saves, %u restores, %llu starts with up to %llu "
                "states\n",
                steps,
                model.num_of[0],
                model.num_of[1],
                model.num_of[2],
                model.num_of[3],
                model.num_of[4],
                model.num_of[5],
                model.num_of[6],
                model.num_of[7],
                (unsigned long long)model.num_starts,
                (unsigned long long)model.largest);
  for (unsigned i = 0; i < 8u; ++i) {
    assert_true(model.num_of[i] > 0);
  }

  assert_true(model.num_starts > 0);
  tear_down_model(&model);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_undo_goes_past_a_gesture_that_ended_where_it_began),
    cmocka_unit_test(test_all_is_as_a_simple_reference_has_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
