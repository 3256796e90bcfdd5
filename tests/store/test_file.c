// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files are whole or not there, whatever fails

#include "store/file.h"
#include "support/fail_io.h"
#include "support/fail_malloc.h"
#include "support/temp_folder.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[TEMP_PATH_SIZE];
static char path[TEMP_PATH_SIZE + 16];
static char text[FILE_TEXT_SIZE];

static int
set_up(void** const state)
{
  (void)state;
  temp_folder_new(folder);
  snprintf(path, sizeof(path), "%s/file", folder);
  text[0] = '\0';
  return 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  fail_io_stop();
  fail_io_short(false);
  fail_malloc_stop();
  temp_folder_remove(folder);
  return 0;
}

static void
assert_content(const char* const expected)
{
  char*  data = NULL;
  size_t size = 0;
  assert_int_equal(file_read(path, 1000, &data, &size, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(size, strlen(expected));
  assert_string_equal(data, expected);
  free(data);
}

static Status
replace(const char* const content)
{
  return file_replace(path, content, strlen(content), text, sizeof(text));
}

static void
test_a_file_is_replaced(void** const state)
{
  (void)state;
  assert_int_equal(replace("old"), STATUS_OK);
  assert_content("old");
  assert_int_equal(replace("newer"), STATUS_OK);
  assert_content("newer");
  assert_int_equal(temp_folder_count(folder, ""), 1);
}

static void
test_short_and_interrupted_writes_are_completed(void** const state)
{
  (void)state;
  char content[900];
  memset(content, 'x', sizeof(content));
  content[sizeof(content) - 1u] = '\0';

  fail_io_short(true);
  assert_int_equal(replace(content), STATUS_OK);
  fail_io_short(false);
  assert_content(content);
}

static void
test_whatever_fails_the_file_is_old_or_new(void** const state)
{
  (void)state;
  static const int causes[] = {EIO, ENOSPC, EDQUOT};
  for (unsigned c = 0; c < 3u; ++c) {
    assert_int_equal(replace("old"), STATUS_OK);
    for (unsigned n = 1;; ++n) {
      fail_io_at(n, causes[c]);
      const Status   st    = replace("new");
      const unsigned asked = fail_io_stop();

      // The folder's sync comes when the new one is in its place
      unsigned long size = 0;
      char* const   data = (char*)temp_file_read(path, &size);
      assert_true(!strncmp(data, "new", 3) || (st && !strncmp(data, "old", 3)));
      free(data);
      assert_int_equal(temp_folder_count(folder, ""), 1);
      if (asked < n) {
        assert_int_equal(st, STATUS_OK);
        assert_true(n > 4u); // It did open, write, sync and rename
        break;
      }

      assert_int_equal(st, STATUS_IO);
      assert_non_null(strstr(text, folder));
      assert_non_null(strstr(text, strerror(causes[c])));
      assert_int_equal(replace("old"), STATUS_OK);
    }
  }
}

static void
test_a_failed_sync_is_not_tried_again(void** const state)
{
  (void)state;
  FileReplace file;
  assert_int_equal(file_replace_open(&file, path, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(file_replace_write(&file, "x", 1, text, sizeof(text)),
                   STATUS_OK);
  fail_io_at(1, EIO);
  assert_int_equal(file_replace_commit(&file, FILE_OVER, text, sizeof(text)),
                   STATUS_IO);

  // The failed sync, then the temporary file goes
  assert_int_equal(fail_io_stop(), 2);
  assert_int_equal(temp_folder_count(folder, ""), 0);
}

static void
test_out_of_memory_changes_nothing(void** const state)
{
  (void)state;
  assert_int_equal(replace("old"), STATUS_OK);
  for (unsigned n = 1;; ++n) {
    fail_malloc_at(n);
    const Status   st    = replace("new");
    const unsigned asked = fail_malloc_stop();
    if (asked < n) {
      assert_int_equal(st, STATUS_OK);
      assert_true(n > 1u);
      break;
    }

    assert_int_equal(st, STATUS_NO_MEMORY);
    assert_int_equal(temp_folder_count(folder, ""), 1);
  }
}

static void
test_a_new_file_never_replaces_one(void** const state)
{
  (void)state;
  assert_int_equal(replace("old"), STATUS_OK);

  FileReplace file;
  assert_int_equal(file_replace_open(&file, path, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(file_replace_commit(&file, FILE_NEVER, text, sizeof(text)),
                   STATUS_EXISTS);
  assert_content("old");
  assert_int_equal(temp_folder_count(folder, ""), 1);
}

static void
test_what_is_no_file_is_not_read(void** const state)
{
  (void)state;
  char*  data = NULL;
  size_t size = 0;
  assert_int_equal(file_read(path, 9, &data, &size, text, sizeof(text)),
                   STATUS_NOT_FOUND);
  assert_non_null(strstr(text, path));

  assert_int_equal(file_read(folder, 9, &data, &size, text, sizeof(text)),
                   STATUS_DENIED);
  assert_int_equal(mkfifo(path, 0600), 0);
  assert_int_equal(file_read(path, 9, &data, &size, text, sizeof(text)),
                   STATUS_DENIED);
  assert_int_equal(file_read("/dev/zero", 9, &data, &size, text, sizeof(text)),
                   STATUS_DENIED);
}

static void
test_too_large_a_file_is_not_read(void** const state)
{
  (void)state;
  char*  data = NULL;
  size_t size = 0;
  assert_int_equal(replace("0123456789"), STATUS_OK);
  assert_int_equal(file_read(path, 9, &data, &size, text, sizeof(text)),
                   STATUS_TOO_LARGE);
  assert_int_equal(file_read_head(path, 4, &data, &size, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(size, 4);
  assert_string_equal(data, "0123");
  free(data);
}

static void
test_folders_are_made_with_those_above(void** const state)
{
  (void)state;
  char deep[TEMP_PATH_SIZE + 32];
  snprintf(deep, sizeof(deep), "%s/a/b/c", folder);
  assert_int_equal(file_make_folder(deep, text, sizeof(text)), STATUS_OK);
  assert_int_equal(access(deep, W_OK), 0);
  assert_int_equal(file_make_folder(deep, text, sizeof(text)), STATUS_OK);

  assert_int_equal(replace("a file"), STATUS_OK);
  snprintf(deep, sizeof(deep), "%s/x", path);
  assert_int_not_equal(file_make_folder(deep, text, sizeof(text)), STATUS_OK);
  assert_non_null(strstr(text, "Not a directory"));
}

static void
test_what_killed_writers_left_is_removed(void** const state)
{
  (void)state;
  FileReplace file;
  assert_int_equal(file_replace_open(&file, path, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(replace("whole"), STATUS_OK);
  assert_int_equal(temp_folder_count(folder, ""), 2);
  file_remove_temporary(folder);
  assert_int_equal(temp_folder_count(folder, ""), 1);
  assert_content("whole");
  file_replace_abort(&file);
}

static void
test_a_copy_is_the_same(void** const state)
{
  (void)state;
  char copy[TEMP_PATH_SIZE + 16];
  snprintf(copy, sizeof(copy), "%s/copy", folder);
  assert_int_equal(replace("content"), STATUS_OK);
  assert_int_equal(file_copy(path, copy, text, sizeof(text)), STATUS_OK);

  unsigned long size = 0;
  char* const   data = (char*)temp_file_read(copy, &size);
  assert_memory_equal(data, "content", 7);
  free(data);
  assert_int_equal(file_copy(path, copy, text, sizeof(text)), STATUS_EXISTS);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
    TEST(test_a_file_is_replaced),
    TEST(test_short_and_interrupted_writes_are_completed),
    TEST(test_whatever_fails_the_file_is_old_or_new),
    TEST(test_a_failed_sync_is_not_tried_again),
    TEST(test_out_of_memory_changes_nothing),
    TEST(test_a_new_file_never_replaces_one),
    TEST(test_what_is_no_file_is_not_read),
    TEST(test_too_large_a_file_is_not_read),
    TEST(test_folders_are_made_with_those_above),
    TEST(test_what_killed_writers_left_is_removed),
    TEST(test_a_copy_is_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
