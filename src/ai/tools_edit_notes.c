// SPDX-License-Identifier: GPL-3.0-or-later
//
// Edits of single notes

#include "ai/clause.h"
#include "ai/tools.h"
#include "ai/tools_edits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Single notes

Status
edit_transpose(Edit* const edit)
{
  const int steps = (int)edit->value;
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    const MusicNote* const note = &edit->list.notes.notes[i];
    const int              to   = note->pitch + steps;
    if (edit_is_meant(edit, note) && (to < 0 || to > 127)) {
      return services_fail(edit->call->services,
                           STATUS_OUT_OF_RANGE,
                           "%s would leave the range of notes 0 to 127",
                           string_text(edit->track->name));
    }
  }

  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    note->pitch += edit_is_meant(edit, note) ? steps : 0;
  }

  return STATUS_OK;
}

Status
edit_quantize(Edit* const edit)
{
  const double amount = edit_number_arg(edit->call, "amount", 100.0) / 100.0;
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    if (edit_is_meant(edit, note)) {
      const double to = round(note->start / edit->grid) * edit->grid;
      note->start += (to - note->start) * amount;
    }
  }

  return STATUS_OK;
}

Status
edit_swing(Edit* const edit)
{
  const double ratio = edit->value / 100.0;
  double       pair  = edit->grid * 2.0;
  if (edit->grid <= 0.0) {
    uint32_t fine = 0;
    uint32_t all  = 0;
    for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
      const MusicNote* const note = &edit->list.notes.notes[i];
      const double in = note->start * 2.0 - floor(note->start * 2.0 + 0.02);
      fine += edit_is_meant(edit, note) && fabs(in - 0.5) < 0.26;
      all += edit_is_meant(edit, note);
    }

    pair = fine * 8u > all ? 0.5 : 1.0;
  }

  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    const double     at   = note->start / pair;
    const double     in   = at - floor(at + 0.02);
    if (edit_is_meant(edit, note) && in > 0.4 && in < 0.8) {
      note->start = (floor(at + 0.02) + ratio) * pair;
    }
  }

  return STATUS_OK;
}

Status
edit_humanize(Edit* const edit)
{
  const double tempo =
    tempo_to_bpm(services_document(edit->call->services)->tempo);
  Notes     part = {0};
  uint32_t* from =
    (uint32_t*)calloc(edit->list.notes.count + 1u, sizeof(uint32_t));
  if (!from) {
    return STATUS_NO_MEMORY;
  }

  // One after another, so that each keeps its clip
  Random random = {edit->box->seed};
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    if (!edit_is_meant(edit, note)) {
      continue;
    }

    part.count = 0;
    notes_put(
      &part, note->start + 1.0, note->length, note->pitch, note->velocity);
    notes_humanize(
      &part, edit->drums, 60000.0 / tempo, edit->value, random_bits(&random));
    const double moved = part.notes[0].start - 1.0;
    note->start    = note->start < 1e-6 && moved < 0.0 ? note->start : moved;
    note->velocity = part.notes[0].velocity;
  }

  free(from);
  notes_free(&part);
  return STATUS_OK;
}

Status
edit_velocity(Edit* const edit)
{
  const double set = edit_number_arg(edit->call, "set", 0.0);
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    if (edit_is_meant(edit, note)) {
      note->velocity = edit_clamp(
        (int)lround(set > 0.0 ? set : note->velocity + edit->value), 1, 127);
    }
  }

  return STATUS_OK;
}

Status
edit_ramp(Edit* const edit)
{
  double first = 1e9;
  double last  = -1e9;
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    const MusicNote* const note = &edit->list.notes.notes[i];
    if (edit_is_meant(edit, note)) {
      first = fmin(first, note->start);
      last  = fmax(last, note->start);
    }
  }

  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    const double     way =
      last > first ? (note->start - first) / (last - first) : 1.0;
    const double share = edit->value > 0.0 ? way : 1.0 - way;
    if (edit_is_meant(edit, note)) {
      note->velocity =
        edit_clamp((int)lround(note->velocity * (0.45 + 0.7 * share)), 1, 127);
    }
  }

  return STATUS_OK;
}

Status
edit_accent(Edit* const edit)
{
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    const bool       on =
      fabs(note->start / edit->grid - round(note->start / edit->grid)) < 0.05;
    if (edit_is_meant(edit, note)) {
      note->velocity = edit_clamp(note->velocity + (on ? 18 : -10), 1, 127);
    }
  }

  return STATUS_OK;
}

Status
edit_scale_length(Edit* const edit)
{
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    if (!edit_is_meant(edit, note)) {
      continue;
    }

    // Longer notes reach to the next one at most
    double next = 1e9;
    for (uint32_t k = 0; k < edit->list.notes.count; ++k) {
      const double at = edit->list.notes.notes[k].start;
      next            = at > note->start + 0.05 ? fmin(next, at) : next;
    }

    const double length = note->length * edit->value;
    const double room   = next < 1e8 ? next - note->start : length;
    note->length = edit->value > 1.0 ? fmax(note->length, fmin(length, room))
                                     : fmax(0.05, length);
  }

  return STATUS_OK;
}

Status
edit_remove_notes(Edit* const edit)
{
  for (uint32_t i = edit->list.notes.count; i-- > 0;) {
    if (edit_is_meant(edit, &edit->list.notes.notes[i])) {
      track_notes_remove(&edit->list, i);
    }
  }

  return STATUS_OK;
}

Status
edit_thin(Edit* const edit)
{
  const double grid = edit->drums ? 0.5 : 1.0;
  for (uint32_t i = edit->list.notes.count; i-- > 0;) {
    const MusicNote* const note = &edit->list.notes.notes[i];
    const double off = fabs(note->start / grid - round(note->start / grid));
    const bool   core =
      edit->drums &&
      (drum_is("kick", note->pitch) ||
       (drum_is("backbeat", note->pitch) && note->velocity > 60));
    // With nothing off the grid every second beat goes
    if (edit_is_meant(edit, note) && !core && off > 0.05) {
      track_notes_remove(&edit->list, i);
    }
  }

  return STATUS_OK;
}

Status
edit_thin_more(Edit* const edit)
{
  const uint32_t before = edit->list.notes.count;
  Status         st     = edit_thin(edit);
  for (uint32_t i = edit->list.notes.count;
       i-- > 0 && edit->list.notes.count == before;) {
    for (uint32_t k = edit->list.notes.count; k-- > 0;) {
      const MusicNote* const note = &edit->list.notes.notes[k];
      const double           in   = fmod(note->start + 0.02, 2.0);
      const bool             core = edit->drums && !drum_is("hat", note->pitch);
      if (edit_is_meant(edit, note) && !core && in > 0.9 &&
          fmod(note->start + 0.02, edit->drums ? 1.0 : 2.0) > 0.3) {
        track_notes_remove(&edit->list, k);
      }
    }

    break;
  }

  return st;
}

Status
edit_fill_in(Edit* const edit)
{
  Random         random = {edit->box->seed};
  const uint32_t count  = edit->list.notes.count;
  Key            key    = {0};
  const bool     tonal  = song_key(edit->call->services, &key);
  for (uint32_t i = 0; i < count; ++i) {
    const MusicNote note = edit->list.notes.notes[i];
    const bool      hat  = edit->drums && drum_is("hat", note.pitch);
    if (!edit_is_meant(edit, &note) ||
        (edit->drums && !hat && note.pitch != 38) ||
        (!edit->drums && random_unit(&random) < 0.5)) {
      continue;
    }

    MusicNote more = note;
    more.start += edit->drums ? 0.25 : fmax(0.25, note.length / 2.0);
    more.velocity = edit_clamp(note.velocity - (hat ? 25 : 40), 20, 127);
    if (!edit->drums) {
      more.length = fmin(note.length / 2.0, 0.5);
      more.pitch =
        tonal ? key_step(&key, note.pitch, random_below(&random, 2) ? 1 : -1)
              : note.pitch;
      edit->list.notes.notes[i].length = fmax(0.1, note.length / 2.0);
    }

    bool there = false;
    for (uint32_t k = 0; k < edit->list.notes.count; ++k) {
      const MusicNote* const other = &edit->list.notes.notes[k];
      there = there || (fabs(other->start - more.start) < 0.1 &&
                        (!edit->drums || other->pitch == more.pitch));
    }

    if (!there) {
      track_notes_add(edit->call->services, edit->track, &edit->list, &more);
    }
  }

  return STATUS_OK;
}

Status
edit_add_hits(Edit* const edit)
{
  const json_t* const places = json_object_get(edit->call->args, "beats");
  const double        bar    = daw_bar(edit->call->services);
  const int           note   = drum_note(*edit->voice ? edit->voice : "kick");
  const int           loud   = (int)edit_number_arg(edit->call, "set", 0.0);
  const double        every  = edit_number_arg(edit->call, "every", 1.0);
  uint32_t            added  = 0;
  for (double start = floor(edit->from / bar + 0.01) * bar;
       start < edit->to - 1e-6 && start < 4096.0;
       start += bar * every) {
    size_t        i    = 0;
    const json_t* beat = NULL;
    json_array_foreach(places, i, beat)
    {
      const double at = start + (every - 1.0) * bar + json_number_value(beat);
      bool         there = json_number_value(beat) >= bar - 1e-6;
      for (uint32_t k = 0; k < edit->list.notes.count; ++k) {
        const MusicNote* const other = &edit->list.notes.notes[k];
        there =
          there || (fabs(other->start - at) < 0.05 && other->pitch == note);
      }

      const bool      weak = drum_is("hat", note) && fmod(at, 0.5) > 0.01;
      const MusicNote hit  = {at, 0.25, note, loud > 0 ? loud : weak ? 72 : 96};
      added +=
        !there &&
        track_notes_add(edit->call->services, edit->track, &edit->list, &hit);
    }
  }

  json_object_set_new(edit->call->result, "added", json_integer(added));
  return STATUS_OK;
}

Status
edit_revoice(Edit* const edit)
{
  const int to = (int)edit_number_arg(edit->call, "set", 0.0);
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    note->pitch           = edit_is_meant(edit, note) ? to : note->pitch;
  }

  return STATUS_OK;
}
