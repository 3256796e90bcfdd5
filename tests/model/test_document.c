// SPDX-License-Identifier: GPL-3.0-or-later
//
// Documents as values: sharing, finding, differences

#include "model/difference.h"
#include "model/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static uint32_t
next_random(uint32_t* const state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8u;
}

/// Append a track to a draft
static Id
add_track(Composition** const draft)
{
  Id id = ID_NONE;
  assert_int_equal(composition_take_id(draft, KIND_TRACK, &id), STATUS_OK);
  assert_int_equal(composition_put(draft, node_new(NODE_TRACK, id)), STATUS_OK);
  return id;
}

static Id
add_clip(Composition** const draft, const Id track, const Ticks start)
{
  Id id = ID_NONE;
  assert_int_equal(composition_take_id(draft, KIND_CLIP, &id), STATUS_OK);

  Clip* const clip = (Clip*)node_new(NODE_CLIP, id);
  clip->track      = track;
  clip->start      = start;
  clip->length     = TICKS_PER_BEAT;
  assert_int_equal(composition_put(draft, &clip->node), STATUS_OK);
  return id;
}

/// What a walk over a difference found
typedef struct {
  uint32_t count;
  Change   last;
  uint32_t clips;
} Seen;

static bool
see(void* const handle, const Change* const change)
{
  Seen* const seen = (Seen*)handle;
  ++seen->count;
  seen->clips += change->type == NODE_CLIP;
  seen->last = *change;
  return true;
}

static void
test_a_fader_move_differs_in_one_channel(void** const state)
{
  (void)state;
  Composition* root = composition_new("x", "X");
  for (int i = 0; i < 1000; ++i) {
    add_clip(&root, add_track(&root), 0);
  }

  Composition*   draft = composition_retain(root);
  const Id       id    = id_make(KIND_TRACK, 500);
  Channel* const moved =
    (Channel*)node_copy(&composition_channel(draft, id)->node);
  moved->fader_db = -6.0;
  assert_int_equal(composition_put_channel(&draft, moved), STATUS_OK);

  // The root, the track that holds the channel, and the channel
  Seen seen = {0};
  assert_true(document_difference(root, draft, see, &seen));
  assert_int_equal(seen.count, 3);
  assert_int_equal(seen.last.type, NODE_CHANNEL);
  assert_int_equal(seen.last.id, id);
  assert_float_equal(((const Channel*)seen.last.before)->fader_db, 0.0, 0.0);
  assert_float_equal(((const Channel*)seen.last.after)->fader_db, -6.0, 0.0);
  composition_release(draft);
  composition_release(root);
}

static void
test_clips_stay_in_order_of_start(void** const state)
{
  (void)state;
  Composition* root     = composition_new("x", "X");
  const Id     tracks[] = {add_track(&root), add_track(&root)};
  Id           clips[200];
  uint32_t     random = 3;
  for (uint32_t i = 0; i < 200; ++i) {
    clips[i] = add_clip(
      &root, tracks[i % 2u], (Ticks)(next_random(&random) % 50u) * 1000);
  }

  for (uint32_t i = 0; i < 500; ++i) {
    const Id    id   = clips[next_random(&random) % 200u];
    Clip* const clip = (Clip*)node_copy(composition_find(root, id));
    clip->start      = (Ticks)(next_random(&random) % 50u) * 1000;
    clip->track      = tracks[next_random(&random) % 2u];
    assert_int_equal(composition_put(&root, &clip->node), STATUS_OK);
  }

  uint32_t found = 0;
  for (uint32_t t = 0; t < 2u; ++t) {
    const IdList* const list = composition_track(root, tracks[t])->clips;
    for (uint32_t i = 0; i < id_list_count(list); ++i, ++found) {
      const Clip* const clip = composition_clip(root, list->ids[i]);
      assert_int_equal(clip->track, tracks[t]);
      if (i) {
        const Clip* const before = composition_clip(root, list->ids[i - 1u]);
        assert_true(
          before->start < clip->start ||
          (before->start == clip->start && before->node.id < clip->node.id));
      }
    }
  }

  assert_int_equal(found, 200);
  composition_release(root);
}

static void
test_removing_a_track_takes_its_clips(void** const state)
{
  (void)state;
  Composition* root  = composition_new("x", "X");
  const Id     track = add_track(&root);
  const Id     other = add_track(&root);
  const Id     clip  = add_clip(&root, track, 0);
  const Id     kept  = add_clip(&root, other, 0);

  Composition* draft = composition_retain(root);
  assert_int_equal(composition_remove(&draft, track), STATUS_OK);
  assert_null(composition_find(draft, track));
  assert_null(composition_find(draft, clip));
  assert_non_null(composition_find(draft, kept));
  assert_int_equal(id_list_count(draft->order[KIND_TRACK]), 1);

  // The old version is as it was, and numbers are not used again
  assert_non_null(composition_find(root, clip));
  Id next = ID_NONE;
  assert_int_equal(composition_take_id(&draft, KIND_TRACK, &next), STATUS_OK);
  assert_int_equal(id_number(next), 3);
  composition_release(draft);
  composition_release(root);
}

static void
test_removing_a_bus_leads_its_channels_to_the_master(void** const state)
{
  (void)state;
  Composition* root  = composition_new("x", "X");
  const Id     track = add_track(&root);
  Id           bus   = ID_NONE;
  assert_int_equal(composition_take_id(&root, KIND_BUS, &bus), STATUS_OK);
  assert_int_equal(composition_put(&root, node_new(NODE_BUS, bus)), STATUS_OK);

  Channel* const channel =
    (Channel*)node_copy(&composition_channel(root, track)->node);
  SendList* const sends    = send_list_new(1);
  sends->sends[0].bus      = bus;
  sends->sends[0].level_db = -12.0;
  channel->sends           = sends;
  channel->output          = bus;
  assert_int_equal(composition_put_channel(&root, channel), STATUS_OK);
  assert_int_equal(composition_remove(&root, bus), STATUS_OK);
  assert_int_equal(composition_channel(root, track)->output, ID_MASTER);
  assert_null(composition_channel(root, track)->sends);
  composition_release(root);
}

/// Table contents as a plain array of numbers
static bool
mark_number(void* const handle, const uint32_t number, const Node* const node)
{
  (void)node;
  ((bool*)handle)[number] = true;
  return true;
}

static bool
flip_number(void* const       handle,
            const uint32_t    number,
            const Node* const old_node,
            const Node* const new_node)
{
  bool* const marks = (bool*)handle;
  assert_true(marks[number] == !!old_node);
  marks[number] = new_node;
  return true;
}

static void
test_tables_of_any_height_differ_where_they_differ(void** const state)
{
  (void)state;
  enum { SIZE = 70000 };
  bool* const old_marks = (bool*)calloc(SIZE, sizeof(bool));
  bool* const new_marks = (bool*)calloc(SIZE, sizeof(bool));
  uint32_t    random    = 11;
  for (int round = 0; round < 60; ++round) {
    static const uint32_t ranges[] = {20, 900, 30000, SIZE};

    Table* old_table = NULL;
    for (int i = 0; i < 40; ++i) {
      const uint32_t n =
        next_random(&random) % ranges[next_random(&random) % 4u];
      assert_int_equal(
        table_put(
          &old_table, n, node_new(NODE_MARKER, id_make(KIND_MARKER, n))),
        STATUS_OK);
    }

    Table* new_table = round % 3 ? table_retain(old_table) : NULL;
    for (int i = 0; i < 20; ++i) {
      const uint32_t n =
        next_random(&random) % ranges[next_random(&random) % 4u];
      const bool put = next_random(&random) % 2u;
      assert_int_equal(
        table_put(&new_table,
                  n,
                  put ? node_new(NODE_MARKER, id_make(KIND_MARKER, n)) : NULL),
        STATUS_OK);
    }

    memset(old_marks, 0, SIZE);
    memset(new_marks, 0, SIZE);
    table_each(old_table, mark_number, old_marks);
    table_each(new_table, mark_number, new_marks);
    assert_true(table_difference(old_table, new_table, flip_number, old_marks));
    assert_memory_equal(old_marks, new_marks, SIZE);
    table_release(old_table);
    table_release(new_table);
  }

  free(old_marks);
  free(new_marks);
}

static void
test_slugs_are_letters_digits_and_dashes(void** const state)
{
  (void)state;
  static const char* const cases[][2] = {{"Lead Vox 2", "lead-vox-2"},
                                         {"  --Kick!!", "kick"},
                                         {"Gr\xc3\xb6\xc3\x9f"
                                          "e",
                                          "gr-e"},
                                         {"", ""},
                                         {"\xe2\x99\xaa", ""}};
  for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    char slug[SLUG_SIZE];
    slug_make(cases[i][0], slug);
    assert_string_equal(slug, cases[i][1]);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_fader_move_differs_in_one_channel),
    cmocka_unit_test(test_clips_stay_in_order_of_start),
    cmocka_unit_test(test_removing_a_track_takes_its_clips),
    cmocka_unit_test(test_removing_a_bus_leads_its_channels_to_the_master),
    cmocka_unit_test(test_tables_of_any_height_differ_where_they_differ),
    cmocka_unit_test(test_slugs_are_letters_digits_and_dashes),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
