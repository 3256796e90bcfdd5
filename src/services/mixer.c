// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/mixer.h"

#include "services/composition_state.h"
#include "services/edit.h"
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

/// Whether what goes into `from` comes out at `to` sooner or later
static bool
leads_to(const Composition* const root, Id from, const Id to)
{
  // A way is no longer than there are buses
  for (uint32_t i = 0; i <= MAX_BUSES && from != ID_MASTER; ++i) {
    const Channel* const channel = composition_channel(root, from);
    if (from == to || !channel) {
      return from == to;
    }

    from = channel->output;
  }

  return from == to;
}

Status
mixer_set_output(Services* const services, const Id id, const Id output)
{
  const Composition* const root = services_document(services);
  const Kind               kind = id_kind(output);
  if (kind != KIND_BUS && kind != KIND_MASTER) {
    return services_fail(
      services, STATUS_BAD_ARGUMENT, "A channel goes to a bus or the master");
  }

  char from[ID_TEXT_SIZE];
  char to[ID_TEXT_SIZE];
  if (id == ID_MASTER || leads_to(root, output, id)) {
    return services_fail(services,
                         STATUS_CONFLICT,
                         "%s can't go to %s, which leads back to it",
                         id_format(id, from),
                         id_format(output, to));
  }

  Status         st      = STATUS_OK;
  Channel* const channel = edit_copy_channel(services, id, &st);
  if (!channel) {
    return st;
  }

  channel->output = output;
  return edit_put_channel(services, channel);
}
