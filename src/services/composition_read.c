// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is on disk: compositions, their documents, their history

#include "services/composition_store.h"

#include "services/services_private.h"
#include "store/file.h"
#include "store/history.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
  for (size_t i = count; !st && i > 0; --i) {
    const HistoryItem* const item = &items[i - 1u];
    if (!func(handle, item)) {
      break;
    }
  }

  free(items);
  free(folder);
  return st ? services_fail(services, st, "%s", text) : STATUS_OK;
}

// Reading on a worker

typedef struct {
  Job                 job;
  Services*           services;
  CompositionReadFunc func;
  void*               handle;
  char                id[LIBRARY_ID_SIZE];
  Composition*        root;
  Status              status;
  char                text[FILE_TEXT_SIZE];
} ReadJob;

static void
read_run(Job* const base)
{
  ReadJob* const job      = (ReadJob*)base;
  uint64_t       revision = 0;
  char* const    folder   = library_folder(job->services->data_dir, job->id);
  job->status =
    folder
      ? store_read(folder, job->text, sizeof(job->text), &job->root, &revision)
      : STATUS_NO_MEMORY;
  free(folder);
}

static void
read_done(Job* const base)
{
  ReadJob* const job = (ReadJob*)base;
  job->func(job->handle,
            job->status,
            job->text[0] ? job->text : status_text(job->status),
            job->root);
  composition_release(job->root);
  free(job);
}

Status
compositions_request(Services* const           services,
                     const char* const         id,
                     const CompositionReadFunc func,
                     void* const               handle)
{
  ReadJob* const job = (ReadJob*)calloc(1, sizeof(ReadJob));
  if (!job) {
    return STATUS_NO_MEMORY;
  }

  job->job.run  = read_run;
  job->job.done = read_done;
  job->services = services;
  job->func     = func;
  job->handle   = handle;
  job->status   = STATUS_CANCELLED;
  snprintf(job->id, sizeof(job->id), "%s", id);
  const Status st = jobs_add(services->jobs, &job->job);
  if (st) {
    free(job);
    return services_fail(services, st, "Too much else is going on");
  }

  return STATUS_OK;
}

Status
compositions_read_snapshot(Services* const     services,
                           const int64_t       number,
                           Composition** const out)
{
  if (!number) {
    *out = composition_retain(services_document(services));
    return STATUS_OK;
  }

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
