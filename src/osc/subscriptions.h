// SPDX-License-Identifier: GPL-3.0-or-later
//
// Who wants to know what
//
// A subscription is a pattern of a client.  It is laid over the rows once, so
// that a commit finds whom to tell from the fields that differ.  What is sent
// first is what a value is now; then each change, the latest only, at most at
// the subscription's rate, the last one always, and that twice again over UDP
// in case it was lost.  A client is not told of what it set itself.
//
// Things are named as the pattern did.  Where it has a name or a position, that
// is looked up anew when names or orders change, so that an address is always
// told the value that setting it would set.

#ifndef SONIC_OSC_SUBSCRIPTIONS_H
#define SONIC_OSC_SUBSCRIPTIONS_H

#include "osc/client.h"
#include "osc/marks.h"
#include "osc/target.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Subscriptions Subscriptions;

/// Asks for a value and writes it as a message to `address`; returns the size
/// of the packet, 0 if there is no value
typedef uint32_t (*RenderFunc)(void*         handle,
                               OscClient*    client,
                               const Target* target,
                               const char*   address,
                               uint8_t       packet[LIMIT_DATAGRAM_BYTES]);

/// Sends a packet; false if that is not possible now
typedef bool (*DeliverFunc)(void*       handle,
                            OscClient*  client,
                            const void* packet,
                            uint32_t    size);

typedef struct {
  const Tree*   tree;     ///< Borrowed
  const OscRow* rows;     ///< Borrowed
  uint32_t      num_rows; ///<
  RenderFunc    render;   ///<
  DeliverFunc   deliver;  ///<
  void*         handle;   ///< For the functions
} SubscriptionsConfig;

/// No subscriptions; null if memory ran out
Subscriptions*
subscriptions_new(const SubscriptionsConfig* config);

/// End all (null is fine); all clients have been ended before
void
subscriptions_free(Subscriptions* subscriptions);

/**
   Subscribe a client, or renew what it has with this pattern.

   @param scope The document as committed.
   @param hz Most messages in a second for an address.
   @param count Receives the number of values that it stands for now, which are
   sent by the next flush.
*/
Status
subscriptions_add(Subscriptions* subscriptions,
                  OscClient*     client,
                  const Scope*   scope,
                  const char*    pattern,
                  double         hz,
                  uint32_t*      count,
                  char           reason[REASON_SIZE]);

/// End a subscription; STATUS_NOT_FOUND if there is none with this pattern
Status
subscriptions_remove(Subscriptions* subscriptions,
                     OscClient*     client,
                     const Scope*   scope,
                     const char*    pattern);

/// End all subscriptions of a client
void
subscriptions_end(Subscriptions* subscriptions, OscClient* client);

/// The next subscription of a client, the first after null; null at the end
const Subscription*
subscription_next(const OscClient* client, const Subscription* last);

/// Its pattern
const char*
subscription_pattern(const Subscription* subscription);

/// Its rate in Hz
double
subscription_rate(const Subscription* subscription);

/// A commit, seen from outside
typedef struct {
  const Composition* before;
  Scope              scope;    ///< The document after it
  uint64_t           revision; ///<
  const OscClient*   origin;   ///< Who made it, or null
  const Marks*       own;      ///< Hashes of the targets that `origin` set
} Commit;

/// Note all that a commit changed
void
subscriptions_commit(Subscriptions* subscriptions,
                     Clients*       clients,
                     const Commit*  commit);

/// Take what a client has just set itself as told
void
subscriptions_settle(Subscriptions* subscriptions,
                     OscClient*     client,
                     const Marks*   own);

/// Compare again what a client watches below an address
void
subscriptions_refresh(OscClient* client, const char* root);

/**
   Have a client told what it may have missed.

   @param before The document that it knows, or null: then all it watches comes.
   @param count Receives the number of values that are sent.
*/
Status
subscriptions_resume(Subscriptions*     subscriptions,
                     OscClient*         client,
                     const Scope*       scope,
                     const Composition* before,
                     uint64_t           revision,
                     uint32_t*          count);

/// Tell a client what a control is that it let go
void
subscriptions_release(Subscriptions* subscriptions,
                      OscClient*     client,
                      uint64_t       control);

/// Begin to send to all clients; nothing may change until that is done
void
subscriptions_begin_flush(Subscriptions* subscriptions);

/// Send what is due to a client; returns when to call again, monotonic
/// nanoseconds, UINT64_MAX if nothing waits
uint64_t
subscriptions_flush(Subscriptions* subscriptions,
                    OscClient*     client,
                    uint64_t       now);

#endif // SONIC_OSC_SUBSCRIPTIONS_H
