// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/tools.h"

#include <stdlib.h>
#include <string.h>

static const Tool* const lists[] = {tools_parts,
                                    tools_edits,
                                    tools_song,
                                    tools_look};

#define NUM_LISTS (sizeof(lists) / sizeof(lists[0]))

static const Tool*
find_tool(const char* const name)
{
  for (size_t i = 0; i < NUM_LISTS; ++i) {
    for (const Tool* tool = lists[i]; tool->name; ++tool) {
      if (!strcmp(tool->name, name)) {
        return tool;
      }
    }
  }

  return NULL;
}

Status
tools_run(const Toolbox* const box,
          Services* const      services,
          const char* const    name,
          const json_t* const  args,
          json_t** const       result)
{
  const Tool* const tool = find_tool(name);
  *result                = NULL;
  if (!tool) {
    return STATUS_UNKNOWN_ADDRESS;
  }

  Status st = daw_check(services, name, tool->args, args);
  if (st) {
    return st;
  }

  DawMark mark = daw_mark(services);
  DawCall call = {services, args, json_object()};
  st           = call.result ? tool->run(box, &call) : STATUS_NO_MEMORY;
  if (st) {
    json_decref(call.result);
    daw_rollback(services, &mark);
    return st == STATUS_UNKNOWN_ADDRESS ? STATUS_NOT_FOUND : st;
  }

  daw_unmark(&mark);
  *result = call.result;
  return STATUS_OK;
}

json_t*
tools_list(void)
{
  json_t* const list = json_array();
  for (size_t i = 0; i < NUM_LISTS; ++i) {
    for (const Tool* tool = lists[i]; tool->name; ++tool) {
      json_array_append_new(list,
                            json_pack("{s:s, s:s, s:o}",
                                      "name",
                                      tool->name,
                                      "description",
                                      tool->summary,
                                      "input_schema",
                                      daw_schema(tool->args)));
    }
  }

  return list;
}

Status
act(Services* const services, const char* const name, json_t* const args)
{
  json_t*      result = NULL;
  const Status st =
    args ? daw_action(services, name, args, &result) : STATUS_NO_MEMORY;
  json_decref(result);
  json_decref(args);
  return st;
}

json_t*
id_json(const Id id)
{
  char text[ID_TEXT_SIZE];
  return json_string(id_format(id, text));
}

// Notes of tracks

/// Add a note with its clip
static bool
put(TrackNotes* const list, const MusicNote* const note, const Id clip)
{
  const uint32_t max = list->notes.max;
  notes_put(
    &list->notes, note->start, note->length, note->pitch, note->velocity);
  if (list->notes.failed) {
    return false;
  }

  if (list->notes.max != max) {
    Id* const more = (Id*)realloc(list->clips, list->notes.max * sizeof(Id));
    if (!more) {
      --list->notes.count;
      list->notes.failed = true;
      return false;
    }

    list->clips = more;
  }

  list->clips[list->notes.count - 1u] = clip;
  return true;
}

Status
track_notes_read(Services* const    services,
                 const Track* const track,
                 TrackNotes* const  out)
{
  *out = (TrackNotes){0};
  for (uint32_t i = 0; i < id_list_count(track->clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(services), track->clips->ids[i]);
    NoteCursor      cursor = note_cursor(clip->notes);
    const ClipNote* note   = NULL;
    while ((note = note_next(&cursor))) {
      const MusicNote part = {ticks_to_beats(clip->start + note->start),
                              ticks_to_beats(note->length),
                              note->pitch,
                              note->velocity};
      if (!put(out, &part, clip->node.id)) {
        return STATUS_NO_MEMORY;
      }
    }
  }

  return STATUS_OK;
}

/// The notes of one clip as JSON, from its start
static json_t*
clip_json(const TrackNotes* const list, const Clip* const clip)
{
  json_t* const json  = json_array();
  const double  start = ticks_to_beats(clip->start);
  for (uint32_t i = 0; i < list->notes.count; ++i) {
    const MusicNote* const note = &list->notes.notes[i];
    if (list->clips[i] == clip->node.id) {
      const double at = note->start > start ? note->start - start : 0.0;
      json_array_append_new(
        json,
        json_pack(
          "[i, f, f, i]", note->pitch, at, note->length, note->velocity));
    }
  }

  return json;
}

Status
track_notes_write(Services* const         services,
                  const Track* const      track,
                  const TrackNotes* const notes)
{
  Status        st    = STATUS_OK;
  IdList* const clips = id_list_retain(track->clips);
  for (uint32_t i = 0; !st && i < id_list_count(clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(services), clips->ids[i]);
    json_t* const after = clip_json(notes, clip);
    st =
      act(services,
          "set_notes",
          json_pack(
            "{s:o, s:o}", "clip_id", id_json(clip->node.id), "notes", after));
  }

  id_list_release(clips);
  return st;
}

void
track_notes_free(TrackNotes* const notes)
{
  notes_free(&notes->notes);
  free(notes->clips);
  *notes = (TrackNotes){0};
}

void
track_notes_remove(TrackNotes* const notes, const uint32_t index)
{
  const uint32_t left = --notes->notes.count - index;
  memmove(notes->notes.notes + index,
          notes->notes.notes + index + 1u,
          left * sizeof(MusicNote));
  memmove(notes->clips + index, notes->clips + index + 1u, left * sizeof(Id));
}

bool
track_notes_add(Services* const        services,
                const Track* const     track,
                TrackNotes* const      notes,
                const MusicNote* const note)
{
  for (uint32_t i = 0; i < id_list_count(track->clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(services), track->clips->ids[i]);
    const double start = ticks_to_beats(clip->start);
    const double end   = start + ticks_to_beats(clip->length);
    if (note->start >= start - 1e-9 && note->start < end - 1e-9) {
      return put(notes, note, clip->node.id);
    }
  }

  return false;
}
