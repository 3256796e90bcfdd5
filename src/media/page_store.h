// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pages in memory
//
// Loads pages of samples from the cache, publishes them to the process thread
// and drops those that were used least recently when a budget is reached.
//
// Dropping takes two steps.  First the page is taken from where the process
// thread finds it; then, when the cycle in which it was last seen is over, its
// memory is freed.  The thread's count of cycles says so; where no process
// thread runs, memory is freed at once.  Some of it is kept for the pages that
// come next, since new memory costs more than the frames that are put there.
//
// All is for the media thread, except the clock, which any thread may set.

#ifndef SONIC_MEDIA_PAGE_STORE_H
#define SONIC_MEDIA_PAGE_STORE_H

#include "base/status.h"
#include "engine/sample.h"
#include "media/cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Which cycle the process thread is in
typedef struct {
  pthread_mutex_t    lock;
  const atomic_uint* cycles;     ///< Cycles completed, null if none run
  uint32_t           generation; ///< Changes when `cycles` is set
} CycleClock;

/// A reading of the clock
typedef struct {
  bool     runs;
  uint32_t generation;
  uint32_t cycle;
} CycleTime;

/// Prepare a clock that stands still
void
cycle_clock_init(CycleClock* clock);

/// Set the count to read; only while no process thread runs
void
cycle_clock_set(CycleClock* clock, const atomic_uint* cycles);

/// The present cycle
CycleTime
cycle_clock_now(CycleClock* clock);

/// Whether no process thread sees any more what was taken away at `then`
bool
cycle_time_is_over(CycleTime then, CycleTime now);

/// A sample with the file behind it
typedef struct {
  Sample     sample; ///< First, so that a Sample* is one of these
  CacheFile* file;
  uint32_t*  slots;   ///< For each page its slot plus one, 0 if it has none;
                      ///< null where pages are kept for life
  atomic_bool failed; ///< A page could not be read
} StoredSample;

/// A page that can be dropped
typedef struct {
  StoredSample* sample;
  uint32_t      page;
  uint32_t      pin; ///< Pinned if this is the store's
} PageSlot;

typedef struct PageBuffer PageBuffer;

typedef struct {
  CycleClock  clock;
  size_t      budget;  ///< Bytes for pages that can be dropped
  size_t      most;    ///< Bytes beyond which those in use are dropped too
  PageSlot*   slots;   ///< Pages that can be dropped
  uint32_t    num;     ///< Slots in use
  uint32_t    max;     ///< Slots allocated
  uint32_t    pin;     ///< Mark of the pages that are pinned now
  size_t      pinned;  ///< Bytes of them
  PageBuffer* retired; ///< Waiting for their cycle to end, newest first

  /// Free ones, for pages of one channel and of two
  PageBuffer* spare[2];
  uint32_t    num_spare[2];

  atomic_size_t resident; ///< Bytes of pages in memory that can be dropped
  atomic_size_t held;     ///< Bytes of pages kept for life
  atomic_size_t waiting;  ///< Bytes taken away, but not yet freed
  atomic_ullong pages_read;
  atomic_ullong io_errors; ///< Pages that became silence
} PageStore;

/// How much a page is needed
typedef enum {
  LOAD_AHEAD, ///< If the budget allows
  LOAD_NOW,   ///< Whether or not it does
} LoadUrgency;

/// Prepare an empty store; `most` is more than can be in use
void
page_store_init(PageStore* store, size_t budget, size_t most);

/// Free what is left, after all samples were dropped and no process thread runs
void
page_store_clear(PageStore* store);

/// Bytes of a page of a sample
size_t
page_store_page_size(const StoredSample* sample);

/**
   Bring a page into memory, unless it is there.

   @return STATUS_IO if it could not be read and is silence instead,
   STATUS_BUSY if there is no room, STATUS_NO_MEMORY.
*/
Status
page_store_load(PageStore*    store,
                StoredSample* sample,
                uint32_t      page,
                LoadUrgency   urgency);

/// Forget all pins
void
page_store_unpin(PageStore* store);

/// Pin a page, if it is in memory and could be dropped
void
page_store_pin(PageStore* store, StoredSample* sample, uint32_t page);

/// Take all pages of a sample away
void
page_store_drop(PageStore* store, StoredSample* sample);

/// Free what nobody can see any more
void
page_store_collect(PageStore* store);

#endif // SONIC_MEDIA_PAGE_STORE_H
