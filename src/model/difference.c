// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/difference.h"

typedef struct {
  ChangeFunc func;
  void*      handle;
  Kind       kind;
  bool       channels; ///< Visit the channels of the things, not the things
} Visitor;

static const Channel*
channel_of(const Node* const node)
{
  return !node                      ? NULL
         : node->type == NODE_TRACK ? ((const Track*)node)->channel
         : node->type == NODE_BUS   ? ((const Bus*)node)->channel
                                    : NULL;
}

static bool
visit(void* const       handle,
      const uint32_t    number,
      const Node* const before,
      const Node* const after)
{
  const Visitor* const visitor = (const Visitor*)handle;
  Change               change  = {node_type_of_kind(visitor->kind),
                                  id_make(visitor->kind, number),
                                  before,
                                  after};

  if (visitor->channels) {
    const Channel* const a = channel_of(before);
    const Channel* const b = channel_of(after);
    change.type            = NODE_CHANNEL;
    change.before          = a ? &a->node : NULL;
    change.after           = b ? &b->node : NULL;
  }

  return change.before == change.after ||
         visitor->func(visitor->handle, &change);
}

bool
document_difference(const Composition* const old_root,
                    const Composition* const new_root,
                    const ChangeFunc         func,
                    void* const              handle)
{
  if (old_root == new_root) {
    return true;
  }

  const Change root = {NODE_COMPOSITION,
                       ID_COMPOSITION,
                       old_root ? &old_root->node : NULL,
                       &new_root->node};
  if (!func(handle, &root)) {
    return false;
  }

  const Channel* const old_master = old_root ? old_root->master : NULL;
  if (old_master != new_root->master) {
    const Change master = {NODE_CHANNEL,
                           ID_MASTER,
                           old_master ? &old_master->node : NULL,
                           &new_root->master->node};
    if (!func(handle, &master)) {
      return false;
    }
  }

  // What others refer to comes before them
  static const struct {
    Kind kind;
    bool channels;
  } steps[] = {
    {KIND_SAMPLE, false},
    {KIND_GROUP, false},
    {KIND_BUS, false},
    {KIND_BUS, true},
    {KIND_TRACK, false},
    {KIND_TRACK, true},
    {KIND_CLIP, false},
    {KIND_EFFECT, false},
    {KIND_SCENE, false},
    {KIND_MARKER, false},
    {KIND_SNAPSHOT, false},
    {KIND_AUTOMATION, false},
  };

  for (uint32_t i = 0; i < sizeof(steps) / sizeof(steps[0]); ++i) {
    Visitor visitor = {func, handle, steps[i].kind, steps[i].channels};
    if (!table_difference(old_root ? old_root->things[steps[i].kind] : NULL,
                          new_root->things[steps[i].kind],
                          visit,
                          &visitor)) {
      return false;
    }
  }

  return true;
}
