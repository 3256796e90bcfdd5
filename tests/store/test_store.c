// SPDX-License-Identifier: GPL-3.0-or-later
//
// A composition on disk: what was confirmed is there again

#include "model/codec.h"
#include "store/history.h"
#include "store/journal.h"
#include "store/store_help.h"
#include "support/temp_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static char    data_dir[TEMP_PATH_SIZE];
static char    folder[TEMP_PATH_SIZE + 96];
static char    path[TEMP_PATH_SIZE + 192];
static Session session;

static int
set_up(void** const state)
{
  (void)state;
  char id[LIBRARY_ID_SIZE];
  temp_folder_new(data_dir);
  assert_int_equal(session_create(data_dir, id), STATUS_OK);
  snprintf(folder, sizeof(folder), "%s/compositions/%s", data_dir, id);
  memset(&session, 0, sizeof(session));
  session.folder       = folder;
  session.random.state = 4711;
  return 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  if (session.store) {
    session_close(&session);
  }

  composition_release(session.root);
  temp_folder_remove(data_dir);
  return 0;
}

static const char*
in_folder(const char* const name)
{
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  return path;
}

/// Open what is on disk and compare it with what was committed
static void
assert_returns(void)
{
  Composition* const expected = composition_retain(session.root);
  const uint64_t     revision = session.revision;
  if (session_open(&session)) {
    fail_msg("%s", session.text);
  }

  assert_int_equal(session.revision, revision);
  assert_true(document_equal(session.root, expected));
  composition_release(expected);
}

static void
edit_some(const unsigned count)
{
  for (unsigned i = 0; i < count; ++i) {
    session_edit(&session, "");
  }

  assert_int_equal(session_sync(&session).status, STATUS_OK);
  assert_int_equal(store_durable(session.store), session.revision);
}

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

// What is damaged

/// Spoil a file at a place
static void
spoil(const char* const name, const double part)
{
  unsigned long size = 0;
  char* const   data = (char*)temp_file_read(in_folder(name), &size);
  data[(size_t)((double)size * part)] ^= 0x15;
  temp_file_write(path, data, size);
  free(data);
}

static void
test_a_bad_checkpoint_is_made_up_for(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  edit_some(30);
  assert_int_equal(session_close(&session), STATUS_OK);

  temp_file_write(in_folder("current.json"), "{\"revision\": 3,\n  \"tra", 21);
  assert_returns();
  assert_non_null(strstr(session.text, "current.json:2:"));
  assert_non_null(strstr(session.text, "previous.json"));
  assert_non_null(strstr(session.text, "current.json.bad-1"));
  assert_int_equal(access(in_folder("current.json.bad-1"), F_OK), 0);

  // And it is as good as ever
  edit_some(3);
  assert_int_equal(session_close(&session), STATUS_OK);
  assert_returns();
  assert_string_equal(session.text, "");
}

static void
test_without_checkpoints_the_history_serves(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  edit_some(10);
  assert_int_equal(session_save(&session, "one").status, STATUS_OK);
  edit_some(10);
  assert_int_equal(session_close(&session), STATUS_OK);

  temp_file_write(in_folder("current.json"), "nonsense", 8);
  temp_file_write(in_folder("previous.json"), "", 0);
  assert_returns();
  assert_non_null(strstr(session.text, "history/0001-"));
}

static void
test_a_file_that_is_all_there_is_is_salvaged(void** const state)
{
  (void)state;
  static const char json[] =
    "{\"tempo\": 999, \"tracks\": [{\"id\": \"t1\", \"name\": \"Kept\"}]}";
  unlink(in_folder("previous.json"));
  temp_file_write(in_folder("current.json"), json, sizeof(json) - 1u);
  assert_int_equal(session_open(&session), STATUS_OK);
  assert_non_null(strstr(session.text, "current.json:1:11: tempo: "));

  const Track* const track =
    composition_track(session.root, id_make(KIND_TRACK, 1));
  assert_non_null(track);
  assert_string_equal(string_text(track->name), "Kept");
  assert_int_equal(session.root->tempo, 300000000);
}

static void
test_what_is_no_composition_is_refused(void** const state)
{
  (void)state;
  unlink(in_folder("previous.json"));
  temp_file_write(in_folder("current.json"), "{\n\n  \"tempo\": }", 15);
  assert_int_equal(session_open(&session), STATUS_BAD_ARGUMENT);
  assert_non_null(strstr(session.text, "current.json:3:12: "));

  // It stays as it is, so that it can be mended
  assert_int_equal(access(in_folder("current.json"), F_OK), 0);
  unlink(in_folder("current.json"));
  assert_int_equal(session_open(&session), STATUS_NOT_FOUND);
  assert_non_null(strstr(session.text, "current.json: No such file"));
}

/// Name of the only segment of the journal
static void
only_segment(char name[JOURNAL_NAME_SIZE])
{
  JournalSegment* segments = NULL;
  size_t          count    = 0;
  assert_int_equal(
    journal_list(folder, &segments, &count, session.text, sizeof(session.text)),
    STATUS_OK);
  assert_int_equal(count, 1);
  strcpy(name, segments[0].name);
  free(segments);
}

/// Go back to the first checkpoint, so that the journal counts
static void
go_back(void)
{
  char previous[sizeof(path)];
  strcpy(previous, in_folder("previous.json"));
  assert_int_equal(rename(previous, in_folder("current.json")), 0);
}

static void
test_a_torn_end_is_set_aside(void** const state)
{
  (void)state;
  char name[JOURNAL_NAME_SIZE];
  char aside[JOURNAL_NAME_SIZE + 16];
  assert_int_equal(session_open(&session), STATUS_OK);
  edit_some(10);
  assert_int_equal(session_close(&session), STATUS_OK);
  only_segment(name);
  snprintf(aside, sizeof(aside), "%s.torn-1", name);
  go_back();

  FILE* const file = fopen(in_folder(name), "ab");
  fputs("{\"rev\":11,\"parent\":10,\"at\":\"20", file);
  fclose(file);

  assert_returns();
  assert_non_null(strstr(session.text, aside));

  unsigned long size = 0;
  char* const   data = (char*)temp_file_read(in_folder(aside), &size);
  assert_int_equal(size, 30);
  free(data);

  edit_some(3);
  assert_int_equal(session_close(&session), STATUS_OK);
  go_back();
  assert_returns();
}

static void
test_a_damaged_line_ends_what_can_be_applied(void** const state)
{
  (void)state;
  char         name[JOURNAL_NAME_SIZE];
  Composition* roots[31];
  assert_int_equal(session_open(&session), STATUS_OK);
  roots[0] = composition_retain(session.root);
  for (unsigned i = 1; i <= 30u; ++i) {
    edit_some(1);
    roots[i] = composition_retain(session.root);
  }

  assert_int_equal(session_close(&session), STATUS_OK);
  only_segment(name);
  go_back();
  spoil(name, 0.5);
  assert_int_equal(session_open(&session), STATUS_OK);
  assert_in_range(session.revision, 1, 29);
  assert_true(document_equal(session.root, roots[session.revision]));
  assert_non_null(strstr(session.text, "the end of journal-"));

  // Other commits take the numbers of those that were lost
  edit_some(40);
  assert_int_equal(session_close(&session), STATUS_OK);
  assert_returns();
  assert_string_equal(session.text, "");
  for (unsigned i = 0; i <= 30u; ++i) {
    composition_release(roots[i]);
  }
}

static void
test_damage_before_the_checkpoint_does_no_harm(void** const state)
{
  (void)state;
  char name[JOURNAL_NAME_SIZE];
  assert_int_equal(session_open(&session), STATUS_OK);
  edit_some(30);
  assert_int_equal(session_close(&session), STATUS_OK);
  only_segment(name);
  spoil(name, 0.5);
  assert_returns();
  edit_some(5);
  assert_int_equal(session_close(&session), STATUS_OK);
  assert_returns();
}

static void
test_many_segments_are_one_journal(void** const state)
{
  (void)state;
  const StoreConfig config = {.folder = folder, .segment_bytes = 2000};
  assert_int_equal(session_open_with(&session, &config), STATUS_OK);
  for (unsigned i = 0; i < 40u; ++i) {
    edit_some(2);
  }

  assert_int_equal(session_close(&session), STATUS_OK);
  assert_true(temp_folder_count(folder, ".jsonl") > 3u);
  go_back();
  assert_returns();
}

static void
test_a_file_from_elsewhere_is_taken_as_it_is(void** const state)
{
  (void)state;
  static const char json[] = "{\"name\": \"Other\"}";
  assert_int_equal(session_open(&session), STATUS_OK);
  edit_some(10);
  assert_int_equal(session_close(&session), STATUS_OK);
  temp_file_write(in_folder("current.json"), json, sizeof(json) - 1u);
  assert_int_equal(session_open(&session), STATUS_OK);
  assert_string_equal(string_text(session.root->name), "Other");
  assert_int_equal(session.revision, 11);
  edit_some(3);
  assert_int_equal(session_close(&session), STATUS_OK);
  assert_returns();
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
    TEST(test_edits_return_after_closing),
    TEST(test_edits_return_from_the_journal_alone),
    TEST(test_a_second_store_is_refused),
    TEST(test_a_gesture_is_one_line),
    TEST(test_more_than_fits_the_queue_is_merged),
    TEST(test_commits_are_written_without_being_asked_for),
    TEST(test_undo_patches_lead_back),
    TEST(test_snapshots_are_listed_and_read),
    TEST(test_a_bad_checkpoint_is_made_up_for),
    TEST(test_without_checkpoints_the_history_serves),
    TEST(test_a_file_that_is_all_there_is_is_salvaged),
    TEST(test_what_is_no_composition_is_refused),
    TEST(test_a_torn_end_is_set_aside),
    TEST(test_a_damaged_line_ends_what_can_be_applied),
    TEST(test_damage_before_the_checkpoint_does_no_harm),
    TEST(test_many_segments_are_one_journal),
    TEST(test_a_file_from_elsewhere_is_taken_as_it_is),
    TEST(test_checkpoints_are_written_at_rest),
    TEST(test_the_id_is_the_name_of_the_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
