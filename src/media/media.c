// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/media.h"

#include "media/cache.h"
#include "media/media_thread.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_PAGE_BUDGET ((size_t)128 << 20u)
#define DEFAULT_HELD_BUDGET ((size_t)512 << 20u)

void
media_wake(Media* const media)
{
  media->woken = true;
  pthread_cond_signal(&media->wake);
}

void
media_sample_free(MediaSample* const sample)
{
  if (sample) {
    cache_close(sample->stored.file);
    free(sample->stored.sample.pages);
    free(sample->stored.slots);
    free(sample->path);
    free(sample);
  }
}

/// Open a file as a sample that no thread knows yet
static Status
sample_new(const char* const path, MediaSample** const out)
{
  MediaSample* const sample = (MediaSample*)calloc(1, sizeof(MediaSample));
  if (!sample) {
    return STATUS_NO_MEMORY;
  }

  const Status status = cache_open(path, &sample->stored.file);
  if (status) {
    free(sample);
    return status;
  }

  const CacheInfo* const info = cache_info(sample->stored.file);
  Sample* const          s    = &sample->stored.sample;
  s->frames                   = info->frames;
  s->channels                 = info->channels;
  s->num_pages                = cache_num_pages(sample->stored.file);
  s->pages             = (SamplePage*)calloc(s->num_pages, sizeof(SamplePage));
  sample->path         = strdup(path);
  sample->stored.slots = (uint32_t*)calloc(s->num_pages, sizeof(uint32_t));
  if (!s->pages || !sample->path || !sample->stored.slots) {
    media_sample_free(sample);
    return STATUS_NO_MEMORY;
  }

  sample->refs = 1;
  atomic_init(&sample->ready, true);
  *out = sample;
  return STATUS_OK;
}

/// An open sample; one that failed is left alone, as its file may be a new one
static MediaSample*
find_sample(const Media* const media, const char* const path)
{
  MediaSample* sample = media->samples;
  while (sample &&
         (atomic_load(&sample->stored.failed) || strcmp(sample->path, path))) {
    sample = sample->next;
  }

  return sample;
}

size_t
media_held_size(const MediaSample* const sample)
{
  return sample->stored.sample.num_pages *
         page_store_page_size(&sample->stored);
}

/// Hold a sample for life if it is short and there is room for it
static void
hold_if_short(Media* const media, MediaSample* const sample)
{
  const CacheInfo* const info = cache_info(sample->stored.file);
  const size_t           size = media_held_size(sample);
  if (info->frames > (uint64_t)MEDIA_SHORT_SECONDS * info->rate ||
      size > media->config.held_budget - media->held) {
    return;
  }

  free(sample->stored.slots);
  sample->stored.slots = NULL;
  media->held += size;
  atomic_store(&sample->ready, false);
  if (media->fill_last) {
    media->fill_last->next_fill = sample;
  } else {
    media->fill_first = sample;
  }

  media->fill_last = sample;
}

void
media_stop_filling(Media* const media, const MediaSample* const sample)
{
  MediaSample* last = NULL;
  for (MediaSample* s = media->fill_first; s; s = s->next_fill) {
    if (s == sample) {
      MediaSample** const link = last ? &last->next_fill : &media->fill_first;
      *link                    = s->next_fill;
      media->fill_last = media->fill_last == s ? last : media->fill_last;
      return;
    }

    last = s;
  }
}

void
media_disown(Media* const media, MediaSample* const sample)
{
  if (--sample->refs) {
    return;
  }

  MediaSample** link = &media->samples;
  while (*link != sample) {
    link = &(*link)->next;
  }

  media->late_gone += atomic_load(&sample->stored.sample.late);
  *link           = sample->next;
  sample->next    = media->released;
  media->released = sample;
}

void
media_disown_pins(Media* const media, PinSet* const set)
{
  for (uint32_t i = 0; set && i < set->num; ++i) {
    media_disown(media, (MediaSample*)set->pins[i].sample);
  }

  free(set);
}

/// Release all, after the thread has ended
static void
clear(Media* const media)
{
  cycle_clock_set(&media->store.clock, NULL);
  media_thread_clear(media);
  page_store_clear(&media->store);
  for (uint32_t i = 0; media->rings && i < media->config.num_rings; ++i) {
    ring_free(media->rings[i]);
  }

  free(media->rings);
  pthread_cond_destroy(&media->wake);
  pthread_cond_destroy(&media->done);
  pthread_mutex_destroy(&media->lock);
  free(media);
}

static bool
make_rings(Media* const media)
{
  const uint32_t num = media->config.num_rings;
  media->rings       = (Ring**)calloc(num, sizeof(Ring*));
  for (uint32_t i = 0; media->rings && i < num; ++i) {
    media->rings[i] = ring_new(MEDIA_RING_SIZE, sizeof(PageRequest));
    if (!media->rings[i]) {
      return false;
    }
  }

  return media->rings;
}

Media*
media_new(const MediaConfig* const config)
{
  Media* const media = (Media*)calloc(1, sizeof(Media));
  if (!media) {
    return NULL;
  }

  media->config = *config;
  media->config.page_budget =
    config->page_budget ? config->page_budget : DEFAULT_PAGE_BUDGET;
  media->config.held_budget =
    config->held_budget ? config->held_budget : DEFAULT_HELD_BUDGET;
  const size_t budget = media->config.page_budget;
  const size_t most   = config->page_most ? config->page_most : 2u * budget;
  page_store_init(&media->store, budget, most);

  pthread_condattr_t attr;
  pthread_condattr_init(&attr);
  pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  pthread_cond_init(&media->wake, &attr);
  pthread_condattr_destroy(&attr);
  pthread_cond_init(&media->done, NULL);
  pthread_mutex_init(&media->lock, NULL);

  if (!make_rings(media) ||
      pthread_create(&media->thread, NULL, media_thread_run, media)) {
    clear(media);
    return NULL;
  }

  return media;
}

void
media_free(Media* const media)
{
  if (media) {
    pthread_mutex_lock(&media->lock);
    media->stopping = true;
    media_wake(media);
    pthread_mutex_unlock(&media->lock);
    pthread_join(media->thread, NULL);
    clear(media);
  }
}

Ring*
media_ring(Media* const media, const uint32_t i)
{
  return media->rings[i];
}

void
media_set_cycles(Media* const media, const atomic_uint* const cycles)
{
  cycle_clock_set(&media->store.clock, cycles);
  pthread_mutex_lock(&media->lock);
  media->running = cycles;
  media_wake(media);
  pthread_mutex_unlock(&media->lock);
}

Status
media_open(Media* const media, const char* const path, Sample** const out)
{
  MediaSample* opened = NULL;
  pthread_mutex_lock(&media->lock);
  MediaSample* sample = find_sample(media, path);
  if (!sample) {
    // Files are opened without the lock; another may have been faster
    pthread_mutex_unlock(&media->lock);
    const Status status = sample_new(path, &opened);
    if (status) {
      return status;
    }

    pthread_mutex_lock(&media->lock);
    sample = find_sample(media, path);
  }

  if (sample) {
    ++sample->refs;
  } else {
    sample         = opened;
    opened         = NULL;
    sample->next   = media->samples;
    media->samples = sample;
    hold_if_short(media, sample);
    media_wake(media);
  }

  pthread_mutex_unlock(&media->lock);
  media_sample_free(opened);
  *out = &sample->stored.sample;
  return STATUS_OK;
}

void
media_retain(Media* const media, Sample* const sample)
{
  pthread_mutex_lock(&media->lock);
  ++((MediaSample*)sample)->refs;
  pthread_mutex_unlock(&media->lock);
}

void
media_release(Media* const media, Sample* const sample)
{
  if (sample) {
    pthread_mutex_lock(&media->lock);
    media_disown(media, (MediaSample*)sample);
    media_wake(media);
    pthread_mutex_unlock(&media->lock);
  }
}

bool
media_is_ready(const Sample* const sample)
{
  return atomic_load(&((const MediaSample*)sample)->ready);
}

/// Pages from a first one that exist
static uint32_t
clip_pages(const Sample* const sample, const uint32_t first, const uint32_t num)
{
  const uint32_t left =
    first < sample->num_pages ? sample->num_pages - first : 0u;
  return num < left ? num : left;
}

Status
media_set_pins(Media* const         media,
               const PagePin* const pins,
               const uint32_t       num)
{
  PinSet* const set = (PinSet*)malloc(sizeof(PinSet) + num * sizeof(PagePin));
  if (!set) {
    return STATUS_NO_MEMORY;
  }

  set->num       = num;
  set->num_pages = 0;
  for (uint32_t i = 0; i < num; ++i) {
    set->pins[i] = pins[i];
    set->pins[i].num_pages =
      clip_pages(pins[i].sample, pins[i].first_page, pins[i].num_pages);
    set->num_pages += set->pins[i].num_pages;
  }

  pthread_mutex_lock(&media->lock);
  for (uint32_t i = 0; i < num; ++i) {
    ++((MediaSample*)set->pins[i].sample)->refs;
  }

  media_disown_pins(media, media->new_pins);
  media->new_pins     = set;
  media->pins_missing = set->num_pages;
  media_wake(media);
  pthread_mutex_unlock(&media->lock);
  return STATUS_OK;
}

/// Queue up and wait for the media thread
static Status
wait_for(Media* const media, Waiter* const waiter)
{
  pthread_mutex_lock(&media->lock);
  Waiter** link = &media->waiters;
  while (*link) {
    link = &(*link)->next;
  }

  *link = waiter;
  media_wake(media);
  while (!waiter->done) {
    pthread_cond_wait(&media->done, &media->lock);
  }

  pthread_mutex_unlock(&media->lock);
  return waiter->status;
}

Status
media_wait_resident(Media* const   media,
                    Sample* const  sample,
                    const uint32_t first_page,
                    const uint32_t num_pages)
{
  MediaSample* const s   = (MediaSample*)sample;
  const uint32_t     num = clip_pages(sample, first_page, num_pages);
  if (s->stored.slots &&
      num * page_store_page_size(&s->stored) > media->config.page_budget / 2u) {
    return STATUS_TOO_LARGE;
  }

  Waiter waiter = {.sample = s, .page = first_page, .end = first_page + num};
  return wait_for(media, &waiter);
}

/// Whether a request is in a ring
static bool
is_asked(const Media* const media)
{
  for (uint32_t i = 0; i < media->config.num_rings; ++i) {
    if (ring_write_space(media->rings[i]) < MEDIA_RING_SIZE) {
      return true;
    }
  }

  return false;
}

void
media_wait_requests(Media* const media)
{
  // To be woken for nothing costs more than rendering a cycle
  if (!is_asked(media)) {
    return;
  }

  Waiter waiter = {0};
  wait_for(media, &waiter);
}

MediaStats
media_stats(Media* const media)
{
  MediaStats stats = {
    .resident_bytes = atomic_load(&media->store.resident),
    .held_bytes     = atomic_load(&media->store.held),
    .waiting_bytes  = atomic_load(&media->store.waiting),
    .pages_read     = atomic_load(&media->store.pages_read),
    .io_errors      = atomic_load(&media->store.io_errors),
  };

  pthread_mutex_lock(&media->lock);
  stats.pins_missing = media->pins_missing;
  stats.late_reads   = media->late_gone;
  for (const MediaSample* s = media->samples; s; s = s->next) {
    stats.late_reads += atomic_load(&s->stored.sample.late);
  }

  pthread_mutex_unlock(&media->lock);
  return stats;
}
