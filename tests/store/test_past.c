// SPDX-License-Identifier: GPL-3.0-or-later
//
// What was done can be undone after a restart

#include "store/past.h"
#include "store/store_fixture.h"
#include "support/fail_malloc.h"

#include <unistd.h>

/// Documents by revision, as they were committed
static Composition* roots[64];

static void
remember(void)
{
  composition_release(roots[session.revision]);
  roots[session.revision] = composition_retain(session.root);
}

static void
forget(void)
{
  for (unsigned i = 0; i < 64u; ++i) {
    composition_release(roots[i]);
    roots[i] = NULL;
  }
}

static void
edit(const unsigned count)
{
  for (unsigned i = 0; i < count; ++i) {
    session_edit(&session, "");
    remember();
  }
}

/// Commit the document of a revision once more
static void
go_to(const uint64_t revision)
{
  const StoreEntry entry = {.revision = session.revision + 1u,
                            .again    = true,
                            .same_as  = revision,
                            .who      = "undo",
                            .gesture  = "",
                            .before   = session.root,
                            .after    = roots[revision]};
  store_append(session.store, &entry);
  composition_release(session.root);
  session.root = composition_retain(roots[revision]);
  ++session.revision;
  remember();
}

/// Close, open and read what was done
static Past
read_past(const size_t max_lines)
{
  Past past = {0};
  assert_int_equal(session_close(&session), STATUS_OK);
  assert_int_equal(session_open(&session), STATUS_OK);
  assert_int_equal(past_read(folder,
                             session.root,
                             session.revision,
                             max_lines,
                             &past,
                             session.text,
                             sizeof(session.text)),
                   STATUS_OK);
  return past;
}

/// What a step is to be
typedef struct {
  uint64_t revision;
  size_t   parent;
} Expected;

/// The steps are as given, lead from one to the next, and to the present
static void
assert_steps(const Past* const     past,
             const Expected* const expected,
             const size_t          count,
             const size_t          place)
{
  assert_int_equal(past->count, count);
  assert_int_equal(past->place, place);
  for (size_t i = 0; i < count; ++i) {
    const PastStep* const step   = &past->steps[i];
    const size_t          parent = step->parent;
    assert_int_equal(step->revision, expected[i].revision);
    assert_int_equal(parent, expected[i].parent);
    assert_true(document_equal(step->after, roots[step->revision]));
    assert_true(document_equal(
      step->before, parent ? past->steps[parent - 1u].after : roots[0]));
  }
}

static void
test_steps_return(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  remember();
  edit(5);

  static const Expected expected[] = {{1, 0}, {2, 1}, {3, 2}, {4, 3}, {5, 4}};
  Past                  past       = read_past(100);
  assert_int_equal(past.first, 0);
  assert_steps(&past, expected, 5, 5);
  assert_int_equal(past.steps[0].client, 1);
  assert_int_equal(past.steps[0].nanos, 1769860800000000000ull);
  assert_string_equal(string_text(past.steps[0].who),
                      "osc.udp://127.0.0.1:9000");
  assert_string_equal(string_text(past.steps[0].what), "a random edit");
  past_free(&past);
  forget();
}

static void
test_undo_and_redo_move_among_the_steps(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  remember();
  edit(6);
  go_to(5);
  go_to(4);
  go_to(3);
  go_to(4); // Redone

  static const Expected expected[] = {
    {1, 0}, {2, 1}, {3, 2}, {4, 3}, {5, 4}, {6, 5}, {11, 4}};
  Past past = read_past(100);
  assert_steps(&past, expected, 6, 4);
  past_free(&past);

  // What comes now begins a branch beside what was undone
  edit(1);
  past = read_past(100);
  assert_steps(&past, expected, 7, 7);
  past_free(&past);

  // To the other branch, and to the beginning
  go_to(6);
  past = read_past(100);
  assert_steps(&past, expected, 7, 6);
  past_free(&past);
  go_to(0);
  past = read_past(100);
  assert_steps(&past, expected, 7, 0);
  past_free(&past);
  forget();
}

static void
test_lines_of_one_step_are_one_step(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  remember();
  edit(2);
  const StoreEntry entry = {.revision = 3,
                            .more     = true,
                            .who      = "test",
                            .gesture  = "fader",
                            .before   = session.root,
                            .after    = roots[1]};
  store_append(session.store, &entry);
  composition_release(session.root);
  session.root     = composition_retain(roots[1]);
  session.revision = 3;
  remember();

  static const Expected expected[] = {{1, 0}, {3, 1}};
  Past                  past       = read_past(100);
  assert_steps(&past, expected, 2, 2);
  past_free(&past);
  forget();
}

static void
test_the_past_goes_back_as_far_as_is_asked(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  remember();
  edit(30);

  Past past = read_past(4);
  assert_int_equal(past.count, 4);
  assert_int_equal(past.steps[0].revision, 27);
  assert_true(document_equal(past.steps[0].before, roots[26]));
  past_free(&past);

  past = read_past(0);
  assert_int_equal(past.count, 0);
  past_free(&past);
  forget();
}

static void
test_the_past_ends_where_the_journal_is_damaged(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  remember();
  edit(20);
  assert_int_equal(session_close(&session), STATUS_OK);

  char          name[JOURNAL_NAME_SIZE];
  unsigned long size = 0;
  only_segment(name);
  char* const data = (char*)temp_file_read(in_folder(name), &size);
  data[size / 2u] ^= 0x15;
  temp_file_write(path, data, size);
  free(data);

  assert_int_equal(session_open(&session), STATUS_OK);
  Past past = read_past(100);
  assert_in_range(past.count, 1, 18);
  assert_int_equal(past.steps[past.count - 1u].revision, 20);
  assert_true(
    document_equal(past.steps[0].after, roots[past.steps[0].revision]));
  past_free(&past);
  forget();
}

static void
test_out_of_memory_is_said(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  remember();
  edit(5);
  assert_int_equal(session_sync(&session).status, STATUS_OK);
  for (unsigned n = 1;; n += 1u + n / 50u) {
    Past past;
    fail_malloc_at(n);
    const Status   st    = past_read(folder,
                                session.root,
                                session.revision,
                                100,
                                &past,
                                session.text,
                                sizeof(session.text));
    const unsigned asked = fail_malloc_stop();
    if (asked < n) {
      assert_int_equal(st, STATUS_OK);
      assert_int_equal(past.count, 5);
      past_free(&past);
      break;
    }

    assert_int_equal(st, STATUS_NO_MEMORY);
    assert_int_equal(past.count, 0);
    past_free(&past);
  }

  forget();
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    STORE_TEST(test_steps_return),
    STORE_TEST(test_undo_and_redo_move_among_the_steps),
    STORE_TEST(test_lines_of_one_step_are_one_step),
    STORE_TEST(test_the_past_goes_back_as_far_as_is_asked),
    STORE_TEST(test_the_past_ends_where_the_journal_is_damaged),
    STORE_TEST(test_out_of_memory_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
