// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is on disk: compositions, their documents, their history

#include "services/composition_store.h"

#include "services/services_private.h"
#include "store/file.h"
#include "store/history.h"
#include "store/store.h"

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
    if (!func(handle, item->number, item->time, item->label)) {
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
