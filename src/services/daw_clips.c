// SPDX-License-Identifier: GPL-3.0-or-later
//
// Actions on clips and notes

#include "services/composition_clips.h"
#include "services/daw_private.h"
#include "services/edit.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/// The value of the first key that an object has
static const json_t*
either(const json_t* const json, const char* const a, const char* const b)
{
  const json_t* const value = json_object_get(json, a);
  return value ? value : json_object_get(json, b);
}

/// A pitch as a number or as a name such as "F#3"
static double
read_pitch(const json_t* const json)
{
  static const int8_t letters[] = {9, 11, 0, 2, 4, 5, 7};
  const char* const   text      = json_string_value(json);
  if (!text) {
    return json_is_number(json) ? json_number_value(json) : -1.0;
  }

  const int letter = toupper((unsigned char)text[0]);
  if (letter < 'A' || letter > 'G') {
    return -1.0;
  }

  int         pitch = letters[letter - 'A'];
  const char* at    = text + 1;
  for (; *at == '#' || *at == 'b'; ++at) {
    pitch += *at == '#' ? 1 : -1;
  }

  char*      end    = NULL;
  const long octave = strtol(at, &end, 10);
  return end == at || *end ? -1.0 : pitch + 12.0 * ((double)octave + 1.0);
}

bool
daw_read_note(Services* const     services,
              const json_t* const json,
              ClipNote* const     note)
{
  double pitch    = -1.0;
  double start    = -1.0;
  double length   = 0.0;
  double velocity = 100.0;
  if (json_is_array(json)) {
    pitch    = read_pitch(json_array_get(json, 0));
    start    = json_number_value(json_array_get(json, 1));
    length   = json_number_value(json_array_get(json, 2));
    velocity = json_array_size(json) > 3
                 ? json_number_value(json_array_get(json, 3))
                 : velocity;
  } else if (json_is_object(json)) {
    const json_t* const bar  = json_object_get(json, "bar");
    const json_t* const loud = either(json, "v", "velocity");
    const json_t* const len  = either(json, "d", "length");
    pitch                    = read_pitch(either(json, "n", "pitch"));
    length   = json_number_value(len ? len : json_object_get(json, "len"));
    velocity = loud ? json_number_value(loud) : velocity;
    start    = bar ? (json_number_value(bar) - 1.0) * daw_bar(services) +
                    json_number_value(json_object_get(json, "beat")) - 1.0
                   : json_number_value(either(json, "s", "start"));
  }

  Ticks ticks[2] = {0, 0};
  if (pitch != floor(pitch) || pitch < 0.0 || pitch > 127.0 || velocity < 1.0 ||
      velocity > 127.0 || start < 0.0 || !ticks_from_beats(start, &ticks[0]) ||
      !ticks_from_beats(length, &ticks[1]) || ticks[1] <= 0) {
    return false;
  }

  *note =
    (ClipNote){ticks[0], ticks[1], (uint8_t)pitch, (uint8_t)lround(velocity)};
  return true;
}

/// Read notes; `out` receives an array, owned
static Status
read_notes(Services* const     services,
           const json_t* const json,
           ClipNote** const    out,
           uint32_t* const     count)
{
  size_t          i    = 0;
  const json_t*   item = NULL;
  ClipNote* const notes =
    (ClipNote*)calloc(json_array_size(json) + 1u, sizeof(ClipNote));
  if (!notes) {
    return edit_no_memory(services);
  }

  json_array_foreach(json, i, item)
  {
    if (!daw_read_note(services, item, &notes[i])) {
      free(notes);
      return services_fail(services,
                           STATUS_BAD_ARGUMENT,
                           "Note %zu: expected [pitch 0 to 127, start of at "
                           "least 0, length above 0, velocity 1 to 127]",
                           i + 1u);
    }
  }

  *out   = notes;
  *count = (uint32_t)json_array_size(json);
  return STATUS_OK;
}

Status
daw_set_notes(Services* const services, const Id clip, const json_t* const json)
{
  ClipNote* notes = NULL;
  uint32_t  count = 0;
  Status    st    = read_notes(services, json, &notes, &count);
  st              = st ? st : notes_clear(services, clip);
  st              = st || !count ? st : notes_add(services, clip, notes, count);
  free(notes);
  return st;
}

static Status
create_midi_clip(DawCall* const call)
{
  Services* const     services = call->services;
  const char* const   name     = daw_text(call, "name", NULL);
  const json_t* const notes    = daw_get(call, "notes");
  Id                  id       = ID_NONE;
  Status              st       = clips_create(services,
                           daw_id(call, KIND_TRACK, "track_id"),
                           daw_ticks(daw_number(call, "start_time", 0.0)),
                           daw_ticks(daw_number(call, "duration", 4.0)),
                           ID_NONE,
                           &id);
  st = st || !name ? st : daw_set_text(services, id, NODE_CLIP, "name", name);
  st = st || !notes ? st : daw_set_notes(services, id, notes);
  return st ? st : daw_tell_clip(call, id);
}

static Status
modify_clip(DawCall* const call)
{
  // clang-format off
  static const struct { const char* arg; const char* field; } numbers[] = {
    {"is_muted", "mute"}, {"gain", "gain"}, {"loop", "loop"},
    {"transpose", "transpose"}, {"velocity_offset", "velocity_offset"},
    {"gate", "gate"}, {"quantize", "quantize"}, {"reverse", "reverse"},
    {"rate", "rate"}, {"pitch", "pitch"}, {"fade_in", "fade_in"},
    {"fade_out", "fade_out"},
  };
  static const struct { const char* arg; const char* field; } beats[] = {
    {"duration", "length"}, {"timing", "timing"},
    {"quantize_grid", "quantize_grid"},
  };
  // clang-format on

  Services* const     services = call->services;
  const Id            id       = daw_id(call, KIND_CLIP, "clip_id");
  const json_t* const notes    = daw_get(call, "notes");
  const char* const   name     = daw_text(call, "name", NULL);
  Status              st       = STATUS_OK;
  for (size_t i = 0; !st && i < sizeof(numbers) / sizeof(numbers[0]); ++i) {
    const json_t* const value = daw_get(call, numbers[i].arg);
    st                        = value
                                  ? daw_set_number(services,
                            id,
                            NODE_CLIP,
                            numbers[i].field,
                            json_is_boolean(value) ? json_is_true(value)
                                                                          : json_number_value(value))
           : st;
  }

  for (size_t i = 0; !st && i < sizeof(beats) / sizeof(beats[0]); ++i) {
    const json_t* const value = daw_get(call, beats[i].arg);
    st =
      value
        ? daw_set_beats(services, id, beats[i].field, json_number_value(value))
        : st;
  }

  const json_t* const start = daw_get(call, "start_time");
  const Clip* const   clip  = composition_clip(services_document(services), id);
  st                        = st || !start
                                ? st
                                : clips_move(
             services, id, clip->track, daw_ticks(json_number_value(start)));
  st = st || !name ? st : daw_set_text(services, id, NODE_CLIP, "name", name);
  st = st || !notes ? st : daw_set_notes(services, id, notes);
  return st ? st : daw_tell_clip(call, id);
}

static Status
delete_clip(DawCall* const call)
{
  return clips_delete(call->services, daw_id(call, KIND_CLIP, "clip_id"));
}

/// Move a clip where the arguments say, from where it is
static Status
place_clip(DawCall* const call, const Id id)
{
  const Clip* const clip =
    composition_clip(services_document(call->services), id);
  const Id     track = daw_id(call, KIND_TRACK, "track_id");
  const Status st    = clips_move(
    call->services,
    id,
    track == ID_NONE ? clip->track : track,
    daw_ticks(daw_number(call, "start_time", ticks_to_beats(clip->start))));
  return st ? st : daw_tell_clip(call, id);
}

static Status
duplicate_clip(DawCall* const call)
{
  Id           id = ID_NONE;
  const Status st =
    clips_duplicate(call->services, daw_id(call, KIND_CLIP, "clip_id"), &id);
  return st ? st : place_clip(call, id);
}

static Status
move_clip(DawCall* const call)
{
  return place_clip(call, daw_id(call, KIND_CLIP, "clip_id"));
}

static Status
split_clip(DawCall* const call)
{
  const Id          id = daw_id(call, KIND_CLIP, "clip_id");
  const Clip* const clip =
    composition_clip(services_document(call->services), id);
  Id           right = ID_NONE;
  const Status st =
    clips_split(call->services,
                id,
                clip->start + daw_ticks(daw_number(call, "split_time", 0.0)),
                &right);
  if (st) {
    return st;
  }

  daw_tell(call,
           "right",
           daw_describe_clip(
             call->services,
             composition_clip(services_document(call->services), right)));
  return daw_tell_clip(call, id);
}

static Status
set_clip_gain(DawCall* const call)
{
  const Id     id = daw_id(call, KIND_CLIP, "clip_id");
  const Status st = daw_set_number(
    call->services, id, NODE_CLIP, "gain", daw_number(call, "gain", 0.0));
  return st ? st : daw_tell_clip(call, id);
}

static Status
add_notes(DawCall* const call)
{
  const Id  id    = daw_id(call, KIND_CLIP, "clip_id");
  ClipNote* notes = NULL;
  uint32_t  count = 0;
  Status    st =
    read_notes(call->services, daw_get(call, "notes"), &notes, &count);
  st = st || !count ? st : notes_add(call->services, id, notes, count);
  free(notes);
  return st ? st : daw_tell_clip(call, id);
}

static Status
set_notes(DawCall* const call)
{
  const Id     id = daw_id(call, KIND_CLIP, "clip_id");
  const Status st = daw_set_notes(call->services, id, daw_get(call, "notes"));
  return st ? st : daw_tell_clip(call, id);
}

// clang-format off
#define NOTES "-- Each [pitch, start, length, velocity], or {n, s, d, v}, or {bar, beat, pitch, len, v}; beats from the clip's start"

const DawAction daw_clip_actions[] = {
  {"create_midi_clip", "track_id! track | start_time! n 0 10000000 -- Beats | duration! n 0 10000000 -- Beats | notes a " NOTES " | name s", "Add a clip with notes.", create_midi_clip},
  {"modify_clip", "clip_id! clip | notes a " NOTES " | start_time n 0 10000000 -- Beats | duration n 0 10000000 -- Beats | is_muted b | gain n -60 12 -- dB | name s | loop b | transpose i -48 48 | velocity_offset i -64 64 | gate n 0.25 4 | timing n -1 1 -- Beats | quantize n 0 100 -- Per cent | quantize_grid n 0 16 -- Beats | reverse b | rate n 0.25 4 | pitch n -24 24 | fade_in n 0 | fade_out n 0", "Change a clip; notes replace all.", modify_clip},
  {"delete_clip", "clip_id! clip", "Delete a clip.", delete_clip},
  {"duplicate_clip", "clip_id! clip | track_id track | start_time n 0 10000000 -- Beats; behind the clip if absent", "Copy a clip.", duplicate_clip},
  {"move_clip", "clip_id! clip | track_id track | start_time n 0 10000000 -- Beats", "Move a clip.", move_clip},
  {"split_clip", "clip_id! clip | split_time! n 0 10000000 -- Beats from the clip's start", "Cut a clip in two.", split_clip},
  {"set_clip_gain", "clip_id! clip | gain! n -60 12 -- dB", "Set the level of a clip.", set_clip_gain},
  {"add_notes", "clip_id! clip | notes! a " NOTES, "Put notes into a clip.", add_notes},
  {"set_notes", "clip_id! clip | notes! a " NOTES, "Replace all notes of a clip.", set_notes},
  {0},
};
// clang-format on
