// SPDX-License-Identifier: GPL-3.0-or-later
//
// The demo sounds the same however it is played, bit for bit
//
// It is rendered offline with every period and number of threads, recorded
// under a JACK server in freewheel at each of those periods, and in real time
// in synchronous mode.  The recordings in real time run beside all the rest,
// each in a process of its own: this program, called with the period.

#include "support/studio.h"
#include "support/temp_folder.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEMO "presets/compositions/demo.json"
#define NUM(ARRAY) (sizeof(ARRAY) / sizeof(*(ARRAY)))

enum {
  RATE        = 48000,
  MAX_FRAMES  = 60 * RATE,
  REALTIME_MS = 300000, ///< For all attempts at a recording
};

static const uint32_t periods[]   = {16, 32, 64, 100, 256, 441, 1024, 4096};
static const uint32_t realtimes[] = {64, 128, 256, 512, 1024};

static char   folder[TEMP_PATH_SIZE];
static Studio studio;

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
  studio_free(&studio);
  temp_folder_remove(folder);
  return 0;
}

/// Render the demo and read the result
static Sound
render(const uint32_t period, const uint32_t threads, const bool tail)
{
  char path[TEMP_PATH_SIZE + 16];
  char period_text[16];
  char threads_text[16];
  snprintf(path, sizeof(path), "%s/demo.wav", folder);
  snprintf(period_text, sizeof(period_text), "%u", period);
  snprintf(threads_text, sizeof(threads_text), "%u", threads);

  const char* const args[] = {"render",
                              DEMO,
                              "-o",
                              path,
                              "--bits",
                              "float",
                              "--period",
                              period_text,
                              "--threads",
                              threads_text,
                              "--data-dir",
                              folder,
                              "--tail",
                              tail ? "2" : "0",
                              NULL};
  char*             output = NULL;
  char*             errors = NULL;
  const int         code   = program_run(args, &output, &errors);
  if (code) {
    fail_msg("render ended with %d: %s", code, errors);
  }
  free(output);
  free(errors);
  return sound_read(path);
}

/// Loudest sample of a part
static float
peak(const float* const data, const uint32_t from, const uint32_t to)
{
  float most = 0.0f;
  for (uint32_t i = from; i < to; ++i) {
    most = data[i] > most ? data[i] : -data[i] > most ? -data[i] : most;
  }
  return most;
}

/// The demo is music from its start to its end, with a tail or without
static void
check_music(const Sound* const sound, const uint32_t tail)
{
  assert_int_equal(sound->rate, RATE);
  assert_true(sound->frames > 15 * RATE && sound->frames < MAX_FRAMES);
  for (uint32_t at = 0; at + RATE <= sound->frames - tail; at += RATE) {
    assert_true(peak(sound->left, at, at + RATE) > 0.01f);
    assert_true(peak(sound->right, at, at + RATE) > 0.01f);
  }
}

static void
test_offline_is_the_same_for_all_periods_and_threads(void** state)
{
  (void)state;
  Sound first = render(256, 1, true);
  check_music(&first, 2 * RATE);
  for (size_t i = 0; i < NUM(periods); ++i) {
    for (uint32_t threads = 1; threads <= 2; ++threads) {
      Sound other = render(periods[i], threads, true);
      assert_int_equal(other.frames, first.frames);
      assert_null(
        sound_difference("left", other.left, first.left, first.frames));
      assert_null(
        sound_difference("right", other.right, first.right, first.frames));
      sound_free(&other);
    }
  }
  sound_free(&first);
}

/// Record the demo under a server and compare it with the rendering.  The
/// transport loops at its end, so what is behind it is not compared.
static void
record(const uint32_t     period,
       const bool         freewheel,
       const char* const  threads,
       const Sound* const demo)
{
  const char* const args[] = {"--threads", threads, DEMO, NULL};
  studio_init(&studio, RATE, period);
  studio.jackd.realtime = !freewheel && jackd_can_realtime();
  studio_start(&studio, args, MAX_FRAMES);
  assert_int_equal(
    (uint32_t)osc_number(studio_ask(&studio, "/audio/server", ""), 2), period);
  studio_record(&studio,
                demo->frames - sound_start(demo),
                freewheel,
                studio_check_sound,
                demo);
  studio_stop(&studio);
}

static void
test_freewheel_is_the_same_as_offline(void** state)
{
  (void)state;
  Sound demo = render(256, 1, false);
  check_music(&demo, 0);
  for (size_t i = 0; i < NUM(periods); ++i) {
    record(periods[i], true, i % 2u ? "1" : "2", &demo);
  }
  sound_free(&demo);
}

/// The recordings in real time
static Process processes[NUM(realtimes)];

static int
start_real_time(void** state)
{
  (void)state;
  for (size_t i = 0; i < NUM(realtimes); ++i) {
    char period[16];
    snprintf(period, sizeof(period), "%u", realtimes[i]);
    const char* const argv[] = {"/proc/self/exe", period, NULL};
    if (!process_start(&processes[i], argv, NULL, -1, -1)) {
      return -1;
    }
  }
  return 0;
}

static void
test_real_time_is_the_same_as_offline(void** state)
{
  (void)state;
  const int64_t end    = now_ms() + REALTIME_MS;
  unsigned      failed = 0;
  for (size_t i = 0; i < NUM(realtimes); ++i) {
    const int64_t left   = end - now_ms();
    int           status = 0;
    if (!process_wait(&processes[i], left > 0 ? (int)left : 0, &status) ||
        status) {
      print_error("%u frames: status 0x%x\n", realtimes[i], (unsigned)status);
      ++failed;
    }
  }
  assert_int_equal(failed, 0);
}

/// What a process that was started for a period does
static void
test_period(void** state)
{
  const uint32_t period = *(const uint32_t*)*state;
  Sound          demo   = render(256, 1, false);
  check_music(&demo, 0);
  record(period, false, "1", &demo);
  sound_free(&demo);
}

int
main(int argc, char** argv)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_offline_is_the_same_for_all_periods_and_threads, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_freewheel_is_the_same_as_offline, set_up, tear_down),
    cmocka_unit_test(test_real_time_is_the_same_as_offline),
  };
  if (argc < 2) {
    return cmocka_run_group_tests(tests, start_real_time, NULL);
  }

  uint32_t                period = (uint32_t)strtoul(argv[1], NULL, 10);
  const struct CMUnitTest one[]  = {cmocka_unit_test_prestate_setup_teardown(
    test_period, set_up, tear_down, &period)};
  return cmocka_run_group_tests_name(argv[1], one, NULL, NULL);
}
