// SPDX-License-Identifier: GPL-3.0-or-later
//
// The pads and the groove of a kit's file

#include "services/preset_limits.h"
#include "services/presets_private.h"

#include "services/zones.h"
#include "units/drum.h"
#include "units/instrument.h"
#include "units/sampler.h"
#include "units/unit.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Index of a parameter of a pad by symbol, or -1
static int
find_pad_param(const ParamInfo* const params,
               const int              count,
               const char* const      key)
{
  for (int i = 0; i < count; ++i) {
    if (!strcmp(params[i].symbol, key)) {
      return i;
    }
  }
  return -1;
}

/// Set one parameter of a pad; its level is added to that of the voice
static bool
read_pad_param(const PresetFile* const reader,
               const ParamInfo* const  params,
               const int               num_params,
               const char* const       pad,
               const char* const       key,
               const json_t* const     value,
               float* const            values)
{
  char full[160];
  snprintf(full, sizeof(full), "%.60s.%.80s", pad, key);
  const int index = find_pad_param(params, num_params, key);
  if (index < 0) {
    return preset_fault(reader, full, "a pad has no such parameter");
  }

  const ParamInfo* const param  = &params[index];
  const float            number = (float)json_number_value(value);
  if (!json_is_number(value) || !(number >= param->min) ||
      !(number <= param->max)) {
    return preset_fault(reader,
                        full,
                        "expected a number from %g to %g",
                        (double)param->min,
                        (double)param->max);
  }

  const bool  adds = params == drum_params && index == DRUM_LEVEL;
  const float sum  = (adds ? values[index] : 0.0f) + number;
  values[index]    = sum < param->min   ? param->min
                     : sum > param->max ? param->max
                                        : sum;
  return true;
}

/// Read the note that a pad is for
static bool
read_note(const PresetFile* const reader,
          const char* const       key,
          const char* const       note,
          long* const             number)
{
  char* end = NULL;
  *number   = strtol(note, &end, 10);
  return (!*end && *number >= (long)KIT_FIRST && *number <= (long)KIT_LAST) ||
         preset_fault(
           reader, key, "expected a note from %u to %u", KIT_FIRST, KIT_LAST);
}

static bool
read_pad(const PresetFile* const reader,
         const char* const       note,
         const json_t* const     pad,
         const Presets* const    voices,
         Preset* const           preset)
{
  char key[80];
  snprintf(key, sizeof(key), "pads.%.60s", note);
  long number = 0;
  if (!read_note(reader, key, note, &number)) {
    return false;
  }

  const char* const   name  = json_string_value(json_object_get(pad, "voice"));
  const Preset* const voice = name ? presets_find(voices, name) : NULL;
  if (!voice || voice->info != &drum_instrument) {
    char full[96];
    snprintf(full, sizeof(full), "%s.voice", key);
    return preset_fault(
      reader, full, "there is no drum voice \"%s\"", name ? name : "");
  }

  float* const values = &preset->values[KIT_PARAM((uint32_t)number, 0)];
  memcpy(values, voice->values, NUM_DRUM_PARAMS * sizeof(float));
  const char* param = NULL;
  json_t*     value = NULL;
  json_object_foreach((json_t*)pad, param, value)
  {
    if (strcmp(param, "voice") != 0 &&
        !read_pad_param(
          reader, drum_params, NUM_DRUM_PARAMS, key, param, value, values)) {
      return false;
    }
  }
  return true;
}

/// Read a hit: beat, note, velocity
static bool
read_hit(const PresetFile* const reader,
         const size_t            index,
         const json_t* const     hit,
         Preset* const           preset)
{
  const double beat     = json_number_value(json_array_get(hit, 0));
  const double note     = json_number_value(json_array_get(hit, 1));
  const double velocity = json_number_value(json_array_get(hit, 2));
  if (json_array_size(hit) != 3u || beat < 0.0 || beat >= GROOVE_MAX_BEATS ||
      note < (double)KIT_FIRST || note > (double)KIT_LAST || velocity < 1.0 ||
      velocity > 127.0) {
    char key[48];
    snprintf(key, sizeof(key), "groove[%zu]", index);
    return preset_fault(reader,
                        key,
                        "expected a beat from 0, a note from %u to %u and a "
                        "velocity from 1 to 127",
                        KIT_FIRST,
                        KIT_LAST);
  }

  preset->groove[preset->num_hits++] =
    (GrooveHit){(float)beat, (uint8_t)note, (uint8_t)velocity};
  return true;
}

static bool
read_groove(const PresetFile* const reader,
            const json_t* const     file,
            Preset* const           preset)
{
  const json_t* const groove = json_object_get(file, "groove");
  const size_t        count  = json_array_size(groove);
  if (!count || count > GROOVE_MAX_HITS) {
    return preset_fault(
      reader, "groove", "expected a list of 1 to %u hits", GROOVE_MAX_HITS);
  }

  preset->tempo = (float)json_number_value(json_object_get(file, "tempo"));
  if (!(preset->tempo >= (float)GROOVE_MIN_TEMPO) ||
      !(preset->tempo <= (float)GROOVE_MAX_TEMPO)) {
    return preset_fault(reader,
                        "tempo",
                        "expected a number from %g to %g",
                        GROOVE_MIN_TEMPO,
                        GROOVE_MAX_TEMPO);
  }

  preset->groove = (GrooveHit*)calloc(count, sizeof(GrooveHit));
  if (!preset->groove) {
    return preset_fault(reader, "groove", "out of memory");
  }

  for (size_t i = 0; i < count; ++i) {
    if (!read_hit(reader, i, json_array_get(groove, i), preset)) {
      return false;
    }
  }
  return true;
}

// Kits of recordings

/// Read the recordings of a pad to the zones from `*used` on
static bool
read_samples(const PresetFile* const reader,
             const char* const       key,
             const uint8_t           note,
             const json_t* const     list,
             Zones* const            zones,
             uint32_t* const         used)
{
  char full[160];
  snprintf(full, sizeof(full), "%.80s.samples", key);
  if (!json_array_size(list)) {
    return preset_fault(
      reader, json_is_array(list) ? full : key, "expected \"samples\"");
  }

  for (size_t i = 0; i < json_array_size(list); ++i) {
    ZoneSpec* const spec = &zones->specs[(*used)++];
    snprintf(full, sizeof(full), "%.80s.samples[%zu]", key, i);
    spec->zone.one_shot  = true;
    spec->zone.key_track = 0.0f;
    spec->zone.velocity  = 1.0f;
    if (!preset_read_zone(reader, full, json_array_get(list, i), spec)) {
      return false;
    }
    spec->zone.low_key  = note;
    spec->zone.high_key = note;
    zones->has_samples |= spec->sample != ID_NONE;
  }
  return true;
}

static bool
read_sample_pad(const PresetFile* const reader,
                const char* const       note,
                const json_t* const     pad,
                Preset* const           preset,
                uint32_t* const         used)
{
  char key[80];
  snprintf(key, sizeof(key), "pads.%.60s", note);
  long number = 0;
  if (!read_note(reader, key, note, &number) ||
      !read_samples(reader,
                    key,
                    (uint8_t)number,
                    json_object_get(pad, "samples"),
                    preset->zones,
                    used)) {
    return false;
  }

  float* const values = &preset->values[SAMPLE_KIT_PARAM((uint32_t)number, 0)];
  values[SAMPLE_PAD_LEVEL] = 0.0f;
  const char* param        = NULL;
  json_t*     value        = NULL;
  json_object_foreach((json_t*)pad, param, value)
  {
    if (strcmp(param, "samples") != 0 && strcmp(param, "name") != 0 &&
        !read_pad_param(reader,
                        sample_pad_params,
                        NUM_SAMPLE_PAD_PARAMS,
                        key,
                        param,
                        value,
                        values)) {
      return false;
    }
  }
  return true;
}

static bool
read_sample_pads(const PresetFile* const reader,
                 const json_t* const     pads,
                 Preset* const           preset)
{
  size_t      count = 0;
  const char* note  = NULL;
  json_t*     pad   = NULL;
  json_object_foreach((json_t*)pads, note, pad)
  {
    count += json_array_size(json_object_get(pad, "samples"));
  }
  if (count > ZONES_MAX) {
    return preset_fault(
      reader, "pads", "a kit has at most %u samples", ZONES_MAX);
  }

  preset->zones = zones_new((uint32_t)count);
  if (!preset->zones) {
    return preset_fault(reader, "pads", "out of memory");
  }

  uint32_t used = 0;
  json_object_foreach((json_t*)pads, note, pad)
  {
    if (!read_sample_pad(reader, note, pad, preset, &used)) {
      return false;
    }
  }
  return true;
}

bool
preset_read_kit(const PresetFile* const reader,
                const json_t* const     file,
                const Presets* const    voices,
                Preset* const           preset)
{
  const json_t* const pads = json_object_get(file, "pads");
  if (!json_object_size(pads)) {
    return preset_fault(reader, "pads", "expected notes with their sounds");
  }
  if (preset->info == &sample_kit_instrument) {
    return read_sample_pads(reader, pads, preset) &&
           read_groove(reader, file, preset);
  }

  const char* note = NULL;
  json_t*     pad  = NULL;
  json_object_foreach((json_t*)pads, note, pad)
  {
    if (!read_pad(reader, note, pad, voices, preset)) {
      return false;
    }
  }
  return read_groove(reader, file, preset);
}
