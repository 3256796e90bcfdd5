// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/route.h"

#include "services/mixer_groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOWHERE UINT32_MAX

/// A side chain: what goes into `from` acts on `to`
typedef struct {
  Id from;
  Id to;
} Key;

/// A walk from a channel along all ways
typedef struct {
  const Composition* root;
  uint32_t           num_tracks;
  uint32_t           num_channels; ///< With the master, which is the last
  uint32_t*          parents;      ///< By index, NOWHERE if not seen
  uint32_t*          stack;        ///< Seen, but not walked from
  uint32_t           num_stack;
  Key*               keys;
  uint32_t           num_keys;
} Walk;

static Id
id_at(const Walk* const walk, const uint32_t index)
{
  if (index + 1u == walk->num_channels) {
    return ID_MASTER;
  }

  return index < walk->num_tracks
           ? walk->root->order[KIND_TRACK]->ids[index]
           : walk->root->order[KIND_BUS]->ids[index - walk->num_tracks];
}

/// Index of a channel, NOWHERE if there is none
static uint32_t
index_of(const Walk* const walk, const Id id)
{
  if (id == ID_MASTER) {
    return walk->num_channels - 1u;
  }

  const Kind kind = id_kind(id);
  if (kind != KIND_TRACK && kind != KIND_BUS) {
    return NOWHERE;
  }

  const int64_t at = id_list_find(walk->root->order[kind], id);
  return at < 0 ? NOWHERE
                : (kind == KIND_BUS ? walk->num_tracks : 0u) + (uint32_t)at;
}

static bool
add_key(void* const handle, const uint32_t number, const Node* const node)
{
  Walk* const         walk   = (Walk*)handle;
  const Effect* const effect = (const Effect*)node;
  (void)number;
  if (effect->key != ID_NONE) {
    walk->keys[walk->num_keys++] = (Key){effect->key, effect->owner};
  }

  return true;
}

static void
walk_end(const Walk* const walk)
{
  free(walk->parents);
  free(walk->stack);
  free(walk->keys);
}

/// Prepare a walk; false if memory ran out
static bool
walk_begin(Walk* const walk, const Composition* const root, const bool keys)
{
  const Table* const effects = root->things[KIND_EFFECT];
  *walk                      = (Walk){.root = root};
  walk->num_tracks           = id_list_count(root->order[KIND_TRACK]);
  walk->num_channels =
    walk->num_tracks + id_list_count(root->order[KIND_BUS]) + 1u;
  walk->parents = (uint32_t*)malloc(walk->num_channels * sizeof(uint32_t));
  walk->stack   = (uint32_t*)malloc(walk->num_channels * sizeof(uint32_t));
  walk->keys    = (Key*)calloc(table_count(effects) + 1u, sizeof(Key));
  if (!walk->parents || !walk->stack || !walk->keys) {
    walk_end(walk);
    return false;
  }

  if (keys) {
    table_each(effects, add_key, walk);
  }

  return true;
}

/// Forget where the walk has been
static void
walk_from(Walk* const walk, const uint32_t index)
{
  memset(walk->parents, 0xFF, walk->num_channels * sizeof(uint32_t));
  walk->num_stack      = 1;
  walk->stack[0]       = index;
  walk->parents[index] = index;
}

static void
see(Walk* const walk, const uint32_t from, const Id id)
{
  const uint32_t index = index_of(walk, id);
  if (index != NOWHERE && walk->parents[index] == NOWHERE) {
    walk->parents[index]           = from;
    walk->stack[walk->num_stack++] = index;
  }
}

/// Go on; returns the channel come to, NOWHERE at the end
static uint32_t
walk_on(Walk* const walk)
{
  if (!walk->num_stack) {
    return NOWHERE;
  }

  const uint32_t       index   = walk->stack[--walk->num_stack];
  const Id             id      = id_at(walk, index);
  const Channel* const channel = composition_channel(walk->root, id);
  if (id != ID_MASTER) {
    see(walk, index, channel->output);
  }

  for (uint32_t i = 0; channel->sends && i < channel->sends->count; ++i) {
    see(walk, index, channel->sends->sends[i].bus);
  }

  for (uint32_t i = 0; i < walk->num_keys; ++i) {
    if (walk->keys[i].from == id) {
      see(walk, index, walk->keys[i].to);
    }
  }

  return index;
}

/// Write the way to a channel, from the start on
static void
write_way(const Walk* const walk,
          const uint32_t    index,
          char* const       text,
          const size_t      size)
{
  if (walk->parents[index] != index) {
    write_way(walk, walk->parents[index], text, size);
  }

  char         id[ID_TEXT_SIZE];
  const size_t length = strlen(text);
  snprintf(text + length,
           size - length,
           "%s%s",
           length ? " to " : "",
           id_format(id_at(walk, index), id));
}

Status
route_find(const Composition* const root,
           const Id                 from,
           const Id                 to,
           char* const              text,
           const size_t             size)
{
  Walk walk;
  text[0] = '\0';
  if (!walk_begin(&walk, root, true)) {
    return STATUS_NO_MEMORY;
  }

  const uint32_t start = index_of(&walk, from);
  const uint32_t end   = index_of(&walk, to);
  bool           found = false;
  if (start != NOWHERE && end != NOWHERE) {
    walk_from(&walk, start);
    for (uint32_t at = 0; !found && (at = walk_on(&walk)) != NOWHERE;) {
      found = at == end;
    }
  }

  if (found) {
    write_way(&walk, end, text, size);
  }

  walk_end(&walk);
  return found ? STATUS_OK : STATUS_NOT_FOUND;
}

/// Whether a walk from one channel comes to another, or to any that is soloed
/// if that is NOWHERE
static bool
comes_to(Walk* const walk, const uint32_t from, const uint32_t to)
{
  walk_from(walk, from);
  for (uint32_t at = 0; (at = walk_on(walk)) != NOWHERE;) {
    const Channel* const channel =
      composition_channel(walk->root, id_at(walk, at));
    if (to == NOWHERE ? group_solos(walk->root, channel) : at == to) {
      return true;
    }
  }

  return false;
}

bool
route_is_heard(const Composition* const root, const Id channel)
{
  Walk walk;
  if (!walk_begin(&walk, root, false)) {
    return true;
  }

  const uint32_t index = index_of(&walk, channel);
  bool           heard = index != NOWHERE && comes_to(&walk, index, NOWHERE);
  for (uint32_t i = 0;
       !heard && id_kind(channel) == KIND_BUS && i + 1u < walk.num_channels;
       ++i) {
    heard = group_solos(root, composition_channel(root, id_at(&walk, i))) &&
            comes_to(&walk, i, index);
  }

  walk_end(&walk);
  return heard;
}
