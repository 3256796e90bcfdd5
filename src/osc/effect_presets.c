// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of the presets of effects and chains

#include "services/effect_presets.h"

#include "osc/call.h"
#include "osc/handlers.h"
#include "osc/later.h"
#include "services/effects.h"

#include <stdio.h>
#include <string.h>

/// `/effects/presets/list ,s`
Status
osc_effects_presets_list(Services* const services, OscCall* const call)
{
  const EffectInfo* const info =
    call->num_args ? effects_type(services, call->args[0].s) : NULL;
  if (call->num_args && !info) {
    return STATUS_NOT_FOUND;
  }

  const EffectPresets* const presets = effects_presets(services);
  uint32_t                   count   = 0;
  for (uint32_t i = 0; i < effect_presets_count(presets); ++i) {
    const EffectPreset* const preset = effect_presets_get(presets, i);
    if (!preset->chain && (!info || preset->effects[0].info == info)) {
      call_int(call, count++);
      call_string(call, preset->effects[0].info->symbol);
      call_string(call, preset->name);
      call_int(call, preset->own);
      call_item(call);
    }
  }

  call_end_list(call, count);
  return STATUS_OK;
}

/// `/effects/chain_presets/list`
Status
osc_effects_chain_presets_list(Services* const services, OscCall* const call)
{
  const EffectPresets* const presets = effects_presets(services);
  uint32_t                   count   = 0;
  for (uint32_t i = 0; i < effect_presets_count(presets); ++i) {
    const EffectPreset* const preset = effect_presets_get(presets, i);
    if (!preset->chain) {
      continue;
    }

    char types[400] = "";
    for (uint32_t e = 0; e < preset->count; ++e) {
      const size_t length = strlen(types);
      snprintf(types + length,
               sizeof(types) - length,
               "%s%s",
               e ? " " : "",
               preset->effects[e].info->symbol);
    }

    call_int(call, count++);
    call_string(call, preset->name);
    call_int(call, preset->own);
    call_string(call, types);
    call_item(call);
  }

  call_end_list(call, count);
  return STATUS_OK;
}

/// `/effects/{effect}/preset ,s`
Status
osc_effects_preset_set(Services* const services, OscCall* const call)
{
  call_string(call, call->args[0].s);
  return effects_set_preset(services, call->ids[0], call->args[0].s);
}

/// `/effects/chain_preset ,ss`
Status
osc_effects_chain_preset(Services* const services, OscCall* const call)
{
  call_string(call, call->args[1].s);
  return effects_set_chain_preset(services, call->args[0].id, call->args[1].s);
}

/// `/effects/{effect}/save_preset ,s`
Status
osc_effects_save_preset(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    effects_save_preset(services, call->ids[0], call->args[0].s, &completion));
}

/// `/effects/save_chain_preset ,ss`
Status
osc_effects_save_chain_preset(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    effects_save_chain_preset(
      services, call->args[0].id, call->args[1].s, &completion));
}
