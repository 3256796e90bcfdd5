// SPDX-License-Identifier: GPL-3.0-or-later
//
// A recording at another pitch is as long, and higher by what was asked

#include "media/pitch.h"
#include "support/temp_folder.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { RATE = 48000, LENGTH = 30011 };

static char folder[TEMP_PATH_SIZE];

static int
set_up(void** state)
{
  (void)state;
  temp_folder_new(folder);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  temp_folder_remove(folder);
  return 0;
}

/// Put a tone of 440 Hz into the cache
static void
make_tone(const char* const key, const uint32_t channels, char* const path)
{
  static float frames[2 * LENGTH];
  for (uint32_t i = 0; i < LENGTH * channels; ++i) {
    const uint32_t frame = i / channels;
    frames[i]            = 0.5f * (float)sin(2.0 * M_PI * 440.0 * frame / RATE);
  }

  const CacheInfo info = {.rate = RATE, .channels = channels, .frames = LENGTH};
  CacheWriter*    writer = NULL;
  assert_true(cache_path(folder, key, ".pcm", path));
  assert_int_equal(cache_writer_new(folder, key, channels, &writer), STATUS_OK);
  assert_int_equal(cache_writer_add(writer, frames, LENGTH), STATUS_OK);
  assert_int_equal(cache_writer_commit(writer, &info), STATUS_OK);
  cache_writer_free(writer);
}

/// Frequency of a recording in its middle: rises through zero
static double
pitch_of(const char* const path, const uint32_t channels)
{
  enum { FIRST = 8000, COUNT = 16000 };
  static float frames[2 * COUNT];
  CacheFile*   file = NULL;
  assert_int_equal(cache_open(path, &file), STATUS_OK);
  assert_int_equal(cache_info(file)->frames, LENGTH);
  assert_int_equal(cache_info(file)->channels, channels);
  assert_int_equal(cache_read_frames(file, FIRST, COUNT, frames), STATUS_OK);
  cache_close(file);

  double   first = 0.0;
  double   last  = 0.0;
  unsigned rises = 0;
  for (uint32_t i = 1; i < COUNT; ++i) {
    const double a = frames[(i - 1u) * channels];
    const double b = frames[i * channels];
    if (a < 0.0 && b >= 0.0) {
      last  = i - b / (b - a);
      first = rises ? first : last;
      ++rises;
    }
  }

  assert_true(rises > 10);
  return (rises - 1u) * RATE / (last - first);
}

static DecodeResult
shift(const char* const path, const double semitones)
{
  char               text[256] = "";
  DecodeResult       result;
  const DecodeConfig config = {.folder = folder, .rate = RATE};
  const Status       st =
    pitch_file(&config, path, semitones, &result, text, sizeof(text));
  if (st) {
    fail_msg("%s", text);
  }

  return result;
}

static void
test_a_tone_is_shifted_and_as_long(void** state)
{
  (void)state;
  static const double shifts[] = {-24.0, -5.5, 0.37, 7.0, 24.0};
  for (uint32_t channels = 1; channels <= 2; ++channels) {
    char path[CACHE_PATH_SIZE];
    make_tone(channels == 1u ? "mono" : "stereo", channels, path);
    for (unsigned i = channels - 1u; i < 5u; i += channels) {
      const DecodeResult result = shift(path, shifts[i]);
      const double       want   = 440.0 * exp2(shifts[i] / 12.0);
      const double       heard  = pitch_of(result.path, channels);
      if (fabs(12.0 * log2(heard / want)) > 0.02) {
        fail_msg("%g semitones: %g Hz, not %g", shifts[i], heard, want);
      }
    }
  }
}

static void
test_it_is_made_once(void** state)
{
  (void)state;
  char path[CACHE_PATH_SIZE];
  make_tone("once", 1, path);

  const DecodeResult first = shift(path, 3.0);
  const DecodeResult again = shift(path, 3.001);
  const DecodeResult other = shift(path, 3.01);
  assert_false(first.hit);
  assert_true(again.hit);
  assert_string_equal(first.key, again.key);
  assert_false(other.hit);
}

static void
test_it_can_be_stopped(void** state)
{
  (void)state;
  char               path[CACHE_PATH_SIZE];
  char               text[256] = "";
  DecodeResult       result;
  const atomic_bool  cancel = true;
  const DecodeConfig config = {.folder = folder, .cancel = &cancel};
  make_tone("stop", 1, path);
  assert_int_equal(pitch_file(&config, path, 1.0, &result, text, sizeof(text)),
                   STATUS_CANCELLED);
  assert_true(text[0]);

  CacheFile* file = NULL;
  assert_int_equal(cache_open(result.path, &file), STATUS_NOT_FOUND);
}

static void
test_what_is_not_there_is_an_error(void** state)
{
  (void)state;
  char               text[256] = "";
  DecodeResult       result;
  const DecodeConfig config = {.folder = folder};
  assert_int_equal(
    pitch_file(
      &config, "/nonexistent/sound.pcm", 1.0, &result, text, sizeof(text)),
    STATUS_NOT_FOUND);
  assert_true(text[0]);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_tone_is_shifted_and_as_long),
    cmocka_unit_test(test_it_is_made_once),
    cmocka_unit_test(test_it_can_be_stopped),
    cmocka_unit_test(test_what_is_not_there_is_an_error),
  };

  return cmocka_run_group_tests(tests, set_up, tear_down);
}
