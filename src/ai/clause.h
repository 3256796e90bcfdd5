// SPDX-License-Identifier: GPL-3.0-or-later
//
// Clauses: what a request asks for, one thing at a time
//
// A request is cut where a new thing to do begins.  Each clause then has what
// it names: tracks, bars, numbers, key, chords, genre, voices, effects.

#ifndef SONIC_AI_CLAUSE_H
#define SONIC_AI_CLAUSE_H

#include "ai/genre.h"
#include "ai/theory.h"
#include "ai/words.h"
#include "services/daw_actions.h"

#include <stdbool.h>
#include <stdint.h>

/// Most tracks that a clause names
#define CLAUSE_TRACKS 32u

/// Most of other things that a clause names
#define CLAUSE_THINGS 12u

/// Most chords that a clause gives
#define CLAUSE_CHORDS 32u

/// How a track was named
typedef enum {
  BY_NAME,
  BY_ROLE,
  BY_PRONOUN, ///< It was talked of before
  BY_ALL,
  BY_CONTEXT, ///< The conversation is about it
} NamedBy;

typedef struct {
  const Token* tokens; ///< Borrowed
  uint32_t     count;
  bool         question;

  Id       tracks[CLAUSE_TRACKS]; ///< Also buses and the master
  NamedBy  by[CLAUSE_TRACKS];
  uint32_t at[CLAUSE_TRACKS]; ///< Token
  uint32_t num_tracks;
  bool     ambiguous; ///< Several tracks fit what was said of one
  char     asked[64]; ///< The words that name no track or several
  bool     unknown;   ///< `asked` names a track that is not there

  const char* voices[CLAUSE_THINGS];
  uint32_t    num_voices;
  const char* effects[CLAUSE_THINGS];
  uint32_t    num_effects;
  const char* params[CLAUSE_THINGS];
  uint32_t    num_params;
  const char* sections[CLAUSE_THINGS];
  uint32_t    num_sections;

  bool   has_range; ///< `first` and `last` are bars, from 1
  int    first;
  int    last;
  int    bars;     ///< A length in bars, 0 if none is given
  double bar_beat; ///< Beat of a place that is given as beat, or -1

  Key          key;
  bool         has_key;
  Chord        chords[CLAUSE_CHORDS];
  uint32_t     num_chords;
  char         roman[128]; ///< Numerals with spaces between
  const Genre* genre;
  char         name[128]; ///< A new name, or ""
  int          way;       ///< 1 up, -1 down, 0 neither
  double       amount;    ///< 0.5 a bit, 1, 2 a lot
  double       grid;      ///< Beats, 0 if none is given
  double       each;      ///< Beats of each chord, 0 if not given
} Clause;

/// What is known when clauses are read
typedef struct {
  Services*     services;
  const Genres* genres;
  Id            about;  ///< What the conversation is about, or ID_NONE
  const Id*     recent; ///< Tracks that were talked of last
  uint32_t      num_recent;
} Setting;

/// Whether any token has a tag
bool
clause_has(const Clause* clause, const char* tag);

/// The first token with a tag, or null
const Token*
clause_find(const Clause* clause, const char* tag);

/// Index of the first token with a tag at or behind a place, or -1
int
clause_index(const Clause* clause, const char* tag, uint32_t from);

/// Whether one of some spellings, with bars between, is there
bool
clause_says(const Clause* clause, const char* forms);

/// A number with a unit; false if there is none
bool
clause_number(const Clause* clause, const char* unit, double* number);

/// Cut words into clauses; returns how many
uint32_t
clauses_cut(const Words* words, Clause* clauses, uint32_t max);

/// Find what a clause names
void
clause_read(Clause* clause, const Setting* scene);

// Steps of `clause_read`

void
clause_slots(Clause* clause, const Setting* setting);

void
clause_tracks(Clause* clause, const Setting* setting);

/// What a track is used as: drums, bass, chords, melody, vocal, or ""
const char*
track_role(Services* services, const Track* track);

/// Whether a track is meant by a word, such as "keys" or "synth"
bool
track_is(Services* services, const Track* track, const char* word);

#endif // SONIC_AI_CLAUSE_H
