// SPDX-License-Identifier: GPL-3.0-or-later
//
// Archives come back as they were, and nothing in one leads elsewhere

#include "store/archive.h"
#include "store/file.h"
#include "support/temp_folder.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <archive.h>
#include <archive_entry.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[TEMP_PATH_SIZE];
static char text[FILE_TEXT_SIZE];

static int
set_up(void** const state)
{
  (void)state;
  temp_folder_new(folder);
  text[0] = '\0';
  return 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  temp_folder_remove(folder);
  return 0;
}

static const char*
in_folder(const char* const name)
{
  static char paths[4][TEMP_PATH_SIZE + 300];
  static int  next = 0;

  char* const path = paths[next++ % 4];
  snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
  return path;
}

/// Unpack `a.zip` into the folder `out`
static Status
extract(void)
{
  const int fd = open(in_folder("a.zip"), O_RDONLY | O_CLOEXEC);
  assert_true(fd >= 0);
  assert_int_equal(file_make_folder(in_folder("out"), text, sizeof(text)), 0);
  const Status st =
    archive_extract(fd, "a.zip", in_folder("out"), text, sizeof(text));
  close(fd);
  return st;
}

static void
expect_content(const char* const name, const void* const data, const size_t n)
{
  unsigned long size = 0;
  char* const   got  = (char*)temp_file_read(in_folder(name), &size);
  assert_non_null(got);
  assert_int_equal(size, n);
  assert_memory_equal(got, data, n);
  free(got);
}

static void
test_what_goes_in_comes_out(void** const state)
{
  (void)state;
  static uint8_t audio[300000];
  for (size_t i = 0; i < sizeof(audio); ++i) {
    audio[i] = (uint8_t)(i * 7u + i / 251u);
  }

  temp_file_write(in_folder("a.flac"), audio, sizeof(audio));
  ArchiveWriter* writer = NULL;
  const int      fd     = open(in_folder("a.flac"), O_RDONLY | O_CLOEXEC);
  assert_int_equal(
    archive_create(in_folder("a.zip"), &writer, text, sizeof(text)), 0);
  assert_int_equal(
    archive_add_file(writer, "samples/Ä b.flac", fd, text, sizeof(text)), 0);
  assert_int_equal(
    archive_add(writer, ARCHIVE_COMPOSITION, "{}\n", 3, text, sizeof(text)), 0);
  assert_int_not_equal(access(in_folder("a.zip"), F_OK), 0);
  assert_int_equal(archive_commit(writer, text, sizeof(text)), 0);
  archive_abort(writer);
  close(fd);

  assert_int_equal(extract(), STATUS_OK);
  expect_content("out/composition.json", "{}\n", 3);
  expect_content("out/samples/Ä b.flac", audio, sizeof(audio));

  // Never over a file that is there
  assert_int_equal(
    archive_create(in_folder("a.zip"), &writer, text, sizeof(text)), 0);
  assert_int_equal(archive_commit(writer, text, sizeof(text)), STATUS_EXISTS);
  archive_abort(writer);
}

/// Make `a.zip` with one entry of any name and type
static void
make_evil(const char* const name, const unsigned type, const char* const link)
{
  struct archive* const       zip   = archive_write_new();
  struct archive_entry* const entry = archive_entry_new();
  archive_write_set_format_zip(zip);
  archive_write_open_filename(zip, in_folder("a.zip"));
  archive_entry_set_pathname_utf8(entry, name);
  archive_entry_set_size(entry, link ? 0 : 4);
  archive_entry_set_filetype(entry, type);
  archive_entry_set_perm(entry, 0644);
  if (link) {
    archive_entry_set_symlink(entry, link);
  }

  assert_int_equal(archive_write_header(zip, entry), ARCHIVE_OK);
  if (!link) {
    archive_write_data(zip, "evil", 4);
  }

  archive_entry_free(entry);
  archive_write_close(zip);
  archive_write_free(zip);
}

static void
test_nothing_leads_elsewhere(void** const state)
{
  (void)state;
  static const char* const names[] = {
    "../evil",
    "/tmp/evil",
    "samples/../../evil",
    "samples/../evil",
    "samples/.evil",
    "samples/a/evil",
    "samples/a\\evil",
    "samples/ evil",
    "evil.json",
    "samples/"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i) {
    make_evil(names[i], AE_IFREG, NULL);
    assert_int_equal(extract(), STATUS_BAD_ARGUMENT);
    assert_non_null(strstr(text, "a.zip: \""));
    assert_int_not_equal(access(in_folder("evil"), F_OK), 0);
  }

  make_evil("samples/link", AE_IFLNK, "/etc/passwd");
  assert_int_equal(extract(), STATUS_BAD_ARGUMENT);
  assert_int_not_equal(access(in_folder("out/samples/link"), F_OK), 0);
}

static void
test_what_is_no_archive_is_refused(void** const state)
{
  (void)state;
  static const char* const contents[] = {"", "PK", "no archive at all\n"};
  for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); ++i) {
    temp_file_write(in_folder("a.zip"), contents[i], strlen(contents[i]));
    assert_int_equal(extract(), STATUS_BAD_ARGUMENT);
    assert_non_null(strstr(text, "a.zip: expected a zip file"));
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_what_goes_in_comes_out, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_nothing_leads_elsewhere, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_what_is_no_archive_is_refused, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
