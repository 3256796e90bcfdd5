// SPDX-License-Identifier: GPL-3.0-or-later
//
// Packets in a byte stream
//
// Two framings are in use over TCP: each packet after its size as a 32-bit
// number (OSC 1.0), or between SLIP's END bytes (OSC 1.1).  The first byte of a
// stream tells which: 0 begins a size, since sizes are below 2^24.
//
// A Framing takes a stream in pieces of any size and hands out packets.  What
// can't be a stream of packets ends it; there is no way back into step.  Behind
// a size anything may come: the stream stays in step, and what is no packet is
// told so.

#ifndef SONIC_OSC_FRAMING_H
#define SONIC_OSC_FRAMING_H

#include "base/rt.h"
#include "base/status.h"
#include "osc/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  FRAMING_UNKNOWN, ///< Nothing has come yet
  FRAMING_LENGTH,  ///< A 32-bit size comes before each packet
  FRAMING_SLIP,    ///< END before and after each packet, escapes in it
} FramingType;

/// The receiving end of a stream
typedef struct {
  FramingType type;
  Status      status;    ///< Why the stream can't go on, else STATUS_OK
  const char* text;      ///< The same in words, a constant
  uint32_t    head_used; ///< Bytes of `head` so far, LENGTH only
  uint32_t    used;      ///< Bytes of `packet` so far
  bool        escaped;   ///< The last byte was SLIP's ESC
  uint8_t     head[4];   ///< Size of the packet under way
  uint8_t     packet[LIMIT_PACKET_BYTES]; ///< The packet under way
} Framing;

/// Begin a stream
void
framing_init(Framing* framing);

/**
   Take bytes up to the end of the next packet.

   @param data Bytes to take, moves past those taken.
   @param size Their number, reduced likewise.
   @param packet Receives the packet, borrowed until the next call or until
   the bytes given go away.
   @param packet_size Receives its size.
   @return STATUS_OK with a packet, STATUS_NOT_READY when all bytes are taken
   and more are needed; anything else means that the stream is to be closed,
   for the reason in `text`.
*/
SONIC_CHECKED Status
framing_read(Framing*        framing,
             const uint8_t** data,
             size_t*         size,
             const uint8_t** packet,
             uint32_t*       packet_size);

/// Most bytes that a packet of `size` takes in a stream
uint32_t
framing_size_max(FramingType type, uint32_t size);

/// Write a packet as a stream has it; returns the number of bytes written to
/// `out`, which has room for `framing_size_max`
uint32_t
framing_write(FramingType type, const void* packet, uint32_t size, void* out);

#endif // SONIC_OSC_FRAMING_H
