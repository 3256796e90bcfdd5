// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/page_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/// Most pages that are dropped at once
#define MAX_VICTIMS 64u

/// Pages used so many cycles ago, or less, are in use; there may be cycles of
/// no frames between those that read
#define IN_USE_AGE 3u

/// Pages of a size whose memory is kept; none where what is read after it was
/// freed is to be found
#ifdef __SANITIZE_ADDRESS__
#define MAX_SPARE 0u
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MAX_SPARE 0u
#endif
#endif
#ifndef MAX_SPARE
#define MAX_SPARE 256u
#endif

/// Memory of a page; readers know only the frames
struct PageBuffer {
  PageBuffer* next; ///< When retired or spare
  CycleTime   time; ///< When it was retired
  size_t      size; ///< Of the frames in bytes
  _Alignas(64) float frames[];
};

// The process thread loads `data` and then reads frames; at the end of a cycle
// it adds to the count.  The store stores null to `data` and then loads the
// count.  All four are sequentially consistent, so a thread that still found
// the page is in a cycle not later than the one the store saw, and when that is
// over nobody reads the page.

void
cycle_clock_init(CycleClock* const clock)
{
  pthread_mutex_init(&clock->lock, NULL);
  clock->cycles     = NULL;
  clock->generation = 0;
}

void
cycle_clock_set(CycleClock* const clock, const atomic_uint* const cycles)
{
  pthread_mutex_lock(&clock->lock);
  clock->cycles = cycles;
  ++clock->generation;
  pthread_mutex_unlock(&clock->lock);
}

CycleTime
cycle_clock_now(CycleClock* const clock)
{
  // The lock keeps the count from going away while it is read
  pthread_mutex_lock(&clock->lock);
  const CycleTime now = {
    .runs       = clock->cycles,
    .generation = clock->generation,
    .cycle      = clock->cycles ? atomic_load(clock->cycles) : 0u,
  };
  pthread_mutex_unlock(&clock->lock);
  return now;
}

bool
cycle_time_is_over(const CycleTime then, const CycleTime now)
{
  return !now.runs || now.generation != then.generation ||
         now.cycle != then.cycle;
}

/// Which of the lists of free pages a size is in
static unsigned
spare_list(const size_t size)
{
  return size > (size_t)PAGE_FRAMES * sizeof(float);
}

/// Memory for a page, or null
static PageBuffer*
take_buffer(PageStore* const store, const size_t size)
{
  const unsigned list   = spare_list(size);
  PageBuffer*    buffer = store->spare[list];
  if (buffer) {
    store->spare[list] = buffer->next;
    --store->num_spare[list];
  } else {
    buffer = (PageBuffer*)aligned_alloc(_Alignof(PageBuffer),
                                        sizeof(PageBuffer) + size);
  }
  if (buffer) {
    buffer->size = size;
  }
  return buffer;
}

static void
give_buffer(PageStore* const store, PageBuffer* const buffer)
{
  const unsigned list = spare_list(buffer->size);
  if (store->num_spare[list] >= MAX_SPARE) {
    free(buffer);
    return;
  }

  buffer->next       = store->spare[list];
  store->spare[list] = buffer;
  ++store->num_spare[list];
}

static void
free_spare(PageBuffer* buffer)
{
  while (buffer) {
    PageBuffer* const next = buffer->next;
    free(buffer);
    buffer = next;
  }
}

void
page_store_init(PageStore* const store, const size_t budget, const size_t most)
{
  memset(store, 0, sizeof(*store));
  cycle_clock_init(&store->clock);
  store->budget = budget;
  store->most   = most;
  store->pin    = 1;
}

void
page_store_clear(PageStore* const store)
{
  assert(!store->num);
  page_store_collect(store);
  assert(!store->retired);
  free_spare(store->spare[0]);
  free_spare(store->spare[1]);
  pthread_mutex_destroy(&store->clock.lock);
  free(store->slots);
}

size_t
page_store_page_size(const StoredSample* const sample)
{
  return (size_t)PAGE_FRAMES * sample->sample.channels * sizeof(float);
}

static PageBuffer*
buffer_of(const float* const frames)
{
  return (PageBuffer*)((const char*)frames - offsetof(PageBuffer, frames));
}

/// Take a page from where the process thread finds it
static void
retire(PageStore* const store, SamplePage* const page)
{
  const float* const data = atomic_load(&page->data);
  if (!data) {
    return;
  }

  atomic_store(&page->data, NULL);
  atomic_store(&page->state, PAGE_ABSENT);

  PageBuffer* const buffer = buffer_of(data);
  buffer->time             = cycle_clock_now(&store->clock);
  buffer->next             = store->retired;
  store->retired           = buffer;
  store->waiting += buffer->size;
}

void
page_store_collect(PageStore* const store)
{
  if (!store->retired) {
    return;
  }

  const CycleTime now  = cycle_clock_now(&store->clock);
  PageBuffer**    link = &store->retired;
  while (*link) {
    PageBuffer* const buffer = *link;
    if (cycle_time_is_over(buffer->time, now)) {
      *link = buffer->next;
      store->waiting -= buffer->size;
      give_buffer(store, buffer);
    } else {
      link = &buffer->next;
    }
  }
}

/// Remove a slot, filling the gap with the last
static void
remove_slot(PageStore* const store, const uint32_t index)
{
  PageSlot* const slot = &store->slots[index];
  const size_t    size = page_store_page_size(slot->sample);
  store->resident -= size;
  if (slot->pin == store->pin) {
    store->pinned -= size;
  }

  slot->sample->slots[slot->page] = 0;
  *slot                           = store->slots[--store->num];
  if (index < store->num) {
    slot->sample->slots[slot->page] = index + 1u;
  }
}

/// Cycles since a page was used; stamps of an earlier count are ancient
static uint32_t
age_of(const PageSlot* const slot, const uint32_t cycle)
{
  const SamplePage* const page = &slot->sample->sample.pages[slot->page];
  const int32_t           age =
    (int32_t)(cycle - atomic_load_explicit(&page->used, memory_order_relaxed));
  return age < -1024 ? INT32_MAX : age < 0 ? 0u : (uint32_t)age;
}

/// Slots to be dropped, oldest first
typedef struct {
  uint32_t num;
  uint32_t ages[MAX_VICTIMS];
  uint32_t slots[MAX_VICTIMS];
} Victims;

/// Insert a slot in order of age, where the youngest falls out
static void
insert_victim(Victims* const victims,
              const uint32_t max,
              const uint32_t age,
              const uint32_t slot)
{
  if (victims->num == max && age <= victims->ages[max - 1]) {
    return;
  }

  uint32_t at  = victims->num < max ? victims->num : max - 1;
  victims->num = at + 1;
  for (; at && victims->ages[at - 1] < age; --at) {
    victims->ages[at]  = victims->ages[at - 1];
    victims->slots[at] = victims->slots[at - 1];
  }

  victims->ages[at]  = age;
  victims->slots[at] = slot;
}

static int
compare_descending(const void* const a, const void* const b)
{
  const uint32_t x = *(const uint32_t*)a;
  const uint32_t y = *(const uint32_t*)b;
  return x < y ? 1 : x > y ? -1 : 0;
}

/// Drop some of the pages that were used least recently; false if all are
/// pinned or in use
static bool
drop_oldest(PageStore* const store)
{
  // Some at once, as finding them means looking at all
  const uint32_t  share = store->num / 16u + 1u;
  const uint32_t  max   = share < MAX_VICTIMS ? share : MAX_VICTIMS;
  const CycleTime now   = cycle_clock_now(&store->clock);

  const bool spare = now.runs && store->resident <= store->most;

  Victims victims = {0};
  for (uint32_t i = 0; i < store->num; ++i) {
    const uint32_t age = age_of(&store->slots[i], now.cycle);
    if (store->slots[i].pin != store->pin && (age > IN_USE_AGE || !spare)) {
      insert_victim(&victims, max, age, i);
    }
  }

  // From the last slot on, as gaps are filled from behind
  qsort(victims.slots, victims.num, sizeof(uint32_t), compare_descending);
  for (uint32_t i = 0; i < victims.num; ++i) {
    const PageSlot* const slot = &store->slots[victims.slots[i]];
    retire(store, &slot->sample->sample.pages[slot->page]);
    remove_slot(store, victims.slots[i]);
  }

  return victims.num;
}

/// Give a page a slot, so that it can be dropped
static bool
add_slot(PageStore* const    store,
         StoredSample* const sample,
         const uint32_t      page)
{
  if (store->num == store->max) {
    const uint32_t  max = store->max ? 2u * store->max : 64u;
    PageSlot* const slots =
      (PageSlot*)realloc(store->slots, max * sizeof(PageSlot));
    if (!slots) {
      return false;
    }

    store->slots = slots;
    store->max   = max;
  }

  store->slots[store->num] = (PageSlot){.sample = sample, .page = page};
  sample->slots[page]      = ++store->num;
  store->resident += page_store_page_size(sample);
  return true;
}

/// Read a page; what cannot be read is silence
static Status
read_page(PageStore* const    store,
          StoredSample* const sample,
          const uint32_t      page,
          PageBuffer* const   buffer)
{
  ++store->pages_read;
  const Status status = cache_read_page(sample->file, page, buffer->frames);
  if (status) {
    ++store->io_errors;
    memset(buffer->frames, 0, buffer->size);
  }

  return status;
}

/// The process thread may ask for the page again
static Status
give_up(SamplePage* const page, const Status status)
{
  unsigned expected = PAGE_WANTED;
  atomic_compare_exchange_strong(&page->state, &expected, PAGE_ABSENT);
  return status;
}

Status
page_store_load(PageStore* const    store,
                StoredSample* const sample,
                const uint32_t      page,
                const LoadUrgency   urgency)
{
  SamplePage* const p    = &sample->sample.pages[page];
  const size_t      size = page_store_page_size(sample);
  if (atomic_load_explicit(&p->data, memory_order_relaxed)) {
    return STATUS_OK;
  }

  // Make room; what is needed now comes in even if all else is in use
  page_store_collect(store);
  while (sample->slots && store->resident + size > store->budget) {
    if (!drop_oldest(store)) {
      if (urgency == LOAD_AHEAD) {
        return give_up(p, STATUS_BUSY);
      }

      break;
    }
  }

  PageBuffer* const buffer = take_buffer(store, size);
  if (!buffer || (sample->slots && !add_slot(store, sample, page))) {
    free(buffer);
    return give_up(p, STATUS_NO_MEMORY);
  }

  if (!sample->slots) {
    store->held += size;
  }

  const Status status = read_page(store, sample, page, buffer);

  // Publish
  const uint32_t cycle = cycle_clock_now(&store->clock).cycle;
  atomic_store_explicit(&p->used, cycle, memory_order_relaxed);
  atomic_store(&p->data, buffer->frames);
  atomic_store(&p->state, PAGE_RESIDENT);
  return status;
}

void
page_store_unpin(PageStore* const store)
{
  ++store->pin;
  store->pinned = 0;
}

void
page_store_pin(PageStore* const    store,
               StoredSample* const sample,
               const uint32_t      page)
{
  const uint32_t slot = sample->slots ? sample->slots[page] : 0u;
  if (slot && store->slots[slot - 1].pin != store->pin) {
    store->slots[slot - 1].pin = store->pin;
    store->pinned += page_store_page_size(sample);
  }
}

void
page_store_drop(PageStore* const store, StoredSample* const sample)
{
  const size_t size = page_store_page_size(sample);
  for (uint32_t i = 0; i < sample->sample.num_pages; ++i) {
    SamplePage* const page = &sample->sample.pages[i];
    if (sample->slots && sample->slots[i]) {
      remove_slot(store, sample->slots[i] - 1u);
    } else if (!sample->slots && atomic_load(&page->data)) {
      store->held -= size;
    }

    retire(store, page);
  }
}
