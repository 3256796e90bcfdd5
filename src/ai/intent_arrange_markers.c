// SPDX-License-Identifier: GPL-3.0-or-later
//
// Markers

#include "ai/intent.h"
#include "ai/intent_arrange.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Markers

/// The marker that a clause names, or ID_NONE
static Id
find_marker(const Turn* const turn)
{
  const Clause* const      clause = turn->clause;
  const Composition* const root   = services_document(turn->services);
  const IdList* const      list   = root->order[KIND_MARKER];
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    const char* const name = node_name(composition_find(root, list->ids[i]));
    for (uint32_t k = 0; k < clause->count; ++k) {
      const Token* const token = &clause->tokens[k];
      if (!strcasecmp(token->norm, name) || !strcasecmp(token->text, name) ||
          (token_has(token, "sectionname") &&
           !strcasecmp(token->word->value, name))) {
        return list->ids[i];
      }
    }
  }

  return ID_NONE;
}

/// "verse at 1, chorus at bar 5": several at once; false if it is not so
static bool
add_markers(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const char*         names[CLAUSE_THINGS];
  int                 bars[CLAUSE_THINGS];
  uint32_t            count = 0;
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    for (uint32_t k = i + 1u;
         token_has(token, "sectionname") && k < clause->count && k < i + 4u;
         ++k) {
      if (token_has(&clause->tokens[k], "sectionname")) {
        break;
      }

      if (clause->tokens[k].is_number && count < CLAUSE_THINGS) {
        names[count]  = token->word->value;
        bars[count++] = (int)clause->tokens[k].number;
        break;
      }
    }
  }

  for (uint32_t i = 0; count > 1 && i < count; ++i) {
    if (turn_do(turn,
                "create_marker",
                json_pack("{s:s, s:f}",
                          "name",
                          names[i],
                          "beat",
                          (bars[i] - 1) * daw_bar(turn->services)))) {
      turn_say(turn, "Added the marker \"%s\" at bar %d.", names[i], bars[i]);
    }
  }

  return count > 1;
}

Outcome
arrange_add_marker(Turn* const turn)
{
  if (add_markers(turn)) {
    return INTENT_DONE;
  }

  const Clause* const clause = turn->clause;
  const double        bar    = daw_bar(turn->services);
  char                name[128];
  const int           first = clause->has_range ? clause->first : 0;
  double              beat  = 0.0;
  if (!clause->has_range && clause->bar_beat < 0.0 &&
      !clause_has(clause, "start") && !clause_has(clause, "end")) {
    const json_t* position = NULL;
    json_t*       song     = daw_describe_song(turn->services);
    position               = json_object_get(song, "position");
    beat                   = json_number_value(position);
    json_decref(song);
  } else {
    beat = clause->has_range           ? (first - 1) * bar
           : clause_has(clause, "end") ? song_bars(turn->services) * bar
           : clause->bar_beat >= 0.0   ? clause->bar_beat
                                       : 0.0;
  }

  snprintf(name,
           sizeof(name),
           "%s",
           clause->name[0]        ? clause->name
           : clause->num_sections ? clause->sections[0]
                                  : "Marker");
  if (beat < 0.0) {
    return turn_cannot(
      turn, "Sorry, I can't put a marker there: the song begins at bar 1.");
  }

  if (turn_do(turn,
              "create_marker",
              json_pack("{s:s, s:f}", "name", name, "beat", beat))) {
    turn_say(turn,
             "Added the marker \"%s\" at bar %g.",
             turn_text(turn, "marker.name"),
             floor(beat / bar + 1e-6) + 1.0);
  }

  return INTENT_DONE;
}

Outcome
arrange_remove_marker(Turn* const turn)
{
  const IdList* const list =
    services_document(turn->services)->order[KIND_MARKER];
  const Id id = find_marker(turn);
  char     name[128];
  if (id == ID_NONE && clause_has(turn->clause, "all")) {
    while (
      id_list_count(services_document(turn->services)->order[KIND_MARKER])) {
      const Id next =
        services_document(turn->services)->order[KIND_MARKER]->ids[0];
      if (!turn_do(turn,
                   "delete_marker",
                   json_pack("{s:o}", "marker_id", id_json(next)))) {
        return INTENT_DONE;
      }
    }

    turn_say(turn, "Removed all markers.");
    return INTENT_DONE;
  }

  if (id == ID_NONE) {
    return id_list_count(list)
             ? turn_ask(turn, "Sorry, which marker do you mean?")
             : turn_cannot(turn, "Sorry, there are no markers to remove.");
  }

  snprintf(name, sizeof(name), "%.120s", turn_name(turn, id));
  if (turn_do(
        turn, "delete_marker", json_pack("{s:o}", "marker_id", id_json(id)))) {
    turn_say(turn, "Removed the marker \"%s\".", name);
  }

  return INTENT_DONE;
}

Outcome
arrange_change_marker(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const Id            id     = find_marker(turn);
  json_t*             args   = json_pack("{s:o}", "marker_id", id_json(id));
  if (id == ID_NONE) {
    json_decref(args);
    return INTENT_PASS;
  }

  if (clause->has_range) {
    json_object_set_new(
      args, "beat", json_real((clause->first - 1) * daw_bar(turn->services)));
  } else if (clause->name[0]) {
    json_object_set_new(args, "name", json_string(clause->name));
  }

  if (turn_do(turn, "modify_marker", args)) {
    turn_say(
      turn,
      "The marker \"%s\" is at bar %g.",
      turn_text(turn, "marker.name"),
      floor(turn_number(turn, "marker.beat") / daw_bar(turn->services) + 1e-6) +
        1.0);
  }

  return INTENT_DONE;
}
