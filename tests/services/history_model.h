// SPDX-License-Identifier: GPL-3.0-or-later
//
// A simple reference for what the services do with a composition
//
// It has each state that there was as a whole text: which it followed, where
// redo leads from it, and which is the present one.

#ifndef SONIC_TESTS_SERVICES_HISTORY_MODEL_H
#define SONIC_TESTS_SERVICES_HISTORY_MODEL_H

#include "services/composition_undo.h"
#include "services/song.h"
#include "support/random.h"

#include "base/clock.h"
#include "base/text.h"
#include "model/codec.h"

#include <jansson.h>

/// Edits of a composition; as many lines of the journal are read for undo
#define MAX_EDITS 900u

/// A document that there was
typedef struct {
  char*    text; ///< All but the counters and what was said, owned
  uint64_t revision;
  uint32_t parent;
  uint32_t next; ///< Where redo leads, 0 for nowhere
  uint32_t client;
  char     what[32];
} State;

/// What a save kept
typedef struct {
  char* text;
  char* said;
} Saved;

typedef struct {
  Song      song;
  Services* services;
  Random    random;
  uint64_t  revision;

  // The reference
  State*   states;
  uint32_t count;
  uint32_t place;
  char*    said; ///< The conversation
  uint32_t next_id[NUM_KINDS];
  Saved*   saved; ///< By number, from 1
  uint32_t num_saved;

  // The gesture that the present state may take more edits of
  bool     open;
  char     gesture[16];
  uint64_t last; ///< Wall clock

  uint64_t steps;
  uint64_t num_starts;
  unsigned num_of[8]; ///< Of each action that did something
  uint64_t largest;   ///< Tree that a start found again
} Model;

// Texts

static inline bool
add_text(void* const handle, const char* const text, const size_t length)
{
  text_add((Text*)handle, text, length);
  return true;
}

/// A document without its counters and its conversation, owned
static inline char*
text_of(const Composition* const root)
{
  Composition* copy = (Composition*)node_copy(&root->node);
  assert_non_null(copy);
  memset(copy->next_id, 0, sizeof(copy->next_id));
  json_drop(copy->chat);
  copy->chat = json_array();

  Text text = {0};
  assert_int_equal(composition_encode(copy, add_text, &text), STATUS_OK);
  assert_false(text.failed);
  composition_release(copy);
  return text.data;
}

/// The conversation, owned
static inline char*
said_in(const Composition* const root)
{
  char* const text = root->chat && json_array_size(root->chat)
                       ? json_dumps(root->chat, JSON_COMPACT | JSON_SORT_KEYS)
                       : strdup("[]");
  assert_non_null(text);
  return text;
}

static inline void
replace(char** const text, char* const by)
{
  free(*text);
  *text = by;
}

// The reference

static inline void
forget_all(Model* const model)
{
  for (uint32_t i = 0; i < model->count; ++i) {
    free(model->states[i].text);
  }

  for (uint32_t i = 0; i < model->num_saved; ++i) {
    free(model->saved[i].text);
    free(model->saved[i].said);
  }

  model->count     = 0;
  model->num_saved = 0;
  replace(&model->said, NULL);
}

/// Begin with what is open and nothing before it
static inline void
begin(Model* const model)
{
  const Composition* const root = services_document(model->services);
  forget_all(model);
  model->revision = services_revision(model->services);
  model->states[0] =
    (State){.text = text_of(root), .revision = model->revision};
  model->count = 1;
  model->place = 0;
  model->said  = said_in(root);
  model->open  = false;
  memcpy(model->next_id, root->next_id, sizeof(model->next_id));
}

/// The document became another; `gesture` is that of the edit or ""
static inline void
note_edit(Model* const      model,
          char* const       text,
          const char* const what,
          const uint32_t    client,
          const char* const gesture,
          const bool        continues)
{
  State* const present = &model->states[model->place];
  model->revision      = services_revision(model->services);
  if (continues) {
    replace(&present->text, text);
    present->revision = model->revision;
  } else {
    assert_true(model->count < MAX_EDITS + 2u);
    State* const state = &model->states[model->count];
    *state             = (State){.text     = text,
                                 .revision = model->revision,
                                 .parent   = model->place,
                                 .client   = client};
    snprintf(state->what, sizeof(state->what), "%s", what);
    present->next = model->count;
    model->place  = model->count++;
  }

  model->open = true;
  model->last = clock_wall_nanos();
  snprintf(model->gesture, sizeof(model->gesture), "%s", gesture);
}

/// Go to another state; redo leads back along the way
static inline void
note_move(Model* const model, const uint32_t place)
{
  State* const states = model->states;
  for (uint32_t i = model->place; i; i = states[i].parent) {
    states[states[i].parent].next = i;
  }

  for (uint32_t i = place; i; i = states[i].parent) {
    states[states[i].parent].next = i;
  }

  // To go where one is changes nothing
  if (place != model->place) {
    ++model->revision;
    model->place = place;
    model->open  = false;
  }
}

// Looking

/// Whether the document is what the reference has
static inline void
expect_present(Model* const model)
{
  const Composition* const root  = services_document(model->services);
  const State* const       state = &model->states[model->place];
  char* const              text  = text_of(root);
  char* const              said  = said_in(root);
  if (strcmp(text, state->text) != 0) {
    temp_file_write("/tmp/model-is", text, strlen(text));
    temp_file_write("/tmp/model-should", state->text, strlen(state->text));
    fail_msg("step %llu: the document is not that of state %u (\"%s\")",
             (unsigned long long)model->steps,
             model->place,
             state->what);
  }

  assert_string_equal(said, model->said);
  assert_int_equal(services_revision(model->services), model->revision);
  for (uint32_t k = 0; k < NUM_KINDS; ++k) {
    assert_true(root->next_id[k] >= model->next_id[k]);
  }

  memcpy(model->next_id, root->next_id, sizeof(model->next_id));
  free(text);
  free(said);
}

/// What is looked for in the tree
typedef struct {
  Model*   model;
  uint32_t left; ///< States that were not met yet
} Looking;

static inline bool
leads_here(const Model* const model, const uint32_t place)
{
  uint32_t i = model->place;
  while (i > place) {
    i = model->states[i].parent;
  }

  return i == place;
}

/// Compare a step with its state; they come from the last to the first
static inline bool
expect_step(void* const handle, const UndoStep* const step)
{
  Looking* const     looking = (Looking*)handle;
  Model* const       model   = looking->model;
  const State* const state   = &model->states[--looking->left];
  assert_int_equal(step->revision, state->revision);
  assert_int_equal(step->parent, model->states[state->parent].revision);
  assert_int_equal(step->client, state->client);
  assert_string_equal(step->what, state->what);
  assert_int_equal(step->done, leads_here(model, looking->left));
  return looking->left > 1u;
}

/// Compare the whole tree, and the documents of some states
static inline void
expect_tree(Model* const model)
{
  Looking looking = {model, model->count};
  if (model->count > 1u) {
    composition_each_step(model->services, true, expect_step, &looking);
    assert_int_equal(looking.left, 1);
  }

  for (unsigned i = 0; i < 20u; ++i) {
    const State* const state =
      &model->states[random_below(&model->random, model->count)];
    const Composition* const root =
      services_past(model->services, state->revision);
    if (root || model->count > 1u) {
      assert_non_null(root);
      char* const text = text_of(root);
      assert_string_equal(text, state->text);
      free(text);
    }
  }

  model->largest =
    model->largest > model->count ? model->largest : model->count;
}

#endif // SONIC_TESTS_SERVICES_HISTORY_MODEL_H
