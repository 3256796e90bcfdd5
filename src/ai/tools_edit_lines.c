// SPDX-License-Identifier: GPL-3.0-or-later
//
// Edits of lines as a whole

#include "ai/clause.h"
#include "ai/tools.h"
#include "ai/tools_edits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Lines

Status
edit_end_on(Edit* const edit)
{
  uint32_t last = 0;
  for (uint32_t i = 1; i < edit->list.notes.count; ++i) {
    last = edit->list.notes.notes[i].start >= edit->list.notes.notes[last].start
             ? i
             : last;
  }

  MusicNote* const note = &edit->list.notes.notes[last];
  const int        want = (int)edit->value;
  const int        up   = ((want - note->pitch) % 12 + 12) % 12;
  note->pitch += up > 6 ? up - 12 : up;
  return STATUS_OK;
}

Status
edit_fit_key(Edit* const edit)
{
  Key key = {0};
  if (!key_parse(edit_text_arg(edit->call, "key"), &key) &&
      !song_key(edit->call->services, &key)) {
    return services_fail(
      edit->call->services, STATUS_NOT_FOUND, "There is no key to fit into");
  }

  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    note->pitch =
      edit_is_meant(edit, note) ? key_snap(&key, note->pitch) : note->pitch;
  }

  return STATUS_OK;
}

Status
edit_reverse(Edit* const edit)
{
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const  note = &edit->list.notes.notes[i];
    const Clip* const clip = composition_clip(
      services_document(edit->call->services), edit->list.clips[i]);
    const double start = ticks_to_beats(clip->start);
    const double end   = start + ticks_to_beats(clip->length);
    note->start        = fmax(start, start + end - note->start - note->length);
  }

  return STATUS_OK;
}

Status
edit_scale_time(Edit* const edit)
{
  const uint32_t count = edit->list.notes.count;
  for (uint32_t i = count; i-- > 0;) {
    MusicNote* const  note = &edit->list.notes.notes[i];
    const Clip* const clip = composition_clip(
      services_document(edit->call->services), edit->list.clips[i]);
    const double    start  = ticks_to_beats(clip->start);
    const double    length = ticks_to_beats(clip->length);
    const double    in     = (note->start - start) * edit->value;
    const MusicNote was    = *note;
    if (in >= length - 1e-6) {
      track_notes_remove(&edit->list, i);
      continue;
    }

    note->start  = start + in;
    note->length = fmin(was.length * edit->value, length - in);
    for (double more = in + length * edit->value;
         edit->value < 1.0 && more < length - 1e-6;
         more += length * edit->value) {
      const MusicNote again = {
        start + more, was.length * edit->value, was.pitch, was.velocity};
      track_notes_add(edit->call->services, edit->track, &edit->list, &again);
    }
  }

  return STATUS_OK;
}

Status
edit_harmonize(Edit* const edit)
{
  Key            key   = {0, scale_find("major")};
  const uint32_t count = edit->list.notes.count;
  song_key(edit->call->services, &key);
  for (uint32_t i = 0; i < count; ++i) {
    MusicNote note = edit->list.notes.notes[i];
    if (edit_is_meant(edit, &note)) {
      note.pitch    = key_step(&key, note.pitch, (int)edit->value);
      note.velocity = edit_clamp(note.velocity - 10, 1, 127);
      if (note.pitch <= 127) {
        track_notes_add(edit->call->services, edit->track, &edit->list, &note);
      }
    }
  }

  return STATUS_OK;
}

Status
edit_vary(Edit* const edit)
{
  Random random = {edit->box->seed};
  Key    key    = {0, scale_find("major")};
  song_key(edit->call->services, &key);
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    if (edit_is_meant(edit, note) && !edit->drums &&
        random_unit(&random) < 0.5) {
      note->pitch =
        key_step(&key, note->pitch, random_below(&random, 2) ? 1 : -1);
    }
  }

  return edit->drums ? edit_fill_in(edit) : STATUS_OK;
}
