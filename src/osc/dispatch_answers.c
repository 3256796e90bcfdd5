// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sending answers no faster than they can be read
//
// A list of a thousand tracks is a thousand messages, more than the socket of
// a reader holds.  So what is more than a burst waits a little, and all that
// comes later behind it.

#include "osc/dispatch_private.h"

#include <string.h>

/// After a burst so many more are sent
#define MORE_NANOS 2000000u
#define MORE_PACKETS 64u

/// A connection takes more at a time than a datagram socket
#define TCP_FACTOR 16u

static uint32_t
burst_of(const OscClient* const client, const uint32_t packets)
{
  return client->peer.type == PEER_TCP ? packets * TCP_FACTOR : packets;
}

/// Send at most `max` packets from `*cursor` on; true if none is left
static bool
send_some(Dispatch* const        dispatch,
          const OscClient* const client,
          const Outbox* const    outbox,
          uint32_t* const        cursor,
          const uint32_t         max)
{
  const Peer peer = client_reply_peer(client);
  for (uint32_t i = 0; i < max; ++i) {
    uint32_t             size   = 0;
    const uint8_t* const packet = outbox_next(outbox, cursor, &size);
    if (!packet) {
      return true;
    }
    dispatch->config.send(dispatch->config.handle, &peer, packet, size);
  }
  return *cursor >= outbox->used;
}

bool
dispatch_is_behind(const OscClient* const client)
{
  return client->backlog.used > LIMIT_ANSWER_BYTES;
}

void
dispatch_send(Dispatch* const  dispatch,
              OscClient* const client,
              Outbox* const    outbox)
{
  uint32_t cursor = 0;
  if (client->peer.type == PEER_MIDI) {
    outbox_cut(outbox, 0);
    return;
  }

  if (client->backlog.used ||
      !send_some(dispatch,
                 client,
                 outbox,
                 &cursor,
                 burst_of(client, LIMIT_ANSWERS_BURST))) {
    if (!client->backlog.used) {
      client->more_at = dispatch->moment.monotonic + MORE_NANOS;
    }

    // With too little memory the rest goes at once after all
    if (outbox_append(&client->backlog, outbox, cursor)) {
      send_some(dispatch, client, outbox, &cursor, UINT32_MAX);
    }
  }
  outbox_cut(outbox, 0);
}

uint64_t
dispatch_send_more(Dispatch* const dispatch, OscClient* const client)
{
  const uint64_t now = dispatch->moment.monotonic;
  if (!client->backlog.used) {
    return UINT64_MAX;
  }
  if (now < client->more_at) {
    return client->more_at;
  }
  if (send_some(dispatch,
                client,
                &client->backlog,
                &client->cursor,
                burst_of(client, MORE_PACKETS))) {
    outbox_cut(&client->backlog, 0);
    client->cursor = 0;
    return UINT64_MAX;
  }
  client->more_at = now + MORE_NANOS;
  return client->more_at;
}
