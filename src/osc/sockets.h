// SPDX-License-Identifier: GPL-3.0-or-later
//
// The server's sockets and its loop
//
// A UDP socket and a TCP listener on one port of one address, the connections,
// and the descriptors that others want watched, in one loop of the control
// thread.  Replies leave from the listening socket, or over the connection
// their request came by.  They are queued and sent together: after each round
// of the loop, or at a flush.
//
//     while (running) {
//       sockets_poll(sockets, timeout_ms, &handler);
//       ... what else is to be done, with sockets_send() ...
//       sockets_flush(sockets);
//     }

#ifndef SONIC_OSC_SOCKETS_H
#define SONIC_OSC_SOCKETS_H

#include "base/rt.h"
#include "base/status.h"
#include "osc/allow.h"
#include "osc/peer.h"
#include "osc/traffic.h"

#include <stddef.h>
#include <stdint.h>

typedef struct Sockets Sockets;

typedef struct {
  PeerAddress      address; ///< To bind to
  uint16_t         port;    ///< 0: any that is free
  const AllowList* allow;   ///< Who is served, borrowed until the end
} SocketsConfig;

/// What is called with packets and with connections that have closed; from
/// within, packets may be sent, but `sockets_poll` not be called
typedef struct {
  void*      handle;
  PacketFunc packet;
  GoneFunc   gone;
} SocketsHandler;

/// Called when a watched descriptor is ready; `events` are those of epoll
typedef void (*WatchFunc)(void* handle, int fd, uint32_t events);

/**
   Open the sockets.

   @param config Settings, borrowed for the call.
   @param text Receives a sentence on failure ("Port 7770 of 127.0.0.1 is taken
   by another program").
   @param text_size Size of `text`.
   @param out Receives the sockets, owned.
*/
SONIC_CHECKED Status
sockets_new(const SocketsConfig* config,
            char*                text,
            size_t               text_size,
            Sockets**            out);

/// Close everything (null is fine)
void
sockets_free(Sockets* sockets);

/// The port that is served
uint16_t
sockets_port(const Sockets* sockets);

/// What has happened so far; who reads packets counts `malformed` ones here
Traffic*
sockets_traffic(Sockets* sockets);

/**
   One round of the loop.

   Waits until something comes, a descriptor is ready or `sockets_wake` is
   called, calls the functions concerned, and sends what they queued.

   @param timeout_ms Longest time to wait, 0 for not at all, -1 for ever.
*/
void
sockets_poll(Sockets* sockets, int timeout_ms, const SocketsHandler* handler);

/**
   Queue a packet for a peer.

   Over UDP the peer's port may be another one than it sends from.

   @return STATUS_NOT_FOUND for a connection that has closed, STATUS_BUSY if too
   much waits already (a connection is then closed), STATUS_TOO_LARGE for what
   no datagram holds, STATUS_DENIED for a datagram to ourselves,
   STATUS_UNSUPPORTED if there is no way to that kind of peer.
*/
SONIC_CHECKED Status
sockets_send(Sockets*    sockets,
             const Peer* peer,
             const void* data,
             uint32_t    size);

/// Send what is queued, as far as the kernel takes it now; the loop sends the
/// rest
void
sockets_flush(Sockets* sockets);

/**
   Have a descriptor watched by the loop, until `sockets_unwatch`.

   @param fd Borrowed; watched once only.
   @param events What to wait for, as of epoll (EPOLLIN, EPOLLOUT).
   @return STATUS_TOO_LARGE if there are too many, STATUS_IO if it can't be.
*/
SONIC_CHECKED Status
sockets_watch(Sockets*  sockets,
              int       fd,
              uint32_t  events,
              WatchFunc func,
              void*     handle);

/// Watch a descriptor no more; also from within its own function
void
sockets_unwatch(Sockets* sockets, int fd);

// Function for any thread, also from within a signal handler

/// End the wait of the present, or else of the next, `sockets_poll`
void
sockets_wake(Sockets* sockets);

#endif // SONIC_OSC_SOCKETS_H
