// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of the mixer's snapshots

#include "services/mixer_snapshots.h"

#include "osc/call.h"
#include "osc/handlers.h"
#include "services/composition_state.h"

/// `/mixer/snapshots/list`
Status
osc_mixer_snapshots_list(Services* const services, OscCall* const call)
{
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_SNAPSHOT];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    call_int(call, i);
    call_id(call, order->ids[i]);
    call_string(call, node_name(composition_find(root, order->ids[i])));
    call_item(call);
  }

  call_end_list(call, id_list_count(order));
  return STATUS_OK;
}

/// `/mixer/snapshots/create ,s`
Status
osc_mixer_snapshot_create(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st = snapshots_create(services, call->args[0].s, &id);
  call_id(call, id);
  return st;
}

/// `/mixer/snapshots/{snapshot}/update`
Status
osc_mixer_snapshot_update(Services* const services, OscCall* const call)
{
  return snapshots_update(services, call->ids[0]);
}

/// `/mixer/snapshots/{snapshot}/recall`
Status
osc_mixer_snapshot_recall(Services* const services, OscCall* const call)
{
  return snapshots_recall(services, call->ids[0]);
}

/// `/mixer/snapshots/{snapshot}/delete`
Status
osc_mixer_snapshot_delete(Services* const services, OscCall* const call)
{
  return things_delete(services, call->ids[0]);
}

/// `/mixer/morph ,f`
Status
osc_mixer_morph_set(Services* const services, OscCall* const call)
{
  return snapshots_morph(services, call->args[0].f);
}
