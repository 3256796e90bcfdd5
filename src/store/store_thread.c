// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/clock.h"
#include "store/checkpoint.h"
#include "store/history.h"
#include "store/prune.h"
#include "store/stamp.h"
#include "store/store_private.h"

#include "model/patch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// Bytes of lines that are written at once; what is more waits for the next
#define LINES_MAX (1u << 20u)

/// Bytes of lines after which a checkpoint is due at once
#define CHECKPOINT_BYTES (4u << 20u)

/// Rest after a checkpoint, in times of what it took
#define CHECKPOINT_REST 20u

/// Time from one try to the next while the disk fails
#define RETRY_NANOS 1000000000ull

// Lines

/// Write a patch as a value
static Status
put_patch(JsonWriter* const        writer,
          const char* const        key,
          const Composition* const from,
          const Composition* const to)
{
  json_key(writer, key);
  return patch_write(writer, from, to);
}

Status
store_make_line(Text* const              text,
                const StoreCommit* const commit,
                const uint64_t           parent)
{
  const size_t start = text->size;
  char         time[40];
  stamp_write(commit->nanos, time);

  JsonWriter writer;
  json_writer_init(&writer, json_write_to_text, text, true);
  json_open(&writer, '{', true);
  json_key(&writer, "rev");
  json_put_int(&writer, (int64_t)commit->revision);
  json_key(&writer, "parent");
  json_put_int(&writer, (int64_t)parent);
  if (commit->again) {
    json_key(&writer, "as");
    json_put_int(&writer, (int64_t)commit->same_as);
  }

  if (commit->more) {
    json_key(&writer, "more");
    json_put_bool(&writer, true);
  }

  json_key(&writer, "at");
  json_put_string(&writer, time);
  json_key(&writer, "who");
  json_put_string(&writer, commit->who);
  json_key(&writer, "client");
  json_put_int(&writer, commit->client);
  json_key(&writer, "what");
  json_put_string(&writer, commit->what);
  json_key(&writer, "gesture");
  json_put_string(&writer, commit->gesture);

  Status st = put_patch(&writer, "do", commit->before, commit->after);
  st = st ? st : put_patch(&writer, "undo", commit->after, commit->before);
  json_writer_flush(&writer);
  journal_line_finish(text, start);
  if (st || text->failed) {
    // As it was, so that it can be tried again
    text->failed = false;
    text->size   = start;
    return STATUS_NO_MEMORY;
  }

  return STATUS_OK;
}

// Writing what waits

/// Take the first commit out of the queue; false if there is none
static bool
take_commit(Store* const store)
{
  if (store->is_taken) {
    return true;
  }

  pthread_mutex_lock(&store->mutex);
  if (store->queue_count) {
    store->taken       = store->queue[store->queue_first];
    store->is_taken    = true;
    store->queue_first = (store->queue_first + 1u) % STORE_QUEUE;
    store->queue_time  = clock_nanos();
    --store->queue_count;
  }

  pthread_mutex_unlock(&store->mutex);
  return store->is_taken;
}

/// Make lines of commits, up to a limit; STATUS_NO_MEMORY leaves one for later
static Status
make_lines(Store* const store)
{
  while (store->lines.size < LINES_MAX && take_commit(store)) {
    const StoreCommit* const commit = &store->taken;
    if (!store->lines.size) {
      store->lines_first = commit->revision;
    }

    if (store_make_line(&store->lines, commit, store->written)) {
      return STATUS_NO_MEMORY;
    }

    composition_release(commit->before);
    composition_release(store->root);
    store->root     = commit->after;
    store->written  = commit->revision;
    store->is_taken = false;
  }

  return STATUS_OK;
}

/// Tell the control thread how the disk does
static void
send_notice(Store* const store, const Status status, const char* const text)
{
  StoreJob* const job = (StoreJob*)calloc(1, sizeof(StoreJob));
  if (job) {
    job->type   = JOB_NOTICE;
    job->status = status;
    snprintf(job->text, sizeof(job->text), "%s", text);
    store_finish(store, job);
  }
}

/// Note how a try to write went
static Status
note_outcome(Store* const store, const Status st)
{
  if (st) {
    store->retry_time = clock_nanos() + RETRY_NANOS;
    if (!store->failing) {
      send_notice(store, st, store->failure);
    }
  } else if (store->failing) {
    send_notice(store, STATUS_OK, "what waited is on disk");
  }

  store->failing = st != STATUS_OK;
  return st;
}

/// Write all commits that wait
static Status
flush(Store* const store)
{
  for (;;) {
    // Lines that could not be written are tried again as they are
    const bool again = store->lines.size && store->failing;
    if (!again && make_lines(store) && !store->lines.size) {
      snprintf(store->failure, sizeof(store->failure), "out of memory");
      return note_outcome(store, STATUS_NO_MEMORY);
    }

    if (!store->lines.size) {
      return note_outcome(store, STATUS_OK);
    }

    const Status st = journal_append(&store->journal,
                                     store->lines_first,
                                     store->lines.data,
                                     store->lines.size,
                                     store->failure,
                                     sizeof(store->failure));
    note_outcome(store, st);
    if (st) {
      return st;
    }

    store->num_bytes += store->lines.size;
    store->last_write = clock_nanos();
    text_clear(&store->lines);
    atomic_store_explicit(
      &store->durable, store->written, memory_order_release);
  }
}

/// Take the syncs that were asked for so far
static StoreJob*
take_syncs(Store* const store)
{
  pthread_mutex_lock(&store->mutex);
  StoreJob* const syncs = store->syncs.first;
  store->syncs.first    = NULL;
  store->syncs.end      = &store->syncs.first;
  pthread_mutex_unlock(&store->mutex);
  return syncs;
}

/// Write what waits and tell those who wait for it
static void
flush_and_tell(Store* const store)
{
  StoreJob*    job = take_syncs(store);
  const Status st  = flush(store);
  while (job) {
    StoreJob* const next = job->next;
    if (job->revision > store_durable(store)) {
      job->status = st == STATUS_NO_MEMORY ? st : STATUS_IO;
      snprintf(job->text, sizeof(job->text), "%s", store->failure);
    }

    store_finish(store, job);
    job = next;
  }
}

// Files that take long.  While they are written, commits go on being written.

/// Whether commits are due, by the clock or because someone waits for them
static bool
is_due(Store* const store)
{
  const uint64_t now = clock_nanos();
  pthread_mutex_lock(&store->mutex);
  const bool waits = store->queue_count || store->is_taken || store->lines.size;
  const uint64_t time =
    store->failing ? store->retry_time : store->queue_time + store->window;
  const bool due = store->syncs.first || (waits && now >= time);
  pthread_mutex_unlock(&store->mutex);
  return due;
}

static bool
keep_flushing(void* const handle)
{
  Store* const store = (Store*)handle;
  if (is_due(store)) {
    flush_and_tell(store);
  }

  return true;
}

/// The same for a checkpoint, which is given up when the store is closed: that
/// writes a newer one
static bool
keep_flushing_unless_quit(void* const handle)
{
  Store* const store = (Store*)handle;
  pthread_mutex_lock(&store->mutex);
  const bool quit = store->quit;
  pthread_mutex_unlock(&store->mutex);
  return !quit && keep_flushing(store);
}

/// Forget the oldest lines; the checkpoint before may need those after it
static void
forget_lines(Store* const store)
{
  char text[FILE_TEXT_SIZE] = "";
  if (store->checkpoint_revision != UINT64_MAX &&
      prune_journal(store->folder,
                    store->journal_bytes,
                    store->checkpoint_revision,
                    text,
                    sizeof(text))) {
    send_notice(store, STATUS_IO, text);
  }
}

Status
store_write_checkpoint(Store* const store, bool (*const func)(void* handle))
{
  // Lines go on being written from here, so this is the moment it holds
  Composition* const root     = composition_retain(store->root);
  const uint64_t     revision = store->written;
  const uint64_t     bytes    = store->num_bytes;
  const uint64_t     start    = clock_nanos();

  json_t* const head       = checkpoint_head_of(revision);
  Checkpoint    checkpoint = {
       .root = root, .head = head, .func = func, .handle = store};
  Status st = head ? checkpoint_write_current(&checkpoint,
                                              store->folder,
                                              store->checkpoint_text,
                                              sizeof(store->checkpoint_text))
                   : file_no_memory(store->checkpoint_text,
                                    sizeof(store->checkpoint_text));
  if (!st) {
    forget_lines(store);
    store->checkpoint_revision = revision;
    store->checkpoint_size     = checkpoint.size;
    store->num_bytes -= bytes;
  }

  if (st && st != STATUS_CANCELLED && !store->checkpoint_status) {
    send_notice(store, st, store->checkpoint_text);
  }

  const uint64_t end       = clock_nanos();
  const uint64_t rest      = (end - start) * CHECKPOINT_REST;
  store->checkpoint_time   = end + (rest > store->idle ? rest : store->idle);
  store->checkpoint_status = st == STATUS_CANCELLED ? STATUS_OK : st;
  json_decref(head);
  composition_release(root);
  return st;
}

/// Number and name of the next snapshot
static Status
next_snapshot(Store* const store, StoreJob* const job, char** const path)
{
  HistoryItem* items = NULL;
  size_t       count = 0;
  char* const  dir   = file_path("%s/history", store->folder);
  Status       st    = dir ? file_make_folder(dir, job->text, sizeof(job->text))
                           : file_no_memory(job->text, sizeof(job->text));
  st                 = st ? st
                          : history_list(
              store->folder, &items, &count, job->text, sizeof(job->text));
  if (!st) {
    char stamp[STAMP_SIZE];
    stamp_write_name(job->nanos, stamp);

    job->number = count ? items[count - 1u].number + 1u : 1u;
    *path = file_path("%s/%04" PRIu32 "-%s.json", dir, job->number, stamp);
    if (!*path) {
      st = file_no_memory(job->text, sizeof(job->text));
    }
  }

  free(items);
  free(dir);
  return st;
}

void
store_write_snapshot(Store* const    store,
                     StoreJob* const job,
                     bool (*const func)(void* handle))
{
  char time[40];
  stamp_write(job->nanos, time);

  char*         path = NULL;
  Status        st   = next_snapshot(store, job, &path);
  json_t* const head = json_pack("{s:I,s:{s:i,s:s,s:s,s:s,s:I}}",
                                 "revision",
                                 (json_int_t)job->revision,
                                 "snapshot",
                                 "number",
                                 (int)job->number,
                                 "time",
                                 time,
                                 "label",
                                 job->label,
                                 "who",
                                 job->who,
                                 "revision",
                                 (json_int_t)job->revision);
  if (!st && !head) {
    snprintf(job->text, sizeof(job->text), "the label is not UTF-8");
    st = STATUS_BAD_ARGUMENT;
  }

  Checkpoint checkpoint = {
    .root = job->root, .head = head, .func = func, .handle = store};
  job->status =
    st ? st
       : checkpoint_write_new(&checkpoint, path, job->text, sizeof(job->text));
  if (!job->status && !strcmp(job->label, AUTOSAVE_LABEL)) {
    uint32_t count = 0;
    prune_autosaves(store->folder,
                    (int64_t)(job->nanos / 1000000000u),
                    &count,
                    job->text,
                    sizeof(job->text));
  }

  json_decref(head);
  free(path);
}

// The thread

/// The next snapshot to write, or null
static StoreJob*
take_save(Store* const store)
{
  pthread_mutex_lock(&store->mutex);
  StoreJob* const job = store->saves.first;
  if (job) {
    store->saves.first = job->next;
    if (!job->next) {
      store->saves.end = &store->saves.first;
    }
  }

  pthread_mutex_unlock(&store->mutex);
  return job;
}

/// When a checkpoint is due; never if it has all or the disk fails
static uint64_t
checkpoint_due(const Store* const store)
{
  if (store->checkpoint_revision == store->written || store->failing) {
    return UINT64_MAX;
  }

  // A large document is written seldom, a small one soon
  const uint64_t many = CHECKPOINT_BYTES + store->checkpoint_size;
  const uint64_t rest =
    store->num_bytes >= many ? 0u : store->last_write + store->idle;
  return rest > store->checkpoint_time ? rest : store->checkpoint_time;
}

/// Wait until there is something to do; false if the store is to be closed
static bool
wait_for_work(Store* const store)
{
  pthread_mutex_lock(&store->mutex);
  for (;;) {
    const bool waits =
      store->queue_count || store->is_taken || store->lines.size;
    const uint64_t lines      = !waits           ? UINT64_MAX
                                : store->failing ? store->retry_time
                                                 : store->queue_time + store->window;
    const uint64_t checkpoint = checkpoint_due(store);
    const uint64_t time       = lines < checkpoint ? lines : checkpoint;
    if (store->quit || store->syncs.first || store->saves.first ||
        clock_nanos() >= time) {
      break;
    }

    if (time == UINT64_MAX) {
      pthread_cond_wait(&store->cond, &store->mutex);
    } else {
      const struct timespec until = {(time_t)(time / 1000000000u),
                                     (long)(time % 1000000000u)};
      pthread_cond_timedwait(&store->cond, &store->mutex, &until);
    }
  }

  const bool quit = store->quit;
  pthread_mutex_unlock(&store->mutex);
  return !quit;
}

void*
store_run(void* const handle)
{
  Store* const store = (Store*)handle;
  for (bool going = true; going;) {
    going = wait_for_work(store);
    if (!going || is_due(store)) {
      flush_and_tell(store);
    }

    for (StoreJob* job = NULL; (job = take_save(store));) {
      flush_and_tell(store);
      store_write_snapshot(store, job, keep_flushing);
      store_finish(store, job);
    }

    if (going && clock_nanos() >= checkpoint_due(store)) {
      store_write_checkpoint(store, keep_flushing_unless_quit);
    }
  }

  if (checkpoint_due(store) != UINT64_MAX) {
    store_write_checkpoint(store, NULL);
  }

  return NULL;
}
