// SPDX-License-Identifier: GPL-3.0-or-later
//
// Opening, making and closing compositions
//
// Each is a job: its `run` does the work on a worker, its `done` switches on
// the control thread and answers.  composition_files.c has what leaves the open
// composition open.

#include "services/composition_store.h"

#include "media/path.h"
#include "services/composition_archive.h"
#include "services/composition_load.h"
#include "services/sample_keep.h"
#include "services/services_private.h"
#include "store/archive.h"
#include "store/file.h"
#include "store/past.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Most steps of the journal that are read for undo
#define MAX_PAST 1000u

/// A composition on its way to being the open one
typedef struct {
  Job          job;
  Services*    services;
  Completion   completion;
  bool         trusted; ///< The path need not be in a media folder
  char         path[SAMPLE_PATH_SIZE]; ///< File to import, or ""
  char         name[256];              ///< Of a new one
  char         id[LIBRARY_ID_SIZE];
  char*        folder;
  Composition* root;
  Store*       store;
  uint64_t     revision;
  Past         past; ///< What was done to it before
  LoadedAudio  audio;
  Status       status;
  char         text[FILE_TEXT_SIZE]; ///< Why it failed, or a remark
} OpenJob;

const char*
compositions_current(const Services* const services)
{
  return services->id;
}

static void
job_free(OpenJob* const job)
{
  char text[FILE_TEXT_SIZE];
  store_close(job->store, text, sizeof(text));
  composition_release(job->root);
  loaded_audio_clear(&job->audio);
  past_free(&job->past);
  free(job->folder);
  free(job);
}

static void
answer(const OpenJob* const job, const Status status, const char* const text)
{
  if (job->completion.done) {
    job->completion.done(job->completion.handle, status, text);
  }
}

static void
tell_progress(Job* const base, const double share)
{
  const OpenJob* const job = (const OpenJob*)base;
  if (job->completion.progress) {
    job->completion.progress(job->completion.handle, share, job->id);
  }
}

// On a worker

static void
store_notice(void* const handle, const Status status, const char* const text)
{
  Services* const services = (Services*)handle;
  services_log(services,
               status ? text : "What is edited is written to disk again");
}

/// Open the folder of `id`, with its audio
static Status
open_folder(OpenJob* const job)
{
  job->folder = library_folder(job->services->data_dir, job->id);
  if (!job->folder) {
    snprintf(
      job->text, sizeof(job->text), "There is no composition \"%s\"", job->id);
    return STATUS_NOT_FOUND;
  }

  const StoreConfig config = {.folder        = job->folder,
                              .notice        = store_notice,
                              .notice_handle = job->services};
  const Status      st     = store_open(&config,
                               job->text,
                               sizeof(job->text),
                               &job->root,
                               &job->revision,
                               &job->store);
  if (st) {
    return st;
  }

  // Without its past a composition is as good as new
  char fault[FILE_TEXT_SIZE] = "";
  if (past_read(job->folder,
                job->root,
                job->revision,
                MAX_PAST,
                &job->past,
                fault,
                sizeof(fault)) &&
      !job->text[0]) {
    memcpy(job->text, fault, sizeof(fault));
  }

  return composition_load_audio(
    job->services, job->root, job->folder, &job->job, &job->audio);
}

static void
open_run(Job* const base)
{
  OpenJob* const job = (OpenJob*)base;
  job->status        = open_folder(job);
}

/// Write a document under an id of its own, then open it
static Status
create_folder(OpenJob* const job, const Composition* const root)
{
  const Status st = library_create(
    job->services->data_dir, root, job->id, job->text, sizeof(job->text));
  return st ? st : open_folder(job);
}

static void
create_run(Job* const base)
{
  OpenJob* const     job  = (OpenJob*)base;
  Composition* const root = composition_new("", job->name);
  job->status             = root ? create_folder(job, root) : STATUS_NO_MEMORY;
  composition_release(root);
}

/// Check that a file may be read; local paths always may
static Status
check_path(OpenJob* const job)
{
  int          fd = -1;
  const Status st =
    job->trusted
      ? path_open_local(job->path, &fd, job->text, sizeof(job->text))
      : services_open_named(
          job->services, job->path, &fd, job->text, sizeof(job->text));
  if (st) {
    return st;
  }

  // What the descriptor is open on is what is read from here on
  char          link[64];
  const ssize_t length = (snprintf(link, sizeof(link), "/proc/self/fd/%d", fd),
                          readlink(link, job->path, sizeof(job->path) - 1u));
  close(fd);
  if (length <= 0) {
    return file_fail("read", link, job->text, sizeof(job->text));
  }

  job->path[length] = '\0';
  return STATUS_OK;
}

/// Copy the audio files beside an imported composition into DATA/samples and
/// have its samples name the copies
static Status
keep_samples(OpenJob* const job, Composition** const root)
{
  char              folder[SAMPLE_PATH_SIZE];
  const char* const slash = strrchr(job->path, '/');
  snprintf(folder,
           sizeof(folder),
           "%.*s",
           slash ? (int)(slash - job->path) : 1,
           slash ? job->path : ".");

  IdList* const order = id_list_retain((*root)->order[KIND_SAMPLE]);
  Status        st    = STATUS_OK;
  for (uint32_t i = 0; !st && i < id_list_count(order); ++i) {
    SampleNode* const copy =
      (SampleNode*)node_copy(composition_find(*root, order->ids[i]));
    st = copy ? sample_keep(job->services, folder, job->trusted, copy)
              : STATUS_NO_MEMORY;
    if (st) {
      node_release(copy ? &copy->node : NULL);
    } else {
      st = composition_put(root, &copy->node);
    }
  }

  id_list_release(order);
  return st;
}

/// Go on with what is in an archive, which may name nothing outside
static Status
unpack(OpenJob* const job, char folder[SAMPLE_PATH_SIZE])
{
  const Status st = composition_archive_unpack(
    job->services, job->path, folder, job->text, sizeof(job->text));
  if (!st) {
    snprintf(
      job->path, sizeof(job->path), "%.4000s/" ARCHIVE_COMPOSITION, folder);
    job->trusted = false;
  }

  return st;
}

static void
import_run(Job* const base)
{
  OpenJob* const job  = (OpenJob*)base;
  Composition*   root = NULL;

  char unpacked[SAMPLE_PATH_SIZE] = "";

  job->status = check_path(job);
  if (!job->status && archive_is_path(job->path)) {
    job->status = unpack(job, unpacked);
  }

  job->status =
    job->status
      ? job->status
      : composition_load_file(job->path, job->text, sizeof(job->text), &root);
  job->status = job->status ? job->status : keep_samples(job, &root);
  job->status = job->status ? job->status : create_folder(job, root);
  composition_archive_remove(unpacked);
  composition_release(root);
}

// On the control thread

/// Note a step that was done before; false if memory ran out
static bool
recall_step(Undo* const undo, const PastStep* const step)
{
  const Author author = {step->client,
                         string_text(step->who),
                         string_text(step->what),
                         string_text(step->gesture)};
  if (undo_reserve(undo)) {
    return false;
  }

  undo_push(
    undo, step->before, step->after, &author, step->revision, step->nanos);
  return true;
}

/// Let what was done before be undone, going all ways again, so that redo leads
/// along them.  Places are the same on both sides, since steps come in the same
/// order
static void
recall_past(Services* const services, const Past* const past)
{
  Undo* const undo = undo_new(past->first);
  if (!undo) {
    return;
  }

  undo_free(services->undo);
  services->undo = undo;
  for (size_t i = 0; i < past->num_visits; ++i) {
    const uint32_t place = (uint32_t)past->visits[i];
    if (place < undo_count(undo)) {
      undo_move(undo, place);
    } else if (!recall_step(undo, &past->steps[place - 1u])) {
      return;
    } else {
      undo_move(undo, place); // What comes next is a step of its own
    }
  }
}

static void
open_done(Job* const base)
{
  OpenJob* const  job      = (OpenJob*)base;
  Services* const services = job->services;
  Status          st       = job->status;
  if (!st) {
    const char* const fault = loaded_audio_pool(services, &job->audio);
    st                      = services_switch(
      services, job->id, job->folder, job->root, job->store, job->revision);
    if (!st) {
      recall_past(services, &job->past);
    }

    job->root  = st ? job->root : NULL;
    job->store = st ? job->store : NULL;
    if (!st && fault) {
      services_log(services, fault);
    }

    if (!st && job->text[0]) {
      services_log(services, job->text);
    }
  }

  if (st) {
    answer(job, st, job->text[0] ? job->text : status_text(st));
  } else {
    char text[FILE_TEXT_SIZE];
    library_set_last(services->data_dir, job->id, text, sizeof(text));
    answer(job, STATUS_OK, job->id);
  }

  job_free(job);
}

static Status
start_job(Services* const services,
          OpenJob* const  job,
          void (*const run)(Job*),
          const Completion* const completion)
{
  if (!job) {
    return STATUS_NO_MEMORY;
  }

  job->job.run      = run;
  job->job.done     = open_done;
  job->job.progress = tell_progress;
  job->services     = services;
  job->completion   = *completion;

  const Status st = jobs_add(services->jobs, &job->job);
  if (st) {
    job_free(job);
    return services_fail(services, st, "Too much else is going on");
  }

  return STATUS_OK;
}

Status
compositions_find(Services* const   services,
                  const char* const name,
                  char              id[LIBRARY_ID_SIZE])
{
  char text[FILE_TEXT_SIZE] = "";
  if (!strcmp(name, "current") || !strcmp(name, services->id)) {
    if (!services->id[0]) {
      return services_fail(services, STATUS_CONFLICT, "No composition is open");
    }

    snprintf(id, LIBRARY_ID_SIZE, "%s", services->id);
    return STATUS_OK;
  }

  const Status st =
    library_find(services->data_dir, name, id, text, sizeof(text));
  return st
           ? services_fail(services, st, "%s", text[0] ? text : status_text(st))
           : STATUS_OK;
}

Status
compositions_create(Services* const         services,
                    const char* const       name,
                    const Completion* const completion)
{
  OpenJob* const job = (OpenJob*)calloc(1, sizeof(OpenJob));
  if (job) {
    snprintf(job->name, sizeof(job->name), "%s", name);
  }

  return start_job(services, job, create_run, completion);
}

Status
compositions_open(Services* const         services,
                  const char* const       name,
                  const Completion* const completion)
{
  char         id[LIBRARY_ID_SIZE];
  const Status st = compositions_find(services, name, id);
  if (st) {
    return st;
  }

  if (!strcmp(id, services->id)) {
    completion->done(completion->handle, STATUS_OK, id);
    return STATUS_OK;
  }

  OpenJob* const job = (OpenJob*)calloc(1, sizeof(OpenJob));
  if (job) {
    snprintf(job->id, sizeof(job->id), "%s", id);
  }

  return start_job(services, job, open_run, completion);
}

static Status
import(Services* const         services,
       const char* const       path,
       const bool              trusted,
       const Completion* const completion)
{
  if (!composition_is_path(path) && !archive_is_path(path)) {
    return services_fail(services,
                         STATUS_UNSUPPORTED,
                         "Expected a file that ends in .json, .mid, .midi or "
                         ".zip, not \"%s\"",
                         path);
  }

  OpenJob* const job = (OpenJob*)calloc(1, sizeof(OpenJob));
  if (job) {
    job->trusted = trusted;
    snprintf(job->path, sizeof(job->path), "%s", path);
  }

  return start_job(services, job, import_run, completion);
}

Status
compositions_import(Services* const         services,
                    const char* const       path,
                    const Completion* const completion)
{
  return import(services, path, false, completion);
}

Status
compositions_import_local(Services* const         services,
                          const char* const       path,
                          const Completion* const completion)
{
  return import(services, path, true, completion);
}

Status
compositions_close(Services* const services, const Completion* const completion)
{
  Composition* const empty = composition_new("", "");
  const Status       st =
    empty ? services_switch(services, "", services->data_dir, empty, NULL, 0)
                : STATUS_NO_MEMORY;
  if (st) {
    composition_release(empty);
    return st;
  }

  if (completion) {
    completion->done(completion->handle, STATUS_OK, NULL);
  }

  return STATUS_OK;
}

void
composition_store_poll(Services* const services)
{
  if (services->store) {
    store_poll(services->store);
  }
}

void
composition_store_close(Services* const services)
{
  char text[FILE_TEXT_SIZE] = "";
  if (services->store && store_close(services->store, text, sizeof(text))) {
    services_log(services, text);
  }

  services->store = NULL;
}
