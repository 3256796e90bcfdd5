// SPDX-License-Identifier: GPL-3.0-or-later
//
// Actions on effects

#include "services/daw_private.h"
#include "services/effects.h"

#include <stdlib.h>
#include <string.h>

const char*
daw_effect_type_at(const uint32_t index)
{
  uint32_t                       count = 0;
  const EffectInfo* const* const list  = effect_list(&count);
  return index < count ? list[index]->symbol : NULL;
}

const char*
daw_effect_param_at(const char* const type, const uint32_t index)
{
  const EffectInfo* const info = effect_find(type);
  return info && index < info->num_params ? info->params[index].symbol : NULL;
}

bool
daw_effect_param(const char* const type,
                 const char* const param,
                 double* const     min,
                 double* const     initial,
                 double* const     max)
{
  const EffectInfo* const info  = effect_find(type);
  const int               place = info ? effect_find_param(info, param) : -1;
  if (place < 0) {
    return false;
  }

  *min     = (double)info->params[place].min;
  *initial = (double)info->params[place].initial;
  *max     = (double)info->params[place].max;
  return true;
}

double
daw_effect_value(const Effect* const effect, const char* const param)
{
  double value   = 0.0;
  double min     = 0.0;
  double max     = 0.0;
  double initial = 0.0;
  if (param_map_find(effect->params, param, &value)) {
    return value;
  }

  daw_effect_param(string_text(effect->type), param, &min, &initial, &max);
  return initial;
}

/// Tell the chain of a channel
static Status
tell_chain(const DawCall* const call, const Id owner)
{
  char                 text[ID_TEXT_SIZE];
  const Channel* const channel =
    composition_channel(services_document(call->services), owner);
  daw_tell(call, "channel", json_string(id_format(owner, text)));
  daw_tell(call, "effects", daw_describe_effects(call->services, channel));
  return STATUS_OK;
}

/// Set the parameters that an object has
static Status
set_params(Services* const services, const Id id, const json_t* const params)
{
  Status      st    = STATUS_OK;
  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach((json_t*)params, key, value)
  {
    if (!st && !json_is_number(value)) {
      st = services_fail(
        services, STATUS_BAD_ARGUMENT, "Expected a number for \"%.40s\"", key);
    }

    st =
      st ? st : effects_set_param(services, id, key, json_number_value(value));
  }

  return st;
}

static Status
add_effect(DawCall* const call)
{
  Services* const services = call->services;
  const Id        owner    = daw_id(call, KIND_NONE, "track_id");
  Id              id       = ID_NONE;
  Status          st       = effects_insert(services,
                             owner,
                             daw_text(call, "effect_name", ""),
                             (int64_t)daw_number(call, "slot_index", -1.0) + 1,
                             &id);
  st = st ? st : set_params(services, id, daw_get(call, "parameters"));
  if (st) {
    return st;
  }

  char text[ID_TEXT_SIZE];
  daw_tell(call, "effect", json_string(id_format(id, text)));
  return tell_chain(call, owner);
}

static Id
owner_of(DawCall* const call, const Id id)
{
  const Effect* const effect =
    (const Effect*)composition_find(services_document(call->services), id);
  return effect->owner;
}

static Status
set_effect_parameter(DawCall* const call)
{
  const Id     id = daw_id(call, KIND_EFFECT, "effect_id");
  const Status st = effects_set_param(call->services,
                                      id,
                                      daw_text(call, "parameter", ""),
                                      daw_number(call, "value", 0.0));
  return st ? st : tell_chain(call, owner_of(call, id));
}

static Status
bypass_effect(DawCall* const call)
{
  const Id     id = daw_id(call, KIND_EFFECT, "effect_id");
  const Status st = daw_set_number(call->services,
                                   id,
                                   NODE_EFFECT,
                                   "bypass",
                                   daw_bool(call, "bypassed", true));
  return st ? st : tell_chain(call, owner_of(call, id));
}

static Status
remove_effect(DawCall* const call)
{
  const Id     id    = daw_id(call, KIND_EFFECT, "effect_id");
  const Id     owner = owner_of(call, id);
  const Status st    = effects_delete(call->services, id);
  return st ? st : tell_chain(call, owner);
}

static Status
reorder_effects(DawCall* const call)
{
  Services* const      services = call->services;
  const Id             owner    = daw_id(call, KIND_NONE, "track_id");
  const json_t* const  order    = daw_get(call, "effect_order");
  const Channel* const channel =
    composition_channel(services_document(services), owner);
  const uint32_t count = id_list_count(channel->effects);
  Status         st    = json_array_size(order) == count
                           ? STATUS_OK
                           : services_fail(services,
                                STATUS_BAD_ARGUMENT,
                                "Expected each of the %u effects once",
                                count);
  for (uint32_t i = 0; !st && i < count; ++i) {
    const char* const text = json_string_value(json_array_get(order, i));
    Id                id   = ID_NONE;
    const bool        good = text && id_parse(text, &id) &&
                      id_kind(id) == KIND_EFFECT &&
                      composition_find(services_document(services), id) &&
                      owner_of(call, id) == owner;
    st = good ? effects_move(services, id, (int64_t)i + 1)
              : services_fail(services,
                              STATUS_BAD_ARGUMENT,
                              "Expected the id of each effect once");
  }

  return st ? st : tell_chain(call, owner);
}

// clang-format off
const DawAction daw_effect_actions[] = {
  {"add_effect", "track_id! channel | effect_name! s -- Type, such as reverb or eq3 | slot_index i 0 63 -- Place in the chain, the end if absent | parameters o -- Symbols and values", "Add an effect to a channel.", add_effect},
  {"set_effect_parameter", "effect_id! effect | parameter! s | value! n", "Set a parameter of an effect, clamped to its range.", set_effect_parameter},
  {"bypass_effect", "effect_id! effect | bypassed b", "Bypass an effect, or use it again.", bypass_effect},
  {"remove_effect", "effect_id! effect", "Take an effect away.", remove_effect},
  {"reorder_effects", "track_id! channel | effect_order! a -- Ids of all effects of the channel", "Put the effects of a channel in an order.", reorder_effects},
  {0},
};
// clang-format on
