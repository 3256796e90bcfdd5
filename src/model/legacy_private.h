// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the parts of the conversion share
//
// legacy.c has tracks, effects, the launcher and the whole; legacy_clips.c has
// clips with their samples, and what reads values and writes ours.

#ifndef SONIC_MODEL_LEGACY_PRIVATE_H
#define SONIC_MODEL_LEGACY_PRIVATE_H

#include "base/rt.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/// A conversion under way
typedef struct {
  const json_t* from;
  json_t*       to;
  json_t*       report;
  json_t*       tracks;  ///< Ours, in order
  json_t*       ids;     ///< Their ids -> ours
  json_t*       samples; ///< Path -> our id
  int           num_clips;
  int           num_notes;
  int           num_effects;
  int           num_lost; ///< Things that could not be taken
} Legacy;

/// A number of theirs, clamped; `initial` if there is none
double
legacy_number(const json_t* object,
              const char*   key,
              double        initial,
              double        min,
              double        max);

/// A text of theirs, borrowed; `none` if there is none
const char*
legacy_text(const json_t* object, const char* key, const char* none);

bool
legacy_truth(const json_t* object, const char* key);

/// A linear level of theirs in decibels, -60 to 12
double
legacy_level(const json_t* object, const char* key);

/// Add a line to the report
void
legacy_note(Legacy* legacy, const char* format, ...) SONIC_PRINTF(2, 3);

/// Put a value, which moves; one that ran out of memory is found by decoding
void
legacy_put(json_t* object, const char* key, json_t* value);

void
legacy_put_text(json_t* object, const char* key, const char* value);

/// Our id for the n-th thing of a kind, noted under theirs
const char*
legacy_name_thing(Legacy* legacy, char letter, int n, const char* theirs);

/// Take a clip over into its track
void
legacy_take_clip(Legacy* legacy, const json_t* theirs);

#endif // SONIC_MODEL_LEGACY_PRIVATE_H
