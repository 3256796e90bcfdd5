// SPDX-License-Identifier: GPL-3.0-or-later
//
// Parts of a genre, and what can be measured of them

#ifndef SONIC_AI_MUSIC_H
#define SONIC_AI_MUSIC_H

#include "ai/generate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Everything that a genre plays over eight bars
typedef struct {
  Harmony harmony;
  Key     key;
  Notes   drums;
  Notes   bass;
  Notes   chords;
  Notes   melody;
} Music;

static inline void
music_fault(void* const handle, const char* const text)
{
  (void)handle;
  fprintf(stderr, "%s\n", text);
  exit(1);
}

/// The chords of a progression such as "i VI III VII"
static inline uint32_t
music_progression(const char* const text,
                  const Key* const  key,
                  const uint32_t    size,
                  Chord             chords[16])
{
  char     copy[128];
  char*    rest = copy;
  char*    word = NULL;
  uint32_t n    = 0;
  snprintf(copy, sizeof(copy), "%s", text);
  while (n < 16 && (word = strtok_r(rest, " ", &rest))) {
    if (roman_parse(word, key, &chords[n])) {
      chords[n] = chord_extend(&chords[n], key, size);
      ++n;
    }
  }

  return n;
}

static inline void
music_make(Music* const music, const Genre* const genre, const uint64_t seed)
{
  Chord  chords[16];
  Random random = {seed};
  *music        = (Music){0};
  music->key    = (Key){random_below(&random, 12), scale_find(genre->scale)};
  const char* const progression =
    genre->progressions[seed % genre->num_progressions];
  const uint32_t n =
    music_progression(progression, &music->key, genre->chord_size, chords);
  harmony_fill(&music->harmony, chords, n, 4.0, 32.0);

  const PartPlan plan = {
    seed, 4.0, 8, music->key, &music->harmony, genre, "", 1.0, 0.0, 0, 0};
  generate_drums(&plan, NULL, &music->drums);
  generate_bass(&plan, &music->drums, &music->bass);
  generate_chords(&plan, &music->chords);
  generate_melody(&plan, "", &music->melody);
  notes_sort(&music->chords);
}

static inline void
music_free(Music* const music)
{
  notes_free(&music->drums);
  notes_free(&music->bass);
  notes_free(&music->chords);
  notes_free(&music->melody);
}

/// Share of notes in the key or in the chord that sounds with them
static inline double
music_in_key(const Music* const music, const Notes* const notes)
{
  uint32_t good = 0;
  for (uint32_t i = 0; i < notes->count; ++i) {
    const MusicNote* const    note  = &notes->notes[i];
    const HarmonyChord* const place = harmony_at(&music->harmony, note->start);
    good += key_has(&music->key, note->pitch) ||
            (place && chord_has(&place->chord, note->pitch));
  }

  return notes->count ? (double)good / notes->count : 0.0;
}

/// Share of notes on beats 1 and 3 that are tones of the chord
static inline double
music_strong_fit(const Music* const music, const Notes* const notes)
{
  uint32_t good = 0;
  uint32_t all  = 0;
  for (uint32_t i = 0; i < notes->count; ++i) {
    const MusicNote* const note = &notes->notes[i];
    if (fmod(note->start, 2.0) < 1e-6) {
      const HarmonyChord* const place =
        harmony_at(&music->harmony, note->start);
      good += place && chord_has(&place->chord, note->pitch);
      ++all;
    }
  }

  return all ? (double)good / all : 0.0;
}

/// Share of intervals of at most two semitones
static inline double
music_steps(const Notes* const notes)
{
  uint32_t good = 0;
  for (uint32_t i = 1; i < notes->count; ++i) {
    good += abs(notes->notes[i].pitch - notes->notes[i - 1u].pitch) <= 2;
  }

  return notes->count > 1 ? (double)good / (notes->count - 1u) : 0.0;
}

/// Distance of the highest and the lowest note
static inline int
music_range(const Notes* const notes)
{
  int low  = 127;
  int high = 0;
  for (uint32_t i = 0; i < notes->count; ++i) {
    low  = notes->notes[i].pitch < low ? notes->notes[i].pitch : low;
    high = notes->notes[i].pitch > high ? notes->notes[i].pitch : high;
  }

  return high - low;
}

/// Whether something starts at a place, within a sixteenth's half
static inline bool
music_starts(const Notes* const notes, const double at, const char* const voice)
{
  for (uint32_t i = 0; i < notes->count; ++i) {
    if (fabs(notes->notes[i].start - at) < 0.13 &&
        (!voice || drum_is(voice, notes->notes[i].pitch))) {
      return true;
    }
  }

  return false;
}

/// Share of the bars whose rhythm is that of an earlier bar
static inline double
music_repetition(const Notes* const notes)
{
  uint32_t same = 0;
  for (int bar = 1; bar < 8; ++bar) {
    bool found = false;
    for (int other = 0; other < bar && !found; ++other) {
      found = true;
      for (int step = 0; step < 16 && found; ++step) {
        found = music_starts(notes, bar * 4.0 + step * 0.25, NULL) ==
                music_starts(notes, other * 4.0 + step * 0.25, NULL);
      }
    }

    same += found;
  }

  return same / 7.0;
}

/// Share of chord changes at which the bass begins on the root
static inline double
music_roots(const Music* const music)
{
  uint32_t good = 0;
  uint32_t all  = 0;
  for (uint32_t i = 0; i < music->harmony.count; ++i) {
    const HarmonyChord* const place = &music->harmony.chords[i];
    for (uint32_t k = 0; k < music->bass.count; ++k) {
      const MusicNote* const note = &music->bass.notes[k];
      if (note->start >= place->start - 1e-6 &&
          note->start < place->start + 1.0) {
        good += (note->pitch - place->chord.bass) % 12 == 0;
        ++all;
        break;
      }
    }
  }

  return all ? (double)good / all : 0.0;
}

/// Share of kicks with which the bass plays
static inline double
music_lock(const Music* const music)
{
  uint32_t good = 0;
  uint32_t all  = 0;
  for (uint32_t i = 0; i < music->drums.count; ++i) {
    if (drum_is("kick", music->drums.notes[i].pitch)) {
      good += music_starts(&music->bass, music->drums.notes[i].start, NULL);
      ++all;
    }
  }

  return all ? (double)good / all : 1.0;
}

/// Mean move of each voice between successive chords
static inline double
music_voice_moves(const Music* const music)
{
  Voicing  last  = {0, {0}};
  double   sum   = 0.0;
  uint32_t moves = 0;
  for (uint32_t i = 0; i < music->harmony.count; ++i) {
    const Voicing v =
      chord_voice(&music->harmony.chords[i].chord, i ? &last : NULL, 55, 76);
    sum += i ? voicing_distance(&last, &v) : 0.0;
    moves += i > 0;
    last = v;
  }

  return moves ? sum / moves : 0.0;
}

#endif // SONIC_AI_MUSIC_H
