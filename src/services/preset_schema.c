// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/preset_schema.h"

#include "services/effects.h"
#include "services/preset_file.h"
#include "services/preset_limits.h"
#include "units/drum.h"
#include "units/effect.h"
#include "units/instrument.h"
#include "units/sampler.h"

#include <stdio.h>

/// A name that has a slug
#define NAME "[A-Za-z0-9]"

/// A number from `min` to `max`, described
static json_t*
number_in(const ParamInfo* const param)
{
  return json_pack("{s:s, s:s, s:o, s:o, s:o}",
                   "type",
                   "number",
                   "description",
                   param->label,
                   "minimum",
                   preset_number(param->min),
                   "maximum",
                   preset_number(param->max),
                   "default",
                   preset_number(param->initial));
}

/// An object of parameters and nothing else
static json_t*
params_of(const ParamInfo* const params, const uint32_t count)
{
  json_t* const properties = json_object();
  for (uint32_t i = 0; i < count; ++i) {
    json_object_set_new(properties, params[i].symbol, number_in(&params[i]));
  }

  return json_pack("{s:s, s:o, s:b}",
                   "type",
                   "object",
                   "properties",
                   properties,
                   "additionalProperties",
                   0);
}

/// What a file with one word in `key` may have in "params"
static json_t*
choice(const char* const      key,
       const char* const      word,
       const ParamInfo* const params,
       const uint32_t         count)
{
  return json_pack("{s:{s:{s:[s]}, s:o}, s:[s]}",
                   "properties",
                   key,
                   "enum",
                   word,
                   "params",
                   params_of(params, count),
                   "required",
                   key);
}

/// The beginning of a schema; what is unknown in a file is kept and ignored
static json_t*
begin(const char* const title, const char* const name, json_t* const properties)
{
  json_object_set_new(
    properties,
    "format",
    json_pack(
      "{s:s, s:i, s:i}", "type", "integer", "minimum", 1, "maximum", 1));
  json_object_set_new(
    properties,
    "name",
    json_pack("{s:s, s:s}", "type", "string", "pattern", name));
  return json_pack("{s:s, s:s, s:s, s:o, s:[s], s:b}",
                   "$schema",
                   "https://json-schema.org/draft/2020-12/schema",
                   "title",
                   title,
                   "type",
                   "object",
                   "properties",
                   properties,
                   "required",
                   "name",
                   "additionalProperties",
                   1);
}

/// What instruments and kits say of themselves
static json_t*
described(void)
{
  return json_pack("{s:{s:s}, s:{s:s}, s:{s:s, s:{s:s}}}",
                   "label",
                   "type",
                   "string",
                   "category",
                   "type",
                   "string",
                   "tags",
                   "type",
                   "array",
                   "items",
                   "type",
                   "string");
}

/// Recordings, of which there is one at least
static json_t*
list_of_objects(void)
{
  return json_pack("{s:s, s:i, s:{s:s}}",
                   "type",
                   "array",
                   "minItems",
                   1,
                   "items",
                   "type",
                   "object");
}

json_t*
preset_schema_instrument(void)
{
  uint32_t                           count   = 0;
  const InstrumentInfo* const* const engines = instrument_list(&count);
  json_t* const                      schema =
    begin("A preset of an instrument or a drum voice", ".", described());
  json_t* const choices = json_array();
  for (uint32_t i = 0; i <= count; ++i) {
    const InstrumentInfo* const info =
      i < count ? engines[i] : &drum_instrument;
    json_array_append_new(
      choices, choice("engine", info->symbol, info->params, info->num_params));
  }

  // What plays recordings says which
  json_t* const sampler = choice("engine",
                                 sampler_instrument.symbol,
                                 sampler_instrument.params,
                                 sampler_instrument.num_params);
  json_object_set_new(
    json_object_get(sampler, "properties"), "zones", list_of_objects());
  json_array_append_new(choices, sampler);
  json_object_set_new(schema, "anyOf", choices);
  return schema;
}

/// A voice and what is different in the pad
static json_t*
pad_schema(void)
{
  json_t* const pad = params_of(drum_params, NUM_DRUM_PARAMS);
  json_object_set_new(json_object_get(pad, "properties"),
                      "voice",
                      json_pack("{s:s}", "type", "string"));
  json_object_set_new(pad, "required", json_pack("[s]", "voice"));
  return pad;
}

/// Recordings and how they are played
static json_t*
sample_pad_schema(void)
{
  json_t* const pad  = params_of(sample_pad_params, NUM_SAMPLE_PAD_PARAMS);
  json_t* const keys = json_object_get(pad, "properties");
  json_object_set_new(keys, "name", json_pack("{s:s}", "type", "string"));
  json_object_set_new(keys, "samples", list_of_objects());
  json_object_set_new(pad, "required", json_pack("[s]", "samples"));
  return pad;
}

/// An object of pads by note, each as `ref` says
static json_t*
pads_schema(const char* const ref)
{
  json_t* const pads = json_object();
  for (uint32_t note = KIT_FIRST; note <= KIT_LAST; ++note) {
    char key[16];
    snprintf(key, sizeof(key), "%u", note);
    json_object_set_new(pads, key, json_pack("{s:s}", "$ref", ref));
  }

  return json_pack("{s:s, s:o, s:b}",
                   "type",
                   "object",
                   "properties",
                   pads,
                   "additionalProperties",
                   0);
}

/// Beat, note and velocity
static json_t*
hit_schema(void)
{
  json_t* const parts =
    json_pack("[{s:s, s:i, s:f}, {s:s, s:i, s:i}, {s:s, s:i, s:i}]",
              "type",
              "number",
              "minimum",
              0,
              "exclusiveMaximum",
              GROOVE_MAX_BEATS,
              "type",
              "number",
              "minimum",
              (int)KIT_FIRST,
              "maximum",
              (int)KIT_LAST,
              "type",
              "number",
              "minimum",
              1,
              "maximum",
              127);
  return json_pack("{s:s, s:o, s:i, s:i}",
                   "type",
                   "array",
                   "prefixItems",
                   parts,
                   "minItems",
                   3,
                   "maxItems",
                   3);
}

json_t*
preset_schema_kit(void)
{
  json_t* const properties = described();
  json_object_set_new(properties,
                      "tempo",
                      json_pack("{s:s, s:f, s:f}",
                                "type",
                                "number",
                                "minimum",
                                GROOVE_MIN_TEMPO,
                                "maximum",
                                GROOVE_MAX_TEMPO));
  json_object_set_new(properties,
                      "groove",
                      json_pack("{s:s, s:o, s:i, s:i}",
                                "type",
                                "array",
                                "items",
                                hit_schema(),
                                "minItems",
                                1,
                                "maxItems",
                                (int)GROOVE_MAX_HITS));

  json_t* const schema =
    begin("A kit of drums, with a groove", ".", properties);
  json_object_set_new(
    schema,
    "required",
    json_pack("[s,s,s,s]", "name", "pads", "tempo", "groove"));

  // With an engine that plays recordings, or else of voices
  json_object_set_new(schema,
                      "anyOf",
                      json_pack("[{s:{s:o}}, {s:{s:{s:[s]}, s:o}, s:[s]}]",
                                "properties",
                                "pads",
                                pads_schema("#/$defs/pad"),
                                "properties",
                                "engine",
                                "enum",
                                sample_kit_instrument.symbol,
                                "pads",
                                pads_schema("#/$defs/sample_pad"),
                                "required",
                                "engine"));
  json_object_set_new(
    schema,
    "$defs",
    json_pack(
      "{s:o, s:o}", "pad", pad_schema(), "sample_pad", sample_pad_schema()));
  return schema;
}

/// One of the types of effects with its parameters
static json_t*
effect_choices(void)
{
  uint32_t                       count   = 0;
  const EffectInfo* const* const types   = effect_list(&count);
  json_t* const                  choices = json_array();
  for (uint32_t i = 0; i < count; ++i) {
    json_array_append_new(
      choices,
      choice("type", types[i]->symbol, types[i]->params, types[i]->num_params));
  }

  return choices;
}

json_t*
preset_schema_effect(void)
{
  json_t* const schema = begin("A preset of an effect", NAME, json_object());
  json_object_set_new(schema, "anyOf", effect_choices());
  return schema;
}

json_t*
preset_schema_chain(void)
{
  json_t* const effects = json_pack("{s:s, s:{s:s}, s:i, s:i}",
                                    "type",
                                    "array",
                                    "items",
                                    "$ref",
                                    "#/$defs/effect",
                                    "minItems",
                                    1,
                                    "maxItems",
                                    (int)MAX_CHAIN);
  json_t* const schema  = begin("A preset of a chain of effects",
                               NAME,
                               json_pack("{s:o}", "effects", effects));
  json_object_set_new(
    schema, "required", json_pack("[s,s]", "name", "effects"));
  json_object_set_new(
    schema,
    "$defs",
    json_pack(
      "{s:{s:s, s:o}}", "effect", "type", "object", "anyOf", effect_choices()));
  return schema;
}
