// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/updates.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 64u

Updates*
updates_new(uint32_t* const total)
{
  Updates* const updates = (Updates*)calloc(1, sizeof(Updates));
  if (!updates) {
    return NULL;
  }

  updates->total       = total;
  updates->num_buckets = FIRST_BUCKETS;
  updates->buckets     = (Update**)calloc(FIRST_BUCKETS, sizeof(Update*));
  updates->things      = (ThingLink**)calloc(FIRST_BUCKETS, sizeof(ThingLink*));
  if (!updates->buckets || !updates->things) {
    updates_free(updates);
    return NULL;
  }
  return updates;
}

void
updates_free(Updates* const updates)
{
  if (!updates) {
    return;
  }

  for (uint32_t i = 0; updates->buckets && i < updates->num_buckets; ++i) {
    for (Update* update = updates->buckets[i]; update;) {
      Update* const next = update->chain;
      free(update);
      update = next;
    }
  }
  *updates->total -= updates->count;
  free(updates->buckets);
  free(updates->things);
  free(updates);
}

static Update**
bucket_of(const Updates* const updates, const uint64_t control)
{
  return &updates->buckets[(control >> 17u) & (updates->num_buckets - 1u)];
}

// Derived values by thing

static ThingLink**
things_of(const Updates* const updates, const Id id)
{
  const uint64_t hash = (uint64_t)id * 0x9e3779b97f4a7c15u;
  return &updates->things[(hash >> 40u) & (updates->num_buckets - 1u)];
}

static void
link_thing(const Updates* const updates, ThingLink* const link)
{
  ThingLink** const first = things_of(updates, link->id);
  link->prev              = NULL;
  link->next              = *first;
  if (*first) {
    (*first)->prev = link;
  }
  *first = link;
}

static void
unlink_thing(const Updates* const updates, const ThingLink* const link)
{
  if (link->prev) {
    link->prev->next = link->next;
  } else {
    *things_of(updates, link->id) = link->next;
  }
  if (link->next) {
    link->next->prev = link->prev;
  }
}

/// Have an update found by the things in its path
static void
link_things(const Updates* const updates, Update* const update)
{
  const Target* const target = &update->target;
  for (uint32_t i = 0; i < target->row->num_places; ++i) {
    const Id id = target->ids[i];
    if (id && id != ID_COMPOSITION) {
      update->links[update->num_links++] = (ThingLink){NULL, NULL, update, id};
    }
  }
  if (!update->num_links) {
    update->links[update->num_links++] =
      (ThingLink){NULL, NULL, update, ID_NONE};
  }
  for (uint32_t i = 0; i < update->num_links; ++i) {
    link_thing(updates, &update->links[i]);
  }
}

static const ThingLink*
find_about(const ThingLink* link, const Id id)
{
  while (link && link->id != id) {
    link = link->next;
  }
  return link;
}

const ThingLink*
updates_about(const Updates* const updates, const Id id)
{
  return find_about(*things_of(updates, id), id);
}

const ThingLink*
updates_about_next(const ThingLink* const link)
{
  return find_about(link->next, link->id);
}

/// Put all updates into the buckets that there are now
static void
fill(Updates* const updates, Update* const* const old, const uint32_t count)
{
  for (uint32_t i = 0; i < count; ++i) {
    for (Update* update = old[i]; update;) {
      Update* const  next   = update->chain;
      Update** const bucket = bucket_of(updates, update->control);
      update->chain         = *bucket;
      *bucket               = update;
      for (uint32_t k = 0; k < update->num_links; ++k) {
        link_thing(updates, &update->links[k]);
      }
      update = next;
    }
  }
}

/// Twice as many buckets; with too little memory there are fewer than is good
static void
spread(Updates* const updates)
{
  const uint32_t    count   = updates->num_buckets;
  Update** const    old     = updates->buckets;
  Update** const    buckets = (Update**)calloc(count * 2u, sizeof(Update*));
  ThingLink** const things =
    (ThingLink**)calloc(count * 2u, sizeof(ThingLink*));
  if (!buckets || !things) {
    free(buckets);
    free(things);
    return;
  }

  free(updates->things);
  updates->buckets     = buckets;
  updates->things      = things;
  updates->num_buckets = count * 2u;
  fill(updates, old, count);
  free(old);
}

static Update*
find_control(Update* update, const uint64_t control)
{
  while (update && update->control != control) {
    update = update->chain;
  }
  return update;
}

Update*
updates_first(const Updates* const updates, const uint64_t control)
{
  return find_control(*bucket_of(updates, control), control);
}

Update*
updates_next(const Update* const update)
{
  return find_control(update->chain, update->control);
}

static bool
is_same(const Update* const update,
        const UpdateType    type,
        const Target* const target,
        const char* const   address)
{
  return (update->type == UPDATE_EVENT) == (type == UPDATE_EVENT) &&
         !strcmp(update->address, address) &&
         (type == UPDATE_EVENT || target_equal(&update->target, target));
}

/// Keep a text behind an update; returns where it ends
static char*
keep(char* const at, const char** const text)
{
  const size_t size = strlen(*text) + 1u;
  memcpy(at, *text, size);
  *text = at;
  return at + size;
}

/// A copy of a target and address as an update
static Update*
make(const UpdateType    type,
     const uint64_t      control,
     const Target* const target,
     const char* const   address)
{
  const uint32_t num_places = target->row ? target->row->num_places : 0;
  const uint64_t hash       = type == UPDATE_EVENT ? 0 : target_hash(target);
  size_t         size       = strlen(address) + 1u;
  for (uint32_t i = 0; i < num_places; ++i) {
    size += strlen(target->words[i] ? target->words[i] : "") + 1u;
  }

  Update* const update = (Update*)malloc(sizeof(Update) + size);
  if (!update) {
    return NULL;
  }

  *update  = (Update){.type    = type,
                      .control = control,
                      .target  = *target,
                      .address = address,
                      .hash    = hash,
                      .key     = event_hash(address, (Id)(hash ^ hash >> 32u))};
  char* at = keep(update->texts, &update->address);
  for (uint32_t i = 0; i < num_places; ++i) {
    const char** const word = &update->target.words[i];
    *word                   = *word ? *word : "";
    at                      = keep(at, word);
  }
  return update;
}

/// Remove what is kept for its rate only
static void
remove_resting(Updates* const updates)
{
  for (uint32_t i = 0; i < updates->num_buckets; ++i) {
    for (Update* update = updates->buckets[i]; update;) {
      Update* const next = update->chain;
      if (update->queue == QUEUE_NONE &&
          (update->type == UPDATE_FIELD || update->type == UPDATE_EVENT)) {
        updates_remove(updates, update);
      }
      update = next;
    }
  }
}

static bool
is_full(const Updates* const updates)
{
  return updates->count >= LIMIT_UPDATES ||
         *updates->total >= LIMIT_ALL_UPDATES;
}

/// The list of those that are compared as an update is, or null
static Update**
watch_list(Updates* const updates, const UpdateType type)
{
  return type == UPDATE_DERIVED ? &updates->derived
         : type == UPDATE_LIVE  ? &updates->live
                                : NULL;
}

/// Have an update compared, if its type is
static void
watch(Updates* const updates, Update* const update)
{
  Update** const list = watch_list(updates, update->type);
  if (!list) {
    return;
  }

  update->watch_next = *list;
  if (*list) {
    (*list)->watch_prev = update;
  }
  *list = update;
  if (update->type == UPDATE_DERIVED) {
    link_things(updates, update);
  }
}

static void
unwatch(Updates* const updates, const Update* const update)
{
  Update** const list = watch_list(updates, update->type);
  if (!list) {
    return;
  }

  if (update->watch_prev) {
    update->watch_prev->watch_next = update->watch_next;
  } else {
    *list = update->watch_next;
  }
  if (update->watch_next) {
    update->watch_next->watch_prev = update->watch_prev;
  }
  for (uint32_t i = 0; i < update->num_links; ++i) {
    unlink_thing(updates, &update->links[i]);
  }
}

Update*
updates_watched(const Updates* const updates, const Update* const last)
{
  if (!last) {
    return updates->derived ? updates->derived : updates->live;
  }
  return last->watch_next || last->type == UPDATE_LIVE ? last->watch_next
                                                       : updates->live;
}

Status
updates_need(Updates* const      updates,
             const UpdateType    type,
             const uint64_t      control,
             const Target* const target,
             const char* const   address,
             Update** const      out)
{
  for (Update* u = updates_first(updates, control); u; u = updates_next(u)) {
    if (is_same(u, type, target, address)) {
      *out = u;
      return STATUS_OK;
    }
  }

  if (is_full(updates)) {
    remove_resting(updates);
    if (is_full(updates)) {
      return STATUS_TOO_LARGE;
    }
  }
  Update* const update = make(type, control, target, address);
  if (!update) {
    return STATUS_NO_MEMORY;
  }

  if (updates->count >= updates->num_buckets) {
    spread(updates);
  }
  Update** const bucket = bucket_of(updates, control);
  update->chain         = *bucket;
  *bucket               = update;
  ++updates->count;
  ++*updates->total;

  watch(updates, update);
  *out = update;
  return STATUS_OK;
}

/// Take an update out of its queue
static void
unlink_queue(Updates* const updates, Update* const update)
{
  UpdateList* const list = &updates->queues[update->queue];
  if (update->queue == QUEUE_NONE) {
    return;
  }
  if (update->prev) {
    update->prev->next = update->next;
  } else {
    list->first = update->next;
  }
  if (update->next) {
    update->next->prev = update->prev;
  } else {
    list->last = update->prev;
  }
  update->prev  = NULL;
  update->next  = NULL;
  update->queue = QUEUE_NONE;
}

void
updates_queue(Updates* const    updates,
              Update* const     update,
              const UpdateQueue queue)
{
  unlink_queue(updates, update);
  if (queue == QUEUE_NONE) {
    return;
  }

  UpdateList* const list = &updates->queues[queue];
  update->queue          = queue;
  update->prev           = list->last;
  if (list->last) {
    list->last->next = update;
  } else {
    list->first = update;
  }
  list->last = update;
}

void
updates_remove(Updates* const updates, Update* const update)
{
  unlink_queue(updates, update);
  unwatch(updates, update);

  Update** link = bucket_of(updates, update->control);
  while (*link != update) {
    link = &(*link)->chain;
  }
  *link = update->chain;
  --updates->count;
  --*updates->total;
  free(update);
}

uint64_t
control_hash(const Target* const target)
{
  Target control = *target;
  control.twin   = TWIN_NONE;
  return target_hash(&control);
}

uint64_t
event_hash(const char* const collection, const Id id)
{
  uint64_t hash = 14695981039346656037u ^ id;
  for (const char* c = collection; *c; ++c) {
    hash = (hash ^ (uint64_t)(unsigned char)*c) * 1099511628211u;
  }
  return hash ^ (hash >> 31u);
}
