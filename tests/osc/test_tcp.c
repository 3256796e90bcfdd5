// SPDX-License-Identifier: GPL-3.0-or-later
//
// Connections: framing, and how they begin and end

#include "loopback.h"

static const char slip[] = "\xc0/ping\0\0\0\xc0";

#define SLIP_SIZE 10u

static Loopback server;

static void
start(void)
{
  loopback_start(&server, "127.0.0.1");
}

static void
test_a_reply_has_the_framing_of_its_request(void** const state)
{
  (void)state;
  start();
  const int a = loopback_connect_served(&server);
  const int b = loopback_connect_served(&server);

  loopback_write(a, loopback_message, sizeof(loopback_message));
  loopback_serve(&server, &server.num_packets, 1u);
  assert_int_equal(server.peer.type, PEER_TCP);
  assert_int_equal(server.size, 8u);
  loopback_write(b, slip, SLIP_SIZE);
  loopback_serve(&server, &server.num_packets, 2u);
  assert_int_equal(server.size, 8u);

  loopback_expect(a, loopback_message, sizeof(loopback_message));
  loopback_expect(b, slip, SLIP_SIZE);
  close(a);
  close(b);
  loopback_stop(&server);
}

static void
test_a_closed_connection_is_told_of(void** const state)
{
  (void)state;
  start();
  const int a = loopback_connect_served(&server);
  loopback_check_served(&server, a);
  const Peer peer = server.peer;

  close(a);
  loopback_serve(&server, &server.num_gone, 1u);
  assert_true(peer_equal(&server.gone, &peer));
  assert_int_equal(sockets_send(server.sockets, &peer, "/a\0", 4u),
                   STATUS_NOT_FOUND);
  assert_int_equal(sockets_traffic(server.sockets)->connections, 0);
  loopback_stop(&server);
}

/// The place of a closed connection is used again, its number is not
static void
test_a_new_connection_is_not_taken_for_an_old_one(void** const state)
{
  (void)state;
  start();
  const int a = loopback_connect_served(&server);
  loopback_check_served(&server, a);
  const Peer peer = server.peer;
  close(a);
  loopback_serve(&server, &server.num_gone, 1u);

  const int b = loopback_connect_served(&server);
  loopback_check_served(&server, b);
  assert_false(peer_equal(&server.peer, &peer));
  assert_int_equal(sockets_send(server.sockets, &peer, "/a\0", 4u),
                   STATUS_NOT_FOUND);
  close(b);
  loopback_stop(&server);
}

static void
test_closing_one_leaves_the_others_in_step(void** const state)
{
  (void)state;
  start();
  const int a = loopback_connect_served(&server);
  const int b = loopback_connect_served(&server);
  const int c = loopback_connect_served(&server);

  // All three are in the middle of a message when the first one closes
  loopback_write(a, loopback_message, 7u);
  loopback_write(b, loopback_message, 7u);
  loopback_write(c, slip, 3u);
  loopback_round(&server, 0);
  close(a);
  loopback_serve(&server, &server.num_gone, 1u);

  loopback_write(b, loopback_message + 7u, sizeof(loopback_message) - 7u);
  loopback_write(c, slip + 3u, SLIP_SIZE - 3u);
  loopback_serve(&server, &server.num_packets, 2u);
  loopback_expect(b, loopback_message, sizeof(loopback_message));
  loopback_expect(c, slip, SLIP_SIZE);
  close(b);
  close(c);
  loopback_stop(&server);
}

static void
test_who_has_said_all_gets_the_answers_still(void** const state)
{
  (void)state;
  start();
  const int a = loopback_connect_served(&server);
  loopback_write(a, loopback_message, sizeof(loopback_message));
  loopback_write(a, loopback_message, sizeof(loopback_message));
  shutdown(a, SHUT_WR);
  loopback_serve(&server, &server.num_gone, 1u);

  loopback_expect(a, loopback_message, sizeof(loopback_message));
  loopback_expect(a, loopback_message, sizeof(loopback_message));
  loopback_expect_end(a);
  close(a);
  loopback_stop(&server);
}

static void
test_what_is_not_osc_is_closed(void** const state)
{
  (void)state;
  static const struct {
    const char* bytes;
    size_t      size;
  } streams[] = {
    {"GET / HTTP/1.1\r\n\r\n", 18u},
    {"\0\xff\xff\xff", 4u},
    {"\xff\xff\xff\xff", 4u},
  };

  start();
  const int    other = loopback_connect_served(&server);
  const size_t num   = sizeof(streams) / sizeof(streams[0]);
  for (uint32_t i = 0; i < num; ++i) {
    const int fd = loopback_connect_served(&server);
    loopback_write(fd, streams[i].bytes, streams[i].size);
    loopback_serve(&server, &server.num_gone, i + 1u);
    loopback_expect_end(fd);
    close(fd);
  }
  assert_int_equal(sockets_traffic(server.sockets)->malformed, num);
  loopback_check_served(&server, other);
  close(other);
  loopback_stop(&server);
}

static void
test_strangers_are_closed_and_counted(void** const state)
{
  (void)state;
  server = (Loopback){.silent = false};
  assert_int_equal(allow_add(&server.allow, "127.0.0.2"), STATUS_OK);
  assert_int_equal(loopback_open(&server, "127.0.0.1"), STATUS_OK);
  const Traffic* const traffic = sockets_traffic(server.sockets);

  const int stranger = loopback_socket(SOCK_STREAM, "127.0.0.3", AF_INET);
  loopback_connect_socket(&server, stranger, "127.0.0.1", AF_INET);
  loopback_serve_traffic(&server, &traffic->not_allowed, 1u);
  loopback_expect_end(stranger);

  const int friend = loopback_socket(SOCK_STREAM, "127.0.0.2", AF_INET);
  loopback_connect_socket(&server, friend, "127.0.0.1", AF_INET);
  loopback_check_served(&server, friend);
  assert_int_equal(traffic->accepted, 1u);

  close(stranger);
  close(friend);
  loopback_stop(&server);
}

/// A queue that was full and drained is used from its beginning
static void
test_a_queue_is_used_again_and_again(void** const state)
{
  (void)state;
  start();
  const int fd = loopback_connect_served(&server);
  for (int i = 0; i < 3000; ++i) {
    loopback_check_served(&server, fd);
  }
  close(fd);
  loopback_stop(&server);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_reply_has_the_framing_of_its_request),
    cmocka_unit_test(test_a_closed_connection_is_told_of),
    cmocka_unit_test(test_a_new_connection_is_not_taken_for_an_old_one),
    cmocka_unit_test(test_closing_one_leaves_the_others_in_step),
    cmocka_unit_test(test_who_has_said_all_gets_the_answers_still),
    cmocka_unit_test(test_what_is_not_osc_is_closed),
    cmocka_unit_test(test_strangers_are_closed_and_counted),
    cmocka_unit_test(test_a_queue_is_used_again_and_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
