// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of the general addresses

#include "base/version.h"
#include "osc/dispatch_private.h"
#include "osc/handlers.h"
#include "osc/shape.h"
#include "services/composition_store.h"
#include "services/playback.h"
#include "services/synthesis.h"

#include <stdio.h>
#include <string.h>

/// Rate of a subscription that names none, in Hz
#define DEFAULT_RATE 30.0

/// `/ping`
Status
osc_general_ping(Services* const services, OscCall* const call)
{
  (void)services;
  (void)call;
  return STATUS_OK;
}

/// `/version`
Status
osc_general_version_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_string(call, "sonic-claude");
  call_string(call, SONIC_VERSION);
  return STATUS_OK;
}

/// `/status`
Status
osc_general_status_get(Services* const services, OscCall* const call)
{
  const Telemetry   telemetry = services_telemetry(services);
  const BackendInfo info      = synthesis_backend(services);
  call_string(call, playback_state(services));
  call_beats(call, playback_position(services));
  call_float(call, tempo_to_bpm(telemetry.tempo));
  call_float(call, (double)telemetry.load);
  call_int(call, (int64_t)info.xruns);
  call_string(call, compositions_current(services));
  call_int(call, (int64_t)(services_revision(services) & INT32_MAX));
  return STATUS_OK;
}

// `/help`

/// Say what a row does
static void
describe(OscCall* const call, const OscRow* const row)
{
  char tags[SCHEMA_TAGS_SIZE];
  call_string(call, row->path);
  call_string(call, access_name(row->access));
  call_string(call, row_type_tags(row, tags));
  call_string(call, row->summary);
}

/// A list of rows that is being answered
typedef struct {
  OscCall* call;
  uint32_t count;
} HelpList;

static bool
list_row(void* const handle, const Shape* const shape)
{
  HelpList* const list = (HelpList*)handle;
  if (!shape->events && !shape->twin) {
    describe(list->call, shape->row);
    call_item(list->call);
    ++list->count;
  }
  return true;
}

/// The row of an address, or of a path as the schema has it
static const OscRow*
find_row(Dispatch* const dispatch, const char* const address)
{
  static TreeMatch match;
  char             plain[LIMIT_ADDRESS_CHARS + 1u];
  uint32_t         size = 0;
  for (const char* c = address; *c && size < LIMIT_ADDRESS_CHARS; ++c) {
    plain[size] = *c;
    size += *c != '{' && *c != '}';
  }
  plain[size] = '\0';
  return tree_match(dispatch->tree, plain, &match) ? NULL : match.row;
}

/// `/help ,s`
Status
osc_general_help(Services* const services, OscCall* const call)
{
  Dispatch* const     dispatch = call_dispatch(call);
  const char* const   address  = call->args[0].s;
  const OscRow* const row      = find_row(dispatch, address);
  if (row) {
    describe(call, row);
    return STATUS_OK;
  }

  // Not one address: all below it, or all that a pattern meets
  char         pattern[LIMIT_ADDRESS_CHARS + 1u];
  char         reason[REASON_SIZE];
  PatternParts parts;
  HelpList     list  = {call, 0};
  uint32_t     steps = LIMIT_PACKET_STEPS;
  snprintf(pattern,
           sizeof(pattern),
           "%s%s",
           address,
           pattern_is_literal(address) ? "//" : "");
  const Status status = pattern_cut(pattern, &parts, reason);
  if (status) {
    return services_fail(services, status, "%s", reason);
  }
  pattern_each_shape(dispatch->tree, &parts, &steps, list_row, &list);
  if (!list.count) {
    return services_fail(
      services, STATUS_UNKNOWN_ADDRESS, "There is no such address");
  }
  call_end_list(call, list.count);
  return STATUS_OK;
}

/// `/panic`
Status
osc_general_panic(Services* const services, OscCall* const call)
{
  (void)call;
  return playback_panic(services);
}

/// `/clock`: the last whole frame and its time, so that the two belong together
Status
osc_general_clock_get(Services* const services, OscCall* const call)
{
  Dispatch* const dispatch = call_dispatch(call);
  const Moment    moment   = dispatch->config.now(dispatch->config.handle);
  uint64_t        frame    = 0;
  uint64_t        realtime = moment.realtime;
  (void)services;
  if (timebase_frame(&dispatch->timebase, (int64_t)moment.monotonic, &frame)) {
    const int64_t nanos = timebase_nanos(&dispatch->timebase, frame);
    realtime += (uint64_t)(nanos - (int64_t)moment.monotonic);

    // Its timetags are worked out from this for a while
    call->client->clock_frame = frame;
    call->client->clock_nanos = nanos;
    call->client->clock_until =
      moment.monotonic + LIMIT_HELD_SECONDS * UINT64_C(1000000000);
  }

  const uint64_t ntp = ntp_from_realtime(realtime);
  call_int(call, (int32_t)(uint32_t)(ntp >> 32u));
  call_int(call, (int32_t)(uint32_t)ntp);
  call_int(call, (int32_t)(uint32_t)frame);
  call_float(call, dispatch->backend.rate);
  return STATUS_OK;
}

/// `/sync ,i`
Status
osc_general_sync(Services* const services, OscCall* const call)
{
  (void)services;
  call_reply(call)->answered = true;
  return dispatch_sync(call_dispatch(call), call->args[0].i);
}

/// `/subscribe ,sf`
Status
osc_general_subscribe(Services* const services, OscCall* const call)
{
  Dispatch* const dispatch = call_dispatch(call);
  const Scope     scope    = dispatch_scope(dispatch);
  const double    rate = call->num_args > 1 ? call->args[1].f : DEFAULT_RATE;
  char            reason[REASON_SIZE] = "";
  uint32_t        count               = 0;
  const Status    status = subscriptions_add(dispatch->subscriptions,
                                          call->client,
                                          &scope,
                                          call->args[0].s,
                                          rate,
                                          &count,
                                          reason);
  if (status) {
    return services_fail(services, status, "%s", reason);
  }
  call_string(call, call->args[0].s);
  call_int(call, count);
  return STATUS_OK;
}

/// `/unsubscribe ,s`
Status
osc_general_unsubscribe(Services* const services, OscCall* const call)
{
  Dispatch* const dispatch = call_dispatch(call);
  const Scope     scope    = dispatch_scope(dispatch);
  if (subscriptions_remove(
        dispatch->subscriptions, call->client, &scope, call->args[0].s)) {
    return services_fail(
      services, STATUS_NOT_FOUND, "There is no subscription to this pattern");
  }
  call_string(call, call->args[0].s);
  return STATUS_OK;
}
