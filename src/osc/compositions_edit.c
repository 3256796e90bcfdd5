// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /compositions/{c}/tracks, clips, notes and markers

#include "osc/call.h"
#include "osc/handlers.h"
#include "osc/later.h"
#include "osc/param.h"
#include "services/composition_clips.h"
#include "services/composition_state.h"
#include "services/composition_store.h"
#include "services/edit.h"
#include "services/pitches.h"
#include "services/preset_save.h"

#include <stdlib.h>

/// The thing that the path names after the composition
static Id
named(const OscCall* const call)
{
  return call->ids[1];
}

// Tracks

/// `/compositions/{c}/tracks/create ,ss`
Status
osc_compositions_track_create(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st =
    tracks_create(services, call->args[0].s, call->args[1].i, &id);
  call_id(call, id);
  return st;
}

/// `/compositions/{c}/tracks/{track}/color ,s`
Status
osc_compositions_track_color_set(Services* const services, OscCall* const call)
{
  call_string(call, call->args[0].s);
  return tracks_set_color(services, named(call), call->args[0].s);
}

/// `/compositions/{c}/tracks/{track}/position`
Status
osc_compositions_track_position_get(Services* const services,
                                    OscCall* const  call)
{
  call_int(call, tracks_position(services, named(call)));
  return STATUS_OK;
}

/// `/compositions/{c}/tracks/{track}/position ,i`
Status
osc_compositions_track_position_set(Services* const services,
                                    OscCall* const  call)
{
  call_int(call, call->args[0].i);
  return tracks_set_position(services, named(call), call->args[0].i);
}

/// `/compositions/{c}/tracks/{track}/instrument ,s`
Status
osc_compositions_track_instrument_set(Services* const services,
                                      OscCall* const  call)
{
  call_string(call, call->args[0].s);
  return tracks_set_instrument(services, named(call), call->args[0].s);
}

/// `/compositions/{c}/tracks/{track}/save_preset ,s`
Status
osc_compositions_track_save_preset(Services* const services,
                                   OscCall* const  call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    tracks_save_preset(services, named(call), call->args[0].s, &completion));
}

/// `/compositions/{c}/tracks/{track}/params/{param}`
Status
osc_compositions_track_param_get(Services* const services, OscCall* const call)
{
  double       value = 0.0;
  const Status st = tracks_param(services, named(call), call->words[2], &value);
  call_float(call, value);
  return st;
}

/// `/compositions/{c}/tracks/{track}/params/{param} ,f`
Status
osc_compositions_track_param_set(Services* const services, OscCall* const call)
{
  const Status st =
    tracks_set_param(services, named(call), call->words[2], call->args[0].f);
  return st ? st : osc_compositions_track_param_get(services, call);
}

/// The range of `/compositions/{c}/tracks/{track}/params/{param}`
void
osc_compositions_track_param_range(Services* const      services,
                                   const OscCall* const call,
                                   ArgInfo* const       arg)
{
  const ParamInfo* const param =
    tracks_param_info(services, named(call), call->words[2]);
  if (param) {
    param_range(param, arg);
  }
}

/// `/compositions/{c}/tracks/{track}/delete`
Status
osc_compositions_track_delete(Services* const services, OscCall* const call)
{
  return tracks_delete(services, named(call));
}

/// `/compositions/{c}/tracks/{track}/duplicate`
Status
osc_compositions_track_duplicate(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st = tracks_duplicate(services, named(call), &id);
  call_id(call, id);
  return st;
}

// Clips

/// `/compositions/{c}/tracks/{track}/clips/list`
Status
osc_compositions_clips_list(Services* const services, OscCall* const call)
{
  const Composition* const root  = services_document(services);
  const IdList* const      clips = composition_track(root, named(call))->clips;
  for (uint32_t i = 0; i < id_list_count(clips); ++i) {
    const Clip* const clip = composition_clip(root, clips->ids[i]);
    call_int(call, i);
    call_id(call, clips->ids[i]);
    call_string(call, string_text(clip->name));
    call_beats(call, clip->start);
    call_beats(call, clip->length);
    call_item(call);
  }

  call_end_list(call, id_list_count(clips));
  return STATUS_OK;
}

/// `/compositions/{c}/tracks/{track}/clips/create ,ff(s)`
Status
osc_compositions_clip_create(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st =
    clips_create(services,
                 named(call),
                 call->args[0].ticks,
                 call->args[1].ticks,
                 call->num_args > 2 ? call->args[2].id : ID_NONE,
                 &id);
  call_id(call, id);
  return st;
}

/// `/compositions/{c}/clips/{clip}/track ,s`
Status
osc_compositions_clip_track_set(Services* const services, OscCall* const call)
{
  const Clip* const clip =
    composition_clip(services_document(services), named(call));
  call_id(call, call->args[0].id);
  return clips_move(services, named(call), call->args[0].id, clip->start);
}

/// `/compositions/{c}/clips/{clip}/pitch/progress`
Status
osc_compositions_clip_pitch_progress(Services* const services,
                                     OscCall* const  call)
{
  const Clip* const clip =
    composition_clip(services_document(services), named(call));
  call_float(call, pitches_progress(services, clip));
  return STATUS_OK;
}

/// `/compositions/{c}/clips/{clip}/move ,sf`
Status
osc_compositions_clip_move(Services* const services, OscCall* const call)
{
  call_id(call, call->args[0].id);
  call_beats(call, call->args[1].ticks);
  return clips_move(
    services, named(call), call->args[0].id, call->args[1].ticks);
}

/// `/compositions/{c}/clips/{clip}/split ,f`
Status
osc_compositions_clip_split(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st =
    clips_split(services, named(call), call->args[0].ticks, &id);
  call_id(call, id);
  return st;
}

/// `/compositions/{c}/clips/{clip}/duplicate`
Status
osc_compositions_clip_duplicate(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st = clips_duplicate(services, named(call), &id);
  call_id(call, id);
  return st;
}

/// `/compositions/{c}/clips/{clip}/delete`
Status
osc_compositions_clip_delete(Services* const services, OscCall* const call)
{
  return clips_delete(services, named(call));
}

// Notes

/// Answer with the number of notes in the clip
static Status
answer_count(Services* const services, OscCall* const call, const Status st)
{
  const Clip* const clip =
    composition_clip(services_document(services), named(call));
  call_int(call, clip ? note_list_count(clip->notes) : 0);
  return st;
}

/// `/compositions/{c}/clips/{clip}/notes/list`
Status
osc_compositions_notes_list(Services* const services, OscCall* const call)
{
  const Clip* const clip =
    composition_clip(services_document(services), named(call));
  NoteCursor      cursor = note_cursor(clip->notes);
  const ClipNote* note   = NULL;
  for (uint32_t i = 0; (note = note_next(&cursor)); ++i) {
    call_int(call, i);
    call_int(call, note->pitch);
    call_beats(call, note->start);
    call_beats(call, note->length);
    call_int(call, note->velocity);
    call_item(call);
  }

  call_end_list(call, note_list_count(clip->notes));
  return STATUS_OK;
}

/// `/compositions/{c}/clips/{clip}/notes/add ,iffi...`
Status
osc_compositions_notes_add(Services* const services, OscCall* const call)
{
  const uint32_t  count = call->num_args / 4u;
  ClipNote* const notes = (ClipNote*)calloc(count, sizeof(ClipNote));
  if (!notes) {
    return edit_no_memory(services);
  }

  for (uint32_t i = 0; i < count; ++i) {
    const CallArg* const group = &call->args[(size_t)i * 4u];
    notes[i].pitch             = (uint8_t)group[0].i;
    notes[i].start             = group[1].ticks;
    notes[i].length            = group[2].ticks;
    notes[i].velocity          = (uint8_t)group[3].i;
  }

  const Status st = notes_add(services, named(call), notes, count);
  free(notes);
  return answer_count(services, call, st);
}

/// `/compositions/{c}/clips/{clip}/notes/remove ,if...`
Status
osc_compositions_notes_remove(Services* const services, OscCall* const call)
{
  const uint32_t  count = call->num_args / 2u;
  ClipNote* const notes = (ClipNote*)calloc(count, sizeof(ClipNote));
  if (!notes) {
    return edit_no_memory(services);
  }

  for (uint32_t i = 0; i < count; ++i) {
    notes[i].pitch = (uint8_t)call->args[(size_t)i * 2u].i;
    notes[i].start = call->args[(size_t)i * 2u + 1u].ticks;
  }

  const Status st = notes_remove(services, named(call), notes, count);
  free(notes);
  return answer_count(services, call, st);
}

/// `/compositions/{c}/clips/{clip}/notes/clear`
Status
osc_compositions_notes_clear(Services* const services, OscCall* const call)
{
  return answer_count(services, call, notes_clear(services, named(call)));
}

// Markers

/// `/compositions/{c}/markers/list`
Status
osc_compositions_markers_list(Services* const services, OscCall* const call)
{
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_MARKER];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Marker* const marker =
      (const Marker*)composition_find(root, order->ids[i]);
    call_int(call, i);
    call_id(call, order->ids[i]);
    call_string(call, string_text(marker->name));
    call_beats(call, marker->beat);
    call_item(call);
  }

  call_end_list(call, id_list_count(order));
  return STATUS_OK;
}

/// `/compositions/{c}/markers/create ,sf`
Status
osc_compositions_marker_create(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st =
    markers_create(services, call->args[1].ticks, call->args[0].s, &id);
  call_id(call, id);
  return st;
}

/// `/compositions/{c}/markers/{marker}/delete`
Status
osc_compositions_marker_delete(Services* const services, OscCall* const call)
{
  return things_delete(services, named(call));
}
