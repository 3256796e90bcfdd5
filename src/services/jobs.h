// SPDX-License-Identifier: GPL-3.0-or-later
//
// Work off the control thread
//
// A job runs on a worker of idle priority and is finished on the control
// thread.  Jobs run in the order in which they came, several at once.

#ifndef SONIC_SERVICES_JOBS_H
#define SONIC_SERVICES_JOBS_H

#include "base/status.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/// Most jobs that wait
#define JOBS_MAX 256u

typedef struct Jobs Jobs;

/// A piece of work, embedded at the start of a structure of the caller's
typedef struct Job {
  /// On a worker: do it; look at `cancelled` now and then
  void (*run)(struct Job* job);

  /// On the control thread, once it ran or was cancelled before: use the
  /// result and release the job
  void (*done)(struct Job* job);

  /// On the control thread, when `share` moved; may be null
  void (*progress)(struct Job* job, double share);

  atomic_bool cancelled;
  atomic_int  permille; ///< How much is done, written by the worker
  int         told;     ///< Last `permille` that was told
  struct Job* next;     ///< In a queue
} Job;

/// Start `num_workers` workers; null if memory or threads ran out
Jobs*
jobs_new(uint32_t num_workers);

/// Cancel what waits and runs, finish all, stop the workers (null is fine)
void
jobs_free(Jobs* jobs);

/// Queue a job, which moves; STATUS_BUSY if too many wait (it stays yours)
Status
jobs_add(Jobs* jobs, Job* job);

/// Finish jobs that have run and tell progress
void
jobs_poll(Jobs* jobs);

/// Wait until all jobs are finished, finishing them
void
jobs_wait(Jobs* jobs);

/// A descriptor that is readable when `jobs_poll` has something to do
int
jobs_fd(const Jobs* jobs);

#endif // SONIC_SERVICES_JOBS_H
