// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/part_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/// Age in seconds at which an unfinished file has no writer any more
#define MAX_AGE 86400

/// Names that are tried until one is free
#define MAX_TRIES 100u

Status
part_file_open(PartFile* const file, const char* const path)
{
  static atomic_uint num_files;

  const size_t size = strlen(path) + 40u;
  *file             = (PartFile){.fd = -1};
  file->path        = strdup(path);
  file->part_path   = (char*)malloc(size);
  if (!file->path || !file->part_path) {
    part_file_close(file);
    return STATUS_NO_MEMORY;
  }

  // The mode is what any new file of the user gets
  for (unsigned i = 0; i < MAX_TRIES && file->fd < 0; ++i) {
    snprintf(file->part_path,
             size,
             "%s.%ld-%u" PART_FILE_ENDING,
             path,
             (long)getpid(),
             atomic_fetch_add(&num_files, 1u));
    file->fd =
      open(file->part_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file->fd < 0 && errno != EEXIST) {
      break;
    }
  }

  if (file->fd < 0) {
    const int error = errno;
    part_file_close(file);
    errno = error;
    return STATUS_IO;
  }

  return STATUS_OK;
}

/// Make a change of names in the folder of a path durable; cuts the path
static bool
sync_folder(char* const path)
{
  char* const slash = strrchr(path, '/');
  if (slash) {
    slash[slash == path] = '\0';
  }

  const int fd = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return false;
  }

  const bool done  = !fsync(fd);
  const int  error = errno;
  close(fd);
  errno = error;
  return done;
}

Status
part_file_commit(PartFile* const file)
{
  if (fsync(file->fd) || rename(file->part_path, file->path)) {
    return STATUS_IO;
  }

  // From here on there is nothing to remove; the name lies in the same folder
  const bool done  = sync_folder(file->part_path);
  const int  error = errno;
  free(file->part_path);
  file->part_path = NULL;
  errno           = error;
  return done ? STATUS_OK : STATUS_IO;
}

void
part_file_close(PartFile* const file)
{
  if (file->fd >= 0) {
    close(file->fd);
    if (file->part_path) {
      unlink(file->part_path);
    }
  }

  free(file->part_path);
  free(file->path);
  *file = (PartFile){.fd = -1};
}

void
part_file_sweep(const char* const folder)
{
  DIR* const dir = opendir(folder);
  if (!dir) {
    return;
  }

  const size_t   ending = strlen(PART_FILE_ENDING);
  struct dirent* entry  = NULL;
  while ((entry = readdir(dir))) {
    struct stat  about;
    const size_t length = strlen(entry->d_name);
    if (length > ending &&
        !strcmp(entry->d_name + length - ending, PART_FILE_ENDING) &&
        !fstatat(dirfd(dir), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) &&
        time(NULL) - about.st_mtime > MAX_AGE) {
      unlinkat(dirfd(dir), entry->d_name, 0);
    }
  }

  closedir(dir);
}
