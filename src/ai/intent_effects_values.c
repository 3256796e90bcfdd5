// SPDX-License-Identifier: GPL-3.0-or-later
//
// Parameters of effects, by number and by "more"

#include "ai/intent.h"
#include "ai/intent_effects.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Parameters

const char*
intent_effects_param_of(const char* const type, const char* const word)
{
  // clang-format off
  static const char* const same[][3] = {
    {"time", "delay", "delay_time"}, {"time", "reverb", "room_size"},
    {"room_size", "reverb", "room_size"}, {"delay_time", "delay", "delay_time"},
    {"cutoff", "bpf", "freq"}, {"drive", "distortion", "drive"},
    {"mix", "gain", "gain"}, {"mix", "stereo_width", "width"},
    {"resonance", "bpf", "bandwidth"}, {"feedback", "delay", "feedback"},
    {"low_gain", "eq3", "low_gain"}, {"makeup_gain", "gain", "gain"},
  };
  // clang-format on
  double a = 0.0;
  double b = 0.0;
  double c = 0.0;
  for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); ++i) {
    if (!strcmp(same[i][0], word) && !strcmp(same[i][1], type)) {
      return same[i][2];
    }
  }

  return daw_effect_param(type, word, &a, &b, &c) ? word : NULL;
}

bool
intent_effects_given_value(const Clause* const clause,
                           const char* const   type,
                           const char* const   param,
                           const uint32_t      from,
                           double* const       out)
{
  double     min     = 0.0;
  double     initial = 0.0;
  double     max     = 0.0;
  const bool known   = daw_effect_param(type, param, &min, &initial, &max);
  // The number behind the word, else the one before it
  for (int pass = 0; known && pass < 2; ++pass) {
    for (uint32_t i = pass ? 0 : from; i < clause->count; ++i) {
      const Token* const token = &clause->tokens[i];
      if (!token->is_number || !strcmp(token->unit, "th") ||
          !strcmp(token->unit, "bars") || !strcmp(token->unit, "x")) {
        continue;
      }

      const bool share = !strcmp(token->unit, "%");
      const bool unit  = max <= 2.0 && min >= 0.0;
      *out             = !strcmp(token->unit, "khz") ? token->number * 1000.0
                         : !strcmp(token->unit, "s") ? token->number * 1000.0
                         : share && unit             ? token->number / 100.0
                         : share ? min + (max - min) * token->number / 100.0
                         : unit && token->number > max && token->number <= 100.0
                           ? token->number / 100.0
                           : token->number;
      return true;
    }
  }

  return false;
}

double
intent_effects_step_value(const Clause* const clause,
                          const double        now,
                          const double        min,
                          const double        max,
                          const int           way)
{
  const double amount = clause->amount < 1.0   ? 0.5
                        : clause->amount > 1.0 ? 2.0
                                               : 1.0;
  double       to     = now;
  if (clause_has(clause, "half")) {
    to = now * (way > 0 ? 1.5 : 0.5);
  } else if (clause_has(clause, "double")) {
    to = now * 2.0;
  } else if (clause_has(clause, "full")) {
    to = way > 0 ? max : min;
  } else if (max / fmax(1e-6, min) > 50.0 && min > 0.0) {
    to = now * pow(way > 0 ? 1.5 : 1.0 / 1.5, amount); // Hz and the like
  } else if (min < 0.0) {
    to = now + way * 3.0 * amount; // dB
  } else {
    to = now + way * (max - min) * 0.15 * amount;
  }

  return fmax(min, fmin(max, to));
}

bool
intent_effects_set_param(Turn* const         turn,
                         const Effect* const effect,
                         const char* const   param,
                         const double        value)
{
  const Id id    = effect->node.id;
  const Id owner = effect->owner;
  char     type[40];
  double   min     = 0.0;
  double   initial = 0.0;
  double   max     = 0.0;
  snprintf(type, sizeof(type), "%s", string_text(effect->type));
  daw_effect_param(type, param, &min, &initial, &max);
  turn_touch(turn, owner);
  if (value < min - 1e-9 || value > max + 1e-9) {
    turn_cannot(turn,
                "Sorry, I can't set %s of the %s to %g: it goes from %g to %g.",
                param,
                type,
                value,
                min,
                max);
    return false;
  }

  if (!turn_do(turn,
               "set_effect_parameter",
               json_pack("{s:o, s:s, s:f}",
                         "effect_id",
                         id_json(id),
                         "parameter",
                         param,
                         "value",
                         value))) {
    return false;
  }

  const Effect* const now =
    (const Effect*)composition_find(services_document(turn->services), id);
  turn_say(turn,
           "%s of the %s on %s is %g now.",
           param,
           type,
           turn_name(turn, owner),
           daw_effect_value(now, param));
  return true;
}

int
intent_effects_direction(const Clause* const clause)
{
  return clause_has(clause, "less") || clause_has(clause, "lower") ||
             clause->way < 0 || clause_has(clause, "shorter") ||
             clause_has(clause, "toomuch") || clause_has(clause, "too") ||
             clause_has(clause, "dry") || clause_has(clause, "simpler") ||
             clause_has(clause, "half")
           ? -1
           : 1;
}

/// Where the word for a parameter stands; the end of the clause if it does not
static uint32_t
place_of(const Clause* const clause, const char* const word)
{
  uint32_t i = 0;
  while (i < clause->count && !(token_has(&clause->tokens[i], "param") &&
                                !strcmp(clause->tokens[i].word->value, word))) {
    ++i;
  }
  return i;
}

/// What a parameter is to be: what is said, as much as is said, or a step
static double
wanted_value(const Clause* const clause,
             const Effect* const effect,
             const char* const   param,
             const uint32_t      from,
             const int           way)
{
  const char* const type    = string_text(effect->type);
  const double      now     = daw_effect_value(effect, param);
  double            value   = 0.0;
  double            min     = 0.0;
  double            initial = 0.0;
  double            max     = 0.0;
  daw_effect_param(type, param, &min, &initial, &max);
  if (!intent_effects_given_value(clause, type, param, from, &value)) {
    return intent_effects_step_value(clause, now, min, max, way);
  }
  return clause_has(clause, "by") && clause->way ? now + clause->way * value
                                                 : value;
}

/// Change the parameters of an effect that are named; how many were
static uint32_t
change_named(Turn* const turn, const Id id)
{
  const Clause* const clause = turn->clause;
  uint32_t            done   = 0;
  for (uint32_t p = 0; p < clause->num_params; ++p) {
    const Effect* const effect =
      (const Effect*)composition_find(services_document(turn->services), id);
    const char* const param =
      intent_effects_param_of(string_text(effect->type), clause->params[p]);
    if (param) {
      const double value = wanted_value(clause,
                                        effect,
                                        param,
                                        place_of(clause, clause->params[p]),
                                        intent_effects_direction(clause));
      done += intent_effects_set_param(turn, effect, param, value);
    }
  }
  return done;
}

/// What is meant where nothing is named: "more reverb" is its mix, "longer" and
/// "bigger" its size
static const char*
unnamed_param(const Clause* const clause, const char* const type)
{
  const bool size = clause_has(clause, "longer") ||
                    clause_has(clause, "shorter") ||
                    clause_says(clause, "bigger|huge|massive|smaller");
  const bool        dark    = clause_says(clause, "darker|dark");
  const char* const tries[] = {
    dark ? "damping" : NULL, size ? "time" : NULL, "mix"};
  for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); ++i) {
    const char* const param =
      tries[i] ? intent_effects_param_of(type, tries[i]) : NULL;
    if (param) {
      return param;
    }
  }
  return daw_effect_param_at(type, 0);
}

static uint32_t
change_unnamed(Turn* const turn, const Effect* const effect)
{
  const Clause* const clause = turn->clause;
  const char* const   param  = unnamed_param(clause, string_text(effect->type));
  const int           way =
    clause_says(clause, "smaller") ? -1 : intent_effects_direction(clause);
  return intent_effects_set_param(
    turn, effect, param, wanted_value(clause, effect, param, 0, way));
}

static void
change_effect(Turn* const turn, const Effect* const effect)
{
  const Clause* const clause = turn->clause;
  char                type[40];
  snprintf(type, sizeof(type), "%s", string_text(effect->type));
  const uint32_t done = clause->num_params ? change_named(turn, effect->node.id)
                                           : change_unnamed(turn, effect);
  if (!done && !turn->not_done.size && !turn->look_only) {
    turn_cannot(turn,
                "Sorry, the %s has no %s to change.",
                type,
                clause->num_params ? clause->params[0] : "setting");
  }
}

/// There is none of what was to be changed: more of it means that it is added
static Outcome
change_none(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool mix = clause->num_params == 1 && !strcmp(clause->params[0], "mix");
  if (intent_effects_direction(clause) > 0 && clause->num_effects &&
      intent_effects_is_type(clause->effects[0]) &&
      (!clause->num_params || mix)) {
    return INTENT_PASS;
  }

  turn_cannot(turn,
              "Sorry, there is no %s on %s to change.",
              clause->num_effects ? clause->effects[0] : "such effect",
              clause->num_tracks ? turn_name(turn, clause->tracks[0])
                                 : "any track");
  return INTENT_DONE;
}

Outcome
intent_effects_change_param(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool          free_  = !clause->num_tracks || clause->by[0] > BY_ROLE;
  const Effect*       lone   = free_ && !clause->unknown && clause->num_effects
                                 ? intent_effects_only_effect(turn, clause->effects[0])
                                 : NULL;
  if (lone) {
    change_effect(turn, lone);
    return INTENT_DONE;
  }
  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  bool any = false;
  for (uint32_t t = 0; t < clause->num_tracks; ++t) {
    const Effect* const effect =
      intent_effects_meant_effect(turn, clause->tracks[t]);
    if (effect) {
      change_effect(turn, effect);
      any = true;
    }
  }
  return any ? INTENT_DONE : change_none(turn);
}
