// SPDX-License-Identifier: GPL-3.0-or-later
//
// A recording reaches its files, in order and whole, while it rolls

#include "media/record_writer.h"
#include "support/sound.h"
#include "support/temp_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RATE = 48000, BLOCKS = 4000, GAP = 1000 };

static char folder[TEMP_PATH_SIZE];
static char log_path[600];
static char wav_path[600];

static int
set_up(void** state)
{
  (void)state;
  temp_folder_new(folder);
  snprintf(log_path, sizeof(log_path), "%s/a.take", folder);
  snprintf(wav_path, sizeof(wav_path), "%s/a.wav", folder);
  FILE* const file = fopen(log_path, "w");
  assert_non_null(file);
  fputs("head\n", file);
  fclose(file);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  temp_folder_remove(folder);
  return 0;
}

static void
pause_a_moment(void)
{
  const struct timespec moment = {0, 200000};
  nanosleep(&moment, NULL);
}

/// What the process thread does: blocks with a gap, and events
static void*
play(void* const arg)
{
  Recording* const recording = (Recording*)arg;
  RecordBlock      block     = {.frame = 777};
  for (uint32_t i = 0; i < BLOCKS; ++i) {
    block.n = 1u + i % RECORD_BLOCK;
    for (uint32_t f = 0; f < block.n; ++f) {
      block.samples[2u * f]      = (float)(block.frame + f);
      block.samples[2u * f + 1u] = -(float)(block.frame + f);
    }

    const RecordEvent event = {
      .type = RECORD_MIDI, .size = 3, .data = {0x90, 60, 1}, .frame = i};
    while (!ring_write(recording->events, &event) ||
           !ring_write(recording->takes[0].blocks, &block)) {
      pause_a_moment();
    }

    block.frame += block.n + (i == GAP ? 5u : 0u);
    if (i % 500u == 0) {
      pause_a_moment();
    }
  }

  atomic_store(&recording->finished, true);
  return NULL;
}

static RecordWriter*
begin(Recording* const recording)
{
  char                     text[256];
  RecordWriter*            writer  = NULL;
  const char* const        paths[] = {wav_path};
  const RecordWriterConfig config  = {recording, paths, log_path, RATE};
  assert_int_equal(record_writer_new(&config, text, sizeof(text), &writer),
                   STATUS_OK);
  return writer;
}

static void
test_all_that_comes_is_written(void** state)
{
  (void)state;
  pthread_t        thread;
  Recording* const recording = recording_new(1, RATE);
  RecordWriter*    writer    = begin(recording);
  assert_int_equal(pthread_create(&thread, NULL, play, recording), 0);
  while (!record_writer_is_done(writer)) {
    pause_a_moment();
  }

  pthread_join(thread, NULL);
  assert_string_equal(record_writer_error(writer), "");

  uint32_t                 count  = 0;
  const RecordEvent* const events = record_writer_events(writer, &count);
  assert_int_equal(count, BLOCKS);
  for (uint32_t i = 0; i < count; ++i) {
    assert_int_equal(events[i].frame, i);
  }

  // Where nothing came there is silence, so that all else is in its place
  const uint64_t frames = record_writer_frames(writer, 0);
  Sound          sound  = sound_read(wav_path);
  assert_int_equal(sound.frames, frames);
  assert_int_equal(sound.rate, RATE);
  uint32_t silent = 0;
  for (uint32_t f = 0; f < sound.frames; ++f) {
    silent += sound.left[f] == 0.0f;
    assert_true(sound.left[f] == 0.0f || sound.left[f] == (float)(777u + f));
    assert_true(sound.right[f] == -sound.left[f]);
  }

  assert_int_equal(silent, 5);
  sound_free(&sound);
  record_writer_free(writer);
  recording_free(recording);
}

static void
test_a_stop_keeps_what_is_there(void** state)
{
  (void)state;
  Recording* const recording = recording_new(1, RATE);
  RecordWriter*    writer    = begin(recording);
  RecordBlock      block     = {.frame = 5, .n = 3, .samples = {0.5f}};
  assert_true(ring_write(recording->takes[0].blocks, &block));
  record_writer_stop(writer);
  while (!record_writer_is_done(writer)) {
    pause_a_moment();
  }

  assert_int_equal(record_writer_frames(writer, 0), 3);
  record_writer_free(writer);
  recording_free(recording);
}

static void
test_a_file_that_is_there_stays(void** state)
{
  (void)state;
  FILE* const file = fopen(wav_path, "w");
  assert_non_null(file);
  fclose(file);

  char                     text[256];
  RecordWriter*            writer    = NULL;
  Recording* const         recording = recording_new(1, RATE);
  const char* const        paths[]   = {wav_path};
  const RecordWriterConfig config    = {recording, paths, log_path, RATE};
  assert_int_equal(record_writer_new(&config, text, sizeof(text), &writer),
                   STATUS_EXISTS);
  assert_non_null(strstr(text, wav_path));
  assert_int_equal(access(wav_path, F_OK), 0);
  recording_free(recording);
}

static void
test_lines_are_read_as_they_were_written(void** state)
{
  (void)state;
  static const RecordEvent events[] = {
    {RECORD_PASS, 1, {0}, 0, UINT64_MAX, -5, 1, INT64_MAX, UINT32_MAX},
    {RECORD_PASS, 0, {0}, 0, 0, 0, 0, -1, 7},
    {RECORD_MIDI, 3, {0x90, 127, 1}, 200, 123456789012, 0, 0, 0, 0},
    {RECORD_MIDI, 2, {0xD0, 5, 0}, 0, 1, 0, 0, 0, 0},
    {RECORD_END, 0, {0}, 0, 99, 0, 983040, 0, 0},
  };
  for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); ++i) {
    char        line[RECORD_LINE_SIZE];
    RecordEvent event;
    assert_true(record_line_write(&events[i], line) < (int)sizeof(line));
    assert_true(record_line_read(line, &event));
    assert_memory_equal(&event, &events[i], sizeof(event));
  }

  RecordEvent event;
  assert_false(record_line_read("", &event));
  assert_false(record_line_read("midi 1 0 3 20 1 1", &event));
  assert_false(record_line_read("midi 1 0 3 144 200 1", &event));
  assert_false(record_line_read("pass 1 2", &event));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_all_that_comes_is_written, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_a_stop_keeps_what_is_there, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_a_file_that_is_there_stays, set_up, tear_down),
    cmocka_unit_test(test_lines_are_read_as_they_were_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
