// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whole songs by sections, and several changes of the mixer at once

#include "ai/clause.h"
#include "ai/tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/// Most sections of a song
#define SECTIONS_MAX 24u

/// Fewest bars of a song
#define SONG_MIN_BARS 32

typedef struct {
  char   name[40];
  int    bars;
  double density;
} Section;

static const char*
text_arg(const DawCall* const call, const char* const name)
{
  const char* const text = json_string_value(json_object_get(call->args, name));
  return text ? text : "";
}

/// Whether a section is of a kind, by the beginning of its name
static bool
is_section(const Section* const section, const char* const kinds)
{
  for (const char* at = kinds; *at;) {
    const size_t size = strcspn(at, "|");
    if (!strncasecmp(section->name, at, size)) {
      return true;
    }

    at += size + (at[size] == '|');
  }

  return false;
}

/// How dense a section is if the genre has none of that name
static double
usual_density(const Section* const section)
{
  return is_section(section, "intro|outro")              ? 0.4
         : is_section(section, "break|bridge|interlude") ? 0.45
         : is_section(section, "verse|pre|build|head")   ? 0.7
                                                         : 1.0;
}

/// Read the genre's own form
static uint32_t
genre_form(const Genre* const genre, Section sections[SECTIONS_MAX])
{
  uint32_t      count = 0;
  size_t        i     = 0;
  const json_t* row   = NULL;
  json_array_foreach(genre->form, i, row)
  {
    const char* const name = json_string_value(json_array_get(row, 0));
    if (name && count < SECTIONS_MAX) {
      Section* const section = &sections[count++];
      snprintf(section->name, sizeof(section->name), "%s", name);
      section->name[0] -= section->name[0] >= 'a' ? 'a' - 'A' : 0;
      section->bars    = (int)json_integer_value(json_array_get(row, 1));
      section->density = json_number_value(json_array_get(row, 2));
    }
  }

  return count;
}

/// The sections that are asked for, with the genre's lengths
static uint32_t
read_sections(const DawCall* const call,
              const Genre* const   genre,
              Section              out[SECTIONS_MAX])
{
  Section        form[SECTIONS_MAX];
  const uint32_t num_form = genre_form(genre, form);
  const json_t*  list     = json_object_get(call->args, "sections");
  uint32_t       count    = 0;
  size_t         i        = 0;
  const json_t*  item     = NULL;
  json_array_foreach(list, i, item)
  {
    const char* const name =
      json_is_object(item) ? json_string_value(json_object_get(item, "name"))
                           : json_string_value(item);
    const double bars = json_number_value(json_object_get(item, "bars"));
    if (!name || count == SECTIONS_MAX) {
      continue;
    }

    Section* const section = &out[count++];
    snprintf(section->name, sizeof(section->name), "%.39s", name);
    section->density = usual_density(section);
    section->bars    = is_section(section, "intro|outro") ? 4 : 8;
    for (uint32_t k = 0; k < num_form; ++k) {
      if (!strncasecmp(form[k].name, section->name, 4)) {
        section->bars    = form[k].bars;
        section->density = form[k].density;
        break;
      }
    }

    section->bars = bars >= 1.0 ? (int)bars : section->bars;
  }

  if (!count) {
    memcpy(out, form, sizeof(form));
    count = num_form;
  }

  int total = 0;
  for (uint32_t k = 0; k < count; ++k) {
    total += out[k].bars;
  }

  // To the length that is asked for, in fours
  const double want = json_number_value(json_object_get(call->args, "bars"));
  for (uint32_t k = 0; want >= 8.0 && total && k < count; ++k) {
    const int bars = (int)lround(out[k].bars * want / total / 4.0) * 4;
    out[k].bars    = bars < 4 ? 4 : bars;
  }

  if (want >= 8.0) {
    return count;
  }

  // Short plans are stretched, unless their lengths were given
  const bool given = json_is_object(json_array_get(list, 0)) &&
                     json_object_get(json_array_get(list, 0), "bars");
  for (; !given && total && total < SONG_MIN_BARS; total *= 2) {
    for (uint32_t k = 0; k < count; ++k) {
      out[k].bars *= 2;
    }
  }

  return count;
}

/// Whether a part plays in a section
static bool
plays(const char* const part, const Section* const section)
{
  const bool rest = is_section(section, "break|bridge|interlude");
  return !strcmp(part, "drums")  ? !rest
         : !strcmp(part, "bass") ? !rest && section->density > 0.5
         : !strcmp(part, "chords")
           ? !is_section(section, "intro") || section->density > 0.45
           : section->density > 0.9 || rest;
}

/// Compose one part through all sections onto its track
static Status
arrange_part(const Toolbox* const box,
             DawCall* const       call,
             const char* const    part,
             const Section*       sections,
             const uint32_t       count,
             const char* const    genre)
{
  Status st                  = STATUS_OK;
  char   track[ID_TEXT_SIZE] = "";
  int    bar                 = 1;
  for (uint32_t i = 0; !st && i < count; ++i) {
    const Section* const section = &sections[i];
    if (!plays(part, section)) {
      bar += section->bars;
      continue;
    }

    json_t* result = NULL;
    json_t* args   = json_pack("{s:s, s:s, s:i, s:i, s:f, s:s}",
                             "part",
                             part,
                             "genre",
                             genre,
                             "bars",
                             section->bars,
                             "start_bar",
                             bar,
                             "density",
                             section->density < 0.6 ? 0.6 : 1.0,
                             "key",
                             text_arg(call, "key"));
    if (*track) {
      json_object_set_new(args, "track", json_string(track));
    }

    if (strcmp(part, "drums") != 0) {
      json_object_set_new(
        args, "progression", json_string(text_arg(call, "progression")));
    }

    st = tools_run(box, call->services, "compose_part", args, &result);
    const char* const id = json_string_value(
      json_object_get(json_object_get(result, "track"), "id"));
    snprintf(track, sizeof(track), "%s", id ? id : "");
    json_decref(result);
    json_decref(args);
    bar += section->bars;
  }

  return st;
}

static Status
arrange_song(const Toolbox* const box, DawCall* const call)
{
  static const char* const parts[]  = {"drums", "bass", "chords", "melody"};
  Services* const          services = call->services;
  const char* const        name     = text_arg(call, "genre");
  const Genre* const genre = genres_find(box->genres, *name ? name : "pop");
  Section            sections[SECTIONS_MAX];
  if (!genre) {
    return services_fail(
      services, STATUS_NOT_FOUND, "There is no genre \"%.40s\"", name);
  }

  const uint32_t count = read_sections(call, genre, sections);
  char           key_text[KEY_TEXT_SIZE];
  Key            key = {9, scale_find(genre->scale)};
  if (!key_parse(text_arg(call, "key"), &key) && !song_key(services, &key)) {
    key = (Key){key_is_minor(&key) ? 9 : 0, scale_find(genre->scale)};
  }

  json_object_set_new(
    (json_t*)call->args, "key", json_string(key_format(&key, key_text)));
  if (!*text_arg(call, "progression")) {
    json_object_set_new(
      (json_t*)call->args,
      "progression",
      json_string(genre->progressions[box->seed % genre->num_progressions]));
  }

  Status st = STATUS_OK;
  for (size_t i = 0; !st && i < 4; ++i) {
    st = arrange_part(box, call, parts[i], sections, count, genre->name);
  }

  const double bar   = daw_bar(services);
  json_t*      told  = json_array();
  int          start = 1;
  for (uint32_t i = 0; !st && i < count; ++i) {
    st =
      act(services,
          "create_marker",
          json_pack(
            "{s:s, s:f}", "name", sections[i].name, "beat", (start - 1) * bar));
    json_array_append_new(told,
                          json_pack("{s:s, s:i, s:i}",
                                    "name",
                                    sections[i].name,
                                    "bar",
                                    start,
                                    "bars",
                                    sections[i].bars));
    start += sections[i].bars;
  }

  json_object_set_new(call->result, "sections", told);
  json_object_set_new(call->result, "bars", json_integer(start - 1));
  json_object_set_new(call->result, "key", json_string(key_text));
  json_object_set_new(call->result, "genre", json_string(genre->name));
  return st;
}

/// Run an action for each element of an array
static Status
each(DawCall* const call, const char* const action)
{
  Status        st   = STATUS_OK;
  size_t        i    = 0;
  const json_t* item = NULL;
  json_t* const told = json_array();
  json_array_foreach(json_object_get(call->args, "changes"), i, item)
  {
    json_t* result = NULL;
    st = st ? st : daw_action(call->services, action, item, &result);
    if (result) {
      json_array_append_new(told, result);
    }
  }

  json_object_set_new(call->result, "changed", told);
  return st;
}

static Status
set_mixer(const Toolbox* const box, DawCall* const call)
{
  (void)box;
  return each(call, "set_channel");
}

static Status
add_effects(const Toolbox* const box, DawCall* const call)
{
  (void)box;
  return each(call, "add_effect");
}

// clang-format off
const Tool tools_song[] = {
  {"arrange_song", "genre s -- Such as house | bars n 8 400 -- Length, about | key s | progression s | sections a -- Names, or {name, bars}; the genre's own if absent", "Compose a whole song by sections on new tracks, with markers.", arrange_song},
  {"set_mixer", "changes! a -- Each as for set_channel: {channel, fader, pan, mute, solo, ...}", "Change levels of several channels at once.", set_mixer},
  {"add_effects", "changes! a -- Each as for add_effect: {track_id, effect_name, parameters}", "Add several effects at once.", add_effects},
  {0},
};
// clang-format on
