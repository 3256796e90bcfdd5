// SPDX-License-Identifier: GPL-3.0-or-later
//
// Edits of chords, which are notes that begin together

#include "ai/clause.h"
#include "ai/tools.h"
#include "ai/tools_edits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Chords

/// The notes that start together at a place; returns how many
static uint32_t
stack_at(const Edit* const edit, const double at, uint32_t stack[16])
{
  uint32_t n = 0;
  for (uint32_t i = 0; i < edit->list.notes.count && n < 16; ++i) {
    const MusicNote* const note = &edit->list.notes.notes[i];
    if (fabs(note->start - at) < 0.1 && edit_is_meant(edit, note)) {
      stack[n++] = i;
    }
  }

  return n;
}

/// The chord that a stack makes
static bool
stack_chord(const Edit* const edit,
            const uint32_t*   stack,
            const uint32_t    n,
            Chord* const      chord)
{
  double weights[12] = {0};
  int    lowest      = 128;
  for (uint32_t i = 0; i < n; ++i) {
    const int pitch = edit->list.notes.notes[stack[i]].pitch;
    weights[pitch % 12] += 1.0;
    lowest = pitch < lowest ? pitch : lowest;
  }

  const bool found = n >= 2 && chord_detect(weights, lowest % 12, chord);
  chord->bass      = chord->root;
  return found;
}

/// Replace stacks by what `change` makes of their chords
static Status
change_stacks(Edit* const edit,
              bool (*change)(Edit*          edit,
                             Chord*         chord,
                             const Voicing* last,
                             Voicing*       voicing))
{
  Voicing  last   = {0, {0}};
  uint32_t done   = 0;
  double   at     = -1e9;
  uint32_t stacks = 0;
  while (stacks < 4096) {
    // The next place behind `at`
    double next = 1e9;
    for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
      const MusicNote* const note = &edit->list.notes.notes[i];
      if (note->start > at + 0.1 && edit_is_meant(edit, note)) {
        next = fmin(next, note->start);
      }
    }

    if (next > 1e8) {
      break;
    }

    uint32_t       stack[16];
    Chord          chord   = {0};
    Voicing        voicing = {0, {0}};
    const uint32_t n       = stack_at(edit, next, stack);
    at                     = next;
    ++stacks;
    for (uint32_t i = 0; i < n && i < CHORD_MAX_TONES; ++i) {
      voicing.pitches[i] = edit->list.notes.notes[stack[i]].pitch;
    }

    voicing.count = n < CHORD_MAX_TONES ? n : CHORD_MAX_TONES;
    if (!stack_chord(edit, stack, n, &chord) ||
        !change(edit, &chord, &last, &voicing)) {
      continue;
    }

    const MusicNote model = edit->list.notes.notes[stack[0]];
    const Id        clip  = edit->list.clips[stack[0]];
    for (uint32_t i = n; i-- > 0;) {
      track_notes_remove(&edit->list, stack[i]);
    }

    for (uint32_t i = 0; i < voicing.count; ++i) {
      MusicNote note = model;
      note.pitch     = edit_clamp(voicing.pitches[i], 0, 127);
      if (track_notes_add(
            edit->call->services, edit->track, &edit->list, &note)) {
        edit->list.clips[edit->list.notes.count - 1u] = clip;
      }
    }

    last = voicing;
    ++done;
  }

  return done ? STATUS_OK
              : services_fail(edit->call->services,
                              STATUS_NOT_FOUND,
                              "There are no chords on %s to change",
                              string_text(edit->track->name));
}

static bool
voice_smoothly(Edit* const          edit,
               Chord* const         chord,
               const Voicing* const last,
               Voicing* const       voicing)
{
  (void)edit;
  const int middle = voicing->pitches[0] + 5;
  if (last->count || voicing->count != chord->count) {
    *voicing =
      chord_voice(chord, last->count ? last : NULL, middle - 12, middle + 14);
  } else {
    // The first chord is turned as well, so that something is heard of it
    const int lowest = voicing->pitches[0];
    *voicing         = chord_voice(chord, NULL, lowest - 9, lowest + 6);
  }

  return true;
}

static bool
stack_more(Edit* const          edit,
           Chord* const         chord,
           const Voicing* const last,
           Voicing* const       voicing)
{
  Key key = {0, scale_find("major")};
  (void)last;
  song_key(edit->call->services, &key);
  const Chord more = chord_extend(chord, &key, (uint32_t)edit->value);

  // What is added goes on top
  for (uint32_t i = 0; i < more.count; ++i) {
    const int tone = more.root + more.tones[i];
    bool      has  = false;
    for (uint32_t k = 0; k < voicing->count; ++k) {
      has = has || (voicing->pitches[k] - tone) % 12 == 0;
    }

    if (!has && voicing->count < CHORD_MAX_TONES) {
      int pitch =
        voicing->pitches[0] + ((tone - voicing->pitches[0]) % 12 + 12) % 12;
      voicing->pitches[voicing->count++] = pitch;
    }
  }

  return true;
}

static bool
stack_triad(Edit* const          edit,
            Chord* const         chord,
            const Voicing* const last,
            Voicing* const       voicing)
{
  uint32_t n = 0;
  (void)edit;
  (void)last;
  for (uint32_t i = 0; i < voicing->count; ++i) {
    const int  above = ((voicing->pitches[i] - chord->root) % 12 + 12) % 12;
    const bool power = edit->value == 2.0;
    if (above == 0 || above == 7 || (!power && (above == 3 || above == 4)) ||
        above == 6 || above == 8 ||
        (!power && above == 5 && chord->count < 4)) {
      voicing->pitches[n++] = voicing->pitches[i];
    }
  }

  voicing->count = n ? n : voicing->count;
  return true;
}

/// The third gives way to another interval
static bool
stack_suspend(Edit* const          edit,
              Chord* const         chord,
              const Voicing* const last,
              Voicing* const       voicing)
{
  (void)last;
  for (uint32_t i = 0; i < voicing->count; ++i) {
    const int above = ((voicing->pitches[i] - chord->root) % 12 + 12) % 12;
    if (above == 3 || above == 4) {
      voicing->pitches[i] += (int)edit->value - above;
    }
  }

  return true;
}

Status
edit_suspend_edit(Edit* const edit)
{
  return change_stacks(edit, stack_suspend);
}

Status
edit_voicing_edit(Edit* const edit)
{
  return change_stacks(edit, voice_smoothly);
}

Status
edit_extend_edit(Edit* const edit)
{
  return change_stacks(edit, stack_more);
}

Status
edit_triad_edit(Edit* const edit)
{
  return change_stacks(edit, stack_triad);
}
