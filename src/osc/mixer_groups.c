// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of the mixer's groups

#include "services/mixer_groups.h"

#include "osc/call.h"
#include "osc/handlers.h"
#include "services/composition_state.h"

/// Count a channel of a group (a GroupMemberFunc)
static bool
count(void* const handle, const Channel* const channel)
{
  (void)channel;
  ++*(uint32_t*)handle;
  return true;
}

/// `/mixer/groups/list`
Status
osc_mixer_groups_list(Services* const services, OscCall* const call)
{
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_GROUP];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    uint32_t members = 0;
    group_each_member(root, order->ids[i], count, &members);
    call_int(call, i);
    call_id(call, order->ids[i]);
    call_string(call, node_name(composition_find(root, order->ids[i])));
    call_int(call, members);
    call_item(call);
  }

  call_end_list(call, id_list_count(order));
  return STATUS_OK;
}

/// `/mixer/groups/create ,s`
Status
osc_mixer_group_create(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st = groups_create(services, call->args[0].s, &id);
  call_id(call, id);
  return st;
}

/// `/mixer/groups/{group}/delete`
Status
osc_mixer_group_delete(Services* const services, OscCall* const call)
{
  return things_delete(services, call->ids[0]);
}

/// `/mixer/channels/{channel}/group ,s`
Status
osc_mixer_group_set(Services* const services, OscCall* const call)
{
  return groups_join(services, call->ids[0], call->args[0].id);
}

/// A list under way
typedef struct {
  const Composition* root;
  OscCall*           call;
  uint32_t           count;
} Listing;

/// List a channel of a group (a GroupMemberFunc)
static bool
list_member(void* const handle, const Channel* const channel)
{
  Listing* const listing = (Listing*)handle;
  const Id       id      = channel->node.id;
  call_int(listing->call, listing->count++);
  call_id(listing->call, id);
  call_string(listing->call, node_name(composition_find(listing->root, id)));
  call_item(listing->call);
  return true;
}

/// `/mixer/groups/{group}/members/list`
Status
osc_mixer_group_members_list(Services* const services, OscCall* const call)
{
  Listing listing = {services_document(services), call, 0};
  group_each_member(listing.root, call->ids[0], list_member, &listing);
  call_end_list(call, listing.count);
  return STATUS_OK;
}
