// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/document_private.h"

#include <stdlib.h>

/// Effects with a certain side chain
typedef struct {
  Id       channel;
  Id*      effects;
  uint32_t count;
} Keyed;

static bool
visit(void* const handle, const uint32_t number, const Node* const node)
{
  Keyed* const keyed = (Keyed*)handle;
  (void)number;
  if (((const Effect*)node)->key == keyed->channel) {
    keyed->effects[keyed->count++] = node->id;
  }

  return true;
}

Status
document_detach_key(Composition** const draft, const Id channel)
{
  const Table* const effects = (*draft)->things[KIND_EFFECT];
  Keyed              keyed   = {.channel = channel};
  keyed.effects = (Id*)malloc((table_count(effects) + 1u) * sizeof(Id));
  if (!keyed.effects) {
    return STATUS_NO_MEMORY;
  }

  table_each(effects, visit, &keyed);

  Status st = STATUS_OK;
  for (uint32_t i = 0; !st && i < keyed.count; ++i) {
    Effect* const copy =
      (Effect*)node_copy(composition_find(*draft, keyed.effects[i]));
    if (copy) {
      copy->key = ID_NONE;
    }

    st = copy ? composition_put(draft, &copy->node) : STATUS_NO_MEMORY;
  }

  free(keyed.effects);
  return st;
}

/// A copy of a channel without what leads to a bus; null: none or no memory
static Status
detach_channel(Composition** const  draft,
               const Channel* const channel,
               const Id             bus)
{
  const SendList* const sends = channel->sends;
  uint32_t              kept  = 0;
  for (uint32_t i = 0; sends && i < sends->count; ++i) {
    kept += sends->sends[i].bus != bus;
  }

  const bool sends_change = sends && kept != sends->count;
  if (!sends_change && channel->output != bus) {
    return STATUS_OK;
  }

  Channel* const  copy = (Channel*)node_copy(&channel->node);
  SendList* const list = kept ? send_list_new(kept) : NULL;
  if (!copy || (kept && !list)) {
    send_list_release(list);
    node_release(copy ? &copy->node : NULL);
    return STATUS_NO_MEMORY;
  }

  for (uint32_t i = 0, n = 0; kept && i < sends->count; ++i) {
    if (sends->sends[i].bus != bus) {
      list->sends[n++] = sends->sends[i];
    }
  }

  send_list_release(copy->sends);
  copy->sends  = list;
  copy->output = copy->output == bus ? ID_MASTER : copy->output;
  return composition_put_channel(draft, copy);
}

/// Take a channel out of a group, if it is in it
static Status
leave_group(Composition** const  draft,
            const Channel* const channel,
            const Id             group)
{
  if (channel->group != group) {
    return STATUS_OK;
  }

  Channel* const copy = (Channel*)node_copy(&channel->node);
  if (!copy) {
    return STATUS_NO_MEMORY;
  }

  copy->group = ID_NONE;
  return composition_put_channel(draft, copy);
}

/// Detach all channels of tracks and buses from a bus or a group
static Status
detach_all(Composition** const draft,
           const Id            id,
           Status (*detach)(Composition**, const Channel*, Id))
{
  static const Kind kinds[] = {KIND_TRACK, KIND_BUS};

  Status st = STATUS_OK;
  for (uint32_t k = 0; k < 2u; ++k) {
    IdList* const order = id_list_retain((*draft)->order[kinds[k]]);
    for (uint32_t i = 0; !st && i < id_list_count(order); ++i) {
      st = detach(draft, composition_channel(*draft, order->ids[i]), id);
    }

    id_list_release(order);
  }

  return st;
}

Status
document_detach_bus(Composition** const draft, const Id bus)
{
  return detach_all(draft, bus, detach_channel);
}

Status
document_detach_group(Composition** const draft, const Id group)
{
  return detach_all(draft, group, leave_group);
}
