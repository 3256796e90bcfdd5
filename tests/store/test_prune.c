// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is forgotten is what nobody will miss

#include "store/history.h"
#include "store/journal.h"
#include "store/prune.h"
#include "store/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { HOUR = 3600, DAY = 24 * HOUR };

static const int64_t now = 1800000000;

/// Put a snapshot into the history, made so many seconds ago
static void
put_snapshot(const int number, const int64_t age, const char* const label)
{
  const time_t time = (time_t)(now - age);
  struct tm    parts;
  char         stamp[32];
  char         iso[40];
  char         name[64];
  char         content[512];
  gmtime_r(&time, &parts);
  strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &parts);
  strftime(iso, sizeof(iso), "%Y-%m-%dT%H:%M:%S.000Z", &parts);
  snprintf(name, sizeof(name), "history/%04d-%s.json", number, stamp);
  const int n = snprintf(content,
                         sizeof(content),
                         "{\"revision\": %d, \"snapshot\": {\"number\": %d, "
                         "\"time\": \"%s\", \"label\": \"%s\", \"who\": \"x\", "
                         "\"revision\": %d},\n\"format\": 1}\n",
                         number,
                         number,
                         iso,
                         label,
                         number);
  temp_file_write(in_folder(name), content, (unsigned long)n);
}

static size_t
count_snapshots(const char* const label)
{
  HistoryItem* items = NULL;
  size_t       count = 0;
  size_t       found = 0;
  char         text[FILE_TEXT_SIZE];
  assert_int_equal(history_list(folder, &items, &count, text, sizeof(text)),
                   STATUS_OK);
  for (size_t i = 0; i < count; ++i) {
    found += !strcmp(items[i].label, label);
  }

  free(items);
  return found;
}

static void
test_autosaves_thin_out(void** const state)
{
  (void)state;
  assert_int_equal(session_open(&session), STATUS_OK);
  file_make_folder(in_folder("history"), session.text, sizeof(session.text));

  // One every ten minutes for 40 days, and what a person saved
  int number = 1;
  for (int64_t age = 40 * DAY; age > 0; age -= 600) {
    put_snapshot(number++, age, AUTOSAVE_LABEL);
  }
  for (int64_t age = 40 * DAY; age > 0; age -= DAY) {
    put_snapshot(number++, age, "Take");
  }

  uint32_t count = 0;
  char     text[FILE_TEXT_SIZE];
  assert_int_equal(prune_autosaves(folder, now, &count, text, sizeof(text)),
                   STATUS_OK);

  // The newest ten, one an hour of the first day, one a day of 29 more
  const size_t left = count_snapshots(AUTOSAVE_LABEL);
  assert_in_range(left, 10 + 22 + 28, 10 + 24 + 31);
  assert_int_equal(count + left, 40 * DAY / 600);
  assert_int_equal(count_snapshots("Take"), 40);

  // Nothing more the second time
  assert_int_equal(prune_autosaves(folder, now, &count, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(count, 0);

  // What is asked for by number spares nothing but the newest
  assert_int_equal(prune_snapshots(folder, 3, &count, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(count_snapshots(AUTOSAVE_LABEL), 0);
  assert_int_equal(count_snapshots("Take"), 3);
}

static size_t
count_segments(void)
{
  JournalSegment* segments = NULL;
  size_t          count    = 0;
  char            text[FILE_TEXT_SIZE];
  assert_int_equal(journal_list(folder, &segments, &count, text, sizeof(text)),
                   STATUS_OK);
  free(segments);
  return count;
}

static void
test_a_journal_keeps_what_opening_needs(void** const state)
{
  (void)state;
  const StoreConfig config = {.folder = folder, .segment_bytes = 4096};
  assert_int_equal(session_open_with(&session, &config), STATUS_OK);
  for (unsigned i = 0; i < 200; ++i) {
    session_edit(&session, "");
    if (i % 10u == 9u) {
      assert_int_equal(session_sync(&session).status, STATUS_OK);
    }
  }

  const size_t many = count_segments();
  char         text[FILE_TEXT_SIZE];
  assert_true(many > 6);

  // Nothing of what comes after a revision goes, however small the budget
  assert_int_equal(prune_journal(folder, 0, 0, text, sizeof(text)), STATUS_OK);
  assert_int_equal(count_segments(), many);
  assert_int_equal(prune_journal(folder, 0, 100, text, sizeof(text)),
                   STATUS_OK);
  assert_in_range(count_segments(), 2, many - 1);

  // It opens as it was
  Composition* const root     = composition_retain(session.root);
  const uint64_t     revision = session.revision;
  assert_int_equal(session_close(&session), STATUS_OK);
  assert_int_equal(session_open(&session), STATUS_OK);
  assert_int_equal(session.revision, revision);
  assert_true(document_equal(session.root, root));
  composition_release(root);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    STORE_TEST(test_autosaves_thin_out),
    STORE_TEST(test_a_journal_keeps_what_opening_needs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
