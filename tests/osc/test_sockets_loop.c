// SPDX-License-Identifier: GPL-3.0-or-later
//
// The loop of the sockets: descriptors of others, and waking

#include "loopback.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>

static Loopback server;

typedef struct {
  uint32_t count;
  int      fds[2];  ///< A pipe
  int      unwatch; ///< Descriptor to unwatch when called, or -1
} Watched;

static void
on_ready(void* const handle, const int fd, const uint32_t events)
{
  Watched* const watched = handle;
  char           byte    = 0;
  assert_int_equal(fd, watched->fds[0]);
  assert_true(events & EPOLLIN);
  assert_int_equal(read(fd, &byte, 1u), 1);
  ++watched->count;
  if (watched->unwatch >= 0) {
    sockets_unwatch(server.sockets, watched->unwatch);
  }
}

static void
watch_pipe(Watched* const watched)
{
  *watched = (Watched){.unwatch = -1};
  assert_int_equal(pipe2(watched->fds, O_NONBLOCK), 0);
  assert_int_equal(
    sockets_watch(server.sockets, watched->fds[0], EPOLLIN, on_ready, watched),
    STATUS_OK);
}

static void
close_pipe(const Watched* const watched)
{
  close(watched->fds[0]);
  close(watched->fds[1]);
}

static void
test_watched_descriptors_are_told_of(void** const state)
{
  (void)state;
  Watched a;
  loopback_start(&server, "127.0.0.1");
  watch_pipe(&a);

  assert_int_equal(write(a.fds[1], "x", 1u), 1);
  loopback_serve(&server, &a.count, 1u);

  sockets_unwatch(server.sockets, a.fds[0]);
  assert_int_equal(write(a.fds[1], "x", 1u), 1);
  loopback_round(&server, 0);
  assert_int_equal(a.count, 1u);

  close_pipe(&a);
  loopback_stop(&server);
}

/// Whichever of two is told first unwatches the other, for which an event is
/// in hand already
static void
test_an_unwatched_descriptor_is_not_told_of(void** const state)
{
  (void)state;
  Watched a;
  Watched b;
  loopback_start(&server, "127.0.0.1");
  watch_pipe(&a);
  watch_pipe(&b);
  a.unwatch = b.fds[0];
  b.unwatch = a.fds[0];

  assert_int_equal(write(a.fds[1], "x", 1u), 1);
  assert_int_equal(write(b.fds[1], "x", 1u), 1);
  loopback_round(&server, 0);
  assert_int_equal(a.count + b.count, 1u);

  close_pipe(&a);
  close_pipe(&b);
  loopback_stop(&server);
}

static void
test_watches_are_limited_and_used_again(void** const state)
{
  (void)state;
  static Watched watched[LIMIT_WATCHES];
  loopback_start(&server, "127.0.0.1");
  for (uint32_t i = 0; i < LIMIT_WATCHES; ++i) {
    watch_pipe(&watched[i]);
  }
  assert_int_equal(sockets_watch(server.sockets, 0, EPOLLIN, on_ready, watched),
                   STATUS_TOO_LARGE);

  sockets_unwatch(server.sockets, watched[5].fds[0]);
  close_pipe(&watched[5]);
  watch_pipe(&watched[5]);
  assert_int_equal(write(watched[5].fds[1], "x", 1u), 1);
  loopback_serve(&server, &watched[5].count, 1u);

  for (uint32_t i = 0; i < LIMIT_WATCHES; ++i) {
    close_pipe(&watched[i]);
  }
  loopback_stop(&server);
}

static atomic_bool woken;

static void*
wake(void* const handle)
{
  atomic_store(&woken, true);
  sockets_wake(handle);
  return NULL;
}

/// The wait would be for ever
static void
test_another_thread_ends_the_wait(void** const state)
{
  (void)state;
  loopback_start(&server, "127.0.0.1");
  for (int i = 0; i < 100; ++i) {
    pthread_t thread;
    atomic_store(&woken, false);
    assert_int_equal(pthread_create(&thread, NULL, wake, server.sockets), 0);
    loopback_round(&server, -1);
    assert_true(atomic_load(&woken));
    pthread_join(thread, NULL);
    loopback_round(&server, 0);
  }
  loopback_stop(&server);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_watched_descriptors_are_told_of),
    cmocka_unit_test(test_an_unwatched_descriptor_is_not_told_of),
    cmocka_unit_test(test_watches_are_limited_and_used_again),
    cmocka_unit_test(test_another_thread_ends_the_wait),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
