// SPDX-License-Identifier: GPL-3.0-or-later
//
// Connections that are too many, too fast or too slow

#include "loopback.h"

#include "support/fail_malloc.h"

#include <sys/resource.h>

static Loopback server;

static void
start(void)
{
  loopback_start(&server, "127.0.0.1");
}

/// A SLIP stream that never ends a packet
static void
test_a_flood_is_cut_off(void** const state)
{
  (void)state;
  static uint8_t flood[LIMIT_PACKET_BYTES + 8u];
  memset(flood, 'x', sizeof(flood));
  memcpy(flood, "\xc0/", 2u);

  start();
  const int fd    = loopback_connect_served(&server);
  const int other = loopback_connect_served(&server);
  for (size_t sent = 0; sent < sizeof(flood);) {
    const ssize_t n =
      send(fd, flood + sent, sizeof(flood) - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    sent += n > 0 ? (size_t)n : 0u;
    loopback_round(&server, 0);
  }
  loopback_serve(&server, &server.num_gone, 1u);
  assert_int_equal(sockets_traffic(server.sockets)->malformed, 1u);
  loopback_check_served(&server, other);
  close(fd);
  close(other);
  loopback_stop(&server);
}

/// Send as much of a flood of small packets as the kernel takes
static void
flood(const int fd)
{
  static uint8_t packets[1200u * sizeof(loopback_message)];
  for (size_t at = 0; at < sizeof(packets); at += sizeof(loopback_message)) {
    memcpy(packets + at, loopback_message, sizeof(loopback_message));
  }
  for (int i = 0; i < 20; ++i) {
    const ssize_t n =
      send(fd, packets, sizeof(packets), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < (ssize_t)sizeof(packets)) {
      return;
    }
  }
}

/// Many who flood at once leave room for others in each round
static void
test_a_flood_leaves_room_for_others(void** const state)
{
  (void)state;
  int fds[16];
  start();
  server.silent = true;
  for (size_t i = 0; i < 16u; ++i) {
    fds[i] = loopback_connect_served(&server);
    flood(fds[i]);
  }
  const int other = loopback_connect(&server, SOCK_DGRAM);
  loopback_write(other, "/other\0", 8u);

  // The datagram comes in the first round, each connection's turn soon
  server.places = 0;
  for (int i = 0; i < 8; ++i) {
    const uint32_t before = server.num_packets;
    loopback_round(&server, 0);
    assert_in_range(server.num_packets - before, 1u, 6000u);
    assert_int_equal(server.num_datagrams, 1u);
  }
  assert_int_equal(__builtin_popcountll(server.places), 16);

  for (size_t i = 0; i < 16u; ++i) {
    close(fds[i]);
  }
  close(other);
  loopback_stop(&server);
}

static void
test_one_client_more_than_fit_is_refused(void** const state)
{
  (void)state;
  int fds[LIMIT_TCP_CLIENTS];
  start();
  const Traffic* const traffic = sockets_traffic(server.sockets);
  for (uint32_t i = 0; i < LIMIT_TCP_CLIENTS; ++i) {
    fds[i] = loopback_connect_served(&server);
  }

  const int more = loopback_connect(&server, SOCK_STREAM);
  loopback_serve_traffic(&server, &traffic->refused, 1u);
  loopback_expect_end(more);
  close(more);

  // All others are served, and a free place is given away again
  for (uint32_t i = 0; i < LIMIT_TCP_CLIENTS; ++i) {
    loopback_check_served(&server, fds[i]);
  }
  close(fds[7]);
  loopback_serve(&server, &server.num_gone, 1u);
  fds[7] = loopback_connect_served(&server);
  loopback_check_served(&server, fds[7]);

  for (uint32_t i = 0; i < LIMIT_TCP_CLIENTS; ++i) {
    close(fds[i]);
  }
  loopback_stop(&server);
}

/// Set the number of descriptors we may have; returns the previous
static rlim_t
limit_descriptors(const rlim_t most)
{
  struct rlimit limit;
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur      = most;
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
  return before;
}

static void
test_running_out_of_descriptors_is_survived(void** const state)
{
  (void)state;
  int fds[40];
  start();
  const Traffic* const traffic = sockets_traffic(server.sockets);
  const int            served  = loopback_connect_served(&server);
  for (size_t i = 0; i < 40u; ++i) {
    fds[i] = loopback_socket(SOCK_STREAM, NULL, AF_INET);
  }

  // No descriptor is left for the server's ends
  const int next = dup(0);
  close(next);
  const rlim_t before = limit_descriptors((rlim_t)next);
  for (size_t i = 0; i < 40u; ++i) {
    assert_int_equal(
      loopback_connect_socket(&server, fds[i], "127.0.0.1", AF_INET), 0);
  }
  loopback_serve_traffic(&server, &traffic->refused, 40u);
  for (size_t i = 0; i < 40u; ++i) {
    loopback_expect_end(fds[i]);
    close(fds[i]);
  }
  loopback_check_served(&server, served);

  // The way is free again
  limit_descriptors(before);
  const int fd = loopback_connect_served(&server);
  loopback_check_served(&server, fd);
  close(fd);
  close(served);
  loopback_stop(&server);
}

/// A connection and its peer, with small buffers on the client's side
static int
connect_slow(void)
{
  const int size = 4096;
  const int fd   = loopback_socket(SOCK_STREAM, NULL, AF_INET);
  assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)),
                   0);
  assert_int_equal(loopback_connect_socket(&server, fd, "127.0.0.1", AF_INET),
                   0);
  loopback_write(fd, loopback_message, sizeof(loopback_message));
  loopback_serve(&server, &server.num_packets, server.num_packets + 1u);
  return fd;
}

/// What the kernel does not take at once waits and arrives
static void
test_output_that_waits_arrives(void** const state)
{
  (void)state;
  static uint8_t big[60000];
  static uint8_t stream[sizeof(big) + 4u];
  const int      num = 60;
  start();
  server.silent = true;
  const int fd  = connect_slow();
  const int n   = loopback_connect_served(&server);

  for (int i = 0; i < num; ++i) {
    memset(big, i, sizeof(big));
    assert_int_equal(
      sockets_send(server.sockets, &server.peer, big, sizeof(big)), STATUS_OK);
    sockets_flush(server.sockets);
  }

  size_t got = 0;
  for (int i = 0; i < num;) {
    loopback_round(&server, 0);
    const ssize_t size =
      recv(fd, stream + got, sizeof(stream) - got, MSG_DONTWAIT);
    assert_true(size > 0 || errno == EAGAIN);
    got += size > 0 ? (size_t)size : 0u;
    if (got == sizeof(stream)) {
      memset(big, i, sizeof(big));
      assert_memory_equal(stream, "\0\0\xea\x60", 4u);
      assert_memory_equal(stream + 4, big, sizeof(big));
      got = 0;
      ++i;
    }
  }

  close(n);
  close(fd);
  loopback_stop(&server);
}

static void
test_a_client_that_does_not_read_is_closed(void** const state)
{
  (void)state;
  static uint8_t big[60000];
  start();
  server.silent    = true;
  const int  other = loopback_connect_served(&server);
  const int  fd    = connect_slow();
  const Peer slow  = server.peer;

  uint32_t num    = 0;
  Status   status = STATUS_OK;
  while (!status) {
    status = sockets_send(server.sockets, &slow, big, sizeof(big));
    sockets_flush(server.sockets);
    loopback_round(&server, 0);
    assert_true(++num < 10000u);
  }
  assert_int_equal(status, STATUS_BUSY);
  assert_true(num > LIMIT_TCP_OUTPUT_BYTES / 60004u);
  loopback_serve(&server, &server.num_gone, 1u);
  assert_true(peer_equal(&server.gone, &slow));
  assert_int_equal(sockets_traffic(server.sockets)->overflowed, 1u);

  server.silent = false;
  loopback_check_served(&server, other);
  close(fd);
  close(other);
  loopback_stop(&server);
}

/// A connection for which there is no memory is refused or closed, and the
/// next is served
static void
test_each_allocation_may_fail(void** const state)
{
  (void)state;
  start();
  const Traffic* const traffic = sockets_traffic(server.sockets);
  server.silent                = true;
  unsigned n                   = 1;
  for (;; ++n) {
    const int fd = loopback_connect(&server, SOCK_STREAM);
    loopback_write(fd, loopback_message, sizeof(loopback_message));

    const uint64_t served = traffic->received + traffic->refused;
    const uint32_t gone   = server.num_gone;
    fail_malloc_at(n);
    const double start_s = loopback_now();
    while (traffic->received + traffic->refused == served) {
      loopback_round(&server, 100);
      assert_true(loopback_now() - start_s < DEADLINE_S);
    }
    const bool   refused = traffic->refused;
    const Status status =
      refused ? STATUS_NO_MEMORY
              : sockets_send(server.sockets, &server.peer, "/a\0", 4u);
    const bool all = fail_malloc_stop() < n;
    assert_int_equal(status, all ? STATUS_OK : STATUS_NO_MEMORY);

    if (!all) {
      loopback_expect_end(fd);
    }
    close(fd);
    if (all) {
      break;
    }
    sockets_traffic(server.sockets)->refused = 0;
    loopback_serve(&server, &server.num_gone, gone + !refused);
  }
  assert_int_equal(n, 3u); // The connection and its queue
  loopback_stop(&server);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_flood_is_cut_off),
    cmocka_unit_test(test_a_flood_leaves_room_for_others),
    cmocka_unit_test(test_one_client_more_than_fit_is_refused),
    cmocka_unit_test(test_running_out_of_descriptors_is_survived),
    cmocka_unit_test(test_output_that_waits_arrives),
    cmocka_unit_test(test_a_client_that_does_not_read_is_closed),
    cmocka_unit_test(test_each_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
