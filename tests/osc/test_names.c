// SPDX-License-Identifier: GPL-3.0-or-later
//
// Things are found by identifier, position and slug, in this order

#include "osc/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "osc_rows.h"
#include "support/fail_malloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  Kind        kind;
  const char* text;
  const char* id;     ///< Or null
  const char* reason; ///< If there is none
} Case;

// Tracks t1 "Drums", t2 "Bass Line!", t3 "t1", t4 "Loop", t5 "loop", t6 "2",
// t7 "..."; order t3 t1 t2 t4 t5 t6 t7; buses b1 "Reverb", b2 "Loop"

// clang-format off
static const Case cases[] = {
  {KIND_TRACK, "t1", "t1", ""},
  {KIND_TRACK, "t7", "t7", ""},
  {KIND_TRACK, "1", "t3", ""},
  {KIND_TRACK, "2", "t1", ""},
  {KIND_TRACK, "7", "t7", ""},
  {KIND_TRACK, "drums", "t1", ""},
  {KIND_TRACK, "Drums", "t1", ""},
  {KIND_TRACK, "bass-line", "t2", ""},
  {KIND_TRACK, "Bass Line!", "t2", ""},
  {KIND_TRACK, "8", NULL, "No track \"8\""},
  {KIND_TRACK, "0", NULL, "No track \"0\""},
  {KIND_TRACK, "t8", NULL, "No track \"t8\""},
  {KIND_TRACK, "t01", NULL, "No track \"t01\""},
  {KIND_TRACK, "loop", NULL, "\"loop\" is t4 or t5"},
  {KIND_TRACK, "", NULL, "No track \"\""},
  {KIND_TRACK, "...", NULL, "No track \"...\""},
  {KIND_TRACK, "b1", NULL, "No track \"b1\""},
  {KIND_TRACK, "master", NULL, "No track \"master\""},
  {KIND_TRACK, "99999999999999999999", NULL, "No track \"99999999999999999999\""},

  {KIND_BUS, "1", "b1", ""},
  {KIND_BUS, "reverb", "b1", ""},
  {KIND_BUS, "loop", "b2", ""},

  {KIND_NONE, "master", "master", ""},
  {KIND_NONE, "t1", "t1", ""},
  {KIND_NONE, "b2", "b2", ""},
  {KIND_NONE, "1", "t3", ""},
  {KIND_NONE, "reverb", "b1", ""},
  {KIND_NONE, "loop", NULL, "\"loop\" is t4, t5 or b2"},
  {KIND_NONE, "composition", NULL, "No channel \"composition\""},

  // Clips have no positions
  {KIND_CLIP, "1", NULL, "No clip \"1\""},
  {KIND_CLIP, "intro", "c1", ""},
};
// clang-format on

static Composition*
make_document(void)
{
  static const char* const names[] = {
    "Drums", "Bass Line!", "t1", "Loop", "loop", "2", "..."};

  Composition* draft = composition_new("demo", "Demo");
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i) {
    add_thing(&draft, KIND_TRACK, names[i]);
  }
  add_thing(&draft, KIND_BUS, "Reverb");
  add_thing(&draft, KIND_BUS, "Loop");
  assert_int_equal(composition_move(&draft, id_make(KIND_TRACK, 3), 0),
                   STATUS_OK);

  Id id = ID_NONE;
  assert_int_equal(composition_take_id(&draft, KIND_CLIP, &id), STATUS_OK);
  Clip* const clip = (Clip*)node_new(NODE_CLIP, id);
  clip->track      = id_make(KIND_TRACK, 1);
  clip->length     = TICKS_PER_BEAT;
  string_release(clip->name);
  clip->name = string_new("Intro");
  assert_int_equal(composition_put(&draft, &clip->node), STATUS_OK);
  return draft;
}

static void
test_names_find_things(void** const state)
{
  (void)state;
  Composition* const document = make_document();
  Names* const       names    = names_new();

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    const Case* const c                   = &cases[i];
    char              reason[REASON_SIZE] = "";
    char              text[ID_TEXT_SIZE];
    Id                id = ID_NONE;
    const Status      status =
      names_find(names, document, c->kind, c->text, &id, reason);
    if (c->id) {
      assert_int_equal(status, STATUS_OK);
      assert_string_equal(id_format(id, text), c->id);
    } else {
      assert_int_equal(status, STATUS_NOT_FOUND);
      assert_string_equal(reason, c->reason);
    }
  }
  names_free(names);
  composition_release(document);
}

static Id
find(Names* const names, const Composition* const document, const char* text)
{
  char reason[REASON_SIZE];
  Id   id = ID_NONE;
  return names_find(names, document, KIND_TRACK, text, &id, reason) ? ID_NONE
                                                                    : id;
}

static void
rename_track(Composition** const draft, const Id id, const char* const name)
{
  Track* const track = (Track*)node_copy(composition_find(*draft, id));
  string_release(track->name);
  track->name = string_new(name);
  assert_int_equal(composition_put(draft, &track->node), STATUS_OK);
}

static void
test_the_index_follows_any_version(void** const state)
{
  (void)state;
  Composition* draft    = make_document();
  Names* const names    = names_new();
  const Id     first    = id_make(KIND_TRACK, 1);
  Composition* original = composition_retain(draft);
  assert_int_equal(find(names, draft, "drums"), first);

  rename_track(&draft, first, "Perc");
  assert_int_equal(find(names, draft, "drums"), ID_NONE);
  assert_int_equal(find(names, draft, "perc"), first);
  assert_int_equal(find(names, original, "drums"), first);
  assert_int_equal(find(names, original, "perc"), ID_NONE);

  // With one of two gone, the name is clear
  assert_int_equal(composition_remove(&draft, id_make(KIND_TRACK, 4)),
                   STATUS_OK);
  assert_int_equal(find(names, draft, "loop"), id_make(KIND_TRACK, 5));
  assert_int_equal(find(names, original, "loop"), ID_NONE);

  composition_release(original);
  composition_release(draft);
  names_free(names);
}

static void
test_many_names_agree_with_a_search(void** const state)
{
  (void)state;
  Composition* draft    = composition_new("many", "Many");
  Names* const names    = names_new();
  uint32_t     random   = 7;
  char         last[64] = "";

  for (int round = 0; round < 2000; ++round) {
    random = random * 1664525u + 1013904223u;
    char name[64];
    snprintf(name, sizeof(name), "Track %u", random >> 24u);
    const uint32_t number = random / 7u % 300u + 1u;
    if (composition_find(draft, id_make(KIND_TRACK, number))) {
      rename_track(&draft, id_make(KIND_TRACK, number), name);
    } else {
      add_thing(&draft, KIND_TRACK, name);
    }

    // The index against a walk over all tracks
    const char* const asked = round % 3 && last[0] ? last : name;
    const IdList*     order = draft->order[KIND_TRACK];
    Id                only  = ID_NONE;
    uint32_t          count = 0;
    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      if (!strcmp(node_name(composition_find(draft, order->ids[i])), asked)) {
        only = order->ids[i];
        ++count;
      }
    }
    assert_int_equal(find(names, draft, asked), count == 1 ? only : ID_NONE);
    snprintf(last, sizeof(last), "%s", name);
  }
  composition_release(draft);
  names_free(names);
}

static void
test_memory_may_run_out(void** const state)
{
  (void)state;
  Composition* const document = make_document();

  for (unsigned n = 1;; ++n) {
    char reason[REASON_SIZE];
    Id   id = ID_NONE;
    fail_malloc_at(n);
    Names* const names = names_new();
    const Status status =
      names ? names_find(names, document, KIND_TRACK, "drums", &id, reason)
            : STATUS_NO_MEMORY;
    const unsigned count = fail_malloc_stop();
    if (count < n) {
      assert_int_equal(status, STATUS_OK);
    } else {
      assert_int_equal(status, STATUS_NO_MEMORY);
      if (names) {
        assert_int_equal(find(names, document, "drums"),
                         id_make(KIND_TRACK, 1));
      }
    }
    names_free(names);
    if (count < n) {
      break;
    }
  }
  composition_release(document);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_names_find_things),
    cmocka_unit_test(test_the_index_follows_any_version),
    cmocka_unit_test(test_many_names_agree_with_a_search),
    cmocka_unit_test(test_memory_may_run_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
