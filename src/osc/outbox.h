// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers that are held back
//
// What is answered to the messages of a packet is sent once all of them have
// held, or not at all.  Packets are written one behind the other.

#ifndef SONIC_OSC_OUTBOX_H
#define SONIC_OSC_OUTBOX_H

#include "base/status.h"
#include "osc/limits.h"
#include "osc/writer.h"

#include <stdbool.h>
#include <stdint.h>

/// Packets to send; empty when zeroed
typedef struct {
  uint8_t* data; ///< Packets, each after its size
  uint32_t used; ///< Bytes in use
  uint32_t size; ///< Bytes there are
} Outbox;

/// Release the memory, leaving an empty outbox
void
outbox_free(Outbox* outbox);

/// Begin a packet of at most LIMIT_DATAGRAM_BYTES; STATUS_NO_MEMORY or
/// STATUS_TOO_LARGE if there is no room
Status
outbox_begin(Outbox* outbox, OscWriter* writer);

/// Keep the packet that was begun last
void
outbox_end(Outbox* outbox, const OscWriter* writer);

/// The packet at `*cursor`, which starts at 0 and moves on; null at the end
const uint8_t*
outbox_next(const Outbox* outbox, uint32_t* cursor, uint32_t* size);

/// Append the packets of another outbox from `cursor` on; STATUS_NO_MEMORY
Status
outbox_append(Outbox* outbox, const Outbox* from, uint32_t cursor);

/// Drop all packets from `used` on, 0 for all
void
outbox_cut(Outbox* outbox, uint32_t used);

#endif // SONIC_OSC_OUTBOX_H
