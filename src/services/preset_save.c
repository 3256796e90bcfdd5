// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/preset_save.h"

#include "services/edit.h"
#include "services/jobs.h"
#include "services/presets.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "services/synthesis.h"
#include "services/zones.h"
#include "store/file.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  Job        job;
  Services*  services;
  Completion completion;
  Preset     preset;
  char       folder[SAMPLE_PATH_SIZE];
  Status     status;
  char       text[FILE_TEXT_SIZE];
} SaveJob;

/// On a worker
static void
save_run(Job* const base)
{
  SaveJob* const job = (SaveJob*)base;
  job->status =
    preset_write(&job->preset, job->folder, job->text, sizeof(job->text));
}

static void
save_done(Job* const base)
{
  SaveJob* const job = (SaveJob*)base;
  if (!job->status) {
    job->status = presets_add(job->services->presets, &job->preset);
  }

  job->completion.done(job->completion.handle,
                       job->status,
                       !job->status   ? job->preset.name
                       : job->text[0] ? job->text
                                      : status_text(job->status));
  preset_clear(&job->preset);
  free(job);
}

static bool
is_name(const char* const name)
{
  for (const char* at = name; *at; ++at) {
    if (!isalnum((unsigned char)*at) && *at != '-' && *at != '_') {
      return false;
    }
  }
  return *name;
}

/// Have zones name files where they name samples of the composition, which a
/// preset outlives; false if memory ran out
static bool
keep_samples(const Services* const services, Preset* const preset)
{
  const Zones* const old = preset->zones;
  if (!old || !old->has_samples) {
    return true;
  }

  Zones* const zones = zones_new(old->count);
  for (uint32_t i = 0; zones && i < old->count; ++i) {
    const ZoneSpec* const   spec = &old->specs[i];
    const SampleNode* const node = (const SampleNode*)composition_find(
      services_document(services), spec->sample);
    char path[SAMPLE_PATH_SIZE] = "";
    if (node) {
      samples_resolve(services, services->folder, node, path);
    }
    zones->specs[i].zone = spec->zone;
    zones->specs[i].path = strdup(node || !spec->path ? path : spec->path);
    if (!zones->specs[i].path) {
      zones_release(zones);
      return false;
    }
  }
  if (zones) {
    zones_release(preset->zones);
    preset->zones = zones;
  }
  return zones;
}

/// The sound of a track as a preset with a name; false if memory ran out
static bool
copy_sound(const Services* const services,
           const Track* const    track,
           const char* const     name,
           Preset* const         preset)
{
  const Preset* const named =
    synthesis_find_preset(services, string_text(track->instrument));
  const Preset* const from = named ? named : presets_default(services->presets);
  if (!from || !preset_copy(from, preset)) {
    return false;
  }

  char* const own   = strdup(name);
  char* const label = strdup(string_text(track->name));
  if (!own || !label) {
    free(label);
    free(own);
    preset_clear(preset);
    return false;
  }

  free(preset->name);
  free(preset->label);
  preset->name  = own;
  preset->label = label;
  preset->own   = true;
  if (!keep_samples(services, preset)) {
    preset_clear(preset);
    return false;
  }
  for (uint32_t i = 0; i < preset->info->num_params; ++i) {
    preset->values[i] = synthesis_param(services, track, preset->info, i);
  }
  return true;
}

Status
tracks_save_preset(Services* const         services,
                   const Id                id,
                   const char* const       name,
                   const Completion* const completion)
{
  const Track* const track = composition_track(services_document(services), id);
  if (!track) {
    return edit_not_found(services, id);
  }
  if (track->type != TRACK_MIDI) {
    return services_fail(
      services, STATUS_CONFLICT, "An audio track has no instrument");
  }
  if (!is_name(name)) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "The name of a preset has letters, digits, - and _");
  }
  if (*string_text(track->kit)) {
    return services_fail(
      services, STATUS_CONFLICT, "A track that plays a kit has no instrument");
  }

  if (!presets_default(services->presets)) {
    return services_fail(
      services, STATUS_CONFLICT, "There are no instruments at all");
  }
  if (presets_find(services->presets, name)) {
    return services_fail(
      services, STATUS_EXISTS, "There is already an instrument \"%s\"", name);
  }

  SaveJob* const job = (SaveJob*)calloc(1, sizeof(SaveJob));
  if (!job || !copy_sound(services, track, name, &job->preset)) {
    free(job);
    return edit_no_memory(services);
  }

  job->job        = (Job){.run = save_run, .done = save_done};
  job->services   = services;
  job->completion = *completion;
  snprintf(
    job->folder, sizeof(job->folder), "%s/instruments", services->data_dir);

  const Status st = jobs_add(services->jobs, &job->job);
  if (st) {
    preset_clear(&job->preset);
    free(job);
  }
  return st;
}
