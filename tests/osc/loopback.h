// SPDX-License-Identifier: GPL-3.0-or-later
//
// A server and clients in one thread, for tests
//
// The server notes what comes and sends it back.  Waiting is always for an
// event, with a deadline that only a failing test reaches.

#ifndef SONIC_OSC_LOOPBACK_H
#define SONIC_OSC_LOOPBACK_H

#include "osc/framing.h"
#include "osc/sockets.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_S 20

typedef struct {
  Sockets*       sockets;
  AllowList      allow;
  SocketsHandler handler;
  bool           silent;        ///< Send nothing back
  uint32_t       num_packets;   ///< Received so far
  uint32_t       num_datagrams; ///< Those of them over UDP
  uint64_t       places;        ///< Bits of the connections that sent
  uint32_t       num_gone;      ///< Connections that closed so far
  Peer           peer;          ///< Of the last packet
  Peer           gone;          ///< The last that closed
  uint32_t       size;          ///< Of the last packet
  uint8_t        data[LIMIT_PACKET_BYTES];
} Loopback;

static inline void
loopback_packet(void* const          handle,
                const Peer* const    peer,
                const uint8_t* const data,
                const uint32_t       size)
{
  Loopback* const loopback = handle;
  ++loopback->num_packets;
  loopback->num_datagrams += peer->type == PEER_UDP;
  loopback->places |= (uint64_t)1 << peer->connection % LIMIT_TCP_CLIENTS;
  loopback->peer = *peer;
  loopback->size = size;
  memcpy(loopback->data, data, size);
  if (!loopback->silent) {
    assert_int_equal(sockets_send(loopback->sockets, peer, data, size), 0);
  }
}

static inline void
loopback_gone(void* const handle, const Peer* const peer)
{
  Loopback* const loopback = handle;
  loopback->gone           = *peer;
  ++loopback->num_gone;
}

/// Open a server on a free port; with an empty allow-list, that of its address
static inline Status
loopback_open(Loopback* const loopback, const char* const address)
{
  char          text[256] = "";
  SocketsConfig config    = {.allow = &loopback->allow};
  assert_true(peer_address_parse(address, &config.address));
  if (!loopback->allow.num_networks) {
    assert_int_equal(
      allow_make(
        &loopback->allow, &config.address, NULL, 0, text, sizeof(text)),
      STATUS_OK);
  }

  loopback->handler =
    (SocketsHandler){loopback, loopback_packet, loopback_gone};
  return sockets_new(&config, text, sizeof(text), &loopback->sockets);
}

static inline void
loopback_start(Loopback* const loopback, const char* const address)
{
  *loopback = (Loopback){.silent = false};
  assert_int_equal(loopback_open(loopback, address), STATUS_OK);
}

static inline void
loopback_stop(Loopback* const loopback)
{
  sockets_free(loopback->sockets);
  loopback->sockets = NULL;
}

static inline double
loopback_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static inline void
loopback_round(Loopback* const loopback, const int timeout_ms)
{
  sockets_poll(loopback->sockets, timeout_ms, &loopback->handler);
}

/// Run the server until `*counter`, which it changes, has come to `wanted`
static inline void
loopback_serve(Loopback* const       loopback,
               const uint32_t* const counter,
               const uint32_t        wanted)
{
  const double start = loopback_now();
  while (*counter < wanted) {
    loopback_round(loopback, 100);
    assert_true(loopback_now() - start < DEADLINE_S);
  }
}

/// Likewise for a counter of the traffic
static inline void
loopback_serve_traffic(Loopback* const       loopback,
                       const uint64_t* const counter,
                       const uint64_t        wanted)
{
  const double start = loopback_now();
  while (*counter < wanted) {
    loopback_round(loopback, 100);
    assert_true(loopback_now() - start < DEADLINE_S);
  }
}

/// A client's socket, bound to `from` unless it is null, not yet connected
static inline int
loopback_socket(const int type, const char* const from, const int family)
{
  const int            fd       = socket(family, type, 0);
  const struct timeval deadline = {.tv_sec = DEADLINE_S};
  assert_true(fd >= 0);
  assert_int_equal(
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline)), 0);
  assert_int_equal(
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof(deadline)), 0);

  if (from) {
    PeerAddress         address;
    struct sockaddr_in6 name;
    assert_true(peer_address_parse(from, &address));
    const socklen_t size = peer_address_write(&address, 0, family, &name);
    assert_int_equal(bind(fd, (struct sockaddr*)&name, size), 0);
  }
  return fd;
}

/// Connect a client's socket to the server at `to`; returns 0 or -1
static inline int
loopback_connect_socket(const Loopback* const loopback,
                        const int             fd,
                        const char* const     to,
                        const int             family)
{
  PeerAddress         address;
  struct sockaddr_in6 name;
  assert_true(peer_address_parse(to, &address));
  const socklen_t size = peer_address_write(
    &address, sockets_port(loopback->sockets), family, &name);
  return connect(fd, (struct sockaddr*)&name, size);
}

/// A client that is connected to 127.0.0.1
static inline int
loopback_connect(const Loopback* const loopback, const int type)
{
  const int fd = loopback_socket(type, NULL, AF_INET);
  assert_int_equal(loopback_connect_socket(loopback, fd, "127.0.0.1", AF_INET),
                   0);
  return fd;
}

static inline void
loopback_write(const int fd, const void* const data, const size_t size)
{
  assert_int_equal(send(fd, data, size, MSG_NOSIGNAL), size);
}

/// Read a datagram, or as much of a stream, and compare
static inline void
loopback_expect(const int fd, const void* const data, const size_t size)
{
  uint8_t   buf[LIMIT_PACKET_BYTES];
  int       type      = 0;
  socklen_t type_size = sizeof(type);
  getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size);

  const int     flags = type == SOCK_STREAM ? MSG_WAITALL : MSG_TRUNC;
  const ssize_t n     = recv(fd, buf, size, flags);
  assert_int_equal(n, size);
  assert_memory_equal(buf, data, size);
}

/// Check that the server has closed a connection
static inline void
loopback_expect_end(const int fd)
{
  uint8_t       byte = 0;
  const ssize_t n    = recv(fd, &byte, 1u, 0);
  assert_true(n == 0 || (n < 0 && errno == ECONNRESET));
}

/// A message after its length, with the final zero 12 bytes
static const char loopback_message[] = "\0\0\0\x08/ping\0\0";

/// A connection that the server has taken
static inline int
loopback_connect_served(Loopback* const loopback)
{
  const Traffic* const traffic = sockets_traffic(loopback->sockets);
  const uint64_t       before  = traffic->accepted;
  const int            fd      = loopback_connect(loopback, SOCK_STREAM);
  loopback_serve_traffic(loopback, &traffic->accepted, before + 1u);
  return fd;
}

/// Send a message over a connection and get it back
static inline void
loopback_check_served(Loopback* const loopback, const int fd)
{
  loopback_write(fd, loopback_message, sizeof(loopback_message));
  loopback_serve(loopback, &loopback->num_packets, loopback->num_packets + 1u);
  loopback_expect(fd, loopback_message, sizeof(loopback_message));
}

#endif // SONIC_OSC_LOOPBACK_H
