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

// Sends

/// The send that a path names
static Status
find_send(Services* const services, const OscCall* const call, Send* const send)
{
  return mixer_send(services, call->ids[0], call->ids[1], send);
}

/// `/mixer/channels/{channel}/sends/list`
Status
osc_mixer_sends_list(Services* const services, OscCall* const call)
{
  const Composition* const root    = services_document(services);
  const Channel* const     channel = composition_channel(root, call->ids[0]);
  const SendList* const    sends   = channel ? channel->sends : NULL;
  const uint32_t           count   = sends ? sends->count : 0u;
  for (uint32_t i = 0; i < count; ++i) {
    const Send* const send = &sends->sends[i];
    call_int(call, i);
    call_id(call, send->bus);
    call_string(call, node_name(composition_find(root, send->bus)));
    call_float(call, send->level_db);
    call_int(call, send->pre);
    call_item(call);
  }

  call_end_list(call, count);
  return STATUS_OK;
}

/// `/mixer/channels/{channel}/sends/{bus}`
Status
osc_mixer_send_get(Services* const services, OscCall* const call)
{
  Send         send = {0};
  const Status st   = find_send(services, call, &send);
  call_float(call, send.level_db);
  return st;
}

/// `/mixer/channels/{channel}/sends/{bus} ,f`
Status
osc_mixer_send_set(Services* const services, OscCall* const call)
{
  Send         send = {0};
  const Status st   = find_send(services, call, &send);
  send.level_db     = call->args[0].f;
  call_float(call, send.level_db);
  return st ? st : mixer_set_send(services, call->ids[0], &send);
}

/// `/mixer/channels/{channel}/sends/{bus}/pre`
Status
osc_mixer_send_pre_get(Services* const services, OscCall* const call)
{
  Send         send = {0};
  const Status st   = find_send(services, call, &send);
  call_int(call, send.pre);
  return st;
}

/// `/mixer/channels/{channel}/sends/{bus}/pre ,i`
Status
osc_mixer_send_pre_set(Services* const services, OscCall* const call)
{
  Send         send = {0};
  const Status st   = find_send(services, call, &send);
  send.pre          = call->args[0].i;
  call_int(call, send.pre);
  return st ? st : mixer_set_send(services, call->ids[0], &send);
}

/// `/mixer/channels/{channel}/sends/{bus}/delete`
Status
osc_mixer_send_delete(Services* const services, OscCall* const call)
{
  return mixer_remove_send(services, call->ids[0], call->ids[1]);
}

// Monitoring

/// `/mixer/master/mono`
Status
osc_mixer_mono_get(Services* const services, OscCall* const call)
{
  call_int(call, mixer_mono(services));
  return STATUS_OK;
}

/// `/mixer/master/mono ,i`
Status
osc_mixer_mono_set(Services* const services, OscCall* const call)
{
  call_int(call, call->args[0].i);
  return mixer_set_mono(services, call->args[0].i);
}

/// `/mixer/master/dim`
Status
osc_mixer_dim_get(Services* const services, OscCall* const call)
{
  call_int(call, mixer_dim(services));
  return STATUS_OK;
}

/// `/mixer/master/dim ,i`
Status
osc_mixer_dim_set(Services* const services, OscCall* const call)
{
  call_int(call, call->args[0].i);
  return mixer_set_dim(services, call->args[0].i);
}

/// `/mixer/latency`
Status
osc_mixer_latency_get(Services* const services, OscCall* const call)
{
  call_int(call, mixer_latency(services));
  return STATUS_OK;
}
