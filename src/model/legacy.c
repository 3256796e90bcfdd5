// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/legacy.h"

#include "model/document.h"
#include "model/legacy_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Effects

/// "delayTime" becomes "delay_time"
static void
snake_case(const char* const camel, char* const snake, const size_t size)
{
  size_t n = 0;
  for (const char* c = camel; *c && n + 2u < size; ++c) {
    if (isupper((unsigned char)*c)) {
      snake[n++] = '_';
    }

    snake[n++] = (char)tolower((unsigned char)*c);
  }

  snake[n] = '\0';
}

/// Whether a parameter was in seconds where ours is in milliseconds
static bool
is_time(const char* const name)
{
  return !strcmp(name, "attack") || !strcmp(name, "release") ||
         !strcmp(name, "delay_time");
}

static json_t*
take_params(const json_t* const theirs)
{
  json_t* const params = json_object();
  const char*   name   = NULL;
  json_t*       value  = NULL;
  json_object_foreach((json_t*)theirs, name, value)
  {
    char ours[64];
    snake_case(name, ours, sizeof(ours));
    if (json_is_number(value) && strcmp(ours, "bypass")) {
      legacy_put(
        params,
        ours,
        json_real(json_number_value(value) * (is_time(ours) ? 1e3 : 1.0)));
    }
  }

  return params;
}

static void
take_chain(Legacy* const legacy, const json_t* const chain)
{
  const char* const track =
    legacy_text(legacy->ids, legacy_text(chain, "track_id", ""), "");
  json_t* const ours =
    track[0] == 't'
      ? json_array_get(legacy->tracks, (size_t)atoi(track + 1) - 1u)
      : NULL;
  json_t* const list =
    json_object_get(json_object_get(ours, "channel"), "effects");
  size_t        i      = 0;
  const json_t* theirs = NULL;
  json_array_foreach(json_object_get(chain, "effects"), i, theirs)
  {
    char id[32];
    char type[64];
    if (!list) {
      ++legacy->num_lost;
      legacy_note(legacy, "Left out: an effect of a track that is not there");
      continue;
    }

    snprintf(id, sizeof(id), "e%d", ++legacy->num_effects);
    snake_case(legacy_text(theirs, "effect_name", ""), type, sizeof(type));
    json_array_append_new(
      list,
      json_pack("{s:s,s:s,s:b,s:o}",
                "id",
                id,
                "type",
                type,
                "bypass",
                legacy_truth(theirs, "is_bypassed"),
                "params",
                take_params(json_object_get(theirs, "parameters"))));
  }
}

// Tracks

static void
take_track(Legacy* const legacy, const json_t* const theirs)
{
  const bool    midi = !strcmp(legacy_text(theirs, "type", "sample"), "midi");
  json_t* const ours = json_object();
  const int     n    = (int)json_array_size(legacy->tracks) + 1;
  legacy_put_text(
    ours,
    "id",
    legacy_name_thing(legacy, 't', n, legacy_text(theirs, "id", "")));
  legacy_put_text(ours, "name", legacy_text(theirs, "name", "Track"));
  legacy_put_text(ours, "type", midi ? "midi" : "audio");
  legacy_put_text(ours, "color", legacy_text(theirs, "color", "#3b82f6"));
  legacy_put(ours, "arm", json_boolean(legacy_truth(theirs, "is_armed")));
  legacy_put(ours, "clips", json_array());
  if (midi) {
    legacy_put_text(ours, "instrument", legacy_text(theirs, "instrument", ""));
    legacy_put_text(ours, "kit", legacy_text(theirs, "kit_id", ""));
  }

  legacy_put(ours,
             "channel",
             json_pack("{s:f,s:f,s:b,s:b,s:[]}",
                       "fader",
                       legacy_level(theirs, "volume"),
                       "pan",
                       legacy_number(theirs, "pan", 0.0, -1.0, 1.0),
                       "mute",
                       legacy_truth(theirs, "is_muted"),
                       "solo",
                       legacy_truth(theirs, "is_solo"),
                       "effects"));
  json_array_append_new(legacy->tracks, ours);
  if (json_is_object(json_object_get(theirs, "kit")) &&
      !*legacy_text(theirs, "kit_id", "")) {
    legacy_note(legacy,
                "Left out: the kit of track \"%.100s\", which has no name",
                legacy_text(theirs, "name", ""));
    ++legacy->num_lost;
  }
}

// The launcher

static void
take_scenes(Legacy* const legacy)
{
  json_t* const scenes = json_array();
  size_t        i      = 0;
  const json_t* theirs = NULL;
  json_array_foreach(json_object_get(legacy->from, "scenes"), i, theirs)
  {
    char id[32];
    snprintf(id, sizeof(id), "n%zu", i + 1u);
    json_t* const scene = json_pack(
      "{s:s,s:s}", "id", id, "name", legacy_text(theirs, "name", "Scene"));
    const double tempo = legacy_number(theirs, "tempo", 0.0, 0.0, 300.0);
    legacy_put_text(scene, "color", legacy_text(theirs, "color", "#f39c12"));
    if (tempo >= 20.0) {
      legacy_put(scene, "tempo", json_real(tempo));
    }

    json_array_append_new(scenes, scene);
  }

  legacy_put(legacy->to, "scenes", scenes);
}

/// Their slots are a table by the order of tracks and scenes
static void
take_slots(Legacy* const legacy)
{
  const size_t num_scenes =
    json_array_size(json_object_get(legacy->to, "scenes"));
  size_t        t   = 0;
  const json_t* row = NULL;
  json_array_foreach(json_object_get(legacy->from, "clip_slots"), t, row)
  {
    json_t* const track = json_array_get(legacy->tracks, t);
    json_t* const slots = json_object();
    size_t        s     = 0;
    const json_t* slot  = NULL;
    json_array_foreach(row, s, slot)
    {
      char              scene[32];
      const char* const theirs = json_string_value(slot);
      const char* const clip =
        theirs ? legacy_text(legacy->ids, theirs, "") : "";
      snprintf(scene, sizeof(scene), "n%zu", s + 1u);
      if (*clip && s < num_scenes) {
        legacy_put_text(slots, scene, clip);
      } else if (theirs) {
        ++legacy->num_lost;
        legacy_note(legacy, "Left out: slot %zu of track %zu", s + 1u, t + 1u);
      }
    }

    json_object_set_new(track, "slots", slots);
  }
}

// The whole

static void
take_master(Legacy* const legacy)
{
  const json_t* const master =
    json_object_get(json_object_get(legacy->from, "mixer_state"), "master");
  legacy_put(
    legacy->to,
    "master",
    json_pack("{s:f,s:b,s:{s:b,s:f}}",
              "fader",
              legacy_number(master, "fader", 0.0, -60.0, 12.0),
              "mute",
              legacy_truth(master, "mute"),
              "limiter",
              "enabled",
              legacy_truth(master, "limiter_enabled"),
              "threshold",
              legacy_number(master, "limiter_threshold", -1.0, -12.0, 0.0)));
}

static const char*
signature_of(const json_t* const from)
{
  Signature         signature;
  const char* const theirs = legacy_text(from, "time_signature", "4/4");
  return signature_parse(theirs, &signature) ? theirs : "4/4";
}

static const char*
quantization_of(const json_t* const from)
{
  static const char* const names[] = {"none", "1/4", "1/2", "1", "2", "4"};
  const char* const theirs = legacy_text(from, "launch_quantization", "1");
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i) {
    if (!strcmp(theirs, names[i])) {
      return theirs;
    }
  }

  return "1";
}

static void
take_root(Legacy* const legacy)
{
  const json_t* const from  = legacy->from;
  const double        start = legacy_number(from, "loop_start", 0.0, 0.0, 1e6);
  const double        end   = legacy_number(from, "loop_end", 16.0, 0.0, 1e6);
  legacy_put(legacy->to, "format", json_integer(1));
  legacy_put_text(legacy->to, "name", legacy_text(from, "name", ""));
  legacy_put(legacy->to,
             "tempo",
             json_real(legacy_number(from, "tempo", 120.0, 20.0, 300.0)));
  legacy_put_text(legacy->to, "signature", signature_of(from));
  legacy_put_text(legacy->to, "launch_quantization", quantization_of(from));
  legacy_put(legacy->to, "samples", json_array());
  if (end > start) {
    legacy_put(legacy->to,
               "loop",
               json_pack("{s:b,s:f,s:f}",
                         "enabled",
                         legacy_truth(from, "loop_enabled"),
                         "start",
                         start,
                         "end",
                         end));
  }

  size_t        i       = 0;
  json_t* const chat    = json_array();
  const json_t* message = NULL;
  json_array_foreach(json_object_get(from, "chat_history"), i, message)
  {
    if (json_is_object(message)) {
      json_array_append_new(chat, json_deep_copy(message));
    }
  }

  legacy_put(legacy->to, "chat", chat);
}

static void
take_all(Legacy* const legacy)
{
  size_t        i     = 0;
  const json_t* thing = NULL;
  take_root(legacy);
  take_master(legacy);
  json_array_foreach(json_object_get(legacy->from, "tracks"), i, thing)
  {
    take_track(legacy, thing);
  }

  json_array_foreach(json_object_get(legacy->from, "clips"), i, thing)
  {
    legacy_take_clip(legacy, thing);
  }

  json_array_foreach(json_object_get(legacy->from, "track_effects"), i, thing)
  {
    take_chain(legacy, thing);
  }

  take_scenes(legacy);
  take_slots(legacy);
  legacy_note(
    legacy,
    "Taken over: %zu tracks, %d clips, %d notes, %d effects, %zu samples, "
    "%zu scenes; left out: %d",
    json_array_size(legacy->tracks),
    legacy->num_clips,
    legacy->num_notes,
    legacy->num_effects,
    json_object_size(legacy->samples),
    json_array_size(json_object_get(legacy->to, "scenes")),
    legacy->num_lost);
}

bool
legacy_is(const json_t* const content)
{
  return !json_object_get(content, "format") &&
         json_is_string(json_object_get(content, "time_signature")) &&
         json_is_array(json_object_get(content, "clips"));
}

Status
legacy_convert(const json_t* const content,
               json_t** const      report,
               json_t** const      out)
{
  Legacy     legacy = {.from    = content,
                       .to      = json_object(),
                       .report  = json_array(),
                       .tracks  = json_array(),
                       .ids     = json_object(),
                       .samples = json_object()};
  const bool ok =
    legacy.to && legacy.report && legacy.tracks && legacy.ids && legacy.samples;
  if (ok) {
    take_all(&legacy);
    json_object_set(legacy.to, "tracks", legacy.tracks);
    legacy_put(legacy.to,
               "metadata",
               json_pack("{s:O}", "import_report", legacy.report));
  }

  json_decref(legacy.tracks);
  json_decref(legacy.ids);
  json_decref(legacy.samples);
  if (!ok) {
    json_decref(legacy.to);
    json_decref(legacy.report);
    return STATUS_NO_MEMORY;
  }

  *report = legacy.report;
  *out    = legacy.to;
  return STATUS_OK;
}
