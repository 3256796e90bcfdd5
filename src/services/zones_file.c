// SPDX-License-Identifier: GPL-3.0-or-later
//
// Zones in the file of a preset

#include "services/zones.h"

#include "services/presets_private.h"
#include "store/file.h"
#include "units/sampler.h"

#include <jansson.h>

#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// A number of a zone: where it goes, and what it is in the file
typedef enum {
  ZONE_FLOAT,  ///< As it is
  ZONE_DB,     ///< Decibels for a factor
  ZONE_PART,   ///< Per cent for a part
  ZONE_MS,     ///< Milliseconds for seconds
  ZONE_FRAMES, ///< A whole number of frames
} ZoneNumber;

typedef struct {
  const char* key;
  ZoneNumber  kind;
  size_t      at;
  double      min;
  double      max;
} ZoneField;

// clang-format off
static const ZoneField fields[] = {
  {"root",       ZONE_FLOAT,  offsetof(SamplerZone, root),           0.0, 127.0},
  {"tune",       ZONE_FLOAT,  offsetof(SamplerZone, tune),         -60.0,  60.0},
  {"key_track",  ZONE_PART,   offsetof(SamplerZone, key_track),      0.0, 200.0},
  {"level",      ZONE_DB,     offsetof(SamplerZone, gain),         -60.0,  24.0},
  {"pan",        ZONE_PART,   offsetof(SamplerZone, pan),         -100.0, 100.0},
  {"start",      ZONE_FRAMES, offsetof(SamplerZone, start),          0.0, 4e9},
  {"end",        ZONE_FRAMES, offsetof(SamplerZone, end),            0.0, 4e9},
  {"loop_start", ZONE_FRAMES, offsetof(SamplerZone, loop_start),     0.0, 4e9},
  {"loop_end",   ZONE_FRAMES, offsetof(SamplerZone, loop_end),       0.0, 4e9},
  {"attack",     ZONE_MS,     offsetof(SamplerZone, amp.attack),     0.0, 60000.0},
  {"hold",       ZONE_MS,     offsetof(SamplerZone, amp.hold),       0.0, 60000.0},
  {"decay",      ZONE_MS,     offsetof(SamplerZone, amp.decay),      0.0, 60000.0},
  {"sustain",    ZONE_PART,   offsetof(SamplerZone, amp.sustain),    0.0, 100.0},
  {"release",    ZONE_MS,     offsetof(SamplerZone, amp.release),    0.0, 60000.0},
  {"cutoff",     ZONE_FLOAT,  offsetof(SamplerZone, cutoff),        20.0, 20000.0},
  {"resonance",  ZONE_FLOAT,  offsetof(SamplerZone, resonance),      0.0, 40.0},
  {"velocity_curve", ZONE_FLOAT, offsetof(SamplerZone, velocity),    0.0, 8.0},
};
// clang-format on

#define NUM_FIELDS (sizeof(fields) / sizeof(fields[0]))

static const char* const loops[] = {"none", "forward", "until_release"};

static double
read_field(const SamplerZone* const zone, const ZoneField* const field)
{
  const char* const at     = (const char*)zone + field->at;
  uint32_t          whole  = 0;
  float             number = 0.0f;
  if (field->kind == ZONE_FRAMES) {
    memcpy(&whole, at, sizeof(whole));
    return (double)whole;
  }
  memcpy(&number, at, sizeof(number));
  return field->kind == ZONE_DB     ? 20.0 * log10(fmax((double)number, 1e-3))
         : field->kind == ZONE_PART ? 100.0 * (double)number
         : field->kind == ZONE_MS   ? 1000.0 * (double)number
                                    : (double)number;
}

static void
write_field(SamplerZone* const     zone,
            const ZoneField* const field,
            const double           value)
{
  char* const at = (char*)zone + field->at;
  if (field->kind == ZONE_FRAMES) {
    const uint32_t whole = (uint32_t)value;
    memcpy(at, &whole, sizeof(whole));
    return;
  }
  const double number = field->kind == ZONE_DB     ? pow(10.0, value / 20.0)
                        : field->kind == ZONE_PART ? 0.01 * value
                        : field->kind == ZONE_MS   ? 0.001 * value
                                                   : value;
  const float  single = (float)number;
  memcpy(at, &single, sizeof(single));
}

/// Read two whole numbers, the second not below the first
static bool
read_range(const PresetFile* const reader,
           const char* const       key,
           const json_t* const     value,
           const int               min,
           const int               max,
           int                     range[2])
{
  range[0] = (int)json_integer_value(json_array_get(value, 0));
  range[1] = (int)json_integer_value(json_array_get(value, 1));
  return (json_array_size(value) == 2u &&
          json_is_integer(json_array_get(value, 0)) &&
          json_is_integer(json_array_get(value, 1)) && range[0] >= min &&
          range[0] <= range[1] && range[1] <= max) ||
         preset_fault(reader,
                      key,
                      "expected two whole numbers from %d to %d, the second "
                      "not below the first",
                      min,
                      max);
}

static bool
read_number(const PresetFile* const reader,
            const char* const       key,
            const ZoneField* const  field,
            const json_t* const     value,
            SamplerZone* const      zone)
{
  const double number = json_number_value(value);
  if (!json_is_number(value) || !(number >= field->min) ||
      !(number <= field->max)) {
    return preset_fault(
      reader, key, "expected a number from %g to %g", field->min, field->max);
  }
  write_field(zone, field, number);
  return true;
}

/// Read what is no number; `*known` tells whether there is such a key
static bool
read_word(const PresetFile* const reader,
          const char* const       full,
          const char* const       key,
          const json_t* const     value,
          ZoneSpec* const         spec,
          bool* const             known)
{
  SamplerZone* const zone     = &spec->zone;
  int                range[2] = {0, 0};
  *known                      = true;
  if (!strcmp(key, "keys")) {
    const bool good = read_range(reader, full, value, 0, 127, range);
    zone->low_key   = (uint8_t)range[0];
    zone->high_key  = (uint8_t)range[1];
    return good;
  }
  if (!strcmp(key, "velocities")) {
    const bool good     = read_range(reader, full, value, 1, 127, range);
    zone->low_velocity  = (uint8_t)range[0];
    zone->high_velocity = (uint8_t)range[1];
    return good;
  }
  if (!strcmp(key, "round_robin")) {
    const bool good = read_range(reader, full, value, 1, 100, range);
    zone->turn      = (uint8_t)(range[0] - 1);
    zone->turns     = (uint8_t)range[1];
    return good;
  }
  if (!strcmp(key, "choke")) {
    const json_int_t group = json_integer_value(value);
    zone->choke            = (uint16_t)group;
    return (json_is_integer(value) && group >= 0 && group <= 250) ||
           preset_fault(reader, full, "expected a whole number from 0 to 250");
  }
  if (!strcmp(key, "one_shot")) {
    zone->one_shot = json_is_true(value);
    return json_is_boolean(value) ||
           preset_fault(reader, full, "expected true or false");
  }
  if (!strcmp(key, "loop")) {
    const char* const word = json_string_value(value);
    for (uint32_t i = 0; word && i < 3u; ++i) {
      if (!strcmp(loops[i], word)) {
        zone->loop = (SamplerLoop)i;
        return true;
      }
    }
    return preset_fault(
      reader, full, "expected none, forward or until_release");
  }
  *known = !strcmp(key, "file") || !strcmp(key, "sample");
  return *known;
}

/// The path of a file that a preset names: as it is, or from the preset's
/// folder
static char*
path_of(const PresetFile* const reader, const char* const name)
{
  char              path[PATH_MAX];
  const char* const slash  = strrchr(reader->path, '/');
  const int         length = slash ? (int)(slash - reader->path) + 1 : 0;
  if (name[0] == '/') {
    return strdup(name);
  }
  snprintf(path, sizeof(path), "%.*s%s", length, reader->path, name);
  return strdup(path);
}

/// Read which recording a zone has
static bool
read_recording(const PresetFile* const reader,
               const char* const       key,
               const json_t* const     value,
               ZoneSpec* const         spec)
{
  char              full[160];
  const char* const file = json_string_value(json_object_get(value, "file"));
  const char* const sample =
    json_string_value(json_object_get(value, "sample"));
  if (sample) {
    snprintf(full, sizeof(full), "%.120s.sample", key);
    return (id_parse(sample, &spec->sample) &&
            id_kind(spec->sample) == KIND_SAMPLE) ||
           preset_fault(
             reader, full, "expected the id of a sample such as \"s1\"");
  }

  snprintf(full, sizeof(full), "%.120s.file", key);
  if (!file || !*file) {
    return preset_fault(reader,
                        file ? full : key,
                        "expected \"file\" with the name of an audio file");
  }
  spec->path = path_of(reader, file);
  if (!spec->path) {
    return preset_fault(reader, full, "out of memory");
  }
  return !access(spec->path, R_OK) ||
         preset_fault(reader, full, "there is no file \"%.200s\"", file);
}

bool
preset_read_zone(const PresetFile* const reader,
                 const char* const       key,
                 const json_t* const     value,
                 ZoneSpec* const         spec)
{
  if (!json_is_object(value)) {
    return preset_fault(reader, key, "expected a zone with \"file\"");
  }

  const char* name = NULL;
  json_t*     item = NULL;
  json_object_foreach((json_t*)value, name, item)
  {
    char full[160];
    snprintf(full, sizeof(full), "%.80s.%.60s", key, name);
    const ZoneField* field = NULL;
    for (size_t i = 0; i < NUM_FIELDS && !field; ++i) {
      field = strcmp(fields[i].key, name) ? NULL : &fields[i];
    }

    bool       known = true;
    const bool good  = field
                         ? read_number(reader, full, field, item, &spec->zone)
                         : read_word(reader, full, name, item, spec, &known);
    if (!known) {
      return preset_fault(reader, full, "a zone has no such key");
    }
    if (!good) {
      return false;
    }
  }
  return read_recording(reader, key, value, spec);
}

/// Read which program of which SoundFont a preset is
static bool
read_font(const PresetFile* const reader,
          const json_t* const     file,
          Preset* const           preset)
{
  const char* const name =
    json_string_value(json_object_get(file, "soundfont"));
  const json_int_t bank = json_integer_value(json_object_get(file, "bank"));
  const json_int_t program =
    json_integer_value(json_object_get(file, "program"));
  if (bank < 0 || bank > 16383) {
    return preset_fault(reader, "bank", "expected a number from 0 to 16383");
  }
  if (program < 0 || program > 127) {
    return preset_fault(reader, "program", "expected a number from 0 to 127");
  }

  Zones* const zones = zones_new(0);
  if (zones) {
    zones->font    = path_of(reader, name);
    zones->bank    = (uint16_t)bank;
    zones->program = (uint16_t)program;
  }
  preset->zones = zones;
  if (!zones || !zones->font) {
    return preset_fault(reader, "soundfont", "out of memory");
  }
  return !access(zones->font, R_OK) ||
         preset_fault(reader, "soundfont", "there is no file \"%.200s\"", name);
}

bool
preset_read_zones(const PresetFile* const reader,
                  const json_t* const     file,
                  Preset* const           preset)
{
  if (json_is_string(json_object_get(file, "soundfont"))) {
    return read_font(reader, file, preset);
  }

  const json_t* const list  = json_object_get(file, "zones");
  const size_t        count = json_array_size(list);
  if (!count || count > ZONES_MAX) {
    return preset_fault(
      reader, "zones", "expected a list of 1 to %u zones", ZONES_MAX);
  }

  preset->zones = zones_new((uint32_t)count);
  if (!preset->zones) {
    return preset_fault(reader, "zones", "out of memory");
  }
  for (size_t i = 0; i < count; ++i) {
    char key[40];
    snprintf(key, sizeof(key), "zones[%zu]", i);
    ZoneSpec* const spec = &preset->zones->specs[i];
    if (!preset_read_zone(reader, key, json_array_get(list, i), spec)) {
      return false;
    }
    preset->zones->has_samples |= spec->sample != ID_NONE;
  }
  return true;
}

// Writing

/// A path as it is from a folder, where it is below the folder's parent
static json_t*
encode_path(const char* const path, const char* const folder)
{
  const char* const slash  = strrchr(folder, '/');
  const size_t      parent = slash ? (size_t)(slash - folder) + 1u : 0;
  char              text[PATH_MAX];
  if (!parent || strncmp(path, folder, parent) != 0) {
    return json_string(path);
  }
  snprintf(text, sizeof(text), "../%s", path + parent);
  return json_string(text);
}

json_t*
zone_encode(const ZoneSpec* const spec,
            const char* const     folder,
            const bool            is_pad)
{
  const SamplerZone* const zone  = &spec->zone;
  json_t* const            value = json_object();
  char                     id[ID_TEXT_SIZE];
  SamplerZone              pad = sampler_zone_initial;
  pad.key_track                = 0.0f;
  pad.velocity                 = 1.0f;
  if (spec->sample != ID_NONE) {
    json_object_set_new(
      value, "sample", json_string(id_format(spec->sample, id)));
  } else {
    json_object_set_new(value, "file", encode_path(spec->path, folder));
  }
  if (!is_pad) {
    json_object_set_new(
      value, "keys", json_pack("[i,i]", zone->low_key, zone->high_key));
  }
  json_object_set_new(
    value,
    "velocities",
    json_pack("[i,i]", zone->low_velocity, zone->high_velocity));
  if (zone->turns > 1u) {
    json_object_set_new(
      value, "round_robin", json_pack("[i,i]", zone->turn + 1, zone->turns));
  }
  if (zone->choke) {
    json_object_set_new(value, "choke", json_integer(zone->choke));
  }
  if (zone->one_shot != is_pad) {
    json_object_set_new(value, "one_shot", json_boolean(zone->one_shot));
  }
  if (zone->loop != LOOP_NONE) {
    json_object_set_new(value, "loop", json_string(loops[zone->loop]));
  }
  for (size_t i = 0; i < NUM_FIELDS; ++i) {
    const double number = read_field(zone, &fields[i]);
    if (number !=
        read_field(is_pad ? &pad : &sampler_zone_initial, &fields[i])) {
      json_object_set_new(value, fields[i].key, json_real(number));
    }
  }
  return value;
}

void
zones_encode(const Zones* const zones,
             const char* const  folder,
             json_t* const      file)
{
  if (zones->font) {
    json_object_set_new(file, "soundfont", encode_path(zones->font, folder));
    json_object_set_new(file, "bank", json_integer(zones->bank));
    json_object_set_new(file, "program", json_integer(zones->program));
    return;
  }

  json_t* const list = json_array();
  for (uint32_t i = 0; i < zones->count; ++i) {
    json_array_append_new(list, zone_encode(&zones->specs[i], folder, false));
  }
  json_object_set_new(file, "zones", list);
}
