// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where notes of a part go: into clips of their own or of others

#include "ai/clause.h"
#include "ai/tools.h"
#include "ai/tools_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/**
   Take away what plays in a stretch, and if one clip has all of it and more,
   put the notes there.

   @param within Receives whether they were.
*/
static Status
put_within(Services* const    services,
           const Track* const track,
           const double       start,
           const double       length,
           const Notes* const notes,
           bool* const        within)
{
  TrackNotes list    = {0};
  Id         id      = track->node.id;
  bool       reaches = false;
  for (uint32_t i = 0; i < id_list_count(track->clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(services), track->clips->ids[i]);
    const double from  = ticks_to_beats(clip->start);
    const double end   = from + ticks_to_beats(clip->length);
    const bool   part  = from < start - 1e-6 || end > start + length + 1e-6;
    const bool   meets = from < start + length - 1e-6 && end > start + 1e-6;
    reaches            = reaches || (part && meets);
    *within            = *within || (part && meets && from < start + 1e-6 &&
                          end > start + length - 1e-6);
  }

  Status st = reaches ? track_notes_read(services, track, &list) : STATUS_OK;
  for (uint32_t i = list.notes.count; i-- > 0;) {
    const double at = list.notes.notes[i].start;
    if (at >= start - 0.05 && at < start + length - 0.05) {
      track_notes_remove(&list, i);
    }
  }

  for (uint32_t i = 0; *within && i < notes->count; ++i) {
    MusicNote note = notes->notes[i];
    note.length    = fmin(note.length, length - note.start);
    note.start += start;
    if (note.length > 1e-6) {
      track_notes_add(services, track, &list, &note);
    }
  }

  st = reaches && !st
         ? track_notes_write(services,
                             composition_track(services_document(services), id),
                             &list)
         : st;
  track_notes_free(&list);
  return st;
}

Status
put_part(Services* const    services,
         const Id           track_id,
         const double       start,
         const double       length,
         const Notes* const notes,
         const bool         replace,
         json_t* const      result)
{
  Status             st = STATUS_OK;
  const Track* const track =
    composition_track(services_document(services), track_id);
  bool within = false;
  st =
    replace ? put_within(services, track, start, length, notes, &within) : st;
  if (within || st) {
    return st;
  }

  IdList* const clips = id_list_retain(track->clips);
  for (uint32_t i = 0; replace && !st && i < id_list_count(clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(services), clips->ids[i]);
    const double from = ticks_to_beats(clip->start);
    if (from >= start - 1e-6 &&
        from + ticks_to_beats(clip->length) <= start + length + 1e-6) {
      st = act(services,
               "delete_clip",
               json_pack("{s:o}", "clip_id", id_json(clips->ids[i])));
    }
  }

  id_list_release(clips);
  json_t* const list = json_array();
  for (uint32_t i = 0; i < notes->count; ++i) {
    const MusicNote* const note = &notes->notes[i];
    const double           left = length - note->start;
    if (left > 1e-6) {
      json_array_append_new(list,
                            json_pack("[i, f, f, i]",
                                      note->pitch,
                                      note->start,
                                      note->length < left ? note->length : left,
                                      note->velocity));
    }
  }

  json_t* made = NULL;
  json_t* args = json_pack("{s:o, s:f, s:f, s:o}",
                           "track_id",
                           id_json(track_id),
                           "start_time",
                           start,
                           "duration",
                           length,
                           "notes",
                           list);
  st = st ? st : daw_action(services, "create_midi_clip", args, &made);
  if (!st) {
    json_object_update(result, made);
  }

  json_decref(made);
  json_decref(args);
  return st;
}
