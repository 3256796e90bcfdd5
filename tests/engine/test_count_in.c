// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bars are counted before a start, and the transport stops at the song's end

#include "rig.h"

#include "units/click.h"

#include <math.h>

enum { LENGTH = 300000, AT = 100 };

static float out[2][LENGTH];
static float again[2][LENGTH];

/// Three beats a bar, counted twice before audio plays from beat 3 on
static void
play_counted(const uint32_t period, float* const left, float* const right)
{
  const BarChange three = {0, 3, BEATS(1)};
  Rig* const      rig   = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  ClipPart* const part =
    rig_audio(rig, 1, BEATS(3), BEATS(5), rig_steady(rig, 60000, 0.5f));
  rig_clips(rig, 0, (ClipPart*[]){part}, 1);
  rig_op(rig,
         (Operation){.type = OPERATION_BARS, .bars = bar_map_new(&three, 1)});
  rig_tempo(rig, BPM(120));
  rig_schedule(rig);
  rig_transport(rig, TRANSPORT_LOCATE, BEATS(3));
  rig_op(rig,
         (Operation){.type      = OPERATION_TRANSPORT,
                     .value     = 1.0f,
                     .transport = {.command = TRANSPORT_PLAY, .count_in = 2}});
  rig_send(rig, AT);
  rig_run(rig, left, right, LENGTH, period);
  rig_free(rig);
}

static void
test_bars_are_counted_before_the_start(void** const state)
{
  (void)state;
  enum { START = AT + 6 * 24000 };

  play_counted(256, out[0], out[1]);
  for (uint32_t beat = 0; beat < 6; ++beat) {
    Click click;
    float part[256];
    click_init(&click, RIG_RATE);
    click_start(&click, beat % 3 == 0);
    click_run(&click, part, 256);
    for (uint32_t i = 0; i < 256; ++i) {
      assert_true(fabsf(out[0][AT + beat * 24000 + i] - part[i]) < 1e-6f);
    }
  }

  for (uint32_t f = START - 5000; f < START; ++f) {
    assert_true(fabsf(out[0][f]) < 0.01f);
  }

  for (uint32_t f = START; f < START + 48000; ++f) {
    assert_true(fabsf(out[0][f] - 0.5f) < 1e-6f);
  }

  static const uint32_t periods[] = {16, 333, 4096};
  for (uint32_t i = 0; i < 3; ++i) {
    play_counted(periods[i], again[0], again[1]);
    assert_memory_equal(out, again, sizeof(out));
  }
}

static void
test_stopping_ends_the_count(void** const state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_op(rig,
         (Operation){.type      = OPERATION_TRANSPORT,
                     .value     = 1.0f,
                     .transport = {.command = TRANSPORT_PLAY, .count_in = 1}});
  rig_send(rig, 0);
  rig_run(rig, out[0], out[1], 30000, 256);
  assert_int_equal(rig_state(rig).state, ENGINE_LOCATING);
  rig_command_at(rig, 0, TRANSPORT_STOP, 0);
  rig_run(rig, out[0], out[1], 200000, 256);
  assert_int_equal(rig_state(rig).state, ENGINE_STOPPED);
  for (uint32_t f = 20000; f < 200000; ++f) {
    assert_true(fabsf(out[0][f]) < 1e-3f);
  }

  rig_free(rig);
}

/// A note to beat 2, where the song ends
static Rig*
short_song(void)
{
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_MIDI, instrument_find("subtractive"));
  const PartNote note = {
    .start = 0, .end = BEATS(2), .pitch = 60, .velocity = 100};
  ClipPart* const part = rig_midi(rig, 1, 0, BEATS(2), &note, 1);
  rig_clips(rig, 0, (ClipPart*[]){part}, 1);
  rig_tempo(rig, BPM(120));
  rig_op(rig, (Operation){.type = OPERATION_END, .end = BEATS(2)});
  rig_schedule(rig);
  return rig;
}

static void
test_song_stops_at_its_end_and_rings_out(void** const state)
{
  (void)state;
  Rig* const rig = short_song();
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, out[0], out[1], 47999, 256);
  assert_int_equal(rig_state(rig).state, ENGINE_PLAYING);
  rig_run(rig, out[0], out[1], 1, 256);
  assert_int_equal(rig_state(rig).state, ENGINE_STOPPED);
  assert_int_equal(rig_state(rig).position, 0);

  float tail = 0.0f;
  rig_run(rig, out[0], out[1], 2000, 256);
  for (uint32_t f = 0; f < 2000; ++f) {
    tail = fmaxf(tail, fabsf(out[0][f]));
  }

  assert_true(tail > 0.01f);

  // From behind the end it plays on
  rig_transport(rig, TRANSPORT_LOCATE, BEATS(3));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, NULL, NULL, 100000, 256);
  assert_int_equal(rig_state(rig).state, ENGINE_PLAYING);
  rig_free(rig);
}

static void
test_loop_goes_before_the_end(void** const state)
{
  (void)state;
  Rig* const rig = short_song();
  rig_loop(rig, true, 0, BEATS(2));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, NULL, NULL, 200000, 256);
  assert_int_equal(rig_state(rig).state, ENGINE_PLAYING);
  rig_loop(rig, false, 0, BEATS(2));
  rig_send(rig, 0);
  rig_run(rig, NULL, NULL, 48000, 256);
  assert_int_equal(rig_state(rig).state, ENGINE_STOPPED);
  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_bars_are_counted_before_the_start),
    cmocka_unit_test(test_stopping_ends_the_count),
    cmocka_unit_test(test_song_stops_at_its_end_and_rings_out),
    cmocka_unit_test(test_loop_goes_before_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
