// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/media_thread.h"

#include "media/cache.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

/// How long the thread sleeps while pages are asked for, and while none are
#define ACTIVE_SLEEP_NS 2000000l
#define QUIET_SLEEP_NS 20000000l

/// Times without a request until it is quiet: half a second
#define ACTIVE_PASSES 250u

/// Load a page and say so if it cannot be read; the file, from a cache, goes,
/// so that it is made anew when it is next opened
static Status
load(Media* const       media,
     MediaSample* const sample,
     const uint32_t     page,
     const LoadUrgency  urgency)
{
  const Status status =
    page_store_load(&media->store, &sample->stored, page, urgency);
  if (status == STATUS_IO && !atomic_exchange(&sample->stored.failed, true)) {
    unlink(sample->path);
    if (media->config.log) {
      char text[CACHE_PATH_SIZE + 80];
      snprintf(text,
               sizeof(text),
               "%s: page %u cannot be read and is silent",
               sample->path,
               page);
      media->config.log(media->config.handle, text);
    }
  }

  return status;
}

/// Serve what is in the rings now; true if there was anything.  A request stays
/// in its ring until it is served, so that an empty ring has none under way.
static bool
serve_rings(Media* const media)
{
  bool any = false;
  for (uint32_t i = 0; i < media->config.num_rings; ++i) {
    Ring* const        ring   = media->rings[i];
    const PageRequest* oldest = (const PageRequest*)ring_peek(ring);
    for (uint32_t n = 0; n < MEDIA_RING_SIZE && oldest; ++n) {
      MediaSample* const sample = (MediaSample*)oldest->sample;
      const uint32_t     page   = oldest->page;
      any                       = true;
      if (!sample->dying && page < sample->stored.sample.num_pages) {
        load(media, sample, page, LOAD_NOW);
      }

      PageRequest served;
      ring_read(ring, &served);
      oldest = (const PageRequest*)ring_peek(ring);
    }
  }

  return any;
}

/// Whether pins may have no more than they have
static bool
pins_are_full(const Media* const media)
{
  return media->store.pinned >= media->store.budget / 4u * 3u;
}

/// Bring a new set of pins into force, under the lock
static void
adopt_pins(Media* const media)
{
  if (!media->new_pins) {
    return;
  }

  PinSet* const set = media->new_pins;
  media_disown_pins(media, media->pins);
  media->pins         = set;
  media->new_pins     = NULL;
  media->pin_index    = 0;
  media->pin_page     = 0;
  media->pins_missing = set->num_pages;

  // Pin what is in memory, before anything can drop it
  page_store_unpin(&media->store);
  for (uint32_t i = 0; i < set->num; ++i) {
    const PagePin* const pin = &set->pins[i];
    for (uint32_t p = 0; p < pin->num_pages && !pins_are_full(media); ++p) {
      page_store_pin(
        &media->store, (StoredSample*)pin->sample, pin->first_page + p);
    }
  }
}

/// Load one pinned page; false if there is nothing to be done or no room
static bool
load_pin(Media* const media)
{
  const PinSet* const set = media->pins;
  if (!set || media->pin_index == set->num) {
    return false;
  }

  const PagePin* const pin = &set->pins[media->pin_index];
  if (media->pin_page == pin->num_pages) {
    ++media->pin_index;
    media->pin_page = 0;
    return true;
  }

  // Beyond the share of pins, what is in memory by chance counts as there
  MediaSample* const sample = (MediaSample*)pin->sample;
  const uint32_t     page   = pin->first_page + media->pin_page;
  if (pins_are_full(media) &&
      !atomic_load(&sample->stored.sample.pages[page].data)) {
    return false;
  }

  const Status status = load(media, sample, page, LOAD_AHEAD);
  if (status && status != STATUS_IO) {
    return false;
  }

  if (!pins_are_full(media)) {
    page_store_pin(&media->store, &sample->stored, page);
  }

  ++media->pin_page;
  pthread_mutex_lock(&media->lock);
  media->pins_missing -= media->new_pins ? 0u : 1u;
  pthread_mutex_unlock(&media->lock);
  return true;
}

/// Load one page of a short sample; false if none is missing
static bool
load_held(Media* const media)
{
  pthread_mutex_lock(&media->lock);
  MediaSample* const sample = media->fill_first;
  pthread_mutex_unlock(&media->lock);
  if (!sample) {
    return false;
  }

  const Status status = load(media, sample, sample->fill, LOAD_AHEAD);
  if (status == STATUS_NO_MEMORY) {
    return false; // Tried again after the next sleep
  }

  if (++sample->fill == sample->stored.sample.num_pages) {
    pthread_mutex_lock(&media->lock);
    media_stop_filling(media, sample);
    pthread_mutex_unlock(&media->lock);
    atomic_store(&sample->ready, true);
  }

  return true;
}

/// Take the first waiter off and let it go on
static void
finish_waiter(Media* const media, Waiter* const waiter)
{
  pthread_mutex_lock(&media->lock);
  media->waiters = waiter->next;
  waiter->done   = true;
  pthread_cond_broadcast(&media->done);
  pthread_mutex_unlock(&media->lock);
}

/// Do one step for a waiter; true when its wait is over
static bool
step_waiter(Media* const media, Waiter* const waiter)
{
  // One that waits for the rings goes when they were read since it came
  MediaSample* const sample = waiter->sample;
  if (!sample) {
    const bool read = waiter->seen;
    waiter->seen    = true;
    return read;
  }

  if (waiter->page == waiter->end) {
    waiter->status =
      atomic_load(&sample->stored.failed) ? STATUS_IO : STATUS_OK;
    return true;
  }

  SamplePage* const page  = &sample->stored.sample.pages[waiter->page];
  const uint32_t    cycle = cycle_clock_now(&media->store.clock).cycle;
  atomic_store_explicit(&page->used, cycle, memory_order_relaxed);
  waiter->status = load(media, sample, waiter->page++, LOAD_NOW);
  return waiter->status == STATUS_NO_MEMORY;
}

/// Do one step for the first waiter; false if there is none
static bool
serve_waiter(Media* const media)
{
  pthread_mutex_lock(&media->lock);
  Waiter* const waiter = media->waiters;
  pthread_mutex_unlock(&media->lock);
  if (waiter && step_waiter(media, waiter)) {
    finish_waiter(media, waiter);
  }

  return waiter;
}

/// Take the pages of samples without owner away
static void
bury_released(Media* const media)
{
  pthread_mutex_lock(&media->lock);
  MediaSample* sample = media->released;
  media->released     = NULL;
  for (MediaSample* s = sample; s; s = s->next) {
    media_stop_filling(media, s);
    media->held -= s->stored.slots ? 0u : media_held_size(s);
  }
  pthread_mutex_unlock(&media->lock);

  while (sample) {
    MediaSample* const next = sample->next;
    page_store_drop(&media->store, &sample->stored);
    sample->dying = true;
    sample->died  = cycle_clock_now(&media->store.clock);
    sample->next  = media->dying;
    media->dying  = sample;
    sample        = next;
  }
}

/// Free the samples that nobody knows any more
static void
free_dead(Media* const media)
{
  // Requests for them may still be in the rings, but not after those are read
  const CycleTime now  = cycle_clock_now(&media->store.clock);
  MediaSample*    dead = NULL;
  MediaSample**   link = &media->dying;
  while (*link) {
    MediaSample* const sample = *link;
    if (cycle_time_is_over(sample->died, now)) {
      *link        = sample->next;
      sample->next = dead;
      dead         = sample;
    } else {
      link = &sample->next;
    }
  }

  if (dead) {
    serve_rings(media);
  }

  while (dead) {
    MediaSample* const next = dead->next;
    media_sample_free(dead);
    dead = next;
  }
}

/// Sleep until woken, or until it is time to look at the rings again
static void
sleep_a_while(Media* const media)
{
  const bool active =
    media->quiet < ACTIVE_PASSES || media->dying || media->store.retired;
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += active ? ACTIVE_SLEEP_NS : QUIET_SLEEP_NS;
  if (until.tv_nsec >= 1000000000l) {
    until.tv_nsec -= 1000000000l;
    ++until.tv_sec;
  }

  pthread_mutex_lock(&media->lock);
  if (!media->woken && (media->running || active || media->fill_first)) {
    pthread_cond_timedwait(&media->wake, &media->lock, &until);
  } else if (!media->woken) {
    pthread_cond_wait(&media->wake, &media->lock);
  }

  media->woken = false;
  pthread_mutex_unlock(&media->lock);
}

void*
media_thread_run(void* const handle)
{
  Media* const media = (Media*)handle;
  for (;;) {
    // What is to be heard comes first, and is looked for after every page
    const bool asked = serve_rings(media);
    media->quiet     = asked ? 0u : media->quiet + 1u;
    page_store_collect(&media->store);

    pthread_mutex_lock(&media->lock);
    const bool stopping = media->stopping;
    adopt_pins(media);
    pthread_mutex_unlock(&media->lock);
    if (stopping) {
      return NULL;
    }

    bury_released(media);
    free_dead(media);
    if (!serve_waiter(media) && !load_held(media) && !load_pin(media) &&
        !asked) {
      sleep_a_while(media);
    }
  }
}

void
media_thread_clear(Media* const media)
{
  pthread_mutex_lock(&media->lock);
  media_disown_pins(media, media->pins);
  media_disown_pins(media, media->new_pins);
  while (media->samples) {
    media->samples->refs = 1;
    media_disown(media, media->samples);
  }
  pthread_mutex_unlock(&media->lock);

  bury_released(media);
  free_dead(media);
}
