// SPDX-License-Identifier: GPL-3.0-or-later
//
// Composing: drums, bass, chords, melodies, whole songs

#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Most parts of a clause
#define PARTS_MAX 6u

// Drum patterns in words

/// Add a place to a pattern once
static void
place(json_t* const pattern, const double beat)
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

static void
place_grid(json_t* const pattern,
           const double  grid,
           const double  offset,
           const double  bar)
{
  for (double at = offset; at < bar - 1e-6; at += grid) {
    place(pattern, at);
  }
}

/// Where a voice plays by the words around it; false if they do not say
static bool
voice_pattern(const Turn* const turn, const uint32_t at, json_t* const pattern)
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
      place_grid(pattern, strtod(token->word->value, NULL), 0.0, bar);
      told = true;
    } else if (token_has(token, "offbeat")) {
      place_grid(pattern, 1.0, 0.5, bar);
      told = true;
    } else if (token_has(token, "four_floor")) {
      place_grid(pattern, 1.0, 0.0, bar);
      told = true;
    } else if (token_has(token, "backbeat")) {
      place_grid(pattern, 2.0, 1.0, bar);
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
      place(pattern, step ? (token->number - 1.0) * 0.25 : token->number - 1.0);
      told = true;
    } else if (token_has(token, "grid")) {
      place_grid(pattern, strtod(token->word->value, NULL), 0.0, bar);
      told = true;
    } else if (token_has(token, "offbeat")) {
      place_grid(pattern, 1.0, 0.5, bar);
      told = true;
    } else if (token_has(token, "downbeat")) {
      place(pattern, 0.0);
      told = true;
    } else if (token_has(token, "backbeat")) {
      place_grid(pattern, 2.0, 1.0, bar);
      told = true;
    } else if (every && token->is_number && !strcmp(token->unit, "beats")) {
      place_grid(pattern, 1.0, 0.0, bar);
      told = true;
    } else if (every && (!strcmp(token->norm, "beat") ||
                         !strcmp(token->norm, "beats"))) {
      place_grid(pattern, 1.0, 0.0, bar);
      told = true;
    }
  }

  if (!told && token_has(voice, "offhat") &&
      strcmp(voice->norm, "open hat") != 0 && strstr(voice->norm, "off")) {
    place_grid(pattern, 1.0, 0.5, bar);
    told = true;
  }

  return told;
}

/// How a voice plays if nobody says
static void
usual_pattern(const char* const voice, const double bar, json_t* const pattern)
{
  if (!strcmp(voice, "kick")) {
    place_grid(pattern, 2.0, 0.0, bar);
  } else if (!strcmp(voice, "snare") || !strcmp(voice, "clap") ||
             !strcmp(voice, "tambourine")) {
    place_grid(pattern, 2.0, 1.0, bar);
  } else if (!strcmp(voice, "open_hat")) {
    place_grid(pattern, 1.0, 0.5, bar);
  } else if (!strcmp(voice, "shaker")) {
    place_grid(pattern, 0.25, 0.0, bar);
  } else if (!strcmp(voice, "ride") || !strcmp(voice, "cowbell")) {
    place_grid(pattern, 1.0, 0.0, bar);
  } else if (!strcmp(voice, "crash")) {
    place(pattern, 0.0);
  } else if (!strcmp(voice, "rim") || !strcmp(voice, "clave")) {
    place(pattern, 0.75);
    place(pattern, 1.5);
    place(pattern, 2.5);
  } else if (!strcmp(voice, "conga") || !strcmp(voice, "bongo")) {
    place(pattern, 1.5);
    place(pattern, 2.75);
    place(pattern, 3.5);
  } else if (!strcmp(voice, "tom")) {
    place(pattern, 3.0);
    place(pattern, 3.25);
    place(pattern, 3.5);
    place(pattern, 3.75);
  } else {
    place_grid(pattern, 0.5, 0.0, bar);
  }
}

/// The voice that is written for a word: "hat" is a closed one
static const char*
written(const char* const voice)
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
    if (token_has(token, "voice") && (none || voice_pattern(turn, i, list))) {
      json_object_set(patterns, written(token->word->value), list);
    }

    json_decref(list);
  }

  if (clause_has(clause, "four_floor") && !json_object_get(patterns, "kick")) {
    json_t* const list = json_array();
    place_grid(list, 1.0, 0.0, daw_bar(turn->services));
    json_object_set_new(patterns, "kick", list);
  }

  return patterns;
}

// Which parts

/// Parts that a clause asks for
static uint32_t
find_parts(const Turn* const turn, const char* parts[PARTS_MAX])
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

static void
set_text(json_t* const args, const char* const key, const char* const value)
{
  json_object_set_new(args, key, json_string(value));
}

/// Instruments that a clause names for a part; null if none
static const char*
named_instrument(const Turn* const turn, const char* const part, char name[64])
{
  const Clause* const clause = turn->clause;
  for (uint32_t i = clause->count; i-- > 0;) {
    const Token* const token = &clause->tokens[i];
    if (!token_has(token, "inst") || !strchr(token->word->value, '=')) {
      continue;
    }

    // In a clause about several parts it is only for the one it suits
    const char* parts[PARTS_MAX];
    const bool  lone = find_parts(turn, parts) < 2;
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

static void
harmony_args(const Turn* const turn, json_t* const args)
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
    set_text(args, "progression", clause->roman);
  } else if (clause->genre && !strcmp(clause->genre->name, "blues") &&
             clause_has(clause, "chordword")) {
    set_text(args, "progression", clause->genre->progressions[0]);
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

static void
style_args(const Turn* const turn, const char* const part, json_t* const args)
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
    set_text(args, "contour", contour);
  }

  if (style) {
    set_text(args, "style", style);
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

static void
drum_args(const Turn* const turn, json_t* const args)
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
    set_text(args, "voices", "none");
    for (uint32_t i = 0; i < clause->num_voices; ++i) {
      const char* const voice = written(clause->voices[i]);
      if (!json_object_get(patterns, voice)) {
        json_t* const list = json_array();
        usual_pattern(voice, daw_bar(turn->services), list);
        json_object_set_new(patterns, voice, list);
      }
    }
  } else if (!clause->genre) {
    set_text(args,
             "genre",
             clause_has(clause, "four_floor") ? "house"
             : clause_has(clause, "rolls")    ? "trap"
             : clause_has(clause, "halftime") ? "trap"
                                              : "rock");
  }

  // Voices that are named but not placed play as usual, if the genre has none
  for (uint32_t i = 0; !alone && i < clause->num_voices; ++i) {
    const char* const voice = written(clause->voices[i]);
    const bool        has =
      clause->genre && json_object_get(clause->genre->drums, voice);
    if (!json_object_get(patterns, voice) && !has &&
        !(!clause->genre &&
          (!strcmp(voice, "kick") || !strcmp(voice, "snare") ||
           !strcmp(voice, "closed_hat")))) {
      json_t* const list = json_array();
      usual_pattern(voice, daw_bar(turn->services), list);
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

// Where

/// Whether a track has no notes
static bool
is_empty(const Turn* const turn, const Id id)
{
  const Track* const track =
    composition_track(services_document(turn->services), id);
  for (uint32_t i = 0; track && i < id_list_count(track->clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(turn->services), track->clips->ids[i]);
    if (note_list_count(clip->notes)) {
      return false;
    }
  }

  return track && track->type;
}

/// The track that a part is to go on; ID_NONE for a new one
static Id
destination(const Turn* const turn, const char* const part, const bool replace)
{
  const Clause* const clause = turn->clause;
  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const Track* const track =
      composition_track(services_document(turn->services), clause->tracks[i]);
    if (!track || !track->type || clause->by[i] == BY_ALL) {
      continue;
    }

    const char* const role = track_role(turn->services, track);
    const bool        same = !strcmp(role, part) ||
                      (!strcmp(part, "pad") && !strcmp(role, "chords")) ||
                      (!strcmp(part, "arp") && !strcmp(role, "melody"));
    const bool direct =
      clause->by[i] == BY_CONTEXT ||
      (clause->by[i] == BY_NAME && clause->at[i] &&
       (token_has(&clause->tokens[clause->at[i] - 1u], "on") ||
        token_has(&clause->tokens[clause->at[i] - 1u], "to") ||
        token_has(&clause->tokens[clause->at[i] - 1u], "at") ||
        token_has(&clause->tokens[clause->at[i] - 1u], "def")));
    if ((replace && same) || (direct && is_empty(turn, clause->tracks[i]))) {
      return clause->tracks[i];
    }
  }

  // An empty track with the part's own role waits for it
  const IdList* const order =
    services_document(turn->services)->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Track* const track =
      composition_track(services_document(turn->services), order->ids[i]);
    if (is_empty(turn, order->ids[i]) &&
        !strcmp(track_role(turn->services, track), part)) {
      return order->ids[i];
    }
  }

  return ID_NONE;
}

// Saying

static void
say_part(Turn* const turn, const char* const part, const bool drums)
{
  char          chords[200] = "";
  size_t        used        = 0;
  size_t        i           = 0;
  const json_t* item        = NULL;
  json_array_foreach(json_object_get(turn->result, "chords"), i, item)
  {
    if (used < 150 && i < 16) {
      used += (size_t)snprintf(chords + used,
                               sizeof(chords) - used,
                               "%s%s",
                               i ? " " : "",
                               json_string_value(item));
    }
  }

  turn_say(turn,
           "Wrote %s on \"%s\": %g bars, %g notes%s%s.",
           !strcmp(part, "arp")      ? "an arpeggio"
           : !strcmp(part, "melody") ? "a melody"
                                     : part,
           turn_text(turn, "track.name"),
           turn_number(turn, "bars"),
           turn_number(turn, "notes"),
           drums || !*chords ? "" : " over ",
           drums ? "" : chords);
}

/// A number without a unit that can only be a tempo: "a techno beat at 138"
static bool
bare_tempo(const Clause* const clause, double* const bpm)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    if (token->is_number && !*token->unit && token->number >= 50.0 &&
        token->number <= 250.0 &&
        !(i && token_has(&clause->tokens[i - 1u], "bar"))) {
      *bpm = token->number;
      return true;
    }
  }

  return false;
}

/// Set the tempo that a clause about parts gives
static bool
set_tempo(Turn* const turn)
{
  double bpm = 0.0;
  if (!clause_number(turn->clause, "bpm", &bpm) &&
      !bare_tempo(turn->clause, &bpm)) {
    return true;
  }

  if (bpm < 20.0 || bpm > 300.0) {
    turn_cannot(turn,
                "Sorry, I can't set the tempo to %g BPM: it has to be between "
                "20 and 300.",
                bpm);
    return false;
  }

  if (turn_do(turn, "set_tempo", json_pack("{s:f}", "tempo", bpm))) {
    turn_say(turn, "The tempo is %g BPM.", bpm);
  }

  return true;
}

/// "replace the third chord with Em": the bars of the chord that is counted
static bool
nth_chord(const Turn* const turn, int* const first, int* const bars)
{
  static Harmony      harmony;
  const Clause* const clause = turn->clause;
  const double        bar    = daw_bar(turn->services);
  const double        song   = song_bars(turn->services) * bar;
  for (uint32_t i = 1; i < clause->count && clause->num_chords == 1; ++i) {
    const Token* const before  = &clause->tokens[i - 1u];
    const bool         counted = token_has(&clause->tokens[i], "chordword") &&
                         before->is_number && !strcmp(before->unit, "th");
    const bool last =
      token_has(&clause->tokens[i], "chordword") && token_has(before, "last");
    if ((!counted && !last) ||
        !harmony_hear(turn->services, 0.0, song, &harmony)) {
      continue;
    }

    const uint32_t n = last ? harmony.count : (uint32_t)before->number;
    if (n >= 1 && n <= harmony.count) {
      const HarmonyChord* const chord = &harmony.chords[n - 1u];
      *first = (int)floor(chord->start / bar + 1e-6) + 1;
      *bars  = (int)ceil(chord->length / bar - 1e-6);
      return true;
    }
  }

  return false;
}

static bool
compose_one(Turn* const turn, const char* const part, const bool replace)
{
  const Clause* const clause = turn->clause;
  const bool          drums  = !strcmp(part, "drums");
  json_t* const       args   = json_pack("{s:s}", "part", part);
  char                text[KEY_TEXT_SIZE];
  char                name[64] = "";
  int                 first    = 0;
  int                 last     = 0;
  if (clause->genre) {
    set_text(args, "genre", clause->genre->name);
  }

  if (turn_bars(turn, &first, &last)) {
    json_object_set_new(args, "start_bar", json_integer(first));
    json_object_set_new(
      args,
      "bars",
      json_integer(clause->bars ? clause->bars : last - first + 1));
  } else if (clause->bars) {
    json_object_set_new(args, "bars", json_integer(clause->bars));
  }

  int nth_first = 0;
  int nth_bars  = 0;
  if (!drums && nth_chord(turn, &nth_first, &nth_bars)) {
    json_object_set_new(args, "start_bar", json_integer(nth_first));
    json_object_set_new(args, "bars", json_integer(nth_bars));
  }

  if (clause->has_key && !drums) {
    Key key = clause->key;
    set_text(args, "key", key_format(&key, text));
  } else if (!drums && clause_has(clause, "minorish") &&
             !song_bars(turn->services)) {
    set_text(args, "key", "A minor");
  } else if (!drums && clause_has(clause, "mode") &&
             !song_bars(turn->services)) {
    const Token* const mode = clause_find(clause, "mode");
    const char* const  word =
      *mode->word->value ? mode->word->value : mode->norm;
    Key key = {strstr(word, "minor") ? 9 : 0, scale_find(word)};
    if (key.scale) {
      set_text(args, "key", key_format(&key, text));
    }
  }

  const char* const instrument =
    drums ? NULL : named_instrument(turn, part, name);
  if (instrument && !daw_instrument(turn->services, instrument)) {
    turn_say(turn,
             "There is no %s among the instruments, so another sound plays it.",
             name);
  }

  if (instrument) {
    set_text(args, "instrument", instrument);
    // The name of the sound, unless it hides what the part is
    set_text(args, "name", !strcmp(part, "bass") ? "Bass" : name);
  }

  if (clause->name[0]) {
    set_text(args, "name", clause->name);
  }

  if (drums) {
    drum_args(turn, args);
  } else {
    harmony_args(turn, args);
    style_args(turn, part, args);
  }

  const Id track = destination(turn, part, replace);
  if (track != ID_NONE) {
    json_object_set_new(args, "track", id_json(track));
  }

  if (!turn_do(turn, "compose_part", args)) {
    return false;
  }

  Id id = ID_NONE;
  say_part(turn, part, drums);
  if (id_parse(turn_text(turn, "track.id"), &id)) {
    turn_touch(turn, id);
  }

  if (drums && clause_has(clause, "fill") && id != ID_NONE) {
    const double bars = turn_number(turn, "bars");
    turn_do(turn,
            "add_fill",
            json_pack("{s:o, s:f}", "track", id_json(id), "bar", bars));
  }

  return true;
}

static Outcome
compose_parts(Turn* const turn, const bool replace)
{
  const char*    parts[PARTS_MAX];
  const uint32_t count = find_parts(turn, parts);
  if (!count) {
    return INTENT_PASS;
  }

  if (!set_tempo(turn)) {
    return INTENT_DONE;
  }

  // Chords come first, so that bass and melody can follow them
  static const char* const order[] = {
    "drums", "chords", "pad", "bass", "arp", "melody"};
  for (size_t i = 0; i < PARTS_MAX; ++i) {
    for (uint32_t k = 0; k < count; ++k) {
      if (!strcmp(parts[k], order[i]) &&
          !compose_one(turn, parts[k], replace)) {
        return INTENT_DONE;
      }
    }
  }

  return INTENT_DONE;
}

static Outcome
compose(Turn* const turn)
{
  return compose_parts(turn, clause_has(turn->clause, "replace"));
}

/// "make the drums a reggae beat": what is there is written anew
static Outcome
recompose(Turn* const turn)
{
  return compose_parts(turn, true);
}

// Adding to drums that are there

/// Hits of voices on the drum track
static Outcome
add_hits(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const Id            id     = turn_role(turn, "drums");
  if (id == ID_NONE || is_empty(turn, id) || clause->genre ||
      (clause_has(clause, "role") && clause_has(clause, "create"))) {
    return INTENT_PASS;
  }

  // A new track is asked for by its name
  if (clause_has(clause, "new") && clause_has(clause, "track")) {
    return INTENT_PASS;
  }

  const Id drums = turn_drums(turn);
  for (uint32_t i = 0; i < clause->count; ++i) {
    if (!token_has(&clause->tokens[i], "voice")) {
      continue;
    }

    const char* const voice = written(clause->tokens[i].word->value);
    json_t* const     list  = json_array();
    int               first = 0;
    int               last  = 0;
    if (!voice_pattern(turn, i, list)) {
      usual_pattern(voice, daw_bar(turn->services), list);
    }

    json_t* const args  = json_pack("{s:o, s:s, s:s, s:o}",
                                   "track",
                                   id_json(drums),
                                   "operation",
                                   "add_hits",
                                   "voice",
                                   voice,
                                   "beats",
                                   list);
    const double  every = clause_has(clause, "everyfour")    ? 4.0
                          : clause_has(clause, "everyeight") ? 8.0
                          : clause_has(clause, "everyother") ? 2.0
                                                             : 1.0;
    if (turn_bars(turn, &first, &last)) {
      json_object_set_new(args, "first_bar", json_integer(first));
      json_object_set_new(args, "last_bar", json_integer(last));
    } else {
      json_object_set_new(
        args, "last_bar", json_integer(song_bars(turn->services)));
    }

    json_object_set_new(args, "every", json_real(every));
    if (!turn_do(turn, "edit_notes", args)) {
      return INTENT_DONE;
    }

    turn_say(turn,
             "Added %g hits of %s on %s.",
             turn_number(turn, "added"),
             clause->tokens[i].norm,
             turn_name(turn, drums));
    turn_touch(turn, drums);
  }

  return INTENT_DONE;
}

/// Ghost notes and rolls
static Outcome
ornaments(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool          rolls  = clause_has(clause, "rolls");
  const Id            drums  = turn_role(turn, "drums");
  if (drums == ID_NONE || is_empty(turn, drums) ||
      clause_has(clause, "remove") || clause->genre) {
    return INTENT_PASS;
  }

  const bool snare =
    rolls &&
    clause_says(clause, "snare|snares|snare roll|snare rolls|drum roll");
  const bool    triplet = clause_has(clause, "triplet");
  json_t* const list    = json_array();
  int           first   = 0;
  int           last    = 0;
  if (rolls) {
    // Two beats of rolls toward the end of the bar
    const double grid = triplet ? 1.0 / 6.0 : 0.125;
    place_grid(
      list, grid, daw_bar(turn->services) - 1.0, daw_bar(turn->services));
  } else {
    place(list, 1.75);
    place(list, 2.25);
    place(list, 3.75);
  }

  json_t* const args   = json_pack("{s:o, s:s, s:s, s:o, s:i}",
                                 "track",
                                 id_json(drums),
                                 "operation",
                                 "add_hits",
                                 "voice",
                                 rolls && !snare ? "closed_hat" : "snare",
                                 "beats",
                                 list,
                                 "set",
                                 rolls ? 76 : 36);
  const bool    ranged = turn_bars(turn, &first, &last);
  json_object_set_new(args, "first_bar", json_integer(ranged ? first : 1));
  json_object_set_new(
    args, "last_bar", json_integer(ranged ? last : song_bars(turn->services)));
  if (turn_do(turn, "edit_notes", args)) {
    turn_say(turn,
             "Added %g %s on %s.",
             turn_number(turn, "added"),
             rolls ? "hits of rolls" : "ghost notes",
             turn_name(turn, drums));
    turn_touch(turn, drums);
  }

  return INTENT_DONE;
}

static Outcome
add_fill(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  int                 first  = 0;
  int                 last   = 0;
  const Id            drums  = turn_drums(turn);
  if (drums == ID_NONE) {
    return INTENT_DONE;
  }

  const int  song   = song_bars(turn->services);
  const int  step   = clause_has(clause, "everyfour")    ? 4
                      : clause_has(clause, "everyeight") ? 8
                                                         : 0;
  const bool ranged = turn_bars(turn, &first, &last);
  for (int bar = step     ? step
                 : ranged ? last
                          : song;
       bar <= song || !step;
       bar += step) {
    if (turn_do(turn,
                "add_fill",
                json_pack("{s:o, s:i}", "track", id_json(drums), "bar", bar))) {
      turn_say(turn,
               "Added a fill at the end of bar %d on %s.",
               bar,
               turn_name(turn, drums));
      turn_touch(turn, drums);
    }

    if (!step) {
      break;
    }
  }

  return INTENT_DONE;
}

/// Places of voices, in the drums that are there or in new ones
static Outcome
voices(Turn* const turn)
{
  const Id drums = turn_role(turn, "drums");
  return drums == ID_NONE || is_empty(turn, drums) ? compose(turn)
                                                   : add_hits(turn);
}

/// "bass in D minor, 8 bars", "bass line only on the roots": written anew where
/// there is a track for it
static Outcome
noun_phrase(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool          named  = clause->num_tracks && clause->by[0] <= BY_ROLE &&
                     !is_empty(turn, clause->tracks[0]);
  const bool fresh = clause_has(clause, "indef") || clause_has(clause, "new");
  return compose_parts(turn, named && !fresh);
}

/// "ride instead of hats", "swap the snare for a clap"
static Outcome
replace_voice(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  if (clause->num_voices != 2) {
    return INTENT_PASS;
  }

  // "B instead of A", "replace A with B", "use B for A"
  const bool turned = clause_has(clause, "insteadof") ||
                      (clause_has(clause, "use") && clause_has(clause, "for"));
  const char* const from  = clause->voices[turned ? 1 : 0];
  const char* const to    = clause->voices[turned ? 0 : 1];
  const Id          drums = turn_drums(turn);
  const int         note  = drum_note(written(to));
  if (drums == ID_NONE || note < 0) {
    return INTENT_DONE;
  }

  if (turn_do(turn,
              "edit_notes",
              json_pack("{s:o, s:s, s:s, s:i}",
                        "track",
                        id_json(drums),
                        "operation",
                        "revoice",
                        "voice",
                        from,
                        "set",
                        note))) {
    turn_say(turn,
             "The %s plays what the %s played on %s: %g notes.",
             to,
             from,
             turn_name(turn, drums),
             turn_number(turn, "meant"));
    turn_touch(turn, drums);
  }

  return INTENT_DONE;
}

/// "open the hats up on the offbeats"
static Outcome
open_hats(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const Id            drums  = turn_drums(turn);
  json_t* const       list   = json_array();
  const int           at     = clause_index(clause, "hatword", 0);
  if (!voice_pattern(turn, (uint32_t)at, list)) {
    usual_pattern("open_hat", daw_bar(turn->services), list);
  }

  if (drums == ID_NONE) {
    json_decref(list);
    return INTENT_DONE;
  }

  if (turn_do(turn,
              "edit_notes",
              json_pack("{s:o, s:s, s:s, s:o, s:i}",
                        "track",
                        id_json(drums),
                        "operation",
                        "add_hits",
                        "voice",
                        "open_hat",
                        "beats",
                        list,
                        "last_bar",
                        song_bars(turn->services)))) {
    turn_say(turn,
             "Added %g open hats on %s.",
             turn_number(turn, "added"),
             turn_name(turn, drums));
    turn_touch(turn, drums);
  }

  return INTENT_DONE;
}

static Outcome
nothing_to_compose(Turn* const turn)
{
  return turn_ask(
    turn,
    "What should I write: drums, bass, chords, a melody, or a whole song?");
}

// clang-format off
const Intent intents_parts[] = {
  {"#voice insteadof|swap|replace|changes !level !#fx !#db !pan !add !create", replace_voice},
  {"open hatword !#fx !tone", open_hats},
  {"fill #range|#bars|end|start|last !remove !#fx !up !create !question", add_fill},
  {"#voice on|at|off all|#num|#grid|offbeat|downbeat|backbeat|four_floor !verb !#fx !level !volume !#db !pan !mute !solo !question !harder !softly !swing !velocity !quantize", voices},
  {"part|chordword|inst|tuneword #key|#bars|#grid|root|bassstyle|chordstyle|#genre|follow|#chords|#roman|mood|arp|rising|falling !verb !shorter !longer !octave !question !#fx !#db !level !volume !#pct !tone !loud !quiet !pan !loop !marker !range !velocity !harder !softly !swing>#genre !up !down !too !toomuch !left !right !transpose !not", noun_phrase},
  {"solo #key|mode|create|indef|follow !#named !#fx !level", compose},
  {"tuneword follow|inst !#fx !#named !level !question", compose},
  {"add|create|indef|more|some|light fill !role|#genre", add_fill},
  {"add|create fill !#genre !#bars", add_fill},
  {"add|create|more|with|light|indef ghost|rolls !remove !#genre !question", ornaments},
  {"add|light|create|with|more|indef|set #voice !no !remove !#genre !#fx !level !volume !mute !solo !#db !swing !velocity !humanize !quantize !tone !harder !softly !inst !up !down !pan !left !right !question !loud !quiet", add_hits},
  {"#voice on|off|at #num|offbeat|all add|light|set !remove !#fx !level !volume !#db !mute !solo !question !create !left !right", add_hits},
  {"set|replace|light|play #named #genre|stabs|bassstyle|chordstyle|#chords|#roman|arp|four_floor role|chordword|into|to|it !indef !#fx !swing !sevenths !octave !copy !level !follow !longer !shorter !question !humanize !quantize", recompose},
  {"replace #named !inst !kit !instrument", recompose},
  {"set|replace|light role #genre def !#fx !indef !question !swing", recompose},
  {"set|light #named indef #genre|bassstyle|chordstyle role|part !#fx !question", recompose},
  {"set|light|replace chordword|chords to #chords|#roman", recompose},
  {"light #named follow chordword !copy !#fx !create !add !indef !question", recompose},
  {"create|add|indef|light|use|some|try|arp|#chords|#roman|#genre part|chordword|#chords|#roman|four_floor|inst|rolls|#genre !#fx !remove !#db !volume !level !mute !solo !transpose !copy !rename !question !velocity !tone|humanize|quantize octave>bassstyle !semitone !wholestep !interval !fxword !harder !left !right !center !off_ !on_ !undo !than !fix !ends sevenths>add|create|#chords|#roman|indef !voicing swing>create|#genre longer>create|add|indef shorter>create|add|indef repeat>create|add|indef !split !reverse !marker !seek !loud !quiet up>add|create|indef|arp down>add|create|indef|arp move>add|create|indef halftime>create|add|indef doubletime>create|add|indef simpler>create|add|indef busier>create|add|indef !crescendo !diminuendo softly>create|add|indef def>indef|create|add|#chords|#roman|#genre|follow|use|arp", compose},
  {"create part|chordword|inst|#chords|#roman|#genre|#voice !#fx !question !tone", compose},
  {"create vague|clip !#named", nothing_to_compose},
  {0},
};
// clang-format on
