// SPDX-License-Identifier: GPL-3.0-or-later
//
// The plan of a part: its key, its chords, its length

#include "ai/clause.h"
#include "ai/tools.h"
#include "ai/tools_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char*
part_text_arg(const DawCall* const call, const char* const name)
{
  const char* const text = json_string_value(json_object_get(call->args, name));
  return text ? text : "";
}

double
part_number_arg(const DawCall* const call,
                const char* const    name,
                const double         none)
{
  const json_t* const value = json_object_get(call->args, name);
  return json_is_number(value) ? json_number_value(value) : none;
}

/// Read chords given as symbols or numerals
static uint32_t
given_chords(const DawCall* const call, const Key* const key, Chord chords[64])
{
  const json_t* const list  = json_object_get(call->args, "chords");
  size_t              i     = 0;
  const json_t*       item  = NULL;
  uint32_t            count = 0;
  json_array_foreach(list, i, item)
  {
    const char* const text = json_string_value(item);
    if (text && count < 64 &&
        (chord_parse(text, &chords[count]) ||
         roman_parse(text, key, &chords[count]))) {
      ++count;
    }
  }

  return count;
}

static uint32_t
progression_chords(const char* const text,
                   const Key* const  key,
                   Chord             chords[64])
{
  char     copy[160];
  char*    rest  = copy;
  char*    word  = NULL;
  uint32_t count = 0;
  snprintf(copy, sizeof(copy), "%s", text);
  while (count < 64 && (word = strtok_r(rest, " -,|", &rest))) {
    count += roman_parse(word, key, &chords[count]) ||
             chord_parse(word, &chords[count]);
  }

  return count;
}

/// The usual chords of a genre, or of none
static uint32_t
usual_chords(const Work* const work, Chord chords[64])
{
  const PartPlan* const    plan    = &work->plan;
  static const char* const major[] = {"I V vi IV", "I vi IV V", "vi IV I V"};
  static const char* const minor[] = {
    "i VI III VII", "i iv VI v", "i VII VI VII"};
  const Genre* const genre = plan->genre;
  Key                key   = plan->key;
  if (key.scale->count < 7) {
    key.scale = scale_find(key_is_minor(&key) ? "minor" : "major");
  }

  const uint32_t pick = (uint32_t)(random_hash(plan->seed, "chords") % 997u);
  const char* text = genre ? genre->progressions[pick % genre->num_progressions]
                     : key_is_minor(&key) ? minor[pick % 3u]
                                          : major[pick % 3u];

  // A genre's numerals are for its own kind of key
  const bool small = strchr(text, 'i') == text || strstr(text, "vi IV") == text;
  if (genre &&
      key_is_minor(&key) !=
        (text[0] == 'i' && text[1] != 'i' && text[1] != 'v') &&
      !small) {
    text = key_is_minor(&key) ? minor[pick % 3u] : major[pick % 3u];
  }

  return progression_chords(text, &key, chords);
}

/// Whether what is heard suits a key that was asked for
static bool
suits(const Harmony* const harmony, const Key* const key)
{
  double in    = 0.0;
  double whole = 0.0;
  for (uint32_t i = 0; i < harmony->count; ++i) {
    const Chord* const chord = &harmony->chords[i].chord;
    for (uint32_t k = 0; k < chord->count; ++k) {
      whole += 1.0;
      in += key_has(key, chord->root + chord->tones[k]);
    }
  }

  return in >= 0.75 * whole;
}

bool
part_set_harmony(const DawCall* const call, Work* const work)
{
  static Chord chords[64];
  const double beats = work->plan.bar * work->plan.bars;
  const double each  = part_number_arg(call, "beats_per_chord", work->plan.bar);
  const char* const text  = part_text_arg(call, "progression");
  uint32_t          count = given_chords(call, &work->plan.key, chords);
  bool              told  = true;
  if (!count && *text) {
    count = progression_chords(text, &work->plan.key, chords);
  }

  if (!count && json_object_get(call->args, "chords") == NULL &&
      harmony_hear(call->services, work->start, beats, &work->harmony) &&
      (!*part_text_arg(call, "key") ||
       suits(&work->harmony, &work->plan.key))) {
    return true;
  }

  if (!count) {
    count = usual_chords(work, chords);
    told  = false;
  }

  const double   want = part_number_arg(call, "chord_size", 0.0);
  const bool     own  = work->plan.genre && !want && !told;
  const uint32_t size = want > 0.0 ? (uint32_t)want
                        : own      ? work->plan.genre->chord_size
                                   : 0;
  for (uint32_t i = 0; size > 3 && i < count; ++i) {
    chords[i] = chord_extend(&chords[i], &work->plan.key, size);
  }

  harmony_fill(&work->harmony, chords, count, each, beats);
  return told;
}

/// The number of chords that were given
static uint32_t
num_given(const DawCall* const call, const Key* const key)
{
  static Chord   chords[64];
  const uint32_t n = given_chords(call, key, chords);
  return n ? n
           : progression_chords(
               part_text_arg(call, "progression"), key, chords);
}

/// How many bars a part has if nobody says
static int
usual_bars(const DawCall* const call, const Key* const key)
{
  const int      song  = song_bars(call->services);
  const double   bar   = daw_bar(call->services);
  const uint32_t given = num_given(call, key);
  if (given) {
    const double each = part_number_arg(call, "beats_per_chord", bar);
    return (int)ceil(given * each / bar - 1e-6);
  }

  return song > 0 && song <= 64 ? song : 4;
}

Status
part_plan_part(const Toolbox* const box,
               const DawCall* const call,
               Work* const          work)
{
  Services* const   services = call->services;
  const char* const genre    = part_text_arg(call, "genre");
  const char* const key      = part_text_arg(call, "key");
  work->part                 = part_text_arg(call, "part");
  work->plan.bar             = daw_bar(services);
  work->plan.genre           = genres_find(box->genres, genre);
  work->plan.seed =
    box->seed + (uint64_t)part_number_arg(call, "variation", 0.0);
  if (*genre && !work->plan.genre) {
    return services_fail(
      services, STATUS_NOT_FOUND, "There is no genre \"%.40s\"", genre);
  }

  if (*key && !key_parse(key, &work->plan.key)) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "Expected a key such as \"A minor\", not \"%.40s\"",
                         key);
  }

  if (!*key && !song_key(services, &work->plan.key)) {
    const char* const scale =
      work->plan.genre ? work->plan.genre->scale : "major";
    const Key usual = {strcmp(scale, "major") ? 9 : 0, scale_find(scale)};
    work->plan.key  = usual;
  }

  const double bars =
    part_number_arg(call, "bars", usual_bars(call, &work->plan.key));
  work->plan.bars    = (uint32_t)(bars < 1          ? 1
                                  : bars > BARS_MAX ? BARS_MAX
                                                    : bars);
  work->plan.style   = part_text_arg(call, "style");
  work->plan.density = part_number_arg(call, "density", 1.0);
  work->plan.grid =
    !strcmp(work->part, "melody") ? part_number_arg(call, "grid", 0.0) : 0.0;
  work->plan.octave   = (int)part_number_arg(call, "octave", 0.0);
  work->plan.velocity = (int)part_number_arg(call, "velocity", 0.0);
  work->start =
    (part_number_arg(call, "start_bar", 1.0) - 1.0) * work->plan.bar;
  return STATUS_OK;
}
