// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/composition_history.h"

#include "services/services_private.h"
#include "store/file.h"
#include "store/prune.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
  Job        job;
  Completion completion;
  char*      folder; ///< Owned
  uint32_t   keep;
  Status     status;
  char       text[FILE_TEXT_SIZE]; ///< The fault, or how many went
} PruneJob;

static void
prune_run(Job* const base)
{
  PruneJob* const job   = (PruneJob*)base;
  uint32_t        count = 0;
  job->status           = prune_snapshots(
    job->folder, job->keep, &count, job->text, sizeof(job->text));
  if (!job->status) {
    snprintf(job->text, sizeof(job->text), "%" PRIu32, count);
  }
}

static void
prune_free(PruneJob* const job)
{
  if (job) {
    free(job->folder);
    free(job);
  }
}

static void
prune_done(Job* const base)
{
  PruneJob* const job = (PruneJob*)base;
  job->completion.done(job->completion.handle, job->status, job->text);
  prune_free(job);
}

Status
compositions_prune(Services* const         services,
                   const uint32_t          keep,
                   const Completion* const completion)
{
  if (!services->store) {
    return services_fail(services, STATUS_CONFLICT, "No composition is open");
  }

  PruneJob* const job = (PruneJob*)calloc(1, sizeof(PruneJob));
  if (!job ||
      !(job->folder = library_folder(services->data_dir, services->id))) {
    prune_free(job);
    return STATUS_NO_MEMORY;
  }

  job->job.run    = prune_run;
  job->job.done   = prune_done;
  job->completion = *completion;
  job->keep       = keep;
  const Status st = jobs_add(services->jobs, &job->job);
  if (st) {
    prune_free(job);
  }

  return st;
}
