// SPDX-License-Identifier: GPL-3.0-or-later
//
// Notes start and end on their frames, once each, and none hangs

#include "rig.h"

#include "engine/midi_track.h"

enum { LENGTH = 120000 };

static float left[LENGTH];

/// What the probe puts out at a frame
#define STARTS(n) ((float)(n))
#define ENDS(n) (0.25f * (float)(n))

/// A rig at 120 BPM (24,000 frames a beat) with a MIDI track
static Rig*
rig_with_track(void)
{
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_MIDI, &probe_info);
  rig_schedule(rig);
  return rig;
}

static PartNote
note(const double start, const double end, const uint8_t pitch)
{
  return (PartNote){
    .start = BEATS(start), .end = BEATS(end), .pitch = pitch, .velocity = 100};
}

/// Check that the output is what `events` say and zero elsewhere
static void
check_events(const float (*const events)[2],
             const uint32_t num_events,
             const uint32_t length)
{
  uint32_t next = 0;
  for (uint32_t f = 0; f < length; ++f) {
    float want = 0.0f;
    if (next < num_events && (uint32_t)events[next][0] == f) {
      want = events[next++][1];
    }

    if (left[f] != want) {
      fail_msg("frame %u: %g, not %g", f, (double)left[f], (double)want);
    }
  }

  assert_int_equal(next, num_events);
}

#define CHECK_EVENTS(length, ...)                                              \
  do {                                                                         \
    static const float events[][2] = {__VA_ARGS__};                            \
    check_events(events, sizeof(events) / sizeof(events[0]), length);          \
  } while (0)

static void
test_notes_start_and_end_on_their_frames(void** state)
{
  (void)state;
  enum { NUM_NOTES = 60, NUM_PARTS = 4 };
  __extension__ typedef __int128 Wide;

  Random random = {1};
  for (unsigned i = 0; i < 100; ++i) {
    const MicroBpm tempo =
      20000000 + (MicroBpm)random_below(&random, 280000001);
    const Ticks from  = (Ticks)random_below(&random, 100 * BEATS(1));
    const Wide  scale = (Wide)RIG_RATE * 60000000;
    const Wide  d     = (Wide)tempo * TICKS_PER_BEAT;

    // Overlapping clips with notes that start in them, at random
    static float want[LENGTH];
    memset(want, 0, sizeof(want));
    Rig* const rig = rig_with_track();
    ClipPart*  parts[NUM_PARTS];
    Ticks      start = from;
    for (uint32_t p = 0; p < NUM_PARTS; ++p) {
      PartNote notes[NUM_NOTES];
      Ticks    at = 0;
      for (uint32_t k = 0; k < NUM_NOTES; ++k) {
        at += (Ticks)random_below(&random, BEATS(0.1));
        const Ticks end = at + 1 + (Ticks)random_below(&random, BEATS(0.2));
        notes[k] =
          (PartNote){.start = at, .end = end, .pitch = 60, .velocity = 1};

        const Wide    on    = (start + at - from) * scale;
        const Wide    off   = (start + end - from) * scale;
        const int64_t first = (int64_t)((2 * on + d) / (2 * d));
        const int64_t exact = (int64_t)((2 * off + d) / (2 * d));
        const int64_t last  = exact > first ? exact : first + 1;
        if (first < LENGTH) {
          want[first] += 1.0f;
        }

        if (last < LENGTH) {
          want[last] += 0.25f;
        }
      }

      parts[p] =
        rig_midi(rig, p + 1u, start, start + at + BEATS(1), notes, NUM_NOTES);
      start += (Ticks)random_below(&random, BEATS(1));
    }

    rig_tempo(rig, tempo);
    rig_clips(rig, 0, parts, NUM_PARTS);
    rig_transport(rig, TRANSPORT_LOCATE, from);
    rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
    rig_run(rig, left, NULL, LENGTH, 1u + (uint32_t)random_below(&random, 700));
    for (uint32_t f = 0; f < LENGTH; ++f) {
      if (left[f] != want[f]) {
        fail_msg("case %u, frame %u: %g, not %g",
                 i,
                 f,
                 (double)left[f],
                 (double)want[f]);
      }
    }

    rig_free(rig);
  }
}

static void
test_an_end_comes_at_least_a_frame_after_the_start(void** state)
{
  (void)state;
  Rig* const      rig     = rig_with_track();
  const PartNote  notes[] = {{.start = 0, .end = 1, .pitch = 60, .velocity = 1},
                             {.start    = BEATS(255.0 / 24000),
                              .end      = BEATS(255.0 / 24000) + 1,
                              .pitch    = 61,
                              .velocity = 1}};
  ClipPart* const part    = rig_midi(rig, 1, 0, BEATS(1), notes, 2);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, NULL, 1000, 256);
  CHECK_EVENTS(
    1000, {0, STARTS(1)}, {1, ENDS(1)}, {255, STARTS(1)}, {256, ENDS(1)});
  rig_free(rig);
}

static void
test_a_start_inside_notes_starts_them(void** state)
{
  (void)state;
  Rig* const      rig     = rig_with_track();
  const PartNote  notes[] = {note(0.0, 0.4, 60),
                             note(0.25, 1.0, 61),
                             note(0.5, 0.75, 62),
                             note(0.5, 1.5, 63)};
  ClipPart* const part    = rig_midi(rig, 1, BEATS(1), BEATS(3), notes, 4);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_transport(rig, TRANSPORT_LOCATE, BEATS(1.5));
  rig_command_at(rig, 10, TRANSPORT_PLAY, 0);
  rig_run(rig, left, NULL, 30000, 256);
  CHECK_EVENTS(30000,
               {10, STARTS(3)},
               {6010, ENDS(1)},
               {12010, ENDS(1)},
               {24010, ENDS(1)});
  rig_free(rig);
}

static void
test_a_jump_ends_all_and_starts_what_is_there(void** state)
{
  (void)state;

  // A loop of a beat, in the middle of one note and at the start of another
  Rig* const      rig     = rig_with_track();
  const PartNote  notes[] = {note(0.0, 4.0, 60), note(0.5, 0.75, 61)};
  ClipPart* const part    = rig_midi(rig, 1, 0, BEATS(4), notes, 2);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_loop(rig, true, BEATS(0.5), BEATS(1.5));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_command_at(rig, 70000, TRANSPORT_STOP, 0);
  rig_run(rig, left, NULL, 80000, 256);
  CHECK_EVENTS(80000,
               {0, STARTS(1)},
               {12000, STARTS(1)},
               {18000, ENDS(1)},
               {36000, ENDS(1) + STARTS(2)},
               {42000, ENDS(1)},
               {60000, ENDS(1) + STARTS(2)},
               {66000, ENDS(1)},
               {70000, ENDS(1)});
  rig_free(rig);
}

static void
test_ten_thousand_short_loops_leave_no_note(void** state)
{
  (void)state;

  // 1,311 ticks are 32.007 frames, about the shortest that a loop may be
  const int64_t   length  = 1311;
  Rig* const      rig     = rig_with_track();
  const PartNote  notes[] = {note(0.0, 1.0, 60)};
  ClipPart* const part    = rig_midi(rig, 1, 0, BEATS(1), notes, 1);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_loop(rig, true, 0, length);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  int64_t loops = 0;
  for (int64_t at = 0; loops <= 10000; at += 100000) {
    rig_run(rig, left, NULL, 100000, 1024);
    for (int64_t f = 0; f < 100000; ++f) {
      const bool jumps =
        (2 * loops * length * 24000 + TICKS_PER_BEAT) / (2 * TICKS_PER_BEAT) ==
        at + f;
      const float before = loops ? ENDS(1) : 0.0f;
      assert_true(left[f] == (jumps ? before + STARTS(1) : 0.0f));
      loops += jumps;
    }
  }

  assert_int_equal(rig_state(rig).loops, loops - 1);
  rig_free(rig);
}

static void
test_an_edit_keeps_the_notes_that_are_in_both(void** state)
{
  (void)state;
  Rig* const     rig      = rig_with_track();
  const PartNote before[] = {
    note(0.0, 1.0, 60), note(0.0, 1.0, 62), note(0.5, 1.0, 64)};

  // One is longer now, one is gone, one is new under the playhead and silent
  const PartNote after[] = {
    note(0.0, 1.5, 60), note(0.125, 1.0, 65), note(0.5, 1.0, 64)};
  ClipPart* const old = rig_midi(rig, 1, 0, BEATS(4), before, 3);
  ClipPart* const new = rig_midi(rig, 1, 0, BEATS(4), after, 3);
  rig_clips(rig, 0, &(ClipPart*){old}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_clips_at(rig, 6000, &(ClipPart*){new}, 1);
  rig_run(rig, left, NULL, 50000, 256);
  CHECK_EVENTS(50000,
               {0, STARTS(2)},
               {6000, ENDS(1)},
               {12000, STARTS(1)},
               {24000, ENDS(1)},
               {36000, ENDS(1)});
  rig_free(rig);
}

static void
test_muted_moved_and_removed_clips_end_their_notes(void** state)
{
  (void)state;
  for (unsigned i = 0; i < 3; ++i) {
    Rig* const      rig     = rig_with_track();
    const PartNote  notes[] = {note(0.0, 1.0, 60), note(0.5, 1.0, 64)};
    ClipPart* const old     = rig_midi(rig, 1, 0, BEATS(4), notes, 2);
    ClipPart* const new =
      rig_midi(rig, 1, i == 1 ? BEATS(1) : 0, BEATS(5), notes, 2);
    new->muted = i == 0;
    rig_clips(rig, 0, &(ClipPart*){old}, 1);
    rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
    rig_clips_at(rig, 6000, &(ClipPart*){new}, i == 2 ? 0 : 1);
    rig_run(rig, left, NULL, 20000, 256);
    CHECK_EVENTS(20000, {0, STARTS(1)}, {6000, ENDS(1)});
    rig_free(rig);
  }
}

static void
test_one_note_too_many_ends_the_oldest(void** state)
{
  (void)state;
  enum { NUM_NOTES = MAX_SOUNDING + 1 };

  Rig* const rig = rig_with_track();
  PartNote   notes[NUM_NOTES];
  for (uint32_t i = 0; i < NUM_NOTES; ++i) {
    notes[i] = note(i * 100.0 / 24000, 4.0, (uint8_t)(i % 128u));
  }

  ClipPart* const part = rig_midi(rig, 1, 0, BEATS(4), notes, NUM_NOTES);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, NULL, 96001, 256);
  for (uint32_t i = 0; i < NUM_NOTES; ++i) {
    assert_true(left[100u * i] == STARTS(1) + ENDS(i == MAX_SOUNDING));
  }

  assert_true(left[96000] == ENDS(MAX_SOUNDING));
  rig_free(rig);
}

static void
test_a_new_tempo_loses_and_repeats_no_note(void** state)
{
  (void)state;
  enum { NUM_NOTES = 3000 };

  // A note every sixteen frames while the tempo changes every few frames
  Rig* const      rig = rig_with_track();
  static PartNote notes[NUM_NOTES];
  Random          random = {5};
  for (uint32_t i = 0; i < NUM_NOTES; ++i) {
    notes[i] = note(i * 16.0 / 24000, i * 16.0 / 24000 + 0.001, 60);
  }

  ClipPart* const part = rig_midi(rig, 1, 0, BEATS(40), notes, NUM_NOTES);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  uint32_t starts = 0;
  uint32_t ends   = 0;
  for (uint32_t i = 0; i < 3000; ++i) {
    rig_tempo(rig, 20000000 + (MicroBpm)random_below(&random, 280000001));
    rig_send(rig, 0);
    rig_run(rig, left, NULL, 64, 64);
    for (uint32_t f = 0; f < 64; ++f) {
      starts += (uint32_t)left[f];
      ends += (uint32_t)((left[f] - (float)(uint32_t)left[f]) * 4.0f);
    }
  }

  // All that lie before the playhead were heard, and no other
  const Ticks    position = rig_state(rig).position;
  const uint32_t passed   = (uint32_t)(position / BEATS(16.0 / 24000)) + 1u;
  const uint32_t want     = passed < NUM_NOTES ? passed : NUM_NOTES;
  assert_in_range(starts, want - 1u, want + 1u);
  assert_true(want > NUM_NOTES / 2u);

  // At the end of everything they are all there, and ended
  for (uint32_t i = 0; i < 30; ++i) {
    rig_run(rig, left, NULL, 32768, 256);
    for (uint32_t f = 0; f < 32768; ++f) {
      starts += (uint32_t)left[f];
      ends += (uint32_t)((left[f] - (float)(uint32_t)left[f]) * 4.0f);
    }
  }

  assert_int_equal(starts, NUM_NOTES);
  assert_int_equal(ends, NUM_NOTES);
  rig_free(rig);
}

static void
test_live_notes_are_apart_from_the_timeline(void** state)
{
  (void)state;
  Rig* const      rig     = rig_with_track();
  const PartNote  notes[] = {note(0.0, 1.0, 60)};
  ClipPart* const part    = rig_midi(rig, 1, 0, BEATS(1), notes, 1);
  const Note      live    = {.key = 0x80000000u, .pitch = 60, .velocity = 90};

  // The same key, pitch and track; a jump and a stop leave it alone
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_loop(rig, true, 0, BEATS(0.5));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_op(rig,
         (Operation){.type  = OPERATION_NOTE_ON,
                     .track = rig->tracks[0].source,
                     .note  = live});
  rig_send(rig, 777);
  rig_command_at(rig, 13000, TRANSPORT_STOP, 0);
  rig_op(rig,
         (Operation){.type  = OPERATION_NOTE_OFF,
                     .track = rig->tracks[0].source,
                     .note  = live});
  rig_send(rig, 15001);
  rig_run(rig, left, NULL, 20000, 256);
  CHECK_EVENTS(20000,
               {0, STARTS(1)},
               {777, STARTS(1)},
               {12000, ENDS(1) + STARTS(1)},
               {13000, ENDS(1)},
               {15001, ENDS(1)});
  rig_free(rig);
}

static void
test_sounding_notes_move_to_a_new_instrument(void** state)
{
  (void)state;
  Rig* const      rig     = rig_with_track();
  const PartNote  notes[] = {note(0.0, 1.0, 60), note(0.0, 0.5, 64)};
  ClipPart* const part    = rig_midi(rig, 1, 0, BEATS(1), notes, 2);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  Instrument* const other =
    instrument_new(&probe_info, RIG_RATE, rig->config.level);
  assert_non_null(other);
  rig_op(rig,
         (Operation){.type       = OPERATION_INSTRUMENT,
                     .track      = rig->tracks[0].source,
                     .instrument = other});
  rig_send(rig, 6000);
  rig_run(rig, left, NULL, 30000, 256);
  CHECK_EVENTS(30000,
               {0, STARTS(2)},
               {6000, STARTS(2)},
               {12000, ENDS(1)},
               {24000, ENDS(1)});
  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_notes_start_and_end_on_their_frames),
    cmocka_unit_test(test_an_end_comes_at_least_a_frame_after_the_start),
    cmocka_unit_test(test_a_start_inside_notes_starts_them),
    cmocka_unit_test(test_a_jump_ends_all_and_starts_what_is_there),
    cmocka_unit_test(test_ten_thousand_short_loops_leave_no_note),
    cmocka_unit_test(test_an_edit_keeps_the_notes_that_are_in_both),
    cmocka_unit_test(test_muted_moved_and_removed_clips_end_their_notes),
    cmocka_unit_test(test_one_note_too_many_ends_the_oldest),
    cmocka_unit_test(test_a_new_tempo_loses_and_repeats_no_note),
    cmocka_unit_test(test_live_notes_are_apart_from_the_timeline),
    cmocka_unit_test(test_sounding_notes_move_to_a_new_instrument),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
