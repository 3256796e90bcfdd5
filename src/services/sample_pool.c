// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/sample_pool.h"

#include <stdlib.h>
#include <string.h>

struct SamplePool {
  Media*        media;
  PooledSample* samples; ///< By path
  uint32_t      count;
  uint32_t      max;
};

SamplePool*
sample_pool_new(Media* const media)
{
  SamplePool* const pool = (SamplePool*)calloc(1, sizeof(SamplePool));
  if (pool) {
    pool->media = media;
  }

  return pool;
}

static void
entry_clear(SamplePool* const pool, PooledSample* const entry)
{
  media_release(pool->media, entry->audio);
  free(entry->cache);
  free(entry->fault);
  entry->audio = NULL;
  entry->cache = NULL;
  entry->fault = NULL;
}

void
sample_pool_free(SamplePool* const pool)
{
  if (pool) {
    for (uint32_t i = 0; i < pool->count; ++i) {
      entry_clear(pool, &pool->samples[i]);
      free(pool->samples[i].path);
    }

    free(pool->samples);
    free(pool);
  }
}

/// Place of a path, or where it would go
static uint32_t
place_of(const SamplePool* const pool,
         const char* const       path,
         bool* const             found)
{
  uint32_t low  = 0;
  uint32_t high = pool->count;
  *found        = false;
  while (low < high) {
    const uint32_t middle = (low + high) / 2u;
    const int      order  = strcmp(path, pool->samples[middle].path);
    if (!order) {
      *found = true;
      return middle;
    }

    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1u;
    }
  }

  return low;
}

const PooledSample*
sample_pool_find(const SamplePool* const pool, const char* const path)
{
  bool           found = false;
  const uint32_t place = place_of(pool, path, &found);
  return found ? &pool->samples[place] : NULL;
}

/// The entry of a path, made if there is none; null if memory ran out
static PooledSample*
take_entry(SamplePool* const pool, const char* const path)
{
  bool           found = false;
  const uint32_t place = place_of(pool, path, &found);
  if (found) {
    return &pool->samples[place];
  }

  if (pool->count == pool->max) {
    const uint32_t      max = pool->max ? pool->max * 2u : 32u;
    PooledSample* const array =
      (PooledSample*)realloc(pool->samples, (size_t)max * sizeof(PooledSample));
    if (!array) {
      return NULL;
    }

    pool->samples = array;
    pool->max     = max;
  }

  char* const copy = strdup(path);
  if (!copy) {
    return NULL;
  }

  PooledSample* const entry = &pool->samples[place];
  memmove(entry + 1, entry, (pool->count - place) * sizeof(PooledSample));
  memset(entry, 0, sizeof(*entry));
  entry->path = copy;
  ++pool->count;
  return entry;
}

Status
sample_pool_add(SamplePool* const         pool,
                const char* const         path,
                const DecodeResult* const result)
{
  Sample*      audio = NULL;
  const Status st    = media_open(pool->media, result->path, &audio);
  if (st) {
    return st;
  }

  PooledSample* const entry = take_entry(pool, path);
  char* const         cache = entry ? strdup(result->path) : NULL;
  if (!cache) {
    media_release(pool->media, audio);
    return STATUS_NO_MEMORY;
  }

  entry_clear(pool, entry);
  entry->audio = audio;
  entry->info  = result->info;
  entry->cache = cache;
  return STATUS_OK;
}

Status
sample_pool_add_fault(SamplePool* const pool,
                      const char* const path,
                      const char* const fault)
{
  PooledSample* const entry = take_entry(pool, path);
  char* const         text  = entry ? strdup(fault) : NULL;
  if (!text) {
    return STATUS_NO_MEMORY;
  }

  entry_clear(pool, entry);
  entry->fault = text;
  return STATUS_OK;
}
