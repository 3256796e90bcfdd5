// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the parts of subscriptions share

#ifndef SONIC_OSC_SUBSCRIPTIONS_PRIVATE_H
#define SONIC_OSC_SUBSCRIPTIONS_PRIVATE_H

#include "osc/expand.h"
#include "osc/rendered.h"
#include "osc/subscriptions.h"
#include "osc/updates.h"

/// A row, or the events of a collection, that a subscription takes in
typedef struct Interest {
  struct Interest* next;     ///< Of the subscription
  struct Interest* row_next; ///< Of the row, or among those of events
  struct Interest* row_prev;
  Subscription*    subscription;
  Shape            shape;
  Id               ids[SCHEMA_MAX_IDS]; ///< What literal parts name now
} Interest;

struct Subscription {
  Subscription* next; ///< Of the client
  OscClient*    client;
  Interest*     interests;
  uint64_t      period;      ///< Least time between messages in nanoseconds
  bool          has_names;   ///< Literal parts that may change their meaning
  bool          has_watched; ///< Rows whose values are compared
  bool          overflowed;  ///< More changed than can be kept: it ends
  char          pattern[];
};

struct Subscriptions {
  SubscriptionsConfig config;
  Interest**          interests;  ///< By row
  UpdateType*         types;      ///< By row
  uint32_t*           field_rows; ///< Rows that are fields, by node type
  uint32_t            first_field[NUM_NODE_TYPES + 1]; ///< In `field_rows`
  Interest*           events;
  uint32_t            num_interests;
  uint32_t            num_updates; ///< Of all clients
  uint64_t            commits;     ///< Number of them, from 1
  Rendered*           rendered;
  uint8_t             packet[LIMIT_DATAGRAM_BYTES];
};

/// Release a subscription that is in no list
void
subscription_free(Subscriptions* subscriptions, Subscription* subscription);

/// Lay a subscription over the rows
Status
subscription_lay(Subscriptions* subscriptions,
                 Subscription*  subscription,
                 const Scope*   scope,
                 char           reason[REASON_SIZE]);

/// How a row's value is known to have changed
UpdateType
row_update_type(const Subscriptions* subscriptions, const OscRow* row);

/// Release an interest
void
interest_free(Subscriptions* subscriptions, Interest* interest);

/// Look up what the literal parts of an interest name; true if that changed
bool
interest_resolve(Interest* interest, const Scope* scope);

/// Have a value of an interest sent; STATUS_TOO_LARGE if too many wait
Status
interest_queue(const Subscriptions* subscriptions,
               const Interest*      interest,
               const Target*        target,
               const char*          address,
               Update**             out);

/// Have all values of an interest sent; counts them
Status
interest_queue_all(Subscriptions*  subscriptions,
                   const Interest* interest,
                   const Scope*    scope,
                   uint32_t*       count);

/// Find the values to compare of a subscription anew
void
subscription_rewatch(Subscriptions* subscriptions,
                     Subscription*  subscription,
                     const Scope*   scope);

#endif // SONIC_OSC_SUBSCRIPTIONS_PRIVATE_H
