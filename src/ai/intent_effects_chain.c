// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chains: effects come, go, are bypassed, change places

#include "ai/intent.h"
#include "ai/intent_effects.h"

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

const Effect*
intent_effects_find_effect(const Turn* const turn,
                           const Id          owner,
                           const char* const type)
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

bool
intent_effects_is_type(const char* const type)
{
  return daw_effect_param_at(type, 0) != NULL;
}

void
intent_effects_say_chain(Turn* const turn, const Id owner)
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

const Effect*
intent_effects_only_effect(const Turn* const turn, const char* const type)
{
  const Composition* const root  = services_document(turn->services);
  const IdList* const      order = root->order[KIND_TRACK];
  const Effect*            found = NULL;
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Effect* const effect =
      intent_effects_find_effect(turn, order->ids[i], type);
    if (effect && found) {
      return NULL;
    }

    found = effect ? effect : found;
  }

  return found;
}

const Effect*
intent_effects_meant_effect(const Turn* const turn, const Id owner)
{
  const Clause* const clause = turn->clause;
  if (clause->num_effects) {
    return intent_effects_find_effect(turn, owner, clause->effects[0]);
  }

  const Channel* const channel = channel_of(turn, owner);
  for (uint32_t i = 0; channel && i < id_list_count(channel->effects); ++i) {
    const Effect* const effect = (const Effect*)composition_find(
      services_document(turn->services), channel->effects->ids[i]);
    if (effect && clause->num_params &&
        intent_effects_param_of(string_text(effect->type), clause->params[0])) {
      return effect;
    }
  }

  return NULL;
}

// Adding

/// Parameters that a clause gives an effect it adds
static json_t*
new_params(const Clause* const clause, const char* const type)
{
  json_t* const params = json_object();
  double        value  = 0.0;
  const bool    mix =
    intent_effects_param_of(type, "mix") && strcmp(type, "gain") != 0;
  for (uint32_t p = 0; p < clause->num_params; ++p) {
    const char* const param = intent_effects_param_of(type, clause->params[p]);
    const int         at    = clause_index(clause, "param", 0);
    if (param && intent_effects_given_value(
                   clause, type, param, at < 0 ? 0 : (uint32_t)at, &value)) {
      json_object_set_new(params, param, json_real(value));
    }
  }

  if (!clause->num_params && clause_number(clause, "%", &value) && mix) {
    json_object_set_new(
      params, intent_effects_param_of(type, "mix"), json_real(value / 100.0));
  } else if (!json_object_size(params) && mix && clause->amount != 1.0 &&
             strcmp(type, "distortion") != 0) {
    json_object_set_new(params,
                        intent_effects_param_of(type, "mix"),
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

Outcome
intent_effects_add_effect(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  for (uint32_t i = 0; i < clause->num_effects; ++i) {
    if (!intent_effects_is_type(clause->effects[i])) {
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
      if (slot >= 0 && i &&
          intent_effects_find_effect(turn, owner, clause->effects[i])) {
        continue;
      }

      if (!add_one(turn, owner, clause->effects[i], slot)) {
        return INTENT_DONE;
      }
    }

    if (!turn->look_only) {
      intent_effects_say_chain(turn, owner);
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

Outcome
intent_effects_remove_effect(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool          free_  = !clause->num_tracks || clause->by[0] > BY_ROLE;
  const Effect*       lone   = free_ && !clause->unknown && clause->num_effects
                                 ? intent_effects_only_effect(turn, clause->effects[0])
                                 : NULL;
  if (lone && (!clause->num_tracks || clause->by[0] != BY_ALL)) {
    const Id owner = lone->owner;
    if (remove_one(turn, lone)) {
      intent_effects_say_chain(turn, owner);
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
        intent_effects_find_effect(turn, clause->tracks[t], clause->effects[i]);
      here += effect && remove_one(turn, effect);
    }

    if (here) {
      intent_effects_say_chain(turn, clause->tracks[t]);
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

Outcome
intent_effects_bypass(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool on = clause_has(clause, "unbypass") || clause_has(clause, "on_") ||
                  (clause_says(clause, "on") && clause_has(clause, "light"));
  const bool    free_ = !clause->num_tracks || clause->by[0] > BY_ROLE;
  const Effect* lone  = free_ && !clause->unknown && clause->num_effects
                          ? intent_effects_only_effect(turn, clause->effects[0])
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
      const bool meant =
        !clause->num_effects ||
        intent_effects_find_effect(turn, owner, clause->effects[0]) == effect;
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

Outcome
intent_effects_reorder(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  if (!clause->num_tracks || clause->num_effects < 2) {
    return INTENT_PASS;
  }

  const Id            owner = clause->tracks[0];
  const Effect* const a =
    intent_effects_find_effect(turn, owner, clause->effects[0]);
  const Effect* const b =
    intent_effects_find_effect(turn, owner, clause->effects[1]);
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
    intent_effects_say_chain(turn, owner);
    turn_touch(turn, owner);
  }

  return INTENT_DONE;
}
