// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/peer.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>

#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(Peer) == 28u, "peers have padding");

static const uint8_t ipv4_prefix[12] = {[10] = 0xffu, [11] = 0xffu};

bool
peer_address_parse(const char* const text, PeerAddress* const address)
{
  const struct addrinfo hints = {
    .ai_flags    = AI_NUMERICHOST,
    .ai_family   = AF_UNSPEC,
    .ai_socktype = SOCK_DGRAM,
  };

  struct addrinfo* found = NULL;
  if (getaddrinfo(text, NULL, &hints, &found)) {
    return false;
  }

  const bool good = peer_address_read(found->ai_addr, address);
  freeaddrinfo(found);
  return good;
}

char*
peer_address_format(const PeerAddress* const address,
                    char                     text[PEER_ADDRESS_SIZE])
{
  if (peer_address_is_ipv4(address)) {
    inet_ntop(AF_INET, address->bytes + 12, text, PEER_ADDRESS_SIZE);
    return text;
  }

  inet_ntop(AF_INET6, address->bytes, text, PEER_ADDRESS_SIZE);
  char interface[IF_NAMESIZE];
  if (address->scope && if_indextoname(address->scope, interface)) {
    const size_t used = strlen(text);
    snprintf(text + used, PEER_ADDRESS_SIZE - used, "%%%s", interface);
  }
  return text;
}

bool
peer_address_is_ipv4(const PeerAddress* const address)
{
  return !memcmp(address->bytes, ipv4_prefix, sizeof(ipv4_prefix));
}

bool
peer_address_is_any(const PeerAddress* const address)
{
  static const uint8_t zeros[16] = {0};
  return peer_address_is_ipv4(address) ? !memcmp(address->bytes + 12, zeros, 4u)
                                       : !memcmp(address->bytes, zeros, 16u);
}

bool
peer_address_is_loopback(const PeerAddress* const address)
{
  static const uint8_t ipv6_loopback[16] = {[15] = 1u};
  return peer_address_is_ipv4(address)
           ? address->bytes[12] == 127u
           : !memcmp(address->bytes, ipv6_loopback, sizeof(ipv6_loopback));
}

bool
peer_address_read(const struct sockaddr* const from, PeerAddress* const address)
{
  *address = (PeerAddress){{0}, 0};

  if (from->sa_family == AF_INET) {
    const struct sockaddr_in* const in = (const struct sockaddr_in*)from;
    memcpy(address->bytes, ipv4_prefix, sizeof(ipv4_prefix));
    memcpy(address->bytes + 12, &in->sin_addr, 4u);
    return true;
  }

  if (from->sa_family == AF_INET6) {
    const struct sockaddr_in6* const in6 = (const struct sockaddr_in6*)from;
    memcpy(address->bytes, &in6->sin6_addr, 16u);
    address->scope = in6->sin6_scope_id;
    return true;
  }
  return false;
}

uint16_t
peer_port_read(const struct sockaddr* const from)
{
  // The port is at the same place in both families
  return ntohs(((const struct sockaddr_in*)from)->sin_port);
}

socklen_t
peer_address_write(const PeerAddress* const   address,
                   const uint16_t             port,
                   const int                  family,
                   struct sockaddr_in6* const to)
{
  if (family == AF_INET) {
    struct sockaddr_in* const in = (struct sockaddr_in*)to;
    *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    memcpy(&in->sin_addr, address->bytes + 12, 4u);
    return sizeof(*in);
  }

  *to = (struct sockaddr_in6){
    .sin6_family   = AF_INET6,
    .sin6_port     = htons(port),
    .sin6_scope_id = address->scope,
  };
  memcpy(&to->sin6_addr, address->bytes, 16u);
  return sizeof(*to);
}

bool
peer_equal(const Peer* const a, const Peer* const b)
{
  return !memcmp(a, b, sizeof(*a));
}

uint32_t
peer_hash(const Peer* const peer)
{
  uint32_t words[sizeof(*peer) / sizeof(uint32_t)];
  uint32_t hash = 0;
  memcpy(words, peer, sizeof(words));
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); ++i) {
    hash = (hash ^ words[i]) * 0x9e3779b1u; // 2^32 / golden ratio
    hash ^= hash >> 15u;
  }
  return hash;
}

char*
peer_format(const Peer* const peer, char text[PEER_TEXT_SIZE])
{
  if (peer->type == PEER_MIDI) {
    snprintf(text, PEER_TEXT_SIZE, "midi_in");
    return text;
  }

  char       address[PEER_ADDRESS_SIZE];
  const bool ipv4 = peer_address_is_ipv4(&peer->address);
  snprintf(text,
           PEER_TEXT_SIZE,
           "osc.%s://%s%s%s:%u/",
           peer->type == PEER_TCP ? "tcp" : "udp",
           ipv4 ? "" : "[",
           peer_address_format(&peer->address, address),
           ipv4 ? "" : "]",
           (unsigned)peer->port);
  return text;
}
