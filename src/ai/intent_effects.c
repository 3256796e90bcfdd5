// SPDX-License-Identifier: GPL-3.0-or-later
//
// Effects and tone

#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Most effects of a chain that are looked at
#define CHAIN_MAX 64u

static const Channel*
channel_of(const Turn* const turn, const Id id)
{
  return composition_channel(services_document(turn->services), id);
}

/// The last effect of a type on a channel; null if there is none
static const Effect*
find_effect(const Turn* const turn, const Id owner, const char* const type)
{
  const Channel* const channel = channel_of(turn, owner);
  const Effect*        found   = NULL;
  for (uint32_t i = 0; channel && i < id_list_count(channel->effects); ++i) {
    const Effect* const effect = (const Effect*)composition_find(
      services_document(turn->services), channel->effects->ids[i]);
    const bool filter = !strcmp(type, "lpf") && effect &&
                        (!strcmp(string_text(effect->type), "hpf") ||
                         !strcmp(string_text(effect->type), "bpf"));
    const bool eq = !strcmp(type, "eq3") && effect &&
                    !strncmp(string_text(effect->type), "eq", 2);
    found = effect && (!strcmp(string_text(effect->type), type) || eq ||
                       (filter && !found))
              ? effect
              : found;
  }

  return found;
}

static bool
is_type(const char* const type)
{
  return daw_effect_param_at(type, 0) != NULL;
}

/// What the chain of a channel is now, in words
static void
say_chain(Turn* const turn, const Id owner)
{
  const Channel* const channel   = channel_of(turn, owner);
  char                 text[400] = "";
  size_t               used      = 0;
  for (uint32_t i = 0; i < id_list_count(channel->effects) && used < 340; ++i) {
    const Effect* const effect = (const Effect*)composition_find(
      services_document(turn->services), channel->effects->ids[i]);
    used += (size_t)snprintf(text + used,
                             sizeof(text) - used,
                             "%s%s",
                             i ? ", " : "",
                             string_text(effect->type));
  }

  turn_say(turn,
           *text ? "Effects on %s: %s." : "There are no effects on %s%s.",
           turn_name(turn, owner),
           text);
}

// Parameters

/// The parameter of a type that a word means; null if it has none such
static const char*
param_of(const char* const type, const char* const word)
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

/// A number for a parameter, in its own unit; false if the clause gives none
static bool
given_value(const Clause* const clause,
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

/// A step of a parameter for "more" or "less"
static double
step_value(const Clause* const clause,
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

static bool
set_param(Turn* const         turn,
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

/// The direction that words about effects give
static int
direction(const Clause* const clause)
{
  return clause_has(clause, "less") || clause_has(clause, "lower") ||
             clause->way < 0 || clause_has(clause, "shorter") ||
             clause_has(clause, "toomuch") || clause_has(clause, "too") ||
             clause_has(clause, "dry") || clause_has(clause, "simpler") ||
             clause_has(clause, "half")
           ? -1
           : 1;
}

/// Where an effect is, if the clause does not say
static const Effect*
only_effect(const Turn* const turn, const char* const type)
{
  const Composition* const root  = services_document(turn->services);
  const IdList* const      order = root->order[KIND_TRACK];
  const Effect*            found = NULL;
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Effect* const effect = find_effect(turn, order->ids[i], type);
    if (effect && found) {
      return NULL;
    }

    found = effect ? effect : found;
  }

  return found;
}

/// The effect that a clause is about on a track: by type, else by parameter
static const Effect*
meant_effect(const Turn* const turn, const Id owner)
{
  const Clause* const clause = turn->clause;
  if (clause->num_effects) {
    return find_effect(turn, owner, clause->effects[0]);
  }

  const Channel* const channel = channel_of(turn, owner);
  for (uint32_t i = 0; channel && i < id_list_count(channel->effects); ++i) {
    const Effect* const effect = (const Effect*)composition_find(
      services_document(turn->services), channel->effects->ids[i]);
    if (effect && clause->num_params &&
        param_of(string_text(effect->type), clause->params[0])) {
      return effect;
    }
  }

  return NULL;
}

static Outcome
change_param(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool          free_  = !clause->num_tracks || clause->by[0] > BY_ROLE;
  const Effect*       lone   = free_ && !clause->unknown && clause->num_effects
                                 ? only_effect(turn, clause->effects[0])
                                 : NULL;
  if (!lone && !turn_targets(turn)) {
    return INTENT_DONE;
  }

  bool any = false;
  for (uint32_t t = 0; t < (lone ? 1u : clause->num_tracks); ++t) {
    const Id            owner  = lone ? lone->owner : clause->tracks[t];
    const Effect* const effect = lone ? lone : meant_effect(turn, owner);
    if (!effect) {
      continue;
    }

    any              = true;
    const Id    id   = effect->node.id;
    const char* type = string_text(effect->type);
    uint32_t    done = 0;
    for (uint32_t p = 0; p < clause->num_params; ++p) {
      const Effect* const now =
        (const Effect*)composition_find(services_document(turn->services), id);
      const char* const param   = param_of(type, clause->params[p]);
      double            value   = 0.0;
      double            min     = 0.0;
      double            initial = 0.0;
      double            max     = 0.0;
      uint32_t          from    = 0;
      while (from < clause->count &&
             !(token_has(&clause->tokens[from], "param") &&
               !strcmp(clause->tokens[from].word->value, clause->params[p]))) {
        ++from;
      }

      if (!param) {
        continue;
      }

      daw_effect_param(type, param, &min, &initial, &max);
      if (!given_value(clause, type, param, from, &value)) {
        value = step_value(
          clause, daw_effect_value(now, param), min, max, direction(clause));
      } else if (clause_has(clause, "by") && clause->way) {
        value = daw_effect_value(now, param) + clause->way * value;
      }

      done += set_param(turn, now, param, value);
    }

    if (!clause->num_params) {
      // "more reverb" is its mix, "longer" and "bigger" its size
      const bool size = clause_has(clause, "longer") ||
                        clause_has(clause, "shorter") ||
                        clause_says(clause, "bigger|huge|massive|smaller");
      const bool dark =
        clause_says(clause, "darker|dark") && param_of(type, "damping");
      const char* const first   = daw_effect_param_at(type, 0);
      const char*       param   = dark ? "damping"
                                  : size && param_of(type, "time")
                                    ? param_of(type, "time")
                                  : param_of(type, "mix") ? param_of(type, "mix")
                                                          : first;
      double            value   = 0.0;
      double            min     = 0.0;
      double            initial = 0.0;
      double            max     = 0.0;
      daw_effect_param(type, param, &min, &initial, &max);
      if (!given_value(clause, type, param, 0, &value)) {
        value =
          step_value(clause,
                     daw_effect_value(effect, param),
                     min,
                     max,
                     clause_says(clause, "smaller") ? -1 : direction(clause));
      } else if (clause_has(clause, "by") && clause->way) {
        value = daw_effect_value(effect, param) + clause->way * value;
      }

      done += set_param(turn, effect, param, value);
    }

    if (!done && !turn->not_done.size && !turn->look_only) {
      turn_cannot(turn,
                  "Sorry, the %s has no %s to change.",
                  type,
                  clause->num_params ? clause->params[0] : "setting");
    }
  }

  const bool mix = clause->num_effects && clause->num_params == 1 &&
                   !strcmp(clause->params[0], "mix");
  if (!any && direction(clause) > 0 && clause->num_effects &&
      is_type(clause->effects[0]) && (!clause->num_params || mix)) {
    return INTENT_PASS; // There is none yet: it is added
  }

  if (!any) {
    turn_cannot(turn,
                "Sorry, there is no %s on %s to change.",
                clause->num_effects ? clause->effects[0] : "such effect",
                clause->num_tracks ? turn_name(turn, clause->tracks[0])
                                   : "any track");
  }

  return INTENT_DONE;
}

// Adding

/// Parameters that a clause gives an effect it adds
static json_t*
new_params(const Clause* const clause, const char* const type)
{
  json_t* const params = json_object();
  double        value  = 0.0;
  const bool    mix    = param_of(type, "mix") && strcmp(type, "gain") != 0;
  for (uint32_t p = 0; p < clause->num_params; ++p) {
    const char* const param = param_of(type, clause->params[p]);
    const int         at    = clause_index(clause, "param", 0);
    if (param &&
        given_value(clause, type, param, at < 0 ? 0 : (uint32_t)at, &value)) {
      json_object_set_new(params, param, json_real(value));
    }
  }

  if (!clause->num_params && clause_number(clause, "%", &value) && mix) {
    json_object_set_new(
      params, param_of(type, "mix"), json_real(value / 100.0));
  } else if (!json_object_size(params) && mix && clause->amount != 1.0 &&
             strcmp(type, "distortion") != 0) {
    json_object_set_new(params,
                        param_of(type, "mix"),
                        json_real(clause->amount < 1.0 ? 0.15 : 0.5));
  }

  if (!strcmp(type, "distortion") && !json_object_get(params, "drive")) {
    json_object_set_new(params,
                        "drive",
                        json_real(clause->amount < 1.0   ? 2.0
                                  : clause->amount > 1.0 ? 10.0
                                                         : 4.0));
  }

  if ((!strcmp(type, "lpf") || !strcmp(type, "hpf")) &&
      (clause_number(clause, "hz", &value) ||
       clause_number(clause, "khz", &value))) {
    double khz = 0.0;
    value      = clause_number(clause, "khz", &khz) ? khz * 1000.0 : value;
    json_object_set_new(params, "cutoff", json_real(value));
  }

  return params;
}

/// The place in the chain that a clause gives, or -1
static int
wanted_slot(const Turn* const turn, const Id owner)
{
  const Clause* const  clause  = turn->clause;
  const Channel* const channel = channel_of(turn, owner);
  const bool           before  = clause_has(clause, "before");
  const bool           after   = clause_has(clause, "after");
  for (uint32_t i = 0; (before || after) && i < id_list_count(channel->effects);
       ++i) {
    const Effect* const effect = (const Effect*)composition_find(
      services_document(turn->services), channel->effects->ids[i]);
    for (uint32_t k = 1; k < clause->num_effects; ++k) {
      if (!strcmp(string_text(effect->type), clause->effects[k])) {
        return (int)i + (after ? 1 : 0);
      }
    }
  }

  return (clause_has(clause, "start") || clause_says(clause, "first")) ? 0 : -1;
}

static bool
add_one(Turn* const       turn,
        const Id          owner,
        const char* const type,
        const int         slot)
{
  json_t* const args = json_pack("{s:o, s:s, s:o}",
                                 "track_id",
                                 id_json(owner),
                                 "effect_name",
                                 type,
                                 "parameters",
                                 new_params(turn->clause, type));
  if (slot >= 0) {
    json_object_set_new(args, "slot_index", json_integer(slot));
  }

  turn_touch(turn, owner);
  return turn_do(turn, "add_effect", args);
}

static Outcome
add_effect(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  for (uint32_t i = 0; i < clause->num_effects; ++i) {
    if (!is_type(clause->effects[i])) {
      char        types[300] = "";
      size_t      used       = 0;
      const char* type       = NULL;
      for (uint32_t k = 0; (type = daw_effect_type_at(k)) && used < 250; ++k) {
        used += (size_t)snprintf(
          types + used, sizeof(types) - used, "%s%s", k ? ", " : "", type);
      }

      return turn_cannot(turn,
                         "Sorry, I can't add %s; the effects there are: %s.",
                         clause->effects[i],
                         types);
    }
  }

  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  for (uint32_t t = 0; t < clause->num_tracks; ++t) {
    const Id  owner = clause->tracks[t];
    const int slot  = wanted_slot(turn, owner);
    for (uint32_t i = 0; i < clause->num_effects; ++i) {
      // "a reverb before the compressor": only the first is added
      if (slot >= 0 && i && find_effect(turn, owner, clause->effects[i])) {
        continue;
      }

      if (!add_one(turn, owner, clause->effects[i], slot)) {
        return INTENT_DONE;
      }
    }

    if (!turn->look_only) {
      say_chain(turn, owner);
    }
  }

  return INTENT_DONE;
}

// Taking away

static bool
remove_one(Turn* const turn, const Effect* const effect)
{
  const Id owner = effect->owner;
  turn_touch(turn, owner);
  return turn_do(turn,
                 "remove_effect",
                 json_pack("{s:o}", "effect_id", id_json(effect->node.id)));
}

/// Remove all effects of a channel; returns how many
static uint32_t
remove_all(Turn* const turn, const Id owner)
{
  uint32_t count = 0;
  while (id_list_count(channel_of(turn, owner)->effects) && count < CHAIN_MAX) {
    const Effect* const effect =
      (const Effect*)composition_find(services_document(turn->services),
                                      channel_of(turn, owner)->effects->ids[0]);
    if (!effect || !remove_one(turn, effect)) {
      break;
    }

    ++count;
  }

  return count;
}

static Outcome
remove_effect(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool          free_  = !clause->num_tracks || clause->by[0] > BY_ROLE;
  const Effect*       lone   = free_ && !clause->unknown && clause->num_effects
                                 ? only_effect(turn, clause->effects[0])
                                 : NULL;
  if (lone && (!clause->num_tracks || clause->by[0] != BY_ALL)) {
    const Id owner = lone->owner;
    if (remove_one(turn, lone)) {
      say_chain(turn, owner);
    }

    return INTENT_DONE;
  }

  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  uint32_t removed = 0;
  for (uint32_t t = 0; t < clause->num_tracks; ++t) {
    uint32_t here =
      clause->num_effects ? 0 : remove_all(turn, clause->tracks[t]);
    for (uint32_t i = 0; i < clause->num_effects; ++i) {
      const Effect* const effect =
        find_effect(turn, clause->tracks[t], clause->effects[i]);
      here += effect && remove_one(turn, effect);
    }

    if (here) {
      say_chain(turn, clause->tracks[t]);
    }

    removed += here;
  }

  if (!removed && !turn->look_only) {
    turn_cannot(turn,
                "Sorry, there is no %s on %s to remove.",
                clause->num_effects ? clause->effects[0] : "effect",
                turn_name(turn, clause->tracks[0]));
  }

  return INTENT_DONE;
}

static Outcome
bypass(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool on = clause_has(clause, "unbypass") || clause_has(clause, "on_") ||
                  (clause_says(clause, "on") && clause_has(clause, "light"));
  const bool    free_ = !clause->num_tracks || clause->by[0] > BY_ROLE;
  const Effect* lone  = free_ && !clause->unknown && clause->num_effects
                          ? only_effect(turn, clause->effects[0])
                          : NULL;
  if (!lone && !turn_targets(turn)) {
    return INTENT_DONE;
  }

  uint32_t changed = 0;
  for (uint32_t t = 0; t < (lone ? 1u : clause->num_tracks); ++t) {
    const Id             owner   = lone ? lone->owner : clause->tracks[t];
    const Channel* const channel = channel_of(turn, owner);
    IdList* const        chain   = id_list_retain(channel->effects);
    for (uint32_t i = 0; i < id_list_count(chain); ++i) {
      const Effect* const effect = (const Effect*)composition_find(
        services_document(turn->services), chain->ids[i]);
      const bool meant = !clause->num_effects ||
                         find_effect(turn, owner, clause->effects[0]) == effect;
      if (meant && turn_do(turn,
                           "bypass_effect",
                           json_pack("{s:o, s:b}",
                                     "effect_id",
                                     id_json(chain->ids[i]),
                                     "bypassed",
                                     !on))) {
        const Effect* const now = (const Effect*)composition_find(
          services_document(turn->services), chain->ids[i]);
        turn_say(turn,
                 "The %s on %s is %s.",
                 string_text(now->type),
                 turn_name(turn, owner),
                 now->bypass ? "bypassed" : "on");
        turn_touch(turn, owner);
        ++changed;
      }
    }

    id_list_release(chain);
  }

  if (!changed && !turn->look_only) {
    turn_cannot(turn,
                "Sorry, there is no %s there.",
                clause->num_effects ? clause->effects[0] : "effect");
  }

  return INTENT_DONE;
}

/// "swap the order of the effects", "put the compressor before the reverb"
static Outcome
reorder(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  if (!clause->num_tracks || clause->num_effects < 2) {
    return INTENT_PASS;
  }

  const Id             owner   = clause->tracks[0];
  const Effect* const  a       = find_effect(turn, owner, clause->effects[0]);
  const Effect* const  b       = find_effect(turn, owner, clause->effects[1]);
  const Channel* const channel = channel_of(turn, owner);
  if (!a || !b) {
    return INTENT_PASS;
  }

  const bool    swap  = clause_has(clause, "swap");
  const bool    after = clause_has(clause, "after");
  const Id      ids[] = {a->node.id, b->node.id};
  json_t* const list  = json_array();
  for (uint32_t i = 0; i < id_list_count(channel->effects); ++i) {
    const Id id = channel->effects->ids[i];
    if (swap) {
      json_array_append_new(list,
                            id_json(id == ids[0]   ? ids[1]
                                    : id == ids[1] ? ids[0]
                                                   : id));
    } else if (id == ids[1]) {
      json_array_append_new(list, id_json(after ? ids[1] : ids[0]));
      json_array_append_new(list, id_json(after ? ids[0] : ids[1]));
    } else if (id != ids[0]) {
      json_array_append_new(list, id_json(id));
    }
  }

  if (turn_do(
        turn,
        "reorder_effects",
        json_pack(
          "{s:o, s:o}", "track_id", id_json(owner), "effect_order", list))) {
    say_chain(turn, owner);
    turn_touch(turn, owner);
  }

  return INTENT_DONE;
}

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
    bus                    = find_effect(turn, buses->ids[i], type) ||
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
    if (type && is_type(type)) {
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
  if (!find_effect(turn, owner, "eq3") &&
      !turn_do(
        turn,
        "add_effect",
        json_pack(
          "{s:o, s:s}", "track_id", id_json(owner), "effect_name", "eq3"))) {
    return false;
  }

  for (size_t i = 0; i < 3; ++i) {
    const Effect* const eq = find_effect(turn, owner, "eq3");
    if (bands[i].by != 0.0) {
      const double to =
        daw_effect_value(eq, bands[i].param) + bands[i].by * amount;
      set_param(turn, eq, bands[i].param, fmax(-24.0, fmin(24.0, to)));
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
  const Effect* const effect  = find_effect(turn, owner, type);
  double              min     = 0.0;
  double              initial = 0.0;
  double              max     = 0.0;
  daw_effect_param(type, param, &min, &initial, &max);
  if (effect) {
    set_param(
      turn,
      effect,
      param,
      step_value(turn->clause, daw_effect_value(effect, param), min, max, way));
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
    say_chain(turn, owner);
  } else if (way < 0 && !turn->look_only) {
    turn_cannot(
      turn, "Sorry, there is no %s on %s.", type, turn_name(turn, owner));
  }

  turn_touch(turn, owner);
}

void
intent_width(Turn* const turn, const Id owner, const double by)
{
  const Effect* effect = find_effect(turn, owner, "stereo_width");
  if (!effect && turn_do(turn,
                         "add_effect",
                         json_pack("{s:o, s:s}",
                                   "track_id",
                                   id_json(owner),
                                   "effect_name",
                                   "stereo_width"))) {
    effect = find_effect(turn, owner, "stereo_width");
  }

  if (effect) {
    const double to = daw_effect_value(effect, "width") + by;
    set_param(turn, effect, "width", fmax(0.0, fmin(2.0, to)));
  }
}

static Outcome
tone(Turn* const turn)
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

/// "cut the highs on the hats", "more low end"
static Outcome
band(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const char* const   param  = clause->params[0];
  const bool down = direction(clause) < 0 || clause_has(clause, "split") ||
                    clause_has(clause, "remove");
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

/// "if the lead has no reverb, add one"
static Outcome
add_if_absent(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    if (find_effect(turn, clause->tracks[i], clause->effects[0])) {
      turn_say(turn,
               "%s has a %s already, so I left it.",
               turn_name(turn, clause->tracks[i]),
               clause->effects[0]);
      return INTENT_DONE;
    }
  }

  return add_effect(turn);
}

/// "nothing above 5 kHz on the keys": a low pass there, or a high pass
static Outcome
cut_band(Turn* const turn)
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
      say_chain(turn, id);
    }
  }

  return INTENT_DONE;
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
  {"not need #fx !create|add", remove_effect},
  {"send|bus #fx|#named|bus !remove !question !create|midi", send},
  {"bypass|unbypass", bypass},
  {"off_|on_ #fx|fxword !master", bypass},
  {"light|toggle off|on #fx|fxword !up !down !more", bypass},
  {"on_|off_|set|light master #fx !add !#param", limiter},
  {"remove #fx|fxword !some|less|small", remove_effect},
  {"no|without #fx !create !add !role", remove_effect},
  {"clear fxword|#fx", remove_effect},
  {"takeword off|out fxword|#fx", remove_effect},
  {"swap|move|seek|before|after|add #fx !create", reorder},
  {"set|change|raise|lower|light|halftime|half|double|more|less|toomuch|too|up|down|longer|shorter #fx #param|#num|#pct|more|less|up|down|longer|shorter|half|double|full|toomuch|too|raise|lower|energy|tone !add !indef", change_param},
  {"#fx more|less|toomuch|up|down|longer|shorter|raise|lower|half|double|full !add|indef", change_param},
  {"#fx #pct|#num|#param set|to !add !indef", change_param},
  {"add|create|set|use|light|replace|more|with|indef|to|on|fix|compare|swap #fx !question", add_effect},
  {"^#fx #fx !question", add_effect},
  {"#fx #named !question !remove", add_effect},
  {"#param #any_track set|raise|lower|up|down|more|less|add|remove|split|light|half|double|toomuch|too|fix !#fx !volume !seek !top !move !role|tone", change_param},
  {"#param raise|lower|up|down|more|less|add|remove|split|toomuch|too !#fx !top !move !create", band},
  {"tone #any_track|unknown|mix|song|#named !create|question|notes", tone},
  {"tone light|fix|add|more|less|too|raise|set|it !create !question !notes", tone},
  {"tone need #named !question !new", tone},
  {"#hz before|after #any_track !#fx !create !seek", cut_band},
  {0},
};
// clang-format on
