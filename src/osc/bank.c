// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /bank: some channels at a time, for surfaces with few strips
//
// A bank is a view of one client on the tracks and buses in their order.  A
// strip that has no channel says so: it does not exist, has no name and its
// values are at rest; only setting it is refused.

#include "osc/dispatch_private.h"
#include "osc/field.h"
#include "osc/handlers.h"
#include "services/mixer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t
count_channels(const Composition* const root)
{
  return id_list_count(root->order[KIND_TRACK]) +
         id_list_count(root->order[KIND_BUS]);
}

/// The channel of a strip, ID_NONE for an empty one
static Status
find_strip(Services* const services, const OscCall* const call, Id* const out)
{
  const Composition* const root   = services_document(services);
  const IdList* const      tracks = root->order[KIND_TRACK];
  const IdList* const      buses  = root->order[KIND_BUS];
  const uint32_t           first  = id_list_count(tracks);
  char*                    end    = NULL;
  const long               slot   = strtol(call->words[0], &end, 10);
  *out                            = ID_NONE;
  if (*end || slot < 1 || slot > (long)call->client->bank.size) {
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "The bank has strips 1 to %u",
                         call->client->bank.size);
  }

  const uint32_t place = call->client->bank.first + (uint32_t)slot - 1u;
  if (place < first) {
    *out = tracks->ids[place];
  } else if (place - first < id_list_count(buses)) {
    *out = buses->ids[place - first];
  }
  return STATUS_OK;
}

/// Show other channels: all values of the bank may have changed
static void
move_to(OscCall* const call, Services* const services, const int64_t first)
{
  Bank* const   bank = &call->client->bank;
  const int64_t all  = count_channels(services_document(services));
  const int64_t last = all > 0 ? all - 1 : 0;
  bank->first        = (uint32_t)(first < 0 ? 0 : first > last ? last : first);
  subscriptions_refresh(call->client, "/bank/");
}

/// `/bank/size`
Status
osc_bank_size_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_int(call, call->client->bank.size);
  return STATUS_OK;
}

/// `/bank/size ,i`
Status
osc_bank_size_set(Services* const services, OscCall* const call)
{
  call->client->bank.size = (uint32_t)call->args[0].i;
  move_to(call, services, call->client->bank.first);
  return osc_bank_size_get(services, call);
}

/// `/bank/position`
Status
osc_bank_position_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_int(call, call->client->bank.first + 1);
  return STATUS_OK;
}

/// Up to the last channel
void
osc_bank_position_range(Services* const      services,
                        const OscCall* const call,
                        ArgInfo* const       arg)
{
  (void)call;
  const uint32_t all = count_channels(services_document(services));
  arg->max           = all > 1u ? all : 1u;
}

/// `/bank/position ,i`
Status
osc_bank_position_set(Services* const services, OscCall* const call)
{
  move_to(call, services, (int64_t)call->args[0].i - 1);
  return osc_bank_position_get(services, call);
}

/// `/bank/count`
Status
osc_bank_count_get(Services* const services, OscCall* const call)
{
  call_int(call, count_channels(services_document(services)));
  return STATUS_OK;
}

/// `/bank/next`
Status
osc_bank_next(Services* const services, OscCall* const call)
{
  const Bank* const bank = &call->client->bank;
  const uint32_t    next = bank->first + bank->size;
  if (next < count_channels(services_document(services))) {
    move_to(call, services, next);
  }
  return osc_bank_position_get(services, call);
}

/// `/bank/prev`
Status
osc_bank_prev(Services* const services, OscCall* const call)
{
  const Bank* const bank = &call->client->bank;
  move_to(call, services, (int64_t)bank->first - bank->size);
  return osc_bank_position_get(services, call);
}

// Strips

/// `/bank/strip/{strip}/exists`
Status
osc_bank_exists_get(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st = find_strip(services, call, &id);
  call_int(call, id != ID_NONE);
  return st;
}

/// `/bank/strip/{strip}/channel`
Status
osc_bank_channel_get(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st = find_strip(services, call, &id);
  call_id(call, id);
  return st;
}

/// `/bank/strip/{strip}/name`
Status
osc_bank_name_get(Services* const services, OscCall* const call)
{
  Id                id = ID_NONE;
  const Status      st = find_strip(services, call, &id);
  const Node* const node =
    id ? composition_find(services_document(services), id) : NULL;
  call_string(call, node ? node_name(node) : "");
  return st;
}

/// `/bank/strip/{strip}/color`
Status
osc_bank_color_get(Services* const services, OscCall* const call)
{
  Id                 id = ID_NONE;
  const Status       st = find_strip(services, call, &id);
  const Track* const track =
    id_kind(id) == KIND_TRACK
      ? composition_track(services_document(services), id)
      : NULL;
  call_string(call, track ? string_text(track->color) : "#000000");
  return st;
}

/// `/bank/strip/{strip}/meter`
Status
osc_bank_meter_get(Services* const services, OscCall* const call)
{
  Id         id    = ID_NONE;
  Status     st    = find_strip(services, call, &id);
  MixerMeter meter = {MIXER_METER_FLOOR_DB,
                      MIXER_METER_FLOOR_DB,
                      MIXER_METER_FLOOR_DB,
                      MIXER_METER_FLOOR_DB};
  if (!st && id) {
    st = mixer_meter(services, id, &meter);
  }
  call_float(call, meter.peak_left_db);
  call_float(call, meter.peak_right_db);
  call_float(call, meter.rms_left_db);
  call_float(call, meter.rms_right_db);
  return st;
}

/// A field of a strip's channel, at rest for an empty strip
Status
osc_bank_field_get(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st = find_strip(services, call, &id);
  if (st || id) {
    return st ? st : field_answer(services, call, id);
  }
  if (call->row->field->type == FIELD_BOOL) {
    call_int(call, 0);
  } else {
    const bool level = call->row->field->min == -60.0;
    call_float(call, level ? -60.0 : call->row->field->initial);
  }
  return STATUS_OK;
}

/// A field of a strip's channel
Status
osc_bank_field_set(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st = find_strip(services, call, &id);
  return st   ? st
         : id ? field_store(services, call, id)
              : services_fail(services,
                              STATUS_NOT_FOUND,
                              "Strip %s of the bank is empty",
                              call->words[0]);
}

bool
osc_bank_each_strip(const WordFunc func, void* const handle)
{
  // Those that a client does not show have no values
  for (unsigned i = 1; i <= LIMIT_BANK_STRIPS; ++i) {
    char word[16];
    snprintf(word, sizeof(word), "%u", i);
    if (!func(handle, word)) {
      return false;
    }
  }
  return true;
}
