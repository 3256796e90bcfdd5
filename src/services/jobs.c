// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/jobs.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MAX_WORKERS 4u

/// Jobs in order
typedef struct {
  Job* first;
  Job* last;
} Queue;

struct Jobs {
  pthread_mutex_t mutex; ///< Guards the queues, `running`, `quit`
  pthread_cond_t  wake;  ///< For workers
  Queue           waiting;
  Queue           finished;
  Job*            running[MAX_WORKERS];
  uint32_t        num_waiting;
  uint32_t        num_workers;
  uint32_t        num_open; ///< Not yet finished by control
  bool            quit;
  int             fd;
  pthread_t       workers[MAX_WORKERS];
};

/// What a worker starts with
typedef struct {
  Jobs*    jobs;
  uint32_t index;
} Start;

static void
push(Queue* const queue, Job* const job)
{
  job->next = NULL;
  if (queue->last) {
    queue->last->next = job;
  } else {
    queue->first = job;
  }

  queue->last = job;
}

static Job*
pop(Queue* const queue)
{
  Job* const job = queue->first;
  if (job) {
    queue->first = job->next;
    queue->last  = queue->first ? queue->last : NULL;
  }

  return job;
}

static void
signal_control(const Jobs* const jobs)
{
  const uint64_t one = 1;
  // It can only fail when the counter is full, and then it is readable anyway
  const ssize_t written = write(jobs->fd, &one, sizeof(one));
  (void)written;
}

static void*
work(void* const argument)
{
  const Start start = *(Start*)argument;
  Jobs* const jobs  = start.jobs;
  free(argument);

  // Work waits for everything else; without the right to say so it does not
  const struct sched_param idle = {0};
  pthread_setschedparam(pthread_self(), SCHED_BATCH, &idle);

  pthread_mutex_lock(&jobs->mutex);
  for (;;) {
    Job* job = NULL;
    while (!(job = pop(&jobs->waiting)) && !jobs->quit) {
      pthread_cond_wait(&jobs->wake, &jobs->mutex);
    }

    if (!job) {
      break;
    }

    --jobs->num_waiting;
    jobs->running[start.index] = job;
    pthread_mutex_unlock(&jobs->mutex);

    if (!atomic_load(&job->cancelled)) {
      job->run(job);
    }

    pthread_mutex_lock(&jobs->mutex);
    jobs->running[start.index] = NULL;
    push(&jobs->finished, job);
    signal_control(jobs);
  }

  pthread_mutex_unlock(&jobs->mutex);
  return NULL;
}

static bool
start_worker(Jobs* const jobs)
{
  Start* const start = (Start*)malloc(sizeof(Start));
  if (!start) {
    return false;
  }

  start->jobs  = jobs;
  start->index = jobs->num_workers;
  if (pthread_create(&jobs->workers[start->index], NULL, work, start)) {
    free(start);
    return false;
  }

  ++jobs->num_workers;
  return true;
}

Jobs*
jobs_new(const uint32_t num_workers)
{
  Jobs* const jobs = (Jobs*)calloc(1, sizeof(Jobs));
  if (!jobs) {
    return NULL;
  }

  pthread_mutex_init(&jobs->mutex, NULL);
  pthread_cond_init(&jobs->wake, NULL);
  jobs->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  bool ok  = jobs->fd >= 0;
  for (uint32_t i = 0; ok && i < num_workers && i < MAX_WORKERS; ++i) {
    ok = start_worker(jobs);
  }

  if (!ok) {
    jobs_free(jobs);
    return NULL;
  }

  return jobs;
}

void
jobs_free(Jobs* const jobs)
{
  if (!jobs) {
    return;
  }

  pthread_mutex_lock(&jobs->mutex);
  jobs->quit = true;
  for (Job* job = jobs->waiting.first; job; job = job->next) {
    atomic_store(&job->cancelled, true);
  }

  for (uint32_t i = 0; i < jobs->num_workers; ++i) {
    if (jobs->running[i]) {
      atomic_store(&jobs->running[i]->cancelled, true);
    }
  }

  pthread_cond_broadcast(&jobs->wake);
  pthread_mutex_unlock(&jobs->mutex);
  for (uint32_t i = 0; i < jobs->num_workers; ++i) {
    pthread_join(jobs->workers[i], NULL);
  }

  jobs_poll(jobs);
  if (jobs->fd >= 0) {
    close(jobs->fd);
  }

  pthread_cond_destroy(&jobs->wake);
  pthread_mutex_destroy(&jobs->mutex);
  free(jobs);
}

Status
jobs_add(Jobs* const jobs, Job* const job)
{
  pthread_mutex_lock(&jobs->mutex);
  const bool room = jobs->num_waiting < JOBS_MAX;
  if (room) {
    push(&jobs->waiting, job);
    ++jobs->num_waiting;
    ++jobs->num_open;
    pthread_cond_signal(&jobs->wake);
  }

  pthread_mutex_unlock(&jobs->mutex);
  return room ? STATUS_OK : STATUS_BUSY;
}

/// Tell how far the running jobs are; they can't end meanwhile, since only
/// control finishes them
static void
tell_progress(Jobs* const jobs)
{
  Job*     running[MAX_WORKERS] = {NULL};
  uint32_t count                = 0;
  pthread_mutex_lock(&jobs->mutex);
  for (uint32_t i = 0; i < jobs->num_workers; ++i) {
    if (jobs->running[i]) {
      running[count++] = jobs->running[i];
    }
  }

  pthread_mutex_unlock(&jobs->mutex);
  for (uint32_t i = 0; i < count; ++i) {
    const int permille = atomic_load(&running[i]->permille);
    if (running[i]->progress && permille != running[i]->told) {
      running[i]->told = permille;
      running[i]->progress(running[i], permille / 1000.0);
    }
  }
}

void
jobs_poll(Jobs* const jobs)
{
  uint64_t      count = 0;
  const ssize_t received =
    jobs->fd < 0 ? 0 : read(jobs->fd, &count, sizeof(count));
  (void)received;

  tell_progress(jobs);
  for (;;) {
    pthread_mutex_lock(&jobs->mutex);
    Job* const job = pop(&jobs->finished);
    jobs->num_open -= job ? 1u : 0u;
    pthread_mutex_unlock(&jobs->mutex);
    if (!job) {
      return;
    }

    job->done(job);
  }
}

void
jobs_wait(Jobs* const jobs)
{
  for (;;) {
    pthread_mutex_lock(&jobs->mutex);
    const uint32_t open = jobs->num_open;
    pthread_mutex_unlock(&jobs->mutex);
    if (!open) {
      return;
    }

    // Block until a worker signals, then finish what it did
    struct pollfd poller = {jobs->fd, POLLIN, 0};
    poll(&poller, 1, -1);
    jobs_poll(jobs);
  }
}

int
jobs_fd(const Jobs* const jobs)
{
  return jobs->fd;
}
