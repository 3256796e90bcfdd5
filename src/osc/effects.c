// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /effects, and of effects below /mixer

#include "services/effects.h"

#include "osc/call.h"
#include "osc/handlers.h"
#include "osc/param.h"

/// `/effects/types/list`
Status
osc_effects_types_list(Services* const services, OscCall* const call)
{
  (void)services;
  uint32_t                 count = 0;
  const EffectInfo* const* list  = effect_list(&count);
  for (uint32_t i = 0; i < count; ++i) {
    call_int(call, i);
    call_string(call, list[i]->symbol);
    call_string(call, list[i]->label);
    call_string(call, list[i]->category);
    call_item(call);
  }

  call_end_list(call, count);
  return STATUS_OK;
}

/// `/effects/types/{type}`
Status
osc_effects_type(Services* const services, OscCall* const call)
{
  const EffectInfo* const info = effects_type(services, call->words[0]);
  if (!info) {
    return STATUS_NOT_FOUND;
  }

  for (uint32_t i = 0; i < info->num_params; ++i) {
    const ParamInfo* const   param = &info->params[i];
    const char* const* const names = effect_choice(info, i);
    call_int(call, i);
    call_string(call, param->symbol);
    call_string(call, param_unit_word(param->unit));
    call_float(call, (double)param->min);
    call_float(call, (double)param->initial);
    call_float(call, (double)param->max);
    for (uint32_t n = 0; names && names[n]; ++n) {
      call_string(call, names[n]);
    }

    call_item(call);
  }

  call_end_list(call, info->num_params);
  return STATUS_OK;
}

/// `/effects/chain ,s`
Status
osc_effects_chain(Services* const services, OscCall* const call)
{
  const Composition* const root = services_document(services);
  const Channel* const channel  = composition_channel(root, call->args[0].id);
  const uint32_t       count    = channel ? id_list_count(channel->effects) : 0;
  for (uint32_t i = 0; i < count; ++i) {
    const Effect* const effect =
      (const Effect*)composition_find(root, channel->effects->ids[i]);
    call_int(call, i);
    call_id(call, effect->node.id);
    call_string(call, effects_name(effect));
    call_string(call, string_text(effect->type));
    call_int(call, effect->bypass);
    call_int(call, effects_latency(services, effect));
    call_item(call);
  }

  call_end_list(call, count);
  return STATUS_OK;
}

static Status
insert(Services* const services, OscCall* const call, const int64_t slot)
{
  Id           id = ID_NONE;
  const Status st =
    effects_insert(services, call->args[0].id, call->args[1].s, slot, &id);
  call_id(call, id);
  return st;
}

/// `/effects/add ,ss`
Status
osc_effects_add(Services* const services, OscCall* const call)
{
  return insert(services, call, 0);
}

/// `/effects/insert ,ssi`
Status
osc_effects_insert(Services* const services, OscCall* const call)
{
  return insert(services, call, call->args[2].i);
}

/// `/effects/clear ,s`
Status
osc_effects_clear(Services* const services, OscCall* const call)
{
  return effects_clear(services, call->args[0].id);
}

/// `/effects/{effect}/move ,i`
Status
osc_effects_move(Services* const services, OscCall* const call)
{
  return effects_move(services, call->ids[0], call->args[0].i);
}

/// `/effects/{effect}/delete`
Status
osc_effects_delete(Services* const services, OscCall* const call)
{
  return effects_delete(services, call->ids[0]);
}

/// `/effects/{effect}/key ,s`
Status
osc_effects_key_set(Services* const services, OscCall* const call)
{
  return effects_set_key(services, call->ids[0], call->args[0].id);
}

static Status
answer_param(Services* const   services,
             OscCall* const    call,
             const Id          effect,
             const char* const symbol)
{
  double       value = 0.0;
  const Status st    = effects_param(services, effect, symbol, &value);
  call_float(call, value);
  return st;
}

static Status
set_param(Services* const   services,
          OscCall* const    call,
          const Id          effect,
          const char* const symbol)
{
  const Status st =
    effects_set_param(services, effect, symbol, call->args[0].f);
  return st ? st : answer_param(services, call, effect, symbol);
}

static void
find_range(Services* const   services,
           const Id          effect,
           const char* const symbol,
           ArgInfo* const    arg)
{
  const ParamInfo* const param = effects_param_info(services, effect, symbol);
  if (param) {
    param_range(param, arg);
  }
}

/// `/effects/{effect}/{param}`
Status
osc_effects_param_get(Services* const services, OscCall* const call)
{
  return answer_param(services, call, call->ids[0], call->words[1]);
}

/// `/effects/{effect}/{param} ,f`
Status
osc_effects_param_set(Services* const services, OscCall* const call)
{
  return set_param(services, call, call->ids[0], call->words[1]);
}

/// The range of `/effects/{effect}/{param}`
void
osc_effects_param_range(Services* const      services,
                        const OscCall* const call,
                        ArgInfo* const       arg)
{
  find_range(services, call->ids[0], call->words[1], arg);
}

/// The effect that a path names by channel and slot; ID_NONE (noted) if none
static Id
slot_effect(Services* const services, const OscCall* const call)
{
  return effects_at(services, call->ids[0], call->words[1]);
}

/// `/mixer/channels/{channel}/effects/{slot}/{param}`
Status
osc_mixer_effect_param_get(Services* const services, OscCall* const call)
{
  const Id effect = slot_effect(services, call);
  return effect == ID_NONE
           ? STATUS_NOT_FOUND
           : answer_param(services, call, effect, call->words[2]);
}

/// `/mixer/channels/{channel}/effects/{slot}/{param} ,f`
Status
osc_mixer_effect_param_set(Services* const services, OscCall* const call)
{
  const Id effect = slot_effect(services, call);
  return effect == ID_NONE ? STATUS_NOT_FOUND
                           : set_param(services, call, effect, call->words[2]);
}

/// The range of `/mixer/channels/{channel}/effects/{slot}/{param}`
void
osc_mixer_effect_param_range(Services* const      services,
                             const OscCall* const call,
                             ArgInfo* const       arg)
{
  const Id effect = slot_effect(services, call);
  if (effect != ID_NONE) {
    find_range(services, effect, call->words[2], arg);
  }
}
