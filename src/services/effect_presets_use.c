// SPDX-License-Identifier: GPL-3.0-or-later
//
// Presets of effects in the composition: putting them there, saving them

#include "services/effect_presets.h"

#include "services/edit.h"
#include "services/effects.h"
#include "services/jobs.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "store/file.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const EffectPresets*
effects_presets(const Services* const services)
{
  return services->effect_presets;
}

// Putting presets

/// The names of all presets of a type, or of chains if that is null
static void
list_names(const EffectPresets* const presets,
           const EffectInfo* const    info,
           char* const                text,
           const size_t               text_size)
{
  text[0] = '\0';
  for (uint32_t i = 0; i < effect_presets_count(presets); ++i) {
    const EffectPreset* const preset = effect_presets_get(presets, i);
    if (info ? !preset->chain && preset->effects[0].info == info
             : preset->chain) {
      const size_t length = strlen(text);
      snprintf(text + length,
               text_size - length,
               "%s%s",
               length ? ", " : "",
               preset->name);
    }
  }
}

/// A preset by name; null (noted) if there is none
static const EffectPreset*
find(Services* const         services,
     const EffectInfo* const info,
     const char* const       name)
{
  const EffectPresets* const presets = services->effect_presets;
  const EffectPreset* const  found   = effect_presets_find(presets, info, name);
  if (!found) {
    char names[320];
    list_names(presets, info, names, sizeof(names));
    services_fail(services,
                  STATUS_NOT_FOUND,
                  "%s has no preset \"%.60s\"; there are %s",
                  info ? info->symbol : "A chain",
                  name,
                  names[0] ? names : "none");
  }

  return found;
}

/// The parameters of an effect as a file has them: what differs from the type
static Status
make_params(const PresetEffect* const from, ParamMap** const out)
{
  Status    st     = STATUS_OK;
  ParamMap* params = NULL;
  for (uint32_t i = 0; !st && i < from->info->num_params; ++i) {
    const ParamInfo* const param = &from->info->params[i];
    if (from->values[i] != param->initial) {
      ParamMap* const before = params;
      st                     = param_map_set(
        before, param->symbol, (double)from->values[i], false, &params);
      if (!st) {
        param_map_release(before);
      }
    }
  }

  if (st) {
    param_map_release(params);
    return st;
  }

  *out = params;
  return STATUS_OK;
}

static Status
put_values(Services* const           services,
           const Id                  id,
           const PresetEffect* const from)
{
  ParamMap* params = NULL;
  Status    st     = make_params(from, &params);
  if (st) {
    return edit_no_memory(services);
  }

  Effect* const effect = (Effect*)edit_copy(services, id, &st);
  if (!effect) {
    param_map_release(params);
    return st;
  }

  param_map_release(effect->params);
  effect->params = params;
  return edit_put(services, &effect->node);
}

Status
effects_set_preset(Services* const   services,
                   const Id          id,
                   const char* const name)
{
  const Effect* const     effect = effects_find(services, id);
  const EffectInfo* const info =
    effect ? effects_type(services, string_text(effect->type)) : NULL;
  const EffectPreset* const preset = info ? find(services, info, name) : NULL;
  return preset ? put_values(services, id, &preset->effects[0])
                : STATUS_NOT_FOUND;
}

Status
effects_set_chain_preset(Services* const   services,
                         const Id          channel,
                         const char* const name)
{
  if (!composition_channel(services_document(services), channel)) {
    return edit_not_found(services, channel);
  }

  const EffectPreset* const preset = find(services, NULL, name);
  Status st = preset ? effects_clear(services, channel) : STATUS_NOT_FOUND;
  for (uint32_t i = 0; !st && i < preset->count; ++i) {
    Id                        id   = ID_NONE;
    const PresetEffect* const from = &preset->effects[i];
    st = effects_insert(services, channel, from->info->symbol, 0, &id);
    st = st ? st : put_values(services, id, from);
  }

  return st;
}

// Saving presets

static json_t*
encode_effect(const PresetEffect* const effect)
{
  json_t* const params = json_object();
  for (uint32_t i = 0; i < effect->info->num_params; ++i) {
    const ParamInfo* const param = &effect->info->params[i];
    if (effect->values[i] != param->initial) {
      json_object_set_new(
        params, param->symbol, preset_number(effect->values[i]));
    }
  }

  return json_pack("{s:s,s:o}", "type", effect->info->symbol, "params", params);
}

Status
effect_preset_write(const EffectPreset* const preset,
                    const char* const         folder,
                    char* const               text,
                    const size_t              text_size)
{
  char          path[4096];
  char          slug[SLUG_SIZE];
  char          name[2u * SLUG_SIZE];
  json_t* const file =
    json_pack("{s:i,s:s}", "format", 1, "name", preset->name);

  slug_make(preset->name, slug);
  if (preset->chain) {
    json_t* const list = json_array();
    for (uint32_t i = 0; i < preset->count; ++i) {
      json_array_append_new(list, encode_effect(&preset->effects[i]));
    }
    json_object_set_new(file, "effects", list);
    snprintf(name, sizeof(name), "%s", slug);
  } else {
    json_t* const effect = encode_effect(&preset->effects[0]);
    json_object_update(file, effect);
    json_decref(effect);
    snprintf(
      name, sizeof(name), "%.60s-%s", preset->effects[0].info->symbol, slug);
    for (char* at = name; (at = strchr(at, '_'));) {
      *at = '-';
    }
  }

  snprintf(path,
           sizeof(path),
           "%.4000s/%s",
           folder,
           preset->chain ? "chains" : "effects");
  return preset_file_write(path, name, file, text, text_size);
}

typedef struct {
  Job          job;
  Services*    services;
  Completion   completion;
  EffectPreset preset;
  char         folder[SAMPLE_PATH_SIZE];
  Status       status;
  char         text[FILE_TEXT_SIZE];
} SaveJob;

/// On a worker
static void
save_run(Job* const base)
{
  SaveJob* const job = (SaveJob*)base;
  job->status        = effect_preset_write(
    &job->preset, job->folder, job->text, sizeof(job->text));
}

static void
save_done(Job* const base)
{
  SaveJob* const job = (SaveJob*)base;
  char           name[256];
  snprintf(name, sizeof(name), "%s", job->preset.name);
  if (!job->status) {
    job->status =
      effect_presets_add(job->services->effect_presets, &job->preset);
  }

  job->completion.done(job->completion.handle,
                       job->status,
                       !job->status   ? name
                       : job->text[0] ? job->text
                                      : status_text(job->status));
  effect_preset_clear(&job->preset);
  free(job);
}

/// Check the name of a preset of a type, or of a chain if that is null
static Status
check_name(Services* const         services,
           const EffectInfo* const info,
           const char* const       name)
{
  char slug[SLUG_SIZE];
  slug_make(name, slug);
  if (!slug[0]) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "The name of a preset has letters or digits");
  }

  return effect_presets_find(services->effect_presets, info, name)
           ? services_fail(services,
                           STATUS_EXISTS,
                           "%s has a preset \"%.60s\" already",
                           info ? info->symbol : "A chain",
                           name)
           : STATUS_OK;
}

/// Have a preset written, which moves, also on failure
static Status
save(Services* const         services,
     EffectPreset* const     preset,
     const Completion* const completion)
{
  SaveJob* const job = (SaveJob*)calloc(1, sizeof(SaveJob));
  if (!job) {
    effect_preset_clear(preset);
    return edit_no_memory(services);
  }

  job->job        = (Job){.run = save_run, .done = save_done};
  job->services   = services;
  job->completion = *completion;
  job->preset     = *preset;
  snprintf(job->folder, sizeof(job->folder), "%s", services->data_dir);

  const Status st = jobs_add(services->jobs, &job->job);
  if (st) {
    effect_preset_clear(&job->preset);
    free(job);
  }
  return st;
}

Status
effects_save_preset(Services* const         services,
                    const Id                id,
                    const char* const       name,
                    const Completion* const completion)
{
  const Effect* const     effect = effects_find(services, id);
  const EffectInfo* const info =
    effect ? effects_type(services, string_text(effect->type)) : NULL;
  if (!info) {
    return STATUS_NOT_FOUND;
  }

  EffectPreset preset;
  const Status st = check_name(services, info, name);
  if (st || !effect_preset_init(&preset, name, 1)) {
    return st ? st : edit_no_memory(services);
  }

  preset.own             = true;
  preset.effects[0].info = info;
  effects_values(effect, info, preset.effects[0].values);
  return save(services, &preset, completion);
}

Status
effects_save_chain_preset(Services* const         services,
                          const Id                channel,
                          const char* const       name,
                          const Completion* const completion)
{
  const Composition* const root  = services_document(services);
  const Channel* const     node  = composition_channel(root, channel);
  const uint32_t           count = node ? id_list_count(node->effects) : 0;
  if (!node) {
    return edit_not_found(services, channel);
  }
  if (!count) {
    return services_fail(
      services, STATUS_CONFLICT, "There are no effects to save");
  }

  EffectPreset preset;
  const Status st = check_name(services, NULL, name);
  if (st || !effect_preset_init(&preset, name, count)) {
    return st ? st : edit_no_memory(services);
  }

  preset.own   = true;
  preset.chain = true;
  for (uint32_t i = 0; i < count; ++i) {
    const Effect* const effect = effects_find(services, node->effects->ids[i]);
    const EffectInfo* const info =
      effect ? effects_type(services, string_text(effect->type)) : NULL;
    if (!info) {
      effect_preset_clear(&preset);
      return STATUS_NOT_FOUND;
    }

    preset.effects[i].info = info;
    effects_values(effect, info, preset.effects[i].values);
  }

  return save(services, &preset, completion);
}
