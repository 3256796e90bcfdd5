// SPDX-License-Identifier: GPL-3.0-or-later
//
// In the pool of samples one at another pitch has the path of the recording, a
// line feed, which no path of ours has, and the pitch.

#include "services/pitches.h"

#include "media/pitch.h"
#include "model/difference.h"
#include "services/samples.h"
#include "services/services_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE (SAMPLE_PATH_SIZE + 16u)

typedef struct PitchJob {
  Job              job;
  Services*        services;
  Id               sample;
  double           semitones;
  char             name[NAME_SIZE];          ///< In the pool
  char             cache[CACHE_PATH_SIZE];   ///< The recording as it is
  char             folder[SAMPLE_PATH_SIZE]; ///< Of the cache
  DecodeResult     result;
  Status           status;
  char             text[256];
  struct PitchJob* next; ///< Of those under way
} PitchJob;

/// Pitches that differ by less sound the same
static long
steps_of(const double semitones)
{
  return lround(semitones * PITCH_STEPS);
}

/// Name of a sample at a pitch in the pool
static void
make_name(Services* const         services,
          const SampleNode* const node,
          const double            semitones,
          char                    name[NAME_SIZE])
{
  char path[SAMPLE_PATH_SIZE];
  samples_resolve(services, services->folder, node, path);
  snprintf(name, NAME_SIZE, "%s\n%ld", path, steps_of(semitones));
}

Sample*
pitches_audio(Services* const         services,
              const SampleNode* const node,
              const double            semitones)
{
  if (!steps_of(semitones)) {
    return samples_audio(services, node);
  }

  char name[NAME_SIZE];
  make_name(services, node, semitones, name);
  const PooledSample* const pooled = sample_pool_find(services->samples, name);
  return pooled ? pooled->audio : NULL;
}

/// The job that makes something, or null
static PitchJob*
find_job(const Services* const services, const char* const name)
{
  PitchJob* job = services->pitch_jobs;
  while (job && strcmp(job->name, name)) {
    job = job->next;
  }

  return job;
}

static void
note_progress(void* const handle, const double done)
{
  atomic_store(&((Job*)handle)->permille, (int)(done * 1000.0));
}

static void
run(Job* const base)
{
  PitchJob* const    job    = (PitchJob*)base;
  const DecodeConfig config = {.folder   = job->folder,
                               .progress = note_progress,
                               .handle   = base,
                               .cancel   = &base->cancelled};
  job->status               = pitch_file(&config,
                           job->cache,
                           job->semitones,
                           &job->result,
                           job->text,
                           sizeof(job->text));
}

static void
done(Job* const base)
{
  PitchJob* const job      = (PitchJob*)base;
  Services* const services = job->services;
  PitchJob**      link     = &services->pitch_jobs;
  const bool      wanted   = !atomic_load(&base->cancelled);
  while (*link != job) {
    link = &(*link)->next;
  }

  *link     = job->next;
  Status st = job->status;
  if (wanted && !st) {
    st = sample_pool_add(services->samples, job->name, &job->result);
  }

  if (wanted && !st) {
    services_refresh_sample(services, job->sample);
  } else if (wanted) {
    const char* const fault = job->text[0] ? job->text : status_text(st);
    sample_pool_add_fault(services->samples, job->name, fault);
    services_log(services, fault);
  }

  free(job);
}

/// Begin to make what a clip wants, unless that is done, tried or under way
static void
prepare(Services* const          services,
        const Composition* const root,
        const Clip*              clip)
{
  const SampleNode* const node =
    (const SampleNode*)composition_find(root, clip->sample);
  char name[NAME_SIZE];
  if (!node || !steps_of(clip->pitch)) {
    return;
  }

  make_name(services, node, clip->pitch, name);
  const PooledSample* const plain = samples_find(services, node);
  PitchJob* const           same  = find_job(services, name);
  if (!plain || !plain->audio || sample_pool_find(services->samples, name) ||
      (same && !atomic_load(&same->job.cancelled))) {
    return;
  }

  PitchJob* const job = (PitchJob*)calloc(1, sizeof(PitchJob));
  if (!job) {
    return;
  }

  job->job.run   = run;
  job->job.done  = done;
  job->services  = services;
  job->sample    = clip->sample;
  job->semitones = (double)steps_of(clip->pitch) / PITCH_STEPS;
  snprintf(job->name, sizeof(job->name), "%s", name);
  snprintf(job->cache, sizeof(job->cache), "%s", plain->cache);
  samples_cache_folder(services, job->folder);
  if (jobs_add(services->jobs, &job->job)) {
    free(job);
    return;
  }

  job->next            = services->pitch_jobs;
  services->pitch_jobs = job;
}

/// Whether a clip wants what a job makes
typedef struct {
  const PitchJob* job;
  bool            wanted;
} Want;

static bool
see_clip(void* const handle, const uint32_t number, const Node* const node)
{
  (void)number;
  Want* const       want = (Want*)handle;
  const Clip* const clip = (const Clip*)node;
  want->wanted           = clip->sample == want->job->sample &&
                 steps_of(clip->pitch) == steps_of(want->job->semitones);
  return !want->wanted;
}

/// Stop what no clip wants any more
static void
cancel_unwanted(Services* const services, const Composition* const root)
{
  for (PitchJob* job = services->pitch_jobs; job; job = job->next) {
    Want want = {job, false};
    table_each(root->things[KIND_CLIP], see_clip, &want);
    if (!want.wanted) {
      atomic_store(&job->job.cancelled, true);
    }
  }
}

typedef struct {
  Services*          services;
  const Composition* root;
  Id                 sample; ///< Only its clips, if not ID_NONE
} Walk;

static bool
prepare_change(void* const handle, const Change* const change)
{
  const Walk* const walk = (const Walk*)handle;
  if (change->type == NODE_CLIP && change->after) {
    prepare(walk->services, walk->root, (const Clip*)change->after);
  }

  return true;
}

void
pitches_prepare(Services* const          services,
                const Composition* const before,
                const Composition* const after)
{
  if (before && before->things[KIND_CLIP] == after->things[KIND_CLIP]) {
    return;
  }

  Walk walk = {services, after, ID_NONE};
  document_difference(before, after, prepare_change, &walk);
  cancel_unwanted(services, after);
}

static bool
prepare_of_sample(void* const       handle,
                  const uint32_t    number,
                  const Node* const node)
{
  (void)number;
  const Walk* const walk = (const Walk*)handle;
  const Clip* const clip = (const Clip*)node;
  if (clip->sample == walk->sample) {
    prepare(walk->services, walk->root, clip);
  }

  return true;
}

void
pitches_prepare_sample(Services* const services, const Id sample)
{
  Walk walk = {services, services->root, sample};
  table_each(services->root->things[KIND_CLIP], prepare_of_sample, &walk);
}

double
pitches_progress(Services* const services, const Clip* const clip)
{
  const SampleNode* const node = (const SampleNode*)composition_find(
    services_document(services), clip->sample);
  char name[NAME_SIZE];
  if (!node || !steps_of(clip->pitch)) {
    return 1.0;
  }

  make_name(services, node, clip->pitch, name);
  const PitchJob* const job = find_job(services, name);
  return sample_pool_find(services->samples, name) ? 1.0
         : job ? atomic_load(&job->job.permille) / 1000.0
               : 0.0;
}
