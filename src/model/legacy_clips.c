// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/legacy_private.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Reading theirs, whatever it holds

double
legacy_number(const json_t* const object,
              const char* const   key,
              const double        initial,
              const double        min,
              const double        max)
{
  const json_t* const value = json_object_get(object, key);
  const double        found =
    json_is_number(value) ? json_number_value(value) : initial;
  return found < min ? min : found > max ? max : found;
}

const char*
legacy_text(const json_t* const object,
            const char* const   key,
            const char* const   none)
{
  const char* const found = json_string_value(json_object_get(object, key));
  return found ? found : none;
}

bool
legacy_truth(const json_t* const object, const char* const key)
{
  return json_is_true(json_object_get(object, key));
}

/// A linear level in decibels
double
legacy_level(const json_t* const object, const char* const key)
{
  const double linear = legacy_number(object, key, 1.0, 0.0, 2.0);
  const double db     = linear > 0.001 ? 20.0 * log10(linear) : -60.0;
  return db > 12.0 ? 12.0 : db;
}

void
legacy_note(Legacy* const legacy, const char* const format, ...)
{
  char    line[512];
  va_list args;
  va_start(args, format);
  vsnprintf(line, sizeof(line), format, args);
  va_end(args);
  json_array_append_new(legacy->report, json_string(line));
}

/// Put a value that may have run out of memory, which decoding then finds
void
legacy_put(json_t* const object, const char* const key, json_t* const value)
{
  json_object_set_new(object, key, value);
}

void
legacy_put_text(json_t* const     object,
                const char* const key,
                const char* const value)
{
  legacy_put(object, key, json_string(value));
}

/// Our id for the n-th thing of a kind, noted under theirs
const char*
legacy_name_thing(Legacy* const     legacy,
                  const char        letter,
                  const int         n,
                  const char* const theirs)
{
  char id[32];
  snprintf(id, sizeof(id), "%c%d", letter, n);
  legacy_put_text(legacy->ids, theirs, id);
  return legacy_text(legacy->ids, theirs, "");
}

// Samples

/// Our sample for a path or an id of theirs, made if it is new; "" for none
static const char*
take_sample(Legacy* const     legacy,
            const char* const path,
            const char* const name)
{
  if (!*path) {
    return "";
  }

  if (!json_object_get(legacy->samples, path)) {
    char          id[32];
    const int     n     = (int)json_object_size(legacy->samples) + 1;
    const char*   slash = strrchr(path, '/');
    json_t* const node  = json_object();
    snprintf(id, sizeof(id), "s%d", n);
    legacy_put_text(node, "id", id);
    legacy_put_text(node, "name", *name ? name : slash ? slash + 1 : path);
    legacy_put_text(node, "file", path);
    json_array_append_new(json_object_get(legacy->to, "samples"), node);
    legacy_put_text(legacy->samples, path, id);
  }

  return legacy_text(legacy->samples, path, "");
}

// Clips

static void
take_notes(Legacy* const legacy, const json_t* const theirs, json_t* const clip)
{
  json_t* const notes = json_array();
  size_t        i     = 0;
  const json_t* event = NULL;
  json_array_foreach(json_object_get(theirs, "midi_events"), i, event)
  {
    const double length = legacy_number(event, "duration", 0.25, 0.0, 1e6);
    if (length > 0.0) {
      json_array_append_new(
        notes,
        json_pack("[i,f,f,i]",
                  (int)legacy_number(event, "note", 60, 0, 127),
                  legacy_number(event, "start_time", 0.0, 0.0, 1e6),
                  length,
                  (int)legacy_number(event, "velocity", 100, 1, 127)));
      ++legacy->num_notes;
    } else {
      ++legacy->num_lost;
    }
  }

  legacy_put(clip, "notes", notes);
}

static void
take_midi(const json_t* const theirs, json_t* const clip)
{
  legacy_put(
    clip,
    "transpose",
    json_integer((int)legacy_number(theirs, "midi_transpose", 0, -24, 24)));
  legacy_put(clip,
             "velocity_offset",
             json_integer(
               (int)legacy_number(theirs, "midi_velocity_offset", 0, -64, 64)));
  legacy_put(clip,
             "gate",
             json_real(legacy_number(theirs, "midi_gate", 1.0, 0.25, 4.0)));
  legacy_put(
    clip,
    "timing",
    json_real(legacy_number(theirs, "midi_timing_offset", 0.0, -1.0, 1.0)));
  legacy_put(clip,
             "quantize",
             json_real(legacy_number(
               theirs, "midi_quantize_strength", 0.0, 0.0, 100.0)));
  legacy_put(clip, "quantize_grid", json_real(0.25));
}

static void
take_audio(Legacy* const legacy, const json_t* const theirs, json_t* const clip)
{
  const char* const path = legacy_text(
    theirs, "audio_file_path", legacy_text(theirs, "sample_id", ""));
  const char* const sample =
    take_sample(legacy, path, legacy_text(theirs, "name", ""));
  if (*sample) {
    legacy_put_text(clip, "sample", sample);
  }

  legacy_put(clip,
             "offset",
             json_real(legacy_number(theirs, "audio_offset", 0.0, 0.0, 1e6)));
  legacy_put(
    clip, "end", json_real(legacy_number(theirs, "audio_end", 0.0, 0.0, 1e6)));
  legacy_put(
    clip,
    "pitch",
    json_real(legacy_number(theirs, "pitch_semitones", 0.0, -24.0, 24.0)));
  legacy_put(clip,
             "rate",
             json_real(legacy_number(theirs, "playback_rate", 1.0, 0.25, 4.0)));
  legacy_put(clip, "reverse", json_boolean(legacy_truth(theirs, "reverse")));
  legacy_put(clip,
             "fade_in",
             json_real(legacy_number(theirs, "fade_in", 0.0, 0.0, 5.0)));
  legacy_put(clip,
             "fade_out",
             json_real(legacy_number(theirs, "fade_out", 0.0, 0.0, 5.0)));
  legacy_put(clip,
             "loop",
             json_boolean(legacy_truth(theirs, "loop_enabled") ||
                          legacy_truth(theirs, "is_looped")));
  legacy_put(clip,
             "loop_start",
             json_real(legacy_number(theirs, "loop_start", 0.0, 0.0, 1e6)));
  legacy_put(clip,
             "loop_end",
             json_real(legacy_number(theirs, "loop_end", 0.0, 0.0, 1e6)));
}

void
legacy_take_clip(Legacy* const legacy, const json_t* const theirs)
{
  // Its track is found by the id that ours was noted under
  const char* const track =
    legacy_text(legacy->ids, legacy_text(theirs, "track_id", ""), "");
  const int     index = track[0] == 't' ? atoi(track + 1) - 1 : -1;
  json_t* const ours =
    json_array_get(legacy->tracks, index < 0 ? SIZE_MAX : (size_t)index);
  const double length = legacy_number(theirs, "duration", 4.0, 0.0, 1e6);
  if (!ours || length <= 0.0) {
    ++legacy->num_lost;
    legacy_note(legacy,
                "Left out: clip \"%.100s\": it has no track or no length",
                legacy_text(theirs, "name", ""));
    return;
  }

  json_t* const clip = json_object();
  legacy_put_text(
    clip,
    "id",
    legacy_name_thing(
      legacy, 'c', ++legacy->num_clips, legacy_text(theirs, "id", "")));
  legacy_put_text(clip, "name", legacy_text(theirs, "name", ""));
  legacy_put(clip,
             "start",
             json_real(legacy_number(theirs, "start_time", 0.0, 0.0, 1e6)));
  legacy_put(clip, "length", json_real(length));
  legacy_put(clip, "mute", json_boolean(legacy_truth(theirs, "is_muted")));
  legacy_put(clip, "gain", json_real(legacy_level(theirs, "gain")));
  if (!strcmp(legacy_text(ours, "type", ""), "midi")) {
    take_notes(legacy, theirs, clip);
    take_midi(theirs, clip);
  } else {
    take_audio(legacy, theirs, clip);
  }

  json_array_append_new(json_object_get(ours, "clips"), clip);
}
