// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/feed_private.h"
#include "services/song_time.h"

#include <stdlib.h>
#include <string.h>

static bool
change_tempo(Work* const work)
{
  TempoMap* const map = song_time_map(work->after, work->feed->rate);
  const Operation op  = {.type = OPERATION_TEMPO, .tempo = map};
  if (!map || !batch_add(work->batch, &op)) {
    tempo_map_free(map);
    return feed_out_of_memory(work);
  }

  return true;
}

static bool
change_bars(Work* const work)
{
  BarMap* const   bars = song_time_bars(work->after);
  const Operation op   = {.type = OPERATION_BARS, .bars = bars};
  if (!bars || !batch_add(work->batch, &op)) {
    bar_map_free(bars);
    return feed_out_of_memory(work);
  }

  return true;
}

bool
feed_change_root(Work* const work)
{
  const Composition* const a = work->before;
  const Composition* const b = work->after;

  const Operation loop = {
    .type = OPERATION_LOOP,
    .loop = {b->loop_enabled, b->loop_start, b->loop_end}};
  const Operation metronome = {
    .type  = OPERATION_METRONOME,
    .value = b->metronome ? (float)b->metronome_volume : 0.0f};

  if (!a || a->order[KIND_TRACK] != b->order[KIND_TRACK] ||
      a->order[KIND_BUS] != b->order[KIND_BUS]) {
    work->schedule = true;
  }

  return ((a && song_time_equal(a, b)) || change_tempo(work)) &&
         ((a && song_time_bars_equal(a, b)) || change_bars(work)) &&
         ((a && a->loop_enabled == b->loop_enabled &&
           a->loop_start == b->loop_start && a->loop_end == b->loop_end) ||
          feed_add(work, &loop)) &&
         ((a && a->metronome == b->metronome &&
           a->metronome_volume == b->metronome_volume) ||
          feed_add(work, &metronome));
}

static uint32_t
plan_output(const Composition* const root, const Id output)
{
  const int64_t at = id_list_find(root->order[KIND_BUS], output);
  return at < 0 ? PLAN_MASTER
                : id_list_count(root->order[KIND_TRACK]) + (uint32_t)at;
}

bool
feed_change_schedule(Work* const work)
{
  static const Kind kinds[] = {KIND_TRACK, KIND_BUS};

  const Composition* const root  = work->after;
  const uint32_t           count = id_list_count(root->order[KIND_TRACK]) +
                         id_list_count(root->order[KIND_BUS]);
  PlanChannel* const channels =
    (PlanChannel*)calloc(count + 1u, sizeof(PlanChannel));
  if (!channels) {
    return feed_out_of_memory(work);
  }

  uint32_t n = 0;
  for (uint32_t k = 0; k < 2u; ++k) {
    const IdList* const order = root->order[kinds[k]];
    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      const Voice* const   voice   = feed_find_voice(work->feed, order->ids[i]);
      const Channel* const channel = composition_channel(root, order->ids[i]);
      channels[n].channel          = voice->channel;
      channels[n].source           = voice->source;
      channels[n++].output         = plan_output(root, channel->output);
    }
  }

  channels[n].channel  = work->feed->preview.channel;
  channels[n].source   = work->feed->preview.source;
  channels[n++].output = PLAN_MASTER;

  const Plan plan = {
    .channels = channels, .num_channels = n, .master = work->feed->master};
  Schedule* schedule = NULL;
  work->status       = schedule_new(work->feed->engine, &plan, &schedule);
  free(channels);
  if (work->status) {
    return false;
  }

  const Operation op = {.type = OPERATION_SCHEDULE, .schedule = schedule};
  if (!batch_add(work->batch, &op)) {
    schedule_free(schedule);
    return feed_out_of_memory(work);
  }

  return true;
}
