// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /mixer

#include "services/mixer.h"

#include "osc/call.h"
#include "osc/handlers.h"

/// An item of the list of channels
static void
list_channel(OscCall* const    call,
             const uint32_t    index,
             const Id          id,
             const char* const name,
             const char* const type)
{
  call_int(call, index);
  call_id(call, id);
  call_string(call, name);
  call_string(call, type);
  call_item(call);
}

/// `/mixer/channels/list`
Status
osc_mixer_channels_list(Services* const services, OscCall* const call)
{
  static const Kind        kinds[] = {KIND_TRACK, KIND_BUS};
  static const char* const types[] = {"track", "bus"};

  const Composition* const root  = services_document(services);
  uint32_t                 count = 0;
  for (uint32_t k = 0; k < 2u; ++k) {
    const IdList* const order = root->order[kinds[k]];
    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      const Id id = order->ids[i];
      list_channel(
        call, count++, id, node_name(composition_find(root, id)), types[k]);
    }
  }

  list_channel(call, count++, ID_MASTER, "Master", "master");
  call_end_list(call, count);
  return STATUS_OK;
}

/// `/mixer/channels/{channel}/meter`
Status
osc_mixer_meter_get(Services* const services, OscCall* const call)
{
  MixerMeter   meter = {0};
  const Status st    = mixer_meter(services, call->ids[0], &meter);
  call_float(call, meter.peak_left_db);
  call_float(call, meter.peak_right_db);
  call_float(call, meter.rms_left_db);
  call_float(call, meter.rms_right_db);
  return st;
}

/// `/mixer/channels/{channel}/output ,s`
Status
osc_mixer_output_set(Services* const services, OscCall* const call)
{
  call_id(call, call->args[0].id);
  return mixer_set_output(services, call->ids[0], call->args[0].id);
}

/// `/mixer/buses/list`
Status
osc_mixer_buses_list(Services* const services, OscCall* const call)
{
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_BUS];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    call_int(call, i);
    call_id(call, order->ids[i]);
    call_string(call, node_name(composition_find(root, order->ids[i])));
    call_item(call);
  }

  call_end_list(call, id_list_count(order));
  return STATUS_OK;
}

/// `/mixer/buses/create ,s`
Status
osc_mixer_bus_create(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st = mixer_create_bus(services, call->args[0].s, &id);
  call_id(call, id);
  return st;
}

/// `/mixer/buses/{bus}/delete`
Status
osc_mixer_bus_delete(Services* const services, OscCall* const call)
{
  return mixer_delete_bus(services, call->ids[0]);
}
