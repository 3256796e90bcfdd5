// SPDX-License-Identifier: GPL-3.0-or-later
//
// Things as an assistant is told of them

#include "services/composition_state.h"
#include "services/daw_private.h"
#include "services/playback.h"
#include "services/song_time.h"
#include "services/synthesis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/// A number without noise behind the fourth digit
static json_t*
number(const double value)
{
  return json_real(round(value * 10000.0) / 10000.0);
}

static json_t*
id_text(const Id id)
{
  char text[ID_TEXT_SIZE];
  return json_string(id_format(id, text));
}

double
daw_bar(Services* const services)
{
  const Signature s = services_document(services)->signature;
  return s.unit ? 4.0 * s.beats / s.unit : 4.0;
}

json_t*
daw_describe_effects(Services* const services, const Channel* const channel)
{
  const Composition* const root = services_document(services);
  json_t* const            list = json_array();
  for (uint32_t i = 0; i < id_list_count(channel->effects); ++i) {
    const Effect* const effect =
      (const Effect*)composition_find(root, channel->effects->ids[i]);
    if (!effect) {
      continue;
    }

    json_t* const     params = json_object();
    const char* const type   = string_text(effect->type);
    const char*       symbol = NULL;
    for (uint32_t k = 0; (symbol = daw_effect_param_at(type, k)); ++k) {
      json_object_set_new(
        params, symbol, number(daw_effect_value(effect, symbol)));
    }

    json_array_append_new(list,
                          json_pack("{s:o, s:s, s:b, s:o}",
                                    "id",
                                    id_text(effect->node.id),
                                    "type",
                                    type,
                                    "bypass",
                                    effect->bypass,
                                    "params",
                                    params));
  }

  return list;
}

static json_t*
describe_sends(const Channel* const channel)
{
  json_t* const list = json_array();
  for (uint32_t i = 0; channel->sends && i < channel->sends->count; ++i) {
    const Send* const send = &channel->sends->sends[i];
    json_array_append_new(list,
                          json_pack("{s:o, s:o}",
                                    "bus",
                                    id_text(send->bus),
                                    "level",
                                    number(send->level_db)));
  }

  return list;
}

json_t*
daw_describe_track(Services* const services, const Track* const track)
{
  json_t* const clips = json_array();
  for (uint32_t i = 0; i < id_list_count(track->clips); ++i) {
    json_array_append_new(clips, id_text(track->clips->ids[i]));
  }

  const Channel* const channel = track->channel;
  return json_pack("{s:o, s:s, s:s, s:I, s:s, s:s, s:o, s:o, s:b, s:b, s:o, "
                   "s:o, s:o}",
                   "id",
                   id_text(track->node.id),
                   "name",
                   string_text(track->name),
                   "type",
                   track->type == TRACK_AUDIO ? "audio" : "midi",
                   "position",
                   (json_int_t)tracks_position(services, track->node.id),
                   "instrument",
                   string_text(track->instrument),
                   "kit",
                   string_text(track->kit),
                   "fader",
                   number(channel->fader_db),
                   "pan",
                   number(channel->pan),
                   "mute",
                   channel->mute,
                   "solo",
                   channel->solo,
                   "effects",
                   daw_describe_effects(services, channel),
                   "sends",
                   describe_sends(channel),
                   "clips",
                   clips);
}

json_t*
daw_describe_clip(Services* const services, const Clip* const clip)
{
  const double bar   = daw_bar(services);
  const double start = ticks_to_beats(clip->start);
  const double end   = start + ticks_to_beats(clip->length);
  return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:b, s:I}",
                   "id",
                   id_text(clip->node.id),
                   "track",
                   id_text(clip->track),
                   "name",
                   string_text(clip->name),
                   "start",
                   number(start),
                   "length",
                   number(end - start),
                   "first_bar",
                   number(floor(start / bar + 1e-6) + 1.0),
                   "last_bar",
                   number(ceil(end / bar - 1e-6)),
                   "mute",
                   clip->mute,
                   "notes",
                   (json_int_t)note_list_count(clip->notes));
}

json_t*
daw_describe_song(Services* const services)
{
  const Composition* const root = services_document(services);
  char                     meter[16];
  snprintf(
    meter, sizeof(meter), "%u/%u", root->signature.beats, root->signature.unit);
  return json_pack(
    "{s:s, s:o, s:s, s:s, s:s, s:o, s:{s:b, s:o, s:o}, s:b, s:o, s:o, s:I}",
    "name",
    string_text(root->name),
    "tempo",
    number(tempo_to_bpm(root->tempo)),
    "time_signature",
    meter,
    "key",
    string_text(root->key),
    "transport",
    playback_state(services),
    "position",
    number(ticks_to_beats(playback_position(services))),
    "loop",
    "enabled",
    root->loop_enabled,
    "start",
    number(ticks_to_beats(root->loop_start)),
    "end",
    number(ticks_to_beats(root->loop_end)),
    "metronome",
    root->metronome,
    "bar_beats",
    number(daw_bar(services)),
    "length_beats",
    number(ticks_to_beats(song_time_end(root))),
    "tracks",
    (json_int_t)id_list_count(root->order[KIND_TRACK]));
}

// Results

void
daw_tell(const DawCall* const call, const char* const key, json_t* const value)
{
  json_object_set_new(call->result, key, value);
}

Status
daw_tell_track(const DawCall* const call, const Id id)
{
  const Track* const track =
    composition_track(services_document(call->services), id);
  daw_tell(call, "track", daw_describe_track(call->services, track));
  return STATUS_OK;
}

Status
daw_tell_clip(const DawCall* const call, const Id id)
{
  const Clip* const clip =
    composition_clip(services_document(call->services), id);
  daw_tell(call, "clip", daw_describe_clip(call->services, clip));
  return STATUS_OK;
}

// Instruments

const char*
daw_instrument_at(Services* const services, const uint32_t index)
{
  const Presets* const presets = synthesis_presets(services);
  return index < presets_count(presets) ? presets_get(presets, index)->name
                                        : NULL;
}

const char*
daw_instrument(Services* const services, const char* const names)
{
  const Presets* const presets = synthesis_presets(services);
  for (const char* at = names; *at;) {
    char         name[80];
    const size_t length = strcspn(at, "|");
    snprintf(name, sizeof(name), "%.*s", (int)length, at);
    const Preset* const preset = presets_find(presets, name);
    if (preset) {
      return preset->name;
    }

    at += length + (at[length] == '|');
  }

  return NULL;
}
