// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reading samples in the process thread
//
// Pages that are in memory are used as they are, absent ones are asked for
// once and come within milliseconds.  `cycle` is the number of cycles completed
// before the present one, so what is used or asked for in this cycle is the
// last to be dropped.  The engine adds to that number at the end of a cycle
// with a sequentially consistent operation; a page seen in a cycle stays valid
// until its end, whatever the media thread does.
//
// Each thread passes its own ring.  Nothing here allocates, locks or calls the
// system.

#ifndef SONIC_ENGINE_SAMPLE_READ_H
#define SONIC_ENGINE_SAMPLE_READ_H

#include "base/ring.h"
#include "base/rt.h"
#include "engine/sample.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Ask for an absent page, unless that was done; used by the functions below
SONIC_RT void
sample_want(Sample* sample, uint32_t page, Ring* ring);

/// The frames of a page if it is in memory, else null; marks it used
SONIC_RT static inline const float*
sample_peek(Sample* const sample, const uint32_t page, const uint32_t cycle)
{
  if (page >= sample->num_pages) {
    return NULL;
  }

  // Sequentially consistent on both sides: either the media thread sees that
  // this cycle is not over, or this thread sees that the page was dropped
  SamplePage* const p = &sample->pages[page];
  atomic_store_explicit(&p->used, cycle, memory_order_relaxed);
  return atomic_load_explicit(&p->data, memory_order_seq_cst);
}

/**
   A page that is to be heard now.

   @return Interleaved frames, padded with silence to PAGE_FRAMES, valid until
   the end of the cycle; or null, in which case the page is asked for and
   counted as late.
*/
SONIC_RT static inline const float*
sample_page(Sample* const  sample,
            const uint32_t page,
            const uint32_t cycle,
            Ring* const    ring)
{
  const float* const data = sample_peek(sample, page, cycle);
  if (!data && page < sample->num_pages) {
    atomic_fetch_add_explicit(&sample->late, 1u, memory_order_relaxed);
    sample_want(sample, page, ring);
  }

  return data;
}

/**
   Ask for pages that will be needed.

   Asking again keeps them from being dropped before they are read, so a reader
   does it in each cycle for its whole read-ahead.  What lies beyond the end of
   the sample is left out.

   @return True if all of them are in memory.
*/
SONIC_RT bool
sample_request(Sample*  sample,
               uint32_t first_page,
               uint32_t num_pages,
               uint32_t cycle,
               Ring*    ring);

#endif // SONIC_ENGINE_SAMPLE_READ_H
