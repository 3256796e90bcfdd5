// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/document.h"

#include "model/document_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

Composition*
composition_new(const char* const id, const char* const name)
{
  Composition* const root =
    (Composition*)node_new(NODE_COMPOSITION, ID_COMPOSITION);
  if (!root) {
    return NULL;
  }

  string_release(root->id);
  string_release(root->name);
  root->id   = string_new(id);
  root->name = string_new(name);
  for (uint32_t k = 0; k < NUM_KINDS; ++k) {
    root->next_id[k] = 1;
  }

  if (!root->id || !root->name) {
    composition_release(root);
    return NULL;
  }

  return root;
}

const Node*
composition_find(const Composition* const composition, const Id id)
{
  const Kind kind = id_kind(id);
  return kind == KIND_COMPOSITION ? &composition->node
         : kind < NUM_KINDS
           ? table_find(composition->things[kind], id_number(id))
           : NULL;
}

const Channel*
composition_channel(const Composition* const composition, const Id id)
{
  if (id == ID_MASTER) {
    return composition->master;
  }

  const Node* const node = composition_find(composition, id);
  return !node                      ? NULL
         : node->type == NODE_TRACK ? ((const Track*)node)->channel
         : node->type == NODE_BUS   ? ((const Bus*)node)->channel
                                    : NULL;
}

const char*
node_name(const Node* const node)
{
  switch (node->type) {
    case NODE_COMPOSITION:
      return string_text(((const Composition*)node)->name);
    case NODE_TRACK:
      return string_text(((const Track*)node)->name);
    case NODE_CLIP:
      return string_text(((const Clip*)node)->name);
    case NODE_EFFECT:
      return string_text(((const Effect*)node)->name);
    case NODE_SAMPLE:
      return string_text(((const SampleNode*)node)->name);
    case NODE_BUS:
      return string_text(((const Bus*)node)->name);
    case NODE_SCENE:
      return string_text(((const Scene*)node)->name);
    case NODE_MARKER:
      return string_text(((const Marker*)node)->name);
    case NODE_GROUP:
      return string_text(((const Group*)node)->name);
    case NODE_SNAPSHOT:
      return string_text(((const Snapshot*)node)->name);
    default:
      return "";
  }
}

Composition*
composition_edit(Composition** const draft)
{
  Composition* const old = *draft;
  if (atomic_load_explicit(&old->node.refs, memory_order_acquire) == 1u) {
    return old;
  }

  Composition* const copy = (Composition*)node_copy(&old->node);
  if (copy) {
    composition_release(old);
    *draft = copy;
  }

  return copy;
}

Status
composition_take_id(Composition** const draft, const Kind kind, Id* const id)
{
  Composition* const root = composition_edit(draft);
  if (!root) {
    return STATUS_NO_MEMORY;
  }

  if (root->next_id[kind] >= ID_MAX_NUMBER) {
    return STATUS_TOO_LARGE;
  }

  *id = id_make(kind, root->next_id[kind]++);
  return STATUS_OK;
}

/// Kinds whose things have an order of their own
static bool
is_ordered(const Kind kind)
{
  return kind != KIND_CLIP && kind != KIND_EFFECT;
}

// The clips of a track are kept by start, then id

/// Whether clip `id` at `start` comes before the clip with `other_id`
static bool
clip_before(const Composition* const root,
            const Ticks              start,
            const Id                 id,
            const Id                 other_id)
{
  const Clip* const other = composition_clip(root, other_id);
  return start != other->start ? start < other->start : id < other_id;
}

/// Replace the clip list of a track; `clips` moves, null is out of memory
static Status
set_clip_list(Composition* const root, const Id track_id, IdList* const clips)
{
  const Track* const track = composition_track(root, track_id);
  Track* const       copy  = clips ? (Track*)node_copy(&track->node) : NULL;
  if (!copy) {
    id_list_release(clips);
    return STATUS_NO_MEMORY;
  }

  id_list_release(copy->clips);
  copy->clips = clips;
  return table_put(&root->things[KIND_TRACK], id_number(track_id), &copy->node);
}

/// Take a clip, which is still in the table, out of its track's list
static Status
unlist_clip(Composition* const root, const Clip* const clip)
{
  const Track* const track = composition_track(root, clip->track);
  const int64_t at = track ? id_list_find(track->clips, clip->node.id) : -1;
  return at < 0 ? STATUS_OK
                : set_clip_list(root,
                                clip->track,
                                id_list_remove(track->clips, (uint32_t)at));
}

/// Put a clip, which need not be in the table yet, into its track's list
static Status
list_clip(Composition* const root, const Clip* const clip)
{
  const Track* const track = composition_track(root, clip->track);
  if (!track) {
    return STATUS_NOT_FOUND;
  }

  uint32_t low  = 0;
  uint32_t high = id_list_count(track->clips);
  while (low < high) {
    const uint32_t middle = (low + high) / 2u;
    if (clip_before(
          root, clip->start, clip->node.id, track->clips->ids[middle])) {
      high = middle;
    } else {
      low = middle + 1u;
    }
  }

  return set_clip_list(
    root, clip->track, id_list_insert(track->clips, low, clip->node.id));
}

/// Keep the lists of a clip's old and new track when it is put
static Status
relist_clip(Composition* const root, const Clip* const clip)
{
  const Clip* const old = composition_clip(root, clip->node.id);
  if (old && old->track == clip->track && old->start == clip->start) {
    return STATUS_OK;
  }

  const Status st = old ? unlist_clip(root, old) : STATUS_OK;
  return st ? st : list_clip(root, clip);
}

/// Append an identifier to the order of its kind
static Status
append_order(Composition* const root, const Id id)
{
  IdList** const order = &root->order[id_kind(id)];
  IdList* const  list  = id_list_insert(*order, id_list_count(*order), id);
  if (!list) {
    return STATUS_NO_MEMORY;
  }

  id_list_release(*order);
  *order = list;
  return STATUS_OK;
}

Status
composition_put(Composition** const draft, Node* const node)
{
  const Kind         kind = id_kind(node->id);
  Composition* const root = composition_edit(draft);
  if (!root) {
    node_release(node);
    return STATUS_NO_MEMORY;
  }

  Status st =
    kind == KIND_CLIP ? relist_clip(root, (const Clip*)node) : STATUS_OK;
  if (!st && is_ordered(kind) && !composition_find(root, node->id)) {
    st = append_order(root, node->id);
  }

  if (st) {
    node_release(node);
    return st;
  }

  if (id_number(node->id) >= root->next_id[kind]) {
    root->next_id[kind] = id_number(node->id) + 1u;
  }

  return table_put(&root->things[kind], id_number(node->id), node);
}

Status
composition_put_channel(Composition** const draft, Channel* const channel)
{
  const Id           id   = channel->node.id;
  Composition* const root = composition_edit(draft);
  if (!root) {
    node_release(&channel->node);
    return STATUS_NO_MEMORY;
  }

  if (id == ID_MASTER) {
    node_release(&root->master->node);
    root->master = channel;
    return STATUS_OK;
  }

  const Node* const owner = composition_find(root, id);
  Node* const       copy  = owner ? node_copy(owner) : NULL;
  if (!copy) {
    node_release(&channel->node);
    return owner ? STATUS_NO_MEMORY : STATUS_NOT_FOUND;
  }

  Channel** const slot = copy->type == NODE_TRACK ? &((Track*)copy)->channel
                                                  : &((Bus*)copy)->channel;
  node_release(&(*slot)->node);
  *slot = channel;
  return table_put(&root->things[id_kind(id)], id_number(id), copy);
}

// Taking away

/// Take a node out of its table and order
static Status
take_out(Composition* const root, const Id id)
{
  IdList** const order = &root->order[id_kind(id)];
  const int64_t  at    = id_list_find(*order, id);
  if (at >= 0) {
    IdList* const list = id_list_remove(*order, (uint32_t)at);
    if (!list) {
      return STATUS_NO_MEMORY;
    }

    id_list_release(*order);
    *order = list;
  }

  return table_put(&root->things[id_kind(id)], id_number(id), NULL);
}

static Status
take_out_all(Composition* const root, const IdList* const ids)
{
  Status st = STATUS_OK;
  for (uint32_t i = 0; !st && i < id_list_count(ids); ++i) {
    st = take_out(root, ids->ids[i]);
  }

  return st;
}

/// Take an effect out of the chain that it is in
static Status
unchain_effect(Composition** const draft, const Effect* const effect)
{
  const Channel* const channel = composition_channel(*draft, effect->owner);
  const int64_t        at =
    channel ? id_list_find(channel->effects, effect->node.id) : -1;
  if (at < 0) {
    return STATUS_OK;
  }

  Channel* const copy = (Channel*)node_copy(&channel->node);
  if (!copy) {
    return STATUS_NO_MEMORY;
  }

  copy->effects = id_list_remove(channel->effects, (uint32_t)at);
  id_list_release(channel->effects);
  if (!copy->effects) {
    copy->effects = NULL;
    node_release(&copy->node);
    return STATUS_NO_MEMORY;
  }

  return composition_put_channel(draft, copy);
}

Status
composition_remove(Composition** const draft, const Id id)
{
  Composition* const root = composition_edit(draft);
  if (!root) {
    return STATUS_NO_MEMORY;
  }

  const Kind        kind = id_kind(id);
  const Node* const node = node_retain(composition_find(root, id));
  if (!node || kind == KIND_COMPOSITION) {
    node_release(node);
    return STATUS_NOT_FOUND;
  }

  Status st = composition_forget(draft, id);
  switch (st ? KIND_NONE : kind) {
    case KIND_TRACK:
      st = document_detach_key(draft, id);
      st = st ? st : take_out_all(root, ((const Track*)node)->clips);
      st = st ? st : take_out_all(root, ((const Track*)node)->channel->effects);
      break;
    case KIND_BUS:
      st = document_detach_key(draft, id);
      st = st ? st : take_out_all(root, ((const Bus*)node)->channel->effects);
      st = st ? st : document_detach_bus(draft, id);
      break;
    case KIND_GROUP:
      st = document_detach_group(draft, id);
      break;
    case KIND_SNAPSHOT:
      root->morph_from = root->morph_from == id ? ID_NONE : root->morph_from;
      root->morph_to   = root->morph_to == id ? ID_NONE : root->morph_to;
      break;
    case KIND_CLIP:
      st = unlist_clip(root, (const Clip*)node);
      break;
    case KIND_EFFECT:
      st = unchain_effect(draft, (const Effect*)node);
      break;
    default:
      break;
  }

  st = st ? st : take_out(root, id);
  node_release(node);
  return st;
}

// Orders

Status
composition_move(Composition** const draft,
                 const Id            id,
                 const uint32_t      position)
{
  const Kind          kind  = id_kind(id);
  const IdList* const order = (*draft)->order[kind];
  const int64_t       at    = id_list_find(order, id);
  if (at < 0) {
    return STATUS_NOT_FOUND;
  }

  IdList* const without = id_list_remove(order, (uint32_t)at);
  if (!without) {
    return STATUS_NO_MEMORY;
  }

  const uint32_t place = position < without->count ? position : without->count;
  IdList* const  moved = id_list_insert(without, place, id);
  id_list_release(without);
  return moved ? composition_set_order(draft, kind, moved) : STATUS_NO_MEMORY;
}

Status
composition_set_order(Composition** const draft,
                      const Kind          kind,
                      IdList* const       order)
{
  Composition* const root = composition_edit(draft);
  if (!root) {
    id_list_release(order);
    return STATUS_NO_MEMORY;
  }

  id_list_release(root->order[kind]);
  root->order[kind] = order;
  return STATUS_OK;
}

// Many clips at once

/// A clip's place in its track's list
typedef struct {
  Ticks start;
  Id    id;
} ClipPlace;

static int
compare_places(const void* const a, const void* const b)
{
  const ClipPlace* const x = (const ClipPlace*)a;
  const ClipPlace* const y = (const ClipPlace*)b;
  return x->start != y->start ? (x->start < y->start ? -1 : 1)
                              : (x->id > y->id) - (x->id < y->id);
}

Status
composition_put_clips(Composition** const draft,
                      const Id            track_id,
                      Node** const        clips,
                      const uint32_t      count)
{
  Composition* const root = composition_edit(draft);
  ClipPlace* const places = (ClipPlace*)malloc((count + 1u) * sizeof(*places));
  IdList* const    list   = id_list_new(count);
  Status           st = root && places && list ? STATUS_OK : STATUS_NO_MEMORY;
  for (uint32_t i = 0; i < count; ++i) {
    const Clip* const clip = (const Clip*)clips[i];
    if (st) {
      node_release(clips[i]);
      continue;
    }

    const uint32_t number = id_number(clip->node.id);
    places[i].start       = clip->start;
    places[i].id          = clip->node.id;
    if (number >= root->next_id[KIND_CLIP]) {
      root->next_id[KIND_CLIP] = number + 1u;
    }

    st = table_put(&root->things[KIND_CLIP], number, clips[i]);
  }

  if (!st) {
    qsort(places, count, sizeof(ClipPlace), compare_places);
    for (uint32_t i = 0; i < count; ++i) {
      list->ids[i] = places[i].id;
    }

    st = set_clip_list(root, track_id, list);
  } else {
    id_list_release(list);
  }

  free(places);
  return st;
}
