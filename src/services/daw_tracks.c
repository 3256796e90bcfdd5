// SPDX-License-Identifier: GPL-3.0-or-later
//
// Actions on tracks, buses and channels

#include "engine/engine.h"
#include "services/composition_state.h"
#include "services/daw_private.h"
#include "services/edit.h"
#include "services/mixer.h"

#include <stdlib.h>
#include <string.h>

static Status
create_track(DawCall* const call)
{
  Services* const   services   = call->services;
  const char* const instrument = daw_text(call, "instrument", "");
  const char* const kit        = daw_text(call, "kit", "");
  const char* const color      = daw_text(call, "color", "");
  const char* const type       = daw_text(call, "type", "midi");
  Id                id         = ID_NONE;
  Status            st         = tracks_create(services,
                            daw_text(call, "name", ""),
                            strcmp(type, "audio") ? TRACK_MIDI : TRACK_AUDIO,
                            &id);
  st =
    st || !*instrument ? st : tracks_set_instrument(services, id, instrument);
  st = st || !*kit ? st : daw_set_text(services, id, NODE_TRACK, "kit", kit);
  st = st || !*color ? st : tracks_set_color(services, id, color);
  return st ? st : daw_tell_track(call, id);
}

static Status
delete_track(DawCall* const call)
{
  return tracks_delete(call->services, daw_id(call, KIND_TRACK, "track_id"));
}

static Status
duplicate_track(DawCall* const call)
{
  Id                id   = ID_NONE;
  const char* const name = daw_text(call, "name", NULL);
  Status            st =
    tracks_duplicate(call->services, daw_id(call, KIND_TRACK, "track_id"), &id);
  st = st || !name ? st
                   : daw_set_text(call->services, id, NODE_TRACK, "name", name);
  return st ? st : daw_tell_track(call, id);
}

static Status
rename_track(DawCall* const call)
{
  const Id     id = daw_id(call, KIND_TRACK, "track_id");
  const Status st = daw_set_text(
    call->services, id, NODE_TRACK, "name", daw_text(call, "name", ""));
  return st ? st : daw_tell_track(call, id);
}

static Status
set_color(DawCall* const call)
{
  const Id     id = daw_id(call, KIND_TRACK, "track_id");
  const Status st =
    tracks_set_color(call->services, id, daw_text(call, "color", ""));
  return st ? st : daw_tell_track(call, id);
}

static Status
change_instrument(DawCall* const call)
{
  const Id     id = daw_id(call, KIND_TRACK, "track_id");
  const Status st =
    tracks_set_instrument(call->services, id, daw_text(call, "instrument", ""));
  return st ? st : daw_tell_track(call, id);
}

static Status
set_kit(DawCall* const call)
{
  const Id     id = daw_id(call, KIND_TRACK, "track_id");
  const Status st =
    tracks_set_kit(call->services, id, daw_text(call, "kit_id", ""));
  return st ? st : daw_tell_track(call, id);
}

static Status
set_instrument_param(DawCall* const call)
{
  const Id     id = daw_id(call, KIND_TRACK, "track_id");
  const Status st = tracks_set_param(call->services,
                                     id,
                                     daw_text(call, "parameter", ""),
                                     daw_number(call, "value", 0.0));
  return st ? st : daw_tell_track(call, id);
}

static Status
move_track(DawCall* const call)
{
  const Id     id = daw_id(call, KIND_TRACK, "track_id");
  const Status st = tracks_set_position(
    call->services, id, (int64_t)daw_number(call, "position", 1.0));
  return st ? st : daw_tell_track(call, id);
}

static Status
reorder_tracks(DawCall* const call)
{
  Services* const     services = call->services;
  const json_t* const order    = daw_get(call, "track_order");
  const uint32_t      count =
    id_list_count(services_document(services)->order[KIND_TRACK]);
  IdList* const list = id_list_new(count);
  if (!list) {
    return edit_no_memory(services);
  }

  Status st = json_array_size(order) == count
                ? STATUS_OK
                : services_fail(services,
                                STATUS_BAD_ARGUMENT,
                                "Expected each of the %u tracks once",
                                count);
  for (uint32_t i = 0; !st && i < count; ++i) {
    const char* const text = json_string_value(json_array_get(order, i));
    st = text ? daw_find(services, KIND_TRACK, text, &list->ids[i])
              : services_fail(
                  services, STATUS_BAD_ARGUMENT, "Expected the ids of tracks");
    for (uint32_t k = 0; !st && k < i; ++k) {
      st = list->ids[k] != list->ids[i]
             ? st
             : services_fail(services,
                             STATUS_BAD_ARGUMENT,
                             "Expected each track once, %s is there twice",
                             text);
    }
  }

  if (st) {
    id_list_release(list);
    return st;
  }

  return composition_set_order(edit_draft(services), KIND_TRACK, list);
}

// Channels

/// Tell the state of a channel
static Status
tell_channel(const DawCall* const call, const Id id)
{
  const Channel* const channel =
    composition_channel(services_document(call->services), id);
  if (id_kind(id) == KIND_TRACK) {
    return daw_tell_track(call, id);
  }

  char text[ID_TEXT_SIZE];
  daw_tell(call, "channel", json_string(id_format(id, text)));
  daw_tell(call, "fader", json_real(channel->fader_db));
  daw_tell(call, "mute", json_boolean(channel->mute));
  return STATUS_OK;
}

static Status
set_track_parameter(DawCall* const call)
{
  const char* const   name = daw_text(call, "parameter", "");
  const json_t* const json = daw_get(call, "value");
  const Id            id   = daw_id(call, KIND_NONE, "track_id");
  const double        value =
    json_is_boolean(json) ? json_is_true(json) : json_number_value(json);
  if (!json_is_number(json) && !json_is_boolean(json)) {
    return services_fail(call->services,
                         STATUS_BAD_ARGUMENT,
                         "Expected a number or a truth for \"value\"");
  }

  const Status st = daw_set_number(call->services,
                                   id,
                                   NODE_CHANNEL,
                                   strcmp(name, "volume") ? name : "fader",
                                   value);
  return st ? st : tell_channel(call, id);
}

static Status
set_channel(DawCall* const call)
{
  static const char* const fields[] = {
    "fader", "pan", "width", "input_gain", "mute", "solo", "phase"};
  const Id id = daw_id(call, KIND_NONE, "channel");
  Status   st = STATUS_OK;
  for (size_t i = 0; !st && i < sizeof(fields) / sizeof(fields[0]); ++i) {
    const json_t* const value = daw_get(call, fields[i]);
    if (value) {
      st = daw_set_number(call->services,
                          id,
                          NODE_CHANNEL,
                          fields[i],
                          json_is_boolean(value) ? json_is_true(value)
                                                 : json_number_value(value));
    }
  }

  const Id output = daw_id(call, KIND_NONE, "output");
  st =
    st || output == ID_NONE ? st : mixer_set_output(call->services, id, output);
  return st ? st : tell_channel(call, id);
}

/// Put a send among others, or take it away
static Status
put_send(Services* const   services,
         Channel* const    channel,
         const Send* const send,
         const bool        remove)
{
  const SendList* const old   = channel->sends;
  const uint32_t        count = old ? old->count : 0;
  uint32_t              n     = 0;
  SendList* const       list  = send_list_new(count + 1u);
  if (!list) {
    return edit_no_memory(services);
  }

  for (uint32_t i = 0; i < count; ++i) {
    if (old->sends[i].bus != send->bus) {
      list->sends[n++] = old->sends[i];
    }
  }

  if (!remove) {
    list->sends[n++] = *send;
  }

  list->count = n;
  send_list_release(channel->sends);
  channel->sends = list;
  if (!n) {
    send_list_release(list);
    channel->sends = NULL;
  }

  return STATUS_OK;
}

static Status
set_send(DawCall* const call)
{
  Services* const services = call->services;
  const Id        id       = daw_id(call, KIND_NONE, "channel");
  const Send      send     = {daw_id(call, KIND_BUS, "bus"),
                              daw_number(call, "level", -12.0),
                              daw_bool(call, "pre", false)};
  Status          st       = STATUS_OK;
  Channel* const  channel  = edit_copy_channel(services, id, &st);
  if (!channel) {
    return st;
  }

  st = put_send(services, channel, &send, daw_bool(call, "remove", false));
  if (st) {
    node_release(&channel->node);
    return st;
  }

  st = edit_put_channel(services, channel);
  return st ? st : tell_channel(call, id);
}

static Status
create_bus(DawCall* const call)
{
  Id           id = ID_NONE;
  const Status st =
    mixer_create_bus(call->services, daw_text(call, "name", ""), &id);
  char text[ID_TEXT_SIZE];
  daw_tell(call, "bus", json_string(id_format(id, text)));
  return st;
}

static Status
delete_bus(DawCall* const call)
{
  return mixer_delete_bus(call->services, daw_id(call, KIND_BUS, "bus"));
}

// clang-format off
const DawAction daw_track_actions[] = {
  {"create_track", "name! s | type midi,audio | instrument s -- Name of an instrument | kit s -- Name of a drum kit | color s -- #rrggbb", "Add a track below the others.", create_track},
  {"delete_track", "track_id! track", "Delete a track with its clips and effects.", delete_track},
  {"duplicate_track", "track_id! track | name s", "Copy a track with its clips and effects.", duplicate_track},
  {"rename_track", "track_id! track | name! s", "Rename a track.", rename_track},
  {"set_track_color", "track_id! track | color! s -- #rrggbb", "Colour a track.", set_color},
  {"change_track_instrument", "track_id! track | instrument! s -- Name of an instrument", "Give a MIDI track another instrument.", change_instrument},
  {"set_drum_kit", "track_id! track | kit_id! s -- Name of a kit", "Give a MIDI track a drum kit.", set_kit},
  {"set_instrument_parameter", "track_id! track | parameter! s | value! n", "Set a parameter of a track's instrument, clamped to its range.", set_instrument_param},
  {"move_track", "track_id! track | position! i 1 1000 -- From 1 at the top", "Move a track.", move_track},
  {"reorder_tracks", "track_order! a -- Ids of all tracks, each once", "Put all tracks in an order.", reorder_tracks},
  {"set_track_parameter", "track_id! channel | parameter! volume,pan,mute,solo | value! -- dB for volume, -1 to 1 for pan", "Set a level of a channel.", set_track_parameter},
  {"set_channel", "channel! channel | fader n -60 12 -- dB, -60 is off | pan n -1 1 | width n 0 2 | input_gain n -24 24 -- dB | mute b | solo b | phase b | output channel", "Set levels of a channel: a track, a bus or master.", set_channel},
  {"set_send", "channel! channel | bus! bus | level n -60 12 -- dB | pre b | remove b", "Send a channel to a bus, or end a send.", set_send},
  {"create_bus", "name! s", "Add a bus.", create_bus},
  {"delete_bus", "bus! bus", "Delete a bus; what led to it goes to the master.", delete_bus},
  {0},
};
// clang-format on
