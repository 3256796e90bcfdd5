// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/subscriptions.h"

#include "osc/subscriptions_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NANOS_PER_SECOND 1e9

/// Whether a row is a field of the thing in its path and nothing else
static bool
is_simple_field(const OscRow* const row)
{
  uint32_t things = 0;
  for (uint32_t i = 0; i < row->num_places; ++i) {
    if (row->places[i].type == PLACE_WORD) {
      return false;
    }
    things += row->places[i].type != PLACE_COMPOSITION;
  }
  return row->field && row->get && things <= 1;
}

/// Note which rows show which fields
static void
index_rows(Subscriptions* const subscriptions)
{
  const OscRow* const rows     = subscriptions->config.rows;
  const uint32_t      num_rows = subscriptions->config.num_rows;
  uint32_t            count    = 0;

  for (uint32_t type = 0; type < NUM_NODE_TYPES; ++type) {
    subscriptions->first_field[type] = count;
    for (uint32_t i = 0; i < num_rows; ++i) {
      const bool field = is_simple_field(&rows[i]);
      if (field && rows[i].node == (NodeType)type) {
        subscriptions->field_rows[count++] = i;
      }
      subscriptions->types[i] = field                          ? UPDATE_FIELD
                                : rows[i].flags & ROW_UNDOABLE ? UPDATE_DERIVED
                                                               : UPDATE_LIVE;
    }
  }
  subscriptions->first_field[NUM_NODE_TYPES] = count;
}

Subscriptions*
subscriptions_new(const SubscriptionsConfig* const config)
{
  Subscriptions* const subscriptions =
    (Subscriptions*)calloc(1, sizeof(Subscriptions));
  if (!subscriptions) {
    return NULL;
  }

  const size_t num_rows     = config->num_rows + 1u;
  subscriptions->config     = *config;
  subscriptions->interests  = (Interest**)calloc(num_rows, sizeof(Interest*));
  subscriptions->types      = (UpdateType*)calloc(num_rows, sizeof(UpdateType));
  subscriptions->field_rows = (uint32_t*)calloc(num_rows, sizeof(uint32_t));
  subscriptions->rendered   = rendered_new();
  subscriptions->commits    = 1;
  if (!subscriptions->interests || !subscriptions->types ||
      !subscriptions->field_rows || !subscriptions->rendered) {
    subscriptions_free(subscriptions);
    return NULL;
  }
  index_rows(subscriptions);
  return subscriptions;
}

void
subscriptions_free(Subscriptions* const subscriptions)
{
  if (subscriptions) {
    free(subscriptions->interests);
    free(subscriptions->types);
    free(subscriptions->field_rows);
    rendered_free(subscriptions->rendered);
    free(subscriptions);
  }
}

/// Remove all updates that a subscription made
static void
remove_updates(const Subscription* const subscription)
{
  Updates* const updates = subscription->client->updates;
  for (uint32_t i = 0; updates && i < updates->num_buckets; ++i) {
    for (Update* update = updates->buckets[i]; update;) {
      Update* const next = update->chain;
      if (update->subscription == subscription) {
        updates_remove(updates, update);
      }
      update = next;
    }
  }
}

void
subscription_free(Subscriptions* const subscriptions,
                  Subscription* const  subscription)
{
  remove_updates(subscription);
  for (Interest* interest = subscription->interests; interest;) {
    Interest* const next = interest->next;
    interest_free(subscriptions, interest);
    interest = next;
  }
  free(subscription);
}

/// Have all values of a subscription sent
static Status
queue_all(Subscriptions* const      subscriptions,
          const Subscription* const subscription,
          const Scope* const        scope,
          uint32_t* const           count,
          char                      reason[REASON_SIZE])
{
  *count = 0;
  for (Interest* i = subscription->interests; i; i = i->next) {
    const Status status =
      i->shape.events ? STATUS_OK
                      : interest_queue_all(subscriptions, i, scope, count);
    if (status) {
      snprintf(reason,
               REASON_SIZE,
               "That is more than %u values at a time",
               LIMIT_UPDATES);
      return status;
    }
  }
  return STATUS_OK;
}

static Subscription**
find(OscClient* const client, const char* const pattern)
{
  Subscription** link = &client->subscriptions;
  while (*link && strcmp((*link)->pattern, pattern)) {
    link = &(*link)->next;
  }
  return link;
}

/// Make a subscription; it is in no list yet
static Status
make(Subscriptions* const subscriptions,
     OscClient* const     client,
     const Scope* const   scope,
     const char* const    pattern,
     Subscription** const out,
     char                 reason[REASON_SIZE])
{
  if (client->num_subscriptions >= LIMIT_SUBSCRIPTIONS) {
    snprintf(reason,
             REASON_SIZE,
             "A client has at most %u subscriptions",
             LIMIT_SUBSCRIPTIONS);
    return STATUS_TOO_LARGE;
  }
  if (!client->updates &&
      !(client->updates = updates_new(&subscriptions->num_updates))) {
    return STATUS_NO_MEMORY;
  }

  const size_t        size = strlen(pattern) + 1u;
  Subscription* const subscription =
    (Subscription*)calloc(1, sizeof(Subscription) + size);
  if (!subscription) {
    return STATUS_NO_MEMORY;
  }
  memcpy(subscription->pattern, pattern, size);
  subscription->client = client;

  const Status status =
    subscription_lay(subscriptions, subscription, scope, reason);
  if (status) {
    subscription_free(subscriptions, subscription);
    return status;
  }
  *out = subscription;
  return STATUS_OK;
}

Status
subscriptions_add(Subscriptions* const subscriptions,
                  OscClient* const     client,
                  const Scope* const   scope,
                  const char* const    pattern,
                  const double         hz,
                  uint32_t* const      count,
                  char                 reason[REASON_SIZE])
{
  Subscription* subscription = *find(client, pattern);
  const bool    renewed      = subscription != NULL;
  Status        status       = STATUS_OK;
  if (!renewed) {
    status = make(subscriptions, client, scope, pattern, &subscription, reason);
    if (status) {
      return status;
    }
  }

  subscription->period = (uint64_t)(NANOS_PER_SECOND / hz);
  status = queue_all(subscriptions, subscription, scope, count, reason);
  if (!status && !*count && pattern_is_literal(pattern) &&
      !subscription->interests->shape.events) {
    snprintf(reason, REASON_SIZE, "There is no such thing");
    status = STATUS_NOT_FOUND;
  }
  if (renewed) {
    return status;
  }
  if (status) {
    subscription_free(subscriptions, subscription);
    return status;
  }

  subscription->next    = client->subscriptions;
  client->subscriptions = subscription;
  ++client->num_subscriptions;
  return STATUS_OK;
}

Status
subscriptions_remove(Subscriptions* const subscriptions,
                     OscClient* const     client,
                     const Scope* const   scope,
                     const char* const    pattern)
{
  Subscription** const link         = find(client, pattern);
  Subscription* const  subscription = *link;
  if (!subscription) {
    return STATUS_NOT_FOUND;
  }

  *link = subscription->next;
  --client->num_subscriptions;
  subscription_free(subscriptions, subscription);

  // What another pattern also stands for was shared
  for (Subscription* s = client->subscriptions; s; s = s->next) {
    if (s->has_watched) {
      subscription_rewatch(subscriptions, s, scope);
    }
  }
  return STATUS_OK;
}

void
subscriptions_end(Subscriptions* const subscriptions, OscClient* const client)
{
  for (Subscription* subscription = client->subscriptions; subscription;) {
    Subscription* const next = subscription->next;
    subscription_free(subscriptions, subscription);
    subscription = next;
  }
  client->subscriptions     = NULL;
  client->num_subscriptions = 0;
  updates_free(client->updates);
  client->updates = NULL;
}

const Subscription*
subscription_next(const OscClient* const client, const Subscription* const last)
{
  return last ? last->next : client->subscriptions;
}

const char*
subscription_pattern(const Subscription* const subscription)
{
  return subscription->pattern;
}

double
subscription_rate(const Subscription* const subscription)
{
  return NANOS_PER_SECOND / (double)subscription->period;
}
