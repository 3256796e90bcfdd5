// SPDX-License-Identifier: GPL-3.0-or-later
//
// From the document to the engine's plan
//
// An effect or send of the document gets its instance when a plan first needs
// it, since by then its channel is there.

#include "services/feed_private.h"

#include <stdlib.h>

/// Room for all effects and sends of a plan
typedef struct {
  Work*       work;
  PlanEffect* effects;
  PlanSend*   sends;
  uint32_t    num_effects;
  uint32_t    num_sends;
} Planning;

/// Index of a channel in the plan, or `none`
static uint32_t
plan_index(const Composition* const root, const Id id, const uint32_t none)
{
  const bool    is_track = id_kind(id) == KIND_TRACK;
  const int64_t at       = is_track || id_kind(id) == KIND_BUS
                             ? id_list_find(root->order[id_kind(id)], id)
                             : -1;
  return at < 0 ? none
                : (is_track ? 0u : id_list_count(root->order[KIND_TRACK])) +
                    (uint32_t)at;
}

/// Plan the effects of a channel; returns the first, `*num` of them
static const PlanEffect*
plan_effects(Planning* const      planning,
             const Channel* const node,
             EngineChannel* const channel,
             uint32_t* const      num)
{
  Work* const              work  = planning->work;
  const Composition* const root  = work->after;
  const uint32_t           first = planning->num_effects;
  for (uint32_t i = 0; i < id_list_count(node->effects); ++i) {
    const Effect* const effect =
      (const Effect*)composition_find(root, node->effects->ids[i]);
    EngineEffect* const instance =
      effect && !work->status ? feed_need_effect(work, effect, channel) : NULL;
    if (instance) {
      planning->effects[planning->num_effects++] =
        (PlanEffect){instance, plan_index(root, effect->key, PLAN_NONE)};
    }
  }

  *num = planning->num_effects - first;
  return planning->effects + first;
}

/// Plan a channel with its effects and sends
static PlanChannel
plan_channel(Planning* const planning, const Id id)
{
  Work* const              work    = planning->work;
  const Composition* const root    = work->after;
  const Voice* const       voice   = feed_find_voice(work->feed, id);
  const Channel* const     node    = composition_channel(root, id);
  PlanChannel              planned = {
                 .channel = voice->channel,
                 .source  = voice->source,
                 .output  = plan_index(root, node->output, PLAN_MASTER),
                 .sends   = planning->sends + planning->num_sends,
  };

  planned.effects =
    plan_effects(planning, node, voice->channel, &planned.num_effects);

  const FeedSends* const sends =
    work->status ? NULL : feed_need_sends(work, node, voice->channel);
  for (uint32_t i = 0; sends && i < sends->count; ++i) {
    const Send* const send = &node->sends->sends[i];
    const uint32_t    bus  = plan_index(root, send->bus, PLAN_NONE);
    if (bus != PLAN_NONE) {
      planning->sends[planning->num_sends++] =
        (PlanSend){sends->sends[i]->send, bus, send->pre};
      ++planned.num_sends;
    }
  }

  return planned;
}

/// Room that a plan of the whole document takes
static void
count_plan(const Composition* const root,
           uint32_t* const          effects,
           uint32_t* const          sends)
{
  static const Kind kinds[] = {KIND_TRACK, KIND_BUS};
  *effects                  = id_list_count(root->master->effects);
  *sends                    = 0;
  for (uint32_t k = 0; k < 2u; ++k) {
    const IdList* const order = root->order[kinds[k]];
    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      const Channel* const channel = composition_channel(root, order->ids[i]);
      *effects += id_list_count(channel->effects);
      *sends += channel->sends ? channel->sends->count : 0u;
    }
  }
}

/// Plan all channels into `channels`; returns their number
static uint32_t
plan_channels(Planning* const planning, PlanChannel* const channels)
{
  static const Kind kinds[] = {KIND_TRACK, KIND_BUS};
  const Feed* const feed    = planning->work->feed;
  uint32_t          n       = 0;
  for (uint32_t k = 0; k < 2u; ++k) {
    const IdList* const order = planning->work->after->order[kinds[k]];
    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      channels[n++] = plan_channel(planning, order->ids[i]);
    }
  }

  channels[n++] = (PlanChannel){.channel = feed->preview.channel,
                                .source  = feed->preview.source,
                                .output  = PLAN_MASTER};
  return n;
}

/// Send a schedule for a plan
static bool
send_schedule(Work* const work, const Plan* const plan)
{
  Schedule* schedule = NULL;
  work->status       = schedule_new(work->feed->engine, plan, &schedule);
  if (work->status) {
    return false;
  }

  const Operation op = {.type = OPERATION_SCHEDULE, .schedule = schedule};
  if (!batch_add(work->batch, &op)) {
    schedule_free(schedule);
    return feed_out_of_memory(work);
  }

  // Instances of effects and sends may be others than before
  work->targets       = true;
  work->feed->latency = schedule_latency(schedule);
  return true;
}

bool
feed_change_schedule(Work* const work)
{
  const Composition* const root  = work->after;
  const uint32_t           count = id_list_count(root->order[KIND_TRACK]) +
                         id_list_count(root->order[KIND_BUS]);
  uint32_t num_effects = 0;
  uint32_t num_sends   = 0;
  count_plan(root, &num_effects, &num_sends);

  PlanChannel* const channels =
    (PlanChannel*)calloc(count + 1u, sizeof(PlanChannel));
  Planning planning = {
    .work    = work,
    .effects = (PlanEffect*)calloc(num_effects + 1u, sizeof(PlanEffect)),
    .sends   = (PlanSend*)calloc(num_sends + 1u, sizeof(PlanSend)),
  };

  bool ok = false;
  if (!channels || !planning.effects || !planning.sends) {
    feed_out_of_memory(work);
  } else {
    Plan plan         = {.channels = channels, .master = work->feed->master};
    plan.num_channels = plan_channels(&planning, channels);
    plan.effects      = plan_effects(
      &planning, root->master, work->feed->master, &plan.num_effects);
    plan.limiter = work->status ? NULL : feed_need_limiter(work);
    ok           = !work->status && send_schedule(work, &plan);
  }

  free(channels);
  free(planning.effects);
  free(planning.sends);
  return ok;
}
