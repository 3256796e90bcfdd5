// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/presets.h"

#include "base/status.h"
#include "services/preset_file.h"
#include "services/presets_private.h"
#include "services/zones.h"
#include "units/sampler.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Plays where a track names no preset
#define DEFAULT_PRESET "sine"

struct Presets {
  Preset*  presets; ///< By name
  uint32_t count;
  uint32_t max;
};

/// Where what is read goes
typedef struct {
  Presets*       presets;
  const Presets* voices; ///< That pads of a kit may name, null: no kits
} Reading;

void
preset_clear(Preset* const preset)
{
  free(preset->name);
  free(preset->label);
  free(preset->category);
  free(preset->tags);
  free(preset->values);
  free(preset->groove);
  zones_release(preset->zones);
}

/// Set the values that a file gives; the others stay at the engine's
static bool
read_params(const PresetFile* const reader,
            const json_t* const     params,
            Preset* const           preset)
{
  const InstrumentInfo* const info = preset->info;
  for (uint32_t i = 0; i < info->num_params; ++i) {
    preset->values[i] = info->params[i].initial;
  }

  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach((json_t*)params, key, value)
  {
    char full[96];
    snprintf(full, sizeof(full), "params.%.80s", key);
    const int index = instrument_find_param(info, key);
    if (index < 0) {
      return preset_fault(
        reader, full, "the engine \"%s\" has no such parameter", info->symbol);
    }

    // Limits are floats, and 0.2 is less than the float nearest to it
    const ParamInfo* const param  = &info->params[index];
    const float            number = (float)json_number_value(value);
    if (!json_is_number(value) || !(number >= param->min) ||
        !(number <= param->max)) {
      return preset_fault(reader,
                          full,
                          "expected a number from %g to %g",
                          (double)param->min,
                          (double)param->max);
    }

    preset->values[index] = number;
  }

  return true;
}

/// A copy of a text of the file, or of `fallback` if it has none
static char*
read_text(const json_t* const file,
          const char* const   key,
          const char* const   fallback)
{
  const char* const text = json_string_value(json_object_get(file, key));
  return strdup(text ? text : fallback);
}

/// All tags with blanks between them
static char*
read_tags(const json_t* const tags)
{
  char   text[512] = "";
  size_t index     = 0;
  for (; index < json_array_size(tags); ++index) {
    const char* const tag    = json_string_value(json_array_get(tags, index));
    const size_t      length = strlen(text);
    if (tag && length + strlen(tag) + 2u < sizeof(text)) {
      snprintf(
        text + length, sizeof(text) - length, "%s%s", length ? " " : "", tag);
    }
  }
  return strdup(text);
}

static bool
read_preset(const PresetFile* const reader,
            const json_t* const     file,
            const Presets* const    voices,
            Preset* const           preset)
{
  const char* const name  = json_string_value(json_object_get(file, "name"));
  const char* const given = json_string_value(json_object_get(file, "engine"));
  const char* const kit =
    given && !strcmp(given, sample_kit_instrument.symbol) ? given : "kit";
  const char* const engine = voices ? kit : given;
  if (!name || !*name) {
    return preset_fault(reader, "name", "expected the name of the preset");
  }

  preset->info = engine ? instrument_find(engine) : NULL;
  if (!preset->info) {
    return preset_fault(reader,
                        "engine",
                        "there is no instrument engine \"%s\"",
                        engine ? engine : "");
  }

  preset->name     = strdup(name);
  preset->label    = read_text(file, "label", name);
  preset->category = read_text(file, "category", "");
  preset->values   = (float*)calloc(preset->info->num_params, sizeof(float));
  preset->tags     = read_tags(json_object_get(file, "tags"));
  preset->own      = reader->own;
  if (!preset->name || !preset->label || !preset->category || !preset->tags ||
      !preset->values) {
    return preset_fault(reader, "name", "out of memory");
  }

  return read_params(reader, json_object_get(file, "params"), preset) &&
         (!voices || preset_read_kit(reader, file, voices, preset)) &&
         (preset->info != &sampler_instrument ||
          preset_read_zones(reader, file, preset));
}

static int
compare_presets(const void* const a, const void* const b)
{
  return strcmp(((const Preset*)a)->name, ((const Preset*)b)->name);
}

/// Put a preset in its place, which moves; false if memory ran out
static bool
insert_preset(Presets* const presets, const Preset* const preset)
{
  if (presets->count == presets->max) {
    const uint32_t max = presets->max ? presets->max * 2u : 64u;
    Preset* const  array =
      (Preset*)realloc(presets->presets, (size_t)max * sizeof(Preset));
    if (!array) {
      return false;
    }

    presets->presets = array;
    presets->max     = max;
  }

  uint32_t at = presets->count++;
  for (; at && compare_presets(preset, &presets->presets[at - 1u]) < 0; --at) {
    presets->presets[at] = presets->presets[at - 1u];
  }
  presets->presets[at] = *preset;
  return true;
}

Status
presets_add(Presets* const presets, const Preset* const preset)
{
  Preset copy;
  if (presets_find(presets, preset->name)) {
    return STATUS_EXISTS;
  }
  if (!preset_copy(preset, &copy)) {
    return STATUS_NO_MEMORY;
  }
  if (!insert_preset(presets, &copy)) {
    preset_clear(&copy);
    return STATUS_NO_MEMORY;
  }
  return STATUS_OK;
}

/// Take the preset of a file
static void
take_preset(void* const             handle,
            const PresetFile* const file,
            const json_t* const     json)
{
  const Reading* const reading = (const Reading*)handle;
  Presets* const       presets = reading->presets;
  Preset               preset  = {0};
  bool                 good = read_preset(file, json, reading->voices, &preset);
  if (good && presets_find(presets, preset.name)) {
    good = preset_fault(file, "name", "there is already a \"%s\"", preset.name);
  }
  if (!good || !insert_preset(presets, &preset)) {
    preset_clear(&preset);
  }
}

Presets*
presets_empty(void)
{
  return (Presets*)calloc(1, sizeof(Presets));
}

Presets*
presets_new(const char* const     dir,
            const PresetFaultFunc func,
            void* const           handle)
{
  instrument_prepare();

  Presets* const presets = (Presets*)calloc(1, sizeof(Presets));
  if (presets) {
    Reading reading = {presets, NULL};
    preset_files_read(dir, false, func, handle, take_preset, &reading);
  }
  return presets;
}

void
presets_read_kits(Presets* const        kits,
                  const char* const     dir,
                  const bool            own,
                  const Presets* const  voices,
                  const PresetFaultFunc func,
                  void* const           handle)
{
  Reading reading = {kits, voices};
  preset_files_read(dir, own, func, handle, take_preset, &reading);
}

void
presets_read(Presets* const        presets,
             const char* const     dir,
             const bool            own,
             const PresetFaultFunc func,
             void* const           handle)
{
  Reading reading = {presets, NULL};
  preset_files_read(dir, own, func, handle, take_preset, &reading);
}

void
presets_free(Presets* const presets)
{
  if (presets) {
    for (uint32_t i = 0; i < presets->count; ++i) {
      preset_clear(&presets->presets[i]);
    }

    free(presets->presets);
    free(presets);
  }
}

uint32_t
presets_count(const Presets* const presets)
{
  return presets->count;
}

const Preset*
presets_get(const Presets* const presets, const uint32_t index)
{
  return &presets->presets[index];
}

const Preset*
presets_find(const Presets* const presets, const char* const name)
{
  Preset key = {.name = (char*)name};
  return presets->count ? (const Preset*)bsearch(&key,
                                                 presets->presets,
                                                 presets->count,
                                                 sizeof(Preset),
                                                 compare_presets)
                        : NULL;
}

const Preset*
presets_default(const Presets* const presets)
{
  const Preset* const preset = presets_find(presets, DEFAULT_PRESET);
  return preset ? preset : presets->count ? &presets->presets[0] : NULL;
}
