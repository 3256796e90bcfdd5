// SPDX-License-Identifier: GPL-3.0-or-later
//
// Who is at the other end
//
// A Peer names a client by value: over UDP by address and port, over TCP by the
// number of the connection.  Addresses are IPv6; those of IPv4 are kept as
// ::ffff:a.b.c.d.

#ifndef SONIC_OSC_PEER_H
#define SONIC_OSC_PEER_H

#include <netinet/in.h>
#include <sys/socket.h>

#include <stdbool.h>
#include <stdint.h>

typedef enum {
  PEER_NONE,
  PEER_UDP,
  PEER_TCP,
  PEER_MIDI, ///< `midi_in`, which is not answered
} PeerType;

/// An IP address
typedef struct {
  uint8_t  bytes[16]; ///< In network order
  uint32_t scope;     ///< Interface of a link-local address, else 0
} PeerAddress;

/// A client; has no padding, so that equal peers have equal bytes
typedef struct {
  PeerAddress address;
  uint32_t    connection; ///< TCP: number of the connection, never reused
  uint16_t    port;       ///< Where it sends from, and is sent to over UDP
  uint16_t    type;       ///< PeerType
} Peer;

/// Room for any address as text
#define PEER_ADDRESS_SIZE 64

/// Room for any peer as text
#define PEER_TEXT_SIZE 96

/// Read "127.0.0.1", "::1" or "fe80::1%eth0"; false if `text` is no address
bool
peer_address_parse(const char* text, PeerAddress* address);

/// Write an address as text; returns `text`
char*
peer_address_format(const PeerAddress* address, char text[PEER_ADDRESS_SIZE]);

/// Whether an address is one of IPv4
bool
peer_address_is_ipv4(const PeerAddress* address);

/// Whether an address is the "any" of its family
bool
peer_address_is_any(const PeerAddress* address);

/// Whether an address is of this machine's loopback
bool
peer_address_is_loopback(const PeerAddress* address);

/// The address in a socket address of either family; false for another one
bool
peer_address_read(const struct sockaddr* from, PeerAddress* address);

/// The port in a socket address of either family
uint16_t
peer_port_read(const struct sockaddr* from);

/**
   Write a socket address.

   @param family AF_INET, for an IPv4 address only, or AF_INET6.
   @param to Receives it; large enough for both.
   @return Its size.
*/
socklen_t
peer_address_write(const PeerAddress*   address,
                   uint16_t             port,
                   int                  family,
                   struct sockaddr_in6* to);

/// Whether two peers are the same client
bool
peer_equal(const Peer* a, const Peer* b);

/// A number for hash tables
uint32_t
peer_hash(const Peer* peer);

/// Write a peer as a URL ("osc.udp://127.0.0.1:9000/"); returns `text`
char*
peer_format(const Peer* peer, char text[PEER_TEXT_SIZE]);

#endif // SONIC_OSC_PEER_H
