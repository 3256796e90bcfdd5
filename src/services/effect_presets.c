// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/effect_presets.h"

#include "model/document.h"
#include "services/effects.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct EffectPresets {
  EffectPreset* presets; ///< By kind, type and name
  uint32_t      count;
  uint32_t      max;
};

// One preset

bool
effect_preset_init(EffectPreset* const preset,
                   const char* const   name,
                   const uint32_t      count)
{
  *preset = (EffectPreset){
    .name    = strdup(name),
    .count   = count,
    .effects = (PresetEffect*)calloc(count ? count : 1u, sizeof(PresetEffect))};
  if (preset->name && preset->effects) {
    return true;
  }

  effect_preset_clear(preset);
  return false;
}

void
effect_preset_clear(EffectPreset* const preset)
{
  free(preset->name);
  free(preset->effects);
  *preset = (EffectPreset){.count = 0};
}

/// Order of kind, type and name
static int
compare(const EffectPreset* const a, const EffectPreset* const b)
{
  if (a->chain != b->chain) {
    return a->chain ? 1 : -1;
  }

  const int types =
    a->chain ? 0
             : strcmp(a->effects[0].info->symbol, b->effects[0].info->symbol);
  return types ? types : strcmp(a->name, b->name);
}

/// Whether a preset is of a type, or of a chain if that is null
static bool
is_of(const EffectPreset* const preset, const EffectInfo* const info)
{
  return info ? !preset->chain && preset->effects[0].info == info
              : preset->chain;
}

// Reading

/// Set the values that a file gives; the others stay at the type's
static bool
read_params(const PresetFile* const file,
            const char* const       at,
            const json_t* const     params,
            PresetEffect* const     effect)
{
  const EffectInfo* const info = effect->info;
  for (uint32_t i = 0; i < info->num_params; ++i) {
    effect->values[i] = info->params[i].initial;
  }

  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach((json_t*)params, key, value)
  {
    char full[160];
    snprintf(full, sizeof(full), "%s.%.80s", at, key);
    const int index = effect_find_param(info, key);
    if (index < 0) {
      return preset_fault(file, full, "%s has no such parameter", info->symbol);
    }

    const ParamInfo* const param  = &info->params[index];
    const double           number = json_number_value(value);
    // Limits are floats, and 0.2 is less than the float nearest to it
    const float given = (float)number;
    if (!json_is_number(value) || !(given >= param->min) ||
        !(given <= param->max)) {
      return preset_fault(file,
                          full,
                          "expected a number from %g to %g",
                          (double)param->min,
                          (double)param->max);
    }

    effect->values[index] = given;
  }

  return true;
}

/// Read one effect; `at` is where it stands: "" or "effects[2]."
static bool
read_effect(const PresetFile* const file,
            const char* const       at,
            const json_t* const     json,
            PresetEffect* const     effect)
{
  char              key[64];
  const char* const type = json_string_value(json_object_get(json, "type"));
  effect->info           = type ? effect_find(type) : NULL;
  if (!effect->info) {
    snprintf(key, sizeof(key), "%stype", at);
    return preset_fault(
      file, key, "there is no effect type \"%.60s\"", type ? type : "");
  }

  const json_t* const params = json_object_get(json, "params");
  snprintf(key, sizeof(key), "%sparams", at);
  return !params || json_is_object(params)
           ? read_params(file, key, params, effect)
           : preset_fault(file, key, "expected an object of parameters");
}

/// The name of a file; null (said) if it has none
static const char*
read_name(const PresetFile* const file, const json_t* const json)
{
  char              slug[SLUG_SIZE] = "";
  const char* const name = json_string_value(json_object_get(json, "name"));
  if (name) {
    slug_make(name, slug);
  }
  if (!slug[0]) {
    preset_fault(file, "name", "expected a name with letters or digits");
  }

  return slug[0] ? name : NULL;
}

static void
take(EffectPresets* const    presets,
     const PresetFile* const file,
     EffectPreset* const     preset)
{
  const Status st = effect_presets_add(presets, preset);
  if (st == STATUS_EXISTS) {
    preset_fault(file, "name", "there is already a \"%s\"", preset->name);
  } else if (st) {
    preset_fault(file, "name", "out of memory");
  }
  if (st) {
    effect_preset_clear(preset);
  }
}

static void
take_effect(void* const             handle,
            const PresetFile* const file,
            const json_t* const     json)
{
  EffectPreset      preset;
  const char* const name = read_name(file, json);
  if (!name) {
    return;
  }
  if (!effect_preset_init(&preset, name, 1)) {
    preset_fault(file, "name", "out of memory");
    return;
  }

  preset.own = file->own;
  if (read_effect(file, "", json, &preset.effects[0])) {
    take((EffectPresets*)handle, file, &preset);
  } else {
    effect_preset_clear(&preset);
  }
}

static void
take_chain(void* const             handle,
           const PresetFile* const file,
           const json_t* const     json)
{
  EffectPreset        preset;
  const char* const   name  = read_name(file, json);
  const json_t* const list  = json_object_get(json, "effects");
  const size_t        count = json_array_size(list);
  if (!name) {
    return;
  }
  if (!count || count > MAX_CHAIN) {
    preset_fault(
      file, "effects", "expected a list of 1 to %u effects", MAX_CHAIN);
    return;
  }
  if (!effect_preset_init(&preset, name, (uint32_t)count)) {
    preset_fault(file, "name", "out of memory");
    return;
  }

  bool good    = true;
  preset.own   = file->own;
  preset.chain = true;
  for (uint32_t i = 0; good && i < preset.count; ++i) {
    char at[32];
    snprintf(at, sizeof(at), "effects[%u].", i);
    good = read_effect(file, at, json_array_get(list, i), &preset.effects[i]);
  }

  if (good) {
    take((EffectPresets*)handle, file, &preset);
  } else {
    effect_preset_clear(&preset);
  }
}

static void
read_folders(EffectPresets* const  presets,
             const char* const     dir,
             const bool            own,
             const PresetFaultFunc fault,
             void* const           handle)
{
  char folder[4096];
  snprintf(folder, sizeof(folder), "%s/effects", dir);
  preset_files_read(folder, own, fault, handle, take_effect, presets);
  snprintf(folder, sizeof(folder), "%s/chains", dir);
  preset_files_read(folder, own, fault, handle, take_chain, presets);
}

// All presets

EffectPresets*
effect_presets_new(const char* const     given_dir,
                   const char* const     own_dir,
                   const PresetFaultFunc fault,
                   void* const           handle)
{
  EffectPresets* const presets =
    (EffectPresets*)calloc(1, sizeof(EffectPresets));
  if (presets) {
    read_folders(presets, given_dir, false, fault, handle);
    if (own_dir) {
      read_folders(presets, own_dir, true, fault, handle);
    }
  }
  return presets;
}

void
effect_presets_free(EffectPresets* const presets)
{
  if (presets) {
    for (uint32_t i = 0; i < presets->count; ++i) {
      effect_preset_clear(&presets->presets[i]);
    }

    free(presets->presets);
    free(presets);
  }
}

Status
effect_presets_add(EffectPresets* const presets, EffectPreset* const preset)
{
  const EffectInfo* const info = preset->chain ? NULL : preset->effects[0].info;
  if (effect_presets_find(presets, info, preset->name)) {
    return STATUS_EXISTS;
  }

  if (presets->count == presets->max) {
    const uint32_t      max   = presets->max ? presets->max * 2u : 64u;
    EffectPreset* const array = (EffectPreset*)realloc(
      presets->presets, (size_t)max * sizeof(EffectPreset));
    if (!array) {
      return STATUS_NO_MEMORY;
    }

    presets->presets = array;
    presets->max     = max;
  }

  uint32_t at = presets->count++;
  for (; at && compare(preset, &presets->presets[at - 1u]) < 0; --at) {
    presets->presets[at] = presets->presets[at - 1u];
  }
  presets->presets[at] = *preset;
  *preset              = (EffectPreset){.count = 0};
  return STATUS_OK;
}

uint32_t
effect_presets_count(const EffectPresets* const presets)
{
  return presets->count;
}

const EffectPreset*
effect_presets_get(const EffectPresets* const presets, const uint32_t index)
{
  return &presets->presets[index];
}

const EffectPreset*
effect_presets_find(const EffectPresets* const presets,
                    const EffectInfo* const    info,
                    const char* const          name)
{
  char wanted[SLUG_SIZE];
  slug_make(name, wanted);
  for (uint32_t i = 0; wanted[0] && i < presets->count; ++i) {
    char                      slug[SLUG_SIZE];
    const EffectPreset* const preset = &presets->presets[i];
    slug_make(preset->name, slug);
    if (is_of(preset, info) && !strcmp(slug, wanted)) {
      return preset;
    }
  }

  return NULL;
}
