// SPDX-License-Identifier: GPL-3.0-or-later
//
// Effects and tone

#include "ai/intent_effects.h"
#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Sends

static Outcome
send(Turn* const turn)
{
  const Clause* const      clause = turn->clause;
  const Composition* const root   = services_document(turn->services);
  const IdList* const      buses  = root->order[KIND_BUS];
  Id                       bus    = ID_NONE;
  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    bus = id_kind(clause->tracks[i]) == KIND_BUS ? clause->tracks[i] : bus;
  }

  const char* const type = clause->num_effects ? clause->effects[0] : NULL;
  for (uint32_t i = 0; bus == ID_NONE && type && i < id_list_count(buses);
       ++i) {
    const Bus* const found = (const Bus*)composition_find(root, buses->ids[i]);
    bus = intent_effects_find_effect(turn, buses->ids[i], type) ||
              !strncasecmp(string_text(found->name), type, strlen(type))
            ? buses->ids[i]
            : bus;
  }

  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  if (bus == ID_NONE) {
    char name[64];
    snprintf(name,
             sizeof(name),
             "%.60s",
             clause->name[0] ? clause->name
             : type          ? type
                             : "Bus");
    capitalize(name);
    if (!turn_do(turn, "create_bus", json_pack("{s:s}", "name", name)) ||
        !id_parse(turn_text(turn, "bus"), &bus)) {
      return INTENT_DONE;
    }

    turn_say(turn, "Added the bus \"%s\".", name);
    if (type && intent_effects_is_type(type)) {
      turn_do(turn,
              "add_effect",
              json_pack("{s:o, s:s, s:{s:f}}",
                        "track_id",
                        id_json(bus),
                        "effect_name",
                        type,
                        "parameters",
                        "mix",
                        1.0));
    }
  }

  double level = -12.0;
  clause_number(clause, "db", &level);
  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    if (id_kind(clause->tracks[i]) == KIND_TRACK &&
        turn_do(turn,
                "set_send",
                json_pack("{s:o, s:o, s:f}",
                          "channel",
                          id_json(clause->tracks[i]),
                          "bus",
                          id_json(bus),
                          "level",
                          level))) {
      turn_say(turn,
               "%s is sent to %s at %g dB.",
               turn_name(turn, clause->tracks[i]),
               turn_name(turn, bus),
               level);
      turn_touch(turn, clause->tracks[i]);
    }
  }

  return INTENT_DONE;
}

/// "if the lead has no reverb, add one"
static Outcome
add_if_absent(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    if (intent_effects_find_effect(
          turn, clause->tracks[i], clause->effects[0])) {
      turn_say(turn,
               "%s has a %s already, so I left it.",
               turn_name(turn, clause->tracks[i]),
               clause->effects[0]);
      return INTENT_DONE;
    }
  }

  return intent_effects_add_effect(turn);
}

static Outcome
limiter(Turn* const turn)
{
  const bool off = clause_has(turn->clause, "off") ||
                   clause_has(turn->clause, "remove") ||
                   clause_has(turn->clause, "off_");
  double db = -1.0;
  clause_number(turn->clause, "db", &db);
  if (turn->clause->num_tracks && turn->clause->tracks[0] != ID_MASTER) {
    return INTENT_PASS;
  }

  if (clause_has(turn->clause, "add") && !off) {
    return INTENT_PASS;
  }

  if (turn_do(
        turn,
        "set_master_limiter",
        json_pack(
          "{s:b, s:f}", "enabled", !off, "threshold", db > 0.0 ? -db : db))) {
    turn_say(turn,
             off ? "The master's limiter is off."
                 : "The master's limiter is on.");
  }

  return INTENT_DONE;
}

// clang-format off
const Intent intents_effects[] = {
  {"if no|not|without #fx add|create", add_if_absent},
  {"not need #fx !create|add", intent_effects_remove_effect},
  {"send|bus #fx|#named|bus !remove !question !create|midi", send},
  {"bypass|unbypass", intent_effects_bypass},
  {"off_|on_ #fx|fxword !master", intent_effects_bypass},
  {"light|toggle off|on #fx|fxword !up !down !more", intent_effects_bypass},
  {"on_|off_|set|light master #fx !add !#param", limiter},
  {"remove #fx|fxword !some|less|small", intent_effects_remove_effect},
  {"no|without #fx !create !add !role", intent_effects_remove_effect},
  {"clear fxword|#fx", intent_effects_remove_effect},
  {"takeword off|out fxword|#fx", intent_effects_remove_effect},
  {"swap|move|seek|before|after|add #fx !create", intent_effects_reorder},
  {"set|change|raise|lower|light|halftime|half|double|more|less|toomuch|too|up|down|longer|shorter #fx #param|#num|#pct|more|less|up|down|longer|shorter|half|double|full|toomuch|too|raise|lower|energy|tone !add !indef", intent_effects_change_param},
  {"#fx more|less|toomuch|up|down|longer|shorter|raise|lower|half|double|full !add|indef", intent_effects_change_param},
  {"#fx #pct|#num|#param set|to !add !indef", intent_effects_change_param},
  {"add|create|set|use|light|replace|more|with|indef|to|on|fix|compare|swap #fx !question", intent_effects_add_effect},
  {"^#fx #fx !question", intent_effects_add_effect},
  {"#fx #named !question !remove", intent_effects_add_effect},
  {"#param #any_track set|raise|lower|up|down|more|less|add|remove|split|light|half|double|toomuch|too|fix !#fx !volume !seek !top !move !role|tone", intent_effects_change_param},
  {"#param raise|lower|up|down|more|less|add|remove|split|toomuch|too !#fx !top !move !create", intent_effects_band},
  {"tone #any_track|unknown|mix|song|#named !create|question|notes", intent_effects_tone},
  {"tone light|fix|add|more|less|too|raise|set|it !create !question !notes", intent_effects_tone},
  {"tone need #named !question !new", intent_effects_tone},
  {"#hz before|after #any_track !#fx !create !seek", intent_effects_cut_band},
  {0},
};
// clang-format on
