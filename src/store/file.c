// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// Unsynced bytes of a replacement after which it is synced
#define DIRTY_MAX (8u << 20u)

/// What stands between the name and the numbers of a temporary file
#define TEMP_MARK ".tmp-"

Status
file_fail(const char* const verb,
          const char* const path,
          char* const       text,
          const size_t      text_size)
{
  const int cause = errno;
  snprintf(text, text_size, "cannot %s %s: %s", verb, path, strerror(cause));
  switch (cause) {
    case ENOENT:
      return STATUS_NOT_FOUND;
    case EEXIST:
      return STATUS_EXISTS;
    case EACCES:
    case EPERM:
    case EROFS:
      return STATUS_DENIED;
    case ENOMEM:
      return STATUS_NO_MEMORY;
    default:
      return STATUS_IO;
  }
}

Status
file_no_memory(char* const text, const size_t text_size)
{
  snprintf(text, text_size, "out of memory");
  return STATUS_NO_MEMORY;
}

char*
file_path(const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  char*     path = NULL;
  const int size = vasprintf(&path, format, args);
  va_end(args);
  return size < 0 ? NULL : path;
}

bool
file_write(const int fd, const void* const data, const size_t size)
{
  const char* const bytes = (const char*)data;
  size_t            done  = 0;
  while (done < size) {
    const ssize_t n = write(fd, bytes + done, size - done);
    if (n > 0) {
      done += (size_t)n;
    } else if (!n) {
      errno = ENOSPC;
      return false;
    } else if (errno != EINTR) {
      return false;
    }
  }

  return true;
}

/// Read until the end or `size` bytes; the count, or -1 with `errno`
static ssize_t
read_up_to(const int fd, char* const data, const size_t size)
{
  size_t done = 0;
  while (done < size) {
    const ssize_t n = read(fd, data + done, size - done);
    if (!n) {
      break;
    }

    if (n > 0) {
      done += (size_t)n;
    } else if (errno != EINTR) {
      return -1;
    }
  }

  return (ssize_t)done;
}

/// Read from an open file at most `limit` bytes
static Status
read_open(const int         fd,
          const char* const path,
          const uint64_t    limit,
          const bool        whole,
          char** const      data,
          size_t* const     size,
          char* const       text,
          const size_t      text_size)
{
  struct stat info;
  if (fstat(fd, &info)) {
    return file_fail("read", path, text, text_size);
  }

  if (!S_ISREG(info.st_mode)) {
    snprintf(text, text_size, "cannot read %s: not a regular file", path);
    return STATUS_DENIED;
  }

  const uint64_t length = (uint64_t)info.st_size;
  if (whole && length > limit) {
    snprintf(text,
             text_size,
             "cannot read %s: over %llu bytes",
             path,
             (unsigned long long)limit);
    return STATUS_TOO_LARGE;
  }

  const size_t wanted = (size_t)(length < limit ? length : limit);
  char* const  bytes  = (char*)malloc(wanted + 1u);
  if (!bytes) {
    return file_no_memory(text, text_size);
  }

  const ssize_t n = read_up_to(fd, bytes, wanted);
  if (n < 0) {
    free(bytes);
    return file_fail("read", path, text, text_size);
  }

  bytes[n] = '\0';
  *data    = bytes;
  *size    = (size_t)n;
  return STATUS_OK;
}

static Status
read_path(const char* const path,
          const uint64_t    limit,
          const bool        whole,
          char** const      data,
          size_t* const     size,
          char* const       text,
          const size_t      text_size)
{
  // Without O_NONBLOCK a FIFO would hold us up before it can be refused
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return file_fail("open", path, text, text_size);
  }

  const Status st =
    read_open(fd, path, limit, whole, data, size, text, text_size);
  close(fd);
  return st;
}

Status
file_read(const char* const path,
          const uint64_t    max_size,
          char** const      data,
          size_t* const     size,
          char* const       text,
          const size_t      text_size)
{
  return read_path(path, max_size, true, data, size, text, text_size);
}

Status
file_read_head(const char* const path,
               const size_t      max_size,
               char** const      data,
               size_t* const     size,
               char* const       text,
               const size_t      text_size)
{
  return read_path(path, max_size, false, data, size, text, text_size);
}

Status
file_sync_folder(const char* const folder,
                 char* const       text,
                 const size_t      text_size)
{
  const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return file_fail("open", folder, text, text_size);
  }

  // Some file systems have nothing to sync here and say EINVAL
  const Status st = !fsync(fd) || errno == EINVAL
                      ? STATUS_OK
                      : file_fail("sync", folder, text, text_size);
  close(fd);
  return st;
}

/// The folder that holds a path, owned; null if memory ran out
static char*
parent_folder(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  return !slash          ? strdup(".")
         : slash == path ? strdup("/")
                         : strndup(path, (size_t)(slash - path));
}

static Status
sync_parent(const char* const path, char* const text, const size_t text_size)
{
  char* const folder = parent_folder(path);
  if (!folder) {
    return file_no_memory(text, text_size);
  }

  const Status st = file_sync_folder(folder, text, text_size);
  free(folder);
  return st;
}

Status
file_make_folder(const char* const folder,
                 char* const       text,
                 const size_t      text_size)
{
  struct stat info;
  if (!stat(folder, &info)) {
    if (S_ISDIR(info.st_mode)) {
      return STATUS_OK;
    }

    errno = ENOTDIR;
    return file_fail("make folder", folder, text, text_size);
  }

  // ENOTDIR and the like are said by mkdir, with the path that was asked for
  char* const above = parent_folder(folder);
  if (!above) {
    return file_no_memory(text, text_size);
  }

  const bool   is_top = !strcmp(above, folder);
  const Status st =
    is_top ? STATUS_OK : file_make_folder(above, text, text_size);
  if (st) {
    free(above);
    return st;
  }

  const bool made = !mkdir(folder, 0777);
  if (!made && errno != EEXIST) {
    free(above);
    return file_fail("make folder", folder, text, text_size);
  }

  const Status synced =
    made ? file_sync_folder(above, text, text_size) : STATUS_OK;
  free(above);
  return synced;
}

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
    st              = sync_parent(file->path, text, text_size);
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

/// Copy what an open file holds to another
static Status
copy_open(const int          fd,
          const char* const  from,
          FileReplace* const file,
          char* const        text,
          const size_t       text_size)
{
  static const size_t piece = 1u << 20u;

  char* const data = (char*)malloc(piece);
  if (!data) {
    return file_no_memory(text, text_size);
  }

  Status  st = STATUS_OK;
  ssize_t n  = 0;
  do {
    n  = read_up_to(fd, data, piece);
    st = n < 0 ? file_fail("read", from, text, text_size)
               : file_replace_write(file, data, (size_t)n, text, text_size);
  } while (!st && n);

  free(data);
  return st;
}

Status
file_copy(const char* const from,
          const char* const to,
          char* const       text,
          const size_t      text_size)
{
  const int fd = open(from, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return file_fail("open", from, text, text_size);
  }

  FileReplace file;
  Status      st = file_replace_open(&file, to, text, text_size);
  if (!st) {
    st = copy_open(fd, from, &file, text, text_size);
    if (st) {
      file_replace_abort(&file);
    } else {
      st = file_replace_commit(&file, FILE_NEVER, text, text_size);
    }
  }

  close(fd);
  return st;
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
