// SPDX-License-Identifier: GPL-3.0-or-later
//
// SoundFonts of the user's, as instruments

#include "services/soundfont_zones.h"

#include "media/path.h"
#include "media/soundfont.h"
#include "model/document.h"
#include "services/edit.h"
#include "services/jobs.h"
#include "services/sample_keep.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "services/zones.h"
#include "store/file.h"
#include "units/sampler.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Presets leave room for many notes at once
#define FONT_GAIN -6.0f

/// The name that the instruments of a SoundFont begin with
static void
font_name(const char* const path, char name[SLUG_SIZE])
{
  char              base[256];
  const char* const slash = strrchr(path, '/');
  snprintf(base, sizeof(base), "%.200s", slash ? slash + 1 : path);
  char* const dot = strrchr(base, '.');
  if (dot) {
    *dot = '\0';
  }
  slug_make(base, name);
}

/// Add one preset of a SoundFont; one whose name is there is left out
static Status
add_preset(const char* const            path,
           const char* const            font,
           const SoundFontPreset* const from,
           Presets* const               presets)
{
  char  name[SLUG_SIZE + 16];
  float values[NUM_SAMPLER_PARAMS];
  for (uint32_t i = 0; i < NUM_SAMPLER_PARAMS; ++i) {
    values[i] = sampler_params[i].initial;
  }
  values[SAMPLER_GAIN]    = FONT_GAIN;
  values[SAMPLER_RELEASE] = sampler_params[SAMPLER_RELEASE].max;

  Zones* const zones = zones_new(0);
  if (zones) {
    zones->font    = strdup(path);
    zones->bank    = from->bank;
    zones->program = from->program;
  }
  if (!zones || !zones->font) {
    zones_release(zones);
    return STATUS_NO_MEMORY;
  }

  snprintf(
    name, sizeof(name), "%.48s-%03u-%03u", font, from->bank, from->program);
  const Preset preset = {.name     = name,
                         .label    = (char*)from->name,
                         .category = (char*)"SoundFont",
                         .tags     = (char*)font,
                         .own      = true,
                         .info     = &sampler_instrument,
                         .values   = values,
                         .zones    = zones};
  const Status st     = presets_add(presets, &preset);
  zones_release(zones);
  return st == STATUS_EXISTS ? STATUS_OK : st;
}

Status
soundfont_add_presets(const char* const path,
                      Presets* const    presets,
                      char* const       text,
                      const size_t      text_size)
{
  SoundFont* font = NULL;
  int        fd   = -1;
  Status     st   = path_open_local(path, &fd, text, text_size);
  if (st) {
    return st;
  }

  char name[SLUG_SIZE];
  font_name(path, name);
  st               = soundfont_open(fd, path, &font, text, text_size);
  const uint32_t n = st ? 0 : soundfont_num_presets(font);
  for (uint32_t i = 0; !st && i < n; ++i) {
    const SoundFontPreset preset = soundfont_preset(font, i);
    st = preset.program < 128u ? add_preset(path, name, &preset, presets)
                               : STATUS_OK;
  }
  soundfont_close(font);
  close(fd);
  return st;
}

void
soundfonts_read(const char* const     folder,
                Presets* const        presets,
                const PresetFaultFunc fault,
                void* const           handle)
{
  DIR* const           dir   = opendir(folder);
  const struct dirent* entry = NULL;
  while (dir && (entry = readdir(dir))) {
    const char* const dot = strrchr(entry->d_name, '.');
    if (entry->d_name[0] != '.' && dot && !strcasecmp(dot, ".sf2")) {
      char path[PATH_MAX];
      char text[FILE_TEXT_SIZE] = "";
      snprintf(path, sizeof(path), "%.3000s/%.255s", folder, entry->d_name);
      if (soundfont_add_presets(path, presets, text, sizeof(text))) {
        fault(handle, text);
      }
    }
  }
  if (dir) {
    closedir(dir);
  }
}

// Importing

typedef struct {
  Job        job;
  Services*  services;
  char       asked[SAMPLE_PATH_SIZE];
  char       path[SAMPLE_PATH_SIZE]; ///< Of the copy
  Completion completion;
  Status     status;
  char       text[FILE_TEXT_SIZE];
} FontJob;

static void
font_run(Job* const base)
{
  FontJob* const job  = (FontJob*)base;
  SoundFont*     font = NULL;
  char           folder[PATH_MAX];
  int            fd = -1;
  Status         st = services_open_named(
    job->services, job->asked, &fd, job->text, sizeof(job->text));
  if (!st) {
    st = soundfont_open(fd, job->asked, &font, job->text, sizeof(job->text));
    snprintf(
      folder, sizeof(folder), "%.3000s/soundfonts", job->services->data_dir);
    st = st
           ? st
           : sample_keep_in(
               folder, fd, job->asked, job->path, job->text, sizeof(job->text));
    soundfont_close(font);
    close(fd);
  }
  job->status = st;
}

static void
font_done(Job* const base)
{
  FontJob* const job = (FontJob*)base;
  Status         st  = job->status;
  char           name[SLUG_SIZE];
  st = st ? st
          : soundfont_add_presets(
              job->path, job->services->presets, job->text, sizeof(job->text));
  font_name(job->path, name);
  job->completion.done(job->completion.handle,
                       st,
                       !st            ? name
                       : job->text[0] ? job->text
                                      : status_text(st));
  free(job);
}

Status
soundfonts_import(Services* const         services,
                  const char* const       path,
                  const Completion* const completion)
{
  FontJob* const job = (FontJob*)calloc(1, sizeof(FontJob));
  if (!job) {
    return edit_no_memory(services);
  }

  job->job        = (Job){.run = font_run, .done = font_done};
  job->services   = services;
  job->status     = STATUS_CANCELLED;
  job->completion = *completion;
  snprintf(job->asked, sizeof(job->asked), "%s", path);
  const Status st = jobs_add(services->jobs, &job->job);
  if (st) {
    free(job);
  }
  return st;
}
