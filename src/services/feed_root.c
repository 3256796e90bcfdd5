// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/feed_private.h"
#include "services/song_time.h"

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

/// While another transport leads, it says where to go on
static bool
loops(const Composition* const root)
{
  return root->loop_enabled && !root->sync;
}

bool
feed_change_end(Work* const work)
{
  const Composition* const a = work->before;
  const Composition* const b = work->after;
  if (a && a->stop_at_end == b->stop_at_end &&
      (!b->stop_at_end || a->things[KIND_CLIP] == b->things[KIND_CLIP])) {
    return true;
  }

  const Operation op = {.type = OPERATION_END,
                        .end  = b->stop_at_end ? song_time_end(b) : 0};
  return feed_add(work, &op);
}

bool
feed_change_root(Work* const work)
{
  const Composition* const a = work->before;
  const Composition* const b = work->after;

  const Operation loop  = {.type = OPERATION_LOOP,
                           .loop = {loops(b), b->loop_start, b->loop_end}};
  const Operation clock = {
    .type  = OPERATION_CLOCK,
    .param = work->feed->source.clock(work->feed->source.handle, b)};
  const Operation metronome = {
    .type  = OPERATION_METRONOME,
    .value = b->metronome ? (float)b->metronome_volume : 0.0f};

  if (!a || a->order[KIND_TRACK] != b->order[KIND_TRACK] ||
      a->order[KIND_BUS] != b->order[KIND_BUS]) {
    work->schedule = true;
  }

  if (a && a->order[KIND_SCENE] != b->order[KIND_SCENE] &&
      !feed_mark_slots(work)) {
    return false;
  }

  return ((a && song_time_equal(a, b)) || change_tempo(work)) &&
         ((a && song_time_bars_equal(a, b)) || change_bars(work)) &&
         ((a && loops(a) == loops(b) && a->loop_start == b->loop_start &&
           a->loop_end == b->loop_end) ||
          feed_add(work, &loop)) &&
         feed_change_limiter(work) &&
         ((a ? a->midi_clock == b->midi_clock : !b->midi_clock) ||
          feed_add(work, &clock)) &&
         ((a && a->metronome == b->metronome &&
           a->metronome_volume == b->metronome_volume) ||
          feed_add(work, &metronome));
}
