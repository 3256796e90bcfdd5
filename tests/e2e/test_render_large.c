// SPDX-License-Identifier: GPL-3.0-or-later
//
// A large composition renders to the same samples however it is cut
//
// Audio and MIDI tracks with clips that overlap, loop, run backwards and at
// other speeds, effects, sends, automation on the timeline and ramps of tempo.
// At full length, in `make check-long`, it is ten minutes of 64 tracks with
// 2,000 clips and 50,000 notes, and every period is tried.

#include "support/daemon.h"
#include "support/lengthy.h"
#include "support/random.h"
#include "support/sound.h"
#include "support/temp_folder.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RATE = 48000, SAMPLE_SECONDS = 7 };

/// How large it is
typedef struct {
  int tracks;
  int clips; ///< In all, spread over the tracks
  int notes; ///< In all, spread over the clips of MIDI
  int beats;
} Size;

static char folder[TEMP_PATH_SIZE];

static Size
size_today(void)
{
  return (Size){
    lengthy(12, 64), lengthy(60, 2000), lengthy(900, 50000), lengthy(16, 1200)};
}

static int
set_up(void** state)
{
  (void)state;
  char   path[TEMP_PATH_SIZE + 16];
  Random random = {5};
  Sound  noise  = sound_new(SAMPLE_SECONDS * RATE, RATE);
  for (uint32_t i = 0; i < noise.frames; ++i) {
    noise.left[i]  = 0.1f * random_sample(&random);
    noise.right[i] = 0.1f * random_sample(&random);
  }

  temp_folder_new(folder);
  snprintf(path, sizeof(path), "%s/noise.wav", folder);
  sound_write(&noise, path);
  sound_free(&noise);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  temp_folder_remove(folder);
  return 0;
}

static double
share(Random* const random)
{
  return (double)random_below(random, 10000) / 10000.0;
}

static void
write_audio_clip(FILE* const file, Random* const random)
{
  static const char* const kinds[] = {
    "",
    ", \"reverse\": true",
    ", \"rate\": 1.37",
    ", \"loop\": true, \"loop_start\": 0.1, \"loop_end\": 1.7",
    ", \"fade_in\": 0.5, \"fade_out\": 1.1, \"fade_out_curve\": "
    "\"equal_power\"",
    ", \"rate\": 0.61, \"reverse\": true, \"fade_in\": 0.01"};
  fprintf(file,
          "\"sample\": \"s1\", \"offset\": %.4f, \"gain\": %.2f%s",
          share(random),
          -12.0 * share(random),
          kinds[random_below(random, sizeof(kinds) / sizeof(kinds[0]))]);
}

static void
write_midi_clip(FILE* const   file,
                Random* const random,
                const double  length,
                const int     notes)
{
  fprintf(file, "\"notes\": [");
  for (int i = 0; i < notes; ++i) {
    fprintf(file,
            "%s[%d, %.4f, %.4f, %d]",
            i ? ", " : "",
            30 + (int)random_below(random, 60),
            length * i / notes,
            0.05 + 0.7 * share(random),
            1 + (int)random_below(random, 127));
  }

  fprintf(file,
          "], \"controllers\": [[0.5, \"bend\", 3000], [0.7, \"cc\", 1, 90]]");
}

static void
write_track(FILE* const   file,
            Random* const random,
            const Size    size,
            const int     track)
{
  static const char* const instruments[] = {
    "bass", "lead", "pluck", "organ", "saw", "sine"};
  static const char* const effects[] = {
    "eq3", "compressor", "delay", "chorus", "distortion"};
  const bool   midi   = track % 2;
  const int    clips  = size.clips / size.tracks;
  const int    notes  = 2 * size.notes / (clips * size.tracks) + 1;
  const double beats  = (double)size.beats / clips;
  const double length = beats * 1.2;
  fprintf(file,
          "%s{\"id\": \"t%d\", \"type\": \"%s\", \"instrument\": \"%s\", "
          "\"channel\": {\"fader\": -18, \"pan\": %.3f, \"sends\": [{\"bus\": "
          "\"b1\", \"level\": -12}], \"effects\": [{\"id\": \"e%d\", \"type\": "
          "\"%s\"}]}, \"clips\": [",
          track ? ",\n" : "",
          track + 1,
          midi ? "midi" : "audio",
          midi ? instruments[track / 2 % 6] : "",
          2.0 * share(random) - 1.0,
          track + 1,
          effects[track % 5]);
  for (int i = 0; i < clips; ++i) {
    fprintf(file,
            "%s{\"id\": \"c%d\", \"start\": %.4f, \"length\": %.4f, ",
            i ? ", " : "",
            track * clips + i + 1,
            beats * i + 0.1 * share(random),
            length);
    if (midi) {
      write_midi_clip(file, random, length, notes);
    } else {
      write_audio_clip(file, random);
    }

    fprintf(file, "}");
  }

  fprintf(file, "]}");
}

static void
write_automation(FILE* const file, Random* const random, const Size size)
{
  for (int track = 0; track < size.tracks; track += 4) {
    fprintf(file,
            "%s{\"address\": \"/mixer/channels/t%d/pan\", \"points\": [",
            track ? ", " : "",
            track + 1);
    for (int beat = 0; beat < size.beats; beat += 4) {
      fprintf(file,
              "%s[%d, %.3f, \"%s\"]",
              beat ? ", " : "",
              beat,
              2.0 * share(random) - 1.0,
              beat % 8 ? "linear" : "hold");
    }

    fprintf(file, "]}");
  }
}

static void
write_song(const char* const path)
{
  Random      random = {9};
  const Size  size   = size_today();
  FILE* const file   = fopen(path, "w");
  assert_non_null(file);
  fprintf(file,
          "{\"format\": 1, \"id\": \"large\", \"tempo\": 117.3, \"samples\": "
          "[{\"id\": \"s1\", \"file\": \"%s/noise.wav\"}], \"tempo_map\": [",
          folder);
  for (int beat = 4; beat < size.beats; beat += 12) {
    fprintf(file,
            "%s[%d, %.2f, \"%s\"]",
            beat > 4 ? ", " : "",
            beat,
            100.0 + 40.0 * share(&random),
            beat % 8 ? "jump" : "ramp");
  }

  fprintf(file,
          "], \"buses\": [{\"id\": \"b1\", \"channel\": {\"effects\": "
          "[{\"id\": \"e900\", \"type\": \"reverb\"}]}}], \"tracks\": [");
  for (int track = 0; track < size.tracks; ++track) {
    write_track(file, &random, size, track);
  }

  fprintf(file, "], \"automation\": [");
  write_automation(file, &random, size);
  fprintf(file, "]}\n");
  assert_int_equal(fclose(file), 0);
}

/// Render the song and read the result
static Sound
render(const uint32_t period, const uint32_t threads)
{
  char song[TEMP_PATH_SIZE + 16];
  char path[TEMP_PATH_SIZE + 16];
  char period_text[16];
  char threads_text[16];
  snprintf(song, sizeof(song), "%s/large.json", folder);
  snprintf(path, sizeof(path), "%s/large.wav", folder);
  snprintf(period_text, sizeof(period_text), "%u", period);
  snprintf(threads_text, sizeof(threads_text), "%u", threads);

  // clang-format off
  const char* const args[] = {"render", song, "-o", path, "--bits", "float",
                              "--period", period_text, "--threads",
                              threads_text, "--data-dir", folder, NULL};
  // clang-format on
  char*     output = NULL;
  char*     errors = NULL;
  const int code   = program_run(args, &output, &errors);
  if (code) {
    fail_msg("render ended with %d: %s", code, errors);
  }

  free(output);
  free(errors);
  return sound_read(path);
}

static void
test_it_is_the_same_for_all_periods_and_threads(void** const state)
{
  (void)state;
  static const uint32_t periods[] = {441, 4096, 16, 32, 64, 100, 256, 1024};
  const int             count     = lengthy(2, 8);
  char                  song[TEMP_PATH_SIZE + 16];
  snprintf(song, sizeof(song), "%s/large.json", folder);
  write_song(song);
  Sound first = render(256, 1);
  assert_true(first.frames > (uint32_t)size_today().beats * (RATE / 3));
  assert_true(sound_start(&first) < RATE);
  for (int i = 0; i < 2 * count; ++i) {
    const uint32_t period  = periods[i / 2];
    const uint32_t threads = 1u + (uint32_t)(i % 2);
    if (count == 2 && i % 3 == 0) {
      continue;
    }

    Sound other = render(period, threads);
    assert_int_equal(other.frames, first.frames);
    const char* const left =
      sound_difference("left", other.left, first.left, first.frames);
    const char* const wrong =
      left ? left
           : sound_difference("right", other.right, first.right, first.frames);
    if (wrong) {
      fail_msg("period %u, %u threads: %s", period, threads, wrong);
    }

    sound_free(&other);
  }

  print_message("%u frames are the same\n", first.frames);
  sound_free(&first);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_it_is_the_same_for_all_periods_and_threads),
  };

  return cmocka_run_group_tests(tests, set_up, tear_down);
}
