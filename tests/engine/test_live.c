// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is played live is heard at its frame, and no note of it hangs

#include "rig.h"

#include "engine/midi_live.h"

enum { LENGTH = 20000 };

static float          left[LENGTH];
static const float    silence[LENGTH];
static const uint32_t periods[] = {16, 63, 256, 1024, 4096};

#define NUM_PERIODS (sizeof(periods) / sizeof(periods[0]))

static MidiEvent
event(const uint32_t frame, const uint8_t a, const uint8_t b, const uint8_t c)
{
  return (MidiEvent){frame, 3, {a, b, c}};
}

/// A rig with MIDI tracks, each of which listens to a channel
static Rig*
rig_with_tracks(const uint8_t* const channels, const uint32_t num)
{
  Rig* const rig = rig_new(1);
  for (uint32_t i = 0; i < num; ++i) {
    rig_track(rig, TRACK_MIDI, &probe_info);
  }

  rig_schedule(rig);
  for (uint32_t i = 0; i < num; ++i) {
    rig_op(rig,
           (Operation){.type  = OPERATION_INPUT,
                       .track = rig->tracks[i].source,
                       .input = {true, channels[i], RECORD_STEREO, 0}});
  }

  rig_send(rig, 0);
  rig_run(rig, NULL, NULL, 64, 64);
  return rig;
}

static void
run_events(Rig* const             rig,
           const MidiEvent* const events,
           const uint32_t         num,
           const uint32_t         period)
{
  const EngineIO input = {
    .in_left = silence, .in_right = silence, .midi = events, .num_midi = num};
  rig_run_input(rig, &input, left, NULL, LENGTH, period);
}

/// Check that the output is `want` at some frames, in order, and else zero
static void
check_frames(const float (*const want)[2], const uint32_t num)
{
  uint32_t next = 0;
  for (uint32_t f = 0; f < LENGTH; ++f) {
    const bool  is_next = next < num && (uint32_t)want[next][0] == f;
    const float value   = is_next ? want[next++][1] : 0.0f;
    if (left[f] != value) {
      fail_msg("frame %u: %g, not %g", f, (double)left[f], (double)value);
    }
  }

  assert_int_equal(next, num);
}

static void
test_notes_are_heard_at_their_frames(void** state)
{
  (void)state;
  const MidiEvent events[] = {
    event(0, 0x90, 60, 100),
    event(1, 0x90, 64, 1),
    event(255, 0x80, 60, 0),
    event(256, 0x9F, 60, 127),
    event(256, 0x9F, 61, 127),
    event(4095, 0x90, 64, 0),  // An end in other words
    event(4096, 0x8F, 60, 64), // The other note of the channel sounds on
    event(19999, 0x8F, 61, 0),
  };
  static const float want[][2] = {{0, 1.0f},
                                  {1, 1.0f},
                                  {255, 0.25f},
                                  {256, 2.0f},
                                  {4095, 0.25f},
                                  {4096, 0.25f},
                                  {19999, 0.25f}};
  for (size_t i = 0; i < NUM_PERIODS; ++i) {
    Rig* const rig = rig_with_tracks((const uint8_t[]){0}, 1);
    run_events(rig, events, 8, periods[i]);
    check_frames(want, 7);
    rig_free(rig);
  }
}

static void
test_a_track_listens_to_its_channel(void** state)
{
  (void)state;
  const MidiEvent    events[]  = {event(100, 0x90, 60, 100),
                                  event(200, 0x91, 60, 100),
                                  event(300, 0x92, 60, 100),
                                  event(400, 0x80, 60, 0),
                                  event(500, 0x81, 60, 0)};
  static const float want[][2] = {{200, 1.0f}, {300, 1.0f}, {500, 0.25f}};
  Rig* const         rig       = rig_with_tracks((const uint8_t[]){2, 3}, 2);
  run_events(rig, events, 5, 64);
  check_frames(want, 3);
  rig_free(rig);
}

static void
test_what_makes_no_sense_is_ignored(void** state)
{
  (void)state;
  const MidiEvent events[] = {
    {10, 1, {0x90, 0, 0}},
    {20, 2, {0x90, 60, 0}},
    {30, 3, {0x90, 200, 100}},
    {40, 3, {0x90, 60, 200}},
    {50, 3, {0x3C, 0x40, 0x40}},
    {60, 1, {0xF8, 0, 0}},
    {70, 3, {0xF0, 0x40, 0x40}},
    {80, 2, {0xC0, 5, 0}},
    {90, 3, {0x80, 60, 0}},
    {95, 0, {0x90, 60, 100}},
    event(100, 0xB0, 123, 0),
  };
  Rig* const rig = rig_with_tracks((const uint8_t[]){0}, 1);
  run_events(rig, events, 11, 64);
  check_frames(NULL, 0);
  rig_free(rig);
}

static void
test_a_key_struck_twice_is_one_note(void** state)
{
  (void)state;
  const MidiEvent    events[]  = {event(100, 0x90, 60, 100),
                                  event(200, 0x90, 60, 100),
                                  event(300, 0x80, 60, 0),
                                  event(400, 0x80, 60, 0)};
  static const float want[][2] = {{100, 1.0f}, {200, 1.25f}, {300, 0.25f}};
  Rig* const         rig       = rig_with_tracks((const uint8_t[]){0}, 1);
  run_events(rig, events, 4, 128);
  check_frames(want, 3);
  rig_free(rig);
}

static void
test_all_notes_off_ends_the_channel(void** state)
{
  (void)state;
  const MidiEvent    events[]  = {event(100, 0x90, 60, 100),
                                  event(100, 0x90, 61, 100),
                                  event(100, 0x91, 62, 100),
                                  event(300, 0xB0, 123, 0),
                                  event(400, 0xB1, 120, 0)};
  static const float want[][2] = {{100, 3.0f}, {300, 0.5f}, {400, 0.25f}};
  Rig* const         rig       = rig_with_tracks((const uint8_t[]){0}, 1);
  run_events(rig, events, 5, 128);
  check_frames(want, 3);
  rig_free(rig);
}

/// Have the first track hear something else at a frame
static void
set_input(Rig* const rig, const uint64_t frame, const TrackInput input)
{
  rig_op(rig,
         (Operation){.type  = OPERATION_INPUT,
                     .track = rig->tracks[0].source,
                     .input = input});
  rig_send(rig, frame);
}

static void
test_notes_end_when_the_track_stops_listening(void** state)
{
  (void)state;
  const MidiEvent    events[]  = {event(100, 0x90, 60, 100),
                                  event(100, 0x91, 60, 100),
                                  event(900, 0x90, 64, 100),
                                  event(950, 0x91, 64, 100),
                                  event(2500, 0x91, 65, 100)};
  static const float want[][2] = {
    {100, 2.0f}, {600, 0.25f}, {950, 1.0f}, {2000, 0.5f}};
  Rig* const rig = rig_with_tracks((const uint8_t[]){0}, 1);
  set_input(rig, 64 + 600, (TrackInput){true, 2, RECORD_STEREO, 0});
  set_input(rig, 64 + 2000, (TrackInput){false, 2, RECORD_STEREO, 0});
  run_events(rig, events, 5, 256);
  check_frames(want, 4);
  rig_free(rig);
}

static void
test_held_notes_outlive_starts_and_instruments(void** state)
{
  (void)state;
  const MidiEvent    events[]  = {event(100, 0x90, 60, 100),
                                  event(9000, 0x80, 60, 0)};
  static const float want[][2] = {
    {100, 1.0f}, {1000, 1.0f}, {5000, 1.0f}, {9000, 0.25f}};
  Rig* const rig = rig_with_tracks((const uint8_t[]){0}, 1);
  rig_command_at(rig, 64 + 1000, TRANSPORT_PLAY, 0);
  Instrument* const other =
    instrument_new(&probe_info, RIG_RATE, rig->config.level);
  assert_non_null(other);
  rig_op(rig,
         (Operation){.type       = OPERATION_INSTRUMENT,
                     .track      = rig->tracks[0].source,
                     .instrument = other});
  rig_send(rig, 64 + 5000);
  run_events(rig, events, 2, 256);
  check_frames(want, 4);
  rig_free(rig);
}

// Controllers

/// What an instrument was told last
static struct {
  ControlKind kind;
  uint8_t     number;
  float       value;
  uint32_t    count;
} told;

static void
be_told(void* const       self,
        const ControlKind kind,
        const uint8_t     number,
        const float       value)
{
  ((Probe*)self)->start += 8.0f;
  told.kind   = kind;
  told.number = number;
  told.value  = value;
  ++told.count;
}

static void
check_told(const ControlKind kind, const uint8_t number, const float value)
{
  assert_int_equal(told.kind, kind);
  assert_int_equal(told.number, number);
  if (told.value != value) {
    fail_msg("%g, not %g", (double)told.value, (double)value);
  }
}

static void
test_controllers_arrive_at_their_frames(void** state)
{
  (void)state;
  static const struct {
    uint8_t     data[3];
    uint8_t     size;
    ControlKind kind;
    uint8_t     number;
    float       value;
  } cases[] = {
    {{0xB0, 64, 127}, 3, CONTROL_CC, 64, 1.0f},
    {{0xB3, 1, 0}, 3, CONTROL_CC, 1, 0.0f},
    {{0xE0, 0, 0}, 3, CONTROL_BEND, 0, -1.0f},
    {{0xE0, 0, 64}, 3, CONTROL_BEND, 0, 0.0f},
    {{0xE0, 127, 127}, 3, CONTROL_BEND, 0, 1.0f},
    {{0xD0, 127, 0}, 2, CONTROL_PRESSURE, 0, 1.0f},
    {{0xA0, 61, 127}, 3, CONTROL_POLY, 61, 1.0f},
  };

  InstrumentInfo info = probe_info;
  info.control        = be_told;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    Rig* const rig = rig_new(1);
    rig_track(rig, TRACK_MIDI, &info);
    rig_schedule(rig);
    set_input(rig, 0, (TrackInput){true, 0, RECORD_STEREO, 0});
    rig_run(rig, NULL, NULL, 64, 64);
    MidiEvent events[] = {{777, cases[i].size, {0}}};
    memcpy(events[0].data, cases[i].data, 3);
    static const float want[][2] = {{777, 8.0f}};
    run_events(rig, events, 1, 256);
    check_frames(want, 1);
    check_told(cases[i].kind, cases[i].number, cases[i].value);
    rig_free(rig);
  }
}

static void
test_the_pedal_is_let_go_and_kept(void** state)
{
  (void)state;
  InstrumentInfo info = probe_info;
  info.control        = be_told;
  Rig* const rig      = rig_new(1);
  rig_track(rig, TRACK_MIDI, &info);
  rig_schedule(rig);
  set_input(rig, 0, (TrackInput){true, 0, RECORD_STEREO, 0});
  rig_run(rig, NULL, NULL, 64, 64);

  // A start puts the instrument at rest, the foot is still down
  const MidiEvent down[] = {event(10, 0xB0, 64, 127)};
  run_events(rig, down, 1, 256);
  told.count = 0;
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  run_events(rig, NULL, 0, 256);
  assert_int_equal(told.count, 3); // With the bend and the pressure
  check_told(CONTROL_PRESSURE, 0, 0.0f);

  set_input(rig, 0, (TrackInput){false, 0, RECORD_STEREO, 0});
  run_events(rig, NULL, 0, 256);
  assert_int_equal(told.count, 4);
  check_told(CONTROL_CC, 64, 0.0f);
  rig_free(rig);
}

static void
test_panic_forgets_what_is_held(void** state)
{
  (void)state;
  const MidiEvent    events[]  = {event(100, 0x90, 60, 100),
                                  event(2000, 0x80, 60, 0)};
  static const float want[][2] = {{100, 1.0f}};
  Rig* const         rig       = rig_with_tracks((const uint8_t[]){0}, 1);
  rig_op(rig, (Operation){.type = OPERATION_PANIC});
  rig_send(rig, 64 + 1000);
  rig_command_at(rig, 64 + 1500, TRANSPORT_PLAY, 0);
  run_events(rig, events, 2, 256);
  check_frames(want, 1);
  rig_free(rig);
}

static void
test_the_timeline_plays_on_beside(void** state)
{
  (void)state;
  // At 120 BPM a beat has 24,000 frames
  const PartNote note = {
    .start = BEATS(0), .end = BEATS(0.25), .pitch = 60, .velocity = 100};
  const MidiEvent    events[]  = {event(3000, 0x90, 60, 100),
                                  event(6000, 0x80, 60, 0),
                                  event(7000, 0x80, 60, 0)};
  static const float want[][2] = {{0, 1.0f}, {3000, 1.0f}, {6000, 0.5f}};
  for (size_t i = 0; i < NUM_PERIODS; ++i) {
    Rig* const rig     = rig_with_tracks((const uint8_t[]){0}, 1);
    ClipPart*  parts[] = {rig_midi(rig, 1, 0, BEATS(4), &note, 1)};
    rig_clips(rig, 0, parts, 1);
    rig_command_at(rig, 64, TRANSPORT_PLAY, 0);
    run_events(rig, events, 3, periods[i]);
    check_frames(want, 3);
    rig_free(rig);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_notes_are_heard_at_their_frames),
    cmocka_unit_test(test_a_track_listens_to_its_channel),
    cmocka_unit_test(test_what_makes_no_sense_is_ignored),
    cmocka_unit_test(test_a_key_struck_twice_is_one_note),
    cmocka_unit_test(test_all_notes_off_ends_the_channel),
    cmocka_unit_test(test_notes_end_when_the_track_stops_listening),
    cmocka_unit_test(test_held_notes_outlive_starts_and_instruments),
    cmocka_unit_test(test_controllers_arrive_at_their_frames),
    cmocka_unit_test(test_the_pedal_is_let_go_and_kept),
    cmocka_unit_test(test_panic_forgets_what_is_held),
    cmocka_unit_test(test_the_timeline_plays_on_beside),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
