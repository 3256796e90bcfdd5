// SPDX-License-Identifier: GPL-3.0-or-later
//
// Addresses as text and as networks

#include "osc/allow.h"
#include "osc/peer.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

static PeerAddress
parse(const char* const text)
{
  PeerAddress address;
  assert_true(peer_address_parse(text, &address));
  return address;
}

static void
test_addresses_are_read_and_written(void** const state)
{
  (void)state;
  static const char* const texts[] = {
    "127.0.0.1", "0.0.0.0", "192.168.1.255", "::1", "::", "2001:db8::7"};
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); ++i) {
    char              text[PEER_ADDRESS_SIZE];
    const PeerAddress address = parse(texts[i]);
    assert_string_equal(peer_address_format(&address, text), texts[i]);
  }

  PeerAddress address;
  assert_false(peer_address_parse("", &address));
  assert_false(peer_address_parse("localhost", &address));
  assert_false(peer_address_parse("1.2.3.4.5", &address));
  assert_false(peer_address_parse("127.0.0.1/8", &address));
}

static void
test_kinds_of_addresses_are_known(void** const state)
{
  (void)state;
  // clang-format off
  static const struct {
    const char* text;
    bool        ipv4;
    bool        any;
    bool        loopback;
  } cases[] = {
    {"127.0.0.1",      true,  false, true},
    {"127.1.2.3",      true,  false, true},
    {"128.0.0.1",      true,  false, false},
    {"0.0.0.0",        true,  true,  false},
    {"::",             false, true,  false},
    {"::1",            false, false, true},
    {"::2",            false, false, false},
    {"::ffff:0.0.0.0", true,  true,  false},
  };
  // clang-format on

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    const PeerAddress address = parse(cases[i].text);
    assert_int_equal(peer_address_is_ipv4(&address), cases[i].ipv4);
    assert_int_equal(peer_address_is_any(&address), cases[i].any);
    assert_int_equal(peer_address_is_loopback(&address), cases[i].loopback);
  }
}

static void
test_socket_addresses_go_there_and_back(void** const state)
{
  (void)state;
  // clang-format off
  static const struct {
    const char* text;
    int         family;
  } cases[] = {
    {"10.1.2.3",    AF_INET},
    {"10.1.2.3",    AF_INET6}, // As a socket of both families has it
    {"2001:db8::7", AF_INET6},
  };
  // clang-format on

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    const PeerAddress   address = parse(cases[i].text);
    PeerAddress         back;
    struct sockaddr_in6 name;
    peer_address_write(&address, 7770, cases[i].family, &name);
    assert_int_equal(name.sin6_family, cases[i].family);
    assert_true(peer_address_read((struct sockaddr*)&name, &back));
    assert_memory_equal(&back, &address, sizeof(back));
    assert_int_equal(peer_port_read((struct sockaddr*)&name), 7770);
  }

  PeerAddress           address;
  const struct sockaddr other = {.sa_family = AF_UNIX};
  assert_false(peer_address_read(&other, &address));
}

static void
test_peers_differ_by_host_and_port(void** const state)
{
  (void)state;
  char       text[PEER_TEXT_SIZE];
  const Peer peer = {
    .type = PEER_UDP, .address = parse("127.0.0.1"), .port = 9000};
  Peer port       = peer;
  Peer host       = peer;
  Peer tcp        = peer;
  port.port       = 9001;
  host.address    = parse("127.0.0.2");
  tcp.type        = PEER_TCP;
  const Peer same = peer;

  assert_true(peer_equal(&peer, &same));
  assert_false(peer_equal(&peer, &port));
  assert_false(peer_equal(&peer, &host));
  assert_false(peer_equal(&peer, &tcp));
  assert_int_equal(peer_hash(&peer), peer_hash(&same));
  assert_int_not_equal(peer_hash(&peer), peer_hash(&port));

  assert_string_equal(peer_format(&peer, text), "osc.udp://127.0.0.1:9000/");
  tcp.address = parse("::1");
  assert_string_equal(peer_format(&tcp, text), "osc.tcp://[::1]:9000/");
}

static void
test_networks_hold_their_addresses(void** const state)
{
  (void)state;
  // clang-format off
  static const struct {
    const char* network;
    const char* address;
    bool        in;
  } cases[] = {
    {"192.168.1.0/24",   "192.168.1.77",    true},
    {"192.168.1.0/24",   "192.168.2.77",    false},
    {"192.168.1.99/24",  "192.168.1.77",    true},
    {"10.0.0.0/9",       "10.127.255.255",  true},
    {"10.0.0.0/9",       "10.128.0.0",      false},
    {"10.0.0.5",         "10.0.0.5",        true},
    {"10.0.0.5/32",      "10.0.0.6",        false},
    {"0.0.0.0/0",        "8.8.8.8",         true},
    {"0.0.0.0/0",        "2001:db8::1",     false},
    {"::/0",             "2001:db8::1",     true},
    {"2001:db8::/33",    "2001:db8:7fff::", true},
    {"2001:db8::/33",    "2001:db8:8000::", false},
    {"fe80::/10",        "fe80::1",         true},
  };
  // clang-format on

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    AllowList         list    = {.num_networks = 0};
    const PeerAddress address = parse(cases[i].address);
    assert_false(allow_has(&list, &address));
    assert_int_equal(allow_add(&list, cases[i].network), STATUS_OK);
    assert_int_equal(allow_has(&list, &address), cases[i].in);
  }
}

static void
test_what_is_no_network_is_refused(void** const state)
{
  (void)state;
  static const char* const texts[] = {"",
                                      "/",
                                      "/8",
                                      "10.0.0.0/",
                                      "10.0.0.0/33",
                                      "10.0.0.0/-1",
                                      "10.0.0.0/+8",
                                      "10.0.0.0/8x",
                                      "10.0.0.0/99999999999999999999",
                                      "::/129",
                                      "ten",
                                      "10.0.0.0 "};

  AllowList list = {.num_networks = 0};
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); ++i) {
    assert_int_equal(allow_add(&list, texts[i]), STATUS_BAD_ARGUMENT);
  }
  assert_int_equal(list.num_networks, 0);
}

static void
test_loopback_allows_only_this_machine(void** const state)
{
  (void)state;
  AllowList         list;
  char              text[128] = "";
  const PeerAddress bind      = parse("127.0.0.1");
  const PeerAddress near      = parse("127.0.0.1");
  const PeerAddress far       = parse("203.0.113.9");

  assert_int_equal(allow_make(&list, &bind, NULL, 0, text, sizeof(text)),
                   STATUS_OK);
  assert_true(allow_has(&list, &near));
  assert_false(allow_has(&list, &far));
}

/// Loopback is an interface like any other: its own network is 127.0.0.0/8
static void
test_subnets_are_those_of_the_interface(void** const state)
{
  (void)state;
  AllowList         list = {.num_networks = 0};
  const PeerAddress bind = parse("127.0.0.1");
  const PeerAddress near = parse("127.255.0.1");
  const PeerAddress far  = parse("203.0.113.9");

  assert_int_equal(allow_add_subnets(&list, &bind), STATUS_OK);
  assert_int_equal(list.num_networks, 1u);
  assert_true(allow_has(&list, &near));
  assert_false(allow_has(&list, &far));
}

static void
test_named_networks_are_allowed_beside_this_machine(void** const state)
{
  (void)state;
  static const char* const good[] = {"203.0.113.0/24", "198.51.100.7"};
  static const char* const bad[]  = {"203.0.113.0/24", "some.where/8"};
  AllowList                list;
  char                     text[128] = "";
  const PeerAddress        bind      = parse("0.0.0.0");
  const PeerAddress        near      = parse("127.0.0.1");
  const PeerAddress        far       = parse("203.0.113.9");
  const PeerAddress        farther   = parse("198.51.100.8");

  assert_int_equal(allow_make(&list, &bind, good, 2u, text, sizeof(text)),
                   STATUS_OK);
  assert_true(allow_has(&list, &near));
  assert_true(allow_has(&list, &far));
  assert_false(allow_has(&list, &farther));

  assert_int_equal(allow_make(&list, &bind, bad, 2u, text, sizeof(text)),
                   STATUS_BAD_ARGUMENT);
  assert_non_null(strstr(text, "'some.where/8'"));
}

static void
test_a_list_that_is_full_says_so(void** const state)
{
  (void)state;
  AllowList list = {.num_networks = 0};
  char      cidr[32];
  for (unsigned i = 0; i < LIMIT_ALLOWED; ++i) {
    snprintf(cidr, sizeof(cidr), "10.0.%u.0/24", i);
    assert_int_equal(allow_add(&list, cidr), STATUS_OK);
  }
  assert_int_equal(allow_add(&list, "11.0.0.0/8"), STATUS_TOO_LARGE);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_addresses_are_read_and_written),
    cmocka_unit_test(test_kinds_of_addresses_are_known),
    cmocka_unit_test(test_socket_addresses_go_there_and_back),
    cmocka_unit_test(test_peers_differ_by_host_and_port),
    cmocka_unit_test(test_networks_hold_their_addresses),
    cmocka_unit_test(test_what_is_no_network_is_refused),
    cmocka_unit_test(test_loopback_allows_only_this_machine),
    cmocka_unit_test(test_subnets_are_those_of_the_interface),
    cmocka_unit_test(test_named_networks_are_allowed_beside_this_machine),
    cmocka_unit_test(test_a_list_that_is_full_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
