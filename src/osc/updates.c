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
  if (!updates->buckets) {
    free(updates);
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

  for (uint32_t i = 0; i < updates->num_buckets; ++i) {
    for (Update* update = updates->buckets[i]; update;) {
      Update* const next = update->chain;
      free(update);
      update = next;
    }
  }
  *updates->total -= updates->count;
  free(updates->buckets);
  free(updates);
}

static Update**
bucket_of(const Updates* const updates, const uint64_t control)
{
  return &updates->buckets[(control >> 17u) & (updates->num_buckets - 1u)];
}

/// Twice as many buckets; with too little memory there are fewer than is good
static void
spread(Updates* const updates)
{
  const uint32_t old_count   = updates->num_buckets;
  Update** const old_buckets = updates->buckets;
  Update** const buckets = (Update**)calloc(old_count * 2u, sizeof(Update*));
  if (!buckets) {
    return;
  }

  updates->buckets     = buckets;
  updates->num_buckets = old_count * 2u;
  for (uint32_t i = 0; i < old_count; ++i) {
    for (Update* update = old_buckets[i]; update;) {
      Update* const  next   = update->chain;
      Update** const bucket = bucket_of(updates, update->control);
      update->chain         = *bucket;
      *bucket               = update;
      update                = next;
    }
  }
  free(old_buckets);
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
                      .hash    = type == UPDATE_EVENT ? 0 : target_hash(target)};
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

  if (type == UPDATE_DERIVED || type == UPDATE_LIVE) {
    update->watch_next = updates->watched;
    if (updates->watched) {
      updates->watched->watch_prev = update;
    }
    updates->watched = update;
  }
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
  if (update->watch_prev) {
    update->watch_prev->watch_next = update->watch_next;
  } else if (updates->watched == update) {
    updates->watched = update->watch_next;
  }
  if (update->watch_next) {
    update->watch_next->watch_prev = update->watch_prev;
  }

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
