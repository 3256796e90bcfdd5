// SPDX-License-Identifier: GPL-3.0-or-later
//
// Connections
//
// A listener and its connections, each with its framing and a bounded queue of
// output.  A client that reads too slowly is closed rather than waited for; one
// more than fit, or than there are descriptors, is accepted and closed at once,
// so that it learns of it.  Everything belongs to the control thread, nothing
// blocks, and functions are called back from `tcp_poll` only.

#ifndef SONIC_OSC_TCP_H
#define SONIC_OSC_TCP_H

#include "base/rt.h"
#include "base/status.h"
#include "osc/allow.h"
#include "osc/peer.h"
#include "osc/traffic.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Tcp Tcp;

/**
   Serve a listening, nonblocking socket.

   @param fd The socket; it moves here, also on failure.
   @param allow Whose connections are taken, borrowed.
   @param traffic Where to count, borrowed.
   @param out Receives the server, owned.
   @return STATUS_NO_MEMORY, or STATUS_IO if descriptors ran out.
*/
SONIC_CHECKED Status
tcp_new(int fd, const AllowList* allow, Traffic* traffic, Tcp** out);

/// Close everything (null is fine)
void
tcp_free(Tcp* tcp);

/// A descriptor that is readable when `tcp_poll` has something to do
int
tcp_fd(const Tcp* tcp);

/**
   Take connections and bytes, send what waits, without blocking.

   @param packet Called for each packet.
   @param gone Called for each connection that has closed.
*/
void
tcp_poll(Tcp* tcp, PacketFunc packet, GoneFunc gone, void* handle);

/// Whether `tcp_poll` has connections to report as gone, though `tcp_fd` may
/// not be readable
bool
tcp_has_gone(const Tcp* tcp);

/**
   Queue a packet for a connection.

   @return STATUS_NOT_FOUND if it is closed, STATUS_BUSY if it had more waiting
   than its limit and is closed for that, STATUS_NO_MEMORY likewise.
*/
SONIC_CHECKED Status
tcp_send(Tcp* tcp, const Peer* peer, const void* data, uint32_t size);

/// Send what is queued, as far as the sockets take it
void
tcp_flush(Tcp* tcp);

#endif // SONIC_OSC_TCP_H
