// SPDX-License-Identifier: GPL-3.0-or-later
//
// Who has been heard
//
// A client is a host and port over UDP, or a connection over TCP.  It is
// forgotten when it has been silent for the length of its lease, unless it
// asked to be kept; a connection when it closes.  While there is no room for
// another, whoever has been silent longest goes, those without subscriptions
// first.

#ifndef SONIC_OSC_CLIENT_H
#define SONIC_OSC_CLIENT_H

#include "analysis/spectrum.h"
#include "osc/limits.h"
#include "osc/outbox.h"
#include "osc/peer.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct OscClient    OscClient;
typedef struct Subscription Subscription;
typedef struct Updates      Updates;

/// What a client is, in the order of the schema's words
typedef enum {
  PROFILE_DEFAULT,
  PROFILE_TOUCHOSC, ///< Leaves unchanged answers out
  PROFILE_PD,
  PROFILE_MAX,
  PROFILE_OSCQUERY, ///< Likewise
} ClientProfile;

/// How a client wants its streams
typedef struct {
  uint32_t       spectrum_size; ///< Frames
  SpectrumWindow spectrum_window;
  double         waveform_span; ///< Seconds
} StreamSettings;

/// Channels that a client shows, see bank.c
typedef struct {
  uint32_t size;  ///< Strips
  uint32_t first; ///< Place of the first
} Bank;

/// Pings that the loss is worked out from
#define LINK_PINGS 32u

/// How well a client is reached; measured while it says `/hello` and answers
typedef struct {
  bool     greeted;
  uint32_t number;           ///< Of the last ping
  uint64_t next;             ///< When the next is due, monotonic nanoseconds
  uint64_t sent[LINK_PINGS]; ///< When, by number
  uint32_t waiting;          ///< Bit for each that has no answer yet
  uint32_t answers;          ///< In all
  double   trip;             ///< Round trip, smoothed, seconds
  double   loss;             ///< Share of the last ones
  uint32_t slow;             ///< Updates come so many times slower
} Link;

/// A control without a motor, for soft takeover
typedef struct {
  uint64_t control; ///< Hash of its target, without twin
  double   sent;    ///< Where it is, 0 to 1
  double   real;    ///< What it was taken for
  bool     taken;   ///< It moves the value
} Pickup;

/// A control that a finger holds
typedef struct {
  uint64_t control; ///< Hash of its target, without twin
  uint64_t seen;    ///< When it was last moved, monotonic nanoseconds
} Touch;

/// A client; belongs to the control thread
struct OscClient {
  uint32_t number;     ///< Never used again; 0 once it is gone
  Peer     peer;       ///< Where it sends from
  uint16_t reply_port; ///< Where it is answered over UDP, 0: `peer`
  bool     echo;       ///< Unchanged answers are sent too
  bool     keep;       ///< Without a lease
  bool     untimed;    ///< Its bundles apply at once, whatever their time
  bool     gone; ///< Its connection has closed; something of it waits still
  ClientProfile  profile;
  uint64_t       seen;  ///< Last message, monotonic nanoseconds
  uint64_t       asked; ///< Last time it was asked for a sign of life
  char           url[PEER_TEXT_SIZE]; ///< Where it is answered
  uint32_t       num_touches;
  Touch          touches[LIMIT_TOUCHES];
  uint32_t       gesture; ///< Rises when a control is taken or let go
  uint32_t       waiting; ///< Calls and bundles of it that are not answered yet
  uint64_t       order;   ///< Number of the last thing it asked for
  uint64_t       clock_frame;   ///< A frame as /clock told it
  int64_t        clock_nanos;   ///< Its monotonic time
  uint64_t       clock_until;   ///< It holds until then, monotonic nanoseconds
  Outbox         backlog;       ///< Answers that are given time to be read
  uint32_t       cursor;        ///< In `backlog`: what was sent of it
  uint64_t       more_at;       ///< When more of it may be sent
  Subscription*  subscriptions; ///< List, owned by the subscriptions
  uint32_t       num_subscriptions;
  Updates*       updates; ///< Values on their way, or null
  StreamSettings streams;
  Bank           bank;
  Link           link;
  bool           takeover;    ///< Controls have to reach a value to move it
  uint32_t       next_pickup; ///< Which is replaced next
  Pickup         pickups[LIMIT_TOUCHES];
};

typedef struct Clients Clients;

/// No clients; null if memory ran out
Clients*
clients_new(void);

/// Forget all (null is fine)
void
clients_free(Clients* clients);

/// The client at a peer, or null
OscClient*
clients_find(const Clients* clients, const Peer* peer);

/// Add a client; null if there is no room, or memory ran out
OscClient*
clients_add(Clients* clients, const Peer* peer, uint64_t now);

/// Forget a client; its subscriptions have ended before
void
clients_remove(Clients* clients, OscClient* client);

/// Whoever goes when room is needed, null if there is nobody
OscClient*
clients_most_silent(const Clients* clients);

/// Number of clients
uint32_t
clients_count(const Clients* clients);

/// A client by its place, below LIMIT_CLIENTS, or null
OscClient*
clients_at(const Clients* clients, uint32_t place);

/// Answer a client at another port, 0 for the one it sends from
void
client_set_reply_port(OscClient* client, uint16_t port);

/// Where answers go
Peer
client_reply_peer(const OscClient* client);

/// Take up a profile with the properties that it implies
void
client_set_profile(OscClient* client, ClientProfile profile);

/// The schema's word for a profile
const char*
client_profile_word(ClientProfile profile);

/// Note that a control is held, or not any more
void
client_touch(OscClient* client, uint64_t control, bool held, uint64_t now);

/// Whether a control is held; a hold without movement ends after a while, since
/// the message that ends it may be lost
bool
client_touches(const OscClient* client, uint64_t control, uint64_t now);

/// Note that a control was moved
void
client_moved(OscClient* client, uint64_t control, uint64_t now);

#endif // SONIC_OSC_CLIENT_H
