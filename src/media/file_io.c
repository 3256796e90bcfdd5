// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/file_io.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

ssize_t
file_read_at(const int      fd,
             void* const    data,
             const size_t   size,
             const uint64_t offset)
{
  size_t done = 0;
  while (done < size) {
    const ssize_t n =
      pread(fd, (char*)data + done, size - done, (off_t)(offset + done));
    if (n < 0 && errno != EINTR) {
      return -1;
    }

    if (!n) {
      break;
    }

    done += n > 0 ? (size_t)n : 0u;
  }

  return (ssize_t)done;
}

bool
file_write_at(const int         fd,
              const void* const data,
              const size_t      size,
              const uint64_t    offset)
{
  size_t done = 0;
  while (done < size) {
    const ssize_t n =
      pwrite(fd, (const char*)data + done, size - done, (off_t)(offset + done));
    if (n < 0 && errno != EINTR) {
      return false;
    }

    done += n > 0 ? (size_t)n : 0u;
  }

  return true;
}

bool
file_write_all(const int fd, const void* const data, const size_t size)
{
  size_t done = 0;
  while (done < size) {
    const ssize_t n = write(fd, (const char*)data + done, size - done);
    if (n < 0 && errno != EINTR) {
      return false;
    }

    done += n > 0 ? (size_t)n : 0u;
  }

  return true;
}

void
file_name_for_text(const char* const name,
                   char* const       text,
                   const size_t      text_size)
{
  size_t i = 0;
  for (; name[i] && i + 1 < text_size; ++i) {
    const unsigned char c = (unsigned char)name[i];
    text[i]               = c < 0x20u || c == 0x7Fu ? '?' : name[i];
  }

  text[i] = '\0';
}
