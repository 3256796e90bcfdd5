// SPDX-License-Identifier: GPL-3.0-or-later
//
// Starting, looking after and stopping the services

#include "base/clock.h"
#include "media/part_file.h"
#include "services/autosave.h"
#include "services/composition_store.h"
#include "services/launcher.h"
#include "services/pitches.h"
#include "services/playback.h"
#include "services/prefetch.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "services/synthesis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/// Between looks at the audio driver
#define BACKEND_POLL_NANOS 500000000u

/// Bytes of pages where a render waits for them: room for those that are read
/// ahead in a cache of the processor, and as many as there are tracks to read
#define OFFLINE_PAGES ((size_t)8 << 20u)
#define OFFLINE_MOST_PAGES ((size_t)4 << 30u)

/// Between renewals of what is pinned
#define PREFETCH_NANOS 100000000u

void
services_log(Services* const services, const char* const text)
{
  services->log(services->log_handle, text);
}

static void
log_line(void* const handle, const char* const text)
{
  services_log((Services*)handle, text);
}

// Starting

/// Copy the settings that are kept; false if memory ran out
static bool
copy_config(Services* const services, const ServicesConfig* const config)
{
  size_t count = 0;
  while (config->media_dirs && config->media_dirs[count]) {
    ++count;
  }

  // The data folder may always be read
  services->media_dirs  = (char**)calloc(count + 2u, sizeof(char*));
  services->data_dir    = strdup(config->data_dir);
  services->folder      = strdup(config->data_dir);
  services->presets_dir = strdup(config->presets_dir);
  if (!services->media_dirs || !services->data_dir || !services->folder ||
      !services->presets_dir) {
    return false;
  }

  for (size_t i = 0; i < count; ++i) {
    if (!(services->media_dirs[i] = strdup(config->media_dirs[i]))) {
      return false;
    }
  }

  services->backend_config = config->backend;
  services->num_threads    = config->num_threads ? config->num_threads : 1u;
  services->level          = config->level;
  services->connect        = config->connect;
  services->offline        = config->offline;
  services->log            = config->log;
  services->log_handle     = config->log_handle;
  return (services->media_dirs[count] = strdup(config->data_dir));
}

static bool
watch(const Services* const services, const int fd)
{
  struct epoll_event event = {.events = EPOLLIN};
  return !epoll_ctl(services->epoll, EPOLL_CTL_ADD, fd, &event);
}

/// Start what needs no rate
static Status
start_parts(Services* const services)
{
  const MediaConfig media = {
    .num_rings   = services->num_threads,
    .page_budget = services->offline ? OFFLINE_PAGES : 0,
    .page_most   = services->offline ? OFFLINE_MOST_PAGES : 0,
    .log         = log_line,
    .handle      = services,
  };

  services->epoll            = epoll_create1(EPOLL_CLOEXEC);
  services->root             = composition_new("", "");
  services->undo             = undo_new(0);
  services->jobs             = jobs_new(2);
  services->texts            = composition_texts_new();
  services->streams          = streams_new();
  services->media            = media_new(&media);
  services->sounds           = sounds_new();
  services->automation_takes = automation_takes_new();
  services->launch_record    = launch_record_new();
  services->agent            = agent_new(services);
  services->samples = services->media ? sample_pool_new(services->media) : NULL;

  services->recorder = recorder_new();
  services->ports    = track_ports_new();
  return services->epoll >= 0 && services->root && services->undo &&
             services->automation_takes && services->streams &&
             services->recorder && services->ports && services->agent &&
             services->jobs && services->texts && services->media &&
             services->samples && services->sounds &&
             services_read_presets(services) &&
             watch(services, jobs_fd(services->jobs)) &&
             watch(services, agent_fd(services->agent))
           ? STATUS_OK
           : STATUS_NO_MEMORY;
}

static Status
start_backend(Services* const services, char* const text, const size_t size)
{
  const Status st =
    backend_start(services->backend, services->engine, text, size);
  if (st || !services->connect) {
    return st;
  }

  // Nothing to connect to is a remark, no reason to stop
  backend_connect_outputs(services->backend, text, size);
  return STATUS_OK;
}

/// Make the data folder ready
static Status
prepare_data(const Services* const services,
             char* const           text,
             const size_t          text_size)
{
  static const char* const folders[] = {"cache", "samples", "exports"};
  const Status st = library_prepare(services->data_dir, text, text_size);
  for (size_t i = 0; !st && i < sizeof(folders) / sizeof(folders[0]); ++i) {
    char path[SAMPLE_PATH_SIZE];
    snprintf(path, sizeof(path), "%s/%s", services->data_dir, folders[i]);
    part_file_sweep(path);
  }

  return st;
}

Status
services_new(const ServicesConfig* const config,
             char* const                 text,
             const size_t                text_size,
             Services** const            out)
{
  Services* const services = (Services*)calloc(1, sizeof(Services));
  text[0]                  = '\0';
  if (!services) {
    return STATUS_NO_MEMORY;
  }

  services->epoll = -1;
  Status st = copy_config(services, config) ? STATUS_OK : STATUS_NO_MEMORY;
  if (!st && !config->offline) {
    st = prepare_data(services, text, text_size);
  }

  st = st ? st : start_parts(services);
  if (!st && config->offline) {
    services->rate = config->offline_rate;
  } else if (!st) {
    st = backend_open(
      &services->backend_config, text, text_size, &services->backend);
    services->rate = st ? 0 : backend_info(services->backend).rate;
  }

  st = st ? st : services_start_engine(services);
  if (!st && services->backend && !config->hold) {
    st = start_backend(services, text, text_size);
  }

  if (st) {
    if (!text[0]) {
      snprintf(text, text_size, "%s", status_text(st));
    }

    services_free(services);
    return st;
  }

  *out = services;
  return STATUS_OK;
}

Status
services_start(Services* const services,
               char* const     text,
               const size_t    text_size)
{
  return start_backend(services, text, text_size);
}

static void
free_texts(Services* const services)
{
  for (char** dir = services->media_dirs; dir && *dir; ++dir) {
    free(*dir);
  }

  free(services->media_dirs);
  free(services->data_dir);
  free(services->presets_dir);
  free(services->folder);
}

void
services_free(Services* const services)
{
  if (!services) {
    return;
  }

  // Work is finished while there is still something to finish it with
  jobs_free(services->jobs);
  composition_texts_free(services->texts);
  agent_free(services->agent);
  composition_store_close(services);
  backend_close(services->backend);
  services_stop_engine(services);
  streams_free(services->streams);
  recorder_free(services->recorder);
  track_ports_free(services->ports);
  sample_pool_free(services->samples);
  media_free(services->media);
  services_free_presets(services);
  sounds_free(services->sounds);
  automation_takes_free(services->automation_takes);
  launch_record_free(services->launch_record);
  undo_free(services->undo);
  composition_release(services->root);
  if (services->epoll >= 0) {
    close(services->epoll);
  }

  free_texts(services);
  free(services);
}

// Switching

/// Stop the transport and turn the engine from one document to another, by way
/// of an empty one, so that nothing of the old one is left
static Status
feed_switch(Services* const services, const Composition* const root)
{
  Composition* const empty = composition_new("", "");
  Batch* const       batch = batch_new();
  const Operation    stop  = {.type      = OPERATION_TRANSPORT,
                              .transport = {.command = TRANSPORT_STOP}};
  Status             st =
    empty && batch && batch_add(batch, &stop) ? STATUS_OK : STATUS_NO_MEMORY;
  st = st ? st : feed_change(services->feed, services->root, empty, batch);
  st = st ? st : feed_change(services->feed, empty, root, batch);
  st = st ? st : engine_send(services->engine, batch);
  if (st) {
    feed_rollback(services->feed);
    if (batch) {
      batch->num_garbage = 0;
    }

    batch_free(batch);
  } else {
    feed_accept(services->feed);
    services->told =
      (Transit){true, ENGINE_STOPPED, 0, engine_sent(services->engine)};
  }

  composition_release(empty);
  return st;
}

Status
services_switch(Services* const    services,
                const char* const  id,
                const char* const  folder,
                Composition* const root,
                Store* const       store,
                const uint64_t     revision)
{
  Undo* const undo = undo_new(revision);
  char* const copy = strdup(folder);
  char* const old  = services->folder;

  // The samples of the new document are found from its own folder
  services->folder = copy;
  Status st = undo && copy ? feed_switch(services, root) : STATUS_NO_MEMORY;
  if (!st && store && !watch(services, store_fd(store))) {
    st = STATUS_IO;
  }

  if (st) {
    services->folder = old;
    free(copy);
    undo_free(undo);
    return st;
  }

  Composition* const before = services->root;
  automation_takes_clear(services->automation_takes);
  launch_record_clear(services->launch_record);
  composition_store_close(services);
  undo_free(services->undo);
  free(old);
  snprintf(services->id, sizeof(services->id), "%s", id);
  services->root           = root;
  services->store          = store;
  services->undo           = undo;
  services->revision       = revision;
  services->autosaved      = revision;
  services->autosave_time  = clock_nanos();
  services->prefetch_stale = true;
  if (services->listener) {
    services->listener(
      services->listener_handle, before, root, NULL, services->revision);
  }

  composition_release(before);
  pitches_prepare(services, NULL, root);
  sounds_prepare(services, NULL, root);
  track_ports_update(services);
  playback_set_sync(services);
  if (store) {
    recording_recover(services);
  }

  return STATUS_OK;
}

// Looking after

int
services_fd(const Services* const services)
{
  return services->epoll;
}

/// The server came back at another rate: everything is made anew for it
static void
change_rate(Services* const services, const uint32_t rate)
{
  char text[512];
  snprintf(text, sizeof(text), "The rate is %u Hz now", rate);
  services_log(services, text);

  services_stop_engine(services);
  recording_break(services);
  sample_pool_free(services->samples);
  services->rate    = rate;
  services->samples = sample_pool_new(services->media);
  Status st =
    services->samples ? services_start_engine(services) : STATUS_NO_MEMORY;
  st = st ? st : start_backend(services, text, sizeof(text));
  if (st) {
    services_log(services, text[0] ? text : status_text(st));
    return;
  }

  samples_prepare_new(services, NULL, services->root);
}

/// Pin audio anew after edits and moves of the transport, not too often
static void
poll_prefetch(Services* const services)
{
  const uint64_t now = clock_nanos();
  if (services->prefetch_stale && !services->offline &&
      now >= services->next_prefetch) {
    services->prefetch_stale = false;
    services->next_prefetch  = now + PREFETCH_NANOS;
    prefetch_update(services);
  }
}

static void
poll_backend(Services* const services)
{
  const uint64_t now = clock_nanos();
  if (!services->backend || now < services->next_backend_poll) {
    return;
  }

  services->next_backend_poll = now + BACKEND_POLL_NANOS;
  backend_set_latency(services->backend, services_telemetry(services).latency);
  if (!backend_poll(services->backend)) {
    return;
  }

  const BackendInfo info = backend_info(services->backend);
  if (info.state == BACKEND_DOWN) {
    services_log(services, "The JACK server is gone; waiting for it");
  } else if (info.rate != services->rate) {
    change_rate(services, info.rate);
  } else {
    services_log(services, "The JACK server is back");
  }
}

void
services_poll(Services* const services)
{
  services_collect(services);
  services_send_waiting(services);
  jobs_poll(services->jobs);
  composition_store_poll(services);
  composition_text_poll(services);
  autosave_poll(services);
  streams_poll(services);
  agent_poll(services->agent);
  poll_backend(services);
  recording_poll(services);
  poll_prefetch(services);
  launcher_poll(services);
  launcher_follow(services);
  automation_record_poll(services);
}

Status
services_refresh_sample(Services* const services, const Id sample)
{
  Batch* const batch = batch_new();
  Status       st =
    batch ? feed_refresh_sample(services->feed, services->root, sample, batch)
                : STATUS_NO_MEMORY;
  st = st ? st : engine_send(services->engine, batch);
  if (st) {
    feed_rollback(services->feed);
    if (batch) {
      batch->num_garbage = 0;
    }

    batch_free(batch);
    return st;
  }

  feed_accept(services->feed);
  services->prefetch_stale = true;
  return STATUS_OK;
}
