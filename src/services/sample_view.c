// SPDX-License-Identifier: GPL-3.0-or-later
//
// Looking at samples, and listening to them

#include "media/peaks.h"
#include "services/edit.h"
#include "services/samples.h"
#include "services/services_private.h"

#include <jansson.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Peaks of a stretch of a sample
typedef struct {
  Job               job;
  Services*         services;
  char              cache[SAMPLE_PATH_SIZE];
  uint64_t          start;
  uint64_t          frames;
  uint32_t          width;
  SampleColumnsFunc func;
  void*             handle;
  Status            status;
  SampleColumn      columns[];
} ColumnsJob;

/// Open the peaks of a cache file, which are made if they are not there
static Status
open_peaks(const ColumnsJob* const job, Peaks** const out)
{
  char path[SAMPLE_PATH_SIZE + 8u];
  snprintf(path, sizeof(path), "%s.peaks", job->cache);
  Status st = peaks_open(job->cache, path, out);
  if (st == STATUS_NOT_FOUND || st == STATUS_IO) {
    st = peaks_build(job->cache, path, &job->job.cancelled);
    st = st ? st : peaks_open(job->cache, path, out);
  }
  return st;
}

static void
columns_run(Job* const base)
{
  ColumnsJob* const job   = (ColumnsJob*)base;
  Peaks*            peaks = NULL;
  job->status             = open_peaks(job, &peaks);
  if (job->status) {
    return;
  }

  const uint32_t channels = peaks_channels(peaks);
  Peak* const out = (Peak*)calloc((size_t)job->width * channels, sizeof(Peak));
  job->status     = out
                      ? peaks_read(peaks, job->start, job->frames, job->width, out)
                      : STATUS_NO_MEMORY;
  for (uint32_t i = 0; !job->status && i < job->width; ++i) {
    const Peak* const left  = &out[(size_t)i * channels];
    const Peak* const right = left + channels - 1u;
    job->columns[i] =
      (SampleColumn){left->min, left->max, right->min, right->max};
  }
  free(out);
  peaks_close(peaks);
}

static void
columns_done(Job* const base)
{
  ColumnsJob* const job = (ColumnsJob*)base;
  job->func(job->handle,
            job->status,
            job->status ? status_text(job->status) : "",
            job->columns,
            job->width);
  free(job);
}

/// The audio of a sample, or why there is none
static Status
find_audio(Services* const            services,
           const Id                   sample,
           const PooledSample** const out)
{
  double       seconds = 0.0;
  const Status st      = samples_seconds(services, sample, &seconds);
  if (!st) {
    *out = samples_find(
      services,
      (const SampleNode*)composition_find(services_document(services), sample));
  }
  return st;
}

Status
samples_columns(Services* const         services,
                const Id                sample,
                const double            start,
                const double            seconds,
                const uint32_t          width,
                const SampleColumnsFunc func,
                void* const             handle)
{
  const PooledSample* pooled = NULL;
  Status              st     = find_audio(services, sample, &pooled);
  if (st) {
    return st;
  }

  ColumnsJob* const job =
    (ColumnsJob*)calloc(1, sizeof(ColumnsJob) + width * sizeof(SampleColumn));
  if (!job) {
    return edit_no_memory(services);
  }
  const double   rate = pooled->info.rate;
  const uint64_t all  = pooled->info.frames;
  job->job.run        = columns_run;
  job->job.done       = columns_done;
  job->services       = services;
  job->start          = (uint64_t)llround(start * rate);
  job->frames         = (uint64_t)llround(seconds * rate);
  job->width          = width;
  job->func           = func;
  job->handle         = handle;
  if (!job->frames) {
    job->frames = job->start < all ? all - job->start : 1u;
  }
  snprintf(job->cache, sizeof(job->cache), "%s", pooled->cache);
  st = jobs_add(services->jobs, &job->job);
  if (st) {
    free(job);
    return services_fail(services, st, "Too much else is going on");
  }
  return STATUS_OK;
}

/// Give a sample up once the batch that ended it is home
static void
release_sample(void* const owner, void* const thing)
{
  media_release((Media*)owner, (Sample*)thing);
}

Status
samples_preview(Services* const services, const Id sample)
{
  const PooledSample* pooled = NULL;
  const Status st = sample ? find_audio(services, sample, &pooled) : STATUS_OK;
  Batch* const batch = st ? NULL : batch_new();
  const Operation op = {.type   = OPERATION_AUDITION,
                        .sample = pooled ? pooled->audio : NULL};
  if (st) {
    return st;
  }
  if (!batch || !batch_add(batch, &op) ||
      (services->audition &&
       !batch_discard(
         batch, release_sample, services->media, services->audition))) {
    batch_free(batch);
    return edit_no_memory(services);
  }
  if (engine_send(services->engine, batch)) {
    batch->num_garbage = 0;
    batch_free(batch);
    return services_fail(
      services, STATUS_BUSY, "The engine has more edits than it can take now");
  }

  // It may go out of the pool while it plays
  services->audition = op.sample;
  if (op.sample) {
    media_retain(services->media, op.sample);
  }
  return STATUS_OK;
}

/// Whether a text has a word in it, in whichever case
static bool
has_word(const char* const text, const char* const word, const size_t size)
{
  for (const char* at = text; *at; ++at) {
    if (!strncasecmp(at, word, size)) {
      return true;
    }
  }
  return false;
}

/// Whether any tag has a word in it
static bool
has_tag(const SampleNode* const node, const char* const word, const size_t size)
{
  for (size_t i = 0; i < json_array_size(node->tags); ++i) {
    const char* const tag = json_string_value(json_array_get(node->tags, i));
    if (tag && has_word(tag, word, size)) {
      return true;
    }
  }
  return false;
}

bool
samples_match(const SampleNode* const node, const char* const words)
{
  for (const char* at = words; *(at += strspn(at, " "));
       at += strcspn(at, " ")) {
    const size_t size = strcspn(at, " ");
    if (!has_word(string_text(node->name), at, size) &&
        !has_word(string_text(node->category), at, size) &&
        !has_word(string_text(node->file), at, size) &&
        !has_tag(node, at, size)) {
      return false;
    }
  }
  return true;
}
