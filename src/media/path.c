// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/path.h"

#include "base/rt.h"
#include "media/file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/// How files are opened: a FIFO without a writer must not block, and a terminal
/// not become ours
#define FILE_FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

static atomic_bool without_openat2;

void
path_use_fallback(void)
{
  atomic_store(&without_openat2, true);
}

Status
path_folders_add(PathFolders* const folders, const char* const folder)
{
  if (!folder[0]) {
    return STATUS_BAD_ARGUMENT;
  }

  if (folders->num == PATH_MAX_FOLDERS) {
    return STATUS_TOO_LARGE;
  }

  char* const copy = strdup(folder);
  if (!copy) {
    return STATUS_NO_MEMORY;
  }

  for (size_t n = strlen(copy); n > 1 && copy[n - 1] == '/'; --n) {
    copy[n - 1] = '\0';
  }

  folders->folders[folders->num] = copy;
  folders->real[folders->num]    = realpath(copy, NULL);
  ++folders->num;
  return STATUS_OK;
}

void
path_folders_clear(PathFolders* const folders)
{
  for (uint32_t i = 0; i < folders->num; ++i) {
    free(folders->folders[i]);
    free(folders->real[i]);
  }

  memset(folders, 0, sizeof(*folders));
}

/// Fail with "NAME: cause"
SONIC_PRINTF(5, 6)
static Status
fail(const Status      status,
     const char* const name,
     char* const       text,
     const size_t      text_size,
     const char* const format,
     ...)
{
  char    shown[256];
  char    cause[256];
  va_list args;
  va_start(args, format);
  vsnprintf(cause, sizeof(cause), format, args);
  va_end(args);
  file_name_for_text(name, shown, sizeof(shown));
  snprintf(text, text_size, "%s: %s", shown, cause);
  return status;
}

/// Whether a part of a path is `..`
static bool
goes_up(const char* path)
{
  while (*path) {
    const size_t n = strcspn(path, "/");
    if (n == 2 && path[0] == '.' && path[1] == '.') {
      return true;
    }

    path += n + (path[n] == '/');
  }

  return false;
}

/// Open one part of a path; -1 with errno, ELOOP for a link
static int
open_part(const int         at,
          const char* const path,
          const size_t      length,
          const bool        is_last)
{
  char part[NAME_MAX + 1];
  if (length > NAME_MAX) {
    errno = ENAMETOOLONG;
    return -1;
  }

  memcpy(part, path, length);
  part[length] = '\0';

  const int   flags = is_last ? FILE_FLAGS : O_PATH | O_DIRECTORY | O_CLOEXEC;
  const int   fd    = openat(at, part, flags | O_NOFOLLOW);
  const int   error = errno;
  struct stat about;
  errno = fd < 0 && error == ENOTDIR &&
              !fstatat(at, part, &about, AT_SYMLINK_NOFOLLOW) &&
              S_ISLNK(about.st_mode)
            ? ELOOP
            : error;
  return fd;
}

/// Open part by part without following any link
static int
open_by_parts(const int folder, const char* path)
{
  int at = folder;
  for (;;) {
    const size_t      n       = strcspn(path, "/");
    const char* const rest    = path + n + strspn(path + n, "/");
    const bool        is_last = !*rest;
    const int         next    = open_part(at, path, n, is_last);
    const int         error   = errno;
    if (at != folder) {
      close(at);
    }

    errno = error;
    if (next < 0 || is_last) {
      return next;
    }

    at   = next;
    path = rest;
  }
}

/// Open beneath a folder; -1 with errno, EXDEV or ELOOP for a way out
static int
open_beneath(const int folder, const char* const path)
{
  if (!atomic_load(&without_openat2)) {
    const struct open_how how = {
      .flags   = FILE_FLAGS,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };

    const long fd = syscall(SYS_openat2, folder, path, &how, sizeof(how));
    if (fd >= 0 || errno != ENOSYS) {
      return (int)fd;
    }

    path_use_fallback();
  }

  return open_by_parts(folder, path);
}

/// Keep an open file if it is a regular one
static Status
keep_regular(const int         opened,
             const char* const name,
             int* const        fd,
             char* const       text,
             const size_t      text_size)
{
  struct stat about;
  if (fstat(opened, &about)) {
    const int error = errno;
    close(opened);
    return fail(STATUS_IO, name, text, text_size, "%s", strerror(error));
  }

  if (!S_ISREG(about.st_mode)) {
    close(opened);
    return fail(STATUS_DENIED, name, text, text_size, "not a regular file");
  }

  *fd = opened;
  return STATUS_OK;
}

/// The outcome that an error of opening stands for
static Status
fail_open(const int         error,
          const char* const name,
          char* const       text,
          const size_t      text_size)
{
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return fail(STATUS_NOT_FOUND, name, text, text_size, "no such file");

    case EXDEV:
    case ELOOP:
      return fail(STATUS_DENIED,
                  name,
                  text,
                  text_size,
                  "it leads out of the media folders");

    case ENXIO:
    case ENODEV:
      return fail(STATUS_DENIED, name, text, text_size, "not a regular file");

    case EACCES:
    case EPERM:
      return fail(STATUS_DENIED, name, text, text_size, "it may not be read");

    case ENAMETOOLONG:
      return fail(
        STATUS_BAD_ARGUMENT, name, text, text_size, "the name is too long");

    default:
      return fail(STATUS_IO, name, text, text_size, "%s", strerror(error));
  }
}

/// The part of an absolute name within a folder, null if it is not in there
static const char*
within(const char* const folder, const char* const name)
{
  const size_t n = folder ? strlen(folder) : 0;
  if (!n || strncmp(name, folder, n)) {
    return NULL;
  }

  const char* const rest = name + n;
  return folder[n - 1] == '/' || *rest == '/' ? rest + strspn(rest, "/") : NULL;
}

/// Try one folder; `relative` is the name within it
static Status
open_in_folder(const char* const folder,
               const char* const relative,
               const char* const name,
               int* const        fd,
               char* const       text,
               const size_t      text_size)
{
  const int dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0) {
    return fail_open(errno, name, text, text_size);
  }

  const int opened = open_beneath(dir, relative);
  const int error  = errno;
  close(dir);
  return opened < 0 ? fail_open(error, name, text, text_size)
                    : keep_regular(opened, name, fd, text, text_size);
}

Status
path_open(const PathFolders* const folders,
          const char* const        name,
          const size_t             length,
          int* const               fd,
          char* const              text,
          const size_t             text_size)
{
  if (!length || memchr(name, '\0', length)) {
    return fail(STATUS_BAD_ARGUMENT,
                length ? name : "(empty)",
                text,
                text_size,
                "not a file name");
  }

  char copy[PATH_MAX];
  if (length >= sizeof(copy)) {
    return fail(
      STATUS_BAD_ARGUMENT, "(name)", text, text_size, "the name is too long");
  }

  memcpy(copy, name, length);
  copy[length] = '\0';
  if (goes_up(copy)) {
    return fail(
      STATUS_DENIED, copy, text, text_size, "'..' is not allowed in a name");
  }

  // The first folder that has it decides; a refusal is remembered, as it says
  // more than that the file is not in the next folder
  const bool absolute = copy[0] == '/';
  bool       inside   = false;
  Status     worst    = STATUS_NOT_FOUND;
  fail(STATUS_NOT_FOUND, copy, text, text_size, "no such file");
  for (uint32_t i = 0; i < folders->num; ++i) {
    const char* relative = copy;
    if (absolute) {
      relative = within(folders->folders[i], copy);
      relative = relative ? relative : within(folders->real[i], copy);
    }

    if (!relative || !*relative) {
      continue;
    }

    char         reason[512];
    const Status status = open_in_folder(
      folders->folders[i], relative, copy, fd, reason, sizeof(reason));
    if (!status) {
      text[0] = '\0';
      return STATUS_OK;
    }

    inside = true;
    if (status != STATUS_NOT_FOUND && worst == STATUS_NOT_FOUND) {
      worst = status;
      snprintf(text, text_size, "%s", reason);
    }
  }

  return absolute && !inside ? fail(STATUS_DENIED,
                                    copy,
                                    text,
                                    text_size,
                                    "it is outside the media folders")
                             : worst;
}

Status
path_open_local(const char* const name,
                int* const        fd,
                char* const       text,
                const size_t      text_size)
{
  if (!name[0]) {
    return fail(
      STATUS_BAD_ARGUMENT, "(empty)", text, text_size, "not a file name");
  }

  const int opened = open(name, FILE_FLAGS);
  if (opened < 0) {
    return fail_open(errno, name, text, text_size);
  }

  text[0] = '\0';
  return keep_regular(opened, name, fd, text, text_size);
}
