// SPDX-License-Identifier: GPL-3.0-or-later
//
// What can be measured of the music that is generated: each genre over ten
// seeds, against what is usual.  A value outside has a star.

#include "ai/genre.h"
#include "ai/music.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SEEDS 10u

/// Share of the hits of kick and backbeat that the genre's patterns have too
static double
groove(const Music* const music, const Genre* const genre)
{
  uint32_t    good  = 0;
  uint32_t    all   = 0;
  const char* voice = NULL;
  json_t*     value = NULL;
  json_object_foreach(genre->drums, voice, value)
  {
    char        steps[512];
    uint32_t    count = 0;
    const char* text  = json_string_value(value);
    for (; text && *text && count + 1u < sizeof(steps); ++text) {
      if (*text != '|') {
        steps[count++] = *text;
      }
    }
    for (uint32_t i = 0; count && i < music->drums.count; ++i) {
      const MusicNote* const note = &music->drums.notes[i];
      if (note->pitch == drum_note(voice) &&
          (drum_is("kick", note->pitch) || drum_is("backbeat", note->pitch))) {
        const uint32_t at =
          (uint32_t)(note->start * genre->steps / 4.0 + 0.5) % count;
        good += strchr("Xxo", steps[at]) != NULL;
        ++all;
      }
    }
  }

  return all ? (double)good / all : 1.0;
}

static double
in_key(const Music* const music, const Genre* const genre)
{
  (void)genre;
  return music_in_key(music, &music->melody);
}

static double
strong(const Music* const music, const Genre* const genre)
{
  (void)genre;
  return music_strong_fit(music, &music->melody);
}

static double
steps(const Music* const music, const Genre* const genre)
{
  (void)genre;
  return music_steps(&music->melody);
}

static double
range(const Music* const music, const Genre* const genre)
{
  (void)genre;
  return music_range(&music->melody);
}

static double
repetition(const Music* const music, const Genre* const genre)
{
  (void)genre;
  return music_repetition(&music->melody);
}

static double
roots(const Music* const music, const Genre* const genre)
{
  (void)genre;
  return music_roots(music);
}

/// A bass between the kicks is not meant to play with them
static double
lock(const Music* const music, const Genre* const genre)
{
  const bool between = !strcmp(genre->bass_style, "offbeat") ||
                       !strcmp(genre->bass_style, "reggae") ||
                       !strcmp(genre->bass_style, "walking");
  return between ? 1.0 : music_lock(music);
}

static double
moves(const Music* const music, const Genre* const genre)
{
  (void)genre;
  return music_voice_moves(music);
}

typedef struct {
  const char* name;
  double      min;
  double      max;
  double (*of)(const Music* music, const Genre* genre);
} Measure;

static const Measure measures[] = {
  {"in key", 0.95, 1.0, in_key},      // Of the melody's notes
  {"strong", 0.70, 1.0, strong},      // Chord tones on beats 1 and 3
  {"steps", 0.65, 0.85, steps},       // Intervals up to a whole tone
  {"range", 5.0, 17.0, range},        // Semitones, about a tenth
  {"repeats", 0.30, 1.0, repetition}, // Bars with the rhythm of an earlier one
  {"roots", 0.95, 1.0, roots},        // Of the bass, where the chord changes
  {"lock", 0.60, 1.0, lock},          // Kicks with the bass
  {"groove", 0.80, 1.0, groove},      // Hits that the template has
  {"moves", 0.0, 3.0, moves},         // Semitones of a voice between chords
};

#define NUM_MEASURES (sizeof(measures) / sizeof(measures[0]))

static uint32_t
print_genre(const Genre* const genre)
{
  static Music music;
  double       sums[NUM_MEASURES] = {0};
  uint32_t     outside            = 0;
  for (uint64_t seed = 1; seed <= SEEDS; ++seed) {
    music_make(&music, genre, seed);
    for (size_t i = 0; i < NUM_MEASURES; ++i) {
      sums[i] += measures[i].of(&music, genre) / SEEDS;
    }
    music_free(&music);
  }

  printf("%-14s", genre->name);
  for (size_t i = 0; i < NUM_MEASURES; ++i) {
    const bool good =
      sums[i] >= measures[i].min - 1e-9 && sums[i] <= measures[i].max + 1e-9;
    printf(" %7.2f%c", sums[i], good ? ' ' : '*');
    outside += !good;
  }
  printf("\n");
  return outside;
}

int
main(void)
{
  Genres* const genres = genres_new("presets/genres", music_fault, NULL);
  if (!genres) {
    return 1;
  }

  uint32_t outside = 0;
  printf("%-14s", "");
  for (size_t i = 0; i < NUM_MEASURES; ++i) {
    printf(" %7s ", measures[i].name);
  }
  printf("\n%-14s", "usual");
  for (size_t i = 0; i < NUM_MEASURES; ++i) {
    printf(" %3.2g-%-4.2g", measures[i].min, measures[i].max);
  }
  printf("\n");
  for (uint32_t g = 0; g < genres_count(genres); ++g) {
    outside += print_genre(genres_get(genres, g));
  }
  printf("%u genres, %u seeds, %u of %zu means outside\n",
         genres_count(genres),
         SEEDS,
         outside,
         genres_count(genres) * NUM_MEASURES);
  genres_free(genres);
  return 0;
}
