// SPDX-License-Identifier: GPL-3.0-or-later
//
// Looking at what was read of a Standard MIDI File

#ifndef SONIC_TESTS_SMF_SUPPORT_H
#define SONIC_TESTS_SMF_SUPPORT_H

#include "model/smf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEAT ((Ticks)TICKS_PER_BEAT)

static inline Composition*
decode(const void* const bytes, const size_t size)
{
  char         text[256] = "";
  Composition* root      = NULL;
  if (smf_decode(bytes, size, text, sizeof(text), &root)) {
    fail_msg("%s", text);
  }

  return root;
}

static inline const Track*
track_at(const Composition* const root, const uint32_t index)
{
  assert_true(index < id_list_count(root->order[KIND_TRACK]));
  return composition_track(root, root->order[KIND_TRACK]->ids[index]);
}

static inline const Clip*
clip_at(const Composition* const root, const uint32_t index)
{
  const Track* const track = track_at(root, index);
  assert_int_equal(id_list_count(track->clips), 1);
  return composition_clip(root, track->clips->ids[0]);
}

/// Check the notes of a clip, given as "pitch start length velocity;" with
/// start and length in 1/96 beat
static inline void
assert_notes(const Clip* const clip, const char* const expected)
{
  char            text[512] = "";
  NoteCursor      cursor    = note_cursor(clip->notes);
  const ClipNote* note      = NULL;
  while ((note = note_next(&cursor))) {
    const size_t used = strlen(text);
    snprintf(text + used,
             sizeof(text) - used,
             "%d %g %g %d;",
             note->pitch,
             ticks_to_beats(note->start) * 96.0,
             ticks_to_beats(note->length) * 96.0,
             note->velocity);
  }

  assert_string_equal(text, expected);
}

static inline void
assert_json(json_t* const json, const char* const expected)
{
  char* const text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(9));
  assert_string_equal(text, expected);
  free(text);
}

#endif // SONIC_TESTS_SMF_SUPPORT_H
