// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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

/// Memory for a file, owned.  A large one is asked for in large pages: then the
/// system takes half the time to provide it.
static char*
allocate(const size_t size)
{
  static const size_t page = 2u << 20u;
  if (size < 4u * page) {
    return (char*)malloc(size);
  }

  const size_t rounded = (size + page - 1u) / page * page;
  char* const  bytes   = (char*)aligned_alloc(page, rounded);
  if (bytes) {
    madvise(bytes, rounded, MADV_HUGEPAGE);
  }

  return bytes;
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
  char* const  bytes  = allocate(wanted + 1u);
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

Status
file_sync_parent(const char* const path,
                 char* const       text,
                 const size_t      text_size)
{
  char* const folder = parent_folder(path);
  if (!folder) {
    return file_no_memory(text, text_size);
  }

  const Status st = file_sync_folder(folder, text, text_size);
  free(folder);
  return st;
}

const struct dirent*
file_next_entry(DIR* const        dir,
                const char* const path,
                Status* const     status,
                char* const       text,
                const size_t      text_size)
{
  errno                            = 0;
  const struct dirent* const entry = readdir(dir);
  if (!entry && errno) {
    *status = file_fail("read", path, text, text_size);
  }

  return entry;
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
