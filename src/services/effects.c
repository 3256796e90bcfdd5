// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/effects.h"

#include "services/composition_state.h"
#include "services/edit.h"
#include "services/route.h"
#include "services/services_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Values

float
effects_value(const Effect* const     effect,
              const EffectInfo* const info,
              const uint32_t          param)
{
  const ParamInfo* const row   = &info->params[param];
  double                 value = 0.0;
  if (!param_map_find(effect->params, row->symbol, &value)) {
    return row->initial;
  }

  return value < (double)row->min   ? row->min
         : value > (double)row->max ? row->max
                                    : (float)value;
}

void
effects_values(const Effect* const     effect,
               const EffectInfo* const info,
               float                   values[EFFECT_MAX_PARAMS])
{
  for (uint32_t i = 0; i < info->num_params; ++i) {
    values[i] = effects_value(effect, info, i);
  }
}

// Finding

const EffectInfo*
effects_type(Services* const services, const char* const type)
{
  const EffectInfo* const info = effect_find(type);
  if (info) {
    return info;
  }

  char                     text[400] = "";
  uint32_t                 count     = 0;
  const EffectInfo* const* list      = effect_list(&count);
  for (uint32_t i = 0; i < count; ++i) {
    const size_t length = strlen(text);
    snprintf(text + length,
             sizeof(text) - length,
             "%s%s",
             i ? ", " : "",
             list[i]->symbol);
  }

  services_fail(services,
                STATUS_NOT_FOUND,
                "There is no effect type \"%.60s\"; there are %s",
                type,
                text);
  return NULL;
}

const Effect*
effects_find(Services* const services, const Id id)
{
  const Effect* const effect =
    id_kind(id) == KIND_EFFECT
      ? (const Effect*)composition_find(services_document(services), id)
      : NULL;
  if (!effect) {
    edit_not_found(services, id);
  }

  return effect;
}

/// A parameter of a type; null (noted) if it has none of that name
static const ParamInfo*
find_param(Services* const         services,
           const EffectInfo* const info,
           const char* const       symbol)
{
  const int index = effect_find_param(info, symbol);
  if (index >= 0) {
    return &info->params[index];
  }

  char text[400] = "";
  for (uint32_t i = 0; i < info->num_params; ++i) {
    const size_t length = strlen(text);
    snprintf(text + length,
             sizeof(text) - length,
             "%s%s",
             i ? ", " : "",
             info->params[i].symbol);
  }

  services_fail(services,
                STATUS_NOT_FOUND,
                "%s has no parameter \"%.60s\"; it has %s",
                info->symbol,
                symbol,
                text);
  return NULL;
}

const ParamInfo*
effects_param_info(Services* const   services,
                   const Id          id,
                   const char* const symbol)
{
  const Effect* const     effect = effects_find(services, id);
  const EffectInfo* const info =
    effect ? effects_type(services, string_text(effect->type)) : NULL;
  return info ? find_param(services, info, symbol) : NULL;
}

const char*
effects_name(const Effect* const effect)
{
  const char* const       name = string_text(effect->name);
  const EffectInfo* const info = effect_find(string_text(effect->type));
  return *name ? name : info ? info->label : string_text(effect->type);
}

uint32_t
effects_latency(const Services* const services, const Effect* const effect)
{
  const EffectInfo* const info = effect_find(string_text(effect->type));
  if (!info || !info->latency) {
    return 0;
  }

  float values[EFFECT_MAX_PARAMS];
  effects_values(effect, info, values);
  return info->latency(services->rate, values);
}

/// A position as text, 0 if it is none
static uint32_t
read_slot(const char* const text)
{
  const size_t length = strspn(text, "0123456789");
  return length && length <= 9u && !text[length] ? (uint32_t)atoi(text) : 0;
}

Id
effects_at(Services* const services, const Id channel, const char* const slot)
{
  const Composition* const root = services_document(services);
  const Channel* const     node = composition_channel(root, channel);
  const IdList* const      ids  = node ? node->effects : NULL;
  const uint32_t           at   = read_slot(slot);
  if (at && at <= id_list_count(ids)) {
    return ids->ids[at - 1u];
  }

  Id named = ID_NONE;
  for (uint32_t i = 0; i < id_list_count(ids); ++i) {
    char                id[ID_TEXT_SIZE];
    char                slug[SLUG_SIZE];
    const Effect* const effect =
      (const Effect*)composition_find(root, ids->ids[i]);
    slug_make(effect ? effects_name(effect) : "", slug);
    if (!strcmp(id_format(ids->ids[i], id), slot)) {
      return ids->ids[i];
    }

    if (slug[0] && !strcmp(slug, slot) && named == ID_NONE) {
      named = ids->ids[i];
    }
  }

  char text[ID_TEXT_SIZE];
  if (named == ID_NONE) {
    services_fail(services,
                  STATUS_NOT_FOUND,
                  "%s has no effect \"%.60s\"; it has %u",
                  id_format(channel, text),
                  slot,
                  id_list_count(ids));
  }

  return named;
}

// Chains

/// Put a chain of a channel; `ids` moves, also on failure
static Status
put_chain(Services* const services, const Id channel, IdList* const ids)
{
  Status         st   = ids ? STATUS_OK : edit_no_memory(services);
  Channel* const copy = st ? NULL : edit_copy_channel(services, channel, &st);
  if (!copy) {
    id_list_release(ids);
    return st;
  }

  id_list_release(copy->effects);
  copy->effects = ids;
  return edit_put_channel(services, copy);
}

/// A chain with one more effect
static IdList*
chain_with(const IdList* const ids, const Id effect, const uint32_t at)
{
  const uint32_t count = id_list_count(ids);
  IdList* const  list  = id_list_new(count + 1u);
  for (uint32_t i = 0; list && i <= count; ++i) {
    list->ids[i] = i < at ? ids->ids[i] : i == at ? effect : ids->ids[i - 1u];
  }

  return list;
}

/// Check a slot, counted from 1, against the last that can be
static Status
check_slot(Services* const services, const int64_t slot, const uint32_t last)
{
  return slot >= 1 && slot <= last
           ? STATUS_OK
           : services_fail(services,
                           STATUS_OUT_OF_RANGE,
                           "slot: %lld is not in 1 to %u",
                           (long long)slot,
                           last);
}

Status
effects_insert(Services* const   services,
               const Id          channel,
               const char* const type,
               const int64_t     slot,
               Id* const         out)
{
  const Channel* const node =
    composition_channel(services_document(services), channel);
  if (!node) {
    return edit_not_found(services, channel);
  }

  const uint32_t count = id_list_count(node->effects);
  if (!effects_type(services, type)) {
    return STATUS_NOT_FOUND;
  }

  Status st = slot ? check_slot(services, slot, count + 1u) : STATUS_OK;
  if (!st && count >= MAX_CHAIN) {
    st = services_fail(services,
                       STATUS_TOO_LARGE,
                       "A channel has at most %u effects",
                       MAX_CHAIN);
  }

  st = st ? st : composition_take_id(edit_draft(services), KIND_EFFECT, out);
  if (st) {
    return st;
  }

  Effect* const effect = (Effect*)node_new(NODE_EFFECT, *out);
  if (!effect || !edit_string(&effect->type, type)) {
    node_release(effect ? &effect->node : NULL);
    return edit_no_memory(services);
  }

  effect->owner = channel;
  st            = edit_put(services, &effect->node);
  return st ? st
            : put_chain(services,
                        channel,
                        chain_with(composition_channel(
                                     services_document(services), channel)
                                     ->effects,
                                   *out,
                                   slot ? (uint32_t)slot - 1u : count));
}

Status
effects_delete(Services* const services, const Id effect)
{
  return effects_find(services, effect) ? things_delete(services, effect)
                                        : STATUS_NOT_FOUND;
}

Status
effects_clear(Services* const services, const Id channel)
{
  const Channel* const node =
    composition_channel(services_document(services), channel);
  if (!node) {
    return edit_not_found(services, channel);
  }

  Status        st  = STATUS_OK;
  IdList* const ids = id_list_retain(node->effects);
  for (uint32_t i = 0; !st && i < id_list_count(ids); ++i) {
    st = things_delete(services, ids->ids[i]);
  }

  id_list_release(ids);
  return st;
}

Status
effects_move(Services* const services, const Id id, const int64_t slot)
{
  const Effect* const effect = effects_find(services, id);
  if (!effect) {
    return STATUS_NOT_FOUND;
  }

  const IdList* const ids =
    composition_channel(services_document(services), effect->owner)->effects;
  const int64_t at = id_list_find(ids, id);
  const Status  st = check_slot(services, slot, id_list_count(ids));
  if (st || at < 0) {
    return st ? st : edit_not_found(services, id);
  }

  IdList* const without = id_list_remove(ids, (uint32_t)at);
  if (!without) {
    return edit_no_memory(services);
  }

  IdList* const moved = chain_with(without, id, (uint32_t)slot - 1u);
  id_list_release(without);
  return put_chain(services, effect->owner, moved);
}

// Parameters

Status
effects_param(Services* const   services,
              const Id          id,
              const char* const symbol,
              double* const     value)
{
  const ParamInfo* const param = effects_param_info(services, id, symbol);
  if (!param) {
    return STATUS_NOT_FOUND;
  }

  const Effect* const     effect = effects_find(services, id);
  const EffectInfo* const info   = effect_find(string_text(effect->type));
  *value =
    (double)effects_value(effect, info, (uint32_t)(param - info->params));
  return STATUS_OK;
}

Status
effects_set_param(Services* const   services,
                  const Id          id,
                  const char* const symbol,
                  const double      value)
{
  const ParamInfo* const param = effects_param_info(services, id, symbol);
  if (!param) {
    return STATUS_NOT_FOUND;
  }

  const double min     = (double)param->min;
  const double max     = (double)param->max;
  const double clamped = value < min ? min : value > max ? max : value;
  ParamMap*    params  = NULL;
  Status       st      = param_map_set(
    effects_find(services, id)->params, symbol, clamped, false, &params);
  Effect* const effect = st ? NULL : (Effect*)edit_copy(services, id, &st);
  if (!effect) {
    param_map_release(params);
    return st;
  }

  param_map_release(effect->params);
  effect->params = params;
  return edit_put(services, &effect->node);
}

Status
effects_set_key(Services* const services, const Id id, const Id channel)
{
  const Effect* const     effect = effects_find(services, id);
  const EffectInfo* const info =
    effect ? effects_type(services, string_text(effect->type)) : NULL;
  if (!info) {
    return STATUS_NOT_FOUND;
  }

  if (channel != ID_NONE && !info->has_key) {
    return services_fail(
      services, STATUS_UNSUPPORTED, "%s has no side chain", info->symbol);
  }

  char         way[200];
  char         key[ID_TEXT_SIZE];
  const Status found = channel == ID_NONE || channel == ID_MASTER
                         ? STATUS_NOT_FOUND
                         : route_find(services_document(services),
                                      effect->owner,
                                      channel,
                                      way,
                                      sizeof(way));
  if (!found || channel == ID_MASTER) {
    return services_fail(services,
                         STATUS_CONFLICT,
                         "%s can't be the side chain, since it comes from "
                         "there: %s",
                         id_format(channel, key),
                         channel == ID_MASTER ? "master" : way);
  }

  Status st = found == STATUS_NO_MEMORY ? edit_no_memory(services) : STATUS_OK;
  Effect* const copy = st ? NULL : (Effect*)edit_copy(services, id, &st);
  if (!copy) {
    return st;
  }

  copy->key = channel;
  return edit_put(services, &copy->node);
}
