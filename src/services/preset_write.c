// SPDX-License-Identifier: GPL-3.0-or-later
//
// Presets as copies, as files, and by words

#include "services/presets.h"

#include "base/status.h"
#include "services/preset_file.h"
#include "services/zones.h"
#include "units/drum.h"
#include "units/instrument.h"
#include "units/sampler.h"

#include <jansson.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool
preset_copy(const Preset* const preset, Preset* const copy)
{
  const size_t size = preset->info->num_params * sizeof(float);

  *copy = (Preset){
    .name     = strdup(preset->name),
    .label    = strdup(preset->label),
    .category = strdup(preset->category),
    .tags     = strdup(preset->tags),
    .own      = preset->own,
    .info     = preset->info,
    .values   = (float*)malloc(size),
    .tempo    = preset->tempo,
    .num_hits = preset->num_hits,
    .zones    = zones_retain(preset->zones),
  };
  const size_t groove = preset->num_hits * sizeof(GrooveHit);
  if (groove) {
    copy->groove = (GrooveHit*)malloc(groove);
  }
  if (!copy->name || !copy->label || !copy->category || !copy->tags ||
      !copy->values || (groove && !copy->groove)) {
    preset_clear(copy);
    return false;
  }

  memcpy(copy->values, preset->values, size);
  if (groove) {
    memcpy(copy->groove, preset->groove, groove);
  }
  return true;
}

/// True if a text has a word in it
static bool
has_word(const char* const text, const char* const word, const size_t size)
{
  for (const char* at = text; *at; ++at) {
    if (!strncasecmp(at, word, size)) {
      return true;
    }
  }
  return false;
}

bool
preset_matches(const Preset* const preset,
               const char* const   category,
               const char* const   words)
{
  if (*category && strcasecmp(preset->category, category) != 0) {
    return false;
  }

  for (const char* at = words; *(at += strspn(at, " "));
       at += strcspn(at, " ")) {
    const size_t size = strcspn(at, " ");
    if (!has_word(preset->name, at, size) &&
        !has_word(preset->label, at, size) &&
        !has_word(preset->category, at, size) &&
        !has_word(preset->tags, at, size)) {
      return false;
    }
  }
  return true;
}

/// The parameters that are not as the engine has them
static json_t*
encode_params(const Preset* const preset)
{
  json_t* const params = json_object();
  for (uint32_t i = 0; i < preset->info->num_params; ++i) {
    const ParamInfo* const param = &preset->info->params[i];
    if (preset->values[i] != param->initial) {
      json_object_set_new(
        params, param->symbol, preset_number(preset->values[i]));
    }
  }
  return params;
}

/// The pad of a kit of recordings for a note
static json_t*
encode_pad(const Preset* const preset,
           const uint32_t      note,
           const char* const   folder)
{
  json_t* const      pad     = json_object();
  json_t* const      samples = json_array();
  const float* const values  = &preset->values[SAMPLE_KIT_PARAM(note, 0)];
  for (uint32_t i = 0; i < NUM_SAMPLE_PAD_PARAMS; ++i) {
    const ParamInfo* const param = &sample_pad_params[i];
    if (values[i] != param->initial) {
      json_object_set_new(pad, param->symbol, preset_number(values[i]));
    }
  }
  for (uint32_t i = 0; i < preset->zones->count; ++i) {
    const ZoneSpec* const spec = &preset->zones->specs[i];
    if (spec->zone.low_key == note) {
      json_array_append_new(samples, zone_encode(spec, folder, true));
    }
  }
  json_object_set_new(pad, "samples", samples);
  return pad;
}

static json_t*
encode_pads(const Preset* const preset, const char* const folder)
{
  json_t* const pads = json_object();
  for (uint32_t note = KIT_FIRST; note <= KIT_LAST; ++note) {
    char key[16];
    snprintf(key, sizeof(key), "%u", note);
    if (preset->values[SAMPLE_KIT_PARAM(note, SAMPLE_PAD_LEVEL)] > -60.0f) {
      json_object_set_new(pads, key, encode_pad(preset, note, folder));
    }
  }
  return pads;
}

static void
encode_groove(const Preset* const preset, json_t* const file)
{
  json_t* const groove = json_array();
  for (uint32_t i = 0; i < preset->num_hits; ++i) {
    const GrooveHit hit = preset->groove[i];
    json_array_append_new(
      groove, json_pack("[f,i,i]", (double)hit.beat, hit.note, hit.velocity));
  }
  json_object_set_new(file, "tempo", preset_number(preset->tempo));
  json_object_set_new(file, "groove", groove);
}

static json_t*
encode_preset(const Preset* const preset, const char* const folder)
{
  json_t* const tags = json_array();
  for (const char* at = preset->tags; *(at += strspn(at, " "));
       at += strcspn(at, " ")) {
    json_array_append_new(tags, json_stringn(at, strcspn(at, " ")));
  }

  const bool    is_kit = preset->info == &sample_kit_instrument;
  json_t* const file =
    json_pack("{s:i,s:s,s:s,s:s,s:s,s:o,s:o}",
              "format",
              1,
              "name",
              preset->name,
              "label",
              preset->label,
              "category",
              preset->category,
              "engine",
              preset->info->symbol,
              "tags",
              tags,
              "params",
              is_kit ? json_object() : encode_params(preset));
  if (file && preset->zones && is_kit) {
    json_object_set_new(file, "pads", encode_pads(preset, folder));
  } else if (file && preset->zones) {
    zones_encode(preset->zones, folder, file);
  }
  if (file && preset->groove) {
    encode_groove(preset, file);
  }
  return file;
}

Status
preset_write(const Preset* const preset,
             const char* const   folder,
             char* const         text,
             const size_t        text_size)
{
  return preset_file_write(
    folder, preset->name, encode_preset(preset, folder), text, text_size);
}
