// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/sounds.h"

#include "services/jobs.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "services/synthesis.h"
#include "services/zones.h"
#include "store/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Bytes of recordings beyond which those that nobody plays are dropped
#define MOST_BYTES ((size_t)512u << 20u)

/// How names of samples as instruments begin
#define SAMPLE_PREFIX "sample:"

/// Room for what names a sound: a preset's name, and its sample's path
#define KEY_SIZE (SAMPLE_PATH_SIZE + 128u)

typedef struct {
  char*       key;
  SamplerMap* map;     ///< Owned, or null
  bool        loading; ///< A worker reads it
} Sound;

struct Sounds {
  Sound*   sounds;
  uint32_t count;
  uint32_t max;
  Presets* of_samples;
};

typedef struct {
  Job         job;
  Services*   services;
  char        key[KEY_SIZE];
  char        name[96]; ///< Of the preset
  Zones*      zones;
  char**      paths; ///< By zone, null where the zone has its own
  SamplerMap* map;
  SoundsFunc  func;
  void*       handle;
  Status      status;
  char        text[FILE_TEXT_SIZE];
} SoundJob;

Sounds*
sounds_new(void)
{
  Sounds* const sounds = (Sounds*)calloc(1, sizeof(Sounds));
  if (sounds) {
    sounds->of_samples = presets_empty();
  }
  if (sounds && !sounds->of_samples) {
    free(sounds);
    return NULL;
  }
  return sounds;
}

void
sounds_free(Sounds* const sounds)
{
  if (!sounds) {
    return;
  }

  for (uint32_t i = 0; i < sounds->count; ++i) {
    sampler_map_release(sounds->sounds[i].map);
    free(sounds->sounds[i].key);
  }
  presets_free(sounds->of_samples);
  free(sounds->sounds);
  free(sounds);
}

// Samples as instruments

static const SampleNode*
sample_of_name(const Composition* const root, const char* const name)
{
  Id id = ID_NONE;
  return !strncmp(name, SAMPLE_PREFIX, strlen(SAMPLE_PREFIX)) &&
             id_parse(name + strlen(SAMPLE_PREFIX), &id) &&
             id_kind(id) == KIND_SAMPLE
           ? (const SampleNode*)composition_find(root, id)
           : NULL;
}

/// Add the preset of a sample
static void
add_sample_preset(Sounds* const sounds, const char* const name, const Id sample)
{
  float values[NUM_SAMPLER_PARAMS];
  for (uint32_t i = 0; i < NUM_SAMPLER_PARAMS; ++i) {
    values[i] = sampler_params[i].initial;
  }

  Zones* const zones = zones_new(1);
  if (zones) {
    zones->specs[0].sample = sample;
    zones->has_samples     = true;
    const Preset preset    = {.name     = (char*)name,
                              .label    = (char*)name,
                              .category = (char*)"Sample",
                              .tags     = (char*)"",
                              .own      = true,
                              .info     = &sampler_instrument,
                              .values   = values,
                              .zones    = zones};
    presets_add(sounds->of_samples, &preset);
    zones_release(zones);
  }
}

const Preset*
sounds_sample_preset(const Services* const    services,
                     const Composition* const root,
                     const char* const        name)
{
  const SampleNode* const node = sample_of_name(root, name);
  Presets* const          of   = services->sounds->of_samples;
  if (node && !presets_find(of, name)) {
    add_sample_preset(services->sounds, name, node->node.id);
  }
  return node ? presets_find(of, name) : NULL;
}

// What is in memory

/// What names the recordings of a preset in a composition
static void
make_key(const Services* const    services,
         const Composition* const root,
         const Preset* const      preset,
         char                     key[KEY_SIZE])
{
  int length = snprintf(
    key, KEY_SIZE, "%c%.90s", preset->groove ? 'k' : 'i', preset->name);
  for (uint32_t i = 0; preset->zones->has_samples && i < preset->zones->count;
       ++i) {
    char                    path[SAMPLE_PATH_SIZE];
    const SampleNode* const node =
      (const SampleNode*)composition_find(root, preset->zones->specs[i].sample);
    if (node && (size_t)length + 2u < KEY_SIZE) {
      samples_resolve(services, services->folder, node, path);
      length += snprintf(key + length, KEY_SIZE - (size_t)length, "\n%s", path);
    }
  }
}

static Sound*
find_key(const Sounds* const sounds, const char* const key)
{
  for (uint32_t i = 0; i < sounds->count; ++i) {
    if (!strcmp(sounds->sounds[i].key, key)) {
      return &sounds->sounds[i];
    }
  }
  return NULL;
}

SamplerMap*
sounds_find(const Services* const    services,
            const Composition* const root,
            const Preset* const      preset)
{
  char key[KEY_SIZE];
  if (!preset || !preset->zones) {
    return NULL;
  }
  make_key(services, root, preset, key);
  const Sound* const sound = find_key(services->sounds, key);
  return sound ? sound->map : NULL;
}

/// Drop what nobody plays if there is too much
static void
drop_unused(Sounds* const sounds)
{
  size_t size = 0;
  for (uint32_t i = 0; i < sounds->count; ++i) {
    size += sounds->sounds[i].map ? sampler_map_size(sounds->sounds[i].map) : 0;
  }
  for (uint32_t i = 0; i < sounds->count && size > MOST_BYTES;) {
    Sound* const sound = &sounds->sounds[i];
    if (!sound->map || atomic_load(&sound->map->owners) > 1u) {
      ++i;
      continue;
    }
    size -= sampler_map_size(sound->map);
    sampler_map_release(sound->map);
    free(sound->key);
    *sound = sounds->sounds[--sounds->count];
  }
}

static bool
add_sound(Sounds* const sounds, const char* const key)
{
  if (sounds->count == sounds->max) {
    const uint32_t max = sounds->max ? 2u * sounds->max : 16u;
    Sound* const   array =
      (Sound*)realloc(sounds->sounds, (size_t)max * sizeof(Sound));
    if (!array) {
      return false;
    }
    sounds->sounds = array;
    sounds->max    = max;
  }

  char* const copy = strdup(key);
  if (copy) {
    sounds->sounds[sounds->count++] = (Sound){.key = copy, .loading = true};
  }
  return copy;
}

// Reading

static void
sound_run(Job* const base)
{
  SoundJob* const job = (SoundJob*)base;
  job->status         = zones_load(job->zones,
                           job->paths,
                           &job->job.cancelled,
                           &job->map,
                           job->text,
                           sizeof(job->text));
}

static void
free_job(SoundJob* const job)
{
  for (uint32_t i = 0; job->paths && i < job->zones->count; ++i) {
    free(job->paths[i]);
  }
  free(job->paths);
  zones_release(job->zones);
  free(job);
}

static bool
sends_instrument(Services* const services, const Track* const track)
{
  Batch* const batch = batch_new();
  Status       st =
    batch
            ? feed_refresh_instrument(services->feed, services->root, track, batch)
            : STATUS_NO_MEMORY;
  st = st ? st : engine_send(services->engine, batch);
  if (st) {
    batch_free(batch);
  }
  return !st;
}

/// Tracks that are to take up what was read
typedef struct {
  Services*          services;
  const Composition* before; ///< Where what they had is another, or null
  const char*        key;    ///< Of this, or null
} Refresh;

static bool
refresh_track(void* const handle, const uint32_t number, const Node* const node)
{
  (void)number;
  const Refresh* const refresh  = (const Refresh*)handle;
  Services* const      services = refresh->services;
  const Track* const   track    = (const Track*)node;
  const Preset* const  preset =
    track->type == TRACK_MIDI ? synthesis_preset(services, track) : NULL;
  char key[KEY_SIZE];
  if (preset && preset->zones) {
    make_key(services, services->root, preset, key);
    if (!strcmp(key, refresh->key)) {
      sends_instrument(services, track);
    }
  }
  return true;
}

static void
sound_done(Job* const base)
{
  SoundJob* const job      = (SoundJob*)base;
  Services* const services = job->services;
  Sound* const    sound    = find_key(services->sounds, job->key);
  if (sound) {
    sound->map     = job->map;
    sound->loading = false;
  } else {
    sampler_map_release(job->map);
  }

  if (job->status == STATUS_CANCELLED) {
    free_job(job);
    return;
  }
  if (job->status) {
    services_log(services, job->text[0] ? job->text : status_text(job->status));
  } else {
    Refresh refresh = {services, NULL, job->key};
    table_each(services->root->things[KIND_TRACK], refresh_track, &refresh);
    drop_unused(services->sounds);
  }
  if (job->func) {
    job->func(services, job->name, job->handle);
  }
  free_job(job);
}

/// The files of the composition's samples that zones name; false if memory ran
/// out
static bool
resolve_paths(SoundJob* const job, const Composition* const root)
{
  const Zones* const zones = job->zones;
  job->paths               = (char**)calloc(zones->count + 1u, sizeof(char*));
  for (uint32_t i = 0; job->paths && i < zones->count; ++i) {
    char                    path[SAMPLE_PATH_SIZE];
    const SampleNode* const node =
      zones->specs[i].sample == ID_NONE
        ? NULL
        : (const SampleNode*)composition_find(root, zones->specs[i].sample);
    if (node) {
      samples_resolve(job->services, job->services->folder, node, path);
      job->paths[i] = strdup(path);
      if (!job->paths[i]) {
        return false;
      }
    }
  }
  return job->paths;
}

static Status
start_job(Services* const          services,
          const Composition* const root,
          const Preset* const      preset,
          const char* const        key,
          const SoundsFunc         func,
          void* const              handle)
{
  SoundJob* const job = (SoundJob*)calloc(1, sizeof(SoundJob));
  if (!job) {
    return STATUS_NO_MEMORY;
  }

  job->job      = (Job){.run = sound_run, .done = sound_done};
  job->status   = STATUS_CANCELLED;
  job->services = services;
  job->zones    = zones_retain(preset->zones);
  job->func     = func;
  job->handle   = handle;
  snprintf(job->key, sizeof(job->key), "%s", key);
  snprintf(job->name, sizeof(job->name), "%s", preset->name);
  const Sound* const sound = find_key(services->sounds, key);
  if (!resolve_paths(job, root) ||
      (!sound && !add_sound(services->sounds, key))) {
    free_job(job);
    return STATUS_NO_MEMORY;
  }

  const Status st = jobs_add(services->jobs, &job->job);
  if (st) {
    free_job(job);
  }
  return st;
}

Status
sounds_request(Services* const     services,
               const Preset* const preset,
               const SoundsFunc    func,
               void* const         handle)
{
  char key[KEY_SIZE];
  if (!preset->zones) {
    return STATUS_EXISTS;
  }
  make_key(services, services->root, preset, key);
  const Sound* const sound = find_key(services->sounds, key);
  return sound && sound->map
           ? STATUS_EXISTS
           : start_job(services, services->root, preset, key, func, handle);
}

static bool
prepare_track(void* const handle, const uint32_t number, const Node* const node)
{
  (void)number;
  const Refresh* const refresh  = (const Refresh*)handle;
  Services* const      services = refresh->services;
  const Track* const   track    = (const Track*)node;
  const Preset* const  preset =
    track->type == TRACK_MIDI ? synthesis_preset(services, track) : NULL;
  char key[KEY_SIZE];
  char old[KEY_SIZE] = "";
  if (!preset || !preset->zones) {
    return true;
  }

  make_key(services, services->root, preset, key);
  if (refresh->before) {
    make_key(services, refresh->before, preset, old);
  }
  const Sound* const sound = find_key(services->sounds, key);
  if (!sound) {
    start_job(services, services->root, preset, key, NULL, NULL);
  } else if (sound->map && preset->zones->has_samples && strcmp(old, key)) {
    sends_instrument(services, track);
  }
  return true;
}

void
sounds_prepare(Services* const          services,
               const Composition* const before,
               const Composition* const after)
{
  if (!before || before->things[KIND_TRACK] != after->things[KIND_TRACK] ||
      before->things[KIND_SAMPLE] != after->things[KIND_SAMPLE]) {
    Refresh refresh = {services, before, NULL};
    table_each(after->things[KIND_TRACK], prepare_track, &refresh);
  }
}
