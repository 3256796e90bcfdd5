// SPDX-License-Identifier: GPL-3.0-or-later
//
// Decoding the samples of a document on workers

#include "media/decode.h"
#include "media/path.h"
#include "model/difference.h"
#include "services/edit.h"
#include "services/pitches.h"
#include "services/sample_keep.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "store/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Decode a file that a document names
typedef struct {
  Job          job;
  Services*    services;
  char         path[SAMPLE_PATH_SIZE]; ///< The file to be decoded
  Id           sample;                 ///< Whose audio it is
  DecodeResult result;
  Status       status;
  char         text[FILE_TEXT_SIZE];
} SampleJob;

static void
note_progress(void* const handle, const double done)
{
  Job* const job = (Job*)handle;
  atomic_store(&job->permille, (int)(done * 1000.0));
}

static void
prepare_run(Job* const base)
{
  SampleJob* const job = (SampleJob*)base;
  int              fd  = -1;
  job->status = path_open_local(job->path, &fd, job->text, sizeof(job->text));
  if (!job->status) {
    const SampleDecode decode = {
      job->services, &job->job.cancelled, note_progress, &job->job};
    job->status = sample_decode(
      &decode, fd, job->path, &job->result, job->text, sizeof(job->text));
    close(fd);
  }
}

/// Take what a job found into the pool; returns why there is no audio
static Status
pool_result(SampleJob* const job)
{
  SamplePool* const pool = job->services->samples;
  const Status      st =
    job->status ? job->status : sample_pool_add(pool, job->path, &job->result);
  if (st) {
    const char* const fault = job->text[0] ? job->text : status_text(st);
    sample_pool_add_fault(pool, job->path, fault);
  }

  return st;
}

static void
prepare_done(Job* const base)
{
  SampleJob* const job = (SampleJob*)base;
  if (!pool_result(job)) {
    services_refresh_sample(job->services, job->sample);
    pitches_prepare_sample(job->services, job->sample);
  } else {
    services_log(job->services, job->text);
  }

  free(job);
}

/// Prepares samples that have no audio yet
static bool
prepare_change(void* const handle, const Change* const change)
{
  Services* const services = (Services*)handle;
  if (change->type != NODE_SAMPLE || !change->after ||
      samples_find(services, (const SampleNode*)change->after)) {
    return true;
  }

  SampleJob* const job = (SampleJob*)calloc(1, sizeof(SampleJob));
  if (!job) {
    return true;
  }

  job->job.run  = prepare_run;
  job->job.done = prepare_done;
  job->services = services;
  job->sample   = change->id;
  samples_resolve(
    services, services->folder, (const SampleNode*)change->after, job->path);
  if (jobs_add(services->jobs, &job->job)) {
    free(job);
  }

  return true;
}

void
samples_prepare_new(Services* const          services,
                    const Composition* const before,
                    const Composition* const after)
{
  if (!before || before->things[KIND_SAMPLE] != after->things[KIND_SAMPLE]) {
    document_difference(before, after, prepare_change, services);
  }
}
