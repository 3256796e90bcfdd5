// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a subscription takes in

#include "osc/subscriptions_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

UpdateType
row_update_type(const Subscriptions* const subscriptions,
                const OscRow* const        row)
{
  return subscriptions->types[row - subscriptions->config.rows];
}

/// The list that an interest is in
static Interest**
list_of(Subscriptions* const subscriptions, const Shape* const shape)
{
  return shape->events
           ? &subscriptions->events
           : &subscriptions->interests[shape->row - subscriptions->config.rows];
}

void
interest_free(Subscriptions* const subscriptions, Interest* const interest)
{
  if (interest->row_prev) {
    interest->row_prev->row_next = interest->row_next;
  } else {
    *list_of(subscriptions, &interest->shape) = interest->row_next;
  }
  if (interest->row_next) {
    interest->row_next->row_prev = interest->row_prev;
  }
  --subscriptions->num_interests;
  free(interest);
}

/// A subscription in the making
typedef struct {
  Subscriptions* subscriptions;
  Subscription*  subscription;
  Status         status;
} Making;

/// Whether an event interest covers the same collection
static bool
is_same_collection(const Shape* const a, const Shape* const b)
{
  const size_t length = strcspn(a->row->path, "{");
  if (!b->events || a->num_places != b->num_places) {
    return false;
  }
  if (a->num_places == 1) {
    return !strncmp(a->row->path, b->row->path, length + 1u);
  }

  // After a composition: up to the brace of the things
  const char* const things = strchr(a->row->path + length + 1u, '{');
  return !strncmp(
    a->row->path, b->row->path, (size_t)(things - a->row->path) + 1u);
}

/// Streams, pads of two values that are told one by one anyway, and what is
/// only measured for who wants it are for who asks for them by name: a wildcard
/// in that place, which means all there is to know, does not mean them
static bool
is_unasked(const OscRow* const row, const char* const pattern)
{
  return row->named && !strstr(pattern, row->named);
}

/// Take in a row or the events of a collection
static bool
take_in(void* const handle, const Shape* const shape)
{
  Making* const        making        = (Making*)handle;
  Subscriptions* const subscriptions = making->subscriptions;
  Subscription* const  subscription  = making->subscription;
  const OscRow* const  row           = shape->row;

  const bool value = row->access == ACCESS_VALUE || row->access == ACCESS_READ;
  if (!shape->events && (!value || !row->get || shape->twin == TWIN_TOUCH ||
                         is_unasked(row, subscription->pattern))) {
    return true;
  }
  for (Interest* i = subscription->interests; shape->events && i; i = i->next) {
    if (is_same_collection(shape, &i->shape)) {
      i->shape.events |= shape->events;
      return true;
    }
  }

  Interest* const interest = subscriptions->num_interests < LIMIT_INTERESTS
                               ? (Interest*)calloc(1, sizeof(Interest))
                               : NULL;
  if (!interest) {
    making->status = subscriptions->num_interests < LIMIT_INTERESTS
                       ? STATUS_NO_MEMORY
                       : STATUS_TOO_LARGE;
    return false;
  }

  interest->subscription  = subscription;
  interest->shape         = *shape;
  interest->next          = subscription->interests;
  subscription->interests = interest;
  Interest** const list   = list_of(subscriptions, shape);
  interest->row_next      = *list;
  if (*list) {
    (*list)->row_prev = interest;
  }
  *list = interest;
  ++subscriptions->num_interests;

  if (!shape->events) {
    subscription->has_watched |=
      row_update_type(subscriptions, row) != UPDATE_FIELD;
  }
  return true;
}

/// Whether a literal part means the same for ever
static bool
is_fixed_name(const Place* const place, const PatternPart* const part)
{
  char word[ID_TEXT_SIZE] = "";
  Id   id                 = ID_NONE;
  if (place->type == PLACE_WORD || place->type == PLACE_COMPOSITION ||
      !part->literal) {
    return true;
  }
  if (part->size >= sizeof(word)) {
    return false;
  }
  memcpy(word, part->text, part->size);
  return id_parse(word, &id) &&
         (place->kind == KIND_NONE || id_kind(id) == place->kind);
}

bool
interest_resolve(Interest* const interest, const Scope* const scope)
{
  const Shape* const shape   = &interest->shape;
  bool               changed = false;
  for (uint32_t i = 0; i < shape->num_places; ++i) {
    const Id before  = interest->ids[i];
    interest->ids[i] = shape_literal(shape, i, scope);
    changed |= interest->ids[i] != before;
  }
  return changed;
}

Status
interest_queue(const Subscriptions* const subscriptions,
               const Interest* const      interest,
               const Target* const        target,
               const char* const          address,
               Update** const             out)
{
  Subscription* const subscription = interest->subscription;
  Updates* const      updates      = subscription->client->updates;
  const Status        status =
    updates_need(updates,
                 row_update_type(subscriptions, target->row),
                 control_hash(target),
                 target,
                 address,
                 out);
  if (!status) {
    (*out)->subscription = subscription;
    (*out)->stale        = false;
    updates_queue(updates, *out, QUEUE_CHANGED);
  }
  return status;
}

/// The values of an interest on their way
typedef struct {
  Subscriptions*  subscriptions;
  const Interest* interest;
  uint32_t        count;
  bool            watch; ///< Those that are new only
  Status          status;
} Queueing;

static bool
queue_target(void* const         handle,
             const Target* const target,
             const char* const   address)
{
  Queueing* const queueing = (Queueing*)handle;
  Updates* const  updates  = queueing->interest->subscription->client->updates;
  if (queueing->watch) {
    for (Update* u = updates_first(updates, control_hash(target)); u;
         u         = updates_next(u)) {
      if (u->stale && !strcmp(u->address, address) &&
          target_equal(&u->target, target)) {
        u->stale = false;
        return true;
      }
    }
  }

  Update* update   = NULL;
  queueing->status = interest_queue(
    queueing->subscriptions, queueing->interest, target, address, &update);
  if (queueing->status) {
    return false;
  }
  update->value = 0;
  ++queueing->count;
  return true;
}

Status
interest_queue_all(Subscriptions* const  subscriptions,
                   const Interest* const interest,
                   const Scope* const    scope,
                   uint32_t* const       count)
{
  Queueing queueing = {subscriptions, interest, 0, false, STATUS_OK};
  uint32_t steps    = LIMIT_PACKET_STEPS;
  shape_expand(&interest->shape, scope, &steps, queue_target, &queueing);
  *count += queueing.count;
  return queueing.status ? queueing.status
         : steps         ? STATUS_OK
                         : STATUS_TOO_LARGE;
}

void
subscription_rewatch(Subscriptions* const subscriptions,
                     Subscription* const  subscription,
                     const Scope* const   scope)
{
  Updates* const updates = subscription->client->updates;
  for (Update* u = NULL; (u = updates_watched(updates, u));) {
    u->stale |= u->subscription == subscription;
  }

  for (Interest* i = subscription->interests; i; i = i->next) {
    if (!i->shape.events &&
        row_update_type(subscriptions, i->shape.row) != UPDATE_FIELD) {
      Queueing queueing = {subscriptions, i, 0, true, STATUS_OK};
      uint32_t steps    = LIMIT_PACKET_STEPS;
      shape_expand(&i->shape, scope, &steps, queue_target, &queueing);
    }
  }

  for (Update* u = updates_watched(updates, NULL); u;) {
    Update* const next = updates_watched(updates, u);
    if (u->stale) {
      updates_remove(updates, u);
    }
    u = next;
  }
}

static Status
lay(Making* const making, const Scope* const scope, char reason[REASON_SIZE])
{
  Subscription* const subscription = making->subscription;
  PatternParts        parts;
  Status status = pattern_cut(subscription->pattern, &parts, reason);
  if (status) {
    return status;
  }

  uint32_t steps = LIMIT_PATTERN_STEPS;
  pattern_each_shape(
    making->subscriptions->config.tree, &parts, &steps, take_in, making);
  status = making->status ? making->status
           : steps        ? STATUS_OK
                          : STATUS_TOO_LARGE;
  if (status == STATUS_TOO_LARGE) {
    snprintf(reason, REASON_SIZE, "The pattern stands for too much");
  }
  if (!status && !subscription->interests) {
    snprintf(reason, REASON_SIZE, "Nothing can be subscribed to by that");
    return STATUS_UNKNOWN_ADDRESS;
  }

  for (Interest* i = subscription->interests; !status && i; i = i->next) {
    interest_resolve(i, scope);
    for (uint32_t p = 0; p < i->shape.num_places; ++p) {
      subscription->has_names |=
        !is_fixed_name(&i->shape.row->places[p], &i->shape.places[p]);
    }
  }
  return status;
}

Status
subscription_lay(Subscriptions* const subscriptions,
                 Subscription* const  subscription,
                 const Scope* const   scope,
                 char                 reason[REASON_SIZE])
{
  Making making = {subscriptions, subscription, STATUS_OK};
  return lay(&making, scope, reason);
}
