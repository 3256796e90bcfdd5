// SPDX-License-Identifier: GPL-3.0-or-later
//
// The journal's lines and files

#include "store/file.h"
#include "store/journal.h"
#include "support/fail_io.h"
#include "support/temp_folder.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char folder[TEMP_PATH_SIZE];
static char text[FILE_TEXT_SIZE];

static int
set_up(void** const state)
{
  (void)state;
  temp_folder_new(folder);
  return 0;
}

static int
tear_down(void** const state)
{
  (void)state;
  fail_io_stop();
  temp_folder_remove(folder);
  return 0;
}

/// Add a line as the store makes it
static void
add_line(Text* const lines, const unsigned revision, const unsigned parent)
{
  const size_t start = lines->size;
  text_print(lines, "{\"rev\":%u,\"parent\":%u,\"do\":{}", revision, parent);
  journal_line_finish(lines, start);
}

/// Revisions of the good lines in some bytes; how many are bad goes to `bad`
static unsigned
count_good(const char* const data, const size_t size, unsigned* const bad)
{
  size_t      offset = 0;
  unsigned    good   = 0;
  JournalLine line;
  *bad = 0;
  while (journal_next(data, size, &offset, &line)) {
    good += line.revision != 0u;
    *bad += !line.revision;
  }

  assert_int_equal(offset, size);
  return good;
}

static void
test_lines_return(void** const state)
{
  (void)state;
  Text lines = {0};
  add_line(&lines, 1, 0);
  add_line(&lines, 5, 1);

  size_t      offset = 0;
  JournalLine line;
  assert_true(journal_next(lines.data, lines.size, &offset, &line));
  assert_int_equal(line.revision, 1);
  assert_int_equal(line.parent, 0);

  json_t* const object = journal_line_build(&line);
  assert_true(json_is_object(json_object_get(object, "do")));
  json_decref(object);

  assert_true(journal_next(lines.data, lines.size, &offset, &line));
  assert_int_equal(line.revision, 5);
  assert_int_equal(line.parent, 1);
  assert_false(journal_next(lines.data, lines.size, &offset, &line));
  text_free(&lines);
}

static void
test_the_checksum_is_that_of_the_header(void** const state)
{
  (void)state;
  Text lines = {0};
  text_print(&lines, "{\"rev\":2,\"parent\":1");
  journal_line_finish(&lines, 0);

  // CRC-32C of {"rev":2,"parent":1 by an independent program
  assert_string_equal(lines.data,
                      "{\"rev\":2,\"parent\":1,\"crc\":\"f8393f33\"}\n");
  text_free(&lines);
}

static void
test_every_changed_byte_is_noticed(void** const state)
{
  (void)state;
  Text     lines = {0};
  unsigned bad   = 0;
  add_line(&lines, 12, 11);
  assert_int_equal(count_good(lines.data, lines.size, &bad), 1);
  for (size_t i = 0; i < lines.size; ++i) {
    for (unsigned bit = 0; bit < 8u; ++bit) {
      lines.data[i] = (char)(lines.data[i] ^ (1 << bit));
      assert_int_equal(count_good(lines.data, lines.size, &bad), 0);
      assert_true(bad > 0u);
      lines.data[i] = (char)(lines.data[i] ^ (1 << bit));
    }
  }

  text_free(&lines);
}

static void
test_a_line_cut_anywhere_is_torn(void** const state)
{
  (void)state;
  Text     lines = {0};
  unsigned bad   = 0;
  add_line(&lines, 1, 0);
  const size_t first = lines.size;
  add_line(&lines, 2, 1);
  for (size_t size = first + 1u; size < lines.size; ++size) {
    assert_int_equal(count_good(lines.data, size, &bad), 1);
    assert_int_equal(bad, 1);
  }

  assert_int_equal(count_good(lines.data, lines.size, &bad), 2);
  text_free(&lines);
}

static void
test_a_line_that_leads_back_is_bad(void** const state)
{
  (void)state;
  Text     lines = {0};
  unsigned bad   = 0;
  add_line(&lines, 3, 3);
  add_line(&lines, 3, 4);
  add_line(&lines, 0, 0);
  assert_int_equal(count_good(lines.data, lines.size, &bad), 0);
  assert_int_equal(bad, 3);
  text_free(&lines);
}

static void
test_segments_are_listed_in_order(void** const state)
{
  (void)state;
  static const char* const names[] = {"journal-00000010.jsonl",
                                      "journal-00000002-2.jsonl",
                                      "journal-00000002.jsonl",
                                      "journal-123456789.jsonl",
                                      "journal-00000002.jsonl.torn-1",
                                      "journal-.jsonl",
                                      "journal-1.json",
                                      "current.json"};
  for (unsigned i = 0; i < 8u; ++i) {
    char path[TEMP_PATH_SIZE + 64];
    snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
    temp_file_write(path, "", 0);
  }

  JournalSegment* segments = NULL;
  size_t          count    = 0;
  assert_int_equal(journal_list(folder, &segments, &count, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(count, 4);
  assert_string_equal(segments[0].name, "journal-00000002.jsonl");
  assert_string_equal(segments[1].name, "journal-00000002-2.jsonl");
  assert_string_equal(segments[2].name, "journal-00000010.jsonl");
  assert_string_equal(segments[3].name, "journal-123456789.jsonl");
  free(segments);
}

static Status
append(Journal* const journal, const unsigned revision)
{
  Text line = {0};
  add_line(&line, revision, revision - 1u);
  const Status st =
    journal_append(journal, revision, line.data, line.size, text, sizeof(text));
  text_free(&line);
  return st;
}

/// Good lines in all segments
static unsigned
count_lines(size_t* const num_segments)
{
  JournalSegment* segments = NULL;
  unsigned        lines    = 0;
  assert_int_equal(
    journal_list(folder, &segments, num_segments, text, sizeof(text)),
    STATUS_OK);
  for (size_t i = 0; i < *num_segments; ++i) {
    char          path[TEMP_PATH_SIZE + 80];
    unsigned      bad  = 0;
    unsigned long size = 0;
    snprintf(path, sizeof(path), "%s/%s", folder, segments[i].name);
    char* const data = (char*)temp_file_read(path, &size);
    lines += count_good(data, size, &bad);
    assert_int_equal(bad, 0);
    free(data);
  }

  free(segments);
  return lines;
}

static void
test_segments_are_rotated_by_size(void** const state)
{
  (void)state;
  Journal journal;
  size_t  num_segments = 0;
  assert_int_equal(journal_init(&journal, folder, 200), STATUS_OK);
  for (unsigned i = 1; i <= 20u; ++i) {
    assert_int_equal(append(&journal, i), STATUS_OK);
  }

  journal_close(&journal);
  assert_int_equal(count_lines(&num_segments), 20);
  assert_in_range(num_segments, 4, 10);
}

static void
test_a_segment_is_gone_on_with(void** const state)
{
  (void)state;
  Journal journal;
  size_t  num_segments = 0;
  assert_int_equal(journal_init(&journal, folder, 4096), STATUS_OK);
  assert_int_equal(append(&journal, 7), STATUS_OK);

  const uint64_t size = journal.size;
  journal_close(&journal);
  assert_int_equal(journal_init(&journal, folder, 4096), STATUS_OK);
  assert_int_equal(
    journal_resume(
      &journal, "journal-00000007.jsonl", size, text, sizeof(text)),
    STATUS_OK);
  assert_int_equal(append(&journal, 8), STATUS_OK);
  journal_close(&journal);
  assert_int_equal(count_lines(&num_segments), 2);
  assert_int_equal(num_segments, 1);
}

static void
test_after_a_failure_lines_go_to_a_new_segment(void** const state)
{
  (void)state;
  for (unsigned n = 1;; ++n) {
    temp_folder_remove(folder);
    temp_folder_new(folder);

    Journal journal;
    assert_int_equal(journal_init(&journal, folder, 4096), STATUS_OK);
    fail_io_at(n, EIO);
    const Status   first  = append(&journal, 1);
    const Status   second = append(&journal, 2);
    const unsigned asked  = fail_io_stop();
    if (asked < n) {
      assert_true(n > 4u);
      journal_close(&journal);
      break;
    }

    // What failed is written again and then there once, in order
    assert_true(first || second);
    assert_non_null(strstr(text, folder));
    if (first) {
      assert_int_equal(append(&journal, 1), STATUS_OK);
    }

    assert_int_equal(append(&journal, 2), STATUS_OK);
    journal_close(&journal);

    size_t num_segments = 0;
    assert_in_range(count_lines(&num_segments), 2, 3);
  }
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
    TEST(test_lines_return),
    TEST(test_the_checksum_is_that_of_the_header),
    TEST(test_every_changed_byte_is_noticed),
    TEST(test_a_line_cut_anywhere_is_torn),
    TEST(test_a_line_that_leads_back_is_bad),
    TEST(test_segments_are_listed_in_order),
    TEST(test_segments_are_rotated_by_size),
    TEST(test_a_segment_is_gone_on_with),
    TEST(test_after_a_failure_lines_go_to_a_new_segment),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
