// SPDX-License-Identifier: GPL-3.0-or-later
//
// Editing notes and clips

#include "ai/tools_edits.h"
#include "ai/clause.h"
#include "ai/tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char*
edit_text_arg(const DawCall* const call, const char* const name)
{
  const char* const text = json_string_value(json_object_get(call->args, name));
  return text ? text : "";
}

double
edit_number_arg(const DawCall* const call,
                const char* const    name,
                const double         none)
{
  const json_t* const value = json_object_get(call->args, name);
  return json_is_number(value) ? json_number_value(value) : none;
}

bool
edit_is_meant(const Edit* const edit, const MusicNote* const note)
{
  return note->start >= edit->from - 0.13 && note->start < edit->to - 0.13 &&
         (!*edit->voice || drum_is(edit->voice, note->pitch));
}

int
edit_clamp(const int value, const int low, const int high)
{
  return value < low ? low : value > high ? high : value;
}

// clang-format off
static const struct { const char* name; Status (*run)(Edit*); } operations[] = {
  {"transpose", edit_transpose}, {"quantize", edit_quantize}, {"swing", edit_swing},
  {"humanize", edit_humanize}, {"velocity", edit_velocity}, {"ramp", edit_ramp},
  {"accent", edit_accent}, {"length", edit_scale_length}, {"remove", edit_remove_notes},
  {"thin", edit_thin_more}, {"fill", edit_fill_in}, {"add_hits", edit_add_hits},
  {"voicing", edit_voicing_edit}, {"extend", edit_extend_edit}, {"triads", edit_triad_edit},
  {"end_on", edit_end_on}, {"fit_key", edit_fit_key}, {"reverse", edit_reverse},
  {"scale_time", edit_scale_time}, {"vary", edit_vary}, {"harmonize", edit_harmonize},
  {"suspend", edit_suspend_edit}, {"revoice", edit_revoice},
};
// clang-format on

static Status
edit_notes(const Toolbox* const box, DawCall* const call)
{
  Services* const services = call->services;
  const double    bar      = daw_bar(services);
  Id              id       = ID_NONE;
  Status st = daw_find(services, KIND_TRACK, edit_text_arg(call, "track"), &id);
  if (st) {
    return st;
  }

  Edit edit  = {.box = box, .call = call};
  edit.track = composition_track(services_document(services), id);
  edit.voice = edit_text_arg(call, "voice");
  edit.from  = (edit_number_arg(call, "first_bar", 1.0) - 1.0) * bar;
  edit.to    = edit_number_arg(call, "last_bar", 1e6) * bar;
  edit.value = edit_number_arg(call, "value", 0.0);
  edit.grid  = edit_number_arg(call, "grid", 0.0);
  edit.drums = !strcmp(track_role(services, edit.track), "drums");
  st         = track_notes_read(services, edit.track, &edit.list);
  const char* const operation = edit_text_arg(call, "operation");
  const bool        adds      = !strcmp(operation, "add_hits");
  if (edit.grid <= 0.0 && strcmp(operation, "swing") != 0) {
    edit.grid = !strcmp(operation, "accent") ? 1.0 : 0.25;
  }

  uint32_t meant = 0;
  for (uint32_t i = 0; i < edit.list.notes.count; ++i) {
    meant += edit_is_meant(&edit, &edit.list.notes.notes[i]);
  }

  if (!st && !meant && !adds) {
    st =
      services_fail(services,
                    STATUS_NOT_FOUND,
                    "There are no %s%snotes on %s%s",
                    edit.voice,
                    *edit.voice ? " " : "",
                    string_text(edit.track->name),
                    json_object_get(call->args, "first_bar") ? " there" : "");
  }

  for (size_t i = 0; !st && i < sizeof(operations) / sizeof(operations[0]);
       ++i) {
    if (!strcmp(operations[i].name, operation)) {
      st = operations[i].run(&edit);
    }
  }

  // The track is another object once something was written
  st = st || edit.list.notes.failed
         ? (st ? st : STATUS_NO_MEMORY)
         : track_notes_write(services, edit.track, &edit.list);
  json_object_set_new(call->result, "meant", json_integer(meant));
  json_object_set_new(
    call->result, "notes", json_integer(edit.list.notes.count));
  track_notes_free(&edit.list);
  if (!st) {
    json_object_set_new(
      call->result,
      "track",
      daw_describe_track(services,
                         composition_track(services_document(services), id)));
  }

  return st;
}

// Clips

/// Repeat what a track has until it is so long
static Status
repeat_track(const Toolbox* const box, DawCall* const call)
{
  Services* const services = call->services;
  Id              id       = ID_NONE;
  Status st = daw_find(services, KIND_TRACK, edit_text_arg(call, "track"), &id);
  (void)box;
  if (st) {
    return st;
  }

  const Composition* const root  = services_document(services);
  const Track* const       track = composition_track(root, id);
  IdList* const            clips = id_list_retain(track->clips);
  const double             bar   = daw_bar(services);
  const double             want  = edit_number_arg(call, "bars", 8.0) * bar;
  double                   from  = 1e9;
  double                   end   = 0.0;
  for (uint32_t i = 0; i < id_list_count(clips); ++i) {
    const Clip* const clip = composition_clip(root, clips->ids[i]);
    from                   = fmin(from, ticks_to_beats(clip->start));
    end = fmax(end, ticks_to_beats(clip->start + clip->length));
  }

  from              = floor(from / bar + 1e-6) * bar;
  const double span = ceil((end - from) / bar - 1e-6) * bar;
  uint32_t     made = 0;
  if (!id_list_count(clips)) {
    st = services_fail(services,
                       STATUS_NOT_FOUND,
                       "There is nothing on %s",
                       string_text(track->name));
  }

  for (double shift = span; !st && shift + from < want - 1e-6; shift += span) {
    for (uint32_t i = 0; !st && i < id_list_count(clips); ++i) {
      const Clip* const clip =
        composition_clip(services_document(services), clips->ids[i]);
      const double start = ticks_to_beats(clip->start) + shift;
      const double over  = start + ticks_to_beats(clip->length) - (from + want);
      json_t*      result = NULL;
      if (start >= want - 1e-6) {
        continue;
      }

      json_t* const args = json_pack(
        "{s:o, s:f}", "clip_id", id_json(clips->ids[i]), "start_time", start);
      st = daw_action(services, "duplicate_clip", args, &result);
      const char* const copy = json_string_value(
        json_object_get(json_object_get(result, "clip"), "id"));
      if (!st && over > 1e-6 && from < 1e-6) {
        st = act(services,
                 "modify_clip",
                 json_pack("{s:s, s:f}",
                           "clip_id",
                           copy,
                           "duration",
                           ticks_to_beats(clip->length) - over));
      }

      json_decref(args);
      json_decref(result);
      ++made;
    }
  }

  id_list_release(clips);
  json_object_set_new(call->result, "copies", json_integer(made));
  json_object_set_new(call->result, "bars", json_real((from + want) / bar));
  return st;
}

/// Copy bars of a track, or of all, to another place
static Status
copy_bars(const Toolbox* const box, DawCall* const call)
{
  Services* const services = call->services;
  Id              id       = ID_NONE;
  Status st = daw_find(services, KIND_TRACK, edit_text_arg(call, "track"), &id);
  (void)box;
  if (st) {
    return st;
  }

  const double bar   = daw_bar(services);
  const double from  = (edit_number_arg(call, "first_bar", 1.0) - 1.0) * bar;
  const double to    = edit_number_arg(call, "last_bar", 1.0) * bar;
  const double dest  = (edit_number_arg(call, "to_bar", 1.0) - 1.0) * bar;
  TrackNotes   list  = {0};
  Notes        part  = {0};
  const Track* track = composition_track(services_document(services), id);
  st                 = track_notes_read(services, track, &list);
  for (uint32_t i = 0; i < list.notes.count; ++i) {
    const MusicNote* const note = &list.notes.notes[i];
    if (note->start >= from - 0.13 && note->start < to - 0.13) {
      notes_put(
        &part, note->start - from, note->length, note->pitch, note->velocity);
    }
  }

  // What was at the place goes; a clip that is there takes the notes
  for (uint32_t i = list.notes.count; i-- > 0;) {
    const MusicNote* const note = &list.notes.notes[i];
    if (note->start >= dest - 0.13 && note->start < dest + to - from - 0.13) {
      track_notes_remove(&list, i);
    }
  }

  uint32_t in = 0;
  for (uint32_t i = 0; i < part.count; ++i) {
    MusicNote note = part.notes[i];
    note.start += dest;
    in += track_notes_add(services, track, &list, &note);
  }

  if (!part.count) {
    st = st ? st
            : services_fail(services,
                            STATUS_NOT_FOUND,
                            "%s has nothing there",
                            string_text(track->name));
  }

  st = st || !in ? st : track_notes_write(services, track, &list);
  if (!st && in < part.count) {
    st = put_part(services, id, dest, to - from, &part, true, call->result);
  }

  json_object_set_new(call->result, "notes", json_integer(part.count));
  notes_free(&part);
  track_notes_free(&list);
  return st;
}

// clang-format off
const Tool tools_edits[] = {
  {"edit_notes",
   "track! track | operation! transpose,quantize,swing,humanize,velocity,ramp,accent,length,remove,thin,fill,add_hits,voicing,extend,triads,end_on,fit_key,reverse,scale_time,vary,harmonize,suspend,revoice | value n -128 128 -- Semitones, per cent of swing, velocity, factor of length or time, chord size, pitch class to end on | set n 1 127 -- Velocity, or for revoice the note, to set | amount n 0 100 -- Per cent of quantizing | grid n 0.0625 16 -- Beats | voice s -- Only this drum voice | first_bar n 1 100000 | last_bar n 1 100000 | beats a -- Places in the bar for add_hits | every n 1 64 -- Bars for add_hits | key s",
   "Change the notes of a track, all or those of a drum voice or of some bars.", edit_notes},
  {"repeat_track", "track! track | bars! n 1 1000 -- Length in the end", "Repeat what a track has until it is so long.", repeat_track},
  {"copy_bars", "track! track | first_bar! n 1 100000 | last_bar! n 1 100000 | to_bar! n 1 100000", "Copy bars of a track to another place.", copy_bars},
  {0},
};
// clang-format on
