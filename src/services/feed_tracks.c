// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/clip_part.h"
#include "services/feed_private.h"
#include "services/track_input.h"

#include <stdlib.h>

static bool
change_voice(Work* const work, Slots* const slots, const Change* const change)
{
  work->schedule        = true;
  work->targets         = true;
  const uint32_t number = id_number(change->id);
  if (!change->after) {
    return feed_drop_sends(work, change->id) &&
           feed_replace(work, slots, number, NULL);
  }

  Voice* const voice = (Voice*)calloc(1, sizeof(Voice));
  if (!voice) {
    return feed_out_of_memory(work);
  }

  const bool is_track = change->type == NODE_TRACK;
  voice->channel      = engine_channel_new(work->feed->engine, change->id);
  if (is_track) {
    const Track* const track = (const Track*)change->after;
    voice->source =
      engine_track_new(work->feed->engine, change->id, (TrackType)track->type);
  }

  if (!voice->channel || (is_track && !voice->source)) {
    feed_release_voice(work->feed->engine, voice);
    return feed_out_of_memory(work);
  }

  return feed_replace(work, slots, number, voice);
}

/// The engine of a track's instrument
static const InstrumentInfo*
instrument_info(const Work* const work, const Track* const track)
{
  const FeedSource* const source = &work->feed->source;
  return source->info(source->handle, track);
}

static float
param_value(const Work* const           work,
            const Track* const          track,
            const InstrumentInfo* const info,
            const uint32_t              param)
{
  const FeedSource* const source = &work->feed->source;
  return source->param(source->handle, track, info, param);
}

static bool
set_instrument(Work* const work, const Track* const track)
{
  const InstrumentInfo* const info = instrument_info(work, track);
  work->targets                    = true;
  Instrument* const instrument =
    instrument_new(info, work->feed->rate, work->feed->level);
  if (!instrument) {
    return feed_out_of_memory(work);
  }

  const FeedSource* const source = &work->feed->source;
  instrument_load(instrument, source->map(source->handle, track));
  for (uint32_t i = 0; i < info->num_params; ++i) {
    info->set(instrument->state, i, param_value(work, track, info, i));
  }

  const Operation op = {.type       = OPERATION_INSTRUMENT,
                        .track      = feed_track(work->feed, track->node.id),
                        .instrument = instrument};
  if (!batch_add(work->batch, &op)) {
    instrument_free(instrument);
    return feed_out_of_memory(work);
  }

  return true;
}

Status
feed_refresh_instrument(Feed* const              feed,
                        const Composition* const root,
                        const Track* const       track,
                        Batch* const             batch)
{
  Work work = {.feed = feed, .before = root, .after = root, .batch = batch};
  return !feed_track(feed, track->node.id) || set_instrument(&work, track)
           ? STATUS_OK
           : work.status;
}

/// Send the parameters in which two versions of a track's instrument differ
static bool
set_params(Work* const        work,
           const Track* const before,
           const Track* const after)
{
  const InstrumentInfo* const info = instrument_info(work, after);
  for (uint32_t i = 0; i < info->num_params; ++i) {
    const float     value = param_value(work, after, info, i);
    const Operation op    = {.type  = OPERATION_PARAM,
                             .track = feed_track(work->feed, after->node.id),
                             .param = i,
                             .value = value};
    if (value != param_value(work, before, info, i) && !feed_add(work, &op)) {
      return false;
    }
  }

  return true;
}

/// Note that a track needs a new clip set
bool
feed_mark_dirty(Work* const work, const Id track)
{
  for (uint32_t i = work->num_dirty; i > 0; --i) {
    if (work->dirty[i - 1u] == track) {
      return true;
    }
  }

  if (work->num_dirty == work->max_dirty) {
    const uint32_t max   = work->max_dirty ? work->max_dirty * 2u : 16u;
    Id* const      dirty = (Id*)realloc(work->dirty, max * sizeof(Id));
    if (!dirty) {
      return feed_out_of_memory(work);
    }

    work->dirty     = dirty;
    work->max_dirty = max;
  }

  work->dirty[work->num_dirty++] = track;
  return true;
}

bool
feed_change_bus(Work* const work, const Change* const change)
{
  return (change->before && change->after) ||
         change_voice(work, &work->feed->buses, change);
}

static uint32_t
port_of(const Work* const work, const Track* const track, const PortKind kind)
{
  const FeedSource* const source = &work->feed->source;
  return source->port(source->handle, track, kind);
}

static TrackInput
input_of(const Work* const work, const Track* const track)
{
  TrackInput input = track_input(track);
  input.port       = port_of(
    work, track, track->type == TRACK_MIDI ? PORT_MIDI_IN : PORT_AUDIO_IN);
  return input;
}

static bool
set_input(Work* const work, const Track* const before, const Track* const after)
{
  const TrackInput was = before ? input_of(work, before) : (TrackInput){0};
  const Operation  op  = {.type  = OPERATION_INPUT,
                          .track = feed_track(work->feed, after->node.id),
                          .input = input_of(work, after)};
  return (was.on == op.input.on && was.channel == op.input.channel &&
          was.sides == op.input.sides && was.port == op.input.port) ||
         feed_add(work, &op);
}

/// Where a track goes out beside its channel's output
static bool
set_outputs(Work* const        work,
            const Track* const before,
            const Track* const after)
{
  const Operation direct   = {.type    = OPERATION_DIRECT,
                              .channel = feed_channel(work->feed, after->node.id),
                              .param   = port_of(work, after, PORT_AUDIO_OUT)};
  const uint8_t   channel  = (uint8_t)after->midi_channel;
  const Operation midi_out = {
    .type     = OPERATION_MIDI_OUT,
    .track    = feed_track(work->feed, after->node.id),
    .midi_out = {port_of(work, after, PORT_MIDI_OUT), channel ? channel : 1u}};
  return ((before ? before->direct == after->direct : !after->direct) ||
          feed_add(work, &direct)) &&
         ((before ? before->midi_out == after->midi_out &&
                      before->midi_channel == after->midi_channel
                  : !after->midi_out) ||
          feed_add(work, &midi_out));
}

bool
feed_change_track(Work* const work, const Change* const change)
{
  const Track* const before = (const Track*)change->before;
  const Track* const after  = (const Track*)change->after;
  const bool         anew   = !before || !after || before->type != after->type;
  if (anew && !change_voice(work, &work->feed->tracks, change)) {
    return false;
  }

  if (!after) {
    return true;
  }

  if (!set_input(work, anew ? NULL : before, after) ||
      !set_outputs(work, anew ? NULL : before, after)) {
    return false;
  }

  const bool is_midi = after->type == TRACK_MIDI;
  const bool other_instrument =
    anew || !string_equal(before->instrument, after->instrument) ||
    !string_equal(before->kit, after->kit);
  if (is_midi && other_instrument && !set_instrument(work, after)) {
    return false;
  }

  if (is_midi && !other_instrument && before->params != after->params &&
      !set_params(work, before, after)) {
    return false;
  }

  return (!anew && before->clips == after->clips &&
          before->crossfade == after->crossfade &&
          (before->slots == after->slots ||
           json_equal(before->slots, after->slots))) ||
         feed_mark_dirty(work, change->id);
}

// Clips

ClipPart*
feed_make_part(const Work* const work, const Clip* const clip)
{
  const FeedSource* const source = &work->feed->source;
  const SampleNode* const node =
    (const SampleNode*)composition_find(work->after, clip->sample);
  Sample* const sample =
    node ? source->sample(source->handle, node, clip->pitch) : NULL;
  return clip_part_prepare(clip, sample, work->feed->rate);
}

bool
feed_put_part(Work* const work, const Clip* const clip)
{
  ClipPart* const part = feed_make_part(work, clip);
  return part ? feed_drop_slot(work, clip->node.id) &&
                  feed_replace(
                    work, &work->feed->clips, id_number(clip->node.id), part)
              : feed_out_of_memory(work);
}

bool
feed_change_clip(Work* const work, const Change* const change)
{
  const Clip* const before = (const Clip*)change->before;
  const Clip* const after  = (const Clip*)change->after;
  if (before && after && clip_sounds_equal(before, after)) {
    return true;
  }

  if (before && !feed_mark_dirty(work, before->track)) {
    return false;
  }

  return after
           ? feed_mark_dirty(work, after->track) && feed_put_part(work, after)
           : feed_drop_slot(work, change->id) &&
               feed_replace(
                 work, &work->feed->clips, id_number(change->id), NULL);
}

static bool
send_clip_set(Work* const work, const Track* const track)
{
  const uint32_t count = id_list_count(track->clips);
  ClipSet* const set   = clip_set_new(count);
  if (!set) {
    return feed_out_of_memory(work);
  }

  for (uint32_t i = 0; i < count; ++i) {
    set->parts[i] =
      (ClipPart*)slots_get(&work->feed->clips, id_number(track->clips->ids[i]));
  }

  clip_set_finish(set, (CrossMode)track->crossfade);

  const Operation op = {.type  = OPERATION_CLIPS,
                        .track = feed_track(work->feed, track->node.id),
                        .clips = set};
  if (!batch_add(work->batch, &op)) {
    clip_set_free(set);
    return feed_out_of_memory(work);
  }

  return true;
}

bool
feed_send_clip_sets(Work* const work)
{
  for (uint32_t i = 0; i < work->num_dirty; ++i) {
    const Track* const track = composition_track(work->after, work->dirty[i]);
    if (track &&
        (!send_clip_set(work, track) || !feed_send_slots(work, track))) {
      return false;
    }
  }

  return true;
}
