// SPDX-License-Identifier: GPL-3.0-or-later
//
// Edits of pitch, time and loudness

#include "ai/intent.h"
#include "ai/intent_edit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t
edits_targets(Turn* const turn, Id ids[CLAUSE_TRACKS])
{
  const Clause* const      clause = turn->clause;
  const Composition* const root   = services_document(turn->services);
  uint32_t                 count  = 0;
  if (clause->num_voices &&
      (!clause->num_tracks || clause->by[0] > BY_ROLE ||
       !strcmp(clause->voices[0], "hat") || clause_has(clause, "voice"))) {
    bool kick_track = false;
    for (uint32_t i = 0; i < clause->num_tracks; ++i) {
      const Track* const track = composition_track(root, clause->tracks[i]);
      kick_track =
        kick_track || (track && clause->by[i] <= BY_ROLE &&
                       !strcmp(track_role(turn->services, track), "drums"));
    }

    if (!kick_track) {
      ids[0] = turn_drums(turn);
      return ids[0] != ID_NONE;
    }
  }

  if (!turn_targets(turn)) {
    return 0;
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const Track* const track = composition_track(root, clause->tracks[i]);
    if (track && track->type && count < CLAUSE_TRACKS) {
      // Of all tracks, those that have something
      const bool has = id_list_count(track->clips) > 0;
      const bool pitched =
        strcmp(track_role(turn->services, track), "drums") != 0;
      const bool fits = clause->by[i] != BY_ALL ||
                        (has && (pitched || !clause_has(clause, "transpose")));
      if (fits) {
        ids[count++] = clause->tracks[i];
      }
    }
  }

  if (!count && !turn->not_done.size) {
    turn_cannot(turn,
                "Sorry, there are no notes on %s to change.",
                turn_name(turn, clause->tracks[0]));
  }

  return count;
}

json_t*
edits_common(const Turn* const turn, const Id id, const char* const operation)
{
  const Clause* const clause = turn->clause;
  int                 first  = 0;
  int                 last   = 0;
  json_t* const       args =
    json_pack("{s:o, s:s}", "track", id_json(id), "operation", operation);
  const Track* const track =
    composition_track(services_document(turn->services), id);
  if (clause->num_voices &&
      !strcmp(track_role(turn->services, track), "drums")) {
    json_object_set_new(args, "voice", json_string(clause->voices[0]));
  }

  if (turn_bars(turn, &first, &last)) {
    json_object_set_new(args, "first_bar", json_integer(first));
    json_object_set_new(args, "last_bar", json_integer(last));
  }

  return args;
}

Outcome
edits_edit(Turn* const       turn,
           const char* const operation,
           const char* const key,
           const double      value,
           const char* const said)
{
  Id             ids[CLAUSE_TRACKS];
  const uint32_t count = edits_targets(turn, ids);
  for (uint32_t i = 0; i < count; ++i) {
    const Clause* const clause = turn->clause;
    // A track of one voice has no others to spare
    const uint32_t voices =
      clause->num_voices > 1 && strcmp(operation, "remove") == 0
        ? clause->num_voices
        : 1;
    for (uint32_t v = 0; v < voices; ++v) {
      json_t* const args = edits_common(turn, ids[i], operation);
      if (voices > 1) {
        json_object_set_new(args, "voice", json_string(clause->voices[v]));
      }

      if (key) {
        json_object_set_new(args, key, json_real(value));
      }

      double percent = 0.0;
      if (!strcmp(operation, "quantize") &&
          clause_number(clause, "%", &percent)) {
        json_object_set_new(args, "amount", json_real(percent));
      }

      if (turn_do(turn, "edit_notes", args)) {
        const bool drums = clause->num_voices > 0;
        turn_say(turn,
                 "%s%s%s on %s: %g notes.",
                 said,
                 drums ? " the " : "",
                 drums ? clause->voices[v] : "",
                 turn_name(turn, ids[i]),
                 turn_number(turn, "meant"));
        turn_touch(turn, ids[i]);
      }
    }
  }

  return INTENT_DONE;
}

Outcome
edits_quantize(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  return edits_edit(turn,
                    "quantize",
                    "grid",
                    clause->grid > 0.0 ? clause->grid : 0.25,
                    "Quantized");
}

Outcome
edits_humanize(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  return edits_edit(turn,
                    "humanize",
                    "value",
                    clause->amount < 1.0   ? 0.8
                    : clause->amount > 1.0 ? 1.6
                                           : 1.0,
                    "Humanized");
}

Outcome
edits_swing(Turn* const turn)
{
  const Clause* const clause  = turn->clause;
  double              percent = clause->amount < 1.0   ? 55.0
                                : clause->amount > 1.0 ? 66.0
                                                       : 60.0;
  const bool          given   = clause_number(clause, "%", &percent);
  if (clause_has(clause, "triplet")) {
    percent = 66.7;
  }

  if (clause_has(clause, "straight") || clause_has(clause, "remove") ||
      clause_has(clause, "no") || clause_has(clause, "without")) {
    percent = 50.0;
  }

  // "20% swing" is counted from straight
  percent = given && percent < 50.0 ? 50.0 + percent / 4.0 : percent;
  if (percent > 75.0) {
    return turn_cannot(
      turn, "Sorry, I can't swing by %g%%: it goes from 50 to 75%%.", percent);
  }

  // Without a target the drums swing, or all if there are none
  Id       ids[CLAUSE_TRACKS];
  uint32_t count = 0;
  if (!clause->num_voices && !clause->unknown &&
      (!clause->num_tracks || clause->by[0] == BY_PRONOUN) &&
      turn_role(turn, "drums") != ID_NONE && !clause_has(clause, "it")) {
    ids[0] = turn_role(turn, "drums");
    count  = 1;
  } else {
    count = edits_targets(turn, ids);
  }

  for (uint32_t i = 0; i < count; ++i) {
    json_t* const args = edits_common(turn, ids[i], "swing");
    json_object_set_new(args, "value", json_real(percent));
    if (clause->grid > 0.0 && clause->grid < 1.0 &&
        !clause_has(clause, "triplet")) {
      json_object_set_new(args, "grid", json_real(clause->grid));
    }

    if (turn_do(turn, "edit_notes", args)) {
      turn_say(turn,
               "%s swings at %.0f%%: %g notes.",
               turn_name(turn, ids[i]),
               percent,
               turn_number(turn, "meant"));
      turn_touch(turn, ids[i]);
    }
  }

  return INTENT_DONE;
}

/// Semitones that a clause asks for; false if it does not say
static bool
interval(const Turn* const turn, double* const steps)
{
  const Clause* const clause = turn->clause;
  double              n      = 1.0;
  const double        way    = clause->way < 0 || clause_has(clause, "lower") ||
                         clause_says(clause, "drop|drops") ||
                         clause_has(clause, "falling")
                                 ? -1.0
                                 : 1.0;
  if (clause_number(clause, "octave", &n) || clause_has(clause, "octave")) {
    *steps = 12.0 * (n < 0.0 ? n : n * way);
    return fabs(n) <= 10.0;
  }

  if (clause_number(clause, "st", &n) || clause_has(clause, "semitone")) {
    *steps = n < 0.0 ? n : n * way;
    return true;
  }

  if (clause_has(clause, "wholestep")) {
    *steps = 2.0 * way;
    return true;
  }

  const Token* const named = clause_find(clause, "interval");
  if (named) {
    *steps = strtod(named->word->value, NULL) * way;
    return true;
  }

  if (clause_has(clause, "transpose") && clause_number(clause, "", &n)) {
    *steps = n < 0.0 ? n : n * way;
    return true;
  }

  // "transpose to D minor" from the key that the song is in
  Key now = {0};
  if (clause->has_key && song_key(turn->services, &now)) {
    const int up = ((clause->key.tonic - now.tonic) % 12 + 12) % 12;
    *steps       = up > 6 ? up - 12 : up;
    return true;
  }

  if ((clause_has(clause, "higher") || clause_has(clause, "lower")) &&
      clause_has(clause, "compare") && clause->way) {
    *steps = 12.0 * way;
    return true;
  }

  return false;
}

Outcome
edits_transpose(Turn* const turn)
{
  double steps = 0.0;
  char   said[64];
  if (!interval(turn, &steps)) {
    return clause_has(turn->clause, "transpose")
             ? turn_ask(turn, "By how many semitones, up or down?")
             : INTENT_PASS;
  }

  snprintf(said, sizeof(said), "Transposed by %+g semitones", steps);
  const bool key = turn->clause->has_key;
  const bool whole =
    key && (!turn->clause->num_tracks || turn->clause->by[0] >= BY_PRONOUN);
  if (!whole) {
    return edits_edit(turn, "transpose", "value", steps, said);
  }

  // The whole song goes to the other key
  const IdList* const order =
    services_document(turn->services)->order[KIND_TRACK];
  IdList* const list = id_list_retain(order);
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    const Track* const track =
      composition_track(services_document(turn->services), list->ids[i]);
    if (track->type &&
        strcmp(track_role(turn->services, track), "drums") != 0 &&
        id_list_count(track->clips) &&
        turn_do(turn,
                "edit_notes",
                json_pack("{s:o, s:s, s:f}",
                          "track",
                          id_json(list->ids[i]),
                          "operation",
                          "transpose",
                          "value",
                          steps))) {
      turn_say(turn, "%s on %s.", said, turn_name(turn, list->ids[i]));
      turn_touch(turn, list->ids[i]);
    }
  }

  id_list_release(list);
  char text[KEY_TEXT_SIZE];
  Key  to = turn->clause->key;
  if (turn_do(
        turn, "set_key", json_pack("{s:s}", "key", key_format(&to, text)))) {
    turn_say(turn, "The key is %s now.", text);
  }

  return INTENT_DONE;
}

Outcome
edits_velocity(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  double              n      = 0.0;
  const bool          down =
    clause->way < 0 || clause_has(clause, "softly") ||
    clause_has(clause, "loud") || clause_has(clause, "lower") ||
    clause_has(clause, "less") ||
    (clause_has(clause, "harder") && clause_has(clause, "less"));
  const double step = clause->amount < 1.0   ? 8.0
                      : clause->amount > 1.0 ? 25.0
                                             : 15.0;
  if (clause_number(clause, "%", &n)) {
    return edits_edit(turn,
                      "velocity",
                      "value",
                      (down ? -1.0 : 1.0) * n,
                      "Changed the velocity of");
  }

  if (clause_has(clause, "velocity") && clause_number(clause, "", &n) &&
      n >= 1.0 && n <= 127.0) {
    return clause_has(clause, "by")
             ? edits_edit(turn,
                          "velocity",
                          "value",
                          down ? -n : n,
                          "Changed the velocity of")
             : edits_edit(turn, "velocity", "set", n, "Set the velocity of");
  }

  return edits_edit(
    turn, "velocity", "value", down ? -step : step, "Changed the velocity of");
}

Outcome
edits_crescendo(Turn* const turn)
{
  const bool down =
    clause_has(turn->clause, "diminuendo") ||
    (clause_has(turn->clause, "fade") && clause_has(turn->clause, "off"));
  return edits_edit(turn,
                    "ramp",
                    "value",
                    down ? -1.0 : 1.0,
                    down ? "A diminuendo" : "A crescendo");
}

Outcome
edits_accent(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  return edits_edit(turn,
                    "accent",
                    "grid",
                    clause_has(clause, "downbeat") ? daw_bar(turn->services)
                    : clause->grid > 0.0           ? clause->grid
                                                   : 1.0,
                    "Accented");
}
