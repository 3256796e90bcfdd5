// SPDX-License-Identifier: GPL-3.0-or-later
//
// Genres: what is usual in each, as data
//
// One JSON file in presets/genres for each.  A pattern is text, a letter each
// step: X accent, x hit, o soft, . or - rest; `|` ends a bar.

#ifndef SONIC_AI_GENRE_H
#define SONIC_AI_GENRE_H

#include <jansson.h>

#include <stdbool.h>
#include <stdint.h>

/// Most progressions that a genre has
#define GENRE_MAX_PROGRESSIONS 6u

/// A genre; texts are borrowed from its JSON
typedef struct {
  const char* name;  ///< "drum and bass"
  const char* words; ///< Other names, each between bars
  double      tempo_min;
  double      tempo;
  double      tempo_max;
  double      swing;      ///< Per cent, 50 is straight
  double      swing_pair; ///< Beats that a swung pair takes
  const char* kit;
  const char* scale; ///< "minor"
  const char* bass_style;
  const char* chord_style;
  const char* bass;       ///< Instrument
  const char* chords;     ///< Instrument
  const char* lead;       ///< Instrument
  uint32_t    chord_size; ///< 3 triads, 4 sevenths, 5 ninths
  uint32_t    steps;      ///< Of a bar of four beats: 16 or 12
  const char* progressions[GENRE_MAX_PROGRESSIONS]; ///< "i VI III VII"
  uint32_t    num_progressions;
  json_t*     drums; ///< Voice to pattern
  json_t*     form;  ///< [[section, bars, density], ...]
  json_t*     json;  ///< Owned
} Genre;

typedef struct Genres Genres;

/// Called with what is wrong with a file
typedef void (*GenreFaultFunc)(void* handle, const char* text);

/// Read all genres of a folder; null if memory ran out
Genres*
genres_new(const char* dir, GenreFaultFunc fault, void* handle);

void
genres_free(Genres* genres);

uint32_t
genres_count(const Genres* genres);

/// A genre by its place in order of name
const Genre*
genres_get(const Genres* genres, uint32_t index);

/// A genre by one of its names in lower case, or null
const Genre*
genres_find(const Genres* genres, const char* name);

/// MIDI note of a drum voice ("kick", "open_hat"), or -1
int
drum_note(const char* voice);

/// Whether a MIDI note belongs to a voice; "hat" and "backbeat" are families
bool
drum_is(const char* voice, int note);

/// The name of the voice that a MIDI note plays
const char*
drum_name(int note);

#endif // SONIC_AI_GENRE_H
