// SPDX-License-Identifier: GPL-3.0-or-later
//
// All compositions of a data folder

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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char data_dir[TEMP_PATH_SIZE];
static char text[FILE_TEXT_SIZE];
static char path[TEMP_PATH_SIZE + 192];

static int
set_up(void** const state)
{
  (void)state;
  temp_folder_new(data_dir);
  return library_prepare(data_dir, text, sizeof(text));
}

static int
tear_down(void** const state)
{
  (void)state;
  temp_folder_remove(data_dir);
  return 0;
}

static void
create(const char* const name, char id[LIBRARY_ID_SIZE])
{
  Composition* const root = composition_new("whatever", name);
  assert_int_equal(library_create(data_dir, root, id, text, sizeof(text)),
                   STATUS_OK);
  composition_release(root);
}

static const char*
in_data(const char* const name)
{
  snprintf(path, sizeof(path), "%s/%s", data_dir, name);
  return path;
}

static void
test_ids_are_slugs_with_numbers(void** const state)
{
  (void)state;
  char id[LIBRARY_ID_SIZE];
  create("My Song!", id);
  assert_string_equal(id, "my-song");
  create("my song", id);
  assert_string_equal(id, "my-song-2");
  create("My song", id);
  assert_string_equal(id, "my-song-3");
  create("音楽", id);
  assert_string_equal(id, "composition");

  // Words that an address has in the place of an id
  create("Current", id);
  assert_string_equal(id, "current-2");
  create("list", id);
  assert_string_equal(id, "list-2");

  // However long, the number is not cut off
  char name[201];
  memset(name, 'x', 200);
  name[200] = '\0';
  create(name, id);
  create(name, id);
  assert_string_equal(id + strlen(id) - 2u, "-2");
}

static void
test_compositions_are_listed(void** const state)
{
  (void)state;
  char         id[LIBRARY_ID_SIZE];
  LibraryItem* items = NULL;
  size_t       count = 0;
  assert_int_equal(library_list(data_dir, &items, &count, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(count, 0);

  create("Zwei", id);
  create("Eins \"1\"", id);
  assert_int_equal(mkdir(in_data("compositions/empty"), 0777), 0);
  assert_int_equal(library_list(data_dir, &items, &count, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(count, 2);
  assert_string_equal(items[0].id, "eins-1");
  assert_string_equal(items[0].name, "Eins \"1\"");
  assert_true(items[0].size > 500u);
  assert_true(items[0].modified > 1700000000);
  assert_string_equal(items[1].id, "zwei");
  free(items);
}

static void
test_names_find_compositions(void** const state)
{
  (void)state;
  char id[LIBRARY_ID_SIZE];
  create("Song", id);
  create("My Song", id);
  create("My Song", id);

  assert_int_equal(library_find(data_dir, "song", id, text, sizeof(text)),
                   STATUS_OK);
  assert_string_equal(id, "song");
  assert_int_equal(library_find(data_dir, "Song", id, text, sizeof(text)),
                   STATUS_OK);
  assert_string_equal(id, "song");
  assert_int_equal(library_find(data_dir, "my-song-2", id, text, sizeof(text)),
                   STATUS_OK);
  assert_string_equal(id, "my-song-2");

  assert_int_equal(library_find(data_dir, "My Song", id, text, sizeof(text)),
                   STATUS_NOT_FOUND);
  assert_non_null(strstr(text, "my-song, my-song-2"));
  assert_int_equal(library_find(data_dir, "../song", id, text, sizeof(text)),
                   STATUS_NOT_FOUND);
}

static void
test_what_is_no_id_names_no_folder(void** const state)
{
  (void)state;
  static const char* const bad[] = {
    "", ".", "..", "../x", "a/b", "A", "a b", ".new-1", "é"};
  for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    assert_null(library_folder(data_dir, bad[i]));
    assert_int_equal(library_delete(data_dir, bad[i], text, sizeof(text)),
                     STATUS_NOT_FOUND);
  }
}

static void
test_a_copy_has_all_and_its_own_id(void** const state)
{
  (void)state;
  char id[LIBRARY_ID_SIZE];
  char copy[LIBRARY_ID_SIZE];
  create("Song", id);

  char* const folder  = library_folder(data_dir, id);
  Session     session = {.folder = folder, .random = {5}};
  assert_int_equal(session_open(&session), STATUS_OK);
  for (unsigned i = 0; i < 20u; ++i) {
    session_edit(&session, "");
  }

  assert_int_equal(session_save(&session, "x").status, STATUS_OK);
  session_edit(&session, "");
  assert_int_equal(session_sync(&session).status, STATUS_OK);

  // While it is open
  if (library_duplicate(data_dir, id, copy, text, sizeof(text))) {
    fail_msg("%s", text);
  }

  assert_string_equal(copy, "song-copy");
  assert_int_equal(session_close(&session), STATUS_OK);

  char* const other  = library_folder(data_dir, copy);
  Session     opened = {.folder = other};
  assert_int_equal(session_open(&opened), STATUS_OK);
  assert_string_equal(opened.text, "");
  assert_int_equal(opened.revision, session.revision);
  assert_string_equal(string_text(opened.root->id), "song-copy");
  assert_string_equal(string_text(opened.root->name), "Song copy");
  for (unsigned k = 0; k < NUM_KINDS; ++k) {
    assert_int_equal(table_count(opened.root->things[k]),
                     table_count(session.root->things[k]));
  }

  HistoryItem* items = NULL;
  size_t       count = 0;
  assert_int_equal(history_list(other, &items, &count, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(count, 1);
  free(items);
  assert_int_equal(session_close(&opened), STATUS_OK);
  composition_release(opened.root);
  composition_release(session.root);
  free(other);
  free(folder);
}

static void
test_what_is_deleted_is_in_the_trash(void** const state)
{
  (void)state;
  char id[LIBRARY_ID_SIZE];
  create("Song", id);

  char* const folder  = library_folder(data_dir, id);
  Session     session = {.folder = folder};
  assert_int_equal(session_open(&session), STATUS_OK);
  assert_int_equal(library_delete(data_dir, id, text, sizeof(text)),
                   STATUS_CONFLICT);
  assert_int_equal(session_close(&session), STATUS_OK);
  composition_release(session.root);

  for (unsigned i = 1; i <= 3u; ++i) {
    assert_int_equal(library_delete(data_dir, id, text, sizeof(text)),
                     STATUS_OK);
    assert_int_equal(access(folder, F_OK), -1);
    assert_int_equal(temp_folder_count(in_data("trash"), ""), i);
    create("Song", id);
    assert_string_equal(id, "song");
  }

  free(folder);
}

static void
test_the_last_one_is_remembered(void** const state)
{
  (void)state;
  char id[LIBRARY_ID_SIZE];
  char last[LIBRARY_ID_SIZE];
  assert_false(library_last(data_dir, last));
  create("Song", id);
  assert_int_equal(library_set_last(data_dir, id, text, sizeof(text)),
                   STATUS_OK);
  assert_true(library_last(data_dir, last));
  assert_string_equal(last, id);
  assert_int_equal(library_delete(data_dir, id, text, sizeof(text)), STATUS_OK);
  assert_false(library_last(data_dir, last));
}

static void
test_a_folder_without_rights_is_named(void** const state)
{
  (void)state;
  temp_file_write(in_data("file"), "", 0);
  char inside[sizeof(path) + 8];
  snprintf(inside, sizeof(inside), "%s/data", path);
  assert_int_not_equal(library_prepare(inside, text, sizeof(text)), STATUS_OK);
  assert_non_null(strstr(text, path));
  assert_non_null(strstr(text, "Not a directory"));

  // As someone who may not write there, which root always may
  const pid_t pid = fork();
  if (!pid) {
    chmod(data_dir, 0755);
    chmod(in_data("samples"), 0755);
    if (!geteuid() && setuid(65534)) {
      _exit(2);
    }

    chmod(data_dir, 0555); // If we were not root before
    chmod(in_data("compositions"), 0555);
    chmod(in_data("samples"), 0555);
    const Status st = library_prepare(data_dir, text, sizeof(text));
    _exit(st == STATUS_DENIED && strstr(text, data_dir) &&
              strstr(text, "Permission denied")
            ? 0
            : 1);
  }

  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  chmod(data_dir, 0755);
  chmod(in_data("compositions"), 0755);
  chmod(in_data("samples"), 0755);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

static void
test_whatever_fails_a_composition_is_there_or_not(void** const state)
{
  (void)state;
  char               id[LIBRARY_ID_SIZE];
  char               copy[LIBRARY_ID_SIZE];
  Composition* const root = composition_new("", "Song");
  for (unsigned n = 1;; ++n) {
    fail_io_at(n, EIO);
    const Status made = library_create(data_dir, root, id, text, sizeof(text));
    const Status copied =
      made ? made : library_duplicate(data_dir, id, copy, text, sizeof(text));
    const unsigned asked = fail_io_stop();

    // Whatever is listed can be opened
    LibraryItem* items = NULL;
    size_t       count = 0;
    assert_int_equal(library_list(data_dir, &items, &count, text, sizeof(text)),
                     STATUS_OK);
    for (size_t i = 0; i < count; ++i) {
      uint64_t     revision = 0;
      Composition* read     = NULL;
      char* const  folder   = library_folder(data_dir, items[i].id);
      assert_int_equal(store_read(folder, text, sizeof(text), &read, &revision),
                       STATUS_OK);
      assert_string_equal(text, "");
      composition_release(read);
      free(folder);
    }

    free(items);
    if (asked < n) {
      assert_int_equal(copied, STATUS_OK);
      assert_true(n > 10u);
      break;
    }
  }

  composition_release(root);
}

static void
test_out_of_memory_is_said(void** const state)
{
  (void)state;
  char               id[LIBRARY_ID_SIZE];
  char               copy[LIBRARY_ID_SIZE];
  Composition* const root = composition_new("", "Song");
  for (unsigned n = 1;; n += 1u + n / 40u) {
    fail_malloc_at(n);
    const Status made = library_create(data_dir, root, id, text, sizeof(text));
    const Status copied =
      made ? made : library_duplicate(data_dir, id, copy, text, sizeof(text));
    if (fail_malloc_stop() < n) {
      assert_int_equal(copied, STATUS_OK);
      assert_true(n > 20u);
      break;
    }
  }

  composition_release(root);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
    TEST(test_ids_are_slugs_with_numbers),
    TEST(test_compositions_are_listed),
    TEST(test_names_find_compositions),
    TEST(test_what_is_no_id_names_no_folder),
    TEST(test_a_copy_has_all_and_its_own_id),
    TEST(test_what_is_deleted_is_in_the_trash),
    TEST(test_the_last_one_is_remembered),
    TEST(test_a_folder_without_rights_is_named),
    TEST(test_whatever_fails_a_composition_is_there_or_not),
    TEST(test_out_of_memory_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
