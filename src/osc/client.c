// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/client.h"

#include <stdlib.h>
#include <string.h>

/// A hold ends this long after the last movement
#define TOUCH_NANOS 10000000000u

/// Slots of the index, a power of two
#define NUM_SLOTS (LIMIT_CLIENTS * 2u)

struct Clients {
  uint32_t   count;
  uint32_t   last_number;
  OscClient* places[LIMIT_CLIENTS];
  uint16_t   index[NUM_SLOTS]; ///< By hash of the peer: place plus 1, or 0
};

Clients*
clients_new(void)
{
  return (Clients*)calloc(1, sizeof(Clients));
}

void
clients_free(Clients* const clients)
{
  for (uint32_t i = 0; clients && i < LIMIT_CLIENTS; ++i) {
    if (clients->places[i]) {
      outbox_free(&clients->places[i]->backlog);
    }
    free(clients->places[i]);
  }
  free(clients);
}

/// The slot of a peer, or the empty one where it belongs
static uint32_t
find_slot(const Clients* const clients, const Peer* const peer)
{
  uint32_t slot = peer_hash(peer) % NUM_SLOTS;
  while (clients->index[slot] &&
         !peer_equal(&clients->places[clients->index[slot] - 1u]->peer, peer)) {
    slot = (slot + 1u) % NUM_SLOTS;
  }
  return slot;
}

OscClient*
clients_find(const Clients* const clients, const Peer* const peer)
{
  const uint16_t place = clients->index[find_slot(clients, peer)];
  return place ? clients->places[place - 1u] : NULL;
}

OscClient*
clients_add(Clients* const clients, const Peer* const peer, const uint64_t now)
{
  uint32_t place = 0;
  while (place < LIMIT_CLIENTS && clients->places[place]) {
    ++place;
  }

  OscClient* const client =
    place < LIMIT_CLIENTS ? (OscClient*)calloc(1, sizeof(OscClient)) : NULL;
  if (!client) {
    return NULL;
  }

  client->number         = ++clients->last_number;
  client->peer           = *peer;
  client->echo           = true;
  client->bank.size      = 8;
  client->link.slow      = 1;
  client->streams        = (StreamSettings){4096, WINDOW_HANN, 0.05};
  client->seen           = now;
  clients->places[place] = client;
  ++clients->count;
  clients->index[find_slot(clients, peer)] = (uint16_t)(place + 1u);
  peer_format(peer, client->url);
  return client;
}

void
clients_remove(Clients* const clients, OscClient* const client)
{
  for (uint32_t i = 0; i < LIMIT_CLIENTS; ++i) {
    if (clients->places[i] == client) {
      clients->places[i] = NULL;
      --clients->count;
    }
  }
  outbox_free(&client->backlog);
  free(client);

  memset(clients->index, 0, sizeof(clients->index));
  for (uint32_t i = 0; i < LIMIT_CLIENTS; ++i) {
    if (clients->places[i]) {
      clients->index[find_slot(clients, &clients->places[i]->peer)] =
        (uint16_t)(i + 1u);
    }
  }
}

/// How willingly a client is forgotten
static int
rank(const OscClient* const client)
{
  return client->waiting             ? 0
         : client->keep              ? 1
         : client->num_subscriptions ? 2
                                     : 3;
}

OscClient*
clients_most_silent(const Clients* const clients)
{
  OscClient* found = NULL;
  for (uint32_t i = 0; i < LIMIT_CLIENTS; ++i) {
    OscClient* const client = clients->places[i];
    if (client &&
        (!found || rank(client) > rank(found) ||
         (rank(client) == rank(found) && client->seen < found->seen))) {
      found = client;
    }
  }
  return found;
}

uint32_t
clients_count(const Clients* const clients)
{
  return clients->count;
}

OscClient*
clients_at(const Clients* const clients, const uint32_t place)
{
  return clients->places[place];
}

Peer
client_reply_peer(const OscClient* const client)
{
  Peer peer = client->peer;
  if (peer.type == PEER_UDP && client->reply_port) {
    peer.port = client->reply_port;
  }
  return peer;
}

void
client_set_reply_port(OscClient* const client, const uint16_t port)
{
  client->reply_port = port;
  const Peer peer    = client_reply_peer(client);
  peer_format(&peer, client->url);
}

void
client_set_profile(OscClient* const client, const ClientProfile profile)
{
  client->profile = profile;
  client->echo    = profile != PROFILE_TOUCHOSC && profile != PROFILE_OSCQUERY;
}

const char*
client_profile_word(const ClientProfile profile)
{
  static const char* const words[] = {
    [PROFILE_DEFAULT]  = "default",
    [PROFILE_TOUCHOSC] = "touchosc",
    [PROFILE_PD]       = "pd",
    [PROFILE_MAX]      = "max",
    [PROFILE_OSCQUERY] = "oscquery",
  };
  return words[profile];
}

static Touch*
find_touch(const OscClient* const client, const uint64_t control)
{
  for (uint32_t i = 0; i < client->num_touches; ++i) {
    if (client->touches[i].control == control) {
      return (Touch*)&client->touches[i];
    }
  }
  return NULL;
}

void
client_touch(OscClient* const client,
             const uint64_t   control,
             const bool       held,
             const uint64_t   now)
{
  Touch* touch = find_touch(client, control);
  ++client->gesture;
  if (!held) {
    if (touch) {
      *touch = client->touches[--client->num_touches];
    }
    return;
  }

  if (!touch && client->num_touches < LIMIT_TOUCHES) {
    touch = &client->touches[client->num_touches++];
  } else if (!touch) {
    // More than anybody has fingers: what was held longest is let go
    touch = &client->touches[0];
    for (uint32_t i = 1; i < client->num_touches; ++i) {
      touch =
        client->touches[i].seen < touch->seen ? &client->touches[i] : touch;
    }
  }
  *touch = (Touch){control, now};
}

bool
client_touches(const OscClient* const client,
               const uint64_t         control,
               const uint64_t         now)
{
  const Touch* const touch = find_touch(client, control);
  return touch && now - touch->seen < TOUCH_NANOS;
}

void
client_moved(OscClient* const client,
             const uint64_t   control,
             const uint64_t   now)
{
  Touch* const touch = find_touch(client, control);
  if (touch) {
    touch->seen = now;
  }
}
