// SPDX-License-Identifier: GPL-3.0-or-later
//
// Clients as they come and go

#include "osc/dispatch_private.h"

#include <stdio.h>

#define NANOS_PER_SECOND UINT64_C(1000000000)

/// Between two questions for a sign of life
#define ASK_NANOS (2u * NANOS_PER_SECOND)

void
dispatch_forget(Dispatch* const dispatch, OscClient* const client)
{
  const uint32_t number = client->number;
  subscriptions_end(dispatch->subscriptions, client);
  clients_remove(dispatch->clients, client);
  dispatch_drop_held(dispatch, number);
}

/// Make room for another client, and tell who has to go
static void
make_room(Dispatch* const dispatch)
{
  OscClient* const client = clients_most_silent(dispatch->clients);
  const ReplyTo    to     = {"/client/keep", false, 0};
  if (!client) {
    return;
  }
  if (client->num_subscriptions) {
    char text[REASON_SIZE];
    snprintf(text,
             sizeof(text),
             "There are more than %u clients, and this one was silent longest",
             LIMIT_CLIENTS);
    outbox_error(&dispatch->late, &to, STATUS_TOO_LARGE, text);
    dispatch_send(dispatch, client, &dispatch->late);
  }
  dispatch_forget(dispatch, client);
}

OscClient*
dispatch_hear(Dispatch* const dispatch, const Peer* const peer)
{
  const uint64_t now    = dispatch->moment.monotonic;
  OscClient*     client = clients_find(dispatch->clients, peer);
  if (!client) {
    if (clients_count(dispatch->clients) >= LIMIT_CLIENTS) {
      make_room(dispatch);
    }
    client = clients_add(dispatch->clients, peer, now);
  }
  if (client) {
    client->seen  = now;
    client->asked = 0;
  }
  return client;
}

void
dispatch_gone(void* const handle, const Peer* const peer)
{
  Dispatch* const  dispatch = (Dispatch*)handle;
  OscClient* const client   = clients_find(dispatch->clients, peer);
  if (!client) {
    return;
  }

  // What it asked for is done, even if nobody hears the answer any more
  if (client->waiting) {
    subscriptions_end(dispatch->subscriptions, client);
    client->gone = true;
  } else {
    dispatch_forget(dispatch, client);
  }
}

/// Ask a client for a sign of life: `/client/alive ,i SECONDS`
static void
ask(Dispatch* const  dispatch,
    OscClient* const client,
    const uint64_t   seconds_left)
{
  OscWriter writer;
  client->asked = dispatch->moment.monotonic;
  if (outbox_begin(&dispatch->late, &writer)) {
    return;
  }
  osc_writer_message(&writer, "/client/alive");
  osc_writer_i(&writer, (int32_t)seconds_left);
  if (!osc_writer_end(&writer)) {
    outbox_end(&dispatch->late, &writer);
  }
  dispatch_send(dispatch, client, &dispatch->late);
}

/// Whether a client has no lease: a connection, while it is open, and who asked
static bool
is_kept(const OscClient* const client)
{
  return client->waiting || client->keep || client->peer.type == PEER_TCP;
}

uint64_t
dispatch_check_leases(Dispatch* const dispatch)
{
  const uint64_t now = dispatch->moment.monotonic;
  for (uint32_t i = 0; i < LIMIT_CLIENTS; ++i) {
    OscClient* const client = clients_at(dispatch->clients, i);
    if (client && client->gone && !client->waiting) {
      dispatch_forget(dispatch, client);
      continue;
    }
    if (client && !client->gone) {
      link_check(dispatch, client);
    }
    if (!client || is_kept(client) || now < client->seen) {
      continue;
    }

    const uint64_t silent = (now - client->seen) / NANOS_PER_SECOND;
    if (silent >= LIMIT_LEASE_SECONDS) {
      dispatch_forget(dispatch, client);
    } else if (client->num_subscriptions &&
               silent >= LIMIT_LEASE_SECONDS - LIMIT_LEASE_ASK_SECONDS &&
               now - client->asked >= ASK_NANOS) {
      ask(dispatch, client, LIMIT_LEASE_SECONDS - silent);
    }
  }
  return now + NANOS_PER_SECOND;
}
