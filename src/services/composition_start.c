// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is open when a program starts

#include "services/composition_load.h"
#include "services/composition_store.h"
#include "services/services_private.h"
#include "store/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// What a start waits for
typedef struct {
  Status status;
  char*  text;
  size_t text_size;
} Waiting;

static void
note_done(void* const handle, const Status status, const char* const text)
{
  Waiting* const waiting = (Waiting*)handle;
  waiting->status        = status;
  snprintf(waiting->text, waiting->text_size, "%s", text ? text : "");
}

/// Open or import what `run` is asked for; the result comes by `completion`
static Status
start_named(Services* const         services,
            const char* const       what,
            const Completion* const completion)
{
  char id[LIBRARY_ID_SIZE];
  if (!compositions_find(services, what, id)) {
    return compositions_open(services, id, completion);
  }

  return access(what, F_OK)
           ? STATUS_NOT_FOUND
           : compositions_import_local(services, what, completion);
}

/// Make the first composition: the demo, or one with nothing in it
static Status
start_first(Services* const         services,
            const char* const       fresh,
            const Completion* const completion)
{
  char demo[SAMPLE_PATH_SIZE];
  snprintf(
    demo, sizeof(demo), "%s/compositions/demo.json", services->presets_dir);
  return fresh && *fresh ? compositions_create(services, fresh, completion)
         : access(demo, R_OK)
           ? compositions_create(services, "Demo", completion)
           : compositions_import_local(services, demo, completion);
}

/// Whether there are compositions
static bool
is_used(const Services* const services)
{
  LibraryItem* items = NULL;
  size_t       count = 0;
  char         text[FILE_TEXT_SIZE];
  library_list(services->data_dir, &items, &count, text, sizeof(text));
  free(items);
  return count > 0;
}

static Status
start_any(Services* const         services,
          const char* const       what,
          const char* const       fresh,
          const Completion* const completion)
{
  char id[LIBRARY_ID_SIZE];
  if (what && !(fresh && is_used(services))) {
    return start_named(services, what, completion);
  }

  if (library_last(services->data_dir, id)) {
    return compositions_open(services, id, completion);
  }

  if (!is_used(services)) {
    return start_first(services, fresh, completion);
  }

  completion->done(completion->handle, STATUS_OK, "");
  return STATUS_OK;
}

Status
compositions_start(Services* const   services,
                   const char* const what,
                   const char* const fresh,
                   char* const       text,
                   const size_t      text_size)
{
  Waiting          waiting    = {STATUS_INTERNAL, text, text_size};
  const Completion completion = {note_done, NULL, &waiting};
  text[0]                     = '\0';

  const Status st = start_any(services, what, fresh, &completion);
  if (st) {
    const char* const cause = services_error(services);
    snprintf(text, text_size, "%s", *cause ? cause : status_text(st));
    return st;
  }

  jobs_wait(services->jobs);
  if (!waiting.status && (!what || strcmp(what, text) == 0)) {
    text[0] = '\0';
  }

  return waiting.status;
}

Status
compositions_load_offline(Services* const   services,
                          const char* const what,
                          char* const       text,
                          const size_t      text_size)
{
  char         id[LIBRARY_ID_SIZE];
  char         path[SAMPLE_PATH_SIZE];
  LoadedAudio  audio    = {0};
  Composition* root     = NULL;
  uint64_t     revision = 0;
  Status       st       = STATUS_OK;
  if (!compositions_find(services, what, id)) {
    char* const folder = library_folder(services->data_dir, id);
    snprintf(path, sizeof(path), "%s/current.json", folder ? folder : "");
    st = folder ? store_read(folder, text, text_size, &root, &revision)
                : STATUS_NO_MEMORY;
    free(folder);
  } else {
    snprintf(path, sizeof(path), "%s", what);
    st = composition_load_file(path, text, text_size, &root);
  }

  if (!st && text[0]) {
    services_log(services, text);
    text[0] = '\0';
  }

  char* const slash = strrchr(path, '/');
  if (slash) {
    *slash = '\0';
  }

  const char* const folder = slash ? path : ".";
  st = st ? st : composition_load_audio(services, root, folder, NULL, &audio);
  const char* const fault = st ? NULL : loaded_audio_pool(services, &audio);
  if (fault) {
    snprintf(text, text_size, "%s", fault);
    st = STATUS_IO;
  }

  st = st ? st : services_switch(services, "", folder, root, NULL, 0);
  loaded_audio_clear(&audio);
  if (st) {
    composition_release(root);
    if (!text[0]) {
      snprintf(text, text_size, "%s", status_text(st));
    }
  } else {
    jobs_wait(services->jobs); // Recordings at other pitches
  }

  return st;
}
