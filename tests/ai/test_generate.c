// SPDX-License-Identifier: GPL-3.0-or-later
//
// What every generated part has to be, over all genres and many seeds

#include "ai/music.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#define SEEDS 10u

static Genres* genres;

static int
setup(void** const state)
{
  (void)state;
  genres = genres_new("presets/genres", music_fault, NULL);
  return !genres;
}

static int
teardown(void** const state)
{
  (void)state;
  genres_free(genres);
  return 0;
}

/// Call with the music of each genre and seed
static void
each_music(void (*check)(const Music* music, const Genre* genre))
{
  static Music music;
  assert_in_range(genres_count(genres), 25, 100);
  for (uint32_t g = 0; g < genres_count(genres); ++g) {
    for (uint64_t seed = 1; seed <= SEEDS; ++seed) {
      const Genre* const genre = genres_get(genres, g);
      music_make(&music, genre, seed);
      check(&music, genre);
      music_free(&music);
    }
  }
}

static void
check_valid(const Notes* const notes, const Genre* const genre)
{
  if (!notes->count) {
    fail_msg("%s has an empty part", genre->name);
  }

  for (uint32_t i = 0; i < notes->count; ++i) {
    const MusicNote* const note = &notes->notes[i];
    assert_in_range(note->pitch, 0, 127);
    assert_in_range(note->velocity, 1, 127);
    assert_true(note->length > 0.0);
    assert_true(note->start >= 0.0 && note->start < 32.0);
  }
}

static void
check_notes(const Music* const music, const Genre* const genre)
{
  assert_false(music->drums.failed);
  check_valid(&music->drums, genre);
  check_valid(&music->bass, genre);
  check_valid(&music->chords, genre);
  check_valid(&music->melody, genre);
}

static void
test_notes_are_valid(void** const state)
{
  (void)state;
  each_music(check_notes);
}

/// No note sounds into the next
static void
check_single(const Notes* const notes)
{
  for (uint32_t i = 1; i < notes->count; ++i) {
    assert_true(notes->notes[i - 1u].start + notes->notes[i - 1u].length <=
                notes->notes[i].start + 0.06);
  }
}

static void
check_lines(const Music* const music, const Genre* const genre)
{
  check_single(&music->bass);
  check_single(&music->melody);
  for (uint32_t i = 0; i < music->bass.count; ++i) {
    assert_in_range(music->bass.notes[i].pitch, 24, 55);
  }

  for (uint32_t i = 0; i < music->melody.count; ++i) {
    assert_in_range(music->melody.notes[i].pitch, 55, 96);
  }

  if (music_range(&music->melody) > 24) {
    fail_msg("A melody of %s has a range of %d",
             genre->name,
             music_range(&music->melody));
  }
}

static void
test_bass_and_melody_are_single_lines(void** const state)
{
  (void)state;
  each_music(check_lines);
}

static void
check_harmony(const Music* const music, const Genre* const genre)
{
  if (music_roots(music) < 0.99) {
    fail_msg(
      "The bass of %s leaves the roots: %g", genre->name, music_roots(music));
  }

  if (music_in_key(music, &music->melody) < 0.99 ||
      music_in_key(music, &music->chords) < 0.99) {
    fail_msg("%s leaves its key", genre->name);
  }

  if (music_strong_fit(music, &music->melody) < 0.6) {
    fail_msg("A melody of %s leaves its chords: %g",
             genre->name,
             music_strong_fit(music, &music->melody));
  }
}

static void
test_parts_follow_the_harmony(void** const state)
{
  (void)state;
  each_music(check_harmony);
}

static void
check_same(const Notes* const a, const Notes* const b)
{
  assert_int_equal(a->count, b->count);
  assert_memory_equal(a->notes, b->notes, a->count * sizeof(MusicNote));
}

static void
test_a_seed_gives_the_same_music(void** const state)
{
  static Music a;
  static Music b;
  static Music c;
  uint32_t     different = 0;
  (void)state;
  for (uint32_t g = 0; g < genres_count(genres); ++g) {
    music_make(&a, genres_get(genres, g), 7);
    music_make(&b, genres_get(genres, g), 7);
    music_make(&c, genres_get(genres, g), 8);
    check_same(&a.drums, &b.drums);
    check_same(&a.bass, &b.bass);
    check_same(&a.chords, &b.chords);
    check_same(&a.melody, &b.melody);
    different += a.melody.count != c.melody.count ||
                 memcmp(a.melody.notes,
                        c.melody.notes,
                        a.melody.count * sizeof(MusicNote)) != 0;
    music_free(&a);
    music_free(&b);
    music_free(&c);
  }

  assert_int_equal(different, genres_count(genres));
}

static void
test_a_contour_is_followed(void** const state)
{
  static Harmony harmony;
  const Key      key   = {0, scale_find("major")};
  const Chord    chord = chord_diatonic(&key, 0, 3);
  (void)state;
  harmony_fill(&harmony, &chord, 1, 4.0, 16.0);
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const PartPlan plan = {seed, 4.0, 4, key, &harmony, NULL, "", 1.0, 0.0, 0, 0};
    for (int way = 0; way < 2; ++way) {
      Notes    notes     = {0};
      double   sums[2]   = {0};
      uint32_t counts[2] = {0};
      generate_melody(&plan, way ? "up" : "down", &notes);
      for (uint32_t i = 0; i < notes.count; ++i) {
        const int half = i >= notes.count / 2u;
        sums[half] += notes.notes[i].pitch;
        ++counts[half];
      }

      const double rise = sums[1] / counts[1] - sums[0] / counts[0];
      assert_true(way ? rise > 1.0 : rise < -1.0);
      notes_free(&notes);
    }
  }
}

static void
test_swing_moves_only_the_second_of_a_pair(void** const state)
{
  Notes notes = {0};
  (void)state;
  for (int i = 0; i < 16; ++i) {
    notes_put(&notes, i * 0.25, 0.25, 42, 100);
  }

  notes_swing(&notes, 0.5, 0.6);
  for (int i = 0; i < 16; ++i) {
    assert_true(fabs(notes.notes[i].start - (i * 0.25 + (i % 2) * 0.05)) <
                1e-9);
  }

  notes_free(&notes);
}

static void
test_humanising_stays_within_25_ms(void** const state)
{
  Notes    notes = {0};
  uint32_t moved = 0;
  (void)state;
  for (int i = 0; i < 64; ++i) {
    notes_put(&notes, i * 0.25, 0.25, i % 4 ? 42 : 36, 100);
  }

  notes_humanize(&notes, true, 500.0, 1.0, 3);
  for (uint32_t i = 0; i < notes.count; ++i) {
    const double at  = notes.notes[i].start;
    const double off = fabs(at - round(at * 4.0) / 4.0) * 500.0;
    assert_true(off <= 25.0);
    moved += off > 1.0;
  }

  assert_true(moved > notes.count / 2u);
  notes_free(&notes);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_notes_are_valid),
    cmocka_unit_test(test_bass_and_melody_are_single_lines),
    cmocka_unit_test(test_parts_follow_the_harmony),
    cmocka_unit_test(test_a_seed_gives_the_same_music),
    cmocka_unit_test(test_a_contour_is_followed),
    cmocka_unit_test(test_swing_moves_only_the_second_of_a_pair),
    cmocka_unit_test(test_humanising_stays_within_25_ms),
  };

  return cmocka_run_group_tests(tests, setup, teardown);
}
