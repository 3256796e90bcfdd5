// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/lock.h"

#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/// Say which process holds a lock
static Status
tell_holder(const int         fd,
            const char* const folder,
            char* const       text,
            const size_t      text_size)
{
  char          pid[16]          = "";
  const ssize_t n                = pread(fd, pid, sizeof(pid) - 1u, 0);
  pid[n > 0 ? n : 0]             = '\0';
  pid[strspn(pid, "0123456789")] = '\0';
  snprintf(text,
           text_size,
           "%s is open in another process%s%s",
           folder,
           pid[0] ? ", number " : "",
           pid);
  return STATUS_CONFLICT;
}

Status
store_lock(const char* const folder,
           int* const        fd,
           char* const       text,
           const size_t      text_size)
{
  char* const path = file_path("%s/lock", folder);
  if (!path) {
    return file_no_memory(text, text_size);
  }

  Status st = STATUS_OK;
  *fd       = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (*fd < 0) {
    st = file_fail("open", path, text, text_size);
  } else if (flock(*fd, LOCK_EX | LOCK_NB)) {
    st = errno == EWOULDBLOCK ? tell_holder(*fd, folder, text, text_size)
                              : file_fail("lock", path, text, text_size);
    close(*fd);
    *fd = -1;
  } else {
    // For whoever wants to know; the lock holds all the same
    char          pid[16];
    const int     length = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
    const ssize_t n      = pwrite(*fd, pid, (size_t)length, 0);
    if (n != length || ftruncate(*fd, n)) {
      errno = 0;
    }
  }

  free(path);
  return st;
}
