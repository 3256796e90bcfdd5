// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sample_read.h"

SONIC_RT void
sample_want(Sample* const sample, const uint32_t page, Ring* const ring)
{
  // Whoever turns "absent" into "wanted" asks, so one request is under way at
  // most.  Where the ring is full it is turned back, to be tried again; unless
  // the page has come by another way in the meantime.
  SamplePage* const p        = &sample->pages[page];
  unsigned          expected = PAGE_ABSENT;
  if (!atomic_compare_exchange_strong(&p->state, &expected, PAGE_WANTED)) {
    return;
  }

  const PageRequest request = {sample, page};
  if (!ring_write(ring, &request)) {
    expected = PAGE_WANTED;
    atomic_compare_exchange_strong(&p->state, &expected, PAGE_ABSENT);
  }
}

SONIC_RT bool
sample_request(Sample* const  sample,
               const uint32_t first_page,
               const uint32_t num_pages,
               const uint32_t cycle,
               Ring* const    ring)
{
  const uint32_t left =
    first_page < sample->num_pages ? sample->num_pages - first_page : 0u;
  const uint32_t n = num_pages < left ? num_pages : left;

  bool all = true;
  for (uint32_t i = 0; i < n; ++i) {
    if (!sample_peek(sample, first_page + i, cycle)) {
      sample_want(sample, first_page + i, ring);
      all = false;
    }
  }

  return all;
}
