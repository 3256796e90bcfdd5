// SPDX-License-Identifier: GPL-3.0-or-later
//
// Launched clips begin on their line, to the frame, and share the clock

#include "probe.h"
#include "rig.h"

#include "engine/curves.h"
#include "engine/launch.h"
#include "support/sanitized.h"

#include <math.h>

enum { LENGTH = SANITIZED ? 300000 : 600000, CLIPS = 8 };

static float out[2][LENGTH];
static float again[2][LENGTH];

static const BarGrid bar = {.bars = 1};

/// A clip for the launcher with a note at its start
static LaunchInfo
note_slot(Rig* const rig, const uint32_t clip, const Ticks length)
{
  const PartNote   note = {.start    = 0,
                           .end      = length / 2,
                           .pitch    = (uint8_t)(40 + clip),
                           .velocity = 100};
  ClipPart* const  part = rig_midi(rig, clip, 0, length, &note, 1);
  const LaunchInfo info = {
    .scene = id_make(KIND_SCENE, clip), .part = part, .length = length};
  return info;
}

static void
put_slots(Rig* const              rig,
          const uint32_t          track,
          const LaunchInfo* const infos,
          const uint32_t          count)
{
  LaunchSet* const set = launch_set_new(count);
  assert_non_null(set);
  for (uint32_t i = 0; i < count; ++i) {
    launch_set_put(set, i, &infos[i]);
  }

  rig_op(rig,
         (Operation){.type  = OPERATION_SLOTS,
                     .track = rig->tracks[track].source,
                     .slots = set});
}

static void
launch(Rig* const       rig,
       const uint32_t   track,
       const LaunchType type,
       const uint32_t   clip,
       const BarGrid    grid)
{
  rig_op(rig,
         (Operation){
           .type   = OPERATION_LAUNCH,
           .track  = rig->tracks[track].source,
           .launch = {type, clip ? id_make(KIND_CLIP, clip) : ID_NONE, grid}});
}

/// Frame of a tick from 0 on at a tempo in BPM that goes into 60 * 48000
static int64_t
frame_at(const Ticks ticks, const int64_t bpm)
{
  const int64_t n = ticks * (60 * (int64_t)RIG_RATE);
  const int64_t d = (int64_t)TICKS_PER_BEAT * bpm;
  return (2 * n + d) / (2 * d);
}

static void
test_random_launches_land_on_their_line(void** const state)
{
  (void)state;
  static const BarGrid grids[] = {
    {0, 0}, {0, 4}, {0, 2}, {1, 0}, {2, 0}, {4, 0}};
  static const BarChange changes[] = {
    {0, 3, BEATS(1)}, {BEATS(30), 7, BEATS(0.5)}, {BEATS(61), 4, BEATS(1)}};
  BarMap* const bars    = bar_map_new(changes, 3);
  Random        random  = {11};
  uint32_t      landed  = 0;
  uint32_t      seconds = 0;
  for (uint32_t round = 0; landed < (SANITIZED ? 100u : 1000u); ++round) {
    const int64_t  bpm    = 60 + (int64_t)random_below(&random, 180);
    const uint32_t period = 16u + (uint32_t)random_below(&random, 2000);
    Rig* const     rig    = rig_new(1);
    LaunchInfo     infos[CLIPS];
    rig_track(rig, TRACK_MIDI, &probe_info);
    for (uint32_t i = 0; i < CLIPS; ++i) {
      infos[i] = note_slot(rig, i + 1u, BEATS(1000));
    }

    put_slots(rig, 0, infos, CLIPS);
    rig_tempo(rig, BPM(bpm));
    rig_op(
      rig,
      (Operation){.type = OPERATION_BARS, .bars = bar_map_new(changes, 3)});
    rig_schedule(rig);
    rig_command_at(rig, 0, TRANSPORT_PLAY, 0);

    // Each is asked for at a random frame and is to land before the next one
    uint64_t at = 0;
    for (uint32_t k = 0; k < 12u; ++k) {
      const BarGrid  grid = grids[random_below(&random, 6)];
      const uint32_t clip = 1u + (uint32_t)random_below(&random, CLIPS);
      const uint32_t wait = 1u + (uint32_t)random_below(&random, 20000);
      rig_run(rig, NULL, NULL, wait, period);
      at += wait;

      // The first tick that is not heard before this frame
      const Ticks position = rig_state(rig).position;
      Ticks       from     = position > 64 ? position - 64 : 0;
      while (frame_at(from, bpm) < (int64_t)at) {
        ++from;
      }

      const int64_t  line = frame_at(bar_map_line(bars, from, grid), bpm);
      const uint64_t n    = (uint64_t)(line - (int64_t)at) + 1u;
      launch(rig, 0, LAUNCH_CLIP, clip, grid);
      rig_send(rig, 0);
      if (n >= LENGTH) {
        break;
      }

      rig_run(rig, out[0], out[1], n, period);
      at += n;
      for (uint64_t f = 0; f + 1u < n; ++f) {
        assert_true(out[0][f] == 0.0f);
      }

      // A start, and the end of the clip before, unless that was the first
      assert_true(fabsf(out[0][n - 1u]) > 0.9f);
      const LaunchTold told = engine_launched(rig->tracks[0].source);
      assert_int_equal(told.playing, id_make(KIND_CLIP, clip));
      assert_int_equal(told.waiting, ID_NONE);
      ++landed;
    }

    seconds += (uint32_t)(at / RIG_RATE);
    rig_free(rig);
  }

  assert_true(seconds > 0);
  bar_map_free(bars);
}

static void
test_clip_repeats_until_its_stop_and_the_timeline_returns(void** const state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_MIDI, &probe_info);

  // The timeline has a note on each beat
  PartNote notes[32];
  for (uint32_t i = 0; i < 32; ++i) {
    notes[i] = (PartNote){.start    = BEATS(i),
                          .end      = BEATS(i) + BEATS(0.25),
                          .pitch    = 60,
                          .velocity = 100};
  }

  ClipPart* const  part = rig_midi(rig, 9, 0, BEATS(32), notes, 32);
  const LaunchInfo slot = note_slot(rig, 1, BEATS(1.5));
  rig_clips(rig, 0, (ClipPart*[]){part}, 1);
  put_slots(rig, 0, &slot, 1);
  rig_tempo(rig, BPM(120));
  rig_schedule(rig);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, out[0], out[1], 48000, 256);
  launch(rig, 0, LAUNCH_CLIP, 1, bar);
  rig_send(rig, 0);
  rig_run(rig, out[0], out[1], 48000 + 96000, 256);
  assert_true(out[0][0] > 0.9f);
  assert_true(out[0][24000] > 0.9f);
  for (uint32_t k = 0; k < 3; ++k) {
    assert_true(out[0][48000 + k * 36000] > 0.9f);
  }

  assert_true(out[0][48000 + 24000] < 0.9f);

  // Stopped on the next bar, it is silent, until the timeline is wanted again
  launch(rig, 0, LAUNCH_STOP, 0, bar);
  rig_send(rig, 0);
  rig_run(rig, out[0], out[1], 96000, 256);
  for (uint32_t f = 1; f < 96000; ++f) {
    assert_true(out[0][f] < 0.9f);
  }

  assert_int_equal(engine_launched(rig->tracks[0].source).state,
                   LAUNCH_STOPPED);
  launch(rig, 0, LAUNCH_TIMELINE, 0, bar);
  rig_send(rig, 0);
  rig_run(rig, out[0], out[1], 24001, 256);
  assert_true(out[0][0] > 0.9f && out[0][24000] > 0.9f);
  rig_free(rig);
}

static void
test_clip_plays_on_through_the_loop(void** const state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_MIDI, &probe_info);
  rig_track(rig, TRACK_AUDIO, NULL);

  const LaunchInfo slot   = note_slot(rig, 1, BEATS(2.5));
  Sample* const    sample = rig_sample(rig, 60000, 1, 5);
  const LaunchInfo audio  = {.scene  = id_make(KIND_SCENE, 1),
                             .part   = rig_audio(rig, 2, 0, BEATS(2.5), sample),
                             .length = BEATS(2.5)};
  put_slots(rig, 0, &slot, 1);
  put_slots(rig, 1, &audio, 1);
  rig_op(rig,
         (Operation){.type    = OPERATION_STRIP,
                     .channel = rig->tracks[0].channel,
                     .param   = STRIP_MUTE,
                     .value   = 1.0f});
  rig_tempo(rig, BPM(120));
  rig_loop(rig, true, 0, BEATS(4));
  rig_schedule(rig);
  launch(rig, 0, LAUNCH_CLIP, 1, bar);
  launch(rig, 1, LAUNCH_CLIP, 2, bar);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, out[0], out[1], 180000, 173);
  for (uint32_t f = 0; f < 180000; ++f) {
    assert_true(fabsf(out[0][f] - *sample_at(sample, f % 60000, 0)) < 1e-6f);
  }

  rig_free(rig);
}

static void
test_legato_goes_on_in_the_middle(void** const state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  Sample* const a        = rig_sample(rig, 96000, 1, 5);
  Sample* const b        = rig_sample(rig, 96000, 1, 6);
  LaunchInfo    infos[2] = {
       {.part = rig_audio(rig, 1, 0, BEATS(4), a), .length = BEATS(4)},
       {.part   = rig_audio(rig, 2, 0, BEATS(4), b),
        .length = BEATS(4),
        .legato = true}};
  put_slots(rig, 0, infos, 2);
  rig_tempo(rig, BPM(120));
  rig_schedule(rig);
  launch(rig, 0, LAUNCH_CLIP, 1, bar);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, out[0], out[1], 1000, 256);
  launch(rig, 0, LAUNCH_CLIP, 2, (BarGrid){.parts = 4});
  rig_send(rig, 0);
  rig_run(rig, out[0], out[1], 150000, 256);
  for (uint32_t f = 30000; f < 150000; ++f) {
    assert_true(fabsf(out[0][f] - *sample_at(b, (f + 1000) % 96000, 0)) <
                1e-6f);
  }

  rig_free(rig);
}

static void
test_actions_follow_after_their_time(void** const state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_MIDI, &probe_info);
  LaunchInfo infos[3];
  for (uint32_t i = 0; i < 3; ++i) {
    infos[i]              = note_slot(rig, i + 1u, BEATS(8));
    infos[i].follow       = i < 2 ? FOLLOW_NEXT : FOLLOW_STOP;
    infos[i].follow_after = BEATS(1 + i);
  }

  put_slots(rig, 0, infos, 3);
  rig_tempo(rig, BPM(120));
  rig_schedule(rig);
  launch(rig, 0, LAUNCH_CLIP, 1, bar);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, out[0], out[1], 200000, 100);

  static const uint32_t starts[] = {0, 24000, 72000};
  for (uint32_t i = 0; i < 3; ++i) {
    assert_true(out[0][starts[i]] > 0.9f);
  }

  for (uint32_t f = 72001; f < 200000; ++f) {
    assert_true(out[0][f] < 0.9f);
  }

  assert_int_equal(engine_launched(rig->tracks[0].source).state,
                   LAUNCH_STOPPED);

  // All that took place was told
  LaunchEvent event;
  uint32_t    count = 0;
  while (engine_launch_event(rig->engine, &event)) {
    if (event.type == LAUNCH_EVENT_CLIP) {
      assert_int_equal(event.clip, id_make(KIND_CLIP, count + 1u));
      assert_int_equal(event.at,
                       count == 0   ? 0
                       : count == 1 ? BEATS(1)
                                    : BEATS(3));
      ++count;
    }
  }

  assert_int_equal(count, 3);
  rig_free(rig);
}

static void
test_tempo_of_a_scene_begins_on_the_line(void** const state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_MIDI, &probe_info);
  const LaunchInfo slot = note_slot(rig, 1, BEATS(1));
  put_slots(rig, 0, &slot, 1);
  rig_tempo(rig, BPM(120));
  rig_schedule(rig);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, NULL, NULL, 10000, 256);
  launch(rig, 0, LAUNCH_CLIP, 1, bar);
  rig_op(rig,
         (Operation){.type  = OPERATION_LAUNCH_TEMPO,
                     .scene = id_make(KIND_SCENE, 1),
                     .grid  = bar,
                     .tempo = tempo_map_new(RIG_RATE, BPM(60), NULL, 0)});
  rig_send(rig, 0);
  rig_run(rig, out[0], out[1], 200000, 256);
  assert_true(out[0][86000] > 0.9f);
  assert_true(out[0][86000 + 48000] > 0.9f);
  assert_true(out[0][86000 + 24000] < 0.9f);
  assert_int_equal(rig_state(rig).tempo, BPM(60));
  rig_free(rig);
}

/// A performance of many launches on audio and MIDI tracks
static void
perform(const uint32_t threads,
        const uint32_t period,
        float* const   left,
        float* const   right)
{
  enum { TRACKS = 12 };

  static const BarGrid grids[] = {{0, 0}, {0, 4}, {1, 0}, {0, 2}};

  Random     random = {5};
  Rig* const rig    = rig_new(threads);
  for (uint32_t t = 0; t < TRACKS; ++t) {
    const bool midi = t % 3 == 0;
    LaunchInfo infos[CLIPS];
    rig_track(
      rig, midi ? TRACK_MIDI : TRACK_AUDIO, instrument_find("subtractive"));
    for (uint32_t i = 0; i < CLIPS; ++i) {
      const Ticks length = BEATS(0.5) + (Ticks)random_below(&random, BEATS(3));
      infos[i]           = note_slot(rig, t * CLIPS + i + 1u, length);
      if (!midi) {
        infos[i].part = rig_audio(rig,
                                  t * CLIPS + i + 1u,
                                  0,
                                  length,
                                  rig_sample(rig, 50000, 2, t * CLIPS + i));
      }

      infos[i].legato       = random_below(&random, 3) == 0;
      infos[i].follow       = (FollowAction)random_below(&random, 6);
      infos[i].follow_after = (Ticks)random_below(&random, BEATS(6));
    }

    ClipPart* const under =
      midi
        ? NULL
        : rig_audio(rig, 900 + t, 0, BEATS(100), rig_sample(rig, 90000, 1, 77));
    put_slots(rig, t, infos, CLIPS);
    rig_clips(rig, t, (ClipPart*[]){under}, under ? 1 : 0);
  }

  rig_tempo(rig, BPM(143));
  rig_loop(rig, true, BEATS(1), BEATS(9.3));
  rig_schedule(rig);
  rig_command_at(rig, 11, TRANSPORT_PLAY, 0);
  uint64_t at = 0;
  for (uint32_t k = 0; k < 150; ++k) {
    const uint32_t   track = (uint32_t)random_below(&random, TRACKS);
    const LaunchType type  = k % 10 == 9   ? LAUNCH_STOP
                             : k % 15 == 3 ? LAUNCH_TIMELINE
                                           : LAUNCH_CLIP;
    at += random_below(&random, LENGTH / 150);
    launch(rig,
           track,
           type,
           track * CLIPS + 1u + (uint32_t)random_below(&random, CLIPS),
           grids[random_below(&random, 4)]);
    if (k == 70) {
      rig_tempo(rig, BPM(97));
    }

    if (k == 100) {
      rig_transport(rig, TRANSPORT_LOCATE, BEATS(3.21));
    }

    rig_send(rig, at);
  }

  rig_run(rig, left, right, LENGTH, period);
  rig_free(rig);
}

static void
test_periods_and_threads_make_no_difference(void** const state)
{
  (void)state;
  static const uint32_t periods[] = {16, 64, 333, 1024, 4096};
  static const uint32_t threads[] = {1, 2, 1, 3, 1};
  perform(1, 256, out[0], out[1]);
  float peak = 0.0f;
  for (uint32_t f = 0; f < LENGTH; ++f) {
    peak = fmaxf(peak, fabsf(out[0][f]));
  }

  assert_true(peak > 0.1f);
  for (uint32_t i = 0; i < 5; i += SANITIZED ? 3 : 1) {
    perform(threads[i], periods[i], again[0], again[1]);
    assert_memory_equal(out, again, sizeof(out));
  }
}

static void
curve_destroy(void* const thing)
{
  curve_free((Curve*)thing);
}

static void
test_clip_takes_its_automation_along(void** const state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  const LaunchInfo slot = {
    .part   = rig_audio(rig, 1, 0, BEATS(2), rig_steady(rig, 48000, 1.0f)),
    .length = BEATS(2)};
  Curve* const    curve = curve_new(2);
  CurveSet* const set   = curve_set_new(1);
  rig_keep(rig, curve_destroy, curve);
  curve->target    = (Operation){.type    = OPERATION_STRIP,
                                 .channel = rig->tracks[0].channel,
                                 .param   = STRIP_FADER};
  curve->clip      = id_make(KIND_CLIP, 1);
  curve->track     = rig->tracks[0].source;
  curve->from      = BEATS(1000);
  curve->start     = BEATS(1000);
  curve->to        = BEATS(1002);
  curve->points[0] = (CurvePoint){.at = 0, .value = -6.0, .hold = true};
  curve->points[1] = (CurvePoint){.at = BEATS(1), .value = -18.0};
  set->curves[0]   = curve;
  put_slots(rig, 0, &slot, 1);
  rig_op(rig, (Operation){.type = OPERATION_CURVES, .curves = set});
  rig_tempo(rig, BPM(120));
  rig_schedule(rig);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  launch(rig, 0, LAUNCH_CLIP, 1, bar);
  rig_send(rig, 1000);
  rig_run(rig, out[0], out[1], 96000 * 3, 256);
  for (uint32_t k = 0; k < 4; ++k) {
    const float* const from = out[0] + 96000 + k * 48000;
    assert_true(fabs(20.0 * log10((double)from[20000]) + 6.0) < 0.01);
    assert_true(fabs(20.0 * log10((double)from[44000]) + 18.0) < 0.01);
  }

  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_random_launches_land_on_their_line),
    cmocka_unit_test(test_clip_repeats_until_its_stop_and_the_timeline_returns),
    cmocka_unit_test(test_clip_plays_on_through_the_loop),
    cmocka_unit_test(test_legato_goes_on_in_the_middle),
    cmocka_unit_test(test_actions_follow_after_their_time),
    cmocka_unit_test(test_tempo_of_a_scene_begins_on_the_line),
    cmocka_unit_test(test_clip_takes_its_automation_along),
    cmocka_unit_test(test_periods_and_threads_make_no_difference),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
