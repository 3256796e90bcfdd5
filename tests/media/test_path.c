// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a name from outside can open, and what it can not

#include "media/path.h"
#include "support/fail_malloc.h"
#include "support/temp_folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static char        base[TEMP_PATH_SIZE];
static PathFolders folders;
static char        text[512];

static const char*
in_base(const char* const name)
{
  static char path[4][2 * TEMP_PATH_SIZE];
  static int  next;
  next = (next + 1) % 4;
  snprintf(path[next], sizeof(path[next]), "%s/%s", base, name);
  return path[next];
}

static void
make_socket(const char* const path)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  assert_int_equal(bind(fd, (const struct sockaddr*)&address, sizeof(address)),
                   0);
  close(fd);
}

static int
set_up(void** state)
{
  (void)state;
  temp_folder_new(base);
  mkdir(in_base("music"), 0700);
  mkdir(in_base("music/drums"), 0700);
  mkdir(in_base("data"), 0700);
  mkdir(in_base("music2"), 0700);
  temp_file_write(in_base("secret"), "secret", 6);
  temp_file_write(in_base("music2/secret"), "secret", 6);
  temp_file_write(in_base("music/kick"), "music/kick", 10);
  temp_file_write(in_base("music/drums/snare"), "snare", 5);
  temp_file_write(in_base("music/..hidden"), "hidden", 6);
  temp_file_write(in_base("data/kick"), "data/kick", 9);
  temp_file_write(in_base("data/hat"), "hat", 3);
  assert_int_equal(symlink("../secret", in_base("music/link_up")), 0);
  assert_int_equal(symlink(in_base("secret"), in_base("music/link_abs")), 0);
  assert_int_equal(symlink("..", in_base("music/folder_up")), 0);
  assert_int_equal(symlink("/", in_base("music/root")), 0);
  assert_int_equal(symlink("/proc/self/root", in_base("music/magic")), 0);
  assert_int_equal(symlink("loop", in_base("music/loop")), 0);
  assert_int_equal(symlink("/dev/zero", in_base("music/zero")), 0);
  assert_int_equal(symlink("drums/snare", in_base("music/link_in")), 0);
  assert_int_equal(symlink("music", in_base("alias")), 0);
  assert_int_equal(mkfifo(in_base("music/fifo"), 0600), 0);
  make_socket(in_base("music/socket"));
  assert_int_equal(path_folders_add(&folders, in_base("music//")), STATUS_OK);
  assert_int_equal(path_folders_add(&folders, in_base("absent")), STATUS_OK);
  assert_int_equal(path_folders_add(&folders, in_base("data")), STATUS_OK);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  path_folders_clear(&folders);
  temp_folder_remove(base);
  return 0;
}

static void
check(const char* const name, const Status expected, const char* const content)
{
  int          fd = -1;
  const Status status =
    path_open(&folders, name, strlen(name), &fd, text, sizeof(text));
  if (status != expected) {
    fail_msg("%s: %s, %s", name, status_code(status), text);
  }

  if (status) {
    assert_int_equal(fd, -1);
    assert_null(content);
    assert_true(text[0]);
    assert_null(strchr(text, '\n'));
    return;
  }

  char          bytes[32] = "";
  const ssize_t n         = read(fd, bytes, sizeof(bytes) - 1);
  close(fd);
  assert_int_equal(n, strlen(content));
  assert_string_equal(bytes, content);
  assert_string_equal(text, "");
}

/// A long name, to be used before the next call
static const char*
repeated(const char* const piece, const unsigned times)
{
  static char name[20000];
  name[0] = '\0';
  for (unsigned i = 0; i < times; ++i) {
    strcat(name, piece);
  }
  return name;
}

static void
test_only_files_in_the_folders_open(void** state)
{
  (void)state;

  // Names within a folder; the first folder that has it decides
  check("kick", STATUS_OK, "music/kick");
  check("hat", STATUS_OK, "hat");
  check("drums/snare", STATUS_OK, "snare");
  check("./drums//./snare", STATUS_OK, "snare");
  check("..hidden", STATUS_OK, "hidden");
  check(in_base("data/kick"), STATUS_OK, "data/kick");
  check(in_base("music/drums/snare"), STATUS_OK, "snare");
  check(in_base("music//kick"), STATUS_OK, "music/kick");

  // Nothing there
  check("absent", STATUS_NOT_FOUND, NULL);
  check("kick/x", STATUS_NOT_FOUND, NULL);
  check("drums/absent/x", STATUS_NOT_FOUND, NULL);
  check(in_base("absent/x"), STATUS_NOT_FOUND, NULL);

  // Ways out
  check("..", STATUS_DENIED, NULL);
  check("../secret", STATUS_DENIED, NULL);
  check("drums/../kick", STATUS_DENIED, NULL);
  check("drums/../../secret", STATUS_DENIED, NULL);
  check(in_base("music/../secret"), STATUS_DENIED, NULL);
  check("/etc/passwd", STATUS_DENIED, NULL);
  check(in_base("secret"), STATUS_DENIED, NULL);
  check(in_base("music2/secret"), STATUS_DENIED, NULL);
  check("link_up", STATUS_DENIED, NULL);
  check("link_abs", STATUS_DENIED, NULL);
  check("folder_up/secret", STATUS_DENIED, NULL);
  check("root/etc/passwd", STATUS_DENIED, NULL);
  check("magic/etc/passwd", STATUS_DENIED, NULL);
  check(in_base("music/root/etc/passwd"), STATUS_DENIED, NULL);
  check("loop", STATUS_DENIED, NULL);

  // What is no regular file, without waiting for anybody
  check("drums", STATUS_DENIED, NULL);
  check(".", STATUS_DENIED, NULL);
  check("fifo", STATUS_DENIED, NULL);
  check("socket", STATUS_DENIED, NULL);
  check("zero", STATUS_DENIED, NULL);
  check("/dev/zero", STATUS_DENIED, NULL);
  check("/dev/stdin", STATUS_DENIED, NULL);
  check("/proc/self/fd/0", STATUS_DENIED, NULL);
  check(in_base("music"), STATUS_DENIED, NULL);

  // What is no name
  check("", STATUS_BAD_ARGUMENT, NULL);
  check(repeated("x", 300), STATUS_BAD_ARGUMENT, NULL);
  check(repeated("x/", 2500), STATUS_BAD_ARGUMENT, NULL);
  check(repeated("x/", 1500), STATUS_NOT_FOUND, NULL);
}

static void
test_a_nul_cannot_hide_the_end_of_a_name(void** state)
{
  (void)state;
  int fd = -1;
  assert_int_equal(
    path_open(&folders, "kick\0.wav", 9, &fd, text, sizeof(text)),
    STATUS_BAD_ARGUMENT);
  assert_int_equal(fd, -1);

  // And nothing is read beyond the length
  assert_int_equal(path_open(&folders, "kickXXX", 4, &fd, text, sizeof(text)),
                   STATUS_OK);
  close(fd);
}

static void
test_a_link_within_a_folder_is_followed(void** state)
{
  (void)state;
  check("link_in", STATUS_OK, "snare");
}

static void
test_a_folder_that_is_a_link_is_the_users_choice(void** state)
{
  (void)state;
  PathFolders aliases = {0};
  assert_int_equal(path_folders_add(&aliases, in_base("alias")), STATUS_OK);

  // By its name and by what it leads to
  static const char* const names[] = {"alias/kick", "music/kick"};
  for (unsigned i = 0; i < 2; ++i) {
    const char* const name = in_base(names[i]);
    int               fd   = -1;
    assert_int_equal(
      path_open(&aliases, name, strlen(name), &fd, text, sizeof(text)),
      STATUS_OK);
    close(fd);
  }

  path_folders_clear(&aliases);
}

static void
test_no_folders_no_files(void** state)
{
  (void)state;
  PathFolders none = {0};
  int         fd   = -1;
  assert_int_equal(path_open(&none, "kick", 4, &fd, text, sizeof(text)),
                   STATUS_NOT_FOUND);
  assert_int_equal(path_open(&none, "/dev/null", 9, &fd, text, sizeof(text)),
                   STATUS_DENIED);
  assert_int_equal(path_folders_add(&none, ""), STATUS_BAD_ARGUMENT);
  assert_int_equal(fd, -1);
}

static void
test_refusals_name_file_and_cause(void** state)
{
  (void)state;
  check("a\nb", STATUS_NOT_FOUND, NULL);
  assert_string_equal(text, "a?b: no such file");
  check("fifo", STATUS_DENIED, NULL);
  assert_string_equal(text, "fifo: not a regular file");
  check("link_up", STATUS_DENIED, NULL);
  assert_string_equal(text, "link_up: it leads out of the media folders");
  check("/etc/passwd", STATUS_DENIED, NULL);
  assert_string_equal(text, "/etc/passwd: it is outside the media folders");
}

static void
test_local_names_lead_anywhere_but_to_regular_files_only(void** state)
{
  (void)state;
  int fd = -1;
  assert_int_equal(
    path_open_local(in_base("music/../secret"), &fd, text, sizeof(text)),
    STATUS_OK);
  close(fd);
  assert_int_equal(
    path_open_local(in_base("music/link_abs"), &fd, text, sizeof(text)),
    STATUS_OK);
  close(fd);

  fd = -1;
  assert_int_equal(path_open_local("/dev/zero", &fd, text, sizeof(text)),
                   STATUS_DENIED);
  assert_int_equal(path_open_local(in_base("music/fifo"), &fd, text, 512),
                   STATUS_DENIED);
  assert_int_equal(path_open_local(in_base("music"), &fd, text, sizeof(text)),
                   STATUS_DENIED);
  assert_int_equal(path_open_local(in_base("none"), &fd, text, sizeof(text)),
                   STATUS_NOT_FOUND);
  assert_int_equal(path_open_local("", &fd, text, sizeof(text)),
                   STATUS_BAD_ARGUMENT);
  assert_int_equal(fd, -1);
}

static void
test_failed_allocations_are_survived(void** state)
{
  (void)state;
  PathFolders some = {0};
  fail_malloc_at(1);
  assert_int_equal(path_folders_add(&some, "/tmp"), STATUS_NO_MEMORY);
  assert_true(fail_malloc_stop() >= 1);
  assert_int_equal(some.num, 0);
}

/// The same without openat2, except that no link is followed at all
static void
test_the_fallback_refuses_the_same(void** state)
{
  path_use_fallback();
  test_only_files_in_the_folders_open(state);
  test_refusals_name_file_and_cause(state);
  check("link_in", STATUS_DENIED, NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_only_files_in_the_folders_open),
    TEST(test_a_nul_cannot_hide_the_end_of_a_name),
    TEST(test_a_link_within_a_folder_is_followed),
    TEST(test_a_folder_that_is_a_link_is_the_users_choice),
    TEST(test_no_folders_no_files),
    TEST(test_refusals_name_file_and_cause),
    TEST(test_local_names_lead_anywhere_but_to_regular_files_only),
    TEST(test_failed_allocations_are_survived),
    TEST(test_the_fallback_refuses_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
