// SPDX-License-Identifier: GPL-3.0-or-later
//
// Curves move parameters, on the grid, the same however a cycle is cut

#include "rig.h"

#include "engine/curves.h"
#include "support/sanitized.h"

#include <math.h>

enum { LENGTH = SANITIZED ? 60000 : 150000, PERIODS = 6 };

static float first[2][LENGTH];
static float again[2][LENGTH];

static void
curve_destroy(void* const thing)
{
  curve_free((Curve*)thing);
}

/// A curve of a track's strip
static Curve*
make_curve(Rig* const              rig,
           const uint32_t          track,
           const StripParam        param,
           const CurvePoint* const points,
           const uint32_t          num_points)
{
  Curve* const curve = curve_new(num_points);
  rig_keep(rig, curve_destroy, curve);
  curve->target = (Operation){.type    = OPERATION_STRIP,
                              .channel = rig->tracks[track].channel,
                              .param   = param};
  memcpy(curve->points, points, num_points * sizeof(CurvePoint));
  return curve;
}

/// Prepare all curves
static void
set_curves(Rig* const rig, Curve** const curves, const uint32_t count)
{
  CurveSet* const set = curve_set_new(count);
  assert_non_null(set);
  for (uint32_t i = 0; i < count; ++i) {
    set->curves[i] = curves[i];
  }

  rig_op(rig, (Operation){.type = OPERATION_CURVES, .curves = set});
}

/// A track that puts out 1 for a long time, at 120 BPM
static Rig*
steady_rig(void)
{
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  ClipPart* const part =
    rig_audio(rig, 1, 0, BEATS(1000), rig_steady(rig, LENGTH, 1.0f));
  rig_clips(rig, 0, (ClipPart*[]){part}, 1);
  rig_tempo(rig, BPM(120));
  rig_schedule(rig);
  return rig;
}

static double
decibels(const float gain)
{
  return 20.0 * log10((double)gain);
}

static void
test_ramp_is_exact_at_each_grid_point(void** const state)
{
  (void)state;
  Rig* const       rig      = steady_rig();
  const CurvePoint points[] = {{.at = 0, .value = -40.0},
                               {.at = BEATS(4), .value = 6.0}};
  Curve*           curve    = make_curve(rig, 0, STRIP_FADER, points, 2);
  set_curves(rig, &curve, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, first[0], first[1], 48000, 256);

  // Four beats are 96000 frames; frame f of a line is at its end at f + 1
  for (uint32_t f = 31; f < 48000; f += 32) {
    const double expected = -40.0 + 46.0 * (f + 1.0) / 96000.0;
    assert_true(fabs(decibels(first[0][f]) - expected) < 0.002);
  }

  rig_free(rig);
}

static void
test_hold_jumps_and_stays(void** const state)
{
  (void)state;
  Rig* const       rig      = steady_rig();
  const CurvePoint points[] = {{.at = 0, .value = 0.0, .hold = true},
                               {.at = BEATS(1), .value = -20.0, .hold = true}};
  Curve*           curve    = make_curve(rig, 0, STRIP_FADER, points, 2);
  set_curves(rig, &curve, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, first[0], first[1], 48000, 512);
  for (uint32_t f = 0; f < 24000 - 64; ++f) {
    assert_true(fabsf(first[0][f] - 1.0f) < 1e-6f);
  }

  // On its way at the beat, there within 10 grid steps, and never a click
  assert_true(first[0][24031] < 0.999f);
  for (uint32_t f = 24000 + 11 * 32; f < 48000; ++f) {
    assert_true(fabs(decibels(first[0][f]) + 20.0) < 0.001);
  }

  for (uint32_t f = 1; f < 48000; ++f) {
    assert_true(fabsf(first[0][f] - first[0][f - 1]) < 0.01f);
  }

  rig_free(rig);
}

static void
test_value_by_hand_waits_for_its_turn(void** const state)
{
  (void)state;
  Rig* const       rig     = steady_rig();
  const CurvePoint point   = {.at = 0, .value = -20.0};
  Curve*           curve   = make_curve(rig, 0, STRIP_FADER, &point, 1);
  Operation        by_hand = {.type    = OPERATION_STRIP,
                              .channel = rig->tracks[0].channel,
                              .param   = STRIP_FADER,
                              .value   = -6.0f};
  curve->to                = BEATS(1);
  set_curves(rig, &curve, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, first[0], first[1], 4800, 256);
  rig_op(rig, by_hand);
  rig_send(rig, 0);
  rig_run(rig, first[0], first[1], 4800, 256);
  assert_true(fabs(decibels(first[0][4799]) + 20.0) < 0.001);

  // Behind what the curve covers, it is heard
  rig_run(rig, first[0], first[1], 24000, 256);
  assert_true(fabs(decibels(first[0][23999]) + 6.0) < 0.001);

  // Held, it is heard at once
  rig_transport(rig, TRANSPORT_LOCATE, 0);
  rig_op(rig,
         (Operation){.type    = OPERATION_HOLD,
                     .channel = rig->tracks[0].channel,
                     .param   = STRIP_FADER,
                     .hold    = {.target = OPERATION_STRIP, .on = true}});
  by_hand.value = -3.0f;
  rig_op(rig, by_hand);
  rig_send(rig, 0);
  rig_run(rig, first[0], first[1], 20000, 256);
  assert_true(fabs(decibels(first[0][19999]) + 3.0) < 0.001);
  rig_free(rig);
}

/// Play random curves under random edits
static void
play(const uint64_t seed,
     const uint32_t threads,
     const uint32_t period,
     float* const   left,
     float* const   right)
{
  static const float range[NUM_STRIP_PARAMS][2] = {
    [STRIP_INPUT_GAIN] = {-60, 6},
    [STRIP_WIDTH]      = {0, 2},
    [STRIP_FADER]      = {-60, 6},
    [STRIP_PAN]        = {-1, 1}};
  static const StripParam params[] = {
    STRIP_INPUT_GAIN, STRIP_WIDTH, STRIP_FADER, STRIP_PAN};

  Random     random = {seed};
  Rig* const rig    = rig_new(threads);
  for (uint32_t t = 0; t < 20; ++t) {
    rig_track(
      rig, t % 4 ? TRACK_AUDIO : TRACK_MIDI, instrument_find("subtractive"));
    if (t % 4) {
      ClipPart* const part =
        rig_audio(rig, t, 0, BEATS(1000), rig_sample(rig, LENGTH, 2, t));
      rig_clips(rig, t, (ClipPart*[]){part}, 1);
    } else {
      PartNote notes[40];
      for (uint32_t i = 0; i < 40; ++i) {
        notes[i] = (PartNote){.start    = BEATS(0.3) * i,
                              .end      = BEATS(0.3) * i + BEATS(0.5),
                              .pitch    = (uint8_t)(40 + i),
                              .velocity = 100};
      }

      ClipPart* const part = rig_midi(rig, t, 0, BEATS(20), notes, 40);
      rig_clips(rig, t, (ClipPart*[]){part}, 1);
    }
  }

  Curve* curves[100];
  for (uint32_t i = 0; i < 100; ++i) {
    CurvePoint     points[12];
    Ticks          at    = 0;
    const uint32_t track = i / 5;
    const uint32_t k     = i % 5;
    const uint32_t param =
      k < 4 ? params[k] : (uint32_t)random_below(&random, 40);
    const ParamInfo* const info =
      &instrument_find("subtractive")->params[param];
    const float low  = k < 4 ? range[param][0] : info->min;
    const float high = k < 4 ? range[param][1] : info->max;
    for (uint32_t p = 0; p < 12; ++p) {
      at += (Ticks)random_below(&random, BEATS(0.7));
      points[p] = (CurvePoint){
        .at    = at,
        .value = (double)low + (double)(high - low) *
                                 (double)random_below(&random, 1001) / 1000.0,
        .bend = p % 3 ? 0.0 : (double)random_below(&random, 9) / 10.0,
        .hold = p % 4 == 3};
    }

    curves[i] = make_curve(rig, track, (StripParam)param, points, 12);
    if (k == 4) {
      curves[i]->target = (Operation){.type  = OPERATION_PARAM,
                                      .track = rig->tracks[track].source,
                                      .param = param,
                                      .value = info->initial};
    }
  }

  set_curves(rig, curves, 100);
  rig_tempo(rig, BPM(150));
  rig_loop(rig, true, BEATS(0.7), BEATS(2.9));
  rig_schedule(rig);
  rig_command_at(rig, 17, TRANSPORT_PLAY, 0);
  rig_tempo(rig, BPM(97));
  rig_send(rig, 20011);
  set_curves(rig, curves, 60);
  rig_send(rig, 30047);
  set_curves(rig, curves, 100);
  rig_loop(rig, false, BEATS(0), BEATS(1));
  rig_send(rig, 40001);
  rig_command_at(rig, 50003, TRANSPORT_LOCATE, BEATS(1.37));
  rig_run(rig, left, right, LENGTH, period);
  rig_free(rig);
}

static void
test_periods_and_threads_make_no_difference(void** const state)
{
  (void)state;
  static const uint32_t periods[PERIODS] = {16, 64, 100, 256, 1024, 4096};
  static const uint32_t threads[PERIODS] = {1, 3, 1, 2, 1, 4};
  play(7, 1, 128, first[0], first[1]);
  float peak = 0.0f;
  for (uint32_t f = 0; f < LENGTH; ++f) {
    peak = fmaxf(peak, fabsf(first[0][f]));
  }

  assert_true(peak > 0.05f);
  for (uint32_t i = 0; i < PERIODS; i += SANITIZED ? 3 : 1) {
    play(7, threads[i], periods[i], again[0], again[1]);
    assert_memory_equal(first, again, sizeof(first));
  }
}

static void
test_bend_and_edges_of_a_curve(void** const state)
{
  (void)state;
  Rig* const       rig      = rig_new(1);
  const CurvePoint points[] = {{.at = 100, .value = 1.0, .bend = 0.5},
                               {.at = 200, .value = 2.0},
                               {.at = 200, .value = 5.0},
                               {.at = 300, .value = 5.0},
                               {.at = 400, .value = 6.0}};
  rig_track(rig, TRACK_AUDIO, NULL);
  Curve* const curve = make_curve(rig, 0, STRIP_FADER, points, 5);

  // Each place is reached from each other one
  static const struct {
    Ticks  at;
    double value;
    Ticks  until;
  } places[] = {
    {0, 1.0, 100},
    {100, 1.0, 100},
    {150, 1.25, 150},
    {199, 1.0 + 0.99 / (0.99 + 0.01 * 3.0), 199},
    {200, 5.0, 300},
    {250, 5.0, 300},
    {350, 5.5, 350},
    {400, 6.0, TICKS_MAX},
    {9999, 6.0, TICKS_MAX},
  };
  enum { NUM_PLACES = sizeof(places) / sizeof(places[0]) };
  for (uint32_t i = 0; i < NUM_PLACES * NUM_PLACES; ++i) {
    Ticks until = TICKS_MAX;
    curve_value(curve, 0, places[i / NUM_PLACES].at, &until);
    until = TICKS_MAX;
    assert_true(fabs(curve_value(curve, 0, places[i % NUM_PLACES].at, &until) -
                     places[i % NUM_PLACES].value) < 1e-12);
    assert_int_equal(until, places[i % NUM_PLACES].until);
  }

  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_bend_and_edges_of_a_curve),
    cmocka_unit_test(test_ramp_is_exact_at_each_grid_point),
    cmocka_unit_test(test_hold_jumps_and_stays),
    cmocka_unit_test(test_value_by_hand_waits_for_its_turn),
    cmocka_unit_test(test_periods_and_threads_make_no_difference),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
