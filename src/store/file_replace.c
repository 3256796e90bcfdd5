// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Unsynced bytes of a replacement after which it is synced
#define DIRTY_MAX (8u << 20u)

/// What stands between the name and the numbers of a temporary file
#define TEMP_MARK ".tmp-"

/// Open a file that is not there yet under a name of its own
static int
open_temporary(const char* const path, char** const temp_path)
{
  static atomic_uint counter;
  for (;;) {
    const unsigned number = atomic_fetch_add(&counter, 1u) + 1u;
    *temp_path =
      file_path("%s" TEMP_MARK "%ld-%u", path, (long)getpid(), number);
    if (!*temp_path) {
      errno = ENOMEM;
      return -1;
    }

    const int fd =
      open(*temp_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0 || errno != EEXIST) {
      return fd;
    }

    free(*temp_path);
    *temp_path = NULL;
  }
}

Status
file_replace_open(FileReplace* const file,
                  const char* const  path,
                  char* const        text,
                  const size_t       text_size)
{
  memset(file, 0, sizeof(*file));
  file->fd   = -1;
  file->path = strdup(path);
  if (!file->path) {
    return file_no_memory(text, text_size);
  }

  file->fd = open_temporary(path, &file->temp_path);
  if (file->fd < 0) {
    const Status st = file_fail("write", path, text, text_size);
    free(file->temp_path);
    file->temp_path = NULL; // Never made, so not to be removed
    file_replace_abort(file);
    return st == STATUS_NOT_FOUND ? STATUS_IO : st;
  }

  return STATUS_OK;
}

/// Sync once; whatever comes of it, a failure is for good
static Status
sync_replacement(FileReplace* const file,
                 char* const        text,
                 const size_t       text_size)
{
  if (fsync(file->fd)) {
    return file_fail("sync", file->path, text, text_size);
  }

  file->num_dirty = 0;
  return STATUS_OK;
}

Status
file_replace_write(FileReplace* const file,
                   const void* const  data,
                   const size_t       size,
                   char* const        text,
                   const size_t       text_size)
{
  if (!file_write(file->fd, data, size)) {
    return file_fail("write", file->path, text, text_size);
  }

  file->size += size;
  file->num_dirty += size;
  return file->num_dirty < DIRTY_MAX ? STATUS_OK
                                     : sync_replacement(file, text, text_size);
}

/// Rename unless there is something at the new place
static int
rename_new(const char* const from, const char* const to)
{
  if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE)) {
    return 0;
  }

  // A file system that can't do it in one step; nobody else writes here
  if (errno != EINVAL && errno != ENOSYS) {
    return -1;
  }

  if (!access(to, F_OK)) {
    errno = EEXIST;
    return -1;
  }

  return rename(from, to);
}

Status
file_replace_commit(FileReplace* const file,
                    const FileOver     over,
                    char* const        text,
                    const size_t       text_size)
{
  Status st = sync_replacement(file, text, text_size);
  if (!st && (over == FILE_OVER ? rename(file->temp_path, file->path)
                                : rename_new(file->temp_path, file->path))) {
    st = file_fail("write", file->path, text, text_size);
  }

  if (!st) {
    free(file->temp_path);
    file->temp_path = NULL; // It has its name now
    st              = file_sync_parent(file->path, text, text_size);
  }

  file_replace_abort(file);
  return st;
}

void
file_replace_abort(FileReplace* const file)
{
  if (file->fd >= 0) {
    close(file->fd);
  }

  if (file->temp_path) {
    unlink(file->temp_path);
  }

  free(file->temp_path);
  free(file->path);
  file->temp_path = NULL;
  file->path      = NULL;
  file->fd        = -1;
}

Status
file_replace(const char* const path,
             const void* const data,
             const size_t      size,
             char* const       text,
             const size_t      text_size)
{
  FileReplace file;
  Status      st = file_replace_open(&file, path, text, text_size);
  if (st) {
    return st;
  }

  st = file_replace_write(&file, data, size, text, text_size);
  if (st) {
    file_replace_abort(&file);
    return st;
  }

  return file_replace_commit(&file, FILE_OVER, text, text_size);
}

/// Whether a name is one that `open_temporary` makes
static bool
is_temporary(const char* const name)
{
  const char* const mark = strstr(name, TEMP_MARK);
  if (!mark) {
    return false;
  }

  const char* const numbers = mark + strlen(TEMP_MARK);
  return strspn(numbers, "0123456789-") == strlen(numbers);
}

void
file_remove_temporary(const char* const folder)
{
  DIR* const dir = opendir(folder);
  if (!dir) {
    return;
  }

  for (const struct dirent* entry = NULL; (entry = readdir(dir));) {
    if (is_temporary(entry->d_name)) {
      unlinkat(dirfd(dir), entry->d_name, 0);
    }
  }

  closedir(dir);
}
