// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each operation on files and each allocation of what surrounds the store fails
// once: it is said, nothing is lost or left behind, and next time it works

#include "store/archive.h"
#include "store/history.h"
#include "store/past.h"
#include "store/prune.h"
#include "store/store_fixture.h"
#include "support/fail_io.h"
#include "support/fail_malloc.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EDITS = 24, SNAPSHOTS = 4 };

static Composition* expected;
static uint64_t     revision;
static char         text[FILE_TEXT_SIZE];

/// A composition with a journal of several files and a history
static void
make_composition(void)
{
  const StoreConfig config = {.folder = folder, .segment_bytes = 3000};
  assert_int_equal(session_open_with(&session, &config), STATUS_OK);
  for (unsigned i = 0; i < SNAPSHOTS; ++i) {
    edit_some(EDITS / SNAPSHOTS);
    assert_int_equal(session_save(&session, "Saved").status, STATUS_OK);
  }

  assert_int_equal(session_close(&session), STATUS_OK);
  expected = session.root;
  revision = session.revision;
}

static size_t
count_snapshots(void)
{
  HistoryItem* items = NULL;
  size_t       count = 0;
  assert_int_equal(history_list(folder, &items, &count, text, sizeof(text)),
                   STATUS_OK);
  free(items);
  return count;
}

static size_t
count_segments(void)
{
  JournalSegment* segments = NULL;
  size_t          count    = 0;
  assert_int_equal(journal_list(folder, &segments, &count, text, sizeof(text)),
                   STATUS_OK);
  free(segments);
  return count;
}

// Files that pruning takes away, to be put back

typedef struct {
  char          name[128];
  char*         data; ///< Owned
  unsigned long size;
} Kept;

static Kept   kept[64];
static size_t num_kept;

static void
keep_file(const char* const name)
{
  Kept* const file = &kept[num_kept++];
  assert_true(num_kept < 64u);
  snprintf(file->name, sizeof(file->name), "%s", name);
  file->data = (char*)temp_file_read(in_folder(name), &file->size);
}

static void
keep_files(void)
{
  HistoryItem*    items    = NULL;
  JournalSegment* segments = NULL;
  size_t          count    = 0;
  char            name[128];
  history_list(folder, &items, &count, text, sizeof(text));
  for (size_t i = 0; i < count; ++i) {
    snprintf(name, sizeof(name), "history/%s", items[i].file);
    keep_file(name);
  }

  free(items);
  journal_list(folder, &segments, &count, text, sizeof(text));
  for (size_t i = 0; i < count; ++i) {
    keep_file(segments[i].name);
  }

  free(segments);
}

static void
put_back(void)
{
  for (size_t i = 0; i < num_kept; ++i) {
    if (access(in_folder(kept[i].name), F_OK)) {
      temp_file_write(in_folder(kept[i].name), kept[i].data, kept[i].size);
    }
  }
}

static void
forget_kept(void)
{
  while (num_kept) {
    free(kept[--num_kept].data);
  }
}

// What is tried; each checks what it got if it succeeded

static Status
read_store(void)
{
  Composition* root  = NULL;
  uint64_t     found = 0;
  const Status st    = store_read(folder, text, sizeof(text), &root, &found);
  if (!st) {
    assert_int_equal(found, revision);
    assert_true(document_equal(root, expected));
    composition_release(root);
  }

  return st;
}

static Status
read_past(void)
{
  Past         past;
  const Status st =
    past_read(folder, expected, revision, 1000, &past, text, sizeof(text));
  if (!st) {
    assert_int_equal(past.count, EDITS);
  }

  past_free(&past);
  return st;
}

static Status
read_history(void)
{
  Composition* root = NULL;
  const Status st   = history_read(folder, 2, &root, text, sizeof(text));
  composition_release(root);
  return st;
}

static Status
list_segments(void)
{
  JournalSegment* segments = NULL;
  size_t          count    = 0;
  const Status st = journal_list(folder, &segments, &count, text, sizeof(text));
  assert_true(st ? !count && !segments : count > 1u);
  free(segments);
  return st;
}

static Status
list_compositions(void)
{
  LibraryItem* items = NULL;
  size_t       count = 0;
  const Status st = library_list(data_dir, &items, &count, text, sizeof(text));
  assert_true(st ? !count && !items : count == 1u);
  free(items);
  return st;
}

static Status
find_composition(void)
{
  char id[LIBRARY_ID_SIZE];
  return library_find(data_dir, "piece", id, text, sizeof(text));
}

static Status
prune_history(void)
{
  uint32_t count = 0;
  return prune_snapshots(folder, 2, &count, text, sizeof(text));
}

static void
check_history(const Status st)
{
  assert_in_range(count_snapshots(), 2, st ? SNAPSHOTS : 2);
}

static Status
prune_lines(void)
{
  return prune_journal(folder, 3000, revision, text, sizeof(text));
}

static void
check_lines(const Status st)
{
  assert_in_range(count_segments(), 1, st ? num_kept - SNAPSHOTS : 2);
}

static const char*
in_data(const char* const name)
{
  static char paths[4][TEMP_PATH_SIZE + 64];
  static int  next = 0;

  char* const at = paths[next++ % 4];
  snprintf(at, sizeof(paths[0]), "%s/%s", data_dir, name);
  return at;
}

static int      sound_fd;    ///< Open audio file
static int      archive_fd;  ///< Open archive
static unsigned num_in_data; ///< Files in the data folder besides

static void
prepare_archive(void)
{
  unlink(in_data("a.zip"));
}

static Status
write_archive(void)
{
  ArchiveWriter* writer = NULL;
  Status st = archive_create(in_data("a.zip"), &writer, text, sizeof(text));
  st        = st ? st
                 : archive_add_file(
              writer, ARCHIVE_SAMPLES "/a.flac", sound_fd, text, sizeof(text));
  st =
    st
      ? st
      : archive_add(writer, ARCHIVE_COMPOSITION, "{}\n", 3, text, sizeof(text));
  st = st ? st : archive_commit(writer, text, sizeof(text));
  archive_abort(writer);
  return st;
}

/// Nothing is left of one that failed, unless it is whole and only the folder
/// could not be synced
static void
check_archive(const Status st)
{
  const unsigned whole = !access(in_data("a.zip"), F_OK);
  assert_true(st || whole);
  assert_int_equal(temp_folder_count(data_dir, ""), num_in_data + whole);
}

static void
prepare_out(void)
{
  if (!access(in_data("out"), F_OK)) {
    temp_folder_remove(in_data("out"));
  }

  assert_int_equal(mkdir(in_data("out"), 0777), 0);
}

static Status
read_archive(void)
{
  return archive_extract(
    archive_fd, "a.zip", in_data("out"), text, sizeof(text));
}

// Trying

/// What was counted over all sweeps
static unsigned num_io;
static unsigned num_memory;

static void
expect_refusal(const Status st, const Status cause)
{
  if (st) {
    if (st != cause) {
      fail_msg("expected status %d, got %d: %s", cause, st, text);
    }

    assert_string_not_equal(text, "");
  }
}

typedef struct {
  void (*prepare)(void);
  Status (*act)(void);
  void (*check)(Status st);
} Trial;

/// One try, in which the n-th operation or allocation fails; false if there was
/// none to fail
static bool
fail_at(const Trial* const trial, const unsigned n, const bool memory)
{
  text[0] = '\0';
  if (trial->prepare) {
    trial->prepare();
  }

  if (memory) {
    fail_malloc_at(n);
  } else {
    fail_io_at(n, EIO);
  }

  const Status   st    = trial->act();
  const unsigned asked = memory ? fail_malloc_stop() : fail_io_stop();
  expect_refusal(st, memory ? STATUS_NO_MEMORY : STATUS_IO);
  if (trial->check) {
    trial->check(st);
  }

  assert_true(asked >= n || !st);
  return asked >= n;
}

/// Fail each operation, then each allocation
static void
sweep(const Trial* const trial)
{
  for (unsigned n = 1; fail_at(trial, n, false); ++n) {
    ++num_io;
  }

  for (unsigned n = 1; fail_at(trial, n, true); n += 1u + n / 100u) {
    ++num_memory;
  }
}

static void
test_whatever_fails_is_said_and_works_the_next_time(void** const state)
{
  (void)state;
  static const Trial trials[] = {
    {NULL, read_store, NULL},
    {NULL, read_past, NULL},
    {NULL, read_history, NULL},
    {NULL, list_segments, NULL},
    {NULL, list_compositions, NULL},
    {NULL, find_composition, NULL},
    {prepare_archive, write_archive, check_archive},
    {prepare_out, read_archive, NULL},
    {put_back, prune_history, check_history},
    {put_back, prune_lines, check_lines},
  };

  static char sound[50000];
  make_composition();
  keep_files();
  temp_file_write(in_data("a.flac"), sound, sizeof(sound));
  num_in_data = temp_folder_count(data_dir, "");
  sound_fd    = open(in_data("a.flac"), O_RDONLY | O_CLOEXEC);
  assert_int_equal(write_archive(), STATUS_OK);
  archive_fd = open(in_data("a.zip"), O_RDONLY | O_CLOEXEC);
  for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); ++i) {
    sweep(&trials[i]);
    assert_int_equal(read_store(), STATUS_OK);
  }

  print_message(
    "%u operations and %u allocations failed\n", num_io, num_memory);
  assert_true(num_io > 100u && num_memory > 100u);
  close(sound_fd);
  close(archive_fd);
  forget_kept();
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    STORE_TEST(test_whatever_fails_is_said_and_works_the_next_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
