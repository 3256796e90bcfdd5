// SPDX-License-Identifier: GPL-3.0-or-later
//
// The transport starts on one frame, runs for ever, and never steps

#include "rig.h"

#include "engine/fade.h"
#include "support/sanitized.h"

#include <math.h>

enum { LENGTH = 60000 };

static float left[LENGTH];
static float right[LENGTH];

/// Two audio tracks that play `a` and `b`, and their schedule
static Rig*
rig_with_two(const EngineConfig* const config)
{
  Rig* const rig = config ? rig_new_with(config) : rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  rig_track(rig, TRACK_AUDIO, NULL);
  rig_schedule(rig);
  return rig;
}

static float
highest_step(const float* const signal, const uint32_t from, const uint32_t to)
{
  float highest = 0.0f;
  for (uint32_t f = from; f < to; ++f) {
    const float step = fabsf(signal[f] - signal[f - 1u]);
    highest          = step > highest ? step : highest;
  }

  return highest;
}

static void
test_frames_go_beyond_32_bits(void** state)
{
  (void)state;
  enum { SECONDS = 20 };

  // The same from frame 0 and from ten seconds before 2^32
  const uint64_t starts[2] = {0, (1ull << 32u) - 10u * RIG_RATE};
  static float   out[2][SECONDS * RIG_RATE];
  for (unsigned i = 0; i < 2; ++i) {
    const EngineConfig config = {.rate        = RIG_RATE,
                                 .max_frames  = 1024,
                                 .num_threads = 1,
                                 .level       = cpu_level_best(),
                                 .start_frame = starts[i]};
    Rig* const         rig    = rig_with_two(&config);
    Sample* const      sample = rig_sample(rig, 5 * RIG_RATE, 2, 3);
    ClipPart* const    a = rig_audio(rig, 1, BEATS(1.1), BEATS(12), sample);
    ClipPart* const    b = rig_audio(rig, 2, BEATS(9.3), BEATS(13.7), sample);
    rig_clips(rig, 0, &(ClipPart*){a}, 1);
    rig_clips(rig, 1, &(ClipPart*){b}, 1);
    rig_loop(rig, true, BEATS(8), BEATS(16));
    rig_command_at(rig, starts[i] + 1000, TRANSPORT_PLAY, 0);
    rig_command_at(rig, starts[i] + 19 * RIG_RATE, TRANSPORT_STOP, 0);
    rig_run(rig, out[i], NULL, SECONDS * RIG_RATE, 1024);
    assert_int_equal(rig_state(rig).frame, starts[i] + SECONDS * RIG_RATE);
    assert_int_equal(rig_state(rig).loops, 3);
    assert_int_equal(rig_state(rig).state, ENGINE_STOPPED);
    rig_free(rig);
  }

  assert_true(highest_step(out[0], 1, SECONDS * RIG_RATE) > 0.1f);
  assert_memory_equal(out[0], out[1], sizeof(out[0]));
}

static void
test_thousands_of_loops_sound_on_their_frame(void** state)
{
  (void)state;

  // Four bars at 127.3 BPM, at a rate that makes the test short
  enum { RATE = 8000, PERIOD = 4096, NUM_LOOPS = SANITIZED ? 300 : 10000 };
  const EngineConfig config = {.rate        = RATE,
                               .max_frames  = PERIOD,
                               .num_threads = 1,
                               .level       = cpu_level_best()};
  Rig* const         rig    = rig_new_with(&config);
  rig_track(rig, TRACK_MIDI, &probe_info);
  rig_schedule(rig);
  const PartNote note = {
    .start = BEATS(2), .end = BEATS(3), .pitch = 60, .velocity = 100};
  ClipPart* const part = rig_midi(rig, 1, 0, BEATS(16), &note, 1);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_tempo(rig, BPM(127.3));
  rig_loop(rig, true, 0, BEATS(16));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);

  // Each note is at (loop * 16 + 2) * 60 * 8000 / 127.3 frames
  int64_t loops = 0;
  for (int64_t at = 0; loops < NUM_LOOPS; at += PERIOD) {
    rig_run(rig, left, NULL, PERIOD, PERIOD);
    for (int64_t f = 0; f < PERIOD; ++f) {
      if (left[f] == 1.0f) {
        const int64_t beats = loops++ * 16 + 2;
        const int64_t want  = (2 * beats * 4800000 + 1273) / (2 * 1273);
        assert_int_equal(at + f, want);
      }
    }
  }

  rig_free(rig);
}

static void
test_everything_waits_for_the_last_page(void** state)
{
  (void)state;
  Rig* const      rig = rig_with_two(NULL);
  Sample* const   a   = rig_steady(rig, 20 * PAGE_FRAMES, 0.25f);
  Sample* const   b   = rig_steady(rig, 20 * PAGE_FRAMES, 0.5f);
  ClipPart* const one = rig_audio(rig, 1, BEATS(4), BEATS(7), a);
  ClipPart* const two = rig_audio(rig, 2, BEATS(4), BEATS(7), b);

  SamplePage* const  page = &b->pages[2];
  const float* const data = atomic_exchange(&page->data, NULL);
  atomic_store(&page->state, PAGE_ABSENT);
  rig_clips(rig, 0, &(ClipPart*){one}, 1);
  rig_clips(rig, 1, &(ClipPart*){two}, 1);
  rig_transport(rig, TRANSPORT_LOCATE, BEATS(4));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, NULL, 10000, 100);
  assert_int_equal(rig_state(rig).state, ENGINE_LOCATING);
  assert_int_equal(rig_state(rig).position, BEATS(4));
  for (uint32_t f = 0; f < 10000; ++f) {
    assert_true(left[f] == 0.0f);
  }

  // It was asked for, and once it is there both start on the same frame
  PageRequest request;
  assert_true(ring_read(rig->rings[0], &request));
  assert_ptr_equal(request.sample, b);
  assert_int_equal(request.page, 2);
  atomic_store(&page->data, data);
  atomic_store(&page->state, PAGE_RESIDENT);
  rig_run(rig, left, NULL, 1000, 100);
  assert_true(left[0] == 0.75f);
  assert_int_equal(rig_state(rig).state, ENGINE_PLAYING);
  assert_int_equal(rig_state(rig).late, 0);
  rig_free(rig);
}

static void
test_stop_while_locating_stops(void** state)
{
  (void)state;
  Rig* const      rig  = rig_with_two(NULL);
  Sample* const   a    = rig_steady(rig, PAGE_FRAMES, 0.5f);
  ClipPart* const part = rig_audio(rig, 1, 0, BEATS(1), a);

  const float* const data = atomic_exchange(&a->pages[0].data, NULL);
  atomic_store(&a->pages[0].state, PAGE_ABSENT);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, NULL, NULL, 1000, 100);
  assert_int_equal(rig_state(rig).state, ENGINE_LOCATING);
  rig_command_at(rig, 0, TRANSPORT_STOP, 0);
  rig_run(rig, NULL, NULL, 1000, 100);
  assert_int_equal(rig_state(rig).state, ENGINE_STOPPED);

  atomic_store(&a->pages[0].data, data);
  atomic_store(&a->pages[0].state, PAGE_RESIDENT);
  rig_run(rig, left, NULL, 1000, 100);
  for (uint32_t f = 0; f < 1000; ++f) {
    assert_true(left[f] == 0.0f);
  }

  rig_free(rig);
}

static void
test_commands_in_any_order_do_not_step(void** state)
{
  (void)state;

  // Constant clips everywhere: whatever steps, steps by 0.5
  for (unsigned i = 0; i < (SANITIZED ? 30 : 200); ++i) {
    Random          random = {i + 1u};
    Rig* const      rig    = rig_with_two(NULL);
    Sample* const   sample = rig_steady(rig, 400000, 0.5f);
    ClipPart* const part   = rig_audio(rig, 1, BEATS(-1), BEATS(16), sample);
    rig_clips(rig, 0, &(ClipPart*){part}, 1);
    rig_loop(rig, true, BEATS(1), BEATS(1.5));
    rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
    uint64_t at = 1000;
    for (unsigned k = 0; k < 60; ++k) {
      rig_command_at(rig,
                     at,
                     (TransportCommand)random_below(&random, 4),
                     (Ticks)random_below(&random, BEATS(2)));
      at += random_below(&random, k % 2u ? 100 : 2000);
    }

    rig_run(rig, left, NULL, LENGTH, 1u + (uint32_t)random_below(&random, 500));

    // The steepest are two starts inside clips while the whole comes back
    const float steepest = 2.0f * 0.5f / 64.0f + 0.5f / (float)FADE_FRAMES;
    assert_true(highest_step(left, 1, LENGTH) <= steepest);
    assert_true(highest_step(left, 1, LENGTH) > 0.003f);
    rig_free(rig);
  }
}

static void
test_play_while_a_tail_fades_starts_clean(void** state)
{
  (void)state;

  // Stopped, and started again while the stop still fades: the start is at the
  // clip's first frame, whole, after the fade
  Rig* const      rig    = rig_with_two(NULL);
  Sample* const   sample = rig_sample(rig, 48000, 1, 9);
  ClipPart* const part   = rig_audio(rig, 1, 0, BEATS(2), sample);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_command_at(rig, 5000, TRANSPORT_STOP, 0);
  rig_command_at(rig, 5050, TRANSPORT_PLAY, 0);
  rig_run(rig, left, NULL, 20000, 256);
  for (uint32_t f = 0; f < 10000; ++f) {
    assert_true(left[5050u + FADE_FRAMES + f] == *sample_at(sample, f, 0));
  }

  rig_free(rig);
}

static void
test_a_removed_track_fades_and_leaves_the_others(void** state)
{
  (void)state;
  for (unsigned i = 0; i < 2; ++i) {
    Rig* const      rig    = rig_with_two(NULL);
    Sample* const   noise  = rig_sample(rig, 48000, 2, 9);
    Sample* const   steady = rig_steady(rig, 48000, 0.5f);
    ClipPart* const a      = rig_audio(rig, 1, 0, BEATS(2), noise);
    ClipPart* const b      = rig_audio(rig, 2, 0, BEATS(2), steady);
    rig_clips(rig, 0, &(ClipPart*){a}, 1);
    rig_clips(rig, 1, &(ClipPart*){b}, 1);

    // One to the left, the other to the right, so that they are apart
    for (uint32_t t = 0; t < 2; ++t) {
      rig_op(rig,
             (Operation){.type    = OPERATION_STRIP,
                         .channel = rig->tracks[t].channel,
                         .param   = STRIP_PAN,
                         .value   = t ? 1.0f : -1.0f});
    }

    rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
    if (i) {
      rig->num_tracks = 1;
      rig_schedule(rig);
      rig->num_tracks = 2;
      rig_send(rig, 5001);
    }

    static float whole[LENGTH];
    rig_run(rig, i ? left : whole, right, 20000, 256);
    if (i) {
      assert_memory_equal(left, whole, 20000 * sizeof(float));
      assert_true(right[5000] > 0.7f);
      assert_true(highest_step(right, 2, 20000) < 0.02f);
      assert_true(right[5001 + FADE_FRAMES] == 0.0f);
    }

    rig_free(rig);
  }
}

static void
test_a_track_that_comes_while_playing_joins_in(void** state)
{
  (void)state;

  // Its strip is where it was set from the first frame on
  Rig* const      rig   = rig_with_two(NULL);
  Sample* const   noise = rig_sample(rig, 48000, 1, 9);
  ClipPart* const part  = rig_audio(rig, 1, 0, BEATS(2), noise);

  rig->num_tracks = 1;
  rig_schedule(rig);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig->num_tracks = 2;
  rig_clips(rig, 1, &(ClipPart*){part}, 1);
  rig_op(rig,
         (Operation){.type    = OPERATION_STRIP,
                     .channel = rig->tracks[1].channel,
                     .param   = STRIP_FADER,
                     .value   = -20.0f});
  rig_schedule(rig);
  rig_send(rig, 7001);
  rig_run(rig, left, NULL, 20000, 256);
  for (uint32_t f = 0; f < 20000; ++f) {
    const float gain = f < 7001u         ? 0.0f
                       : f < 7001u + 64u ? (float)(f - 7000u) / 64.0f
                                         : 1.0f;
    assert_true(fabsf(left[f] - 0.1f * gain * *sample_at(noise, f, 0)) < 1e-6f);
  }

  rig_free(rig);
}

static void
test_telemetry_tells_where_it_is(void** state)
{
  (void)state;
  Rig* const rig = rig_with_two(NULL);
  assert_int_equal(rig_state(rig).state, ENGINE_STOPPED);
  assert_int_equal(rig_state(rig).position, 0);

  rig_command_at(rig, 0, TRANSPORT_LOCATE, BEATS(3));
  assert_int_equal(rig_state(rig).position, BEATS(3));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, NULL, NULL, 24000, 1000);
  assert_int_equal(rig_state(rig).state, ENGINE_PLAYING);
  assert_int_equal(rig_state(rig).position, BEATS(4));
  assert_int_equal(rig_state(rig).tempo, BPM(120));
  assert_int_equal(rig_state(rig).frame, 24000);

  rig_command_at(rig, 0, TRANSPORT_PAUSE, 0);
  rig_run(rig, NULL, NULL, 24000, 1000);
  assert_int_equal(rig_state(rig).state, ENGINE_PAUSED);
  assert_int_equal(rig_state(rig).position, BEATS(4));
  rig_free(rig);
}

static void
test_telemetry_counts_what_sounds(void** state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_MIDI, instrument_find("subtractive"));
  rig_track(rig, TRACK_MIDI, instrument_find("subtractive"));
  rig_schedule(rig);
  rig_send(rig, 0);
  rig_run(rig, NULL, NULL, 1000, 64);
  assert_int_equal(rig_state(rig).voices, 0);
  for (uint32_t i = 0; i < 3; ++i) {
    rig_op(rig,
           (Operation){
             .type  = OPERATION_NOTE_ON,
             .track = rig->tracks[i / 2u].source,
             .note = {.key = i, .pitch = (uint8_t)(60u + i), .velocity = 100}});
  }

  rig_send(rig, 0);
  rig_run(rig, left, NULL, 1000, 64);
  assert_true(highest_step(left, 1, 1000) > 0.001f);

  // The highest load is taken by whoever reads it
  const Telemetry telemetry = rig_state(rig);
  assert_int_equal(telemetry.voices, 3);
  assert_true(telemetry.load > 0.0f);
  assert_true(telemetry.load_max > 0.0f);
  assert_true(rig_state(rig).load_max == 0.0f);

  // After a panic nothing sounds for long
  rig_op(rig, (Operation){.type = OPERATION_PANIC});
  rig_send(rig, 0);
  rig_run(rig, NULL, NULL, 10 * RIG_RATE, 1024);
  assert_int_equal(rig_state(rig).voices, 0);
  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_frames_go_beyond_32_bits),
    cmocka_unit_test(test_thousands_of_loops_sound_on_their_frame),
    cmocka_unit_test(test_everything_waits_for_the_last_page),
    cmocka_unit_test(test_stop_while_locating_stops),
    cmocka_unit_test(test_commands_in_any_order_do_not_step),
    cmocka_unit_test(test_play_while_a_tail_fades_starts_clean),
    cmocka_unit_test(test_a_removed_track_fades_and_leaves_the_others),
    cmocka_unit_test(test_a_track_that_comes_while_playing_joins_in),
    cmocka_unit_test(test_telemetry_tells_where_it_is),
    cmocka_unit_test(test_telemetry_counts_what_sounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
