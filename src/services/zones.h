// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recordings that a preset plays, before they are read
//
// Zones are part of a preset and are shared by its copies; they do not change.
// Reading the recordings is for workers.

#ifndef SONIC_SERVICES_ZONES_H
#define SONIC_SERVICES_ZONES_H

#include "base/id.h"
#include "base/status.h"
#include "services/presets_private.h"
#include "units/sampler.h"

#include <jansson.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Most zones of a preset
#define ZONES_MAX 4096u

/// A zone and its recording: a file or a sample of the open composition
typedef struct {
  SamplerZone zone;
  char*       path; ///< Of the file, or null
  Id          sample;
  int         line; ///< In the preset's file, 0 if there is none
} ZoneSpec;

typedef struct Zones {
  atomic_uint owners;
  uint32_t    count;
  bool        has_samples; ///< Some are of the composition
  char*       font;        ///< A SoundFont with the zones, or null
  uint16_t    bank;
  uint16_t    program;
  ZoneSpec    specs[];
} Zones;

/// Zones owned once, all initial; null if memory ran out
Zones*
zones_new(uint32_t count);

Zones*
zones_retain(Zones* zones);

/// Give zones up (null is fine)
void
zones_release(Zones* zones);

/// Read the zones of a preset's file
bool
preset_read_zones(const PresetFile* reader, const json_t* file, Preset* preset);

/**
   Read one zone of a preset's file.

   @param key Where it is in the file: "zones[2]".
   @param spec Initial, filled in.
*/
bool
preset_read_zone(const PresetFile* reader,
                 const char*       key,
                 const json_t*     value,
                 ZoneSpec*         spec);

/// Write one zone; of a pad without what all of a pad's have
json_t*
zone_encode(const ZoneSpec* spec, const char* folder, bool is_pad);

/// Write zones as a preset's file has them, paths as they are from `folder`
void
zones_encode(const Zones* zones, const char* folder, json_t* file);

/**
   Read all recordings of zones, on a worker.

   @param paths Files in place of the composition's samples, by zone, or null.
   @param cancelled Stops when true, or null.
   @param out Receives a map, owned.
   @param text Receives one sentence naming file and cause if it failed.
*/
Status
zones_load(const Zones*       zones,
           char* const*       paths,
           const atomic_bool* cancelled,
           SamplerMap**       out,
           char*              text,
           size_t             text_size);

#endif // SONIC_SERVICES_ZONES_H
