// SPDX-License-Identifier: GPL-3.0-or-later
//
// Generators: parts made of harmony, style and chance
//
// Each adds notes to a growing list, in beats from the start of the part.  The
// same seed gives the same part.  Style and pattern names that are not known
// fall back to the plainest.

#ifndef SONIC_AI_GENERATE_H
#define SONIC_AI_GENERATE_H

#include "ai/genre.h"
#include "ai/random.h"
#include "ai/theory.h"

#include <stdbool.h>
#include <stdint.h>

/// A note of a part
typedef struct {
  double start;  ///< Beats
  double length; ///< Beats
  int    pitch;
  int    velocity;
} MusicNote;

/// Notes that grow; zero bytes are an empty list
typedef struct {
  MusicNote* notes; ///< Owned
  uint32_t   count;
  uint32_t   max;
  bool       failed; ///< Memory ran out
} Notes;

/// A chord with its place
typedef struct {
  Chord  chord;
  double start;  ///< Beats
  double length; ///< Beats
} HarmonyChord;

/// Most chords of a harmony
#define HARMONY_MAX 256u

/// Chords one after another
typedef struct {
  HarmonyChord chords[HARMONY_MAX];
  uint32_t     count;
} Harmony;

/// What all generators are told
typedef struct {
  uint64_t       seed;
  double         bar;      ///< Beats in a bar
  uint32_t       bars;     ///< Length of the part
  Key            key;      ///<
  const Harmony* harmony;  ///< Covers the part; not for drums
  const Genre*   genre;    ///< May be null
  const char*    style;    ///< "", or what the part is to be like
  double         density;  ///< 0.5 sparse, 1 as usual, 2 busy
  double         grid;     ///< Beats of a melody's rhythm, 0: by its density
  int            octave;   ///< Shift in octaves
  int            velocity; ///< 0: as usual
} PartPlan;

/// Add a note
void
notes_put(Notes* notes, double start, double length, int pitch, int velocity);

/// Forget the notes and their memory
void
notes_free(Notes* notes);

/// Sort by start, then pitch
void
notes_sort(Notes* notes);

/// The chord at a beat, or null
const HarmonyChord*
harmony_at(const Harmony* harmony, double beat);

/// Repeat chords over a length; `each` beats for each of `count`
void
harmony_fill(Harmony*     harmony,
             const Chord* chords,
             uint32_t     count,
             double       each,
             double       length);

/// Drums of a genre; `parts` says which voices, null for all
void
generate_drums(const PartPlan* plan, const char* parts, Notes* out);

/// A fill over the last `beats` of a part
void
generate_fill(const PartPlan* plan, double end, double beats, Notes* out);

/// A bass line: root, pulse, offbeat, octave, syncopated, walking, 808, reese,
/// reggae, bossa
void
generate_bass(const PartPlan* plan, const Notes* kicks, Notes* out);

/// Chords: block, offbeat, stabs, pulse, strum, syncopated, charleston, broken,
/// bossa, arpeggio
void
generate_chords(const PartPlan* plan, Notes* out);

/// An arpeggio: up, down, updown, random; `grid` beats a note
void
generate_arpeggio(const PartPlan* plan, double grid, Notes* out);

/// A melody with a motif; `contour`: "", up, down, arch, valley, wave
void
generate_melody(const PartPlan* plan, const char* contour, Notes* out);

/// Steps of swing: delay each second note of pairs, `ratio` 0.5 to 0.75
void
notes_swing(Notes* notes, double pair, double ratio);

/**
   Play like a person: systematic offsets by voice first, a little chance next.

   @param ms_per_beat For what is meant in milliseconds.
   @param amount 1 is usual.
*/
void
notes_humanize(Notes*   notes,
               bool     drums,
               double   ms_per_beat,
               double   amount,
               uint64_t seed);

#endif // SONIC_AI_GENERATE_H
