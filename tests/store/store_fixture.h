// SPDX-License-Identifier: GPL-3.0-or-later
//
// A data folder with one composition, for the tests of the store

#ifndef SONIC_TESTS_STORE_FIXTURE_H
#define SONIC_TESTS_STORE_FIXTURE_H

#include "store/journal.h"
#include "store/store_help.h"
#include "support/temp_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define STORE_TEST(name)                                                       \
  cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static char    data_dir[TEMP_PATH_SIZE];
static char    folder[TEMP_PATH_SIZE + 96];
static char    path[TEMP_PATH_SIZE + 192];
static Session session;

static inline int
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

static inline int
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

static inline const char*
in_folder(const char* const name)
{
  snprintf(path, sizeof(path), "%s/%.90s", folder, name);
  return path;
}

/// Open what is on disk and compare it with what was committed
static inline void
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

static inline void
edit_some(const unsigned count)
{
  for (unsigned i = 0; i < count; ++i) {
    session_edit(&session, "");
  }

  assert_int_equal(session_sync(&session).status, STATUS_OK);
  assert_int_equal(store_durable(session.store), session.revision);
}

/// Name of the only segment of the journal
static inline void
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

#endif // SONIC_TESTS_STORE_FIXTURE_H
