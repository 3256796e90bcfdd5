// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tracks: making, naming, moving, sounds

#include "ai/intent.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/// The instrument that a clause names, as candidates; null if none
static const char*
instrument_of(const Turn* const turn, char name[64])
{
  const Clause* const clause = turn->clause;
  for (uint32_t i = clause->count; i-- > 0;) {
    const Token* const token = &clause->tokens[i];
    bool               track = false;
    for (uint32_t k = 0; k < clause->num_tracks; ++k) {
      track = track || (clause->by[k] <= BY_ROLE && clause->at[k] == i);
    }

    if (!track && token_has(token, "inst") && strchr(token->word->value, '=')) {
      const char* const equals = strchr(token->word->value, '=');
      snprintf(name,
               64,
               "%.*s",
               (int)(equals - token->word->value),
               token->word->value);
      return equals + 1;
    }
  }

  // The name of an instrument as the program has it
  const char* preset = NULL;
  for (uint32_t p = 0; (preset = daw_instrument_at(turn->services, p)); ++p) {
    for (uint32_t i = 0; i < clause->count; ++i) {
      if (!strcasecmp(clause->tokens[i].text, preset)) {
        snprintf(name, 64, "%s", preset);
        return preset;
      }
    }
  }

  return NULL;
}

static Outcome
create_track(Turn* const turn)
{
  const Clause* const clause     = turn->clause;
  char                name[128]  = "";
  char                inst[64]   = "";
  const char* const   candidates = instrument_of(turn, inst);
  const Token* const  role       = clause_find(clause, "role");
  double              count      = 1.0;
  const bool          many       = clause_number(clause, "", &count);
  if (clause->name[0]) {
    snprintf(name, sizeof(name), "%s", clause->name);
  } else if (inst[0]) {
    snprintf(name, sizeof(name), "%s", inst);
  } else if (role) {
    snprintf(name, sizeof(name), "%s", role->word->value);
    capitalize(name);
  } else {
    snprintf(
      name, sizeof(name), clause_has(clause, "audio") ? "Audio" : "Track");
    // An unknown word before "track" is its name
    const int at = clause_index(clause, "track", 0);
    if (at > 0 && !clause->tokens[at - 1].word &&
        !clause->tokens[at - 1].is_number) {
      snprintf(name, sizeof(name), "%s", clause->tokens[at - 1].text);
      capitalize(name);
    }
  }

  const uint32_t wanted =
    many && count > 1.0 && count <= 16.0 ? (uint32_t)count : 1;
  for (uint32_t n = 0; n < wanted; ++n) {
    char unique[160];
    Id   taken = ID_NONE;
    snprintf(unique, sizeof(unique), "%s", name);
    for (int k = 2;
         k < 100 && !daw_find(turn->services, KIND_TRACK, unique, &taken);
         ++k) {
      snprintf(unique, sizeof(unique), "%s %d", name, k);
    }

    const bool audio = clause_has(clause, "audio") ||
                       (role && !strcmp(role->word->value, "vocal"));
    const char* instrument =
      candidates ? daw_instrument(turn->services, candidates) : NULL;
    json_t* const args =
      json_pack("{s:s, s:s}", "name", unique, "type", audio ? "audio" : "midi");
    if (instrument && !audio) {
      json_object_set_new(args, "instrument", json_string(instrument));
    }

    if (role && !strcmp(role->word->value, "drums")) {
      json_object_set_new(args, "kit", json_string("808-core"));
    }

    if (!turn_do(turn, "create_track", args)) {
      return INTENT_DONE;
    }

    Id id = ID_NONE;
    turn_say(turn,
             "Added the %s track \"%s\".",
             audio ? "audio" : "MIDI",
             turn_text(turn, "track.name"));
    if (id_parse(turn_text(turn, "track.id"), &id)) {
      turn_touch(turn, id);
    }
  }

  return INTENT_DONE;
}

static Outcome
rename_track(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  if (!clause->name[0]) {
    return turn_ask(
      turn, "What should %s be called?", turn_name(turn, clause->tracks[0]));
  }

  char was[128];
  Id   other = ID_NONE;
  snprintf(was, sizeof(was), "%.120s", turn_name(turn, clause->tracks[0]));
  if (!daw_find(turn->services, KIND_TRACK, clause->name, &other) &&
      other != clause->tracks[0]) {
    return turn_cannot(
      turn,
      "Sorry, I can't do that: there is a track \"%s\" already.",
      clause->name);
  }

  if (turn_do(turn,
              "rename_track",
              json_pack("{s:o, s:s}",
                        "track_id",
                        id_json(clause->tracks[0]),
                        "name",
                        clause->name))) {
    turn_say(
      turn, "\"%s\" is called \"%s\" now.", was, turn_text(turn, "track.name"));
    turn_touch(turn, clause->tracks[0]);
  }

  return INTENT_DONE;
}

/// Do one thing to each track that is meant
static Outcome
each_track(Turn* const turn, const char* const action, const char* const said)
{
  const Clause* const clause = turn->clause;
  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    char name[128];
    snprintf(name, sizeof(name), "%.120s", turn_name(turn, clause->tracks[i]));
    if (turn_do(turn,
                action,
                json_pack("{s:o}", "track_id", id_json(clause->tracks[i])))) {
      turn_say(turn, "%s \"%s\".", said, name);
    }
  }

  return INTENT_DONE;
}

static Outcome
delete_track(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  if (clause->num_tracks && clause->by[0] == BY_PRONOUN &&
      !clause_has(clause, "it") && !clause_has(clause, "def")) {
    return INTENT_PASS;
  }

  return each_track(turn, "delete_track", "Deleted");
}

static Outcome
clear_all(Turn* const turn)
{
  if (turn_do(turn, "clear_composition", json_object())) {
    turn_say(turn, "Everything is cleared; undo brings it back.");
  }

  return INTENT_DONE;
}

static Outcome
duplicate_track(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    char name[160];
    Id   taken = ID_NONE;
    snprintf(
      name, sizeof(name), "%.120s copy", turn_name(turn, clause->tracks[i]));
    for (int n = 2;
         n < 100 && !daw_find(turn->services, KIND_TRACK, name, &taken);
         ++n) {
      snprintf(name,
               sizeof(name),
               "%.120s copy %d",
               turn_name(turn, clause->tracks[i]),
               n);
    }

    if (clause->name[0]) {
      snprintf(name, sizeof(name), "%s", clause->name);
    }

    if (turn_do(turn,
                "duplicate_track",
                json_pack("{s:o, s:s}",
                          "track_id",
                          id_json(clause->tracks[i]),
                          "name",
                          name))) {
      Id id = ID_NONE;
      turn_say(turn,
               "Copied \"%s\" to \"%s\".",
               turn_name(turn, clause->tracks[i]),
               turn_text(turn, "track.name"));
      if (id_parse(turn_text(turn, "track.id"), &id)) {
        turn_touch(turn, id);
      }
    }
  }

  return INTENT_DONE;
}

static Outcome
move_track(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const IdList* const order =
    services_document(turn->services)->order[KIND_TRACK];
  const uint32_t count = id_list_count(order);
  if (clause->unknown || !clause->num_tracks) {
    return turn_targets(turn) ? INTENT_PASS : INTENT_DONE;
  }

  const int64_t from = id_list_find(order, clause->tracks[0]);
  int64_t       to   = -1;
  double        n    = 0.0;
  if (clause->num_tracks > 1) {
    const int64_t other = id_list_find(order, clause->tracks[1]);
    if (clause_has(clause, "swap")) {
      // Both go to the other's place
      const bool good = turn_do(turn,
                                "move_track",
                                json_pack("{s:o, s:I}",
                                          "track_id",
                                          id_json(clause->tracks[0]),
                                          "position",
                                          (json_int_t)other + 1)) &&
                        turn_do(turn,
                                "move_track",
                                json_pack("{s:o, s:I}",
                                          "track_id",
                                          id_json(clause->tracks[1]),
                                          "position",
                                          (json_int_t)from + 1));
      if (good) {
        turn_say(turn,
                 "Swapped \"%s\" and \"%s\".",
                 turn_name(turn, clause->tracks[0]),
                 turn_name(turn, clause->tracks[1]));
      }

      return INTENT_DONE;
    }

    const bool before = clause_has(clause, "before");
    const bool after  = clause_has(clause, "after");
    to                = before  ? (from < other ? other - 1 : other)
                        : after ? (from < other ? other : other + 1)
                                : -1;
  } else if (clause_has(clause, "top") || clause_has(clause, "start") ||
             (clause_has(clause, "ordinal") &&
              clause_number(clause, "th", &n) && n == 1.0)) {
    to = 0;
  } else if (clause_has(clause, "bottom") || clause_has(clause, "last") ||
             clause_has(clause, "end")) {
    to = (int64_t)count - 1;
  } else if (clause_number(clause, "th", &n) ||
             (clause_has(clause, "seek") && clause_number(clause, "", &n)) ||
             (clause_says(clause, "position|slot|place") &&
              clause_number(clause, "", &n))) {
    to = (int64_t)n - 1;
  } else if (clause->way && (clause_has(clause, "track") ||
                             clause_says(clause, "one|list|order"))) {
    to = from - clause->way;
  }

  if (to < 0 || to >= (int64_t)count || clause_has(clause, "octave") ||
      clause->has_range) {
    return INTENT_PASS;
  }

  if (turn_do(turn,
              "move_track",
              json_pack("{s:o, s:I}",
                        "track_id",
                        id_json(clause->tracks[0]),
                        "position",
                        (json_int_t)to + 1))) {
    turn_say(turn,
             "\"%s\" is track %g now.",
             turn_name(turn, clause->tracks[0]),
             turn_number(turn, "track.position"));
  }

  turn_touch(turn, clause->tracks[0]);
  return INTENT_DONE;
}

static Outcome
color_track(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const Token* const  color  = clause_find(clause, "colorname");
  if (!color || !clause->num_tracks) {
    return INTENT_PASS;
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    if (turn_do(turn,
                "set_track_color",
                json_pack("{s:o, s:s}",
                          "track_id",
                          id_json(clause->tracks[i]),
                          "color",
                          color->word->value))) {
      turn_say(turn,
               "\"%s\" is %s now.",
               turn_name(turn, clause->tracks[i]),
               color->norm);
    }
  }

  return INTENT_DONE;
}

/// Tracks for a change of sound: those that are not the sound itself
static Outcome
change_instrument(Turn* const turn)
{
  const Clause* const clause   = turn->clause;
  char                name[64] = "";
  const char* const   names    = instrument_of(turn, name);
  Id                  id       = ID_NONE;
  for (uint32_t i = 0; i < clause->num_tracks && id == ID_NONE; ++i) {
    const Track* const track =
      composition_track(services_document(turn->services), clause->tracks[i]);
    id = track && track->type ? clause->tracks[i] : ID_NONE;
  }

  if (!names || id == ID_NONE) {
    return INTENT_PASS;
  }

  const char* const instrument = daw_instrument(turn->services, names);
  if (!instrument) {
    return turn_cannot(
      turn, "Sorry, there is no %s among the instruments.", name);
  }

  if (turn_do(
        turn,
        "change_track_instrument",
        json_pack(
          "{s:o, s:s}", "track_id", id_json(id), "instrument", instrument))) {
    turn_say(turn, "\"%s\" plays %s now.", turn_name(turn, id), instrument);
    turn_touch(turn, id);
  }

  return INTENT_DONE;
}

static Outcome
change_kit(Turn* const turn)
{
  static const char* const kits[][2] = {{"808", "808-core"},
                                        {"909", "909-core"},
                                        {"707", "707-core"},
                                        {"606", "606-core"},
                                        {"505", "505-core"},
                                        {"linn", "linn-drum"},
                                        {"acoustic", "rock-kit"},
                                        {"brush", "brush-kit"},
                                        {"jazz", "jazz-kit"},
                                        {"electronic", "909-core"}};
  const Clause* const      clause    = turn->clause;
  const char*              kit = clause->genre ? clause->genre->kit : NULL;
  for (size_t i = 0; i < sizeof(kits) / sizeof(kits[0]); ++i) {
    kit = clause_says(clause, kits[i][0]) ? kits[i][1] : kit;
  }

  const Id id = kit ? turn_role(turn, "drums") : ID_NONE;
  if (id == ID_NONE) {
    return INTENT_PASS;
  }

  if (turn_do(
        turn,
        "set_drum_kit",
        json_pack("{s:o, s:s}", "track_id", id_json(id), "kit_id", kit))) {
    turn_say(turn, "\"%s\" plays the kit %s now.", turn_name(turn, id), kit);
    turn_touch(turn, id);
  }

  return INTENT_DONE;
}

// clang-format off
const Intent intents_tracks[] = {
  {"remove all|clear song|track|all !not !#hz !add !create !new !emptyword !#named !#fx !fxword !#voice !role !marker !unsolo !notes !mute !without !#range !#section !it", clear_all},
  {"clear song|all !add !create !new !#named !#fx !fxword !#range !notes !solo !mute", clear_all},
  {"rename|name #track|#unknown #name !create !add !marker !song", rename_track},
  {"rename !marker !song", rename_track},
  {"name set #track #name", rename_track},
  {"^name #track|it", rename_track},
  {"copy !clip|#range|#bars|#section|notes|paste #named|#unknown|it|track !#fx", duplicate_track},
  {"remove track !fxword !#fx !#voice !#range !notes|solo|mute", delete_track},
  {"^remove #named|#unknown|it|without !#hz !volume !level !pan !reset !fxword !#fx !#voice !#range !notes !tone !param !marker !clip !swing !solo !mute !sevenths !fill !#section !some|less|more !ghost !rolls !quantize", delete_track},
  {"swap #track !instrument !#fx !left|right !pan", move_track},
  {"move|position|light|seek|add before|after|top|bottom|ordinal|last|start|end|#way #track !#fx !fxword !#range !left|right|center !octave !#db !semitone !marker !#bars !create !clip !notes !volume !#unknown add>role", move_track},
  {"move track|position #track !#fx !#range !octave !left|right|center", move_track},
  {"color|colorname #any_track !clipping", color_track},
  {"light|set|add colorname #track", color_track},
  {"create|add|indef|new track !#genre|chordword|fullsong|#chords|#roman|#fx|fxword|to|on|copy|#bars", create_track},
  {"create|add|new track #name|midi|audio|indef|number !#genre !#chords !#roman !#fx !fxword !copy !#named", create_track},
  {"create|add midi|audio track !#fx", create_track},
  {"set|replace|use|swap|light|try instrument|inst|kit drums #genre|num|kit !create !indef", change_kit},
  {"set|replace|use|light|swap inst|instrument #track !create !indef !#chords !#roman !part|bassstyle|chordstyle|arp !add !volume !#db !pan|left|right !level !tone", change_instrument},
  {"light|need|polite|put|use|add inst on|at|for #named track|instrument !create !#chords !#roman !bassstyle !#fx", change_instrument},
  {"set|replace|use|light|swap inst to|with|into|like #track !create !#chords !#fx !level !volume !tone", change_instrument},
  {"set|replace|use|play instrument #track", change_instrument},
  {0},
};
// clang-format on
