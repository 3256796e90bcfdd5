// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/recording_private.h"

#include "media/decode.h"
#include "media/path.h"
#include "services/recording.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "store/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// What was recorded, on its way into the document
typedef struct {
  Job           job;
  Services*     services;
  Recorded*     recorded; ///< Owned
  DecodeResult* results;  ///< Of each take, owned
  char          log[RECORDING_PATH_SIZE];
  uint32_t      client;
  char          who[64];
  char          text[FILE_TEXT_SIZE]; ///< What went wrong, or ""
  void (*done)(void* handle, const char* fault);
  void* handle;
} BringIn;

void
recording_take_path(const Services* const     services,
                    const RecordedTake* const take,
                    char                      path[RECORDING_PATH_SIZE])
{
  snprintf(path,
           RECORDING_PATH_SIZE,
           "%.3500s/samples/%s",
           services->data_dir,
           take->file);
}

static void
bring_in_free(BringIn* const work)
{
  recorded_free(work->recorded);
  free(work->results);
  free(work);
}

/// Decode the file of a take; one without audio is removed
static void
decode_take(BringIn* const work, const uint32_t index)
{
  char                text[FILE_TEXT_SIZE] = "";
  char                path[RECORDING_PATH_SIZE];
  char                cache[SAMPLE_PATH_SIZE];
  int                 fd   = -1;
  RecordedTake* const take = &work->recorded->takes[index];
  recording_take_path(work->services, take, path);
  samples_cache_folder(work->services, cache);

  DecodeResult* const result = &work->results[index];
  const DecodeConfig  config = {.folder = cache, .rate = work->services->rate};
  Status              st     = file_make_folder(cache, text, sizeof(text));
  st = st ? st : path_open_local(path, &fd, text, sizeof(text));
  st = st ? st : decode_file(&config, fd, path, result, text, sizeof(text));
  take->frames = st ? 0
                    : (uint64_t)((double)result->info.frames /
                                   result->info.rate * work->recorded->rate +
                                 0.5);
  if (fd >= 0) {
    close(fd);
  }

  if (st && take->frames) {
    snprintf(work->text, sizeof(work->text), "%s", text);
  }
}

static void
run(Job* const job)
{
  BringIn* const work = (BringIn*)job;
  for (uint32_t i = 0; i < work->recorded->num_takes; ++i) {
    if (work->recorded->takes[i].is_audio) {
      decode_take(work, i);
    }
  }
}

/// Have the audio of the takes ready before clips play it
static Status
pool_takes(const BringIn* const work)
{
  Status st = STATUS_OK;
  for (uint32_t i = 0; !st && i < work->recorded->num_takes; ++i) {
    const RecordedTake* const take = &work->recorded->takes[i];
    char                      path[RECORDING_PATH_SIZE];
    if (take->is_audio && take->frames) {
      recording_take_path(work->services, take, path);
      st = sample_pool_add(work->services->samples, path, &work->results[i]);
    }
  }

  return st;
}

/// Remove the files of takes that have nothing in them
static void
remove_empty(const BringIn* const work)
{
  for (uint32_t i = 0; i < work->recorded->num_takes; ++i) {
    const RecordedTake* const take = &work->recorded->takes[i];
    char                      path[RECORDING_PATH_SIZE];
    if (take->is_audio && !take->frames) {
      recording_take_path(work->services, take, path);
      unlink(path);
    }
  }
}

/// Called once the clips are on disk
static void
remove_log(void* const handle, const Status status, const char* const text)
{
  (void)text;
  char* const path = (char*)handle;
  if (!status) {
    unlink(path);
  }

  free(path);
}

/// Put the clips into the document; false with a text if that failed
static bool
insert(BringIn* const work)
{
  Services* const services  = work->services;
  const Author    author    = {work->client, work->who, "/playback/record", ""};
  uint32_t        num_clips = 0;
  services_begin(services, &author);
  Status st = recorded_insert(services, work->recorded, &num_clips);
  if (st || !num_clips) {
    snprintf(work->text, sizeof(work->text), "%s", services_error(services));
    services_abort(services);
  } else if ((st = services_commit(services))) {
    snprintf(work->text, sizeof(work->text), "%s", services_error(services));
  }

  return !st;
}

static void
finish(Job* const job)
{
  BringIn* const  work     = (BringIn*)job;
  Services* const services = work->services;

  // Another composition was opened meanwhile: its turn comes later
  if (!strcmp(services->id, work->recorded->composition)) {
    const Status st = pool_takes(work);
    if (st) {
      snprintf(work->text, sizeof(work->text), "%s", status_text(st));
    } else if (insert(work)) {
      remove_empty(work);
      char* const path = strdup(work->log);
      if (path) {
        services_sync(services, remove_log, path);
      }
    }
  }

  if (work->done) {
    work->done(work->handle, work->text);
  } else if (work->text[0]) {
    services_log(services, work->text);
  }

  bring_in_free(work);
}

void
recording_bring_in(Services* const     services,
                   Recorded* const     recorded,
                   const char* const   log,
                   const Author* const author,
                   void (*const done)(void* handle, const char* fault),
                   void* const handle)
{
  BringIn* const work = (BringIn*)calloc(1, sizeof(BringIn));
  if (!work) {
    recorded_free(recorded);
    if (done) {
      done(handle, status_text(STATUS_NO_MEMORY));
    }

    return;
  }

  work->job.run  = run;
  work->job.done = finish;
  work->services = services;
  work->recorded = recorded;
  work->done     = done;
  work->handle   = handle;
  work->client   = author->client;
  snprintf(work->who, sizeof(work->who), "%s", author->who);
  snprintf(work->log, sizeof(work->log), "%s", log);
  work->results =
    (DecodeResult*)calloc(recorded->num_takes + 1u, sizeof(DecodeResult));
  const Status st =
    work->results ? jobs_add(services->jobs, &work->job) : STATUS_NO_MEMORY;
  if (st) {
    if (done) {
      done(handle, status_text(st));
    }

    bring_in_free(work);
  }
}

/// Whether a sample of the document has a file
static bool
has_file(const Services* const services, const char* const file)
{
  const IdList* const order = services->root->order[KIND_SAMPLE];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const SampleNode* const node =
      (const SampleNode*)composition_find(services->root, order->ids[i]);
    if (!strcmp(string_text(node->file), file)) {
      return true;
    }
  }

  return false;
}

/// Whether the clips of a log are in the document already, since the program
/// was ended before the log was removed
static bool
is_in_already(const Services* const services, const Recorded* const recorded)
{
  for (uint32_t i = 0; i < recorded->num_takes; ++i) {
    if (recorded->takes[i].is_audio &&
        has_file(services, recorded->takes[i].file)) {
      return true;
    }
  }

  return false;
}

/// Bring in what a log is about if it belongs here
static void
recover(Services* const services, const char* const path)
{
  const Author author   = {0, "sonic-claude", "", ""};
  Recorded*    recorded = NULL;
  if (recorded_read_log(path, &recorded)) {
    return;
  }

  if (strcmp(recorded->composition, services->id)) {
    recorded_free(recorded);
    return;
  }

  if (is_in_already(services, recorded)) {
    recorded_free(recorded);
    unlink(path);
    return;
  }

  services_log(services, "A recording that was not ended is brought in");
  recording_bring_in(services, recorded, path, &author, NULL, NULL);
}

void
recording_recover(Services* const services)
{
  char folder[RECORDING_PATH_SIZE];
  snprintf(folder, sizeof(folder), "%.3500s/recordings", services->data_dir);

  DIR* const     dir   = opendir(folder);
  struct dirent* entry = NULL;
  while (dir && (entry = readdir(dir))) {
    char              path[RECORDING_PATH_SIZE + 300u];
    const char* const dot = strrchr(entry->d_name, '.');
    if (dot && !strcmp(dot, ".take")) {
      snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
      recover(services, path);
    }
  }

  if (dir) {
    closedir(dir);
  }
}
