// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of drum kits

#include "osc/call.h"
#include "osc/handlers.h"
#include "osc/later.h"
#include "osc/param.h"
#include "services/composition_state.h"
#include "services/kit_import.h"
#include "services/services.h"
#include "services/synthesis.h"
#include "units/drum.h"
#include "units/sampler.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SYMBOL_SIZE 128

static const char*
text_arg(const OscCall* const call, const uint32_t index)
{
  return index < call->num_args ? call->args[index].s : "";
}

/// `/audio/kits/list ,ss`
Status
osc_audio_kits_list(Services* const services, OscCall* const call)
{
  const Presets* const kits  = synthesis_kits(services);
  uint32_t             count = 0;
  for (uint32_t i = 0; i < presets_count(kits); ++i) {
    const Preset* const kit = presets_get(kits, i);
    if (preset_matches(kit, text_arg(call, 0), text_arg(call, 1))) {
      call_int(call, count++);
      call_string(call, kit->name);
      call_string(call, kit->label);
      call_string(call, kit->category);
      call_string(call, kit->tags);
      call_float(call, (double)kit->tempo);
      call_string(call, kit->own ? "own" : "given");
      call_item(call);
    }
  }

  call_end_list(call, count);
  return STATUS_OK;
}

/// List a pad of a kit of recordings if it has any; returns how many
static uint32_t
list_sample_pad(OscCall* const      call,
                const Preset* const kit,
                const uint32_t      note,
                const uint32_t      index)
{
  const float* const pad = &kit->values[SAMPLE_KIT_PARAM(note, 0)];
  if (pad[SAMPLE_PAD_LEVEL] <= -60.0f) {
    return 0;
  }

  call_int(call, index);
  call_int(call, note);
  call_float(call, (double)pad[SAMPLE_PAD_LEVEL]);
  call_float(call, (double)pad[SAMPLE_PAD_PAN]);
  call_float(call, 0.0);
  call_int(call, (int64_t)pad[SAMPLE_PAD_CHOKE]);
  call_item(call);
  return 1;
}

/// `/audio/kits/import ,ss`
Status
osc_audio_kits_import(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    kits_import(services, call->args[0].s, text_arg(call, 1), &completion));
}

/// `/audio/kits/{name}`
Status
osc_audio_kit(Services* const services, OscCall* const call)
{
  const Preset* const kit =
    presets_find(synthesis_kits(services), call->words[0]);
  if (!kit) {
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "There is no kit \"%s\" (see /audio/kits/list)",
                         call->words[0]);
  }

  uint32_t   count     = 0;
  const bool is_sample = kit->info == &sample_kit_instrument;
  for (uint32_t note = KIT_FIRST; note <= KIT_LAST; ++note) {
    if (is_sample) {
      count += list_sample_pad(call, kit, note, count);
      continue;
    }
    const float* const pad = &kit->values[KIT_PARAM(note, 0)];
    if (pad[DRUM_LEVEL] > -60.0f) {
      call_int(call, count++);
      call_int(call, note);
      call_float(call, (double)pad[DRUM_LEVEL]);
      call_float(call, (double)pad[DRUM_PAN]);
      call_float(call, (double)pad[DRUM_PITCH]);
      call_int(call, (int64_t)pad[DRUM_CHOKE]);
      call_item(call);
    }
  }

  call_end_list(call, count);
  return STATUS_OK;
}

/// `/audio/preview_kit ,s`
Status
osc_audio_preview_kit(Services* const services, OscCall* const call)
{
  return synthesis_preview_kit(services, call->args[0].s);
}

/// `/compositions/{c}/tracks/{track}/kit ,s`
Status
osc_compositions_track_kit_set(Services* const services, OscCall* const call)
{
  call_string(call, call->args[0].s);
  return tracks_set_kit(services, call->ids[1], call->args[0].s);
}

/// The kit's parameter for the pad and parameter of an address
static void
pad_symbol(const OscCall* const call, char symbol[SYMBOL_SIZE])
{
  snprintf(
    symbol, SYMBOL_SIZE, "pad%.40s_%.70s", call->words[2], call->words[3]);
}

/// `/compositions/{c}/tracks/{track}/pads/{pad}/{param}`
Status
osc_compositions_track_pad_get(Services* const services, OscCall* const call)
{
  char symbol[SYMBOL_SIZE];
  pad_symbol(call, symbol);
  double       value = 0.0;
  const Status st    = tracks_param(services, call->ids[1], symbol, &value);
  call_float(call, value);
  return st;
}

/// `/compositions/{c}/tracks/{track}/pads/{pad}/{param} ,f`
Status
osc_compositions_track_pad_set(Services* const services, OscCall* const call)
{
  char symbol[SYMBOL_SIZE];
  pad_symbol(call, symbol);
  const Status st =
    tracks_set_param(services, call->ids[1], symbol, call->args[0].f);
  return st ? st : osc_compositions_track_pad_get(services, call);
}

/// The range of `/compositions/{c}/tracks/{track}/pads/{pad}/{param}`
void
osc_compositions_track_pad_range(Services* const      services,
                                 const OscCall* const call,
                                 ArgInfo* const       arg)
{
  char symbol[SYMBOL_SIZE];
  pad_symbol(call, symbol);
  const ParamInfo* const param =
    tracks_param_info(services, call->ids[1], symbol);
  if (param) {
    param_range(param, arg);
  }
}
