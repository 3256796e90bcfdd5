// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/mixer_groups.h"

#include "services/edit.h"

/// Most groups of a composition
#define MAX_GROUPS 1024u

Status
groups_create(Services* const services, const char* const name, Id* const out)
{
  const Composition* const root = services_document(services);
  if (table_count(root->things[KIND_GROUP]) >= MAX_GROUPS) {
    return services_fail(services,
                         STATUS_TOO_LARGE,
                         "A composition has at most %u groups",
                         MAX_GROUPS);
  }

  const Status st = composition_take_id(edit_draft(services), KIND_GROUP, out);
  Group* const group = st ? NULL : (Group*)node_new(NODE_GROUP, *out);
  if (!group || !edit_string(&group->name, name)) {
    node_release(group ? &group->node : NULL);
    return st ? st : edit_no_memory(services);
  }

  return edit_put(services, &group->node);
}

Status
groups_join(Services* const services, const Id channel, const Id group)
{
  if (channel == ID_MASTER) {
    return services_fail(
      services, STATUS_CONFLICT, "The master is in no group");
  }

  Status         st   = STATUS_OK;
  Channel* const copy = edit_copy_channel(services, channel, &st);
  if (!copy) {
    return st;
  }

  copy->group = group;
  return edit_put_channel(services, copy);
}

const Group*
group_of(const Composition* const root, const Channel* const channel)
{
  return channel->group == ID_NONE
           ? NULL
           : (const Group*)composition_find(root, channel->group);
}

bool
group_solos(const Composition* const root, const Channel* const channel)
{
  const Group* const group = group_of(root, channel);
  return channel->solo || (group && group->solo);
}

bool
group_each_member(const Composition* const root,
                  const Id                 group,
                  const GroupMemberFunc    func,
                  void* const              handle)
{
  static const Kind kinds[] = {KIND_TRACK, KIND_BUS};
  for (uint32_t k = 0; k < 2u; ++k) {
    const IdList* const order = root->order[kinds[k]];
    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      const Channel* const channel = composition_channel(root, order->ids[i]);
      if (channel->group == group && !func(handle, channel)) {
        return false;
      }
    }
  }

  return true;
}
