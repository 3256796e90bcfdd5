// SPDX-License-Identifier: GPL-3.0-or-later
//
// A connection of the probe: UDP or TCP, and what was heard
//
// Behind each message goes a fence, a `/ping` with a number.  Since answers
// come in the order of what was asked, all that an answer can be has come when
// the fence is answered; so nothing here waits longer than it has to, and an
// answer too many is seen as well as one that is missing.

#ifndef SONIC_CLI_PROBE_LINK_H
#define SONIC_CLI_PROBE_LINK_H

#include "osc/framing.h"
#include "osc/packet.h"
#include "osc/writer.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  int          fd;     ///< -1: not open
  bool         tcp;    ///< Packets are framed
  int32_t      fences; ///< Number of the last fence
  uint32_t     used;   ///< Bytes of `inbox`
  uint32_t     room;   ///< Room of `inbox`
  uint8_t*     inbox;  ///< Packets heard, each after its size, owned
  PacketReader reader; ///< At the packet that is looked at
  Framing      framing;
} ProbeLink;

/// Connect to a host and port; false after one line on stderr
bool
probe_link_open(ProbeLink* link, const char* host, int64_t port, bool tcp);

/// Disconnect and forget what was heard
void
probe_link_close(ProbeLink* link);

/// Send a packet
bool
probe_link_send(ProbeLink* link, const void* packet, uint32_t size);

/// Forget what was heard
void
probe_link_clear(ProbeLink* link);

/// Take in what comes until the answers to all that was sent have come; false
/// if the daemon does not answer
bool
probe_link_fence(ProbeLink* link);

/// Wait for another packet; false if none comes in time
bool
probe_link_wait(ProbeLink* link, int timeout_ms);

/// The next message heard, from `*cursor`, which begins at 0; null at the end.
/// Fences are left out.  Borrowed until the next call
const PacketMessage*
probe_link_next(ProbeLink* link, uint32_t* cursor);

#endif // SONIC_CLI_PROBE_LINK_H
