// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/store.h"

#include "base/clock.h"
#include "store/lock.h"
#include "store/prune.h"
#include "store/recover.h"
#include "store/store_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define NANOS_PER_MS 1000000ull

// Jobs

void
store_jobs_add(StoreJobs* const jobs, StoreJob* const job)
{
  job->next  = NULL;
  *jobs->end = job;
  jobs->end  = &job->next;
}

static void
jobs_init(StoreJobs* const jobs)
{
  jobs->first = NULL;
  jobs->end   = &jobs->first;
}

static void
job_free(StoreJob* const job)
{
  composition_release(job->root);
  free(job);
}

void
store_finish(Store* const store, StoreJob* const job)
{
  pthread_mutex_lock(&store->mutex);
  store_jobs_add(&store->done, job);
  pthread_mutex_unlock(&store->mutex);

  eventfd_write(store->event_fd, 1); // Fails only if it is readable already
}

static void
deliver(const Store* const store, const StoreJob* const job)
{
  switch (job->type) {
    case JOB_SYNC:
      job->sync(job->handle, job->status, job->text);
      break;
    case JOB_SAVE:
      job->save(job->handle, job->status, job->number, job->text);
      break;
    case JOB_NOTICE:
      if (store->notice) {
        store->notice(store->notice_handle, job->status, job->text);
      }
      break;
  }
}

void
store_poll(Store* const store)
{
  eventfd_t count = 0;
  eventfd_read(store->event_fd, &count);

  pthread_mutex_lock(&store->mutex);
  StoreJob* job = store->done.first;
  jobs_init(&store->done);
  pthread_mutex_unlock(&store->mutex);

  while (job) {
    StoreJob* const next = job->next;
    deliver(store, job);
    job_free(job);
    job = next;
  }
}

int
store_fd(const Store* const store)
{
  return store->event_fd;
}

uint64_t
store_durable(const Store* const store)
{
  return atomic_load_explicit(&store->durable, memory_order_acquire);
}

// Opening

/// Release what a store has; its thread does not run
static void
store_free(Store* const store)
{
  while (store->queue_count--) {
    StoreCommit* const commit =
      &store->queue[store->queue_first++ % STORE_QUEUE];
    composition_release(commit->before);
    composition_release(commit->after);
  }

  if (store->is_taken) {
    composition_release(store->taken.before);
    composition_release(store->taken.after);
  }

  composition_release(store->root);
  journal_close(&store->journal);
  text_free(&store->lines);
  if (store->event_fd >= 0) {
    close(store->event_fd);
  }

  if (store->lock_fd >= 0) {
    close(store->lock_fd);
  }

  pthread_cond_destroy(&store->cond);
  pthread_mutex_destroy(&store->mutex);
  free(store->folder);
  free(store);
}

/// A store with nothing open yet; null if there is no memory or descriptor
static Store*
store_new(const StoreConfig* const config)
{
  Store* const store = (Store*)calloc(1, sizeof(Store));
  if (!store) {
    return NULL;
  }

  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&store->cond, &attributes);
  pthread_condattr_destroy(&attributes);
  pthread_mutex_init(&store->mutex, NULL);
  jobs_init(&store->syncs);
  jobs_init(&store->saves);
  jobs_init(&store->done);

  store->lock_fd       = -1;
  store->notice        = config->notice;
  store->notice_handle = config->notice_handle;
  store->window = (config->window_ms ? config->window_ms : 40u) * NANOS_PER_MS;
  store->idle   = (config->idle_ms ? config->idle_ms : 5000u) * NANOS_PER_MS;
  store->folder = strdup(config->folder);
  store->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  const uint64_t limit =
    config->segment_bytes ? config->segment_bytes : 4u << 20u;
  store->journal_bytes =
    config->journal_bytes ? config->journal_bytes : JOURNAL_BUDGET;
  if (!store->folder || store->event_fd < 0 ||
      journal_init(&store->journal, config->folder, limit)) {
    store_free(store);
    return NULL;
  }

  return store;
}

/// Take over what was recovered, and start
static Status
start(Store* const           store,
      const Recovered* const recovered,
      char* const            text,
      const size_t           text_size)
{
  store->root      = composition_retain(recovered->root);
  store->written   = recovered->revision;
  store->appended  = recovered->revision;
  store->num_bytes = recovered->num_bytes;
  atomic_store(&store->durable, recovered->revision);

  // What `current.json` has; what it has not is known to differ
  const bool is_current      = !recovered->stale && !recovered->num_lines;
  store->checkpoint_revision = is_current ? recovered->revision : UINT64_MAX;
  store->last_write          = clock_nanos();

  Status st = recovered->last_size ? journal_resume(&store->journal,
                                                    recovered->last.name,
                                                    recovered->last_size,
                                                    text,
                                                    text_size)
                                   : STATUS_OK;
  if (!st && recovered->stale) {
    st = store_write_checkpoint(store, NULL);
    if (st) {
      snprintf(text, text_size, "%s", store->checkpoint_text);
    }
  }

  if (!st && pthread_create(&store->thread, NULL, store_run, store)) {
    errno = EAGAIN;
    st    = file_fail("start a thread for", store->folder, text, text_size);
  }

  store->running = !st;
  return st;
}

Status
store_open(const StoreConfig* const config,
           char* const              text,
           const size_t             text_size,
           Composition** const      root,
           uint64_t* const          revision,
           Store** const            out)
{
  *out               = NULL;
  Store* const store = store_new(config);
  if (!store) {
    return file_no_memory(text, text_size);
  }

  Recovered recovered = {0};
  Status    st = store_lock(store->folder, &store->lock_fd, text, text_size);
  if (!st) {
    file_remove_temporary(store->folder);
    st = recover(store->folder, RECOVER_REPAIR, &recovered, text, text_size);
  }

  st = st ? st : start(store, &recovered, text, text_size);
  if (st) {
    composition_release(recovered.root);
    store_free(store);
    return st;
  }

  snprintf(text, text_size, "%s", recovered.remark);
  *root     = recovered.root;
  *revision = recovered.revision;
  *out      = store;
  return STATUS_OK;
}

Status
store_read(const char* const   folder,
           char* const         text,
           const size_t        text_size,
           Composition** const root,
           uint64_t* const     revision)
{
  Recovered    recovered;
  const Status st = recover(folder, RECOVER_LOOK, &recovered, text, text_size);
  if (st) {
    return st;
  }

  snprintf(text, text_size, "%s", recovered.remark);
  *root     = recovered.root;
  *revision = recovered.revision;
  return STATUS_OK;
}

Status
store_close(Store* const store, char* const text, const size_t text_size)
{
  if (text_size) {
    text[0] = '\0';
  }

  if (!store) {
    return STATUS_OK;
  }

  pthread_mutex_lock(&store->mutex);
  store->quit = true;
  pthread_cond_signal(&store->cond);
  pthread_mutex_unlock(&store->mutex);
  pthread_join(store->thread, NULL);
  store_poll(store);

  Status st = STATUS_OK;
  if (store->failing) {
    st = STATUS_IO;
    snprintf(text, text_size, "%s", store->failure);
  } else if (store->checkpoint_status) {
    st = store->checkpoint_status;
    snprintf(text, text_size, "%s", store->checkpoint_text);
  }

  store_free(store);
  return st;
}

// Commits

/// Copy a text that may be too long, cut between characters
static void
copy_text(char* const out, const size_t size, const char* const text)
{
  size_t length = strnlen(text, size);
  if (length == size) {
    --length;
    while (length && ((unsigned char)text[length] & 0xC0u) == 0x80u) {
      --length;
    }
  }

  memcpy(out, text, length);
  out[length] = '\0';
}

/// Whether a commit goes on with the one before it
static bool
goes_on(const StoreCommit* const last, const StoreEntry* const entry)
{
  return !last->sealed && entry->gesture[0] && !entry->again && !last->again &&
         last->client == entry->client &&
         !strncmp(last->gesture, entry->gesture, STORE_GESTURE_SIZE - 1u) &&
         !strncmp(last->who, entry->who, STORE_WHO_SIZE - 1u);
}

/// Let a commit lead to a later document
static void
merge(StoreCommit* const last, const StoreEntry* const entry)
{
  composition_release(last->after);
  last->after    = composition_retain(entry->after);
  last->revision = entry->revision;
}

void
store_append(Store* const store, const StoreEntry* const entry)
{
  pthread_mutex_lock(&store->mutex);
  StoreCommit* const last =
    store->queue_count
      ? &store
           ->queue[(store->queue_first + store->queue_count - 1u) % STORE_QUEUE]
      : NULL;
  if (last && goes_on(last, entry)) {
    merge(last, entry);
  } else if (store->queue_count == STORE_QUEUE) {
    // The disk is slow: rather one large step than memory without bound
    merge(last, entry);
    last->gesture[0] = '\0';
    last->again      = false;
    last->more       = false;
  } else {
    StoreCommit* const commit =
      &store->queue[(store->queue_first + store->queue_count) % STORE_QUEUE];
    commit->revision = entry->revision;
    commit->again    = entry->again;
    commit->same_as  = entry->same_as;
    commit->more     = entry->more;
    commit->nanos    = entry->nanos;
    commit->client   = entry->client;
    commit->sealed   = false;
    commit->before   = composition_retain(entry->before);
    commit->after    = composition_retain(entry->after);
    copy_text(commit->who, STORE_WHO_SIZE, entry->who);
    copy_text(commit->what, STORE_WHO_SIZE, entry->what ? entry->what : "");
    copy_text(commit->gesture, STORE_GESTURE_SIZE, entry->gesture);
    if (!store->queue_count++) {
      store->queue_time = clock_nanos();
      pthread_cond_signal(&store->cond);
    }
  }

  store->appended = entry->revision;
  pthread_mutex_unlock(&store->mutex);
}

/// A job that waits for all that was appended, owned; null if no memory
static StoreJob*
job_new(const JobType type, void* const handle)
{
  StoreJob* const job = (StoreJob*)calloc(1, sizeof(StoreJob));
  if (job) {
    job->type   = type;
    job->handle = handle;
  }

  return job;
}

Status
store_sync(Store* const store, const StoreSyncFunc func, void* const handle)
{
  StoreJob* const job = job_new(JOB_SYNC, handle);
  if (!job) {
    return STATUS_NO_MEMORY;
  }

  job->sync = func;
  pthread_mutex_lock(&store->mutex);
  job->revision = store->appended;
  store_jobs_add(&store->syncs, job);
  pthread_cond_signal(&store->cond);
  pthread_mutex_unlock(&store->mutex);
  return STATUS_OK;
}

Status
store_save(Store* const               store,
           const StoreSnapshot* const snapshot,
           const StoreSaveFunc        func,
           void* const                handle)
{
  StoreJob* const job = job_new(JOB_SAVE, handle);
  if (!job) {
    return STATUS_NO_MEMORY;
  }

  job->save     = func;
  job->root     = composition_retain(snapshot->root);
  job->revision = snapshot->revision;
  job->nanos    = snapshot->nanos;
  copy_text(job->label, sizeof(job->label), snapshot->label);
  copy_text(job->who, sizeof(job->who), snapshot->who);

  // A line of the journal ends where the snapshot is, so that it leads on
  pthread_mutex_lock(&store->mutex);
  if (store->queue_count) {
    const uint32_t last = store->queue_first + store->queue_count - 1u;
    store->queue[last % STORE_QUEUE].sealed = true;
  }

  store_jobs_add(&store->saves, job);
  pthread_cond_signal(&store->cond);
  pthread_mutex_unlock(&store->mutex);
  return STATUS_OK;
}
