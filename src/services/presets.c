// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/presets.h"

#include "base/rt.h"

#include <jansson.h>

#include <dirent.h>
#include <stdarg.h>
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

/// Where a file is told to be at fault
typedef struct {
  const char*     path;
  PresetFaultFunc func;
  void*           handle;
} Reader;

static bool
fault(const Reader* reader, const char* format, ...) SONIC_PRINTF(2, 3);

/// Say what is wrong with a file; returns false
static bool
fault(const Reader* const reader, const char* const format, ...)
{
  char    text[640];
  int     length = snprintf(text, sizeof(text), "%s: ", reader->path);
  va_list args;
  va_start(args, format);
  vsnprintf(text + length, sizeof(text) - (size_t)length, format, args);
  va_end(args);
  reader->func(reader->handle, text);
  return false;
}

static void
preset_clear(Preset* const preset)
{
  free(preset->name);
  free(preset->label);
  free(preset->category);
  free(preset->values);
}

/// Set the values that a file gives; the others stay at the engine's
static bool
read_params(const Reader* const reader,
            const json_t* const params,
            Preset* const       preset)
{
  const InstrumentInfo* const info = preset->info;
  for (uint32_t i = 0; i < info->num_params; ++i) {
    preset->values[i] = info->params[i].initial;
  }

  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach((json_t*)params, key, value)
  {
    const int index = instrument_find_param(info, key);
    if (index < 0) {
      return fault(reader,
                   "params.%s: the engine \"%s\" has no such parameter",
                   key,
                   info->symbol);
    }

    const ParamInfo* const param  = &info->params[index];
    const double           number = json_number_value(value);
    if (!json_is_number(value) || !(number >= (double)param->min) ||
        !(number <= (double)param->max)) {
      return fault(reader,
                   "params.%s: expected a number from %g to %g",
                   key,
                   (double)param->min,
                   (double)param->max);
    }

    preset->values[index] = (float)number;
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

static bool
read_preset(const Reader* const reader,
            const json_t* const file,
            Preset* const       preset)
{
  const char* const name   = json_string_value(json_object_get(file, "name"));
  const char* const engine = json_string_value(json_object_get(file, "engine"));
  if (!name || !*name) {
    return fault(reader, "name: expected the name of the preset");
  }

  preset->info = engine ? instrument_find(engine) : NULL;
  if (!preset->info) {
    return fault(reader,
                 "engine: there is no instrument engine \"%s\"",
                 engine ? engine : "");
  }

  preset->name     = strdup(name);
  preset->label    = read_text(file, "label", name);
  preset->category = read_text(file, "category", "");
  preset->values   = (float*)calloc(preset->info->num_params, sizeof(float));
  if (!preset->name || !preset->label || !preset->category || !preset->values) {
    return fault(reader, "Out of memory");
  }

  return read_params(reader, json_object_get(file, "params"), preset);
}

static bool
add_preset(Presets* const presets, const Preset* const preset)
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

  presets->presets[presets->count++] = *preset;
  return true;
}

static void
read_file(Presets* const presets, const Reader* const reader)
{
  json_error_t  error;
  json_t* const file =
    json_load_file(reader->path, JSON_REJECT_DUPLICATES, &error);
  if (!file) {
    fault(reader, "%d:%d: %s", error.line, error.column, error.text);
    return;
  }

  Preset preset = {0};
  if (!read_preset(reader, file, &preset) || !add_preset(presets, &preset)) {
    preset_clear(&preset);
  }

  json_decref(file);
}

static int
compare_presets(const void* const a, const void* const b)
{
  return strcmp(((const Preset*)a)->name, ((const Preset*)b)->name);
}

Presets*
presets_new(const char* const     dir,
            const PresetFaultFunc func,
            void* const           handle)
{
  instrument_prepare();

  Presets* const presets = (Presets*)calloc(1, sizeof(Presets));
  DIR* const     folder  = presets ? opendir(dir) : NULL;
  if (!folder) {
    return presets;
  }

  const struct dirent* entry = NULL;
  while ((entry = readdir(folder))) {
    const char* const ending = strrchr(entry->d_name, '.');
    if (ending && !strcmp(ending, ".json")) {
      char path[4096];
      snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
      const Reader reader = {path, func, handle};
      read_file(presets, &reader);
    }
  }

  closedir(folder);
  if (presets->count) {
    qsort(presets->presets, presets->count, sizeof(Preset), compare_presets);
  }

  return presets;
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
