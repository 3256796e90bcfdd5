// SPDX-License-Identifier: GPL-3.0-or-later
//
// The store when the disk or the memory fails: nothing confirmed is lost

#include "store/history.h"
#include "store/store_help.h"
#include "support/fail_io.h"
#include "support/fail_malloc.h"
#include "support/temp_folder.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NUM_EDITS 10u

/// A first document and what edits make of it; made once, without failures
static Composition* roots[NUM_EDITS + 1u];
static char         data_dir[TEMP_PATH_SIZE];
static char         folder[TEMP_PATH_SIZE + 96];

static int
set_up(void** const state)
{
  (void)state;
  Random random = {123};
  roots[0]      = composition_new("piece", "Piece");
  for (unsigned i = 1; i <= NUM_EDITS; ++i) {
    roots[i] = composition_retain(roots[i - 1u]);
    for (unsigned n = 0; n < 10u; ++n) {
      random_edit(&random, &roots[i]);
    }
  }

  return 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  for (unsigned i = 0; i <= NUM_EDITS; ++i) {
    composition_release(roots[i]);
  }

  return 0;
}

static void
begin(Session* const session)
{
  char id[LIBRARY_ID_SIZE];
  temp_folder_new(data_dir);
  assert_int_equal(session_create(data_dir, id), STATUS_OK);
  snprintf(folder, sizeof(folder), "%s/compositions/%s", data_dir, id);
  memset(session, 0, sizeof(*session));
  session->folder = folder;
}

/// Commit prepared edits up to a revision
static void
edit_to(Session* const session, const uint64_t revision)
{
  for (; session->revision < revision; ++session->revision) {
    const StoreEntry entry = {.revision = session->revision + 1u,
                              .who      = "a test",
                              .gesture  = "",
                              .before   = roots[session->revision],
                              .after    = roots[session->revision + 1u]};
    store_append(session->store, &entry);
  }
}

/// What a try told
typedef struct {
  bool     opened;
  bool     closed;    ///< Without a failure
  bool     saved;     ///< There is a snapshot
  uint64_t confirmed; ///< Last revision that was confirmed
} Report;

/// Open, edit, save and close while something fails
static Report
try_all(Session* const session)
{
  Report            report = {0};
  const StoreConfig config = {.folder = folder, .segment_bytes = 3000};
  report.opened            = !session_open_with(session, &config);
  if (!report.opened) {
    assert_string_not_equal(session->text, "");
    return report;
  }

  for (uint64_t revision = 2; revision <= NUM_EDITS; revision += 2u) {
    edit_to(session, revision);
    const Outcome outcome = session_sync(session);
    if (!outcome.status) {
      report.confirmed = revision;
    } else {
      assert_true(outcome.status == STATUS_IO ||
                  outcome.status == STATUS_NO_MEMORY);
      assert_true(!outcome.done || outcome.text[0]);
    }
  }

  composition_release(session->root);
  session->root = composition_retain(roots[NUM_EDITS]);
  report.saved  = !session_save(session, "label").status;
  report.closed = !session_close(session);
  assert_true(report.closed || session->text[0]);
  return report;
}

/// Look at what is there after a try
static void
assert_kept(Session* const session, const Report* const report)
{
  if (session_open(session)) {
    fail_msg("%s", session->text);
  }

  assert_in_range(session->revision, report->confirmed, NUM_EDITS);
  assert_true(document_equal(session->root, roots[session->revision]));
  if (report->closed) {
    assert_int_equal(session->revision, NUM_EDITS);
  }

  HistoryItem* items = NULL;
  size_t       count = 0;
  assert_int_equal(
    history_list(folder, &items, &count, session->text, sizeof(session->text)),
    STATUS_OK);
  assert_true(!report->saved || count == 1u);
  free(items);

  assert_int_equal(session_close(session), STATUS_OK);
  composition_release(session->root);
  temp_folder_remove(data_dir);
}

/// Fail one operation after the other, or all from one on
static void
sweep(const bool all, const int cause)
{
  for (unsigned n = 1;; ++n) {
    Session session;
    begin(&session);
    if (all) {
      fail_io_from(n, cause);
    } else {
      fail_io_at(n, cause);
    }

    const Report   report = try_all(&session);
    const unsigned asked  = fail_io_stop();
    assert_kept(&session, &report);
    if (asked < n) {
      assert_true(n > 20u);
      assert_true(report.closed && report.saved);
      assert_int_equal(report.confirmed, NUM_EDITS);
      break;
    }
  }
}

static void
test_an_operation_that_fails_loses_nothing(void** const state)
{
  (void)state;
  sweep(false, EIO);
}

static void
test_a_disk_that_fills_up_loses_nothing(void** const state)
{
  (void)state;
  sweep(true, ENOSPC);
}

static void
test_an_allocation_that_fails_loses_nothing(void** const state)
{
  (void)state;
  for (unsigned n = 1;; n += 1u + n / 40u) {
    Session session;
    begin(&session);
    fail_malloc_at(n);
    const Report   report = try_all(&session);
    const unsigned asked  = fail_malloc_stop();
    assert_kept(&session, &report);
    if (asked < n) {
      assert_true(n > 100u);
      assert_true(report.closed && report.saved);
      assert_int_equal(report.confirmed, NUM_EDITS);
      break;
    }
  }
}

static void
test_short_writes_do_no_harm(void** const state)
{
  (void)state;
  Session session;
  begin(&session);
  fail_io_short(true);
  const Report report = try_all(&session);
  fail_io_short(false);
  assert_true(report.closed && report.saved);
  assert_kept(&session, &report);
}

/// What was noticed of the disk
typedef struct {
  unsigned failed;
  unsigned again;
} Notices;

static void
notice(void* const handle, const Status status, const char* const text)
{
  Notices* const notices = (Notices*)handle;
  assert_string_not_equal(text, "");
  if (status) {
    assert_int_equal(status, STATUS_IO);
    ++notices->failed;
  } else {
    ++notices->again;
  }
}

static void
test_a_disk_that_comes_back_gets_all(void** const state)
{
  (void)state;
  Session           session;
  Notices           notices = {0, 0};
  const StoreConfig config  = {
     .folder = folder, .notice = notice, .notice_handle = &notices};
  begin(&session);
  assert_int_equal(session_open_with(&session, &config), STATUS_OK);

  fail_io_from(1, ENOSPC);
  for (uint64_t revision = 1; revision <= 5u; ++revision) {
    edit_to(&session, revision);
    const Outcome outcome = session_sync(&session);
    assert_int_equal(outcome.status, STATUS_IO);
    assert_non_null(strstr(outcome.text, folder));
    assert_non_null(strstr(outcome.text, strerror(ENOSPC)));
  }

  assert_int_equal(store_durable(session.store), 0);
  assert_int_equal(notices.failed, 1);
  assert_int_equal(notices.again, 0);
  fail_io_stop();

  // It tries by itself
  edit_to(&session, 6);
  while (!notices.again) {
    struct pollfd fd = {store_fd(session.store), POLLIN, 0};
    assert_int_equal(poll(&fd, 1, 60000), 1);
    store_poll(session.store);
  }

  edit_to(&session, NUM_EDITS);
  assert_int_equal(session_sync(&session).status, STATUS_OK);
  assert_int_equal(notices.failed, 1);

  Report report = {.confirmed = NUM_EDITS};
  report.closed = !session_close(&session);
  assert_true(report.closed);
  assert_kept(&session, &report);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_an_operation_that_fails_loses_nothing),
    cmocka_unit_test(test_a_disk_that_fills_up_loses_nothing),
    cmocka_unit_test(test_an_allocation_that_fails_loses_nothing),
    cmocka_unit_test(test_short_writes_do_no_harm),
    cmocka_unit_test(test_a_disk_that_comes_back_gets_all),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
