// SPDX-License-Identifier: GPL-3.0-or-later
//
// What went over the wire, in numbers
//
// Counted from the start of the program on the control thread.

#ifndef SONIC_OSC_TRAFFIC_H
#define SONIC_OSC_TRAFFIC_H

#include "osc/peer.h"

#include <stdint.h>

typedef struct {
  uint64_t received;       ///< Packets handed on
  uint64_t received_bytes; ///< Their size
  uint64_t sent;           ///< Packets sent, or given to a connection
  uint64_t sent_bytes;     ///< Their size
  uint64_t unsent;         ///< Packets that could not be sent
  uint64_t malformed;      ///< Packets and streams that could not be read
  uint64_t not_allowed;    ///< Packets and connections from elsewhere
  uint64_t from_ourselves; ///< Packets with our own address as source
  uint64_t overrun;        ///< Datagrams the kernel dropped before us
  uint64_t accepted;       ///< Connections taken
  uint64_t refused;        ///< Connections over the limit, or of descriptors
  uint64_t overflowed;     ///< Connections closed for reading too slowly
  uint32_t connections;    ///< Connections now
} Traffic;

/// Called with a packet, borrowed for the call
typedef void (*PacketFunc)(void*          handle,
                           const Peer*    peer,
                           const uint8_t* data,
                           uint32_t       size);

/// Called when a connection has closed
typedef void (*GoneFunc)(void* handle, const Peer* peer);

#endif // SONIC_OSC_TRAFFIC_H
