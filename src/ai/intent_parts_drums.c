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

bool
parts_voice_pattern(const Turn* const turn,
                    const uint32_t    at,
                    json_t* const     pattern)
{
  const Clause* const clause = turn->clause;
  const double        bar    = daw_bar(turn->services);
  const Token* const  voice  = &clause->tokens[at];
  bool                told   = false;

  // What stands before it: "16th note hats", "offbeat open hats"
  for (uint32_t i = at; i-- > 0 && i + 4u > at;) {
    const Token* const token = &clause->tokens[i];
    if (token_has(token, "voice") || token_has(token, "with") ||
        token_has(token, "conj") || token_has(token, "on")) {
      break;
    }

    if (token_has(token, "grid")) {
      parts_place_grid(pattern, strtod(token->word->value, NULL), 0.0, bar);
      told = true;
    } else if (token_has(token, "offbeat")) {
      parts_place_grid(pattern, 1.0, 0.5, bar);
      told = true;
    } else if (token_has(token, "four_floor")) {
      parts_place_grid(pattern, 1.0, 0.0, bar);
      told = true;
    } else if (token_has(token, "backbeat")) {
      parts_place_grid(pattern, 2.0, 1.0, bar);
      told = true;
    }
  }

  // What stands behind it: "on 2 and 4", "on every beat", "on the offbeats"
  bool on    = false;
  bool every = false;
  for (uint32_t i = at + 1u; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    const Token* const next =
      i + 1u < clause->count ? &clause->tokens[i + 1u] : NULL;
    if (token_has(token, "voice") ||
        (token_has(token, "verb") && !token_has(token, "pan")) ||
        (token_has(token, "to") && !token_has(token, "on"))) {
      break;
    }

    every = every || token_has(token, "all");
    const bool joined =
      token_has(token, "conj") && next && token_has(next, "voice");
    if (joined) {
      break;
    }

    on = on || token_has(token, "on") || token_has(token, "at") ||
         token_has(token, "beatword");
    if (token->is_number && !strcmp(token->unit, "bars")) {
      continue;
    }

    if (on && !token_has(token, "grid") &&
        (token->is_number || token_has(token, "number")) &&
        token->number >= 1.0 && token->number <= 16.0 &&
        !token_has(token - 1, "bar") && strcmp(token->unit, "%") != 0 &&
        (!next || !token_has(next, "bar")) &&
        (!*token->unit || !strcmp(token->unit, "th") ||
         !strcmp(token->unit, "beats"))) {
      const bool step = clause_has(clause, "step");
      parts_place(pattern,
                  step ? (token->number - 1.0) * 0.25 : token->number - 1.0);
      told = true;
    } else if (token_has(token, "grid")) {
      parts_place_grid(pattern, strtod(token->word->value, NULL), 0.0, bar);
      told = true;
    } else if (token_has(token, "offbeat")) {
      parts_place_grid(pattern, 1.0, 0.5, bar);
      told = true;
    } else if (token_has(token, "downbeat")) {
      parts_place(pattern, 0.0);
      told = true;
    } else if (token_has(token, "backbeat")) {
      parts_place_grid(pattern, 2.0, 1.0, bar);
      told = true;
    } else if (every && token->is_number && !strcmp(token->unit, "beats")) {
      parts_place_grid(pattern, 1.0, 0.0, bar);
      told = true;
    } else if (every && (!strcmp(token->norm, "beat") ||
                         !strcmp(token->norm, "beats"))) {
      parts_place_grid(pattern, 1.0, 0.0, bar);
      told = true;
    }
  }

  if (!told && token_has(voice, "offhat") &&
      strcmp(voice->norm, "open hat") != 0 && strstr(voice->norm, "off")) {
    parts_place_grid(pattern, 1.0, 0.5, bar);
    told = true;
  }

  return told;
}

void
parts_usual_pattern(const char* const voice,
                    const double      bar,
                    json_t* const     pattern)
{
  if (!strcmp(voice, "kick")) {
    parts_place_grid(pattern, 2.0, 0.0, bar);
  } else if (!strcmp(voice, "snare") || !strcmp(voice, "clap") ||
             !strcmp(voice, "tambourine")) {
    parts_place_grid(pattern, 2.0, 1.0, bar);
  } else if (!strcmp(voice, "open_hat")) {
    parts_place_grid(pattern, 1.0, 0.5, bar);
  } else if (!strcmp(voice, "shaker")) {
    parts_place_grid(pattern, 0.25, 0.0, bar);
  } else if (!strcmp(voice, "ride") || !strcmp(voice, "cowbell")) {
    parts_place_grid(pattern, 1.0, 0.0, bar);
  } else if (!strcmp(voice, "crash")) {
    parts_place(pattern, 0.0);
  } else if (!strcmp(voice, "rim") || !strcmp(voice, "clave")) {
    parts_place(pattern, 0.75);
    parts_place(pattern, 1.5);
    parts_place(pattern, 2.5);
  } else if (!strcmp(voice, "conga") || !strcmp(voice, "bongo")) {
    parts_place(pattern, 1.5);
    parts_place(pattern, 2.75);
    parts_place(pattern, 3.5);
  } else if (!strcmp(voice, "tom")) {
    parts_place(pattern, 3.0);
    parts_place(pattern, 3.25);
    parts_place(pattern, 3.5);
    parts_place(pattern, 3.75);
  } else {
    parts_place_grid(pattern, 0.5, 0.0, bar);
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
