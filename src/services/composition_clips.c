// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/composition_clips.h"

#include "engine/engine.h"
#include "services/edit.h"
#include "services/samples.h"
#include "services/song_time.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const Track*
find_track(Services* const services, const Id id)
{
  return composition_track(services_document(services), id);
}

static const Clip*
find_clip(Services* const services, const Id id)
{
  return composition_clip(services_document(services), id);
}

static Status
check_place(Services* const services, const Ticks start, const Ticks length)
{
  if (start < 0) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "A clip starts at beat 0 or later, not %g",
                         ticks_to_beats(start));
  }

  if (length <= 0 || start + length > TICKS_MAX) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "A clip is longer than 0 beats, not %g",
                         ticks_to_beats(length));
  }

  return STATUS_OK;
}

/// Length of a sample in ticks from a start, at the tempo there
static Status
sample_length(Services* const services,
              const Id        sample,
              const Ticks     start,
              Ticks* const    length)
{
  double       seconds = 0.0;
  const Status st      = samples_seconds(services, sample, &seconds);
  if (st) {
    return st;
  }

  *length = song_time_ticks(services_document(services), start, seconds);
  return STATUS_OK;
}

/// A new clip with a name of its own, not yet put
static Clip*
new_clip(Services* const    services,
         const Track* const track,
         Status* const      status)
{
  Id id = ID_NONE;
  *status =
    table_count(services_document(services)->things[KIND_CLIP]) >= MAX_CLIPS
      ? services_fail(services,
                      STATUS_TOO_LARGE,
                      "A composition has at most %u clips",
                      MAX_CLIPS)
      : composition_take_id(edit_draft(services), KIND_CLIP, &id);
  if (*status) {
    return NULL;
  }

  char        name[128];
  Clip* const clip = (Clip*)node_new(NODE_CLIP, id);
  snprintf(name,
           sizeof(name),
           "%.100s %u",
           string_text(track->name),
           id_list_count(track->clips) + 1u);
  if (!clip || !edit_string(&clip->name, name)) {
    node_release(clip ? &clip->node : NULL);
    *status = edit_no_memory(services);
    return NULL;
  }

  clip->track = track->node.id;
  return clip;
}

Status
clips_create(Services* const services,
             const Id        track_id,
             const Ticks     start,
             Ticks           length,
             const Id        sample,
             Id* const       out)
{
  const Track* const track = find_track(services, track_id);
  if (!track) {
    return edit_not_found(services, track_id);
  }

  if ((track->type == TRACK_AUDIO) != (sample != ID_NONE)) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         track->type == TRACK_AUDIO
                           ? "A clip on an audio track needs a sample"
                           : "A clip on a MIDI track has no sample");
  }

  Status st = STATUS_OK;
  if (sample != ID_NONE && !length) {
    st = sample_length(services, sample, start, &length);
  } else if (sample != ID_NONE &&
             !composition_find(services_document(services), sample)) {
    st = edit_not_found(services, sample);
  }

  st = st ? st : check_place(services, start, length);
  if (st) {
    return st;
  }

  Clip* const clip = new_clip(services, track, &st);
  if (!clip) {
    return st;
  }

  *out         = clip->node.id;
  clip->start  = start;
  clip->length = length;
  clip->sample = sample;
  return edit_put(services, &clip->node);
}

Status
clips_move(Services* const services,
           const Id        id,
           const Id        track_id,
           const Ticks     start)
{
  const Clip* const  old   = find_clip(services, id);
  const Track* const track = find_track(services, track_id);
  if (!old || !track) {
    return edit_not_found(services, old ? track_id : id);
  }

  if (find_track(services, old->track)->type != track->type) {
    return services_fail(
      services,
      STATUS_CONFLICT,
      "Audio clips go on audio tracks, MIDI clips on MIDI tracks");
  }

  Status st = check_place(services, start, old->length);
  if (!st && old->track != track_id) {
    st = composition_empty_slots(edit_draft(services), old->track, id);
  }

  Clip* const clip = st ? NULL : (Clip*)edit_copy(services, id, &st);
  if (!clip) {
    return st;
  }

  clip->track = track_id;
  clip->start = start;
  return edit_put(services, &clip->node);
}

Status
clips_duplicate(Services* const services, const Id id, Id* const out)
{
  Status      st   = composition_take_id(edit_draft(services), KIND_CLIP, out);
  Clip* const copy = st ? NULL : (Clip*)edit_copy(services, id, &st);
  if (!copy) {
    return st;
  }

  copy->node.id = *out;
  copy->start += copy->length;
  if ((st = check_place(services, copy->start, copy->length))) {
    node_release(&copy->node);
    return st;
  }

  return edit_put(services, &copy->node);
}

Status
clips_check(Services* const services, const Clip* const clip)
{
  if (clip->end > 0.0 && clip->end <= clip->offset) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "Expected an end behind the offset at %g, not at %g",
                         clip->offset,
                         clip->end);
  }

  if (clip->loop_end > 0.0 && clip->loop_end <= clip->loop_start) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "Expected a loop that ends behind its start at %g, "
                         "not at %g",
                         clip->loop_start,
                         clip->loop_end);
  }

  return STATUS_OK;
}

Status
clips_delete(Services* const services, const Id id)
{
  return find_clip(services, id) ? composition_remove(edit_draft(services), id)
                                 : edit_not_found(services, id);
}

// Notes

/// A copy of a MIDI clip whose notes are to change
static Clip*
edit_notes(Services* const services, const Id id, Status* const status)
{
  const Clip* const clip = find_clip(services, id);
  if (!clip) {
    *status = edit_not_found(services, id);
    return NULL;
  }

  if (clip->sample != ID_NONE) {
    *status =
      services_fail(services, STATUS_CONFLICT, "An audio clip has no notes");
    return NULL;
  }

  return (Clip*)edit_copy(services, id, status);
}

static Status
check_note(Services* const services, const ClipNote* const note)
{
  if (note->start < 0 || note->start > TICKS_MAX) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "A note starts at 0 beats or later, not %g",
                         ticks_to_beats(note->start));
  }

  if (note->length <= 0 || note->length > TICKS_MAX) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "A note is longer than 0 beats, not %g",
                         ticks_to_beats(note->length));
  }

  return STATUS_OK;
}

/// Put a clip whose notes are replaced; `notes` and `clip` move
static Status
put_notes(Services* const services, Clip* const clip, NoteList* const notes)
{
  note_list_release(clip->notes);
  clip->notes = notes;
  return edit_put(services, &clip->node);
}

Status
notes_add(Services* const       services,
          const Id              id,
          const ClipNote* const notes,
          const uint32_t        count)
{
  for (uint32_t i = 0; i < count; ++i) {
    const Status st = check_note(services, &notes[i]);
    if (st) {
      return st;
    }
  }

  Status      st   = STATUS_OK;
  Clip* const clip = edit_notes(services, id, &st);
  if (!clip) {
    return st;
  }

  NoteList* changed = NULL;
  st = note_list_change(clip->notes, NULL, 0, notes, count, NULL, &changed);
  if (st) {
    node_release(&clip->node);
    return services_fail(services, st, "%s", status_text(st));
  }

  return put_notes(services, clip, changed);
}

Status
notes_remove(Services* const       services,
             const Id              id,
             const ClipNote* const notes,
             const uint32_t        count)
{
  Status      st   = STATUS_OK;
  Clip* const clip = edit_notes(services, id, &st);
  if (!clip) {
    return st;
  }

  ClipNote  missing = {0};
  NoteList* changed = NULL;
  st = note_list_change(clip->notes, notes, count, NULL, 0, &missing, &changed);
  if (st) {
    node_release(&clip->node);
    return st == STATUS_NOT_FOUND
             ? services_fail(services,
                             st,
                             "The clip has no note %u at beat %g",
                             missing.pitch,
                             ticks_to_beats(missing.start))
             : services_fail(services, st, "%s", status_text(st));
  }

  return put_notes(services, clip, changed);
}

Status
notes_clear(Services* const services, const Id id)
{
  Status      st   = STATUS_OK;
  Clip* const clip = edit_notes(services, id, &st);
  return clip ? put_notes(services, clip, NULL) : st;
}
