// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/feed_private.h"

#include <stdlib.h>

static void
release_send(FeedSend* const send)
{
  if (send && --send->refs == 0) {
    engine_send_free(send->send);
    free(send);
  }
}

void
feed_release_sends(void* const owner, void* const thing)
{
  (void)owner;
  FeedSends* const sends = (FeedSends*)thing;
  if (sends) {
    for (uint32_t i = 0; i < sends->count; ++i) {
      release_send(sends->sends[i]);
    }

    free(sends);
  }
}

/// Slots and number of a channel's sends
static Slots*
slots_of_sends(Feed* const feed, const Id channel)
{
  return id_kind(channel) == KIND_TRACK ? &feed->track_sends : &feed->bus_sends;
}

static FeedSends*
find_sends(Feed* const feed, const Id channel)
{
  return (FeedSends*)slots_get(slots_of_sends(feed, channel),
                               id_number(channel));
}

static FeedSend*
find_send(const FeedSends* const sends, const Id bus)
{
  for (uint32_t i = 0; sends && i < sends->count; ++i) {
    if (sends->sends[i]->bus == bus) {
      return sends->sends[i];
    }
  }

  return NULL;
}

EngineSend*
feed_find_send(const Feed* const feed, const Id channel, const Id bus)
{
  const Slots* const slots =
    id_kind(channel) == KIND_TRACK ? &feed->track_sends : &feed->bus_sends;
  const FeedSend* const send =
    find_send((const FeedSends*)slots_get(slots, id_number(channel)), bus);
  return send ? send->send : NULL;
}

static bool
set_level(Work* const          work,
          EngineSend* const    send,
          const Channel* const channel,
          const Send* const    node)
{
  const bool      off = node->pre && feed_is_silenced(work, channel);
  const Operation op  = {.type  = OPERATION_SEND,
                         .send  = send,
                         .value = off ? -60.0f : (float)node->level_db};
  return feed_add(work, &op);
}

bool
feed_change_send_levels(Work* const work, const Channel* const channel)
{
  const FeedSends* const sends = find_sends(work->feed, channel->node.id);
  for (uint32_t i = 0; channel->sends && i < channel->sends->count; ++i) {
    const Send* const     node = &channel->sends->sends[i];
    const FeedSend* const send = find_send(sends, node->bus);
    if (send && !set_level(work, send->send, channel, node)) {
      return false;
    }
  }

  return true;
}

/// The send to a bus, shared with those before or made; null if the work failed
static FeedSend*
need_send(Work* const            work,
          const FeedSends* const before,
          EngineChannel* const   channel,
          const Channel* const   node,
          const Send* const      send)
{
  FeedSend* const old =
    before && before->channel == channel ? find_send(before, send->bus) : NULL;
  if (old) {
    ++old->refs;
    return old;
  }

  FeedSend* const made = (FeedSend*)calloc(1, sizeof(FeedSend));
  if (!made) {
    feed_out_of_memory(work);
    return NULL;
  }

  made->refs = 1;
  made->bus  = send->bus;
  made->send = engine_send_new(work->feed->engine, channel, send->bus);
  if (!made->send) {
    feed_out_of_memory(work);
  }

  if (!made->send || !set_level(work, made->send, node, send)) {
    release_send(made);
    return NULL;
  }

  return made;
}

/// Whether what there is fits a channel of the document
static bool
sends_fit(const FeedSends* const     sends,
          const EngineChannel* const channel,
          const SendList* const      list)
{
  const uint32_t count = list ? list->count : 0u;
  if (!sends) {
    return !count;
  }

  for (uint32_t i = 0; i < count && i < sends->count; ++i) {
    if (sends->sends[i]->bus != list->sends[i].bus) {
      return false;
    }
  }

  return sends->channel == channel && sends->count == count;
}

FeedSends*
feed_need_sends(Work* const          work,
                const Channel* const node,
                EngineChannel* const channel)
{
  const Id         id     = node->node.id;
  Slots* const     slots  = slots_of_sends(work->feed, id);
  FeedSends* const before = find_sends(work->feed, id);
  const uint32_t   count  = node->sends ? node->sends->count : 0u;
  if (sends_fit(before, channel, node->sends)) {
    return before;
  }

  FeedSends* const sends = (FeedSends*)calloc(
    1, sizeof(FeedSends) + (size_t)count * sizeof(FeedSend*));
  if (!sends) {
    feed_out_of_memory(work);
    return NULL;
  }

  sends->channel = channel;
  for (uint32_t i = 0; i < count; ++i) {
    sends->sends[i] =
      need_send(work, before, channel, node, &node->sends->sends[i]);
    if (!sends->sends[i]) {
      feed_release_sends(NULL, sends);
      return NULL;
    }

    ++sends->count;
  }

  return feed_replace(work, slots, id_number(id), sends) ? sends : NULL;
}

bool
feed_drop_sends(Work* const work, const Id channel)
{
  return !find_sends(work->feed, channel) ||
         feed_replace(
           work, slots_of_sends(work->feed, channel), id_number(channel), NULL);
}
