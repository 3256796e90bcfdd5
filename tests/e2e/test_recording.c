// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is recorded lines up with what was played, to the frame
//
// The daemon's output goes through a cable of a known latency back to its
// inputs, as through a sound card.  The latency that the cable reports is what
// an impulse takes on its way, measured as jack_iodelay does.  A track is then
// recorded of what another plays, and plays back: the two have to be the same.

#include "support/cable.h"
#include "support/studio.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <dirent.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  RATE   = 48000,
  PERIOD = 256,
  DELAY  = 1234,
  LONG   = 3 * RATE, ///< Frames of a recording of the recorder
};

/// From an output of the daemon to its input: the cable, and a cycle for going
/// round
#define ROUND_TRIP (DELAY + PERIOD)

static Studio studio;
static Cable* cable;

static int
tear_down(void** state)
{
  (void)state;
  cable_free(cable);
  cable = NULL;
  studio_free(&studio);
  return 0;
}

static void
wire(void)
{
  cable = cable_new(
    studio.jackd.name, DELAY, ROUND_TRIP / 3, ROUND_TRIP - ROUND_TRIP / 3);
  assert_non_null(cable);
  assert_true(cable_connect(cable, "sonic-claude:out_left", "cable:in"));
  assert_true(cable_connect(cable, "cable:out", "sonic-claude:in_left"));
  assert_true(cable_connect(cable, "cable:out", "sonic-claude:in_right"));
  assert_true(cable_connect(cable, "cable:midi_out", "sonic-claude:midi_in"));
}

static void
start(void)
{
  studio_init(&studio, RATE, PERIOD);
  studio_start(&studio, NULL, LONG);
  studio_create(&studio, 120.0);
  wire();
}

/// Ask for a setting of a track
static void
set(const char* const track,
    const char* const what,
    const char* const types,
    const char* const text)
{
  char path[128];
  snprintf(
    path, sizeof(path), "/compositions/current/tracks/%s/%s", track, what);
  studio_ask(&studio, path, types, text);
}

static void
set_number(const char* const track, const char* const what, const int number)
{
  char path[128];
  snprintf(
    path, sizeof(path), "/compositions/current/tracks/%s/%s", track, what);
  studio_ask(&studio, path, "i", number);
}

static char*
make_track(const char* const name, const char* const type)
{
  return studio_make(
    &studio, "/compositions/current/tracks/create", "ss", name, type);
}

/// A track on the left with noise at beat 1, which is quiet enough for effects
/// of none
static char*
make_source(const uint32_t frames)
{
  Sound    noise = sound_new(frames, RATE);
  uint32_t seed  = 1;
  for (uint32_t i = 0; i < frames; ++i) {
    seed           = seed * 1664525u + 1013904223u;
    noise.left[i]  = (float)(int32_t)(seed >> 8u) / 16777216.0f - 0.5f;
    noise.right[i] = noise.left[i];
  }

  noise.left[0] = noise.right[0] = 0.75f;
  sound_write(&noise, studio_music(&studio, "noise.wav"));
  sound_free(&noise);
  char* const track = make_track("Source", "audio");
  free(studio_place(&studio, track, 1.0, studio_music(&studio, "noise.wav")));
  return track;
}

/// Wait until the recorder has brought in what it recorded
static void
wait_idle(void)
{
  studio_wait_text(&studio, "/playback/record/status", "idle", STUDIO_MS);
}

static json_t*
document(void)
{
  char* const   text = studio_json(&studio);
  json_t* const root = json_loads(text, 0, NULL);
  assert_non_null(root);
  free(text);
  return root;
}

/// The clips of a track by position, borrowed from the document
static const json_t*
clips_of(const json_t* const root, const size_t index)
{
  return json_object_get(json_array_get(json_object_get(root, "tracks"), index),
                         "clips");
}

static double
number(const json_t* const object, const char* const key)
{
  return json_number_value(json_object_get(object, key));
}

/// The right side of what is played from 0 on, LONG frames
static float*
hear_right(void)
{
  for (int i = 0; i < 6; ++i) {
    capture_start(studio.capture, CAPTURE_SOUND, LONG / 2);
    studio_ask(&studio, "/playback/play", "");
    assert_true(capture_wait(studio.capture, STUDIO_MS));
    studio_stop_playing(&studio);
    if (!capture_xruns(studio.capture)) {
      break;
    }
  }
  float* const right = (float*)malloc(LONG / 2 * sizeof(float));
  memcpy(right, capture_right(studio.capture), LONG / 2 * sizeof(float));
  return right;
}

static void
test_audio_lines_up(void** state)
{
  (void)state;
  start();
  char* const source = make_source(24000);
  char* const track  = make_track("Take", "audio");
  set_number(track, "arm", 1);
  set(track, "monitor", "s", "off");

  studio_ask(&studio, "/playback/record", "i", 1);
  studio_wait_text(&studio, "/playback/state", "recording", STUDIO_MS);
  studio_wait_beat(&studio, 3.0);
  studio_ask(&studio, "/playback/record", "i", 0);
  studio_wait_text(&studio, "/playback/state", "playing", STUDIO_MS);
  studio_stop_playing(&studio);
  wait_idle();

  json_t* const       root = document();
  const json_t* const clip = json_array_get(clips_of(root, 1), 0);
  assert_int_equal(json_array_size(clips_of(root, 1)), 1);
  assert_true(number(clip, "start") == 0.0);
  assert_true(number(clip, "length") >= 3.0);
  json_decref(root);

  // Both go to the middle: what was recorded, turned over, leaves nothing
  char path[64];
  set_number(track, "arm", 0);
  snprintf(path, sizeof(path), "/mixer/channels/%s/phase", track);
  studio_ask(&studio, path, "i", 1);
  char* const mark = make_track("Mark", "audio");
  Sound       one  = sound_new(8, RATE);
  one.left[0] = one.right[0] = 0.5f;
  sound_write(&one, studio_music(&studio, "one.wav"));
  sound_free(&one);
  free(studio_place(&studio, mark, 0.0, studio_music(&studio, "one.wav")));
  float* const heard = hear_right();
  for (uint32_t f = 1; f < LONG / 2; ++f) {
    if (heard[f] != 0.0f) {
      studio_fail(&studio, "frame %u is %g, not 0", f, (double)heard[f]);
    }
  }
  assert_true(heard[0] == 0.5f);
  free(heard);

  free(mark);
  free(track);
  free(source);
  studio_stop(&studio);
}

/// Record until what is played is so long, then stand
static void
record_for(const uint32_t frames)
{
  studio_ask(&studio, "/playback/record", "i", 1);
  capture_start(studio.capture, CAPTURE_NOW, frames);
  assert_true(capture_wait(studio.capture, STUDIO_MS));
  studio_stop_playing(&studio);
  wait_idle();
}

static size_t
count_clips(const size_t track)
{
  json_t* const root  = document();
  const size_t  count = json_array_size(clips_of(root, track));
  json_decref(root);
  return count;
}

static void
test_midi_lines_up(void** state)
{
  (void)state;
  static const uint32_t frames[] = {48000, 50001, 60007, 72000, 72001};
  enum { NUM = sizeof(frames) / sizeof(frames[0]) };

  start();
  char* const mark = make_track("Mark", "audio");
  Sound       one  = sound_new(8, RATE);
  one.left[0] = one.right[0] = 0.5f;
  sound_write(&one, studio_music(&studio, "one.wav"));
  sound_free(&one);
  free(studio_place(&studio, mark, 0.0, studio_music(&studio, "one.wav")));
  char* const keys = make_track("Keys", "midi");
  set_number(keys, "arm", 1);
  studio_ask(&studio, "/playback/record/quantize", "f", 0.5);

  // Whoever hears the mark plays along with it, as late as it is heard, and
  // what is played comes in late too; the last cycle of that is JACK's
  capture_start(studio.capture, CAPTURE_SOUND, 64);
  studio_ask(&studio, "/playback/record", "i", 1);
  assert_true(capture_wait(studio.capture, STUDIO_MS));
  const uint32_t zero = capture_first_frame(studio.capture) + DELAY;
  for (uint32_t i = 0; i < NUM; ++i) {
    cable_play(cable, zero + frames[i], 0x90, (uint8_t)(60 + i), 100);
  }
  cable_play(cable, zero + 74000, 0xB0, 1, 64);
  cable_play(cable, zero + 75000, 0x80, 60, 0);
  assert_true((int32_t)(zero + frames[0] - cable_now(cable)) > 0);
  studio_wait_beat(&studio, 3.9);
  studio_stop_playing(&studio);
  wait_idle();

  json_t* const       root  = document();
  const json_t* const clip  = json_array_get(clips_of(root, 1), 0);
  const json_t* const notes = json_object_get(clip, "notes");
  assert_int_equal(json_array_size(notes), NUM);
  assert_true(number(clip, "start") == 0.0);
  assert_true(number(clip, "quantize") == 100.0);
  assert_true(number(clip, "quantize_grid") == 0.5);
  for (uint32_t i = 0; i < NUM; ++i) {
    const json_t* const note  = json_array_get(notes, i);
    const double        beats = json_number_value(json_array_get(note, 1));
    assert_int_equal(json_integer_value(json_array_get(note, 0)), 60 + i);
    assert_int_equal((uint32_t)(beats * 24000.0 + 0.5), frames[i]);
  }
  const double length =
    json_number_value(json_array_get(json_array_get(notes, 0), 2));
  assert_int_equal((uint32_t)(length * 24000.0 + 0.5), 75000 - 48000);
  const json_t* const row =
    json_array_get(json_object_get(clip, "controllers"), 0);
  assert_string_equal(json_string_value(json_array_get(row, 1)), "cc");
  assert_int_equal(
    (uint32_t)(json_number_value(json_array_get(row, 0)) * 24000.0 + 0.5),
    74000);
  json_decref(root);
  free(keys);
  free(mark);
  studio_stop(&studio);
}

static void
test_takes_of_a_loop(void** state)
{
  (void)state;
  start();
  char* const track = make_track("Take", "audio");
  char* const other = make_track("Other", "audio");
  set_number(track, "arm", 1);
  set_number(other, "arm", 1);
  set(other, "input", "s", "in_left");
  studio_ask(&studio, "/playback/loop/end", "f", 2.0);
  studio_ask(&studio, "/playback/loop", "i", 1);
  record_for(LONG);
  for (size_t t = 0; t < 2; ++t) {
    json_t* const       root  = document();
    const json_t* const clips = clips_of(root, t);
    const size_t        count = json_array_size(clips);
    assert_true(count >= 3);
    for (size_t i = 0; i < count; ++i) {
      const json_t* const clip    = json_array_get(clips, i);
      const bool          is_last = i == count - 1;
      assert_true(number(clip, "start") == 0.0);
      assert_true(is_last || number(clip, "length") == 2.0);
      assert_true(json_is_true(json_object_get(clip, "mute")) != is_last);
      assert_true(number(clip, "offset") == (double)i);
    }
    assert_string_equal(
      json_string_value(json_object_get(json_array_get(clips, 0), "sample")),
      t ? "s2" : "s1");
    json_decref(root);
  }

  // All of it is one step
  studio_ask(&studio, "/undo", "");
  assert_int_equal(count_clips(0), 0);
  assert_int_equal(count_clips(1), 0);
  studio_ask(&studio, "/redo", "");
  assert_true(count_clips(0) >= 3);
  free(track);
  free(other);
  studio_stop(&studio);
}

static void
test_punch_range_is_kept(void** state)
{
  (void)state;
  start();
  char* const track = make_track("Take", "audio");
  set_number(track, "arm", 1);
  studio_ask(&studio, "/playback/punch/start", "f", 1.0);
  studio_ask(&studio, "/playback/punch/end", "f", 2.5);
  studio_ask(&studio, "/playback/punch", "i", 1);
  record_for(LONG / 2);

  json_t* const       root = document();
  const json_t* const clip = json_array_get(clips_of(root, 0), 0);
  assert_int_equal(json_array_size(clips_of(root, 0)), 1);
  assert_true(number(clip, "start") == 1.0);
  assert_true(number(clip, "length") == 1.5);
  assert_true(number(clip, "offset") == 0.5);
  json_decref(root);
  free(track);
  studio_stop(&studio);
}

/// Number of files in a folder of the data folder
static int
count_files(const char* const folder)
{
  char path[128];
  int  count = 0;
  snprintf(path, sizeof(path), "%s/data/%s", studio.daemon.home, folder);
  DIR* const     dir   = opendir(path);
  struct dirent* entry = NULL;
  while (dir && (entry = readdir(dir))) {
    count += entry->d_name[0] != '.';
  }
  if (dir) {
    closedir(dir);
  }
  return count;
}

static void
refuse(const char* const code, const char* const path, const int value)
{
  const lo_message message = lo_message_new();
  lo_message_add_int32(message, value);
  assert_true(osc_client_send_message(studio.client, path, message));
  lo_message_free(message);
  const OscReceived* const answer =
    osc_client_wait_answer(studio.client, path, STUDIO_MS);
  assert_non_null(answer);
  assert_string_equal(answer->path, "/error");
  assert_string_equal(osc_text(answer, 1), code);
}

static void
test_nothing_armed_is_refused(void** state)
{
  (void)state;
  start();
  const int before = count_files("samples");
  refuse("conflict", "/playback/record", 1);
  char* const track = make_track("Take", "audio");
  set_number(track, "arm", 1);
  set(track, "input", "s", "none");
  refuse("conflict", "/playback/record", 1);
  assert_int_equal(count_files("recordings"), 0);
  assert_int_equal(count_files("samples"), before);
  studio_wait_text(&studio, "/playback/state", "stopped", STUDIO_MS);
  free(track);
  studio_stop(&studio);
}

static void
test_a_killed_recording_comes_back(void** state)
{
  (void)state;
  start();
  free(make_source(96000));
  char* const track = make_track("Take", "audio");
  char* const keys  = make_track("Keys", "midi");
  set_number(track, "arm", 1);
  set_number(keys, "arm", 1);
  studio_sync(&studio);
  studio_ask(&studio, "/playback/record", "i", 1);
  cable_play(cable, cable_now(cable) + 24000, 0x90, 60, 100);
  studio_wait_beat(&studio, 5.0);
  daemon_stop(&studio.daemon, SIGKILL);
  osc_client_free(studio.client);
  cable_free(cable);
  cable = NULL;

  const char* const args[] = {"--driver", "dummy", NULL};
  assert_true(daemon_start(&studio.daemon, args));
  studio.client = osc_client_new(OSC_UDP, studio.daemon.port);

  // Of five beats, two and a half seconds, at most one second is lost
  json_t* const       root = document();
  const json_t* const clip = json_array_get(clips_of(root, 1), 0);
  assert_non_null(clip);
  assert_true(number(clip, "start") == 0.0);
  assert_true(number(clip, "length") >= 3.0);
  const json_t* const notes =
    json_object_get(json_array_get(clips_of(root, 2), 0), "notes");
  assert_int_equal(json_array_size(notes), 1);
  json_decref(root);
  studio_sync(&studio);
  assert_int_equal(count_files("recordings"), 0);
  studio_ask(&studio, "/undo", "");
  assert_int_equal(count_clips(1), 0);
  free(track);
  free(keys);
  studio_stop(&studio);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_audio_lines_up, tear_down),
    cmocka_unit_test_teardown(test_midi_lines_up, tear_down),
    cmocka_unit_test_teardown(test_takes_of_a_loop, tear_down),
    cmocka_unit_test_teardown(test_punch_range_is_kept, tear_down),
    cmocka_unit_test_teardown(test_nothing_armed_is_refused, tear_down),
    cmocka_unit_test_teardown(test_a_killed_recording_comes_back, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
