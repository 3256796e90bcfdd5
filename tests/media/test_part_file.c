// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files appear whole or not at all

#include "media/file_io.h"
#include "media/part_file.h"
#include "support/fail_malloc.h"
#include "support/temp_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[TEMP_PATH_SIZE];
static char path[2 * TEMP_PATH_SIZE];

static int
set_up(void** state)
{
  (void)state;
  temp_folder_new(folder);
  snprintf(path, sizeof(path), "%s/file", folder);
  temp_file_write(path, "old", 3);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  temp_folder_remove(folder);
  return 0;
}

static void
check_content(const char* const expected)
{
  unsigned long size  = 0;
  char* const   bytes = (char*)temp_file_read(path, &size);
  assert_int_equal(size, strlen(expected));
  assert_memory_equal(bytes, expected, size);
  free(bytes);
}

static void
test_the_old_file_stays_until_the_new_one_is_complete(void** state)
{
  (void)state;
  PartFile file;
  assert_int_equal(part_file_open(&file, path), STATUS_OK);
  assert_true(file_write_all(file.fd, "new", 3));
  check_content("old");
  assert_int_equal(part_file_commit(&file), STATUS_OK);
  part_file_close(&file);
  check_content("new");
  assert_int_equal(temp_folder_count(folder, ""), 1);
}

static void
test_what_is_given_up_leaves_nothing(void** state)
{
  (void)state;
  PartFile file;
  PartFile other;
  assert_int_equal(part_file_open(&file, path), STATUS_OK);
  assert_int_equal(part_file_open(&other, path), STATUS_OK);
  assert_true(file_write_all(file.fd, "new", 3));
  part_file_close(&file);
  part_file_close(&other);
  part_file_close(&file); // Nothing is open any more
  check_content("old");
  assert_int_equal(temp_folder_count(folder, ""), 1);
}

static void
test_a_name_without_a_folder_is_in_the_working_folder(void** state)
{
  (void)state;
  char* const before = getcwd(NULL, 0);
  assert_int_equal(chdir(folder), 0);
  PartFile file;
  assert_int_equal(part_file_open(&file, "file"), STATUS_OK);
  assert_int_equal(part_file_commit(&file), STATUS_OK);
  part_file_close(&file);
  assert_int_equal(chdir(before), 0);
  free(before);
  check_content("");
}

static void
test_a_folder_that_is_not_there_is_said(void** state)
{
  (void)state;
  PartFile file;
  errno = 0;
  assert_int_equal(part_file_open(&file, "/nonexistent/x"), STATUS_IO);
  assert_int_equal(errno, ENOENT);
  assert_int_equal(file.fd, -1);
}

static void
test_only_old_leftovers_are_swept(void** state)
{
  (void)state;
  static const char* const names[] = {"a.part", "b.part", "old.pcm", ".part"};
  const struct timespec    long_ago[2] = {{time(NULL) - 100000, 0},
                                          {time(NULL) - 100000, 0}};
  for (unsigned i = 0; i < 4; ++i) {
    char name[3 * TEMP_PATH_SIZE];
    snprintf(name, sizeof(name), "%s/%s", folder, names[i]);
    temp_file_write(name, "x", 1);
    if (i != 1) {
      assert_int_equal(utimensat(AT_FDCWD, name, long_ago, 0), 0);
    }
  }

  part_file_sweep(folder);
  assert_int_equal(temp_folder_count(folder, ""), 4);
  assert_int_equal(temp_folder_count(folder, "a.part"), 0);
  part_file_sweep("/nonexistent");
}

static void
test_failed_allocations_are_survived(void** state)
{
  (void)state;
  for (unsigned n = 1;; ++n) {
    PartFile file;
    fail_malloc_at(n);
    Status status        = part_file_open(&file, path);
    status               = status ? status : part_file_commit(&file);
    const unsigned asked = fail_malloc_stop();
    part_file_close(&file);
    assert_int_equal(temp_folder_count(folder, ""), 1);
    assert_int_equal(status, asked < n ? STATUS_OK : STATUS_NO_MEMORY);
    if (asked < n) {
      assert_true(n > 2);
      break;
    }
  }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_the_old_file_stays_until_the_new_one_is_complete),
    TEST(test_what_is_given_up_leaves_nothing),
    TEST(test_a_name_without_a_folder_is_in_the_working_folder),
    TEST(test_a_folder_that_is_not_there_is_said),
    TEST(test_only_old_leftovers_are_swept),
    TEST(test_failed_allocations_are_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
