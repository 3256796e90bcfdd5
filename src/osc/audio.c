// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /audio

#include "osc/call.h"
#include "osc/handlers.h"
#include "osc/later.h"
#include "osc/param.h"
#include "services/soundfont_zones.h"
#include "services/synthesis.h"

#include <stdbool.h>
#include <string.h>

static const char*
text_arg(const OscCall* const call, const uint32_t index)
{
  return index < call->num_args ? call->args[index].s : "";
}

/// `/audio/instruments/list ,ss`
Status
osc_audio_instruments_list(Services* const services, OscCall* const call)
{
  const Presets* const presets = synthesis_presets(services);
  uint32_t             count   = 0;
  for (uint32_t i = 0; i < presets_count(presets); ++i) {
    const Preset* const preset = presets_get(presets, i);
    if (preset_matches(preset, text_arg(call, 0), text_arg(call, 1))) {
      call_int(call, count++);
      call_string(call, preset->name);
      call_string(call, preset->label);
      call_string(call, preset->category);
      call_string(call, preset->tags);
      call_string(call, preset->own ? "own" : "given");
      call_item(call);
    }
  }

  call_end_list(call, count);
  return STATUS_OK;
}

/// True if a preset is the first of its category
static bool
begins_category(const Presets* const presets, const uint32_t index)
{
  const char* const category = presets_get(presets, index)->category;
  for (uint32_t i = 0; i < index; ++i) {
    if (!strcmp(presets_get(presets, i)->category, category)) {
      return false;
    }
  }
  return true;
}

/// `/audio/instruments/categories`
Status
osc_audio_instruments_categories(Services* const services, OscCall* const call)
{
  const Presets* const presets = synthesis_presets(services);
  uint32_t             count   = 0;
  for (uint32_t i = 0; i < presets_count(presets); ++i) {
    const char* const category = presets_get(presets, i)->category;
    if (begins_category(presets, i)) {
      uint32_t members = 0;
      for (uint32_t j = i; j < presets_count(presets); ++j) {
        members += !strcmp(presets_get(presets, j)->category, category);
      }
      call_int(call, count++);
      call_string(call, category);
      call_int(call, members);
      call_item(call);
    }
  }

  call_end_list(call, count);
  return STATUS_OK;
}

/// `/audio/instruments/{name}`
Status
osc_audio_instrument(Services* const services, OscCall* const call)
{
  const Preset* const preset =
    presets_find(synthesis_presets(services), call->words[0]);
  if (!preset) {
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "There is no instrument \"%s\" (see "
                         "/audio/instruments/list)",
                         call->words[0]);
  }

  for (uint32_t i = 0; i < preset->info->num_params; ++i) {
    const ParamInfo* const param = &preset->info->params[i];
    call_int(call, i);
    call_string(call, param->symbol);
    call_string(call, param_unit_word(param->unit));
    call_float(call, (double)param->min);
    call_float(call, (double)preset->values[i]);
    call_float(call, (double)param->max);
    call_string(call, param_scale_word(param->scale));
    call_item(call);
  }

  call_end_list(call, preset->info->num_params);
  return STATUS_OK;
}

/// `/audio/soundfonts/import ,s`
Status
osc_audio_soundfonts_import(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    soundfonts_import(services, call->args[0].s, &completion));
}

/// `/audio/preview ,iifs`
Status
osc_audio_preview(Services* const services, OscCall* const call)
{
  return synthesis_preview(services,
                           (uint8_t)call->args[0].i,
                           (uint8_t)call->args[1].i,
                           call->args[2].f,
                           call->args[3].s);
}

/// `/audio/server`
Status
osc_audio_server_get(Services* const services, OscCall* const call)
{
  const BackendInfo info = synthesis_backend(services);
  call_string(call, info.state == BACKEND_RUNNING ? "running" : "down");
  call_int(call, info.rate);
  call_int(call, info.period);
  call_float(call, (double)services_telemetry(services).load);
  call_int(call, (int64_t)info.xruns);
  call_string(call, info.driver);
  return STATUS_OK;
}

/// Ports that are listed
typedef struct {
  OscCall* call;
  uint32_t count;
} PortListing;

static void
list_port(void* const       handle,
          const char* const name,
          const char* const type,
          const bool        is_output)
{
  PortListing* const listing = (PortListing*)handle;
  call_int(listing->call, listing->count++);
  call_string(listing->call, name);
  call_string(listing->call, type);
  call_string(listing->call, is_output ? "output" : "input");
  call_item(listing->call);
}

/// `/audio/graph/ports`
Status
osc_audio_graph_ports(Services* const services, OscCall* const call)
{
  PortListing  listing = {call, 0};
  const Status st      = synthesis_ports(services, list_port, &listing);
  call_end_list(call, listing.count);
  return st;
}

/// Name what a track's input may be, beside ports
static void
list_input(PortListing* const listing,
           const char* const  name,
           const char* const  type)
{
  call_int(listing->call, listing->count++);
  call_string(listing->call, name);
  call_string(listing->call, type);
  call_item(listing->call);
}

/// Inputs that are listed
typedef struct {
  PortListing listing;
  const char* own; ///< Name of our own client, whose ports are no inputs
} InputListing;

static void
list_input_port(void* const       handle,
                const char* const name,
                const char* const type,
                const bool        is_output)
{
  InputListing* const inputs = (InputListing*)handle;
  const size_t        length = strlen(inputs->own);
  if (is_output &&
      (strncmp(name, inputs->own, length) != 0 || name[length] != ':')) {
    list_input(&inputs->listing, name, type);
  }
}

/// `/audio/inputs/list`
Status
osc_audio_inputs_list(Services* const services, OscCall* const call)
{
  // Without JACK there are the words alone
  static const char* const words[][2] = {{"", "any"},
                                         {"in_left", "audio"},
                                         {"in_right", "audio"},
                                         {"own", "any"},
                                         {"none", "any"}};

  const BackendInfo info   = synthesis_backend(services);
  InputListing      inputs = {{call, 0}, info.name ? info.name : ""};
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); ++i) {
    list_input(&inputs.listing, words[i][0], words[i][1]);
  }

  const Status st = synthesis_ports(services, list_input_port, &inputs);
  call_end_list(call, inputs.listing.count);
  return st == STATUS_UNSUPPORTED || st == STATUS_NOT_READY ? STATUS_OK : st;
}

static Status
connect_ports(Services* const services, OscCall* const call, const bool on)
{
  call_string(call, call->args[0].s);
  call_string(call, call->args[1].s);
  return synthesis_connect(services, call->args[0].s, call->args[1].s, on);
}

/// `/audio/graph/connect ,ss`
Status
osc_audio_graph_connect(Services* const services, OscCall* const call)
{
  return connect_ports(services, call, true);
}

/// `/audio/graph/disconnect ,ss`
Status
osc_audio_graph_disconnect(Services* const services, OscCall* const call)
{
  return connect_ports(services, call, false);
}
