// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/presets.h"

#include "base/rt.h"
#include "base/status.h"
#include "model/json_place.h"
#include "services/presets_private.h"
#include "store/file.h"

#include <jansson.h>

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Most bytes of a file
#define MOST_BYTES (256u * 1024u)

/// Plays where a track names no preset
#define DEFAULT_PRESET "sine"

struct Presets {
  Preset*  presets; ///< By name
  uint32_t count;
  uint32_t max;
};

bool
preset_fault(const PresetReader* const reader,
             const char* const         key,
             const char* const         format,
             ...)
{
  char path[128];
  snprintf(path, sizeof(path), ".%s", key);

  JsonPlace      place;
  const JsonSpan whole = {reader->text, reader->text + reader->size};
  json_place_init(&place, reader->text, reader->size);
  json_place_go(&place, json_locate(whole, path));

  char    text[640];
  int     length = snprintf(text,
                        sizeof(text),
                        "%.400s:%d:%d: %s: ",
                        reader->path,
                        place.line,
                        json_place_column(&place),
                        key);
  va_list args;
  va_start(args, format);
  vsnprintf(text + length, sizeof(text) - (size_t)length, format, args);
  va_end(args);
  reader->func(reader->handle, text);
  return false;
}

void
preset_clear(Preset* const preset)
{
  free(preset->name);
  free(preset->label);
  free(preset->category);
  free(preset->tags);
  free(preset->values);
  free(preset->groove);
}

/// Set the values that a file gives; the others stay at the engine's
static bool
read_params(const PresetReader* const reader,
            const json_t* const       params,
            Preset* const             preset)
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

    const ParamInfo* const param  = &info->params[index];
    const double           number = json_number_value(value);
    if (!json_is_number(value) || !(number >= (double)param->min) ||
        !(number <= (double)param->max)) {
      return preset_fault(reader,
                          full,
                          "expected a number from %g to %g",
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
read_preset(const PresetReader* const reader,
            const json_t* const       file,
            Preset* const             preset)
{
  const char* const name   = json_string_value(json_object_get(file, "name"));
  const char* const given  = json_string_value(json_object_get(file, "engine"));
  const char* const engine = reader->voices ? "kit" : given;
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
         (!reader->voices || preset_read_kit(reader, file, preset));
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

/// Take the preset of a file whose text was read
static void
take_preset(Presets* const            presets,
            const PresetReader* const reader,
            const json_t* const       file)
{
  Preset preset = {0};
  bool   good   = read_preset(reader, file, &preset);
  if (good && presets_find(presets, preset.name)) {
    good =
      preset_fault(reader, "name", "there is already a \"%s\"", preset.name);
  }
  if (!good || !insert_preset(presets, &preset)) {
    preset_clear(&preset);
  }
}

static void
read_file(Presets* const presets, PresetReader* const reader)
{
  char*  text = NULL;
  size_t size = 0;
  char   why[FILE_TEXT_SIZE];
  if (file_read(reader->path, MOST_BYTES, &text, &size, why, sizeof(why))) {
    reader->func(reader->handle, why);
    return;
  }

  json_error_t  error;
  json_t* const file = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
  reader->text       = text;
  reader->size       = size;
  if (file) {
    take_preset(presets, reader, file);
    json_decref(file);
  } else {
    snprintf(why,
             sizeof(why),
             "%.300s:%d:%d: %.150s",
             reader->path,
             error.line,
             error.column,
             error.text);
    reader->func(reader->handle, why);
  }
  free(text);
}

static void
read_folder(Presets* const        presets,
            const char* const     dir,
            const bool            own,
            const Presets* const  voices,
            const PresetFaultFunc func,
            void* const           handle)
{
  DIR* const folder = opendir(dir);
  if (!folder) {
    return;
  }

  const struct dirent* entry = NULL;
  while ((entry = readdir(folder))) {
    const char* const ending = strrchr(entry->d_name, '.');
    if (entry->d_name[0] != '.' && ending && !strcmp(ending, ".json")) {
      char path[4096];
      snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
      PresetReader reader = {path, NULL, 0, own, voices, func, handle};
      read_file(presets, &reader);
    }
  }
  closedir(folder);
}

Presets*
presets_new(const char* const     dir,
            const PresetFaultFunc func,
            void* const           handle)
{
  instrument_prepare();

  Presets* const presets = (Presets*)calloc(1, sizeof(Presets));
  if (presets) {
    read_folder(presets, dir, false, NULL, func, handle);
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
  read_folder(kits, dir, own, voices, func, handle);
}

void
presets_read_own(Presets* const        presets,
                 const char* const     dir,
                 const PresetFaultFunc func,
                 void* const           handle)
{
  read_folder(presets, dir, true, NULL, func, handle);
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
