// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compositions on disk that leave the open one open: list, save, history,
// copies, deletion, export

#include "services/composition_export.h"
#include "services/composition_load.h"
#include "services/composition_store.h"
#include "services/edit.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "store/file.h"
#include "store/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

Status
compositions_each(Services* const       services,
                  const CompositionFunc func,
                  void* const           handle)
{
  char         text[FILE_TEXT_SIZE] = "";
  LibraryItem* items                = NULL;
  size_t       count                = 0;
  const Status st =
    library_list(services->data_dir, &items, &count, text, sizeof(text));
  if (st) {
    return services_fail(services, st, "%s", text);
  }

  // The name of the open one is the present one
  for (size_t i = 0; i < count; ++i) {
    const bool        is_open = !strcmp(items[i].id, services->id);
    const char* const name =
      is_open ? string_text(services->root->name) : items[i].name;
    if (!func(handle, items[i].id, name)) {
      break;
    }
  }

  free(items);
  return STATUS_OK;
}

// Saving

typedef struct {
  Completion completion;
} Saving;

static void
save_done(void* const       handle,
          const Status      status,
          const uint32_t    number,
          const char* const text)
{
  Saving* const saving = (Saving*)handle;
  char          result[16];
  snprintf(result, sizeof(result), "%u", number);
  saving->completion.done(
    saving->completion.handle, status, status ? text : result);
  free(saving);
}

static uint64_t
wall_nanos(void)
{
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

Status
compositions_save(Services* const         services,
                  const char* const       label,
                  const Author* const     author,
                  const Completion* const completion)
{
  if (!services->store) {
    return services_fail(services, STATUS_CONFLICT, "No composition is open");
  }

  Saving* const saving = (Saving*)calloc(1, sizeof(Saving));
  if (!saving) {
    return STATUS_NO_MEMORY;
  }

  const StoreSnapshot snapshot = {.root     = services->root,
                                  .revision = services->revision,
                                  .nanos    = wall_nanos(),
                                  .label    = label,
                                  .who      = author->who};
  saving->completion           = *completion;

  const Status st = store_save(services->store, &snapshot, save_done, saving);
  if (st) {
    free(saving);
  }

  return st;
}

// Copies, deletion, export, restoring: work on files

typedef enum {
  FILES_DUPLICATE,
  FILES_DELETE,
  FILES_EXPORT,
  FILES_RESTORE,
} FilesVerb;

typedef struct {
  Job          job;
  FilesVerb    verb;
  Services*    services;
  Completion   completion;
  char         id[LIBRARY_ID_SIZE];
  char         result[SAMPLE_PATH_SIZE]; ///< Id or path
  Composition* root;                     ///< To export, or restored
  uint32_t     number;                   ///< Of a snapshot
  uint32_t     client;
  char         who[64];
  Status       status;
  char         text[FILE_TEXT_SIZE];
} FilesJob;

/// Write a document to a new file in DATA/exports
static Status export(FilesJob* const job)
{
  char folder[SAMPLE_PATH_SIZE];
  snprintf(folder, sizeof(folder), "%s/exports", job->services->data_dir);

  const Status st = file_make_folder(folder, job->text, sizeof(job->text));
  return st ? st
            : composition_export_file(
                job->root, job->result, job->text, sizeof(job->text));
}

static Status
read_snapshot(FilesJob* const job)
{
  char* const  folder = library_folder(job->services->data_dir, job->id);
  const Status st =
    folder ? history_read(
               folder, job->number, &job->root, job->text, sizeof(job->text))
           : STATUS_NO_MEMORY;
  free(folder);
  return st;
}

static void
files_run(Job* const base)
{
  FilesJob* const   job = (FilesJob*)base;
  const char* const dir = job->services->data_dir;
  switch (job->verb) {
    case FILES_DUPLICATE:
      job->status = library_duplicate(
        dir, job->id, job->result, job->text, sizeof(job->text));
      break;
    case FILES_DELETE:
      job->status = library_delete(dir, job->id, job->text, sizeof(job->text));
      break;
    case FILES_EXPORT:
      job->status = export(job);
      break;
    case FILES_RESTORE:
      job->status = read_snapshot(job);
      break;
  }
}

/// Make a snapshot the document, as an edit that can be undone
static Status
restore(FilesJob* const job)
{
  Services* const services = job->services;
  const Author    author   = {job->client, job->who, "history/restore", ""};
  if (strcmp(services->id, job->id)) {
    return services_fail(
      services, STATUS_CONFLICT, "Another composition was opened meanwhile");
  }

  services_begin(services, &author);
  Status st = edit_replace(services, job->root);
  if (st) {
    services_abort(services);
    return st;
  }

  snprintf(job->result, sizeof(job->result), "%u", job->number);
  return services_commit(services);
}

static void
files_done(Job* const base)
{
  FilesJob* const job = (FilesJob*)base;
  Status          st  = job->status;
  if (!st && job->verb == FILES_RESTORE) {
    st = restore(job);
    if (st) {
      snprintf(
        job->text, sizeof(job->text), "%s", services_error(job->services));
    }
  }

  if (!st && job->text[0]) {
    services_log(job->services, job->text);
  }

  job->completion.done(job->completion.handle,
                       st,
                       !st            ? job->result
                       : job->text[0] ? job->text
                                      : status_text(st));
  composition_release(job->root);
  free(job);
}

static FilesJob*
files_job(Services* const         services,
          const FilesVerb         verb,
          const char* const       id,
          const Completion* const completion)
{
  FilesJob* const job = (FilesJob*)calloc(1, sizeof(FilesJob));
  if (job) {
    job->job.run    = files_run;
    job->job.done   = files_done;
    job->verb       = verb;
    job->services   = services;
    job->completion = *completion;
    snprintf(job->id, sizeof(job->id), "%s", id);
  }

  return job;
}

static Status
files_start(FilesJob* const job)
{
  const Status st =
    job ? jobs_add(job->services->jobs, &job->job) : STATUS_NO_MEMORY;
  if (st && job) {
    composition_release(job->root);
    free(job);
  }

  return st;
}

/// A job that waits until the open composition is on disk
static void
start_synced(void* const handle, const Status status, const char* const text)
{
  FilesJob* const  job        = (FilesJob*)handle;
  const Completion completion = job->completion;
  const Status     st         = status ? status : files_start(job);
  if (status) {
    free(job);
  }

  if (st) {
    completion.done(completion.handle, st, status ? text : status_text(st));
  }
}

Status
compositions_duplicate(Services* const         services,
                       const char* const       name,
                       const Completion* const completion)
{
  char            id[LIBRARY_ID_SIZE];
  const Status    st = compositions_find(services, name, id);
  FilesJob* const job =
    st ? NULL : files_job(services, FILES_DUPLICATE, id, completion);
  if (!job) {
    return st ? st : STATUS_NO_MEMORY;
  }

  if (strcmp(id, services->id)) {
    return files_start(job);
  }

  const Status synced = store_sync(services->store, start_synced, job);
  if (synced) {
    free(job);
  }

  return synced;
}

Status
compositions_delete(Services* const         services,
                    const char* const       name,
                    const Completion* const completion)
{
  char   id[LIBRARY_ID_SIZE];
  Status st = compositions_find(services, name, id);
  if (!st && !strcmp(id, services->id)) {
    st = compositions_close(services, NULL);
  }

  return st ? st
            : files_start(files_job(services, FILES_DELETE, id, completion));
}

/// Whether a name can be that of a file in one folder
static bool
is_file_name(const char* const name)
{
  return name[0] && name[0] != '.' && !strchr(name, '/') && strlen(name) < 200u;
}

Status
compositions_export(Services* const         services,
                    const char* const       name,
                    const char* const       file,
                    const Completion* const completion)
{
  if (!is_file_name(file)) {
    return services_fail(
      services, STATUS_BAD_ARGUMENT, "\"%s\" is no name for a file", file);
  }

  if (!composition_is_path(file)) {
    return services_fail(services,
                         STATUS_UNSUPPORTED,
                         "Expected a name that ends in .json, .mid or .midi, "
                         "not \"%s\"",
                         file);
  }

  Composition*    root = NULL;
  const Status    st   = compositions_read(services, name, &root);
  FilesJob* const job =
    st ? NULL : files_job(services, FILES_EXPORT, "", completion);
  if (!job) {
    composition_release(root);
    return st ? st : STATUS_NO_MEMORY;
  }

  job->root = root;
  snprintf(job->result,
           sizeof(job->result),
           "%.3800s/exports/%s",
           services->data_dir,
           file);
  return files_start(job);
}

Status
compositions_restore(Services* const         services,
                     const int64_t           number,
                     const Author* const     author,
                     const Completion* const completion)
{
  if (!services->store) {
    return services_fail(services, STATUS_CONFLICT, "No composition is open");
  }

  FilesJob* const job =
    files_job(services, FILES_RESTORE, services->id, completion);
  if (job) {
    job->number = number > 0 && number <= UINT32_MAX ? (uint32_t)number : 0;
    job->client = author->client;
    snprintf(job->who, sizeof(job->who), "%s", author->who);
  }

  return files_start(job);
}

// Reading

Status
compositions_history(Services* const    services,
                     const char* const  name,
                     const SnapshotFunc func,
                     void* const        handle)
{
  char   id[LIBRARY_ID_SIZE];
  Status st = compositions_find(services, name, id);
  if (st) {
    return st;
  }

  char         text[FILE_TEXT_SIZE] = "";
  char* const  folder               = library_folder(services->data_dir, id);
  HistoryItem* items                = NULL;
  size_t       count                = 0;
  st = folder ? history_list(folder, &items, &count, text, sizeof(text))
              : STATUS_NO_MEMORY;
  for (size_t i = 0; !st && i < count; ++i) {
    if (!func(handle, items[i].number, items[i].time, items[i].label)) {
      break;
    }
  }

  free(items);
  free(folder);
  return st ? services_fail(services, st, "%s", text) : STATUS_OK;
}

Status
compositions_read(Services* const     services,
                  const char* const   name,
                  Composition** const out)
{
  char   id[LIBRARY_ID_SIZE];
  Status st = compositions_find(services, name, id);
  if (st) {
    return st;
  }

  if (!strcmp(id, services->id)) {
    *out = composition_retain(services_document(services));
    return STATUS_OK;
  }

  char        text[FILE_TEXT_SIZE] = "";
  uint64_t    revision             = 0;
  char* const folder               = library_folder(services->data_dir, id);
  st = folder ? store_read(folder, text, sizeof(text), out, &revision)
              : STATUS_NO_MEMORY;
  free(folder);
  return st ? services_fail(services, st, "%s", text) : STATUS_OK;
}

Status
compositions_read_snapshot(Services* const     services,
                           const int64_t       number,
                           Composition** const out)
{
  char        text[FILE_TEXT_SIZE] = "";
  char* const folder = library_folder(services->data_dir, services->id);
  if (!folder || number < 1 || number > UINT32_MAX) {
    free(folder);
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "The history has no snapshot %lld",
                         (long long)number);
  }

  const Status st =
    history_read(folder, (uint32_t)number, out, text, sizeof(text));
  free(folder);
  return st ? services_fail(services, st, "%s", text) : STATUS_OK;
}
