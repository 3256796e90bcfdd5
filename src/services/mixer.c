// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/mixer.h"

#include "services/composition_state.h"
#include "services/edit.h"
#include "services/route.h"
#include "services/services_private.h"
#include "services/streams.h"

#include <math.h>

static double
level_db(const double level)
{
  const double db = level > 0.0 ? 20.0 * log10(level) : MIXER_METER_FLOOR_DB;
  return db > MIXER_METER_FLOOR_DB ? db : MIXER_METER_FLOOR_DB;
}

Status
mixer_meter(Services* const services, const Id channel, MixerMeter* const out)
{
  StreamMeter  meter = {0};
  const Status st    = streams_meter(services, channel, &meter);
  out->peak_left_db  = level_db((double)meter.peak_left);
  out->peak_right_db = level_db((double)meter.peak_right);
  out->rms_left_db   = level_db((double)meter.rms_left);
  out->rms_right_db  = level_db((double)meter.rms_right);
  return st;
}

Status
mixer_create_bus(Services* const   services,
                 const char* const name,
                 Id* const         out)
{
  if (table_count(services_document(services)->things[KIND_BUS]) >= MAX_BUSES) {
    return services_fail(services,
                         STATUS_TOO_LARGE,
                         "A composition has at most %u buses",
                         MAX_BUSES);
  }

  const Status st  = composition_take_id(edit_draft(services), KIND_BUS, out);
  Bus* const   bus = st ? NULL : (Bus*)node_new(NODE_BUS, *out);
  if (!bus || !edit_string(&bus->name, name)) {
    node_release(bus ? &bus->node : NULL);
    return st ? st : edit_no_memory(services);
  }

  return edit_put(services, &bus->node);
}

Status
mixer_delete_bus(Services* const services, const Id bus)
{
  return things_delete(services, bus);
}

/// Check that a channel may lead to a bus or the master without coming back
static Status
check_way(Services* const services, const Id from, const Id to)
{
  char         way[200];
  char         text[ID_TEXT_SIZE];
  const Status found =
    route_find(services_document(services), to, from, way, sizeof(way));
  if (found == STATUS_NO_MEMORY) {
    return edit_no_memory(services);
  }

  return found ? STATUS_OK
               : services_fail(services,
                               STATUS_CONFLICT,
                               "%s can't go where it comes back from: %s",
                               id_format(from, text),
                               way);
}

Status
mixer_set_output(Services* const services, const Id id, const Id output)
{
  const Kind kind = id_kind(output);
  if (kind != KIND_BUS && kind != KIND_MASTER) {
    return services_fail(
      services, STATUS_BAD_ARGUMENT, "A channel goes to a bus or the master");
  }

  if (id == ID_MASTER) {
    return services_fail(
      services, STATUS_CONFLICT, "The master goes to no other channel");
  }

  Status         st      = check_way(services, id, output);
  Channel* const channel = st ? NULL : edit_copy_channel(services, id, &st);
  if (!channel) {
    return st;
  }

  channel->output = output;
  return edit_put_channel(services, channel);
}

// Sends

/// The send of a channel to a bus, or null
static const Send*
find_send(const Channel* const channel, const Id bus)
{
  for (uint32_t i = 0; channel->sends && i < channel->sends->count; ++i) {
    if (channel->sends->sends[i].bus == bus) {
      return &channel->sends->sends[i];
    }
  }

  return NULL;
}

Status
mixer_send(Services* const services, const Id id, const Id bus, Send* const out)
{
  const Channel* const channel =
    composition_channel(services_document(services), id);
  if (!channel) {
    return edit_not_found(services, id);
  }

  const Send* const send = find_send(channel, bus);
  *out = send ? *send : (Send){.bus = bus, .level_db = MIXER_SEND_OFF_DB};
  return STATUS_OK;
}

/// A list with a send in the place of the one to its bus, or behind all
static SendList*
sends_with(const SendList* const sends, const Send* const send)
{
  const uint32_t count = sends ? sends->count : 0u;
  uint32_t       at    = 0;
  while (at < count && sends->sends[at].bus != send->bus) {
    ++at;
  }

  SendList* const list = send_list_new(at == count ? count + 1u : count);
  for (uint32_t i = 0; list && i < count; ++i) {
    list->sends[i] = sends->sends[i];
  }

  if (list) {
    list->sends[at] = *send;
  }

  return list;
}

Status
mixer_set_send(Services* const services, const Id id, const Send* const send)
{
  const Channel* const old =
    composition_channel(services_document(services), id);
  if (!old) {
    return edit_not_found(services, id);
  }

  if (id == ID_MASTER) {
    return services_fail(
      services, STATUS_CONFLICT, "The master goes to no other channel");
  }

  Status st =
    find_send(old, send->bus) ? STATUS_OK : check_way(services, id, send->bus);
  if (st) {
    return st;
  }

  SendList* const list    = sends_with(old->sends, send);
  Channel* const  channel = list ? edit_copy_channel(services, id, &st) : NULL;
  if (!channel) {
    send_list_release(list);
    return st ? st : edit_no_memory(services);
  }

  send_list_release(channel->sends);
  channel->sends = list;
  return edit_put_channel(services, channel);
}

Status
mixer_remove_send(Services* const services, const Id id, const Id bus)
{
  const Channel* const old =
    composition_channel(services_document(services), id);
  if (!old || !find_send(old, bus)) {
    char from[ID_TEXT_SIZE];
    char to[ID_TEXT_SIZE];
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "%s has no send to %s",
                         id_format(id, from),
                         id_format(bus, to));
  }

  const uint32_t  count = old->sends->count;
  SendList* const list  = count > 1u ? send_list_new(count - 1u) : NULL;
  Status st = list || count == 1u ? STATUS_OK : edit_no_memory(services);
  Channel* const channel = st ? NULL : edit_copy_channel(services, id, &st);
  if (!channel) {
    send_list_release(list);
    return st;
  }

  for (uint32_t i = 0, n = 0; i < count; ++i) {
    if (old->sends->sends[i].bus != bus) {
      list->sends[n++] = old->sends->sends[i];
    }
  }

  send_list_release(channel->sends);
  channel->sends = list;
  return edit_put_channel(services, channel);
}

// Monitoring

/// How much a dim turns down
#define DIM_DB (-20.0f)

static Status
set_monitor(Services* const services, const StripParam param, const float value)
{
  const Operation op = {
    .type = OPERATION_MONITOR, .param = param, .value = value};
  return edit_request(services, &op);
}

bool
mixer_mono(const Services* const services)
{
  return services->mono;
}

bool
mixer_dim(const Services* const services)
{
  return services->dim;
}

Status
mixer_set_mono(Services* const services, const bool on)
{
  services->mono = on;
  return set_monitor(services, STRIP_WIDTH, on ? 0.0f : 1.0f);
}

Status
mixer_set_dim(Services* const services, const bool on)
{
  services->dim = on;
  return set_monitor(services, STRIP_FADER, on ? DIM_DB : 0.0f);
}

uint32_t
mixer_latency(const Services* const services)
{
  return feed_latency(services->feed);
}
