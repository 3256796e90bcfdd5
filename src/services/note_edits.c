// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/note_edits.h"

#include "services/composition_clips.h"
#include "services/edit.h"

#include <math.h>
#include <stdlib.h>

/// Notes that go and notes that come
typedef struct {
  ClipNote* removed;
  ClipNote* added;
  uint32_t  num_removed;
  uint32_t  num_added;
} NoteEdit;

static bool
edit_init(NoteEdit* const edit, const uint32_t most)
{
  edit->removed     = (ClipNote*)calloc((size_t)most + 1u, sizeof(ClipNote));
  edit->added       = (ClipNote*)calloc((size_t)most + 1u, sizeof(ClipNote));
  edit->num_removed = 0;
  edit->num_added   = 0;
  return edit->removed && edit->added;
}

/// Put another note in the place of one
static void
edit_replace_note(NoteEdit* const       edit,
                  const ClipNote* const before,
                  const ClipNote* const after)
{
  edit->removed[edit->num_removed++] = *before;
  edit->added[edit->num_added++]     = *after;
}

/// Do it, if all went well so far, and release the edit
static Status
edit_finish(Services* const services,
            const Id        clip,
            NoteEdit* const edit,
            Status          st)
{
  st = st || !edit->num_removed
         ? st
         : notes_remove(services, clip, edit->removed, edit->num_removed);
  st = st || !edit->num_added
         ? st
         : notes_add(services, clip, edit->added, edit->num_added);
  free(edit->removed);
  free(edit->added);
  return st;
}

static Status
find_clip(Services* const services, const Id id, const Clip** const out)
{
  *out = composition_clip(services_document(services), id);
  if (!*out) {
    return edit_not_found(services, id);
  }

  return (*out)->sample == ID_NONE
           ? STATUS_OK
           : services_fail(
               services, STATUS_CONFLICT, "An audio clip has no notes");
}

/// The note at a start and pitch, or null
static const ClipNote*
find_note(const Clip* const clip, const ClipNote* const place)
{
  NoteCursor      cursor = note_cursor(clip->notes);
  const ClipNote* note   = NULL;
  while ((note = note_next(&cursor)) && note->start <= place->start) {
    if (note->start == place->start && note->pitch == place->pitch) {
      return note;
    }
  }

  return NULL;
}

static Status
fail_missing(Services* const services, const ClipNote* const place)
{
  return services_fail(services,
                       STATUS_NOT_FOUND,
                       "The clip has no note %u at beat %g",
                       place->pitch,
                       ticks_to_beats(place->start));
}

Status
notes_toggle(Services* const services,
             const Id        id,
             const uint8_t   pitch,
             const Ticks     place,
             const Ticks     grid,
             const uint8_t   velocity,
             bool* const     on)
{
  const Clip*  clip = NULL;
  const Status st   = find_clip(services, id, &clip);
  if (st) {
    return st;
  }

  NoteEdit    edit;
  const Ticks cell = place / grid * grid;
  if (!edit_init(&edit, note_list_count(clip->notes))) {
    return edit_finish(services, id, &edit, edit_no_memory(services));
  }

  NoteCursor      cursor = note_cursor(clip->notes);
  const ClipNote* note   = NULL;
  while ((note = note_next(&cursor)) && note->start < cell + grid) {
    if (note->pitch == pitch && note->start >= cell) {
      edit.removed[edit.num_removed++] = *note;
    }
  }

  *on = !edit.num_removed;
  if (*on) {
    edit.added[edit.num_added++] = (ClipNote){cell, grid, pitch, velocity};
  }

  return edit_finish(services, id, &edit, STATUS_OK);
}

Status
notes_move(Services* const       services,
           const Id              id,
           const NoteMove* const moves,
           const uint32_t        count)
{
  NoteEdit    edit = {0};
  const Clip* clip = NULL;
  Status      st   = find_clip(services, id, &clip);
  if (!st && !edit_init(&edit, count)) {
    st = edit_no_memory(services);
  }

  for (uint32_t i = 0; !st && i < count; ++i) {
    const ClipNote* const note = find_note(clip, &moves[i].from);
    if (!note) {
      st = fail_missing(services, &moves[i].from);
    } else {
      ClipNote moved = *note;
      moved.start    = moves[i].start;
      moved.pitch    = moves[i].pitch;
      edit_replace_note(&edit, note, &moved);
    }
  }

  return edit_finish(services, id, &edit, st);
}

Status
notes_resize(Services* const       services,
             const Id              id,
             const ClipNote* const notes,
             const uint32_t        count)
{
  NoteEdit    edit = {0};
  const Clip* clip = NULL;
  Status      st   = find_clip(services, id, &clip);
  if (!st && !edit_init(&edit, count)) {
    st = edit_no_memory(services);
  }

  for (uint32_t i = 0; !st && i < count; ++i) {
    const ClipNote* const note = find_note(clip, &notes[i]);
    if (!note) {
      st = fail_missing(services, &notes[i]);
    } else {
      ClipNote sized = *note;
      sized.length   = notes[i].length;
      edit_replace_note(&edit, note, &sized);
    }
  }

  return edit_finish(services, id, &edit, st);
}

/// How a note of a stretch is changed
typedef ClipNote (*NoteChange)(const void* handle, const ClipNote* note);

/// Change all notes that start from `from` to before `to`
static Status
change_stretch(Services* const   services,
               const Id          id,
               const Ticks       from,
               const Ticks       to,
               const NoteChange  change,
               const void* const handle)
{
  if (to <= from) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "Expected an end behind the start at %g, not at %g",
                         ticks_to_beats(from),
                         ticks_to_beats(to));
  }

  NoteEdit    edit = {0};
  const Clip* clip = NULL;
  Status      st   = find_clip(services, id, &clip);
  if (!st && !edit_init(&edit, note_list_count(clip->notes))) {
    st = edit_no_memory(services);
  }

  NoteCursor      cursor = note_cursor(st ? NULL : clip->notes);
  const ClipNote* note   = NULL;
  while ((note = note_next(&cursor)) && note->start < to) {
    if (note->start >= from) {
      const ClipNote changed = change(handle, note);
      edit_replace_note(&edit, note, &changed);
    }
  }

  return edit_finish(services, id, &edit, st);
}

typedef struct {
  Ticks  from;
  double factor;
} Rescale;

static Ticks
scaled(const Ticks ticks, const double factor)
{
  return (Ticks)floor((double)ticks * factor + 0.5);
}

static ClipNote
rescale(const void* const handle, const ClipNote* const note)
{
  const Rescale* const how    = (const Rescale*)handle;
  const Ticks          length = scaled(note->length, how->factor);
  ClipNote             result = *note;
  result.start  = how->from + scaled(note->start - how->from, how->factor);
  result.length = length > 1 ? length : 1;
  return result;
}

Status
notes_rescale(Services* const services,
              const Id        id,
              const Ticks     from,
              const Ticks     to,
              const double    factor)
{
  const Rescale how = {from, factor};
  return change_stretch(services, id, from, to, rescale, &how);
}

typedef struct {
  Ticks  grid;
  double strength;
} Quantize;

static ClipNote
quantize(const void* const handle, const ClipNote* const note)
{
  const Quantize* const how = (const Quantize*)handle;
  const Ticks line   = (note->start + how->grid / 2) / how->grid * how->grid;
  ClipNote    result = *note;
  result.start += scaled(line - note->start, how->strength / 100.0);
  return result;
}

Status
notes_quantize(Services* const services,
               const Id        id,
               const Ticks     from,
               const Ticks     to,
               const Ticks     grid,
               const double    strength)
{
  const Quantize how = {grid, strength};
  return change_stretch(services, id, from, to, quantize, &how);
}
