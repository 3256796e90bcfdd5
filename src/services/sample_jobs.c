// SPDX-License-Identifier: GPL-3.0-or-later
//
// Importing and decoding samples on workers

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

/// Decode a file and, if it was named over the network, copy it first
typedef struct {
  Job          job;
  Services*    services;
  char         name[SAMPLE_PATH_SIZE]; ///< As it was named
  char         path[SAMPLE_PATH_SIZE]; ///< The file to be decoded
  Id           sample;                 ///< Whose audio it is, or none yet
  Author       author;                 ///< Texts are below
  char         who[64];
  Completion   completion;
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

/// Decode the open file into the cache
static Status
decode(SampleJob* const job, const int fd, const char* const name)
{
  char cache[SAMPLE_PATH_SIZE];
  samples_cache_folder(job->services, cache);

  const DecodeConfig config = {.folder   = cache,
                               .rate     = job->services->rate,
                               .progress = note_progress,
                               .handle   = &job->job,
                               .cancel   = &job->job.cancelled};
  const Status       st = file_make_folder(cache, job->text, sizeof(job->text));
  return st ? st
            : decode_file(
                &config, fd, name, &job->result, job->text, sizeof(job->text));
}

// A file that a document names

static void
prepare_run(Job* const base)
{
  SampleJob* const job = (SampleJob*)base;
  int              fd  = -1;
  job->status = path_open_local(job->path, &fd, job->text, sizeof(job->text));
  if (!job->status) {
    job->status = decode(job, fd, job->path);
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

// A file from outside

static void
import_run(Job* const base)
{
  SampleJob* const job = (SampleJob*)base;
  int              fd  = -1;

  job->status = services_open_named(
    job->services, job->name, &fd, job->text, sizeof(job->text));
  if (job->status) {
    return;
  }

  // Decode before anything is kept, so that what is no audio leaves no trace
  job->status = decode(job, fd, job->name);
  job->status = job->status ? job->status
                            : sample_keep_file(job->services,
                                               fd,
                                               job->name,
                                               job->path,
                                               job->text,
                                               sizeof(job->text));
  close(fd);
}

/// Add the sample of an imported file to the document
static Status
add_sample(SampleJob* const job, Id* const id)
{
  Services* const services = job->services;
  services_begin(services, &job->author);

  const char* const file = strrchr(job->path, '/') + 1;
  const char* const dot  = strrchr(file, '.');
  char              name[256];
  snprintf(name,
           sizeof(name),
           "%.*s",
           (int)(dot && dot > file ? dot - file : (long)strlen(file)),
           file);

  Status st = composition_take_id(edit_draft(services), KIND_SAMPLE, id);
  SampleNode* const node = st ? NULL : (SampleNode*)node_new(NODE_SAMPLE, *id);
  if (!node || !edit_string(&node->name, name) ||
      !edit_string(&node->file, file)) {
    node_release(node ? &node->node : NULL);
    services_abort(services);
    return st ? st : STATUS_NO_MEMORY;
  }

  if ((st = edit_put(services, &node->node))) {
    services_abort(services);
    return st;
  }

  return services_commit(services);
}

static void
import_done(Job* const base)
{
  SampleJob* const job = (SampleJob*)base;
  Id               id  = ID_NONE;
  Status           st  = job->status ? job->status : pool_result(job);
  st                   = st ? st : add_sample(job, &id);

  char              text[ID_TEXT_SIZE];
  const char* const cause = job->text[0] ? job->text : status_text(st);
  job->completion.done(
    job->completion.handle, st, st ? cause : id_format(id, text));
  free(job);
}

static void
import_progress(Job* const base, const double share)
{
  SampleJob* const job = (SampleJob*)base;
  job->completion.progress(job->completion.handle, share, job->name);
}

Status
samples_import(Services* const         services,
               const Author* const     author,
               const char* const       path,
               const Completion* const completion)
{
  SampleJob* const job = (SampleJob*)calloc(1, sizeof(SampleJob));
  if (!job) {
    return STATUS_NO_MEMORY;
  }

  job->job.run      = import_run;
  job->job.done     = import_done;
  job->job.progress = import_progress;
  job->services     = services;
  job->completion   = *completion;
  snprintf(job->name, sizeof(job->name), "%s", path);
  snprintf(job->who, sizeof(job->who), "%s", author->who);
  job->author = (Author){author->client, job->who, "/samples/import", ""};

  const Status st = jobs_add(services->jobs, &job->job);
  if (st) {
    free(job);
  }

  return st;
}
