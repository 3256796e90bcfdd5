// SPDX-License-Identifier: GPL-3.0-or-later
//
// Controllers of clips are moved at their frames, and to rest when they are due

#include "rig.h"

enum { MAX_MOVES = 64 };

/// What an instrument was told
typedef struct {
  uint32_t    frame; ///< Since the last reset
  ControlKind kind;
  uint8_t     number;
  float       value;
} Move;

static Move     moves[MAX_MOVES];
static uint32_t num_moves;
static uint32_t now;

static void
ear_reset(void* const self)
{
  probe_reset(self);
  now = 0;
}

static void
ear_run(void* const    self,
        float* const   left,
        float* const   right,
        const uint32_t stride,
        const uint64_t grid_frame,
        const uint32_t n)
{
  probe_run(self, left, right, stride, grid_frame, n);
  now += n;
}

static void
ear_control(void* const       self,
            const ControlKind kind,
            const uint8_t     number,
            const float       value)
{
  (void)self;
  assert_true(num_moves < MAX_MOVES);
  moves[num_moves++] = (Move){now, kind, number, value};
}

static const InstrumentInfo ear_info = {
  .symbol   = "ear",
  .label    = "Ear",
  .size     = probe_size,
  .init     = probe_init,
  .set      = probe_set,
  .reset    = ear_reset,
  .note_on  = probe_on,
  .note_off = probe_off,
  .all_off  = probe_all_off,
  .run      = ear_run,
  .active   = probe_active,
  .control  = ear_control,
};

/// A rig at 120 BPM (24,000 frames a beat) with a MIDI track
static Rig*
rig_with_track(void)
{
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_MIDI, &ear_info);
  rig_schedule(rig);
  num_moves = 0;
  return rig;
}

static PartControl
moved(const double      at,
      const ControlKind kind,
      const uint8_t     number,
      const float       value)
{
  return (PartControl){
    .at = BEATS(at), .kind = (uint8_t)kind, .number = number, .value = value};
}

/// A clip with controllers
static ClipPart*
clip_of(Rig* const               rig,
        const uint32_t           id,
        const double             start,
        const double             end,
        const PartControl* const controls,
        const uint32_t           count,
        const uint32_t           num_controllers)
{
  ClipPart* const part = rig_midi(rig, id, BEATS(start), BEATS(end), NULL, 0);
  part->controls       = (PartControl*)calloc(count, sizeof(PartControl));
  assert_non_null(part->controls);
  memcpy(part->controls, controls, count * sizeof(PartControl));
  part->num_controls    = count;
  part->num_controllers = num_controllers;
  return part;
}

static void
check_moves(const Move* const expected, const uint32_t count)
{
  for (uint32_t i = 0; i < count && i < num_moves; ++i) {
    if (moves[i].frame != expected[i].frame ||
        moves[i].kind != expected[i].kind ||
        moves[i].number != expected[i].number ||
        moves[i].value != expected[i].value) {
      fail_msg("move %u: kind %u of %u to %g at %u, not kind %u of %u to %g at "
               "%u",
               i,
               moves[i].kind,
               moves[i].number,
               (double)moves[i].value,
               moves[i].frame,
               expected[i].kind,
               expected[i].number,
               (double)expected[i].value,
               expected[i].frame);
    }
  }

  assert_int_equal(num_moves, count);
  num_moves = 0;
}

#define CHECK_MOVES(...)                                                       \
  do {                                                                         \
    static const Move expected[] = {__VA_ARGS__};                              \
    check_moves(expected, sizeof(expected) / sizeof(expected[0]));             \
  } while (0)

static const PartControl wheel_and_pedal[] = {
  {.at = 0, .kind = CONTROL_CC, .number = 1, .value = 0.25f},
  {.at     = TICKS_PER_BEAT / 2,
   .kind   = CONTROL_CC,
   .number = CONTROL_SUSTAIN,
   .value  = 1.0f},
  {.at = TICKS_PER_BEAT * 3 / 4, .kind = CONTROL_BEND, .value = -0.5f},
};

static void
test_each_is_moved_at_its_frame_for_all_periods(void** state)
{
  (void)state;
  static const uint32_t periods[] = {1, 16, 32, 100, 1024, 4096};
  for (unsigned i = 0; i < sizeof(periods) / sizeof(periods[0]); ++i) {
    Rig* const      rig  = rig_with_track();
    ClipPart* const part = clip_of(rig, 1, 0.1, 1.1, wheel_and_pedal, 3, 3);
    rig_clips(rig, 0, (ClipPart*[]){part}, 1);
    rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
    rig_run(rig, NULL, NULL, 40000, periods[i]);

    // What a player holds is let go of at the clip's end
    CHECK_MOVES({2400, CONTROL_CC, 1, 0.25f},
                {14400, CONTROL_CC, CONTROL_SUSTAIN, 1.0f},
                {20400, CONTROL_BEND, 0, -0.5f},
                {26400, CONTROL_BEND, 0, 0.0f},
                {26400, CONTROL_CC, CONTROL_SUSTAIN, 0.0f});
    rig_free(rig);
  }
}

static void
test_a_start_inside_moves_all_to_where_they_are(void** state)
{
  (void)state;
  Rig* const        rig        = rig_with_track();
  const PartControl controls[] = {moved(0.0, CONTROL_CC, 1, 0.1f),
                                  moved(0.2, CONTROL_CC, 1, 0.2f),
                                  moved(0.4, CONTROL_PRESSURE, 0, 0.5f),
                                  moved(0.6, CONTROL_CC, 1, 0.3f)};
  ClipPart* const   part       = clip_of(rig, 1, 0.0, 4.0, controls, 4, 2);
  rig_clips(rig, 0, (ClipPart*[]){part}, 1);
  rig_transport(rig, TRANSPORT_LOCATE, BEATS(0.5));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, NULL, NULL, 12000, 256);
  CHECK_MOVES({0, CONTROL_PRESSURE, 0, 0.5f},
              {0, CONTROL_CC, 1, 0.2f},
              {2400, CONTROL_CC, 1, 0.3f});
  rig_free(rig);
}

static void
test_a_jump_puts_to_rest_what_is_not_moved_there(void** state)
{
  (void)state;
  Rig* const      rig  = rig_with_track();
  ClipPart* const part = clip_of(rig, 1, 0.5, 4.0, wheel_and_pedal, 3, 3);
  rig_clips(rig, 0, (ClipPart*[]){part}, 1);
  rig_loop(rig, true, 0, BEATS(1.1));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, NULL, NULL, 28000, 256);
  CHECK_MOVES({12000, CONTROL_CC, 1, 0.25f},
              {24000, CONTROL_CC, CONTROL_SUSTAIN, 1.0f},
              {26400, CONTROL_CC, CONTROL_SUSTAIN, 0.0f},
              {26400, CONTROL_CC, 1, 0.0f});
  rig_free(rig);
}

static void
test_a_clip_that_goes_on_takes_over(void** state)
{
  (void)state;
  Rig* const        rig    = rig_with_track();
  const PartControl down[] = {moved(0.0, CONTROL_CC, CONTROL_SUSTAIN, 1.0f)};
  ClipPart* const   a      = clip_of(rig, 1, 0.0, 0.5, down, 1, 1);
  ClipPart* const   b      = clip_of(rig, 2, 0.5, 1.0, down, 1, 1);
  rig_clips(rig, 0, (ClipPart*[]){a, b}, 2);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, NULL, NULL, 40000, 256);
  CHECK_MOVES({0, CONTROL_CC, CONTROL_SUSTAIN, 1.0f},
              {12000, CONTROL_CC, CONTROL_SUSTAIN, 1.0f},
              {24000, CONTROL_CC, CONTROL_SUSTAIN, 0.0f});
  rig_free(rig);
}

static void
test_a_stop_and_a_clip_that_goes_let_go(void** state)
{
  (void)state;
  Rig* const      rig  = rig_with_track();
  ClipPart* const part = clip_of(rig, 1, 0.0, 4.0, wheel_and_pedal, 2, 2);
  rig_clips(rig, 0, (ClipPart*[]){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_command_at(rig, 13000, TRANSPORT_PAUSE, 0);
  rig_run(rig, NULL, NULL, 14000, 256);
  CHECK_MOVES({0, CONTROL_CC, 1, 0.25f},
              {12000, CONTROL_CC, CONTROL_SUSTAIN, 1.0f},
              {13000, CONTROL_CC, CONTROL_SUSTAIN, 0.0f},
              {13000, CONTROL_CC, 1, 0.0f});

  rig_transport(rig, TRANSPORT_STOP, 0);
  rig_command_at(rig, 14000, TRANSPORT_PLAY, 0);
  rig_clips_at(rig, 15000, NULL, 0);
  rig_run(rig, NULL, NULL, 14000, 256);
  CHECK_MOVES({0, CONTROL_CC, 1, 0.25f}, {1000, CONTROL_CC, 1, 0.0f});
  rig_free(rig);
}

static void
test_the_midi_output_has_each_at_its_frame(void** state)
{
  (void)state;
  const PartControl controls[] = {
    moved(0.0, CONTROL_BEND, 0, -1.0f),
    moved(0.25, CONTROL_CC, 7, 80.0f / 127.0f),
    moved(0.25, CONTROL_BEND, 0, 100.0f / 8192.0f),
    moved(0.5, CONTROL_PRESSURE, 0, 1.0f),
    moved(0.6, CONTROL_POLY, 61, 5.0f / 127.0f)};
  static const struct {
    uint32_t frame;
    uint8_t  size;
    uint8_t  data[3];
  } expected[] = {
    {0, 3, {0xE2, 0x00, 0x00}},
    {6000, 3, {0xB2, 7, 80}},
    {6000, 3, {0xE2, 100, 64}},
    {12000, 2, {0xD2, 127, 0}},
    {14400, 3, {0xA2, 61, 5}},

    // What is held goes to rest where the clip ends
    {24000, 3, {0xA2, 61, 0}},
    {24000, 2, {0xD2, 0, 0}},
    {24000, 3, {0xE2, 0, 64}},
  };

  for (uint32_t period = 16; period <= 4096; period *= 4) {
    static EnginePort ports[ENGINE_MAX_PORTS];
    static float      waste[2][4096];
    MidiEvent         events[32];
    uint32_t          count = 0;
    Rig* const        rig   = rig_with_track();
    ClipPart* const   clip  = clip_of(rig, 1, 0, 1, controls, 5, 4);
    rig_op(rig,
           (Operation){.type     = OPERATION_MIDI_OUT,
                       .track    = rig->tracks[0].source,
                       .midi_out = {1, 3}});
    rig_clips(rig, 0, &(ClipPart*){clip}, 1);
    rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
    for (uint32_t at = 0; at < 26000; at += period) {
      ports[1] = (EnginePort){.midi_out = events, .max_out = 32};
      engine_run(rig->engine,
                 &(EngineIO){
                   .out_left = waste[0], .out_right = waste[1], .ports = ports},
                 period);
      for (uint32_t i = 0; i < ports[1].num_out; ++i) {
        assert_true(count < 8u);
        assert_int_equal(at + events[i].frame, expected[count].frame);
        assert_int_equal(events[i].size, expected[count].size);
        assert_memory_equal(
          events[i].data, expected[count].data, events[i].size);
        ++count;
      }
    }

    assert_int_equal(count, 8);
    num_moves = 0;
    rig_free(rig);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_each_is_moved_at_its_frame_for_all_periods),
    cmocka_unit_test(test_a_start_inside_moves_all_to_where_they_are),
    cmocka_unit_test(test_a_jump_puts_to_rest_what_is_not_moved_there),
    cmocka_unit_test(test_a_clip_that_goes_on_takes_over),
    cmocka_unit_test(test_the_midi_output_has_each_at_its_frame),
    cmocka_unit_test(test_a_stop_and_a_clip_that_goes_let_go),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
