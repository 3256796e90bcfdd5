// SPDX-License-Identifier: GPL-3.0-or-later
//
// Note lists against a plain array

#include "model/notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define MAX_PLAIN 8192

/// Notes by start and pitch in a plain array: what a list should hold
typedef struct {
  ClipNote notes[MAX_PLAIN];
  uint32_t count;
} Plain;

static uint32_t
next_random(uint32_t* const state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8u;
}

static ClipNote
random_note(uint32_t* const state)
{
  const ClipNote note = {(Ticks)(next_random(state) % 3000u) * 1024,
                         (Ticks)(1u + next_random(state) % 5u) * 1024,
                         (uint8_t)(next_random(state) % 4u),
                         (uint8_t)(1u + next_random(state) % 127u)};
  return note;
}

static void
plain_put(Plain* const plain, const ClipNote* const note)
{
  uint32_t i = 0;
  while (i < plain->count && note_compare(&plain->notes[i], note) < 0) {
    ++i;
  }

  if (i == plain->count || note_compare(&plain->notes[i], note)) {
    memmove(plain->notes + i + 1,
            plain->notes + i,
            (plain->count - i) * sizeof(ClipNote));
    ++plain->count;
  }

  plain->notes[i] = *note;
}

static void
plain_take(Plain* const plain, const uint32_t index)
{
  --plain->count;
  memmove(plain->notes + index,
          plain->notes + index + 1,
          (plain->count - index) * sizeof(ClipNote));
}

static void
assert_same(const NoteList* const list, const Plain* const plain)
{
  assert_int_equal(note_list_count(list), plain->count);

  NoteCursor cursor = note_cursor(list);
  for (uint32_t i = 0; i < plain->count; ++i) {
    const ClipNote* const note = note_next(&cursor);
    assert_non_null(note);
    assert_int_equal(note_compare(note, &plain->notes[i]), 0);
    assert_int_equal(note->length, plain->notes[i].length);
    assert_int_equal(note->velocity, plain->notes[i].velocity);
  }

  assert_null(note_next(&cursor));
}

/// Replays a difference onto a plain array
static bool
replay(void* const           handle,
       const ClipNote* const old_note,
       const ClipNote* const new_note)
{
  Plain* const plain = (Plain*)handle;
  if (new_note) {
    plain_put(plain, new_note);
    return true;
  }

  for (uint32_t i = 0; i < plain->count; ++i) {
    if (!note_compare(&plain->notes[i], old_note)) {
      plain_take(plain, i);
      return true;
    }
  }

  return false;
}

static void
test_random_changes_match_a_plain_array(void** const state)
{
  (void)state;
  Plain* const plain  = (Plain*)calloc(1, sizeof(Plain));
  Plain* const mirror = (Plain*)calloc(1, sizeof(Plain));
  NoteList*    list   = NULL;
  uint32_t     random = 7;
  for (int round = 0; round < 1500; ++round) {
    ClipNote       added[40];
    ClipNote       removed[40];
    const uint32_t num_added = next_random(&random) % 40u;
    uint32_t num_removed     = next_random(&random) % (round > 900 ? 40u : 12u);

    num_removed = num_removed < plain->count ? num_removed : plain->count;
    for (uint32_t i = 0; i < num_removed; ++i) {
      const uint32_t index = next_random(&random) % plain->count;
      removed[i]           = plain->notes[index];
      plain_take(plain, index);
    }

    for (uint32_t i = 0; i < num_added; ++i) {
      added[i] = random_note(&random);
      plain_put(plain, &added[i]);
    }

    NoteList* changed = NULL;
    assert_int_equal(
      note_list_change(
        list, removed, num_removed, added, num_added, NULL, &changed),
      STATUS_OK);
    assert_same(changed, plain);
    assert_true(note_list_difference(list, changed, replay, mirror));
    assert_same(changed, mirror);
    note_list_release(list);
    list = changed;
  }

  // Neither insertions nor removals leave a trail of tiny chunks
  assert_true(list->count > 1000);
  assert_true(list->num_chunks <= 2 + list->count / (NOTE_CHUNK / 8u));
  note_list_release(list);
  free(plain);
  free(mirror);
}

static void
test_absent_note_is_named_and_nothing_changes(void** const state)
{
  (void)state;
  ClipNote  notes[] = {{0, 10, 60, 100}, {1024, 10, 62, 100}};
  NoteList* list    = NULL;
  assert_int_equal(note_list_build(notes, 2, &list), STATUS_OK);

  const ClipNote absent  = {1024, 0, 61, 0};
  ClipNote       missing = {0};
  NoteList*      changed = NULL;
  assert_int_equal(
    note_list_change(list, &absent, 1, NULL, 0, &missing, &changed),
    STATUS_NOT_FOUND);
  assert_null(changed);
  assert_int_equal(missing.pitch, 61);
  assert_int_equal(note_list_count(list), 2);
  note_list_release(list);
}

static void
test_later_of_two_notes_at_one_place_stays(void** const state)
{
  (void)state;
  ClipNote  notes[] = {{5, 10, 60, 1}, {0, 10, 60, 2}, {5, 20, 60, 3}};
  NoteList* list    = NULL;
  assert_int_equal(note_list_build(notes, 3, &list), STATUS_OK);
  assert_int_equal(note_list_count(list), 2);
  assert_int_equal(list->chunks[0]->notes[1].velocity, 3);
  note_list_release(list);
}

static void
test_edit_shares_untouched_chunks(void** const state)
{
  (void)state;
  ClipNote* const notes = (ClipNote*)calloc(50000, sizeof(ClipNote));
  for (uint32_t i = 0; i < 50000; ++i) {
    const ClipNote note = {(Ticks)i * 1024, 512, 60, 100};
    notes[i]            = note;
  }

  NoteList* list = NULL;
  assert_int_equal(note_list_build(notes, 50000, &list), STATUS_OK);

  const ClipNote extra   = {25000 * 1024 + 1, 512, 60, 100};
  NoteList*      changed = NULL;
  assert_int_equal(note_list_change(list, NULL, 0, &extra, 1, NULL, &changed),
                   STATUS_OK);

  uint32_t shared = 0;
  for (uint32_t i = 0; i < changed->num_chunks; ++i) {
    shared += atomic_load(&changed->chunks[i]->refs) == 2u;
  }

  assert_true(shared >= list->num_chunks - 1u);
  note_list_release(list);
  note_list_release(changed);
  free(notes);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_random_changes_match_a_plain_array),
    cmocka_unit_test(test_absent_note_is_named_and_nothing_changes),
    cmocka_unit_test(test_later_of_two_notes_at_one_place_stays),
    cmocka_unit_test(test_edit_shares_untouched_chunks),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
