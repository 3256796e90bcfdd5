// SPDX-License-Identifier: GPL-3.0-or-later
//
// Datagrams in batches
//
// One system call receives up to 64 datagrams, and one sends all that was
// queued.  Everything belongs to the control thread and nothing blocks.

#ifndef SONIC_OSC_UDP_H
#define SONIC_OSC_UDP_H

#include "base/rt.h"
#include "base/status.h"
#include "osc/allow.h"
#include "osc/peer.h"
#include "osc/traffic.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Udp Udp;

/**
   Serve a bound, nonblocking datagram socket.

   @param fd The socket; it moves here, also on failure.
   @param allow Whose packets are taken, borrowed.
   @param traffic Where to count, borrowed.
   @return A new server, owned, or null if memory ran out.
*/
Udp*
udp_new(int fd, const AllowList* allow, Traffic* traffic);

/// Close the socket (null is fine)
void
udp_free(Udp* udp);

/// Receive one batch and call `func` for each packet; returns how many
/// datagrams there were
uint32_t
udp_receive(Udp* udp, PacketFunc func, void* handle);

/**
   Queue a datagram.

   @param peer Where to; STATUS_DENIED if that is ourselves.
   @return STATUS_BUSY if the queue is full, STATUS_TOO_LARGE if `size` is more
   than a datagram holds, STATUS_UNSUPPORTED if the socket's address family
   can't reach the peer.
*/
SONIC_CHECKED Status
udp_send(Udp* udp, const Peer* peer, const void* data, uint32_t size);

/// Send what is queued, as far as the socket takes it
void
udp_flush(Udp* udp);

/// Whether something is queued still, and waits for the socket
bool
udp_waits(const Udp* udp);

#endif // SONIC_OSC_UDP_H
