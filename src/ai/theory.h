// SPDX-License-Identifier: GPL-3.0-or-later
//
// Music theory: pitches, scales, keys, chords
//
// Pitch classes are 0 to 11 from C.  Texts are what musicians write: "F#",
// "Bb minor", "Cmaj7#11/E", "bVII", "V7/ii".  Nothing here allocates.

#ifndef SONIC_AI_THEORY_H
#define SONIC_AI_THEORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Most tones of a chord
#define CHORD_MAX_TONES 8u

/// Room for any chord's symbol, with its end
#define CHORD_TEXT_SIZE 32

/// Room for any key's name, with its end
#define KEY_TEXT_SIZE 40

/// A scale
typedef struct {
  const char* name;    ///< "harmonic minor"
  const char* aliases; ///< Other names, each between spaces or bars
  uint32_t    count;   ///< Number of tones
  int8_t      tones[12];
} Scale;

typedef struct {
  int          tonic; ///< Pitch class
  const Scale* scale;
} Key;

typedef struct {
  int      root;  ///< Pitch class
  int      bass;  ///< Pitch class of the lowest tone; the root unless slashed
  uint32_t count; ///< Number of tones
  int8_t   tones[CHORD_MAX_TONES]; ///< Semitones above the root, ascending
} Chord;

// Pitches

/// Read a pitch class at the start of a text; -1 if there is none.  `end`
/// receives what follows and may be null.
int
pitch_class_parse(const char* text, const char** end);

/// Read a note with its octave, such as "F#3" (C4 is 60); -1 if it is none
int
note_parse(const char* text);

/// Name of a pitch class, with flats where a key has them
const char*
pitch_class_name(int pitch_class, bool flats);

// Scales and keys

/// A scale by one of its names in lower case, or null
const Scale*
scale_find(const char* name);

/// Whether a pitch belongs to a key
bool
key_has(const Key* key, int pitch);

/// The pitch of a key that is nearest to a pitch
int
key_snap(const Key* key, int pitch);

/// A pitch moved by steps of the key
int
key_step(const Key* key, int pitch, int steps);

/// Read "F# minor", "Bb", "Am", "D dorian"
bool
key_parse(const char* text, Key* key);

/// Write "F# minor"; returns `text`
char*
key_format(const Key* key, char text[KEY_TEXT_SIZE]);

/// Whether a key is of the minor kind (its third is minor)
bool
key_is_minor(const Key* key);

/// Whether a key is written with flats
bool
key_has_flats(const Key* key);

/**
   The major or minor key that fits best.

   @param weights How long each pitch class sounds.
   @param confidence Receives 0 to 1: how far it is ahead of the next.
*/
Key
key_detect(const double weights[12], double* confidence);

// Chords

/// Read a symbol; false if it is none
bool
chord_parse(const char* text, Chord* chord);

/// Write a symbol; returns `text`
char*
chord_format(const Chord* chord, bool flats, char text[CHORD_TEXT_SIZE]);

/// Read a Roman numeral in a key ("ii7", "bVII", "V7/vi", "viio")
bool
roman_parse(const char* text, const Key* key, Chord* chord);

/// The chord of stacked thirds on a degree (0 is the tonic) with `size` tones
Chord
chord_diatonic(const Key* key, int degree, uint32_t size);

/// Whether a pitch is a tone of a chord
bool
chord_has(const Chord* chord, int pitch);

/// A chord with its seventh (and ninth), as the key has it
Chord
chord_extend(const Chord* chord, const Key* key, uint32_t size);

/**
   The chord that sounds.

   @param weights How long each pitch class sounds.
   @param bass Pitch class of the lowest note.
   @return False if no chord explains it.
*/
bool
chord_detect(const double weights[12], int bass, Chord* chord);

/// A voicing: pitches in ascending order
typedef struct {
  uint32_t count;
  int      pitches[CHORD_MAX_TONES];
} Voicing;

/**
   Put a chord into pitches that move little.

   All tones sound once.  The cost of a voicing is the sum of its moves, plus
   what lies outside of the range, plus low close intervals.

   @param previous Voicing before, or null for the first.
   @param low Lowest pitch that is liked.
   @param high Highest pitch that is liked.
*/
Voicing
chord_voice(const Chord* chord, const Voicing* previous, int low, int high);

/// Mean distance of each voice to the nearest one before
double
voicing_distance(const Voicing* from, const Voicing* to);

#endif // SONIC_AI_THEORY_H
