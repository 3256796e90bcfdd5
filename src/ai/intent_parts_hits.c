// SPDX-License-Identifier: GPL-3.0-or-later
//
// More for drums that are there: hits, fills, other voices

#include "ai/intent.h"
#include "ai/intent_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Adding to drums that are there

Outcome
parts_add_hits(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const Id            id     = turn_role(turn, "drums");
  if (id == ID_NONE || parts_is_empty(turn, id) || clause->genre ||
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

    const char* const voice = parts_written(clause->tokens[i].word->value);
    json_t* const     list  = json_array();
    int               first = 0;
    int               last  = 0;
    if (!parts_voice_pattern(turn, i, list)) {
      parts_usual_pattern(voice, daw_bar(turn->services), list);
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

Outcome
parts_ornaments(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool          rolls  = clause_has(clause, "rolls");
  const Id            drums  = turn_role(turn, "drums");
  if (drums == ID_NONE || parts_is_empty(turn, drums) ||
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
    parts_place_grid(
      list, grid, daw_bar(turn->services) - 1.0, daw_bar(turn->services));
  } else {
    parts_place(list, 1.75);
    parts_place(list, 2.25);
    parts_place(list, 3.75);
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

Outcome
parts_add_fill(Turn* const turn)
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

Outcome
parts_replace_voice(Turn* const turn)
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
  const int         note  = drum_note(parts_written(to));
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

Outcome
parts_open_hats(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const Id            drums  = turn_drums(turn);
  json_t* const       list   = json_array();
  const int           at     = clause_index(clause, "hatword", 0);
  if (!parts_voice_pattern(turn, (uint32_t)at, list)) {
    parts_usual_pattern("open_hat", daw_bar(turn->services), list);
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
