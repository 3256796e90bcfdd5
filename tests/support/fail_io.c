// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/fail_io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_uint num_done;
static atomic_uint failing; ///< First that fails, 0: none
static atomic_bool lasting; ///< All after it fail too
static atomic_int  reason;
static atomic_bool shortened;

static pthread_mutex_t           mutex = PTHREAD_MUTEX_INITIALIZER;
static const IoObserver* _Atomic observer;

void
fail_io_observe(const IoObserver* const new_observer)
{
  pthread_mutex_lock(&mutex);
  atomic_store(&observer, new_observer);
  pthread_mutex_unlock(&mutex);
}

/// Whether somebody hears; then nothing else happens until `leave`
static bool
enter(void)
{
  if (!atomic_load(&observer)) {
    return false;
  }

  pthread_mutex_lock(&mutex);
  return true;
}

static void
leave(void)
{
  pthread_mutex_unlock(&mutex);
}

static void
set(const unsigned n, const bool all, const int cause)
{
  atomic_store(&failing, 0);
  atomic_store(&num_done, 0);
  atomic_store(&reason, cause);
  atomic_store(&lasting, all);
  atomic_store(&failing, n);
}

void
fail_io_at(const unsigned n, const int cause)
{
  set(n, false, cause);
}

void
fail_io_from(const unsigned n, const int cause)
{
  set(n, true, cause);
}

void
fail_io_short(const bool on)
{
  atomic_store(&shortened, on);
}

unsigned
fail_io_stop(void)
{
  atomic_store(&failing, 0);
  return atomic_load(&num_done);
}

/// Count an operation; true, with `errno`, if it is one to fail
static bool
fails(void)
{
  const unsigned n     = atomic_fetch_add(&num_done, 1) + 1;
  const unsigned first = atomic_load(&failing);
  if (first && (n == first || (n > first && atomic_load(&lasting)))) {
    errno = atomic_load(&reason);
    return true;
  }

  return false;
}

// The linker's --wrap sends calls of NAME to __wrap_NAME and calls of
// __real_NAME to the library

// clang-format off
#define WRAP(name, params, args, tell)          \
  int __real_##name params;                     \
  int __wrap_##name params;                     \
  int __wrap_##name params                      \
  {                                             \
    if (fails()) {                              \
      return -1;                                \
    }                                           \
                                                \
    const bool observed = enter();              \
    const int  result   = __real_##name args;   \
    const int  cause    = errno;                \
    if (observed) {                             \
      const IoObserver* const o = observer;     \
      if (o && !result) {                       \
        tell;                                   \
      }                                         \
                                                \
      leave();                                  \
    }                                           \
                                                \
    errno = cause;                              \
    return result;                              \
  }

WRAP(fsync, (int fd), (fd), o->synced(fd))
WRAP(fdatasync, (int fd), (fd), o->synced(fd))
WRAP(rename, (const char* from, const char* to), (from, to), o->renamed(from, to))
WRAP(renameat2, (int a, const char* from, int b, const char* to, unsigned flags), (a, from, b, to, flags), o->renamed(from, to))
WRAP(truncate, (const char* path, off_t size), (path, size), (void)o)
WRAP(ftruncate, (int fd, off_t size), (fd, size), o->truncated(fd, size))
WRAP(link, (const char* from, const char* to), (from, to), (void)o)
WRAP(unlink, (const char* path), (path), o->unlinked(path))
WRAP(mkdir, (const char* path, mode_t mode), (path, mode), (void)o)
WRAP(flock, (int fd, int how), (fd, how), (void)o)

// What only reads, which nobody observes
#define WRAP_READ(type, failed, name, params, args) \
  type __real_##name params;                        \
  type __wrap_##name params;                        \
  type __wrap_##name params                         \
  {                                                 \
    return fails() ? failed : __real_##name args;   \
  }

WRAP_READ(ssize_t, -1, read, (int fd, void* data, size_t size), (fd, data, size))
WRAP_READ(ssize_t, -1, pread, (int fd, void* data, size_t size, off_t at), (fd, data, size, at))
WRAP_READ(DIR*, NULL, opendir, (const char* path), (path))
WRAP_READ(struct dirent*, NULL, readdir, (DIR* dir), (dir))
// clang-format on

ssize_t
__real_write(int fd, const void* data, size_t size);

ssize_t
__wrap_write(int fd, const void* data, size_t size);

ssize_t
__wrap_write(const int fd, const void* const data, const size_t size)
{
  static atomic_uint turn;
  if (fails()) {
    return -1;
  }

  if (atomic_load(&shortened) && size > 8u) {
    if (atomic_fetch_add(&turn, 1) % 3 == 0) {
      errno = EINTR;
      return -1;
    }

    return __real_write(fd, data, 1u + size / 2u);
  }

  const bool    observed = enter();
  const ssize_t n        = __real_write(fd, data, size);
  const int     cause    = errno;
  if (observed) {
    if (observer && n > 0) {
      observer->written(fd, data, (size_t)n);
    }

    leave();
  }

  errno = cause;
  return n;
}

int
__real_open(const char* path, int flags, ...);

int
__wrap_open(const char* path, int flags, ...);

int
__wrap_open(const char* const path, const int flags, ...)
{
  va_list args;
  va_start(args, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
  va_end(args);
  if (fails()) {
    return -1;
  }

  const bool observed = enter();
  const bool created  = flags & O_CREAT && access(path, F_OK);
  const int  fd       = __real_open(path, flags, mode);
  const int  cause    = errno;
  if (observed) {
    if (observer && fd >= 0) {
      observer->opened(path, fd, created);
    }

    leave();
  }

  errno = cause;
  return fd;
}
