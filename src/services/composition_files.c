// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is done to compositions on disk that leaves the open one open: saving,
// copies, deletion, export, other names

#include "base/clock.h"
#include "services/composition_archive.h"
#include "services/composition_export.h"
#include "services/composition_load.h"
#include "services/composition_store.h"
#include "services/edit.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "store/archive.h"
#include "store/file.h"
#include "store/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
                                  .nanos    = clock_wall_nanos(),
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
  FILES_RENAME,
} FilesVerb;

typedef struct {
  Job          job;
  FilesVerb    verb;
  Services*    services;
  Completion   completion;
  char         id[LIBRARY_ID_SIZE];
  char         result[SAMPLE_PATH_SIZE]; ///< Id, path or name
  Composition* root;                     ///< To export, or restored
  char*        folder;                   ///< Of what is exported, owned
  uint32_t     number;                   ///< Of a snapshot
  uint32_t     client;
  char         who[64];
  Status       status;
  char         text[FILE_TEXT_SIZE];
} FilesJob;

/// Read the document of a composition that is not open
static Status
read_closed(FilesJob* const job)
{
  uint64_t     revision = 0;
  char* const  folder   = library_folder(job->services->data_dir, job->id);
  const Status st =
    folder
      ? store_read(folder, job->text, sizeof(job->text), &job->root, &revision)
      : STATUS_NO_MEMORY;
  free(folder);
  return st;
}

/// Write a document to a new file in DATA/exports
static Status
export_document(FilesJob* const job)
{
  char folder[SAMPLE_PATH_SIZE];
  snprintf(folder, sizeof(folder), "%s/exports", job->services->data_dir);

  Status st = job->root ? STATUS_OK : read_closed(job);
  st        = st ? st : file_make_folder(folder, job->text, sizeof(job->text));
  if (st) {
    return st;
  }

  return archive_is_path(job->result)
           ? composition_archive_write(job->services,
                                       job->root,
                                       job->folder,
                                       job->result,
                                       job->text,
                                       sizeof(job->text))
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

/// Commit a name to a composition that is not open
static Status
rename_root(const FilesJob* const    job,
            Store* const             store,
            const Composition* const root,
            const uint64_t           revision)
{
  Composition* const renamed = (Composition*)node_copy(&root->node);
  if (!renamed || !edit_string(&renamed->name, job->result)) {
    composition_release(renamed);
    return STATUS_NO_MEMORY;
  }

  const StoreEntry entry = {.revision = revision + 1u,
                            .nanos    = clock_wall_nanos(),
                            .client   = job->client,
                            .who      = job->who,
                            .gesture  = "",
                            .before   = root,
                            .after    = renamed};
  store_append(store, &entry);
  composition_release(renamed);
  return STATUS_OK;
}

static Status
rename_closed(FilesJob* const job)
{
  Composition*      root     = NULL;
  Store*            store    = NULL;
  uint64_t          revision = 0;
  char* const       folder   = library_folder(job->services->data_dir, job->id);
  const StoreConfig config   = {.folder = folder};
  Status            st =
    folder ? store_open(
               &config, job->text, sizeof(job->text), &root, &revision, &store)
                      : STATUS_NO_MEMORY;
  free(folder);
  if (st) {
    return st;
  }

  st                  = rename_root(job, store, root, revision);
  const Status closed = store_close(store, job->text, sizeof(job->text));
  composition_release(root);
  return st ? st : closed;
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
      job->status = export_document(job);
      break;
    case FILES_RESTORE:
      job->status = read_snapshot(job);
      break;
    case FILES_RENAME:
      job->status = rename_closed(job);
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
files_free(FilesJob* const job)
{
  composition_release(job->root);
  free(job->folder);
  free(job);
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
                       !st            ? (job->result[0] ? job->result : NULL)
                       : job->text[0] ? job->text
                                      : status_text(st));
  files_free(job);
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
    files_free(job);
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

  if (!composition_is_path(file) && !archive_is_path(file)) {
    return services_fail(services,
                         STATUS_UNSUPPORTED,
                         "Expected a name that ends in .json, .mid, .midi or "
                         ".zip, not \"%s\"",
                         file);
  }

  char            id[LIBRARY_ID_SIZE];
  const Status    st = compositions_find(services, name, id);
  FilesJob* const job =
    st ? NULL : files_job(services, FILES_EXPORT, id, completion);
  if (!job) {
    return st ? st : STATUS_NO_MEMORY;
  }

  const bool  is_open = !strcmp(id, services->id);
  char* const folder =
    is_open ? strdup(services->folder) : library_folder(services->data_dir, id);
  if (!folder) {
    free(job);
    return STATUS_NO_MEMORY;
  }

  job->root   = is_open ? composition_retain(services->root) : NULL;
  job->folder = folder;
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

Status
compositions_rename(Services* const         services,
                    const char* const       id,
                    const char* const       name,
                    const Author* const     author,
                    const Completion* const completion)
{
  FilesJob* const job = files_job(services, FILES_RENAME, id, completion);
  if (job) {
    job->client = author->client;
    snprintf(job->who, sizeof(job->who), "%s", author->who);
    snprintf(job->result, sizeof(job->result), "%s", name);
  }

  return files_start(job);
}
