// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /compositions/{c}/automation

#include "services/automation.h"

#include "osc/call.h"
#include "osc/call_address.h"
#include "osc/handlers.h"
#include "services/automation_target.h"
#include "services/composition_state.h"

#include <stdlib.h>

/// `/compositions/{c}/automation/list`
Status
osc_compositions_automation_list(Services* const services, OscCall* const call)
{
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_AUTOMATION];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Automation* const automation =
      (const Automation*)composition_find(root, order->ids[i]);
    call_int(call, i);
    call_id(call, automation->node.id);
    call_string(call, string_text(automation->address));
    call_id(call, automation->clip);
    call_int(call, automation->enabled);
    call_int(call, (int64_t)json_array_size(automation->points));
    call_item(call);
  }

  call_end_list(call, id_list_count(order));
  return STATUS_OK;
}

/// `/compositions/{c}/automation/create ,s(s)`
Status
osc_compositions_automation_create(Services* const services,
                                   OscCall* const  call)
{
  char     address[AUTOMATION_ADDRESS_SIZE];
  Id       id   = ID_NONE;
  const Id clip = call->num_args > 1 ? call->args[1].id : ID_NONE;
  Status   st =
    call_address(services, call, call->args[0].s, address, sizeof(address));
  st = st ? st : automation_create(services, address, clip, &id);
  call_id(call, id);
  return st;
}

/// `/compositions/{c}/automation/{automation}/delete`
Status
osc_compositions_automation_delete(Services* const services,
                                   OscCall* const  call)
{
  return things_delete(services, call->ids[1]);
}

/// A list that is being answered
typedef struct {
  OscCall* call;
  uint32_t count;
} Listing;

static void
list_point(void* const handle, const AutomationPoint* const point)
{
  Listing* const listing = (Listing*)handle;
  call_int(listing->call, listing->count++);
  call_beats(listing->call, point->at);
  call_float(listing->call, point->value);
  call_string(listing->call, automation_shapes[point->shape]);
  call_float(listing->call, point->shape == SHAPE_CURVE ? point->bend : 0.0);
  call_item(listing->call);
}

/// `/compositions/{c}/automation/{automation}/points/list`
Status
osc_compositions_points_list(Services* const services, OscCall* const call)
{
  Listing      listing = {call, 0};
  const Status st =
    automation_each_point(services, call->ids[1], list_point, &listing);
  if (!st) {
    call_end_list(call, listing.count);
  }

  return st;
}

/// `/compositions/{c}/automation/{automation}/points/set ,ff(sf)`
Status
osc_compositions_points_set(Services* const services, OscCall* const call)
{
  const CallArg* const  args  = call->args;
  const AutomationPoint point = {
    .at    = args[0].ticks,
    .value = args[1].f,
    .shape = call->num_args > 2 ? (AutomationShape)args[2].i : SHAPE_LINEAR,
    .bend  = call->num_args > 3 ? args[3].f : 0.5};
  return automation_put_points(services, call->ids[1], &point, 1);
}

/// `/compositions/{c}/automation/{automation}/points/add ,ffs...`
Status
osc_compositions_points_add(Services* const services, OscCall* const call)
{
  const uint32_t         count = call->num_args / 3u;
  AutomationPoint* const points =
    (AutomationPoint*)calloc(count, sizeof(AutomationPoint));
  if (!points) {
    return services_fail(services, STATUS_NO_MEMORY, "Out of memory");
  }

  for (uint32_t i = 0; i < count; ++i) {
    const CallArg* const args = &call->args[(size_t)i * 3u];
    points[i]                 = (AutomationPoint){.at    = args[0].ticks,
                                                  .value = args[1].f,
                                                  .shape = (AutomationShape)args[2].i,
                                                  .bend  = 0.5};
  }

  const Status st =
    automation_put_points(services, call->ids[1], points, count);
  free(points);
  return st;
}

/// `/compositions/{c}/automation/{automation}/points/remove ,f...`
Status
osc_compositions_points_remove(Services* const services, OscCall* const call)
{
  Status st = STATUS_OK;
  for (uint32_t i = 0; !st && i < call->num_args; ++i) {
    st =
      automation_remove_points(services, call->ids[1], &call->args[i].ticks, 1);
  }

  return st;
}

/// `/compositions/{c}/automation/{automation}/points/clear`
Status
osc_compositions_points_clear(Services* const services, OscCall* const call)
{
  return automation_clear_range(services, call->ids[1], 0, TICKS_MAX);
}

/// `/compositions/{c}/automation/{automation}/points/clear_range ,ff`
Status
osc_compositions_points_clear_range(Services* const services,
                                    OscCall* const  call)
{
  return automation_clear_range(
    services, call->ids[1], call->args[0].ticks, call->args[1].ticks);
}
