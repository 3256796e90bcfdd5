// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sending what waits, at the rate of each subscription

#include "osc/rendered.h"
#include "osc/subscriptions_private.h"
#include "osc/writer.h"

#include <stdio.h>
#include <string.h>

/// A value at rest is sent again this long after it was sent
#define HEAL_NANOS 500000000u

/// And again and again this long after that
#define REST_NANOS 1500000000u

/// So often in all: where one of ten packets is lost, one of a million values
/// is lost so often that it would stay untold
#define MAX_REPEATS 5u

/// A client that gets much is given time to read it
#define BURST_NANOS 5000000u

/// Time to look again whether a control is still held
#define HELD_NANOS 200000000u

/// A flush of one client
typedef struct {
  Subscriptions* subscriptions;
  OscClient*     client;
  uint64_t       now;
  uint64_t       next; ///< When to come again
  uint32_t       sent;
  bool           full; ///< No more can be sent now
} Flush;

static void
come_again(Flush* const flush, const uint64_t when)
{
  flush->next = when < flush->next ? when : flush->next;
}

/// Write an event as a message; returns its size
static uint32_t
write_event(const Update* const update, uint8_t packet[LIMIT_DATAGRAM_BYTES])
{
  char      address[EXPAND_ADDRESS_SIZE + 16u];
  char      id[ID_TEXT_SIZE];
  OscWriter writer;
  snprintf(address,
           sizeof(address),
           "%s/%s",
           update->address,
           event_word(update->event));
  osc_writer_init(&writer, packet, LIMIT_DATAGRAM_BYTES);
  osc_writer_message(&writer, address);
  if (update->id) {
    osc_writer_s(&writer, id_format(update->id, id));
  }
  osc_writer_i(&writer, (int32_t)update->revision);
  return osc_writer_end(&writer) ? 0 : writer.used;
}

/// Whether other clients are told the same
static bool
is_shared(const Update* const update)
{
  return update->type != UPDATE_EVENT && !(update->target.row->flags & ROW_OWN);
}

/// Ask for the value of an update and write it; its size is 0 if it has none
static Message
write_update(const Flush* const flush, const Update* const update)
{
  Subscriptions* const subscriptions = flush->subscriptions;
  const bool           shared        = is_shared(update);
  const Message* const known =
    shared
      ? rendered_find(subscriptions->rendered, update->key, update->address)
      : NULL;
  if (known) {
    return *known;
  }

  Message message = {subscriptions->packet, 0, 1u};
  message.size    = update->type == UPDATE_EVENT
                      ? write_event(update, subscriptions->packet)
                      : subscriptions->config.render(subscriptions->config.handle,
                                                  flush->client,
                                                  &update->target,
                                                  update->address,
                                                  subscriptions->packet);
  if (update->type == UPDATE_DERIVED || update->type == UPDATE_LIVE) {
    message.hash = rendered_hash(message.data, message.size);
  }
  if (shared && message.size) {
    rendered_keep(subscriptions->rendered, update->key, &message);
  }
  return message;
}

/// Whether updates of a client are sent again
static bool
heals(const OscClient* const client)
{
  return client->peer.type == PEER_UDP;
}

/// An update is sent for good, or has nothing to be sent any more; it stays
/// while it tells when the next may be sent
static void
finish(const Flush* const flush, Update* const update)
{
  if ((update->type == UPDATE_FIELD || update->type == UPDATE_EVENT) &&
      update->due <= flush->now) {
    updates_remove(flush->client->updates, update);
  } else {
    updates_queue(flush->client->updates, update, QUEUE_NONE);
  }
}

/// Least time between two messages of an update, longer on a bad link
static uint64_t
period_of(const Update* const update)
{
  const Subscription* const subscription = update->subscription;
  return subscription->period * subscription->client->link.slow;
}

/// Whether the values of an update are compared
static bool
is_watched(const Update* const update)
{
  return update->type == UPDATE_DERIVED || update->type == UPDATE_LIVE;
}

/// Whether it is about a strip of a bank, which is there or not until the bank
/// changes and has it compared
static bool
is_in_bank(const Update* const update)
{
  return update->type != UPDATE_EVENT &&
         !strncmp(update->target.row->path, "/bank/", 6);
}

/// See that a live update is looked at when it is due
static void
note_live(Updates* const updates, const Update* const update)
{
  if (update->type == UPDATE_LIVE && update->due < updates->live_due) {
    updates->live_due = update->due;
  }
}

/**
   Send an update unless it is the same as last time.

   @param queue Where it goes once it is sent.
   @param again Send it also if it is the same.
*/
static void
send_update(Flush* const      flush,
            Update* const     update,
            const UpdateQueue queue,
            const bool        again)
{
  const Subscriptions* const subscriptions = flush->subscriptions;
  const Message              message       = write_update(flush, update);
  update->absent = !message.size && is_in_bank(update);
  if (!message.size) {
    update->value = 0;
    finish(flush, update);
    return;
  }

  // Of what is not compared each one is news
  const bool same = is_watched(update) && message.hash == update->value;
  if (same && !again) {
    // Healing goes on where it was
    if (update->queue == QUEUE_CHANGED) {
      updates_queue(flush->client->updates, update, QUEUE_NONE);
    }
    return;
  }

  if (!subscriptions->config.deliver(subscriptions->config.handle,
                                     flush->client,
                                     message.data,
                                     message.size)) {
    flush->full = true;
    return;
  }
  if (queue == QUEUE_HEAL) {
    update->repeats = 0; // It is news
  }
  update->value = message.hash;
  update->sent  = flush->now;
  update->due   = flush->now + period_of(update);
  ++flush->sent;
  if (heals(flush->client) && queue != QUEUE_NONE) {
    updates_queue(flush->client->updates, update, queue);
  } else {
    finish(flush, update);
  }
}

/// Whether to stop for now
static bool
is_full(const Flush* const flush)
{
  return flush->full || flush->sent >= LIMIT_UPDATES_BURST;
}

/// Send what has changed
static void
flush_changed(Flush* const flush)
{
  const UpdateList* const list = &flush->client->updates->queues[QUEUE_CHANGED];
  for (Update* u = list->first; u && !is_full(flush);) {
    Update* const next = u->next;
    if (u->due > flush->now) {
      come_again(flush, u->due);
    } else if (client_touches(flush->client, u->control, flush->now)) {
      come_again(flush, flush->now + HELD_NANOS);
    } else {
      note_live(flush->client->updates, u);
      send_update(flush, u, QUEUE_HEAL, u->type == UPDATE_FIELD);
    }
    u = next;
  }
}

/// When to compare a live value again: at a multiple of its period, so that all
/// that have the same one are compared and written at the same time, and being
/// late a little each time does not make it slower
static uint64_t
next_turn(const Update* const update, const uint64_t now)
{
  const uint64_t period = period_of(update);
  const bool in_step = update->due % period == 0 && now - update->due < period;
  return in_step ? update->due + period : (now / period + 2u) * period;
}

/// Whether a live value may be another than it was: what a bank shows of the
/// document is the same until a commit
static bool
may_differ(const Flush* const flush, const Update* const update)
{
  const bool derived = update->target.row->flags & ROW_DERIVED;
  return !update->absent &&
         !(derived && update->commit == flush->subscriptions->commits);
}

/// Compare a live value if it is due; returns when it is due again
static uint64_t
compare_live(Flush* const flush, Update* const update)
{
  if (update->due > flush->now) {
    return update->due;
  }
  if (client_touches(flush->client, update->control, flush->now)) {
    return flush->now + HELD_NANOS;
  }

  const uint64_t due = next_turn(update, flush->now);
  if (may_differ(flush, update)) {
    update->commit = flush->subscriptions->commits;
    send_update(flush, update, QUEUE_HEAL, false);
  }
  update->due = due;
  return due;
}

/// Compare what is live
static void
flush_live(Flush* const flush)
{
  Updates* const updates = flush->client->updates;
  if (updates->live_due > flush->now) {
    come_again(flush, updates->live_due);
    return;
  }

  uint64_t next = UINT64_MAX;
  for (Update* u = updates->live; u; u = u->watch_next) {
    if (is_full(flush)) {
      next = flush->now;
      break;
    }
    if (u->queue != QUEUE_CHANGED) {
      const uint64_t due = compare_live(flush, u);
      next               = due < next ? due : next;
    }
  }
  updates->live_due = next;
  come_again(flush, next);
}

/// Send again what came to rest
static void
flush_resting(Flush* const      flush,
              const UpdateQueue from,
              const UpdateQueue to,
              const uint64_t    delay)
{
  const UpdateList* const list = &flush->client->updates->queues[from];
  while (list->first && list->first->sent + delay <= flush->now &&
         !is_full(flush)) {
    Update* const update = list->first;
    if (client_touches(flush->client, update->control, flush->now)) {
      updates_queue(flush->client->updates, update, QUEUE_CHANGED);
    } else {
      const bool last = ++update->repeats >= MAX_REPEATS;
      send_update(flush, update, last ? QUEUE_NONE : to, true);
    }
  }
  if (list->first) {
    come_again(flush, list->first->sent + delay);
  }
}

/// Say which subscriptions ended because too much changed at a time
static void
end_overflowed(Flush* const flush)
{
  Subscription** link = &flush->client->subscriptions;
  while (*link) {
    Subscription* const subscription = *link;
    if (!subscription->overflowed) {
      link = &subscription->next;
      continue;
    }

    OscWriter writer;
    osc_writer_init(
      &writer, flush->subscriptions->packet, LIMIT_DATAGRAM_BYTES);
    osc_writer_message(&writer, "/error");
    osc_writer_s(&writer, "/subscribe");
    osc_writer_s(&writer, status_code(STATUS_TOO_LARGE));
    osc_writer_s(&writer, subscription->pattern);
    if (!osc_writer_end(&writer)) {
      flush->subscriptions->config.deliver(flush->subscriptions->config.handle,
                                           flush->client,
                                           flush->subscriptions->packet,
                                           writer.used);
    }
    *link = subscription->next;
    --flush->client->num_subscriptions;
    subscription_free(flush->subscriptions, subscription);
  }
}

void
subscriptions_begin_flush(Subscriptions* const subscriptions)
{
  rendered_begin(subscriptions->rendered);
}

uint64_t
subscriptions_flush(Subscriptions* const subscriptions,
                    OscClient* const     client,
                    const uint64_t       now)
{
  Flush flush = {subscriptions, client, now, UINT64_MAX, 0, false};
  if (!client->updates) {
    return UINT64_MAX;
  }

  end_overflowed(&flush);
  flush_changed(&flush);
  flush_live(&flush);
  flush_resting(&flush, QUEUE_HEAL, QUEUE_REST, HEAL_NANOS);
  flush_resting(&flush, QUEUE_REST, QUEUE_REST, REST_NANOS);
  if (is_full(&flush)) {
    come_again(&flush, now + BURST_NANOS);
  }
  return flush.next;
}

void
subscriptions_settle(Subscriptions* const subscriptions,
                     OscClient* const     client,
                     const Marks* const   own)
{
  const Flush flush = {subscriptions, client, 0, 0, 0, false};
  if (!client->updates || !own->count) {
    return;
  }

  rendered_begin(subscriptions->rendered);
  client->updates->live_due = 0;
  for (Update* u = NULL; (u = updates_watched(client->updates, u));) {
    if (marks_has(own, u->hash)) {
      const Message message = write_update(&flush, u);
      u->value              = message.size ? message.hash : 0;
      updates_queue(client->updates, u, QUEUE_NONE);
    }
  }
}

void
subscriptions_refresh(OscClient* const client, const char* const root)
{
  const size_t length = strlen(root);
  for (Update* u = NULL;
       client->updates && (u = updates_watched(client->updates, u));) {
    if (!strncmp(u->target.row->path, root, length)) {
      updates_queue(client->updates, u, QUEUE_CHANGED);
    }
  }
}

void
subscriptions_release(Subscriptions* const subscriptions,
                      OscClient* const     client,
                      const uint64_t       control)
{
  (void)subscriptions;
  if (!client->updates) {
    return;
  }

  for (Update* u = updates_first(client->updates, control); u;
       u         = updates_next(u)) {
    u->value = 0;
    u->due   = 0;
    updates_queue(client->updates, u, QUEUE_CHANGED);
  }
}
