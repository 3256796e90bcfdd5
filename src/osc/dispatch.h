// SPDX-License-Identifier: GPL-3.0-or-later
//
// From packets to services and back
//
// A packet's messages are found in the schema, their names looked up, their
// arguments checked, and handlers run in one transaction: all of them hold, or
// none.  Every call is answered once, after the transaction.  Bundles for later
// wait here for their time.  Whoever subscribed is told of what changed.
//
// Everything belongs to the control thread.  Packets go out by a function, so
// that no socket is known here.

#ifndef SONIC_OSC_DISPATCH_H
#define SONIC_OSC_DISPATCH_H

#include "base/status.h"
#include "osc/peer.h"
#include "osc/schema.h"
#include "osc/timebase.h"
#include "osc/traffic.h"
#include "services/services.h"

#include <stddef.h>
#include <stdint.h>

typedef struct Dispatch Dispatch;

typedef struct {
  Services*     services; ///< Borrowed
  const OscRow* rows;     ///< Addresses, borrowed
  uint32_t      num_rows; ///<
  Traffic*      traffic;  ///< Where malformed packets are counted, or null

  /// Sends a packet
  Status (*send)(void*       handle,
                 const Peer* peer,
                 const void* data,
                 uint32_t    size);

  /// Tells the time; null: the system's clocks
  Moment (*now)(void* handle);

  void* handle;
} DispatchConfig;

/**
   Make a dispatcher, which listens to the commits of the services.

   @param text Receives one sentence on failure.
*/
Status
dispatch_new(const DispatchConfig* config,
             char*                 text,
             size_t                text_size,
             Dispatch**            out);

/// Stop listening and forget all clients (null is fine)
void
dispatch_free(Dispatch* dispatch);

/// Deal with a packet (a PacketFunc)
void
dispatch_packet(void*          dispatch,
                const Peer*    peer,
                const uint8_t* data,
                uint32_t       size);

/// Forget a connection that has closed (a GoneFunc)
void
dispatch_gone(void* dispatch, const Peer* peer);

/// Do what time has come for: bundles, feedback, leases.  Returns the
/// milliseconds after which to call again, -1 if there is no need to.
int
dispatch_poll(Dispatch* dispatch);

#endif // SONIC_OSC_DISPATCH_H
