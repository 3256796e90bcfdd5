// SPDX-License-Identifier: GPL-3.0-or-later
//
// What comes in is recorded from the frame on that it belongs to

#include "rig.h"

#include "engine/recording.h"

enum { LENGTH = 60000 };

static float          in_left[LENGTH];
static float          in_right[LENGTH];
static const uint32_t periods[] = {16, 63, 256, 1024, 4096};

#define NUM_PERIODS (sizeof(periods) / sizeof(periods[0]))

/// What was taken from a recording
typedef struct {
  RecordEvent events[64];
  uint32_t    num_events;
  uint64_t    first;
  uint32_t    frames;
  float       samples[2u * LENGTH];
} Taken;

static Taken taken;

/// Inputs whose every frame says which it is
static void
fill_inputs(void)
{
  for (uint32_t i = 0; i < LENGTH; ++i) {
    in_left[i]  = (float)i;
    in_right[i] = -(float)i;
  }
}

static void
take(Recording* const recording)
{
  RecordBlock block;
  memset(&taken, 0, sizeof(taken));
  while (ring_read(recording->events, &taken.events[taken.num_events])) {
    ++taken.num_events;
    assert_true(taken.num_events < 64u);
  }

  const uint32_t channels = record_channels(recording->takes[0].sides);
  while (ring_read(recording->takes[0].blocks, &block)) {
    taken.first = taken.frames ? taken.first : block.frame;
    assert_int_equal(block.frame, taken.first + taken.frames);
    memcpy(&taken.samples[taken.frames * channels],
           block.samples,
           block.n * channels * sizeof(float));
    taken.frames += block.n;
  }
}

/// A rig with a recording of a take that is asked for at a frame
static Rig*
rig_with(Recording* const recording, const uint64_t frame)
{
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  rig_schedule(rig);
  rig_send(rig, 0);
  rig_op(rig, (Operation){.type = OPERATION_RECORD, .recording = recording});
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, frame);
  return rig;
}

static void
run(Rig* const             rig,
    const MidiEvent* const events,
    const uint32_t         num,
    const uint32_t         period)
{
  const EngineIO input = {
    .in_left = in_left, .in_right = in_right, .midi = events, .num_midi = num};
  rig_run_input(rig, &input, NULL, NULL, LENGTH, period);
}

static Recording*
recording_of(const RecordSides sides, const uint32_t latency)
{
  Recording* const recording = recording_new(1, RIG_RATE);
  assert_non_null(recording);
  recording->takes[0].sides   = sides;
  recording->takes[0].latency = latency;
  recording->latency          = latency;
  recording->num_ports        = 1;
  return recording;
}

static void
test_a_take_begins_and_ends_with_its_latency(void** state)
{
  (void)state;
  for (size_t i = 0; i < NUM_PERIODS; ++i) {
    Recording* const recording = recording_of(RECORD_STEREO, 777);
    Rig* const       rig       = rig_with(recording, 1000);
    rig_op(rig, (Operation){.type = OPERATION_RECORD});
    rig_send(rig, 31000);
    run(rig, NULL, 0, periods[i]);
    assert_true(atomic_load(&recording->finished));
    take(recording);
    assert_int_equal(taken.first, 1777);
    assert_int_equal(taken.frames, 30000);
    for (uint32_t f = 0; f < taken.frames; ++f) {
      assert_true(taken.samples[2u * f] == (float)(1777u + f));
      assert_true(taken.samples[2u * f + 1u] == -(float)(1777u + f));
    }

    // At 120 BPM a frame has 40.96 ticks; the first that is heard at a frame
    // is half of that before it
    assert_int_equal(taken.num_events, 2);
    assert_int_equal(taken.events[0].type, RECORD_PASS);
    assert_int_equal(taken.events[0].frame, 1000);
    assert_int_equal(taken.events[0].ticks, 0);
    assert_int_equal(taken.events[0].place, 0);
    assert_int_equal(taken.events[0].part, 0);
    assert_int_equal(taken.events[1].type, RECORD_END);
    assert_int_equal(taken.events[1].frame, 31000);
    assert_int_equal(taken.events[1].before, 30000 * 4096 / 100 - 20);
    rig_free(rig);
    recording_free(recording);
  }
}

static void
test_one_side_is_recorded(void** state)
{
  (void)state;
  static const RecordSides sides[] = {RECORD_LEFT, RECORD_RIGHT};
  for (uint32_t i = 0; i < 2u; ++i) {
    Recording* const recording = recording_of(sides[i], 0);
    Rig* const       rig       = rig_with(recording, 0);
    rig_command_at(rig, 5000, TRANSPORT_PAUSE, 0);
    run(rig, NULL, 0, 256);
    assert_true(atomic_load(&recording->finished));
    take(recording);
    assert_int_equal(taken.frames, 5000);
    for (uint32_t f = 0; f < taken.frames; ++f) {
      assert_true(taken.samples[f] == (i ? -(float)f : (float)f));
    }

    rig_free(rig);
    recording_free(recording);
  }
}

static void
test_passes_follow_the_loop(void** state)
{
  (void)state;
  for (size_t i = 0; i < NUM_PERIODS; ++i) {
    Recording* const recording = recording_of(RECORD_STEREO, 100);
    Rig* const       rig       = rig_with(recording, 10);
    rig_loop(rig, true, BEATS(0.25), BEATS(1));
    rig_send(rig, 0);
    rig_command_at(rig, 50000, TRANSPORT_STOP, 0);
    run(rig, NULL, 0, periods[i]);
    take(recording);

    // 24,000 frames a beat, 18,000 a loop
    assert_int_equal(taken.num_events, 4);
    static const uint64_t frames[] = {10, 24010, 42010, 50000};
    for (uint32_t k = 0; k < 4u; ++k) {
      assert_int_equal(taken.events[k].frame, frames[k]);
      assert_int_equal(taken.events[k].type, k < 3u ? RECORD_PASS : RECORD_END);
    }

    assert_int_equal(taken.events[1].ticks, BEATS(0.25));
    assert_int_equal(taken.events[1].before, BEATS(1));
    assert_int_equal(taken.events[2].ticks, BEATS(0.25));
    assert_int_equal(taken.frames, 49990);
    rig_free(rig);
    recording_free(recording);
  }
}

static void
test_a_new_tempo_is_no_jump(void** state)
{
  (void)state;
  Recording* const recording = recording_of(RECORD_STEREO, 0);
  Rig* const       rig       = rig_with(recording, 0);
  rig_tempo(rig, BPM(60));
  rig_send(rig, 12000);
  rig_command_at(rig, 36000, TRANSPORT_STOP, 0);
  run(rig, NULL, 0, 256);
  take(recording);
  assert_int_equal(taken.num_events, 3);
  assert_int_equal(taken.events[0].size, 1);
  assert_int_equal(taken.events[1].size, 0);
  assert_int_equal(taken.events[1].frame, 12000);
  assert_int_equal(taken.events[1].place, BEATS(0.5));
  assert_int_equal(taken.events[1].part, 0);
  assert_int_equal(taken.frames, 36000);
  rig_free(rig);
  recording_free(recording);
}

static void
test_midi_is_recorded_with_its_frames(void** state)
{
  (void)state;
  const MidiEvent events[] = {
    {50, 3, {0x90, 60, 100}},
    {1500, 3, {0x90, 61, 100}},
    {1501, 1, {0xF8, 0, 0}},
    {4095, 3, {0xB3, 1, 64}},
    {20050, 3, {0x80, 61, 0}},
    {20101, 3, {0x80, 62, 0}},
  };
  for (size_t i = 0; i < NUM_PERIODS; ++i) {
    Recording* const recording = recording_of(RECORD_STEREO, 100);
    Rig* const       rig       = rig_with(recording, 1000);
    rig_command_at(rig, 20000, TRANSPORT_STOP, 0);
    run(rig, events, 6, periods[i]);
    take(recording);

    static const uint64_t frames[] = {1500, 4095, 20050};
    uint32_t              found    = 0;
    for (uint32_t k = 0; k < taken.num_events; ++k) {
      if (taken.events[k].type == RECORD_MIDI) {
        assert_true(found < 3u);
        assert_int_equal(taken.events[k].frame, frames[found++]);
      }
    }

    assert_int_equal(found, 3);
    rig_free(rig);
    recording_free(recording);
  }
}

static void
test_nothing_is_recorded_while_it_stands(void** state)
{
  (void)state;
  Recording* const recording = recording_of(RECORD_STEREO, 100);
  Rig* const       rig       = rig_new(1);
  rig_op(rig, (Operation){.type = OPERATION_RECORD, .recording = recording});
  rig_send(rig, 1000);
  run(rig, NULL, 0, 256);
  assert_true(atomic_load(&recording->finished));
  assert_false(atomic_load(&recording->rolling));
  take(recording);
  assert_int_equal(taken.num_events, 0);
  assert_int_equal(taken.frames, 0);
  rig_free(rig);
  recording_free(recording);
}

static void
test_what_has_no_room_is_counted(void** state)
{
  (void)state;
  Recording* const recording = recording_of(RECORD_STEREO, 0);
  Rig* const       rig       = rig_with(recording, 0);
  for (uint32_t i = 0; i < 6u; ++i) {
    run(rig, NULL, 0, 1024);
  }

  rig_command_at(rig, 0, TRANSPORT_STOP, 0);
  run(rig, NULL, 0, 1024);
  const uint64_t lost = atomic_load(&recording->takes[0].lost);
  RecordBlock    block;
  uint64_t       frames = 0;
  while (ring_read(recording->takes[0].blocks, &block)) {
    frames += block.n;
  }

  assert_true(lost > 0);
  assert_int_equal(frames + lost, 6u * LENGTH);
  rig_free(rig);
  recording_free(recording);
}

static void
test_an_audio_track_lets_its_input_be_heard(void** state)
{
  (void)state;
  static float left[LENGTH];
  static float right[LENGTH];
  static float quiet_left[LENGTH];
  static float quiet_right[LENGTH];
  for (uint32_t i = 0; i < LENGTH; ++i) {
    quiet_left[i]  = 0.25f;
    quiet_right[i] = -0.5f;
  }

  static const float want[3][2] = {
    {0.25f, -0.5f}, {0.25f, 0.25f}, {-0.5f, -0.5f}};
  for (uint32_t sides = RECORD_STEREO; sides <= RECORD_RIGHT; ++sides) {
    Rig* const rig = rig_new(1);
    rig_track(rig, TRACK_AUDIO, NULL);
    rig_schedule(rig);
    rig_op(rig,
           (Operation){.type  = OPERATION_INPUT,
                       .track = rig->tracks[0].source,
                       .input = {true, 0, (RecordSides)sides, 0}});
    rig_send(rig, 0);
    rig_op(rig,
           (Operation){.type  = OPERATION_INPUT,
                       .track = rig->tracks[0].source,
                       .input = {false, 0, (RecordSides)sides, 0}});
    rig_send(rig, 30000);
    const EngineIO input = {.in_left = quiet_left, .in_right = quiet_right};
    rig_run_input(rig, &input, left, right, LENGTH, 256);
    for (uint32_t f = 1000; f < 30000u; ++f) {
      assert_true(left[f] == want[sides][0] && right[f] == want[sides][1]);
    }

    for (uint32_t f = 31000; f < LENGTH; ++f) {
      assert_true(left[f] == 0.0f && right[f] == 0.0f);
    }

    rig_free(rig);
  }
}

int
main(void)
{
  fill_inputs();
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_take_begins_and_ends_with_its_latency),
    cmocka_unit_test(test_one_side_is_recorded),
    cmocka_unit_test(test_passes_follow_the_loop),
    cmocka_unit_test(test_a_new_tempo_is_no_jump),
    cmocka_unit_test(test_midi_is_recorded_with_its_frames),
    cmocka_unit_test(test_nothing_is_recorded_while_it_stands),
    cmocka_unit_test(test_what_has_no_room_is_counted),
    cmocka_unit_test(test_an_audio_track_lets_its_input_be_heard),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
