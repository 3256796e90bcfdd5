// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/kit_import_private.h"

#include "media/drumkit.h"
#include "media/sniff.h"
#include "services/edit.h"
#include "services/jobs.h"
#include "services/preset_file.h"
#include "services/presets.h"
#include "services/sample_keep.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "services/zones.h"
#include "store/file.h"
#include "units/drum.h"
#include "units/sampler.h"

#include <dirent.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/// Most bytes of a drumkit.xml
#define MOST_XML ((size_t)8u << 20u)

/// Most recordings of a kit
#define MOST_FILES 2048u

/// Choke group of hats
#define HATS_GROUP 1.0f

Status
kit_fail(KitJob* const job, const Status status, const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(job->text, sizeof(job->text), format, args);
  va_end(args);
  return status;
}

float*
kit_pad(KitJob* const job, const uint32_t note)
{
  return &job->preset.values[SAMPLE_KIT_PARAM(note, 0)];
}

static bool
has_pad(KitJob* const job, const uint32_t note)
{
  return kit_pad(job, note)[SAMPLE_PAD_LEVEL] > -60.0f;
}

Status
kit_keep_file(KitJob* const      job,
              const char* const  file,
              const SamplerZone* zone)
{
  char          path[SAMPLE_PATH_SIZE];
  char          named[2u * PATH_MAX];
  char          cause[256] = "";
  AudioFileInfo info;
  int           fd = -1;
  snprintf(named, sizeof(named), "%s/%.255s", job->folder, file);
  Status st = services_open_named(
    job->services, named, &fd, job->text, sizeof(job->text));
  if (st) {
    return st;
  }

  st = sniff_file(fd, &info, cause, sizeof(cause));
  st = st ? kit_fail(job, st, "%.300s: %.200s", file, cause)
          : sample_keep_in(
              job->kept, fd, named, path, job->text, sizeof(job->text));
  close(fd);
  ++job->done;
  atomic_store(&job->job.permille,
               (int)(1000u * job->done / (job->total ? job->total : 1u)));
  if (st) {
    return st;
  }
  if (job->num_zones == job->zones->count) {
    return kit_fail(job,
                    STATUS_TOO_LARGE,
                    "%.200s has more than %u recordings",
                    job->asked,
                    MOST_FILES);
  }

  ZoneSpec* const spec = &job->zones->specs[job->num_zones];
  spec->zone           = *zone;
  spec->path           = strdup(path);
  job->num_zones += spec->path ? 1u : 0u;
  return spec->path ? STATUS_OK : STATUS_NO_MEMORY;
}

SamplerZone
kit_pad_zone(const uint32_t note)
{
  SamplerZone zone = sampler_zone_initial;
  zone.one_shot    = true;
  zone.key_track   = 0.0f;
  zone.velocity    = 1.0f;
  zone.low_key     = (uint8_t)note;
  zone.high_key    = (uint8_t)note;
  return zone;
}

// Folders

static int
compare_names(const void* const a, const void* const b)
{
  return strcasecmp(*(const char* const*)a, *(const char* const*)b);
}

/// The names of all files of a folder in their order, owned
static char**
list_files(const char* const folder, uint32_t* const count)
{
  DIR* const           dir   = opendir(folder);
  char**               names = (char**)calloc(MOST_FILES, sizeof(char*));
  const struct dirent* entry = NULL;
  *count                     = 0;
  while (dir && names && *count < MOST_FILES && (entry = readdir(dir))) {
    if (entry->d_name[0] != '.' && entry->d_type != DT_DIR) {
      names[*count] = strdup(entry->d_name);
      *count += names[*count] ? 1u : 0u;
    }
  }
  if (dir) {
    closedir(dir);
  }
  if (names) {
    qsort(names, *count, sizeof(char*), compare_names);
  }
  return names;
}

/// The pad for a file: what its name speaks of, else the next free one
static uint32_t
choose_pad(KitJob* const job, const char* const file)
{
  uint8_t        notes[4];
  const uint32_t count = kit_notes_of_name(file, notes);
  for (uint32_t i = 0; i < count; ++i) {
    if (!has_pad(job, notes[i])) {
      return notes[i];
    }
  }
  for (uint32_t note = KIT_FIRST + 1u; note <= KIT_LAST; ++note) {
    if (!has_pad(job, note)) {
      return note;
    }
  }
  return 0;
}

/// Take the files that speak of a drum (or, then, those that do not)
static Status
take_files(KitJob* const  job,
           char** const   names,
           const uint32_t count,
           const bool     spoken)
{
  uint8_t notes[4];
  Status  st = STATUS_OK;
  for (uint32_t i = 0; i < count && !st; ++i) {
    if ((kit_notes_of_name(names[i], notes) > 0) != spoken) {
      continue;
    }
    const uint32_t    note = choose_pad(job, names[i]);
    const SamplerZone zone = kit_pad_zone(note);
    if (!note) {
      break;
    }
    st = kit_keep_file(job, names[i], &zone);
    if (!st) {
      kit_pad(job, note)[SAMPLE_PAD_LEVEL] = 0.0f;
      kit_pad(job, note)[SAMPLE_PAD_CHOKE] =
        note == 42u || note == 44u || note == 46u ? HATS_GROUP : 0.0f;
    }
    st = st == STATUS_UNSUPPORTED ? STATUS_OK : st;
    st = atomic_load(&job->job.cancelled) ? STATUS_CANCELLED : st;
  }
  return st;
}

static Status
take_folder(KitJob* const job)
{
  uint32_t count = 0;
  char**   names = list_files(job->folder, &count);
  job->total     = count;
  Status st = names ? take_files(job, names, count, true) : STATUS_NO_MEMORY;
  st        = st ? st : take_files(job, names, count, false);
  for (uint32_t i = 0; names && i < count; ++i) {
    free(names[i]);
  }
  free(names);
  if (!st && !job->num_zones) {
    return kit_fail(
      job, STATUS_NOT_FOUND, "There is no audio file in %.200s", job->asked);
  }
  return st;
}

// The kit

/// A beat of what there is of kick, snare and hat, else of the first pads
static bool
make_groove(KitJob* const job)
{
  Preset* const preset  = &job->preset;
  uint32_t      pads[3] = {36, 38, 42};
  uint32_t      next    = KIT_FIRST;
  for (uint32_t i = 0; i < 3u; ++i) {
    if (!has_pad(job, pads[i])) {
      while (next < KIT_LAST && !has_pad(job, next)) {
        ++next;
      }
      pads[i] = next;
      next += next < KIT_LAST ? 1u : 0u;
    }
  }

  preset->tempo  = 100.0f;
  preset->groove = (GrooveHit*)calloc(12, sizeof(GrooveHit));
  for (uint32_t i = 0; preset->groove && i < 8u; ++i) {
    const float   beat = 0.5f * (float)i;
    const uint8_t soft = i % 2u ? 70 : 95;
    if (i % 2u == 0) {
      preset->groove[preset->num_hits++] =
        (GrooveHit){beat, (uint8_t)pads[i % 4u ? 1 : 0], 110};
    }
    preset->groove[preset->num_hits++] =
      (GrooveHit){beat, (uint8_t)pads[2], soft};
  }
  return preset->groove;
}

/// Prepare an empty kit; false if memory ran out
static bool
begin_kit(KitJob* const job)
{
  Preset* const preset = &job->preset;
  preset->name         = strdup(job->name);
  preset->label        = strdup(job->label);
  preset->category     = strdup("Samples");
  preset->tags         = strdup("imported");
  preset->own          = true;
  preset->info         = &sample_kit_instrument;
  preset->values       = (float*)calloc(NUM_SAMPLE_KIT_PARAMS, sizeof(float));
  job->zones           = zones_new(MOST_FILES);
  if (!preset->name || !preset->label || !preset->category || !preset->tags ||
      !preset->values || !job->zones) {
    return false;
  }
  for (uint32_t i = 0; i < NUM_SAMPLE_KIT_PARAMS; ++i) {
    preset->values[i] = sample_kit_params[i].initial;
  }
  return true;
}

/// Find a name that is free and the folder for the recordings
static Status
choose_name(KitJob* const job)
{
  char folder[PATH_MAX];
  char given[PATH_MAX];
  char own[PATH_MAX];
  if (!job->name[0]) {
    slug_make(job->label, job->name);
  }
  if (!job->name[0]) {
    return kit_fail(
      job, STATUS_BAD_ARGUMENT, "The kit needs a name with letters or digits");
  }

  const Services* const services = job->services;
  snprintf(folder, sizeof(folder), "%.3000s/kits", services->data_dir);
  snprintf(job->kept, sizeof(job->kept), "%.3200s/%s", folder, job->name);
  snprintf(own, sizeof(own), "%.3200s/%s.json", folder, job->name);
  snprintf(given,
           sizeof(given),
           "%.3000s/kits/%s.json",
           services->presets_dir,
           job->name);
  return access(own, F_OK) && access(given, F_OK) && access(job->kept, F_OK)
           ? STATUS_OK
           : kit_fail(job,
                      STATUS_EXISTS,
                      "There is already a kit \"%s\"; give another name",
                      job->name);
}

/// Read what is to be imported into the draft
static Status
read_kit(KitJob* const job, const Drumkit* const kit)
{
  Status st = choose_name(job);
  st        = st ? st : begin_kit(job) ? STATUS_OK : STATUS_NO_MEMORY;
  st        = st ? st : kit ? kit_take_drumkit(job, kit) : take_folder(job);
  st        = st ? st : make_groove(job) ? STATUS_OK : STATUS_NO_MEMORY;
  if (st) {
    return st;
  }

  char folder[PATH_MAX];
  job->zones->count = job->num_zones;
  job->preset.zones = zones_retain(job->zones);
  snprintf(folder, sizeof(folder), "%.3000s/kits", job->services->data_dir);
  return preset_write(&job->preset, folder, job->text, sizeof(job->text));
}

/// Take back what was copied
static void
drop_files(KitJob* const job)
{
  for (uint32_t i = 0; job->zones && i < job->num_zones; ++i) {
    unlink(job->zones->specs[i].path);
  }
  if (job->kept[0]) {
    rmdir(job->kept);
  }
}

static void
kit_run(Job* const base)
{
  KitJob* const job = (KitJob*)base;
  char          xml_path[PATH_MAX + 16];
  char*         xml  = NULL;
  size_t        size = 0;
  Drumkit       kit  = {0};
  if (!services_find_folder(job->services, job->asked, job->folder)) {
    job->status =
      kit_fail(job,
               STATUS_NOT_FOUND,
               "There is no folder %.300s in those that may be read",
               job->asked);
    return;
  }

  const char* const slash = strrchr(job->folder, '/');
  snprintf(job->label, sizeof(job->label), "%.200s", slash ? slash + 1 : "kit");
  snprintf(xml_path, sizeof(xml_path), "%s/drumkit.xml", job->folder);
  const bool is_drumkit = !access(xml_path, F_OK);
  Status     st         = STATUS_OK;
  if (is_drumkit) {
    char named[SAMPLE_PATH_SIZE + 16];
    snprintf(named, sizeof(named), "%s/drumkit.xml", job->asked);
    st =
      file_read(xml_path, MOST_XML, &xml, &size, job->text, sizeof(job->text));
    st = st
           ? st
           : drumkit_read(xml, size, named, &kit, job->text, sizeof(job->text));
    if (!st && kit.name[0]) {
      snprintf(job->label, sizeof(job->label), "%.200s", kit.name);
    }
  }

  st          = st ? st : read_kit(job, is_drumkit ? &kit : NULL);
  job->status = st;
  if (st && st != STATUS_EXISTS) {
    drop_files(job);
  }
  drumkit_clear(&kit);
  free(xml);
}

static void
kit_done(Job* const base)
{
  KitJob* const job = (KitJob*)base;
  Status        st  = job->status;
  st                = st ? st : presets_add(job->services->kits, &job->preset);
  if (!st && job->text[0]) {
    services_log(job->services, job->text); // Of a recording left out
  }
  job->completion.done(job->completion.handle,
                       st,
                       !st            ? job->name
                       : job->text[0] ? job->text
                                      : status_text(st));
  preset_clear(&job->preset);
  zones_release(job->zones);
  free(job);
}

static void
kit_progress(Job* const base, const double share)
{
  KitJob* const job = (KitJob*)base;
  job->completion.progress(job->completion.handle, share, job->asked);
}

Status
kits_import(Services* const         services,
            const char* const       path,
            const char* const       name,
            const Completion* const completion)
{
  KitJob* const job = (KitJob*)calloc(1, sizeof(KitJob));
  if (!job) {
    return edit_no_memory(services);
  }

  job->job        = (Job){.run = kit_run, .done = kit_done};
  job->services   = services;
  job->status     = STATUS_CANCELLED;
  job->completion = *completion;
  if (completion->progress) {
    job->job.progress = kit_progress;
  }
  if (*name) {
    slug_make(name, job->name);
  }

  // The folder of a drumkit.xml that is named itself
  static const char xml[]  = "/drumkit.xml";
  const size_t      length = strlen(path);
  const size_t      ending = strlen(xml);
  const bool is_xml = length > ending && !strcmp(path + length - ending, xml);
  snprintf(job->asked,
           sizeof(job->asked),
           "%.*s",
           (int)(is_xml ? length - ending : length),
           path);
  const Status st = jobs_add(services->jobs, &job->job);
  if (st) {
    free(job);
  }
  return st;
}
