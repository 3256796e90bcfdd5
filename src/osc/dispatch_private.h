// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the parts of the dispatcher share
//
// Handlers of /client and of the general addresses use it too.

#ifndef SONIC_OSC_DISPATCH_PRIVATE_H
#define SONIC_OSC_DISPATCH_PRIVATE_H

#include "osc/client.h"
#include "osc/coerce.h"
#include "osc/dispatch.h"
#include "osc/marks.h"
#include "osc/outbox.h"
#include "osc/packet.h"
#include "osc/reply.h"
#include "osc/subscriptions.h"
#include "osc/target.h"
#include "osc/timebase.h"
#include "osc/tree.h"
#include "services/agent.h"

#include <stdbool.h>
#include <stdint.h>

/// Room for what edits of a client are called in the journal
#define GESTURE_SIZE 320

/// A bundle that waits for its time
typedef struct Held {
  struct Held* next;
  uint64_t     timetag;
  uint32_t     client; ///< Number
  uint64_t     order;  ///< Among what the client asked for
  bool         framed; ///< `frame` is known
  uint64_t     frame;  ///< Of its time, as it was worked out when it came
  uint32_t     size;
  uint8_t      data[];
} Held;

/// `/sync` that waits for what came before
typedef struct Sync {
  struct Sync* next;
  Dispatch*    dispatch; ///< Null once that is gone
  uint32_t     client;   ///< Number
  uint64_t     order;    ///< Among what the client asked for
  int32_t      number;
  bool         called; ///< Through `/call`, with a number of its own
  int32_t      call;   ///< That number
  bool         asked;  ///< The services have been asked
} Sync;

/// The messages of a packet, which hold together
typedef struct {
  OscClient* client;
  bool       bundle;  ///< All or nothing
  bool       open;    ///< A transaction is open
  bool       timed;   ///< Heard at `frame`
  uint64_t   frame;   ///< Engine frame
  double     late_ms; ///< How late it is, 0 if it is not
  uint32_t   steps;   ///< Left for patterns
  uint32_t   work;    ///< Done so far, in units of asking for a value
  Author     author;
  char       what[LIMIT_ADDRESS_CHARS + 1u];
  char       gesture[GESTURE_SIZE];
} Turn;

struct Dispatch {
  DispatchConfig config;
  Services*      services;
  Tree*          tree;
  Names*         names;
  Clients*       clients;
  Subscriptions* subscriptions;
  Timebase       timebase;
  BackendInfo    backend;                   ///< As of the last poll
  char     learn[LIMIT_ADDRESS_CHARS + 1u]; ///< Waits for a control, or ""
  Moment   moment;     ///< Time of the present packet or poll
  uint64_t next_lease; ///< When leases are looked at

  // What waits
  Held*     held; ///< By time
  uint32_t  num_held;
  uint32_t  held_bytes;
  OscLater* laters;
  uint32_t  num_laters;
  Sync*     syncs;

  // The present packet
  Turn         turn; ///< No client: there is none
  ReplyTo      to;   ///< Of the present message
  char         reason[REASON_SIZE];
  Outbox       late; ///< Written outside of it
  Outbox       outbox;
  Marks        own;  ///< Targets that the client set
  Marks        seen; ///< Targets of the present pattern
  PacketReader reader;
  Arguments    arguments;
  TreeMatch    match;
  Target       target;
  Reply        reply;
  Reply        feedback; ///< For subscriptions
  OscRow       row_here; ///< A row with the range that it has somewhere
  ArgInfo      args_here[SCHEMA_MAX_NORMS]; ///< Its arguments
};

/// Where names are looked up now
Scope
dispatch_scope(const Dispatch* dispatch);

// dispatch_call.c: one message

/// Run the message in the reader; on failure the reason is noted
Status
dispatch_message(Dispatch* dispatch);

/// Run one target with the arguments of a message
Status
dispatch_target(Dispatch*            dispatch,
                TreeMatch*           match,
                const Target*        target,
                const PacketMessage* message);

/// Ask for a value and write it as a message to an address (a RenderFunc)
uint32_t
dispatch_render(void*         dispatch,
                OscClient*    client,
                const Target* target,
                const char*   address,
                uint8_t       packet[LIMIT_DATAGRAM_BYTES]);

/// Whether a client's control has not reached the value yet that it would set
/// (dispatch_takeover.c)
bool
dispatch_holds_back(Dispatch*      dispatch,
                    const Target*  target,
                    const OscCall* call,
                    const OscRow*  row);

/// Note why the present message fails; returns `status`
Status
dispatch_fail(Dispatch* dispatch, Status status, const char* text);

// dispatch_pattern.c

/// Run a message whose address is a pattern
Status
dispatch_pattern(Dispatch* dispatch, const PacketMessage* message);

// dispatch_turn.c: packets

/// Run the messages of a packet now
void
dispatch_run(Dispatch*      dispatch,
             OscClient*     client,
             const uint8_t* data,
             uint32_t       size,
             const Turn*    turn);

/// Make sure that a transaction is open
void
turn_open(Dispatch* dispatch);

/// The client with a number, or null
OscClient*
dispatch_client(const Dispatch* dispatch, uint32_t number);

// dispatch_answers.c: sending

/// Send the packets of an outbox to a client, and empty it
void
dispatch_send(Dispatch* dispatch, OscClient* client, Outbox* outbox);

/// Send more of what waits for a client; returns when to come again, monotonic
/// nanoseconds, UINT64_MAX if nothing waits
uint64_t
dispatch_send_more(Dispatch* dispatch, OscClient* client);

/// Whether a client has to read before it can ask for more
bool
dispatch_is_behind(const OscClient* client);

/// Send what was written to `late`, at once or behind the answers of the
/// present packet
void
dispatch_send_late(Dispatch* dispatch, OscClient* client);

// dispatch_held.c: bundles for later

/// Run a bundle now, or hold it until its time
void
dispatch_bundle(Dispatch*      dispatch,
                OscClient*     client,
                uint64_t       timetag,
                const uint8_t* data,
                uint32_t       size);

/// Run bundles whose time has come; returns when the next comes, in monotonic
/// nanoseconds, UINT64_MAX if none waits
uint64_t
dispatch_run_held(Dispatch* dispatch);

/// Forget the bundles of a client, of all for 0; returns how many there were
uint32_t
dispatch_drop_held(Dispatch* dispatch, uint32_t client);

// dispatch_later.c: answers that come later

/// Begin `/sync`; STATUS_NO_MEMORY
Status
dispatch_sync(Dispatch* dispatch, int32_t number);

/// See whether a `/sync` has nothing to wait for any more
void
dispatch_check_syncs(Dispatch* dispatch);

/// The packet of a `/sync` did not hold
void
dispatch_drop_syncs(Dispatch* dispatch);

/// Leave what waits to itself, since the dispatcher goes
void
dispatch_orphan(Dispatch* dispatch);

// midi.c

/// Do what controls at `midi_in` are for; returns when to look again
uint64_t
dispatch_play_controls(Dispatch* dispatch);

// dispatch_agent.c

/// Tell a client what becomes of its turn (an AgentFunc)
void
dispatch_agent(void* dispatch, const AgentEvent* event);

// dispatch_clients.c: who comes and goes

/// The client at a peer, which has given a sign of life; null if memory ran out
OscClient*
dispatch_hear(Dispatch* dispatch, const Peer* peer);

/// Forget a client
void
dispatch_forget(Dispatch* dispatch, OscClient* client);

/// Look at leases; returns when to look again
uint64_t
dispatch_check_leases(Dispatch* dispatch);

/// Ping a client that wants it, if that is due (link.c)
void
link_check(Dispatch* dispatch, OscClient* client);

/// Tell a client that we go
void
link_bye(Dispatch* dispatch, OscClient* client);

/// Visit the strips of a bank
bool
osc_bank_each_strip(WordFunc func, void* handle);

/// Visit the axes of an XY pad of a channel
bool
osc_xy_each_axis(WordFunc func, void* handle);

/// Visit the sets of `/streams/meters`
bool
osc_streams_each_set(Services* services, WordFunc func, void* handle);

/// The dispatcher that a call came through
static inline Dispatch*
call_dispatch(const OscCall* const call)
{
  return call_reply(call)->dispatch;
}

#endif // SONIC_OSC_DISPATCH_PRIVATE_H
