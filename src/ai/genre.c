// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/genre.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct Genres {
  Genre*   genres; ///< By name
  uint32_t count;
};

// clang-format off
/// Voices; of several notes the first is written, all are read
static const struct { const char* name; int8_t notes[9]; } voices[] = {
  {"kick", {36, 35}},       {"snare", {38, 40}},      {"clap", {39}},
  {"rim", {37}},            {"closed_hat", {42, 44}}, {"open_hat", {46}},
  {"pedal_hat", {44}},      {"hat", {42, 44, 46}},    {"ride", {51, 53, 59}},
  {"crash", {49, 57, 55, 52}}, {"high_tom", {50, 48}}, {"mid_tom", {47, 48}},
  {"low_tom", {45, 41}},    {"floor_tom", {41, 43}},  {"tom", {45, 41, 43, 47, 48, 50}},
  {"shaker", {70, 69, 82}}, {"tambourine", {54}},     {"cowbell", {56}},
  {"conga", {63, 62, 64}},  {"bongo", {60, 61}},      {"clave", {75}},
  {"backbeat", {38, 39, 40, 37}}, {"cymbal", {51, 42, 44, 46, 49, 53, 57, 59}},
};
// clang-format on

#define NUM_VOICES (sizeof(voices) / sizeof(voices[0]))

int
drum_note(const char* const voice)
{
  for (size_t i = 0; i < NUM_VOICES; ++i) {
    if (!strcmp(voices[i].name, voice)) {
      return voices[i].notes[0];
    }
  }

  return -1;
}

bool
drum_is(const char* const voice, const int note)
{
  for (size_t i = 0; i < NUM_VOICES; ++i) {
    for (size_t k = 0; !strcmp(voices[i].name, voice) && k < 9; ++k) {
      if (voices[i].notes[k] && voices[i].notes[k] == note) {
        return true;
      }
    }
  }

  return false;
}

const char*
drum_name(const int note)
{
  for (size_t i = 0; i < NUM_VOICES; ++i) {
    if (drum_is(voices[i].name, note)) {
      return voices[i].name;
    }
  }

  return "percussion";
}

// Reading

static const char*
text_of(const json_t* const json, const char* const key, const char* const none)
{
  const char* const text = json_string_value(json_object_get(json, key));
  return text ? text : none;
}

static double
number_of(const json_t* const json, const char* const key, const double none)
{
  const json_t* const number = json_object_get(json, key);
  return json_is_number(number) ? json_number_value(number) : none;
}

/// What a JSON says of a genre; false if it lacks what a genre needs
static bool
genre_read(Genre* const genre, json_t* const json)
{
  const json_t* const tempo = json_object_get(json, "tempo");
  genre->json               = json;
  genre->name               = text_of(json, "name", NULL);
  genre->words              = text_of(json, "words", "|");
  genre->tempo_min          = json_number_value(json_array_get(tempo, 0));
  genre->tempo              = json_number_value(json_array_get(tempo, 1));
  genre->tempo_max          = json_number_value(json_array_get(tempo, 2));
  genre->swing              = number_of(json, "swing", 50.0);
  genre->swing_pair         = number_of(json, "swing_pair", 0.5);
  genre->kit                = text_of(json, "kit", "808-core");
  genre->scale              = text_of(json, "scale", "minor");
  genre->bass_style         = text_of(json, "bass_style", "root");
  genre->chord_style        = text_of(json, "chord_style", "block");
  genre->bass               = text_of(json, "bass", "bass");
  genre->chords             = text_of(json, "chords", "pad");
  genre->lead               = text_of(json, "lead", "lead");
  genre->chord_size         = (uint32_t)number_of(json, "chord_size", 3.0);
  genre->steps              = (uint32_t)number_of(json, "steps", 16.0);
  genre->drums              = json_object_get(json, "drums");
  genre->form               = json_object_get(json, "form");

  size_t        i    = 0;
  const json_t* item = NULL;
  json_array_foreach(json_object_get(json, "progressions"), i, item)
  {
    if (json_is_string(item) && i < GENRE_MAX_PROGRESSIONS) {
      genre->progressions[genre->num_progressions++] = json_string_value(item);
    }
  }

  return genre->name && genre->tempo >= genre->tempo_min &&
         genre->tempo_min >= 20.0 && genre->tempo_max >= genre->tempo &&
         genre->num_progressions && json_is_object(genre->drums) &&
         json_is_array(genre->form) && genre->steps >= 12;
}

/// Read a file; what is wrong is told
static bool
read_file(Genres* const        genres,
          const char* const    path,
          const GenreFaultFunc fault,
          void* const          handle)
{
  json_error_t  error = {0};
  json_t* const json  = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  Genre* const  more =
    (Genre*)realloc(genres->genres, (genres->count + 1u) * sizeof(Genre));
  if (!more) {
    json_decref(json);
    return false;
  }

  genres->genres     = more;
  Genre* const genre = &more[genres->count];
  *genre             = (Genre){0};
  if (!json || !genre_read(genre, json)) {
    char text[512];
    snprintf(text,
             sizeof(text),
             "%.300s: %s",
             path,
             json ? "expected name, tempo [min, usual, max], progressions, "
                    "drums and form"
                  : error.text);
    fault(handle, text);
    json_decref(json);
    return true;
  }

  ++genres->count;
  return true;
}

static int
compare(const void* const a, const void* const b)
{
  return strcmp(((const Genre*)a)->name, ((const Genre*)b)->name);
}

Genres*
genres_new(const char* const    dir,
           const GenreFaultFunc fault,
           void* const          handle)
{
  Genres* const genres = (Genres*)calloc(1, sizeof(Genres));
  DIR* const    folder = genres ? opendir(dir) : NULL;
  bool          good   = genres != NULL;
  while (good && folder) {
    const struct dirent* const entry = readdir(folder);
    if (!entry) {
      break;
    }

    char              path[4096];
    const char* const dot = strrchr(entry->d_name, '.');
    if (dot && !strcmp(dot, ".json")) {
      snprintf(path, sizeof(path), "%.3800s/%.255s", dir, entry->d_name);
      good = read_file(genres, path, fault, handle);
    }
  }

  if (folder) {
    closedir(folder);
  }

  if (!good) {
    genres_free(genres);
    return NULL;
  }

  if (genres->count) {
    qsort(genres->genres, genres->count, sizeof(Genre), compare);
  }

  return genres;
}

void
genres_free(Genres* const genres)
{
  if (!genres) {
    return;
  }

  for (uint32_t i = 0; i < genres->count; ++i) {
    json_decref(genres->genres[i].json);
  }

  free(genres->genres);
  free(genres);
}

uint32_t
genres_count(const Genres* const genres)
{
  return genres->count;
}

const Genre*
genres_get(const Genres* const genres, const uint32_t index)
{
  return index < genres->count ? &genres->genres[index] : NULL;
}

const Genre*
genres_find(const Genres* const genres, const char* const name)
{
  char key[64];
  snprintf(key, sizeof(key), "|%.60s|", name);
  for (uint32_t i = 0; i < genres->count; ++i) {
    const Genre* const genre = &genres->genres[i];
    if (!strcmp(genre->name, name) || strcasestr(genre->words, key)) {
      return genre;
    }
  }

  return NULL;
}
