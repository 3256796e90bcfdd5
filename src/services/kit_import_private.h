// SPDX-License-Identifier: GPL-3.0-or-later
//
// What importing a folder as a kit shares with importing Hydrogen's
//
// All of it is for the worker that imports.

#ifndef SONIC_SERVICES_KIT_IMPORT_PRIVATE_H
#define SONIC_SERVICES_KIT_IMPORT_PRIVATE_H

#include "base/rt.h"
#include "base/status.h"
#include "media/drumkit.h"
#include "model/document.h"
#include "services/jobs.h"
#include "services/kit_import.h"
#include "services/presets.h"
#include "services/samples.h"
#include "services/zones.h"
#include "store/file.h"
#include "units/sampler.h"

#include <limits.h>
#include <stdint.h>

/// A kit under way
typedef struct {
  Job        job;
  Services*  services;
  char       asked[SAMPLE_PATH_SIZE]; ///< As it was named
  char       name[SLUG_SIZE];         ///< Of the kit
  char       label[DRUMKIT_NAME_SIZE];
  char       folder[PATH_MAX]; ///< Where it is
  char       kept[PATH_MAX];   ///< Where its recordings go
  Completion completion;
  Preset     preset;
  Zones*     zones;
  uint32_t   num_zones;
  uint32_t   done;  ///< Files
  uint32_t   total; ///< Files
  Status     status;
  char       text[FILE_TEXT_SIZE];
} KitJob;

/// Note what went wrong; returns the status
Status
kit_fail(KitJob* job, Status status, const char* format, ...)
  SONIC_PRINTF(3, 4);

/// The values of a pad
float*
kit_pad(KitJob* job, uint32_t note);

/// A zone of a pad
SamplerZone
kit_pad_zone(uint32_t note);

/// Copy a recording and add it as a zone; STATUS_UNSUPPORTED if it is no audio
Status
kit_keep_file(KitJob* job, const char* file, const SamplerZone* zone);

/// Take all instruments of a Hydrogen drumkit
Status
kit_take_drumkit(KitJob* job, const Drumkit* kit);

#endif // SONIC_SERVICES_KIT_IMPORT_PRIVATE_H
