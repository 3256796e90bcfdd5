// SPDX-License-Identifier: GPL-3.0-or-later
//
// Audio of samples by the path of their file
//
// What was decoded and opened once stays here for the session, so that undo
// and a second use find it at once.  For the control thread.

#ifndef SONIC_SERVICES_SAMPLE_POOL_H
#define SONIC_SERVICES_SAMPLE_POOL_H

#include "base/status.h"
#include "engine/sample.h"
#include "media/decode.h"
#include "media/media.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  char*     path;
  Sample*   audio; ///< Null if it could not be had
  CacheInfo info;
  char*     cache; ///< Path of the cache file
  char*     fault; ///< Why there is no audio, or null
} PooledSample;

typedef struct SamplePool SamplePool;

/// An empty pool; null if memory ran out
SamplePool*
sample_pool_new(Media* media);

/// Release all samples (null is fine)
void
sample_pool_free(SamplePool* pool);

/// What is known of a path, borrowed until the next `sample_pool_add`, or null
const PooledSample*
sample_pool_find(const SamplePool* pool, const char* path);

/// Open decoded audio, or take over the new content of a path
Status
sample_pool_add(SamplePool* pool, const char* path, const DecodeResult* result);

/// Note that there is no audio for a path
Status
sample_pool_add_fault(SamplePool* pool, const char* path, const char* fault);

#endif // SONIC_SERVICES_SAMPLE_POOL_H
