// SPDX-License-Identifier: GPL-3.0-or-later
//
// Peaks are those of the frames, at any zoom

#include "media/cache.h"
#include "media/peaks.h"
#include "support/fail_malloc.h"
#include "support/temp_folder.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_FRAMES = 300000, MAX_WIDTH = 700 };

static char   folder[TEMP_PATH_SIZE];
static char   cache[CACHE_PATH_SIZE];
static char   path[CACHE_PATH_SIZE];
static float* audio; // Interleaved

static int
set_up(void** state)
{
  (void)state;
  temp_folder_new(folder);
  assert_true(cache_path(folder, "a", ".pcm", cache));
  assert_true(cache_path(folder, "a", ".peaks", path));
  audio = (float*)malloc(2ull * MAX_FRAMES * sizeof(float));
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  free(audio);
  temp_folder_remove(folder);
  return 0;
}

/// Noise under a slow envelope, and single peaks
static void
make_sample(const uint32_t channels, const uint64_t frames)
{
  uint32_t random = 1;
  for (uint64_t i = 0; i < frames * channels; ++i) {
    random            = random * 1664525u + 1013904223u;
    const float noise = (float)(int32_t)random / 2147483648.0f;
    audio[i]          = noise * (0.5f + 0.4f * sinf((float)i * 1e-4f));
    if (i % 40009 == 7) {
      audio[i] = i % 2 ? 1.5f : -1.5f;
    }
  }

  CacheWriter*    writer = NULL;
  const CacheInfo info   = {.rate = 48000};
  assert_int_equal(cache_writer_new(folder, "a", channels, &writer), STATUS_OK);
  assert_int_equal(cache_writer_add(writer, audio, (uint32_t)frames),
                   STATUS_OK);
  assert_int_equal(cache_writer_commit(writer, &info), STATUS_OK);
  cache_writer_free(writer);
}

/// Compare a reading with what all its frames say
static void
check_range(Peaks* const   peaks,
            const uint32_t channels,
            const uint64_t frames,
            const uint64_t start,
            const uint64_t num,
            const uint32_t width)
{
  static Peak columns[2 * MAX_WIDTH];
  assert_int_equal(peaks_read(peaks, start, num, width, columns), STATUS_OK);
  for (uint32_t i = 0; i < width; ++i) {
    const uint64_t begin = start + i * num / width;
    const uint64_t next  = start + (i + 1) * num / width;
    const uint64_t end   = next > begin ? next : begin + 1;
    for (uint32_t c = 0; c < channels; ++c) {
      float    min    = INFINITY;
      float    max    = -INFINITY;
      double   square = 0.0;
      uint64_t n      = 0;
      for (uint64_t f = begin; f < end && f < frames; ++f, ++n) {
        const float value = audio[f * channels + c];
        min               = fminf(min, value);
        max               = fmaxf(max, value);
        square += (double)value * (double)value;
      }

      const Peak   peak = columns[i * channels + c];
      const double rms  = n ? sqrt(square / (double)n) : 0.0;
      if (peak.min != (n ? min : 0.0f) || peak.max != (n ? max : 0.0f) ||
          fabs(peak.rms - rms) > 1e-6) {
        fail_msg("%llu frames from %llu, column %u of %u",
                 (unsigned long long)num,
                 (unsigned long long)start,
                 i,
                 width);
      }
    }
  }
}

static void
test_peaks_are_exact_at_any_zoom(void** state)
{
  (void)state;
  static const uint64_t lengths[] = {
    1, 255, 256, 257, 2048, 2049, 5000, 131072, MAX_FRAMES};
  for (unsigned l = 0; l < sizeof(lengths) / sizeof(lengths[0]); ++l) {
    for (uint32_t channels = 1; channels <= 2; ++channels) {
      const uint64_t frames = lengths[l];
      make_sample(channels, frames);
      assert_int_equal(peaks_build(cache, path, NULL), STATUS_OK);

      Peaks* peaks = NULL;
      assert_int_equal(peaks_open(cache, path, &peaks), STATUS_OK);
      assert_int_equal(peaks_channels(peaks), channels);

      // All, parts that meet no bin's edge, single frames, beyond the end
      check_range(peaks, channels, frames, 0, frames, 1);
      check_range(peaks, channels, frames, 0, frames, MAX_WIDTH);
      check_range(peaks, channels, frames, frames / 3, frames / 2, 101);
      check_range(peaks, channels, frames, frames / 7, 1000, 7);
      check_range(peaks, channels, frames, frames - 1, 1, 3);
      check_range(peaks, channels, frames, frames / 2, 50, 200);
      check_range(peaks, channels, frames, frames / 2, 2 * frames, 50);
      check_range(peaks, channels, frames, frames + 9, 5000, 4);
      peaks_close(peaks);
    }
  }
}

static void
test_peaks_are_small(void** state)
{
  (void)state;
  make_sample(2, MAX_FRAMES);
  assert_int_equal(peaks_build(cache, path, NULL), STATUS_OK);
  unsigned long size = 0;
  free(temp_file_read(path, &size));
  assert_true(size < MAX_FRAMES * 2 * sizeof(float) * 14 / 1000);
  assert_int_equal(temp_folder_count(folder, ""), 2);
}

static void
test_what_does_not_belong_together_is_refused(void** state)
{
  (void)state;
  Peaks* peaks = NULL;
  assert_int_equal(peaks_open(cache, path, &peaks), STATUS_NOT_FOUND);
  assert_int_equal(peaks_build(cache, path, NULL), STATUS_NOT_FOUND);
  make_sample(2, 5000);
  assert_int_equal(peaks_open(cache, path, &peaks), STATUS_NOT_FOUND);
  assert_int_equal(peaks_build(cache, path, NULL), STATUS_OK);

  // Damaged or cut
  unsigned long  size  = 0;
  uint8_t* const bytes = (uint8_t*)temp_file_read(path, &size);
  for (unsigned i = 0; i < 40; ++i) {
    bytes[i] ^= 1u;
    temp_file_write(path, bytes, size);
    bytes[i] ^= 1u;
    assert_int_equal(peaks_open(cache, path, &peaks), STATUS_IO);
  }
  temp_file_write(path, bytes, size - 1);
  assert_int_equal(peaks_open(cache, path, &peaks), STATUS_IO);
  temp_file_write(path, bytes, size);
  free(bytes);
  assert_int_equal(peaks_open(cache, path, &peaks), STATUS_OK);
  peaks_close(peaks);

  // Of another sample
  make_sample(2, 5001);
  assert_int_equal(peaks_open(cache, path, &peaks), STATUS_IO);
  make_sample(1, 5000);
  assert_int_equal(peaks_open(cache, path, &peaks), STATUS_IO);
}

static void
test_building_can_be_cancelled(void** state)
{
  (void)state;
  const atomic_bool cancel = true;
  make_sample(1, 5000);
  assert_int_equal(peaks_build(cache, path, &cancel), STATUS_CANCELLED);
  assert_int_equal(temp_folder_count(folder, ""), 1);
}

static void
test_failed_allocations_are_survived(void** state)
{
  (void)state;
  make_sample(2, 5000);
  for (unsigned n = 1;; ++n) {
    Peaks* peaks = NULL;
    fail_malloc_at(n);
    Status status        = peaks_build(cache, path, NULL);
    status               = status ? status : peaks_open(cache, path, &peaks);
    const unsigned asked = fail_malloc_stop();
    assert_int_equal(status, asked < n ? STATUS_OK : STATUS_NO_MEMORY);
    peaks_close(peaks);
    if (asked < n) {
      assert_true(n > 5);
      break;
    }
  }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_peaks_are_exact_at_any_zoom),
    TEST(test_peaks_are_small),
    TEST(test_what_does_not_belong_together_is_refused),
    TEST(test_building_can_be_cancelled),
    TEST(test_failed_allocations_are_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
