// SPDX-License-Identifier: GPL-3.0-or-later
//
// File operations that fail on demand
//
// The test programs are linked so that our own calls of open, read, pread,
// write, fsync, fdatasync, rename, renameat2, truncate, ftruncate, link, unlink,
// mkdir, opendir, readdir and flock go through here.  A sweep fails the first, then the second, ... as in
// support/fail_malloc.h.

#ifndef SONIC_SUPPORT_FAIL_IO_H
#define SONIC_SUPPORT_FAIL_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/// Hears of operations that were done, one at a time
typedef struct {
  void (*opened)(const char* path, int fd, bool created);
  void (*written)(int fd, const void* data, size_t size);
  void (*synced)(int fd);
  void (*truncated)(int fd, off_t size);
  void (*renamed)(const char* from, const char* to);
  void (*unlinked)(const char* path);
} IoObserver;

/// Have all operations from now on observed; null ends it
void
fail_io_observe(const IoObserver* observer);

/// Let the n-th operation from now, in any thread, fail with an `errno`
void
fail_io_at(unsigned n, int cause);

/// Let the n-th operation from now and all after it fail
void
fail_io_from(unsigned n, int cause);

/// Let writes take a few bytes only and be interrupted now and then
void
fail_io_short(bool on);

/// Let no operation fail; returns how many there were since the last call of
/// the above
unsigned
fail_io_stop(void);

#endif // SONIC_SUPPORT_FAIL_IO_H
