// SPDX-License-Identifier: GPL-3.0-or-later
//
// A composition whose files were damaged: what can be found is found

#include "store/journal.h"
#include "store/store_fixture.h"

#include <unistd.h>

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

int
main(void)
{
  const struct CMUnitTest tests[] = {
    STORE_TEST(test_a_bad_checkpoint_is_made_up_for),
    STORE_TEST(test_without_checkpoints_the_history_serves),
    STORE_TEST(test_a_file_that_is_all_there_is_is_salvaged),
    STORE_TEST(test_what_is_no_composition_is_refused),
    STORE_TEST(test_a_torn_end_is_set_aside),
    STORE_TEST(test_a_damaged_line_ends_what_can_be_applied),
    STORE_TEST(test_damage_before_the_checkpoint_does_no_harm),
    STORE_TEST(test_many_segments_are_one_journal),
    STORE_TEST(test_a_file_from_elsewhere_is_taken_as_it_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
