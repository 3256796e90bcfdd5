// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/composition_state.h"

#include "services/edit.h"
#include "services/services_private.h"
#include "services/synthesis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Colours that new tracks take in turn
static const char* const palette[] = {
  "#3b82f6",
  "#ef4444",
  "#22c55e",
  "#f59e0b",
  "#a855f7",
  "#14b8a6",
  "#ec4899",
  "#84cc16",
  "#6366f1",
  "#f97316",
  "#06b6d4",
  "#eab308",
};

static const Track*
find_track(Services* const services, const Id id)
{
  return composition_track(services_document(services), id);
}

static Status
check_room(Services* const services)
{
  return table_count(services_document(services)->things[KIND_TRACK]) <
             MAX_TRACKS
           ? STATUS_OK
           : services_fail(services,
                           STATUS_TOO_LARGE,
                           "A composition has at most %u tracks",
                           MAX_TRACKS);
}

Status
tracks_create(Services* const   services,
              const char* const name,
              const int32_t     type,
              Id* const         out)
{
  Status st = check_room(services);
  st = st ? st : composition_take_id(edit_draft(services), KIND_TRACK, out);
  if (st) {
    return st;
  }

  const uint32_t num_colors = sizeof(palette) / sizeof(palette[0]);
  Track* const   track      = (Track*)node_new(NODE_TRACK, *out);
  if (!track || !edit_string(&track->name, name) ||
      !edit_string(&track->color,
                   palette[(id_number(*out) - 1u) % num_colors])) {
    node_release(track ? &track->node : NULL);
    return edit_no_memory(services);
  }

  track->type = type;
  return edit_put(services, &track->node);
}

Status
tracks_delete(Services* const services, const Id track)
{
  return find_track(services, track)
           ? composition_remove(edit_draft(services), track)
           : edit_not_found(services, track);
}

// Duplicating

/// Put copies of a track's clips on another track
static Status
copy_clips(Services* const services, const Track* const from, const Id to)
{
  const uint32_t count  = id_list_count(from->clips);
  Node** const   copies = (Node**)calloc(count + 1u, sizeof(Node*));
  if (!copies) {
    return edit_no_memory(services);
  }

  Status   st = STATUS_OK;
  uint32_t n  = 0;
  for (; !st && n < count; ++n) {
    Clip* const copy = (Clip*)edit_copy(services, from->clips->ids[n], &st);
    if (copy) {
      copy->track = to;
      copies[n]   = &copy->node;
      st = composition_take_id(edit_draft(services), KIND_CLIP, &copy->node.id);
    }
  }

  if (st) {
    for (uint32_t i = 0; i < n; ++i) {
      node_release(copies[i]);
    }
  } else {
    st = composition_put_clips(edit_draft(services), to, copies, count);
  }

  free(copies);
  return st;
}

/// Put copies of a chain's effects; `out` receives their list, owned
static Status
copy_effects(Services* const      services,
             const Channel* const from,
             const Id             to,
             IdList** const       out)
{
  const uint32_t count = id_list_count(from->effects);
  IdList* const  list  = count ? id_list_new(count) : NULL;
  if (count && !list) {
    return edit_no_memory(services);
  }

  Status st = STATUS_OK;
  for (uint32_t i = 0; !st && i < count; ++i) {
    Effect* const copy =
      (Effect*)edit_copy(services, from->effects->ids[i], &st);
    if (copy) {
      st =
        composition_take_id(edit_draft(services), KIND_EFFECT, &list->ids[i]);
      copy->node.id = list->ids[i];
      copy->owner   = to;
      st            = st ? st : edit_put(services, &copy->node);
    }
  }

  *out = list;
  return st;
}

/// Give a copy of a track its own channel; the old one is still its own
static Status
copy_channel(Services* const services, const Track* const from, Track* const to)
{
  Channel* const channel = (Channel*)node_copy(&from->channel->node);
  if (!channel) {
    return edit_no_memory(services);
  }

  id_list_release(channel->effects);
  channel->effects = NULL;
  channel->node.id = to->node.id;
  node_release(&to->channel->node);
  to->channel = channel;
  return copy_effects(services, from->channel, to->node.id, &channel->effects);
}

/// "Bass" becomes "Bass copy"
static bool
copy_name(Track* const track)
{
  char name[256];
  snprintf(name, sizeof(name), "%.240s copy", string_text(track->name));
  return edit_string(&track->name, name);
}

Status
tracks_duplicate(Services* const services, const Id id, Id* const out)
{
  const Track* const found = find_track(services, id);
  if (!found) {
    return edit_not_found(services, id);
  }

  Status st = check_room(services);
  st = st ? st : composition_take_id(edit_draft(services), KIND_TRACK, out);
  if (st) {
    return st;
  }

  Track* const from = (Track*)node_retain(&found->node);
  Track* const copy = (Track*)node_copy(&from->node);
  if (copy) {
    copy->node.id = *out;
    id_list_release(copy->clips);
    copy->clips = NULL;
  }

  st = copy && copy_name(copy) ? copy_channel(services, from, copy)
                               : edit_no_memory(services);
  if (st) {
    node_release(copy ? &copy->node : NULL);
  } else {
    st = edit_put(services, &copy->node);
  }

  st = st ? st : copy_clips(services, from, *out);
  node_release(&from->node);
  return st;
}

// Order

Status
tracks_set_position(Services* const services,
                    const Id        track,
                    const int64_t   position)
{
  const uint32_t count =
    id_list_count(services_document(services)->order[KIND_TRACK]);
  if (position < 1 || position > count) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "Tracks have positions 1 to %u, not %lld",
                         count,
                         (long long)position);
  }

  const Status st =
    composition_move(edit_draft(services), track, (uint32_t)(position - 1));
  return st == STATUS_NOT_FOUND ? edit_not_found(services, track) : st;
}

int64_t
tracks_position(const Services* const services, const Id track)
{
  return 1 +
         id_list_find(services_document(services)->order[KIND_TRACK], track);
}

// Instruments

/// Give a track an instrument or a kit, of which it has one
static Status
set_sound(Services* const   services,
          const Id          id,
          const char* const instrument,
          const char* const kit)
{
  Status       st    = STATUS_OK;
  Track* const track = (Track*)edit_copy(services, id, &st);
  if (!track) {
    return st;
  }

  if (track->type != TRACK_MIDI) {
    node_release(&track->node);
    return services_fail(
      services, STATUS_CONFLICT, "An audio track has no instrument and no kit");
  }

  param_map_release(track->params);
  track->params = NULL;
  if (!edit_string(&track->instrument, instrument) ||
      !edit_string(&track->kit, kit)) {
    node_release(&track->node);
    return edit_no_memory(services);
  }

  return edit_put(services, &track->node);
}

Status
tracks_set_instrument(Services* const   services,
                      const Id          id,
                      const char* const name)
{
  return *name && !synthesis_find_preset(services, name)
           ? services_fail(services,
                           STATUS_NOT_FOUND,
                           "There is no instrument \"%s\" (see "
                           "/audio/instruments/list)",
                           name)
           : set_sound(services, id, name, "");
}

Status
tracks_set_kit(Services* const services, const Id id, const char* const name)
{
  return *name && !presets_find(services->kits, name)
           ? services_fail(services,
                           STATUS_NOT_FOUND,
                           "There is no kit \"%s\" (see /audio/kits/list)",
                           name)
           : set_sound(services, id, "", name);
}

/// The parameter of a track's instrument with a symbol; null (noted) if none
static const ParamInfo*
find_param(Services* const    services,
           const Track* const track,
           const char* const  symbol)
{
  const InstrumentInfo* const info =
    track->type == TRACK_MIDI ? synthesis_info(services, track) : NULL;
  const int index = info ? instrument_find_param(info, symbol) : -1;
  if (index < 0) {
    services_fail(services,
                  STATUS_NOT_FOUND,
                  "The track's instrument has no parameter \"%s\"",
                  symbol);
    return NULL;
  }

  return &info->params[index];
}

Status
tracks_set_param(Services* const   services,
                 const Id          id,
                 const char* const symbol,
                 const double      value)
{
  const Track* const old = find_track(services, id);
  if (!old) {
    return edit_not_found(services, id);
  }

  const ParamInfo* const param = find_param(services, old, symbol);
  if (!param) {
    return STATUS_NOT_FOUND;
  }

  const double clamped = value < (double)param->min   ? (double)param->min
                         : value > (double)param->max ? (double)param->max
                                                      : value;
  ParamMap*    params  = NULL;
  Status       st = param_map_set(old->params, symbol, clamped, false, &params);
  Track* const track = st ? NULL : (Track*)edit_copy(services, id, &st);
  if (!track) {
    param_map_release(params);
    return st;
  }

  param_map_release(track->params);
  track->params = params;
  return edit_put(services, &track->node);
}

Status
tracks_param(Services* const   services,
             const Id          id,
             const char* const symbol,
             double* const     value)
{
  const Track* const track = find_track(services, id);
  if (!track) {
    return edit_not_found(services, id);
  }

  const ParamInfo* const param = find_param(services, track, symbol);
  if (!param) {
    return STATUS_NOT_FOUND;
  }

  const InstrumentInfo* const info = synthesis_info(services, track);
  *value                           = (double)synthesis_param(
    services, track, info, (uint32_t)(param - info->params));
  return STATUS_OK;
}

const ParamInfo*
tracks_param_info(Services* const   services,
                  const Id          id,
                  const char* const symbol)
{
  const Track* const track = find_track(services, id);
  return track ? find_param(services, track, symbol) : NULL;
}

Status
tracks_set_color(Services* const services, const Id id, const char* const color)
{
  if (color[0] != '#' || strlen(color) != 7u ||
      strspn(color + 1, "0123456789abcdefABCDEF") != 6u) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "Expected a colour such as \"#3b82f6\", not \"%s\"",
                         color);
  }

  Status       st    = STATUS_OK;
  Track* const track = (Track*)edit_copy(services, id, &st);
  if (!track || !edit_string(&track->color, color)) {
    node_release(track ? &track->node : NULL);
    return st ? st : edit_no_memory(services);
  }

  return edit_put(services, &track->node);
}

// Markers and other things

Status
markers_create(Services* const   services,
               const Ticks       beat,
               const char* const name,
               Id* const         out)
{
  if (beat < 0) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "A marker is at beat 0 or later, not %g",
                         ticks_to_beats(beat));
  }

  const Status st = composition_take_id(edit_draft(services), KIND_MARKER, out);
  Marker* const marker = st ? NULL : (Marker*)node_new(NODE_MARKER, *out);
  if (!marker || !edit_string(&marker->name, name)) {
    node_release(marker ? &marker->node : NULL);
    return st ? st : edit_no_memory(services);
  }

  marker->beat = beat;
  return edit_put(services, &marker->node);
}

Status
things_delete(Services* const services, const Id id)
{
  const Status st = composition_remove(edit_draft(services), id);
  return st == STATUS_NOT_FOUND ? edit_not_found(services, id) : st;
}
