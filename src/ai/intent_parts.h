// SPDX-License-Identifier: GPL-3.0-or-later
//
// What rows about parts share

#ifndef SONIC_AI_INTENT_PARTS_H
#define SONIC_AI_INTENT_PARTS_H

#include "ai/intent.h"

/// Most parts of a clause
#define PARTS_MAX 6u

/// Add a place to a pattern once
void
parts_place(json_t* pattern, double beat);

void
parts_place_grid(json_t* pattern, double grid, double offset, double bar);

/// Where a voice plays by the words around it; false if they do not say
bool
parts_voice_pattern(const Turn* turn, uint32_t at, json_t* pattern);

/// How a voice plays if nobody says
void
parts_usual_pattern(const char* voice, double bar, json_t* pattern);

/// The voice that is written for a word: "hat" is a closed one
const char*
parts_written(const char* voice);

/// Parts that a clause asks for
uint32_t
parts_find_parts(const Turn* turn, const char* parts[PARTS_MAX]);

void
parts_set_text(json_t* args, const char* key, const char* value);

/// Instruments that a clause names for a part; null if none
const char*
parts_named_instrument(const Turn* turn, const char* part, char name[64]);

void
parts_harmony_args(const Turn* turn, json_t* args);

void
parts_style_args(const Turn* turn, const char* part, json_t* args);

void
parts_drum_args(const Turn* turn, json_t* args);

/// Whether a track has no notes
bool
parts_is_empty(const Turn* turn, Id id);

/// Hits of voices on the drum track
Outcome
parts_add_hits(Turn* turn);

/// Ghost notes and rolls
Outcome
parts_ornaments(Turn* turn);

Outcome
parts_add_fill(Turn* turn);

/// "ride instead of hats", "swap the snare for a clap"
Outcome
parts_replace_voice(Turn* turn);

/// "open the hats up on the offbeats"
Outcome
parts_open_hats(Turn* turn);

#endif // SONIC_AI_INTENT_PARTS_H
