// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tone: brighter, warmer, wider, by what effects do it

#include "ai/intent.h"
#include "ai/intent_effects.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Tone

/// Set or step bands of an equalizer, adding one if there is none
static bool
shape(Turn* const  turn,
      const Id     owner,
      const double low,
      const double mid,
      const double high)
{
  const struct {
    const char* param;
    double      by;
  } bands[] = {{"low_gain", low}, {"mid_gain", mid}, {"high_gain", high}};
  const double amount = turn->clause->amount < 1.0   ? 0.5
                        : turn->clause->amount > 1.0 ? 2.0
                                                     : 1.0;
  if (!intent_effects_find_effect(turn, owner, "eq3") &&
      !turn_do(
        turn,
        "add_effect",
        json_pack(
          "{s:o, s:s}", "track_id", id_json(owner), "effect_name", "eq3"))) {
    return false;
  }

  for (size_t i = 0; i < 3; ++i) {
    const Effect* const eq = intent_effects_find_effect(turn, owner, "eq3");
    if (bands[i].by != 0.0) {
      const double to =
        daw_effect_value(eq, bands[i].param) + bands[i].by * amount;
      intent_effects_set_param(
        turn, eq, bands[i].param, fmax(-24.0, fmin(24.0, to)));
    }
  }

  return true;
}

/// Have an effect with a value, or a step of it if it is there
static void
ensure(Turn* const       turn,
       const Id          owner,
       const char* const type,
       const char* const param,
       const double      value,
       const int         way)
{
  const Effect* const effect  = intent_effects_find_effect(turn, owner, type);
  double              min     = 0.0;
  double              initial = 0.0;
  double              max     = 0.0;
  daw_effect_param(type, param, &min, &initial, &max);
  if (effect) {
    intent_effects_set_param(
      turn,
      effect,
      param,
      intent_effects_step_value(
        turn->clause, daw_effect_value(effect, param), min, max, way));
  } else if (way > 0 && turn_do(turn,
                                "add_effect",
                                json_pack("{s:o, s:s, s:{s:f}}",
                                          "track_id",
                                          id_json(owner),
                                          "effect_name",
                                          type,
                                          "parameters",
                                          param,
                                          value))) {
    intent_effects_say_chain(turn, owner);
  } else if (way < 0 && !turn->look_only) {
    turn_cannot(
      turn, "Sorry, there is no %s on %s.", type, turn_name(turn, owner));
  }

  turn_touch(turn, owner);
}

void
intent_width(Turn* const turn, const Id owner, const double by)
{
  const Effect* effect =
    intent_effects_find_effect(turn, owner, "stereo_width");
  if (!effect && turn_do(turn,
                         "add_effect",
                         json_pack("{s:o, s:s}",
                                   "track_id",
                                   id_json(owner),
                                   "effect_name",
                                   "stereo_width"))) {
    effect = intent_effects_find_effect(turn, owner, "stereo_width");
  }

  if (effect) {
    const double to = daw_effect_value(effect, "width") + by;
    intent_effects_set_param(turn, effect, "width", fmax(0.0, fmin(2.0, to)));
  }
}

Outcome
intent_effects_tone(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const Token* const  token  = clause_find(clause, "tone");
  const char* const   kind   = token->word->value;
  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  const bool less = clause_has(clause, "less") || clause_has(clause, "not");
  for (uint32_t t = 0; t < clause->num_tracks; ++t) {
    const Id owner = clause->tracks[t];
    if (!strcmp(kind, "bright")) {
      shape(turn, owner, 0.0, 0.0, less ? -3.0 : 3.0);
    } else if (!strcmp(kind, "dark")) {
      shape(turn, owner, 0.0, 0.0, less ? 3.0 : -4.0);
    } else if (!strcmp(kind, "warm")) {
      shape(turn, owner, less ? -2.0 : 3.0, 0.0, less ? 0.0 : -1.0);
    } else if (!strcmp(kind, "thin")) {
      shape(turn, owner, -4.0, 0.0, 0.0);
    } else if (!strcmp(kind, "harsh")) {
      shape(turn, owner, 0.0, -1.0, -3.0);
    } else if (!strcmp(kind, "compress")) {
      ensure(turn, owner, "compressor", "ratio", 4.0, 1);
    } else if (!strcmp(kind, "dirty")) {
      ensure(turn,
             owner,
             "distortion",
             "drive",
             clause->amount < 1.0 ? 2.5 : 5.0,
             less ? -1 : 1);
    } else if (!strcmp(kind, "space")) {
      ensure(turn,
             owner,
             "reverb",
             "mix",
             clause->amount < 1.0 ? 0.2 : 0.35,
             less ? -1 : 1);
    } else {
      ensure(turn, owner, "reverb", "mix", 0.2, -1);
    }
  }

  return INTENT_DONE;
}

Outcome
intent_effects_band(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const char* const   param  = clause->params[0];
  const bool          down   = intent_effects_direction(clause) < 0 ||
                    clause_has(clause, "split") || clause_has(clause, "remove");
  double db = 3.0;
  if (strstr(param, "_gain") == NULL || !strcmp(param, "makeup_gain")) {
    return INTENT_PASS;
  }

  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  const bool given = clause_number(clause, "db", &db);
  db               = given ? db / (clause->amount < 1.0   ? 0.5
                                   : clause->amount > 1.0 ? 2.0
                                                          : 1.0)
                           : db;
  const double by  = db < 0.0 ? db : down ? -db : db;
  for (uint32_t t = 0; t < clause->num_tracks; ++t) {
    shape(turn,
          clause->tracks[t],
          *param == 'l' ? by : 0.0,
          *param == 'm' ? by : 0.0,
          *param == 'h' ? by : 0.0);
  }

  return INTENT_DONE;
}

Outcome
intent_effects_cut_band(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool          above  = clause_has(clause, "before");
  double              hz     = 0.0;
  double              khz    = 0.0;
  clause_number(clause, "hz", &hz);
  hz = clause_number(clause, "khz", &khz) ? khz * 1000.0 : hz;
  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const Id id = clause->tracks[i];
    turn_touch(turn, id);
    if (turn_do(turn,
                "add_effect",
                json_pack("{s:o, s:s, s:{s:f}}",
                          "track_id",
                          id_json(id),
                          "effect_name",
                          above ? "lpf" : "hpf",
                          "parameters",
                          "cutoff",
                          hz))) {
      intent_effects_say_chain(turn, id);
    }
  }

  return INTENT_DONE;
}
