// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keys, chords and voicings

#include "ai/random.h"
#include "ai/theory.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
check_chord(const char* const symbol, const char* const tones)
{
  Chord chord = {0};
  char  text[64];
  int   length = 0;
  if (!chord_parse(symbol, &chord)) {
    fail_msg("%s is not read", symbol);
  }

  for (uint32_t i = 0; i < chord.count; ++i) {
    length += snprintf(text + length,
                       sizeof(text) - (size_t)length,
                       "%s%d",
                       i ? " " : "",
                       chord.tones[i]);
  }

  if (strcmp(text, tones) != 0) {
    fail_msg("%s is %s, not %s", symbol, text, tones);
  }
}

static void
test_symbols_have_their_tones(void** const state)
{
  (void)state;
  check_chord("C", "0 4 7");
  check_chord("F#m", "0 3 7");
  check_chord("Bbmaj7", "0 4 7 11");
  check_chord("Dm9", "0 3 7 10 14");
  check_chord("Cm6", "0 3 7 9");
  check_chord("C/E", "0 4 7");
  check_chord("Gsus4", "0 5 7");
  check_chord("G7sus4", "0 5 7 10");
  check_chord("E7#9", "0 4 7 10 15");
  check_chord("Bm7b5", "0 3 6 10");
  check_chord("Bdim7", "0 3 6 9");
  check_chord("Caug", "0 4 8");
  check_chord("Fmaj7#11", "0 4 7 11 18");
  check_chord("G13", "0 4 7 10 14 21");
  check_chord("A5", "0 7");
  check_chord("Cadd9", "0 4 7 14");
  check_chord("C6/9", "0 4 7 9 14");
  check_chord("Abm(maj7)", "0 3 7 11");
  check_chord("D7b9b5", "0 4 6 10 13");
}

static void
test_what_is_no_chord_is_refused(void** const state)
{
  static const char* const bad[] = {
    "", "H", "Am7x", "sus4", "add", "Bass", "Clap", "C/", "C/H", "Drums"};
  (void)state;
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    Chord chord = {0};
    if (chord_parse(bad[i], &chord)) {
      fail_msg("\"%s\" is read as a chord", bad[i]);
    }
  }
}

static void
test_symbols_return(void** const state)
{
  static const char* const kinds[] = {
    "", "m", "7", "maj7", "m7", "m7b5", "dim7", "sus4", "9", "m9", "6", "aug"};
  (void)state;
  for (int root = 0; root < 12; ++root) {
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); ++i) {
      char  symbol[CHORD_TEXT_SIZE];
      char  text[CHORD_TEXT_SIZE];
      Chord chord = {0};
      snprintf(symbol,
               sizeof(symbol),
               "%s%s",
               pitch_class_name(root, false),
               kinds[i]);
      assert_true(chord_parse(symbol, &chord));
      assert_string_equal(chord_format(&chord, false, text), symbol);
    }
  }
}

static void
check_roman(const char* const key_text,
            const char* const numeral,
            const char* const symbol)
{
  Key   key   = {0};
  Chord chord = {0};
  char  text[CHORD_TEXT_SIZE];
  assert_true(key_parse(key_text, &key));
  if (!roman_parse(numeral, &key, &chord)) {
    fail_msg("%s is not read", numeral);
  }

  chord_format(&chord, false, text);
  if (strcmp(text, symbol) != 0) {
    fail_msg("%s in %s is %s, not %s", numeral, key_text, text, symbol);
  }
}

static void
test_numerals_follow_the_key(void** const state)
{
  (void)state;
  check_roman("G major", "I", "G");
  check_roman("G major", "vi", "Em");
  check_roman("C", "ii7", "Dm7");
  check_roman("C", "V7", "G7");
  check_roman("C", "Imaj7", "Cmaj7");
  check_roman("C", "bVII", "A#");
  check_roman("C", "V7/vi", "E7");
  check_roman("A minor", "i", "Am");
  check_roman("A minor", "VI", "F");
  check_roman("A minor", "bVI", "F");
  check_roman("A minor", "V", "E");
  check_roman("A minor", "iv", "Dm");
  check_roman("A minor", "bII", "A#");
  check_roman("C", "viio", "Bdim");
  check_roman("C", "vii", "Bdim");
}

/// A piece in a key: its chords, with its tonic more than others
static void
play_key(const Key* const key, double weights[12])
{
  static const int degrees[] = {0, 3, 4, 0, 5, 4, 0};
  for (size_t i = 0; i < sizeof(degrees) / sizeof(degrees[0]); ++i) {
    const Chord chord = chord_diatonic(key, degrees[i], 3);
    for (uint32_t k = 0; k < chord.count; ++k) {
      weights[(chord.root + chord.tones[k]) % 12] += k ? 1.0 : 1.3;
    }
  }
}

static void
test_all_24_keys_are_found(void** const state)
{
  (void)state;
  for (int i = 0; i < 24; ++i) {
    const Key key         = {i % 12, scale_find(i < 12 ? "major" : "minor")};
    double    weights[12] = {0};
    double    confidence  = 0.0;
    char      want[KEY_TEXT_SIZE];
    char      got[KEY_TEXT_SIZE];
    play_key(&key, weights);
    const Key found = key_detect(weights, &confidence);
    assert_string_equal(key_format(&found, got), key_format(&key, want));
    assert_true(confidence > 0.0);
  }
}

static void
test_sounding_chords_are_named(void** const state)
{
  static const char* const symbols[] = {
    "C", "Am", "G7", "Dm7", "Fmaj7", "Bm7b5", "Esus4", "C#m"};
  (void)state;
  for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); ++i) {
    Chord  chord       = {0};
    Chord  found       = {0};
    double weights[12] = {0};
    char   text[CHORD_TEXT_SIZE];
    assert_true(chord_parse(symbols[i], &chord));
    for (uint32_t k = 0; k < chord.count; ++k) {
      weights[(chord.root + chord.tones[k]) % 12] += 1.0;
    }

    assert_true(chord_detect(weights, chord.root, &found));
    assert_string_equal(chord_format(&found, false, text), symbols[i]);
  }
}

static void
test_voices_move_little_and_keep_all_tones(void** const state)
{
  Random random = {1};
  (void)state;
  for (int run = 0; run < 200; ++run) {
    const Key key  = {random_below(&random, 12),
                      scale_find(run % 2 ? "major" : "minor")};
    Voicing   last = {0, {0}};
    double    sum  = 0.0;
    for (int i = 0; i < 8; ++i) {
      const Chord chord = chord_diatonic(
        &key, random_below(&random, 7), 3u + (uint32_t)(run % 2));
      const Voicing v = chord_voice(&chord, i ? &last : NULL, 55, 76);
      assert_int_equal(v.count, chord.count);
      for (uint32_t k = 0; k < v.count; ++k) {
        assert_true(chord_has(&chord, v.pitches[k]));
        assert_true(!k || v.pitches[k] > v.pitches[k - 1u]);
        assert_in_range(v.pitches[k], 48, 84);
      }

      sum += i ? voicing_distance(&last, &v) : 0.0;
      last = v;
    }

    assert_true(sum / 7.0 < 2.0);
  }
}

static void
test_notes_have_their_numbers(void** const state)
{
  (void)state;
  assert_int_equal(note_parse("C4"), 60);
  assert_int_equal(note_parse("A0"), 21);
  assert_int_equal(note_parse("F#3"), 54);
  assert_int_equal(note_parse("Cb4"), 59);
  assert_int_equal(note_parse("B#3"), 60);
  assert_int_equal(note_parse("C-1"), 0);
  assert_int_equal(note_parse("H2"), -1);
  assert_int_equal(note_parse("C"), -1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_symbols_have_their_tones),
    cmocka_unit_test(test_what_is_no_chord_is_refused),
    cmocka_unit_test(test_symbols_return),
    cmocka_unit_test(test_numerals_follow_the_key),
    cmocka_unit_test(test_all_24_keys_are_found),
    cmocka_unit_test(test_sounding_chords_are_named),
    cmocka_unit_test(test_voices_move_little_and_keep_all_tones),
    cmocka_unit_test(test_notes_have_their_numbers),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
