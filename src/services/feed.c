// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/feed.h"

#include "services/clip_part.h"
#include "services/feed_private.h"

#include <stdlib.h>

// Releasing, by control, once a batch is home

static void
release_part(void* const owner, void* const thing)
{
  (void)owner;
  clip_part_free((ClipPart*)thing);
}

void
feed_release_voice(void* const owner, void* const thing)
{
  Voice* const voice = (Voice*)thing;
  if (voice) {
    engine_track_free(voice->source);
    engine_channel_free((Engine*)owner, voice->channel);
    free(voice);
  }
}

static void
release_curve(void* const owner, void* const thing)
{
  (void)owner;
  curve_free((Curve*)thing);
}

Feed*
feed_new(Engine* const           engine,
         const uint32_t          rate,
         const CpuLevel          level,
         const FeedSource* const source)
{
  Feed* const feed = (Feed*)calloc(1, sizeof(Feed));
  if (!feed) {
    return NULL;
  }

  feed->engine = engine;
  feed->rate   = rate;
  feed->level  = level;
  feed->source = *source;
  slots_init(&feed->tracks, feed_release_voice, engine);
  slots_init(&feed->buses, feed_release_voice, engine);
  slots_init(&feed->clips, release_part, NULL);
  slots_init(&feed->curves, release_curve, NULL);
  slots_init(&feed->slots, release_part, NULL);
  slots_init(&feed->effects, feed_release_effect, NULL);
  slots_init(&feed->limiter, feed_release_effect, NULL);
  slots_init(&feed->track_sends, feed_release_sends, NULL);
  slots_init(&feed->bus_sends, feed_release_sends, NULL);

  feed->master          = engine_channel_new(engine, ID_MASTER);
  feed->preview.source  = engine_track_new(engine, ID_NONE, TRACK_MIDI);
  feed->preview.channel = engine_channel_new(engine, ID_NONE);
  if (!feed->master || !feed->preview.source || !feed->preview.channel) {
    feed_free(feed);
    return NULL;
  }

  return feed;
}

void
feed_free(Feed* const feed)
{
  if (feed) {
    slots_clear(&feed->curves);
    slots_clear(&feed->slots);
    slots_clear(&feed->clips);
    slots_clear(&feed->effects);
    slots_clear(&feed->limiter);
    slots_clear(&feed->track_sends);
    slots_clear(&feed->bus_sends);
    slots_clear(&feed->tracks);
    slots_clear(&feed->buses);
    engine_track_free(feed->preview.source);
    engine_channel_free(feed->engine, feed->preview.channel);
    engine_channel_free(feed->engine, feed->master);
    free(feed);
  }
}

Voice*
feed_find_voice(const Feed* const feed, const Id id)
{
  const Slots* const slots =
    id_kind(id) == KIND_TRACK ? &feed->tracks : &feed->buses;
  return (Voice*)slots_get(slots, id_number(id));
}

EngineTrack*
feed_track(const Feed* const feed, const Id track)
{
  const Voice* const voice = feed_find_voice(feed, track);
  return voice ? voice->source : NULL;
}

EngineTrack*
feed_preview(const Feed* const feed)
{
  return feed->preview.source;
}

EngineChannel*
feed_channel(const Feed* const feed, const Id channel)
{
  if (channel == ID_MASTER) {
    return feed->master;
  }

  const Voice* const voice = feed_find_voice(feed, channel);
  return voice ? voice->channel : NULL;
}

uint32_t
feed_latency(const Feed* const feed)
{
  return feed->latency;
}

/// Fail the work for want of memory; returns false, which ends a walk
bool
feed_out_of_memory(Work* const work)
{
  work->status = STATUS_NO_MEMORY;
  return false;
}

bool
feed_add(Work* const work, const Operation* const op)
{
  return batch_add(work->batch, op) || feed_out_of_memory(work);
}

/// Replace what a slot holds; what it held goes to the batch's garbage
bool
feed_replace(Work* const    work,
             Slots* const   slots,
             const uint32_t number,
             void* const    thing)
{
  void* const old = slots_get(slots, number);
  if (!slots_put(slots, number, thing)) {
    slots->release(slots->owner, thing);
    return feed_out_of_memory(work);
  }

  return !old ||
         batch_discard(work->batch, slots->release, slots->owner, old) ||
         feed_out_of_memory(work);
}

static bool
change(void* const handle, const Change* const changed)
{
  Work* const work = (Work*)handle;
  switch (changed->type) {
    case NODE_COMPOSITION:
      return feed_change_root(work);
    case NODE_BUS:
      return (changed->before && changed->after) ||
             feed_change_bus(work, changed);
    case NODE_TRACK:
      return feed_change_track(work, changed);
    case NODE_CHANNEL:
      return feed_change_channel(
        work, (const Channel*)changed->before, (const Channel*)changed->after);
    case NODE_GROUP:
      return feed_change_group(work, changed);
    case NODE_CLIP:
      feed_move_automation(work, changed->id);
      return feed_change_clip(work, changed);
    case NODE_EFFECT:
      work->targets = work->targets || !changed->before || !changed->after;
      return feed_change_effect(work, changed);
    case NODE_AUTOMATION:
      return feed_change_automation(work, changed);
    default:
      return true;
  }
}

Status
feed_change(Feed* const              feed,
            const Composition* const old_root,
            const Composition* const new_root,
            Batch* const             batch)
{
  Work work = {
    .feed = feed, .before = old_root, .after = new_root, .batch = batch};

  feed->old_num_solo       = feed->num_solo;
  feed->old_num_group_solo = feed->num_group_solo;

  bool ok = document_difference(old_root, new_root, change, &work);
  if (work.groups) {
    feed_count_group_solos(&work);
  }

  ok = ok && (!work.solo || feed_change_solo(&work)) &&
       feed_send_clip_sets(&work) &&
       (!work.schedule || feed_change_schedule(&work)) &&
       feed_send_curves(&work) && feed_change_end(&work);
  id_list_release(work.moved);
  free(work.dirty);
  return ok ? STATUS_OK : work.status;
}

void
feed_rollback(Feed* const feed)
{
  feed->num_solo       = feed->old_num_solo;
  feed->num_group_solo = feed->old_num_group_solo;
  slots_rollback(&feed->curves);
  slots_rollback(&feed->slots);
  slots_rollback(&feed->clips);
  slots_rollback(&feed->effects);
  slots_rollback(&feed->limiter);
  slots_rollback(&feed->track_sends);
  slots_rollback(&feed->bus_sends);
  slots_rollback(&feed->tracks);
  slots_rollback(&feed->buses);
}

void
feed_accept(Feed* const feed)
{
  slots_accept(&feed->curves);
  slots_accept(&feed->slots);
  slots_accept(&feed->clips);
  slots_accept(&feed->effects);
  slots_accept(&feed->limiter);
  slots_accept(&feed->track_sends);
  slots_accept(&feed->bus_sends);
  slots_accept(&feed->tracks);
  slots_accept(&feed->buses);
}

/// What `visit_sample_clip` looks for
typedef struct {
  Work work;
  Id   sample;
} Refresh;

static bool
visit_sample_clip(void* const       handle,
                  const uint32_t    number,
                  const Node* const node)
{
  (void)number;
  Refresh* const    refresh = (Refresh*)handle;
  const Clip* const clip    = (const Clip*)node;
  return clip->sample != refresh->sample ||
         (feed_mark_dirty(&refresh->work, clip->track) &&
          feed_put_part(&refresh->work, clip));
}

Status
feed_refresh_sample(Feed* const              feed,
                    const Composition* const root,
                    const Id                 sample,
                    Batch* const             batch)
{
  Refresh refresh = {
    {.feed = feed, .before = root, .after = root, .batch = batch}, sample};

  feed->old_num_solo       = feed->num_solo;
  feed->old_num_group_solo = feed->num_group_solo;

  const bool ok =
    table_each(root->things[KIND_CLIP], visit_sample_clip, &refresh) &&
    feed_send_clip_sets(&refresh.work);
  free(refresh.work.dirty);
  return ok ? STATUS_OK : refresh.work.status;
}
