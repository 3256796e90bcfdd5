// SPDX-License-Identifier: GPL-3.0-or-later
//
// A composition on disk: what was confirmed is there again

#include "model/codec.h"
#include "store/history.h"
#include "store/journal.h"
#include "store/store_fixture.h"

#include <unistd.h>

static void
test_edits_return_after_closing(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  for (unsigned i = 0; i < 200u; ++i) {
    session_edit(&session, "");
  }

  assert_int_equal(session_close(&session), STATUS_OK);
  assert_returns();
  assert_string_equal(session.text, "");
}

static void
test_edits_return_from_the_journal_alone(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  edit_some(100);
  assert_int_equal(session_close(&session), STATUS_OK);

  // The checkpoint of the beginning, and all lines
  assert_int_equal(unlink(in_folder("current.json")), 0);
  char previous[sizeof(path)];
  strcpy(previous, in_folder("previous.json"));
  assert_int_equal(rename(previous, in_folder("current.json")), 0);
  assert_returns();
}

static void
test_a_second_store_is_refused(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);

  Session other = {.folder = folder};
  char    pid[32];
  snprintf(pid, sizeof(pid), "number %ld", (long)getpid());
  assert_int_equal(session_open(&other), STATUS_CONFLICT);
  assert_non_null(strstr(other.text, folder));
  assert_non_null(strstr(other.text, pid));
  assert_null(other.store);

  // Looking is allowed
  uint64_t     revision = 0;
  Composition* root     = NULL;
  edit_some(5);
  assert_int_equal(
    store_read(folder, other.text, sizeof(other.text), &root, &revision),
    STATUS_OK);
  assert_int_equal(revision, session.revision);
  assert_true(document_equal(root, session.root));
  composition_release(root);

  assert_int_equal(session_close(&session), STATUS_OK);
  assert_int_equal(session_open(&other), STATUS_OK);
  assert_int_equal(session_close(&other), STATUS_OK);
  composition_release(other.root);
}

/// Lines in the journal and the last of them, owned
static unsigned
read_lines(json_t** const last)
{
  JournalSegment* segments = NULL;
  size_t          count    = 0;
  unsigned        lines    = 0;
  *last                    = NULL;
  assert_int_equal(
    journal_list(folder, &segments, &count, session.text, sizeof(session.text)),
    STATUS_OK);
  for (size_t i = 0; i < count; ++i) {
    unsigned long size   = 0;
    size_t        offset = 0;
    JournalLine   line;
    char* const   data =
      (char*)temp_file_read(in_folder(segments[i].name), &size);
    while (journal_next(data, size, &offset, &line)) {
      assert_int_not_equal(line.revision, 0);
      json_decref(*last);
      *last = journal_line_build(&line);
      ++lines;
    }

    free(data);
  }

  free(segments);
  return lines;
}

static void
test_a_gesture_is_one_line(void** const state)
{
  (void)state;
  const StoreConfig config = {.folder = folder, .window_ms = 3600000};
  assert_int_equal(session_open_with(&session, &config), STATUS_OK);
  for (unsigned i = 0; i < 50u; ++i) {
    session_edit(&session, "fader of t1");
  }

  json_t* last = NULL;
  assert_int_equal(session_sync(&session).status, STATUS_OK);
  assert_int_equal(read_lines(&last), 1);
  assert_int_equal(json_integer_value(json_object_get(last, "rev")), 50);
  assert_int_equal(json_integer_value(json_object_get(last, "parent")), 0);
  assert_int_equal(json_integer_value(json_object_get(last, "client")), 1);
  assert_string_equal(json_string_value(json_object_get(last, "gesture")),
                      "fader of t1");
  assert_string_equal(json_string_value(json_object_get(last, "at")),
                      "2026-01-31T12:00:00.000Z");
  assert_string_equal(json_string_value(json_object_get(last, "who")),
                      "osc.udp://127.0.0.1:9000");
  json_decref(last);

  // Steps of their own are lines of their own
  session_edit(&session, "");
  session_edit(&session, "");
  assert_int_equal(session_sync(&session).status, STATUS_OK);
  assert_int_equal(read_lines(&last), 3);
  json_decref(last);
  assert_int_equal(session_close(&session), STATUS_OK);
  assert_returns();
}

static void
test_more_than_fits_the_queue_is_merged(void** const state)
{
  (void)state;
  const StoreConfig config = {.folder = folder, .window_ms = 3600000};
  assert_int_equal(session_open_with(&session, &config), STATUS_OK);
  for (unsigned i = 0; i < 2000u; ++i) {
    session_edit(&session, "");
  }

  json_t* last = NULL;
  assert_int_equal(session_sync(&session).status, STATUS_OK);
  assert_in_range(read_lines(&last), 2, 2000);
  json_decref(last);
  assert_int_equal(session_close(&session), STATUS_OK);
  assert_returns();
}

static void
test_commits_are_written_without_being_asked_for(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  session_edit(&session, "");

  // The time it takes is the window's, so this does not go on for long
  while (store_durable(session.store) != session.revision) {
    usleep(1000);
  }
}

static void
test_undo_patches_lead_back(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  edit_some(20);

  Composition* const before = composition_retain(session.root);
  json_t*            last   = NULL;
  edit_some(1);
  read_lines(&last);

  Composition* draft = composition_retain(session.root);
  assert_int_equal(patch_apply(&draft,
                               json_object_get(last, "undo"),
                               session.text,
                               sizeof(session.text)),
                   STATUS_OK);
  assert_true(document_equal(draft, before));
  composition_release(draft);
  composition_release(before);
  json_decref(last);
}

static void
test_snapshots_are_listed_and_read(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  edit_some(10);

  Composition* const first = composition_retain(session.root);
  Outcome            saved = session_save(&session, "Before the \"drop\"");
  assert_int_equal(saved.status, STATUS_OK);
  assert_int_equal(saved.number, 1);

  session_edit(&session, "");
  saved = session_save(&session, "");
  assert_int_equal(saved.status, STATUS_OK);
  assert_int_equal(saved.number, 2);

  HistoryItem* items = NULL;
  size_t       count = 0;
  assert_int_equal(
    history_list(folder, &items, &count, session.text, sizeof(session.text)),
    STATUS_OK);
  assert_int_equal(count, 2);
  assert_int_equal(items[0].number, 1);
  assert_int_equal(items[0].revision, 10);
  assert_string_equal(items[0].label, "Before the \"drop\"");
  assert_string_equal(items[0].who, "a test");
  assert_string_equal(items[0].time, "2026-01-31T12:00:00.000Z");
  assert_string_equal(items[0].file, "0001-20260131T120000Z.json");
  assert_true(items[0].size > 100u);
  assert_int_equal(items[1].number, 2);
  free(items);

  Composition* root = NULL;
  assert_int_equal(
    history_read(folder, 1, &root, session.text, sizeof(session.text)),
    STATUS_OK);
  assert_true(document_equal(root, first));
  composition_release(root);
  composition_release(first);

  assert_int_equal(
    history_read(folder, 3, &root, session.text, sizeof(session.text)),
    STATUS_NOT_FOUND);
}

static void
test_checkpoints_are_written_at_rest(void** const state)
{
  (void)state;
  const StoreConfig config = {.folder = folder, .idle_ms = 1};
  assert_int_equal(session_open_with(&session, &config), STATUS_OK);
  edit_some(3);

  // The time it takes is set above, so this does not go on for long
  char   expected[64];
  char   text[FILE_TEXT_SIZE];
  char*  data = NULL;
  size_t size = 0;
  snprintf(expected, sizeof(expected), "{\n  \"revision\": 3,");
  for (bool found = false; !found;) {
    usleep(1000);
    assert_int_equal(
      file_read(
        in_folder("current.json"), 1u << 30u, &data, &size, text, sizeof(text)),
      STATUS_OK);
    found = !strncmp(data, expected, strlen(expected));
    free(data);
  }
}

static void
test_the_id_is_the_name_of_the_folder(void** const state)
{
  (void)state;
  char other[sizeof(folder) + 16];
  snprintf(other, sizeof(other), "%s-moved", folder);
  assert_int_equal(rename(folder, other), 0);
  session.folder = other;
  assert_int_equal(session_open(&session), STATUS_OK);
  assert_string_equal(string_text(session.root->id), "piece-moved");
  assert_int_equal(session_close(&session), STATUS_OK);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    STORE_TEST(test_edits_return_after_closing),
    STORE_TEST(test_edits_return_from_the_journal_alone),
    STORE_TEST(test_a_second_store_is_refused),
    STORE_TEST(test_a_gesture_is_one_line),
    STORE_TEST(test_more_than_fits_the_queue_is_merged),
    STORE_TEST(test_commits_are_written_without_being_asked_for),
    STORE_TEST(test_undo_patches_lead_back),
    STORE_TEST(test_snapshots_are_listed_and_read),
    STORE_TEST(test_checkpoints_are_written_at_rest),
    STORE_TEST(test_the_id_is_the_name_of_the_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
