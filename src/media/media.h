// SPDX-License-Identifier: GPL-3.0-or-later
//
// The media thread: audio of files, in time for the process thread
//
// Samples are opened from cache files.  Short ones are held in memory whole;
// of long ones the pages near the playhead and those that are pinned (heads of
// clips, loop start, markers) are.  The process thread asks for pages through
// rings (`engine/sample_read.h`) without a system call: the media thread looks
// at them every 2 ms while something plays.  Memory is bounded by budgets,
// whatever the length of the audio.
//
// A page that cannot be read is silence, counted and said once per sample.

#ifndef SONIC_MEDIA_MEDIA_H
#define SONIC_MEDIA_MEDIA_H

#include "base/ring.h"
#include "base/status.h"
#include "engine/sample.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Samples of this many seconds or less are held whole
#define MEDIA_SHORT_SECONDS 10u

typedef struct Media Media;

/// Receives one line about a file that cannot be read, in the media thread
typedef void (*MediaLogFunc)(void* handle, const char* text);

typedef struct {
  uint32_t num_rings;   ///< Threads that read samples, at least 1
  size_t   page_budget; ///< Bytes for pages of long samples; 0: 128 MiB
  size_t   page_most;   ///< Bytes beyond which pages that are in use go too;
                        ///< 0: twice the budget
  size_t   held_budget; ///< Bytes for short samples, beyond which they are
                        ///< treated as long ones; 0: 512 MiB
  MediaLogFunc log;     ///< Or null
  void*        handle;  ///< Passed to `log`
} MediaConfig;

/// Pages that are to stay in memory
typedef struct {
  Sample*  sample;
  uint32_t first_page;
  uint32_t num_pages; ///< Those beyond the end are left out
} PagePin;

/// Counters since the start, and memory now
typedef struct {
  uint64_t resident_bytes; ///< Pages of long samples
  uint64_t held_bytes;     ///< Pages of short samples
  uint64_t waiting_bytes;  ///< Dropped, freed after the cycle
  uint64_t pages_read;     ///< Pages read from disk
  uint64_t late_reads;     ///< Times a page was not there when heard
  uint64_t io_errors;      ///< Pages that could not be read
  uint32_t pins_missing;   ///< Pinned pages that are not in memory (yet)
} MediaStats;

/// Start a media thread; null if memory or threads ran out
Media*
media_new(const MediaConfig* config);

/// Stop the thread and release all; no process thread runs and no sample is
/// owned any more (null is fine)
void
media_free(Media* media);

/// The ring of PageRequest that process-side thread `i` writes, borrowed
Ring*
media_ring(Media* media, uint32_t i);

/**
   Say where the process thread counts its cycles.

   To be called before it first runs, and with null after it has stopped for
   good; never while it runs.

   @param cycles Count that the process thread adds 1 to at the end of each
   cycle with `atomic_fetch_add`, borrowed; or null, so that pages are freed
   without waiting for a cycle.
*/
void
media_set_cycles(Media* media, const atomic_uint* cycles);

/**
   Open a sample from a cache file.

   A file that is open already gives the same sample.  It can be used at once;
   the pages of a short one come in the background.

   @param path Path of the cache file.
   @param out Receives the sample; release it with `media_release`.
   @return STATUS_NOT_FOUND, STATUS_IO for a damaged file, STATUS_NO_MEMORY.
*/
Status
media_open(Media* media, const char* path, Sample** out);

/// Own a sample once more
void
media_retain(Media* media, Sample* sample);

/**
   Give a sample up.

   When its last owner does, it goes as soon as the present cycle is over; the
   process thread must not come to know it anew.  Null is fine.
*/
void
media_release(Media* media, Sample* sample);

/// Whether a short sample is in memory whole; always true of long ones
bool
media_is_ready(const Sample* sample);

/**
   Replace the pages that are to stay in memory.

   They are kept ahead of everything else, in this order, up to three quarters
   of the budget.  The latest set wins; it owns its samples.

   @return STATUS_NO_MEMORY, in which case the old set stays.
*/
Status
media_set_pins(Media* media, const PagePin* pins, uint32_t num);

/**
   Wait until pages are in memory.

   They stay there for the next cycle at least, unless more are waited for than
   twice the budget has room for.

   @return STATUS_IO if one could not be read and is silence, STATUS_TOO_LARGE
   if all together are more than half of the budget, STATUS_NO_MEMORY.
*/
Status
media_wait_resident(Media*   media,
                    Sample*  sample,
                    uint32_t first_page,
                    uint32_t num_pages);

/// Wait until all that was written to the rings before is in memory; in the
/// thread that writes to them, or while none does
void
media_wait_requests(Media* media);

/// Counters and memory
MediaStats
media_stats(Media* media);

#endif // SONIC_MEDIA_MEDIA_H
