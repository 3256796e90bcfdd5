// SPDX-License-Identifier: GPL-3.0-or-later
//
// The sockets: addresses, ports, datagrams

#include "loopback.h"

#include "osc/udp.h"
#include "support/fail_malloc.h"

#include <stdlib.h>

static const char ping[] = "/ping\0\0\0,\0\0"; // With the final zero 12 bytes

static Loopback server;

static void
test_a_reply_comes_from_the_port_that_was_asked(void** const state)
{
  (void)state;
  loopback_start(&server, "127.0.0.1");
  const int           client = loopback_socket(SOCK_DGRAM, NULL, AF_INET);
  const PeerAddress   local  = {{[10] = 255, 255, 127, 0, 0, 1}, 0};
  struct sockaddr_in6 to;
  const socklen_t     to_size =
    peer_address_write(&local, sockets_port(server.sockets), AF_INET, &to);
  assert_int_equal(
    sendto(client, ping, sizeof(ping), 0, (struct sockaddr*)&to, to_size),
    sizeof(ping));
  loopback_serve(&server, &server.num_packets, 1u);
  assert_int_equal(server.size, sizeof(ping));
  assert_memory_equal(server.data, ping, sizeof(ping));

  struct sockaddr_in6 from      = {0};
  socklen_t           from_size = sizeof(from);
  char                buf[64];
  assert_int_equal(
    recvfrom(client, buf, sizeof(buf), 0, (struct sockaddr*)&from, &from_size),
    sizeof(ping));
  assert_int_equal(from_size, to_size);
  assert_memory_equal(&from, &to, to_size);

  close(client);
  loopback_stop(&server);
}

static void
test_two_clients_get_their_own_replies(void** const state)
{
  (void)state;
  loopback_start(&server, "127.0.0.1");
  const int a = loopback_connect(&server, SOCK_DGRAM);
  const int b = loopback_connect(&server, SOCK_DGRAM);

  loopback_write(a, "/a\0\0", 4u);
  loopback_serve(&server, &server.num_packets, 1u);
  const Peer peer_a = server.peer;
  loopback_write(b, "/b\0\0", 4u);
  loopback_serve(&server, &server.num_packets, 2u);

  assert_false(peer_equal(&peer_a, &server.peer));
  loopback_expect(a, "/a\0\0", 4u);
  loopback_expect(b, "/b\0\0", 4u);
  assert_int_equal(recv(a, &(char){0}, 1u, MSG_DONTWAIT), -1);
  assert_int_equal(recv(b, &(char){0}, 1u, MSG_DONTWAIT), -1);

  close(a);
  close(b);
  loopback_stop(&server);
}

static void
test_replies_can_go_to_another_port(void** const state)
{
  (void)state;
  loopback_start(&server, "127.0.0.1");
  server.silent            = true;
  const int sends          = loopback_connect(&server, SOCK_DGRAM);
  const int listens        = loopback_socket(SOCK_DGRAM, "127.0.0.1", AF_INET);
  struct sockaddr_in6 name = {0};
  socklen_t           size = sizeof(name);
  assert_int_equal(getsockname(listens, (struct sockaddr*)&name, &size), 0);

  loopback_write(sends, ping, sizeof(ping));
  loopback_serve(&server, &server.num_packets, 1u);
  Peer peer = server.peer;
  peer.port = peer_port_read((struct sockaddr*)&name);
  assert_int_equal(sockets_send(server.sockets, &peer, ping, sizeof(ping)),
                   STATUS_OK);
  sockets_flush(server.sockets);
  loopback_expect(listens, ping, sizeof(ping));

  close(sends);
  close(listens);
  loopback_stop(&server);
}

static void
test_only_the_given_address_is_served(void** const state)
{
  (void)state;
  loopback_start(&server, "127.0.0.1");

  const int tcp = loopback_socket(SOCK_STREAM, NULL, AF_INET);
  assert_int_equal(loopback_connect_socket(&server, tcp, "127.0.0.2", AF_INET),
                   -1);
  assert_int_equal(errno, ECONNREFUSED);

  const int udp = loopback_socket(SOCK_DGRAM, NULL, AF_INET);
  assert_int_equal(loopback_connect_socket(&server, udp, "127.0.0.2", AF_INET),
                   0);
  loopback_write(udp, ping, sizeof(ping));
  assert_int_equal(recv(udp, &(char){0}, 1u, 0), -1);
  assert_int_equal(errno, ECONNREFUSED);

  close(tcp);
  close(udp);
  loopback_stop(&server);
}

static void
test_strangers_are_dropped_and_counted(void** const state)
{
  (void)state;
  server = (Loopback){.silent = false};
  assert_int_equal(allow_add(&server.allow, "127.0.0.2"), STATUS_OK);
  assert_int_equal(loopback_open(&server, "127.0.0.1"), STATUS_OK);
  const Traffic* const traffic = sockets_traffic(server.sockets);

  const int stranger = loopback_socket(SOCK_DGRAM, "127.0.0.3", AF_INET);
  const int friend   = loopback_socket(SOCK_DGRAM, "127.0.0.2", AF_INET);
  loopback_connect_socket(&server, stranger, "127.0.0.1", AF_INET);
  loopback_connect_socket(&server, friend, "127.0.0.1", AF_INET);

  loopback_write(friend, ping, sizeof(ping));
  loopback_serve(&server, &server.num_packets, 1u);
  loopback_write(stranger, ping, sizeof(ping));
  loopback_serve_traffic(&server, &traffic->not_allowed, 1u);
  loopback_write(friend, ping, sizeof(ping));
  loopback_serve(&server, &server.num_packets, 2u);

  assert_int_equal(traffic->not_allowed, 1u);
  assert_int_equal(traffic->received, 2u);
  assert_int_equal(traffic->sent, 2u);
  assert_int_equal(recv(stranger, &(char){0}, 1u, MSG_DONTWAIT), -1);

  close(friend);
  close(stranger);
  loopback_stop(&server);
}

/// Answers to ourselves would be answered, and so on
static void
test_nothing_goes_round_in_circles(void** const state)
{
  (void)state;
  static const char* const addresses[] = {"127.0.0.1", "0.0.0.0"};
  for (size_t i = 0; i < 2u; ++i) {
    loopback_start(&server, addresses[i]);
    Peer peer = {.type = PEER_UDP, .port = sockets_port(server.sockets)};
    assert_true(peer_address_parse("127.0.0.1", &peer.address));
    assert_int_equal(sockets_send(server.sockets, &peer, ping, sizeof(ping)),
                     STATUS_DENIED);
    assert_true(peer_address_parse("0.0.0.0", &peer.address));
    assert_int_equal(sockets_send(server.sockets, &peer, ping, sizeof(ping)),
                     STATUS_DENIED);
    loopback_stop(&server);
  }
}

static void
count_packet(void* const          handle,
             const Peer* const    peer,
             const uint8_t* const data,
             const uint32_t       size)
{
  (void)peer;
  (void)data;
  (void)size;
  ++*(uint32_t*)handle;
}

/// A source address can be forged, ours too
static void
test_packets_from_ourselves_are_dropped(void** const state)
{
  (void)state;
  AllowList allow   = {.num_networks = 0};
  Traffic   traffic = {0};
  uint32_t  count   = 0;
  assert_int_equal(allow_add_this_machine(&allow), STATUS_OK);

  const int           fd   = loopback_socket(SOCK_DGRAM, "127.0.0.1", AF_INET);
  struct sockaddr_in6 name = {0};
  socklen_t           size = sizeof(name);
  Udp* const          udp  = udp_new(fd, &allow, &traffic);
  assert_non_null(udp);
  assert_int_equal(getsockname(fd, (struct sockaddr*)&name, &size), 0);
  assert_int_equal(
    sendto(fd, ping, sizeof(ping), 0, (struct sockaddr*)&name, size),
    sizeof(ping));

  assert_int_equal(udp_receive(udp, count_packet, &count), 1u);
  assert_int_equal(traffic.from_ourselves, 1u);
  assert_int_equal(count, 0);
  udp_free(udp);
}

static void
test_more_than_a_queue_is_sent_in_order(void** const state)
{
  (void)state;
  const uint32_t num = 3u * LIMIT_UDP_OUTPUT_PACKETS + 7u;
  loopback_start(&server, "127.0.0.1");
  server.silent    = true;
  const int client = loopback_connect(&server, SOCK_DGRAM);
  const int size   = 1 << 20;
  setsockopt(client, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
  loopback_write(client, ping, sizeof(ping));
  loopback_serve(&server, &server.num_packets, 1u);

  // The client reads as it goes, so that its own buffer does not overflow
  uint32_t num_read = 0;
  for (uint32_t i = 0; i < num; ++i) {
    assert_int_equal(sockets_send(server.sockets, &server.peer, &i, sizeof(i)),
                     STATUS_OK);
    uint32_t number = 0;
    while (recv(client, &number, sizeof(number), MSG_DONTWAIT) > 0) {
      assert_int_equal(number, num_read);
      ++num_read;
    }
  }
  sockets_flush(server.sockets);
  for (; num_read < num; ++num_read) {
    loopback_expect(client, &num_read, sizeof(num_read));
  }
  assert_int_equal(sockets_traffic(server.sockets)->sent, num);

  close(client);
  loopback_stop(&server);
}

static void
test_datagrams_up_to_the_largest_pass(void** const state)
{
  (void)state;
  static uint8_t big[65508];
  loopback_start(&server, "127.0.0.1");
  const int client = loopback_connect(&server, SOCK_DGRAM);
  memset(big, 'x', sizeof(big));

  loopback_write(client, big, 65507u);
  loopback_serve(&server, &server.num_packets, 1u);
  assert_int_equal(server.size, 65507u);
  loopback_expect(client, big, 65507u);
  assert_int_equal(sockets_send(server.sockets, &server.peer, big, 65508u),
                   STATUS_TOO_LARGE);

  close(client);
  loopback_stop(&server);
}

static void
test_an_empty_datagram_is_malformed(void** const state)
{
  (void)state;
  loopback_start(&server, "127.0.0.1");
  const int client = loopback_connect(&server, SOCK_DGRAM);
  loopback_write(client, "", 0);
  loopback_serve_traffic(
    &server, &sockets_traffic(server.sockets)->malformed, 1u);
  assert_int_equal(server.num_packets, 0);
  close(client);
  loopback_stop(&server);
}

static bool
has_ipv6(void)
{
  const int           fd   = socket(AF_INET6, SOCK_DGRAM, 0);
  struct sockaddr_in6 name = {.sin6_family = AF_INET6,
                              .sin6_addr   = IN6ADDR_LOOPBACK_INIT};
  const bool has = fd >= 0 && !bind(fd, (struct sockaddr*)&name, sizeof(name));
  if (fd >= 0) {
    close(fd);
  }
  return has;
}

static void
test_both_families_are_served(void** const state)
{
  (void)state;
  // clang-format off
  static const struct {
    const char* bind;
    const char* to;
    int         family;
  } cases[] = {
    {"::1",     "::1",       AF_INET6},
    {"::",      "::1",       AF_INET6},
    {"::",      "127.0.0.1", AF_INET},
    {"0.0.0.0", "127.0.0.1", AF_INET},
  };
  // clang-format on

  const bool ipv6 = has_ipv6();
  for (size_t i = ipv6 ? 0 : 3u; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    const int types[] = {SOCK_DGRAM, SOCK_STREAM};
    for (size_t t = 0; t < 2u; ++t) {
      const char* const stream  = "\0\0\0\4/a\0\0";
      const int         skipped = types[t] == SOCK_STREAM ? 0 : 4;
      const size_t      size    = (size_t)(8 - skipped);
      loopback_start(&server, cases[i].bind);

      const int client = loopback_socket(types[t], NULL, cases[i].family);
      assert_int_equal(
        loopback_connect_socket(&server, client, cases[i].to, cases[i].family),
        0);
      loopback_write(client, stream + skipped, size);
      loopback_serve(&server, &server.num_packets, 1u);
      loopback_expect(client, stream + skipped, size);
      assert_int_equal(peer_address_is_ipv4(&server.peer.address),
                       cases[i].family == AF_INET);
      close(client);
      loopback_stop(&server);
    }
  }
}

static void
test_a_taken_port_is_named(void** const state)
{
  (void)state;
  char      text[256];
  char      port[16];
  Sockets*  second  = NULL;
  const int types[] = {SOCK_DGRAM, SOCK_STREAM};

  for (size_t t = 0; t < 2u; ++t) {
    const int           fd   = loopback_socket(types[t], "127.0.0.1", AF_INET);
    struct sockaddr_in6 name = {0};
    socklen_t           size = sizeof(name);
    assert_int_equal(getsockname(fd, (struct sockaddr*)&name, &size), 0);
    assert_true(types[t] == SOCK_DGRAM || !listen(fd, 1));

    SocketsConfig config = {.allow = &server.allow};
    config.port          = peer_port_read((struct sockaddr*)&name);
    assert_true(peer_address_parse("127.0.0.1", &config.address));
    assert_int_equal(sockets_new(&config, text, sizeof(text), &second),
                     STATUS_EXISTS);
    snprintf(port, sizeof(port), "Port %u ", config.port);
    assert_non_null(strstr(text, port));
    assert_non_null(strstr(text, "127.0.0.1"));
    assert_null(second);
    close(fd);
  }
}

static void
test_an_address_of_another_machine_is_named(void** const state)
{
  (void)state;
  char          text[256];
  Sockets*      sockets = NULL;
  SocketsConfig config  = {.allow = &server.allow};
  assert_true(peer_address_parse("203.0.113.77", &config.address));
  assert_int_equal(sockets_new(&config, text, sizeof(text), &sockets),
                   STATUS_NOT_FOUND);
  assert_non_null(strstr(text, "203.0.113.77"));
}

static void
test_a_peer_of_no_known_kind_is_refused(void** const state)
{
  (void)state;
  const Peer nobody = {.type = PEER_NONE};
  loopback_start(&server, "127.0.0.1");
  assert_int_equal(sockets_send(server.sockets, &nobody, ping, sizeof(ping)),
                   STATUS_UNSUPPORTED);
  loopback_stop(&server);
}

/// Whether the system grants a process the buffers it asks for
static bool
has_large_buffers(void)
{
  long        most = 0;
  FILE* const file = fopen("/proc/sys/net/core/rmem_max", "r");
  if (file) {
    assert_int_equal(fscanf(file, "%ld", &most), 1);
    fclose(file);
  }
  return !geteuid() || most >= 1 << 20;
}

/// Half a megabyte waits while the server does something else; by default the
/// system keeps a fifth
static void
test_the_kernel_keeps_what_waits(void** const state)
{
  (void)state;
  if (!has_large_buffers()) {
    skip();
  }

  static uint8_t big[32768];
  loopback_start(&server, "127.0.0.1");
  server.silent    = true;
  const int client = loopback_connect(&server, SOCK_DGRAM);
  for (int i = 0; i < 16; ++i) {
    loopback_write(client, big, sizeof(big));
  }
  loopback_serve(&server, &server.num_packets, 16u);
  assert_int_equal(sockets_traffic(server.sockets)->overrun, 0);
  close(client);
  loopback_stop(&server);
}

static void
test_each_allocation_may_fail(void** const state)
{
  (void)state;
  unsigned n = 1;
  for (;; ++n) {
    fail_malloc_at(n);
    server              = (Loopback){.silent = true};
    const Status status = loopback_open(&server, "127.0.0.1");
    if (fail_malloc_stop() < n) {
      assert_int_equal(status, STATUS_OK);
      loopback_stop(&server);
      break;
    }
    assert_int_equal(status, STATUS_NO_MEMORY);
    assert_null(server.sockets);
  }
  assert_int_equal(n, 4u); // The sockets, UDP, TCP
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_reply_comes_from_the_port_that_was_asked),
    cmocka_unit_test(test_two_clients_get_their_own_replies),
    cmocka_unit_test(test_replies_can_go_to_another_port),
    cmocka_unit_test(test_only_the_given_address_is_served),
    cmocka_unit_test(test_strangers_are_dropped_and_counted),
    cmocka_unit_test(test_nothing_goes_round_in_circles),
    cmocka_unit_test(test_packets_from_ourselves_are_dropped),
    cmocka_unit_test(test_more_than_a_queue_is_sent_in_order),
    cmocka_unit_test(test_datagrams_up_to_the_largest_pass),
    cmocka_unit_test(test_an_empty_datagram_is_malformed),
    cmocka_unit_test(test_both_families_are_served),
    cmocka_unit_test(test_a_taken_port_is_named),
    cmocka_unit_test(test_an_address_of_another_machine_is_named),
    cmocka_unit_test(test_a_peer_of_no_known_kind_is_refused),
    cmocka_unit_test(test_the_kernel_keeps_what_waits),
    cmocka_unit_test(test_each_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
