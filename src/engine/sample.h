// SPDX-License-Identifier: GPL-3.0-or-later
//
// Audio of a file, page by page
//
// A sample is decoded to the session rate in the cache; here are the pages of
// it that are in memory.  The process thread reads resident pages and asks for
// absent ones; the media thread fills and drops them.  Short samples have all
// their pages resident for life, long ones only what is near the playhead and
// the places that may be jumped to, so memory does not grow with length.
//
// A page that is dropped is freed only after the process thread has finished
// the cycle in which it could last have seen it.

#ifndef SONIC_ENGINE_SAMPLE_H
#define SONIC_ENGINE_SAMPLE_H

#include "base/rt.h"

#include <stdatomic.h>
#include <stdint.h>

/// Frames in a page; the last page of a sample is padded with silence
#define PAGE_FRAMES 4096u

typedef enum {
  PAGE_ABSENT,   ///< Not in memory
  PAGE_WANTED,   ///< Asked for
  PAGE_RESIDENT, ///< `data` may be read
} PageState;

/// One page of a sample
typedef struct {
  _Atomic(const float*) data;  ///< Interleaved frames, or null
  atomic_uint           state; ///< PageState
  atomic_uint           used;  ///< Cycle in which it was last read or wanted
} SamplePage;

/// A sample as the engine sees it; owned by the media thread's side
typedef struct {
  uint64_t    frames;    ///< Length at the session rate
  uint32_t    channels;  ///< 1 or 2
  uint32_t    num_pages; ///< ceil(frames / PAGE_FRAMES)
  SamplePage* pages;     ///< `num_pages` pages
  atomic_uint late;      ///< Reads that found their page absent
} Sample;

/// A page that the process thread wants to have read
typedef struct {
  Sample*  sample;
  uint32_t page;
} PageRequest;

#endif // SONIC_ENGINE_SAMPLE_H
