// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a part is to be like, from the words

#include "ai/intent.h"
#include "ai/intent_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Which parts

uint32_t
parts_find_parts(const Turn* const turn, const char* parts[PARTS_MAX])
{
  const Clause* const clause = turn->clause;
  uint32_t            count  = 0;
  const bool          arp    = clause_has(clause, "arp");
  bool                follow = false;
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    const char*        part  = NULL;
    follow = (follow || token_has(token, "follow") || token_has(token, "of") ||
              token_has(token, "for")) &&
             !token_has(token, "conj");
    if (token_has(token, "part") && strcmp(token->word->value, "vocal") != 0) {
      part = token_has(token, "pad") ? "pad" : token->word->value;
    }

    // What is followed is there already; an arpeggio has its chords
    const bool reference = part && i && follow &&
                           (token_has(&clause->tokens[i - 1u], "def") ||
                            token_has(&clause->tokens[i - 1u], "follow") ||
                            token_has(&clause->tokens[i - 1u], "all"));
    if (!part || reference || (arp && !strcmp(part, "chords"))) {
      continue;
    }

    bool twice = false;
    for (uint32_t k = 0; k < count; ++k) {
      twice = twice || !strcmp(parts[k], part);
    }

    if (!twice && count < PARTS_MAX) {
      parts[count++] = part;
    }
  }

  // A melody on a pad is one melody; a synth lead no chords
  const Token* const inst = clause_find(clause, "inst");
  if (count == 2 && inst && token_has(inst, "pad")) {
    parts[0] = !strcmp(parts[0], "pad") ? parts[1] : parts[0];
    count    = 1;
  }

  // "a house bass", "a bass melody": the last noun counts
  if (count == 2 &&
      (!strcmp(parts[1], "melody") || !strcmp(parts[1], "chords")) &&
      !clause_has(clause, "conj") && strcmp(parts[0], "drums") != 0) {
    parts[0] = !strcmp(parts[0], "bass") && !strcmp(parts[1], "melody")
                 ? parts[0]
                 : parts[1];
    count    = 1;
  }

  if (count) {
    return count;
  }

  // A genre in a key is its chords: "a 12 bar blues in G"
  if (clause->num_chords || clause->roman[0] ||
      (clause->genre && clause->has_key && !clause->num_voices && !inst)) {
    parts[0] = "chords";
    return 1;
  }

  if (clause_has(clause, "tuneword") || clause_has(clause, "solo")) {
    parts[0] = "melody";
    return 1;
  }

  if (clause_has(clause, "four_floor") || clause_has(clause, "rolls") ||
      (clause->num_voices && !clause_has(clause, "inst"))) {
    parts[0] = "drums";
    return 1;
  }

  if (inst) {
    parts[0] = token_has(inst, "instrole_melody") ? "melody"
               : token_has(inst, "instrole_bass") ? "bass"
                                                  : "chords";
    return 1;
  }

  if (clause->genre) {
    parts[0] = "drums";
    return 1;
  }

  return 0;
}

// Arguments

void
parts_set_text(json_t* const     args,
               const char* const key,
               const char* const value)
{
  json_object_set_new(args, key, json_string(value));
}

const char*
parts_named_instrument(const Turn* const turn,
                       const char* const part,
                       char              name[64])
{
  const Clause* const clause = turn->clause;
  for (uint32_t i = clause->count; i-- > 0;) {
    const Token* const token = &clause->tokens[i];
    if (!token_has(token, "inst") || !strchr(token->word->value, '=')) {
      continue;
    }

    // In a clause about several parts it is only for the one it suits
    const char* parts[PARTS_MAX];
    const bool  lone = parts_find_parts(turn, parts) < 2;
    char        role[40];
    snprintf(role, sizeof(role), "instrole_%s", part);
    if (lone || token_has(token, role)) {
      const char* const equals = strchr(token->word->value, '=');
      snprintf(name,
               64,
               "%.*s",
               (int)(equals - token->word->value),
               token->word->value);
      return equals + 1;
    }
  }

  return NULL;
}

void
parts_harmony_args(const Turn* const turn, json_t* const args)
{
  const Clause* const clause = turn->clause;
  char                text[CHORD_TEXT_SIZE];
  if (clause->num_chords) {
    json_t* const list = json_array();
    for (uint32_t i = 0; i < clause->num_chords; ++i) {
      json_array_append_new(
        list, json_string(chord_format(&clause->chords[i], false, text)));
    }

    json_object_set_new(args, "chords", list);
  } else if (clause->roman[0]) {
    parts_set_text(args, "progression", clause->roman);
  } else if (clause->genre && !strcmp(clause->genre->name, "blues") &&
             clause_has(clause, "chordword")) {
    parts_set_text(args, "progression", clause->genre->progressions[0]);
  }

  const double bar = daw_bar(turn->services);
  if (clause->each != 0.0) {
    json_object_set_new(
      args,
      "beats_per_chord",
      json_real(clause->each < 0.0 ? -clause->each * bar : clause->each));
  }

  if (clause_has(clause, "sevenths") || clause_has(clause, "ninths")) {
    json_object_set_new(
      args, "chord_size", json_integer(clause_has(clause, "ninths") ? 5 : 4));
  }
}

void
parts_style_args(const Turn* const turn,
                 const char* const part,
                 json_t* const     args)
{
  const Clause* const clause = turn->clause;
  const Token* const  bass   = clause_find(clause, "bassstyle");
  const Token* const  chords = clause_find(clause, "chordstyle");
  const bool          off    = clause_has(clause, "offbeat");
  const char*         style  = NULL;
  if (!strcmp(part, "bass")) {
    style = off    ? "offbeat"
            : bass ? bass->word->value
            : clause->grid == 0.5 && clause_has(clause, "root") ? "roots"
            : clause_has(clause, "octave")                      ? "octave"
            : clause_has(clause, "root") || clause_has(clause, "longer")
              ? "root"
            : clause_says(clause, "808|808s") ? "808"
            : clause->grid == 0.25            ? "sixteenth"
            : clause->grid == 0.5             ? "pulse"
            : clause->grid >= 2.0             ? "root"
                                              : NULL;
  } else if (!strcmp(part, "arp")) {
    style = clause_has(clause, "updown")   ? "updown"
            : clause_has(clause, "random") ? "random"
            : clause->way < 0              ? "down"
                                           : "up";
    json_object_set_new(
      args, "grid", json_real(clause->grid > 0.0 ? clause->grid : 0.25));
  } else if (!strcmp(part, "chords")) {
    style = off      ? "offbeat"
            : chords ? chords->word->value
            : clause_has(clause, "stabs") || clause_has(clause, "shorter")
              ? "stabs"
            : clause->grid == 1.0                                 ? "pulse"
            : clause->grid == 0.5                                 ? "eighths"
            : clause->grid == 2.0                                 ? "half"
            : clause->grid == 4.0 || clause_has(clause, "longer") ? "block"
            : clause->num_chords || clause->roman[0]              ? "block"
                                                                  : NULL;
    if (style && !strcmp(style, "stabs") &&
        clause->num_chords + (clause->roman[0] != 0)) {
      style = "staccato";
    }
  } else if (!strcmp(part, "melody")) {
    const char* const contour = clause_has(clause, "rising")        ? "up"
                                : clause_has(clause, "falling")     ? "down"
                                : clause_has(clause, "arch")        ? "arch"
                                : clause_has(clause, "wavecontour") ? "wave"
                                                                    : "";
    parts_set_text(args, "contour", contour);
  }

  if (style) {
    parts_set_text(args, "style", style);
  }

  if (!strcmp(part, "melody") && clause->grid >= 0.25) {
    json_object_set_new(args, "grid", json_real(clause->grid));
  }

  const double density = clause_has(clause, "simpler")  ? 0.6
                         : clause_has(clause, "busier") ? 1.6
                         : clause->grid == 0.25 && !strcmp(part, "melody")
                           ? 1.6
                           : 1.0;
  json_object_set_new(args, "density", json_real(density));
  if (clause_has(clause, "higher") || clause_says(clause, "high")) {
    json_object_set_new(args, "octave", json_integer(1));
  } else if (!strcmp(part, "melody") && clause_has(clause, "lower")) {
    json_object_set_new(args, "octave", json_integer(-1));
  }
}
