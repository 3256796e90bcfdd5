// SPDX-License-Identifier: GPL-3.0-or-later
//
// Drums: patterns in words, and more for drums that are there

#include "ai/intent.h"
#include "ai/intent_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Drum patterns in words

void
parts_place(json_t* const pattern, const double beat)
{
  size_t        i    = 0;
  const json_t* item = NULL;
  json_array_foreach(pattern, i, item)
  {
    if (fabs(json_number_value(item) - beat) < 1e-6) {
      return;
    }
  }

  json_array_append_new(pattern, json_real(beat));
}

void
parts_place_grid(json_t* const pattern,
                 const double  grid,
                 const double  offset,
                 const double  bar)
{
  for (double at = offset; at < bar - 1e-6; at += grid) {
    parts_place(pattern, at);
  }
}

/// Words that place a voice on a grid, in beats
typedef struct {
  const char* tag;
  double      grid; ///< 0: as the word says
  double      offset;
} GridWord;

static const GridWord grid_words[] = {
  {"grid", 0.0, 0.0},
  {"offbeat", 1.0, 0.5},
  {"backbeat", 2.0, 1.0},
};

/// Place a voice on the grid that a token means; false if it means none
static bool
place_by_word(const Token* const token, const double bar, json_t* const pattern)
{
  for (size_t i = 0; i < sizeof(grid_words) / sizeof(grid_words[0]); ++i) {
    const GridWord* const word = &grid_words[i];
    if (token_has(token, word->tag)) {
      const double grid =
        word->grid > 0.0 ? word->grid : strtod(token->word->value, NULL);
      parts_place_grid(pattern, grid, word->offset, bar);
      return true;
    }
  }
  return false;
}

/// Take what stands before a voice: "16th note hats", "offbeat open hats"
static bool
place_before(const Clause* const clause,
             const uint32_t      at,
             const double        bar,
             json_t* const       pattern)
{
  bool told = false;
  for (uint32_t i = at; i-- > 0 && i + 4u > at;) {
    const Token* const token = &clause->tokens[i];
    if (token_has(token, "voice") || token_has(token, "with") ||
        token_has(token, "conj") || token_has(token, "on")) {
      break;
    }

    if (place_by_word(token, bar, pattern)) {
      told = true;
    } else if (token_has(token, "four_floor")) {
      parts_place_grid(pattern, 1.0, 0.0, bar);
      told = true;
    }
  }
  return told;
}

/// Whether what is said of a voice ends with a token
static bool
ends_voice(const Token* const token, const Token* const next)
{
  return token_has(token, "voice") ||
         (token_has(token, "verb") && !token_has(token, "pan")) ||
         (token_has(token, "to") && !token_has(token, "on")) ||
         (token_has(token, "conj") && next && token_has(next, "voice"));
}

/// Whether a token counts a beat or a step: "2" and "4" in "on 2 and 4"
static bool
counts_place(const Token* const token, const Token* const next)
{
  return !token_has(token, "grid") &&
         (token->is_number || token_has(token, "number")) &&
         token->number >= 1.0 && token->number <= 16.0 &&
         !token_has(token - 1, "bar") && (!next || !token_has(next, "bar")) &&
         (!*token->unit || !strcmp(token->unit, "th") ||
          !strcmp(token->unit, "beats"));
}

/// Whether a token after "every" means the beats
static bool
means_beats(const Token* const token)
{
  return (token->is_number && !strcmp(token->unit, "beats")) ||
         !strcmp(token->norm, "beat") || !strcmp(token->norm, "beats");
}

/// Take what stands behind a voice: "on 2 and 4", "on every beat"
static bool
place_behind(const Clause* const clause,
             const uint32_t      at,
             const double        bar,
             json_t* const       pattern)
{
  const double unit  = clause_has(clause, "step") ? 0.25 : 1.0;
  bool         on    = false;
  bool         every = false;
  bool         told  = false;
  for (uint32_t i = at + 1u; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    const Token* const next =
      i + 1u < clause->count ? &clause->tokens[i + 1u] : NULL;
    if (ends_voice(token, next)) {
      break;
    }

    every = every || token_has(token, "all");
    on    = on || token_has(token, "on") || token_has(token, "at") ||
         token_has(token, "beatword");
    if (token->is_number && !strcmp(token->unit, "bars")) {
      continue;
    }

    if (on && counts_place(token, next)) {
      parts_place(pattern, (token->number - 1.0) * unit);
      told = true;
    } else if (place_by_word(token, bar, pattern)) {
      told = true;
    } else if (token_has(token, "downbeat")) {
      parts_place(pattern, 0.0);
      told = true;
    } else if (every && means_beats(token)) {
      parts_place_grid(pattern, 1.0, 0.0, bar);
      told = true;
    }
  }
  return told;
}

bool
parts_voice_pattern(const Turn* const turn,
                    const uint32_t    at,
                    json_t* const     pattern)
{
  const Clause* const clause = turn->clause;
  const double        bar    = daw_bar(turn->services);
  const Token* const  voice  = &clause->tokens[at];
  const bool          before = place_before(clause, at, bar, pattern);
  const bool          behind = place_behind(clause, at, bar, pattern);
  if (before || behind) {
    return true;
  }
  if (token_has(voice, "offhat") && strcmp(voice->norm, "open hat") != 0 &&
      strstr(voice->norm, "off")) {
    parts_place_grid(pattern, 1.0, 0.5, bar);
    return true;
  }
  return false;
}

/// Where a voice plays that nothing is said of: on a grid, or in places up to a
/// negative one
typedef struct {
  const char* voice;
  double      grid; ///< 0: in places
  double      offset;
  double      places[5];
} UsualPattern;

// clang-format off
static const UsualPattern usual_patterns[] = {
  {"kick",       2.0,  0.0, {-1.0}},
  {"snare",      2.0,  1.0, {-1.0}},
  {"clap",       2.0,  1.0, {-1.0}},
  {"tambourine", 2.0,  1.0, {-1.0}},
  {"open_hat",   1.0,  0.5, {-1.0}},
  {"shaker",     0.25, 0.0, {-1.0}},
  {"ride",       1.0,  0.0, {-1.0}},
  {"cowbell",    1.0,  0.0, {-1.0}},
  {"crash",      0.0,  0.0, {0.0, -1.0}},
  {"rim",        0.0,  0.0, {0.75, 1.5, 2.5, -1.0}},
  {"clave",      0.0,  0.0, {0.75, 1.5, 2.5, -1.0}},
  {"conga",      0.0,  0.0, {1.5, 2.75, 3.5, -1.0}},
  {"bongo",      0.0,  0.0, {1.5, 2.75, 3.5, -1.0}},
  {"tom",        0.0,  0.0, {3.0, 3.25, 3.5, 3.75, -1.0}},
};
// clang-format on

void
parts_usual_pattern(const char* const voice,
                    const double      bar,
                    json_t* const     pattern)
{
  static const UsualPattern other = {"", 0.5, 0.0, {-1.0}};
  const UsualPattern*       usual = &other;
  for (size_t i = 0; i < sizeof(usual_patterns) / sizeof(usual_patterns[0]);
       ++i) {
    if (!strcmp(usual_patterns[i].voice, voice)) {
      usual = &usual_patterns[i];
    }
  }

  if (usual->grid > 0.0) {
    parts_place_grid(pattern, usual->grid, usual->offset, bar);
  }
  for (uint32_t i = 0; usual->places[i] >= 0.0; ++i) {
    parts_place(pattern, usual->places[i]);
  }
}

const char*
parts_written(const char* const voice)
{
  return !strcmp(voice, "hat") ? "closed_hat" : voice;
}

/// Patterns of all voices that the clause tells about
static json_t*
told_patterns(const Turn* const turn)
{
  const Clause* const clause   = turn->clause;
  json_t* const       patterns = json_object();
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    json_t* const      list  = json_array();
    // "no hats": nothing of them
    const bool none = i && (token_has(&clause->tokens[i - 1u], "no") ||
                            token_has(&clause->tokens[i - 1u], "without"));
    if (token_has(token, "voice") &&
        (none || parts_voice_pattern(turn, i, list))) {
      json_object_set(patterns, parts_written(token->word->value), list);
    }

    json_decref(list);
  }

  if (clause_has(clause, "four_floor") && !json_object_get(patterns, "kick")) {
    json_t* const list = json_array();
    parts_place_grid(list, 1.0, 0.0, daw_bar(turn->services));
    json_object_set_new(patterns, "kick", list);
  }

  return patterns;
}

void
parts_drum_args(const Turn* const turn, json_t* const args)
{
  const Clause* const clause   = turn->clause;
  json_t* const       patterns = told_patterns(turn);
  double              percent  = 58.0;
  if (clause_has(clause, "swing") &&
      !(clause->genre && clause->genre->swing > 50.5)) {
    clause_number(clause, "%", &percent);
    json_object_set_new(
      args,
      "swing",
      json_real(percent < 50.0 || percent > 75.0 ? 58.0 : percent));
  }

  // "just a kick and a snare": nothing else plays
  const bool only = clause_says(clause, "only|just") ||
                    strstr(turn->text, "just ") || strstr(turn->text, "only ");
  const bool alone = clause->num_voices &&
                     (only || !clause_has(clause, "role")) && !clause->genre &&
                     !clause_has(clause, "four_floor");
  if (alone) {
    parts_set_text(args, "voices", "none");
    for (uint32_t i = 0; i < clause->num_voices; ++i) {
      const char* const voice = parts_written(clause->voices[i]);
      if (!json_object_get(patterns, voice)) {
        json_t* const list = json_array();
        parts_usual_pattern(voice, daw_bar(turn->services), list);
        json_object_set_new(patterns, voice, list);
      }
    }
  } else if (!clause->genre) {
    parts_set_text(args,
                   "genre",
                   clause_has(clause, "four_floor") ? "house"
                   : clause_has(clause, "rolls")    ? "trap"
                   : clause_has(clause, "halftime") ? "trap"
                                                    : "rock");
  }

  // Voices that are named but not placed play as usual, if the genre has none
  for (uint32_t i = 0; !alone && i < clause->num_voices; ++i) {
    const char* const voice = parts_written(clause->voices[i]);
    const bool        has =
      clause->genre && json_object_get(clause->genre->drums, voice);
    if (!json_object_get(patterns, voice) && !has &&
        !(!clause->genre &&
          (!strcmp(voice, "kick") || !strcmp(voice, "snare") ||
           !strcmp(voice, "closed_hat")))) {
      json_t* const list = json_array();
      parts_usual_pattern(voice, daw_bar(turn->services), list);
      json_object_set_new(patterns, voice, list);
    }
  }

  // Claps or snares in a place of their own are the only backbeat
  if (json_object_get(patterns, "clap") &&
      !json_object_get(patterns, "snare") &&
      !clause_says(clause, "snare|snares")) {
    json_object_set_new(patterns, "snare", json_array());
  } else if (json_object_get(patterns, "snare") &&
             !json_object_get(patterns, "clap")) {
    json_object_set_new(patterns, "clap", json_array());
  }

  if (json_object_size(patterns)) {
    json_object_set(args, "patterns", patterns);
  }

  json_decref(patterns);
}
