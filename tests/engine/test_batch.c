// SPDX-License-Identifier: GPL-3.0-or-later
//
// Batches are applied at their frame, in order, and all come home

#include "rig.h"

#include "engine/engine_state.h"
#include "support/fail_malloc.h"

/// Longer than any batch stays
#define RIG_HOLD (RIG_RATE / 10u)

enum { LENGTH = 4096 };

static float left[LENGTH];

/// A rig with a MIDI track, on which notes make batches visible
static Rig*
rig_with_probe(void)
{
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_MIDI, &probe_info);
  rig_schedule(rig);
  rig_send(rig, 0);
  rig_run(rig, NULL, NULL, 1, 1);
  return rig;
}

static void
note_at(Rig* const rig, const uint64_t frame, const bool on)
{
  rig_op(rig,
         (Operation){.type  = on ? OPERATION_NOTE_ON : OPERATION_NOTE_OFF,
                     .track = rig->tracks[0].source,
                     .note  = {.key = 1, .pitch = 60, .velocity = 100}});
  rig_send(rig, frame);
}

static void
test_a_batch_is_heard_at_its_frame(void** state)
{
  (void)state;
  static const uint32_t periods[] = {1, 7, 64, 256, 1000, 4096};
  for (unsigned p = 0; p < 6; ++p) {
    Rig* const rig = rig_with_probe();

    // Sent in another order than they are due, two for one frame
    note_at(rig, 1 + 3000, true);
    note_at(rig, 1 + 17, true);
    note_at(rig, 1 + 3000, true);
    note_at(rig, 1 + 400, true);
    rig_run(rig, left, NULL, LENGTH, periods[p]);
    for (uint32_t f = 0; f < LENGTH; ++f) {
      const float want = f == 17 || f == 400 ? 1.0f : f == 3000 ? 2.0f : 0.0f;
      assert_true(left[f] == want);
    }

    rig_free(rig);
  }
}

static void
test_those_of_one_frame_and_late_ones_keep_their_order(void** state)
{
  (void)state;
  Rig* const rig = rig_with_probe();
  rig_run(rig, NULL, NULL, 999, 999);

  // An end before its start does nothing, so that 1.25 shows the order; the
  // frames are all past
  for (int i = 0; i < 2; ++i) {
    note_at(rig, i ? 500 : 7, true);
    note_at(rig, i ? 3 : 7, false);
    rig_run(rig, left, NULL, 10, 10);
    assert_true(left[0] == 1.25f);
  }

  rig_free(rig);
}

static void
test_what_moves_things_comes_after_all_sent_before(void** state)
{
  (void)state;

  // A start at 3000; then clips in which a note waits, and a start, at once
  Rig* const      rig  = rig_with_probe();
  const PartNote  note = {.end = BEATS(1), .pitch = 60, .velocity = 100};
  ClipPart* const part = rig_midi(rig, 1, 0, BEATS(1), &note, 1);
  note_at(rig, 1 + 3000, true);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);

  // What moves nothing may still be earlier
  note_at(rig, 1 + 1000, true);
  rig_run(rig, left, NULL, LENGTH, 256);
  for (uint32_t f = 0; f < 3000; ++f) {
    assert_true(left[f] == (f == 1000 ? 1.0f : 0.0f));
  }

  assert_true(left[3000] > 0.0f);
  assert_int_equal(rig_state(rig).state, ENGINE_PLAYING);
  rig_free(rig);
}

static void
test_a_full_ring_is_said_and_nothing_is_lost(void** state)
{
  (void)state;
  Rig* const rig = rig_with_probe();
  rig_run(rig, NULL, NULL, 2 * RIG_HOLD, 64);
  rig_collect(rig);

  for (uint32_t i = 0; i < MAX_BATCHES; ++i) {
    assert_true(engine_can_send(rig->engine));
    note_at(rig, 2 * RIG_HOLD + 1000, true);
  }

  assert_false(engine_can_send(rig->engine));
  assert_int_equal(engine_send(rig->engine, rig->batch), STATUS_BUSY);

  // They still count while they wait, and until control has collected them
  const EngineIO io = {.out_left = left, .out_right = left};
  engine_run(rig->engine, &io, 100);
  assert_false(engine_can_send(rig->engine));
  float all = 0.0f;
  for (uint32_t i = 0; i < 3; ++i) {
    engine_run(rig->engine, &io, 1000);
    for (uint32_t f = 0; f < 1000; ++f) {
      all += left[f];
    }
  }

  assert_true(all == (float)MAX_BATCHES);
  assert_false(engine_can_send(rig->engine));
  assert_int_equal(rig_collect(rig), MAX_BATCHES);
  assert_true(engine_can_send(rig->engine));
  rig_free(rig);
}

static uint32_t released;

static void
count_release(void* const owner, void* const thing)
{
  assert_ptr_equal(owner, &released);
  free(thing);
  ++released;
}

static void
test_garbage_is_released_after_what_it_displaced_has_faded(void** state)
{
  (void)state;
  Rig* const rig = rig_with_probe();
  released       = 0;
  assert_true(batch_discard(rig->batch, count_release, &released, malloc(1)));
  note_at(rig, 0, true);
  rig_run(rig, NULL, NULL, FADE_FRAMES, 16);
  assert_int_equal(released, 0);
  rig_run(rig, NULL, NULL, RIG_HOLD, 16);
  assert_int_equal(released, 1);

  // Those that never come home are released with the engine
  assert_true(batch_discard(rig->batch, count_release, &released, malloc(1)));
  note_at(rig, 1000000, true);
  assert_true(batch_discard(rig->batch, count_release, &released, malloc(1)));
  note_at(rig, 0, true);
  rig_run(rig, NULL, NULL, 16, 16);
  assert_true(batch_discard(rig->batch, count_release, &released, malloc(1)));
  note_at(rig, 0, true);
  rig_free(rig);
  assert_int_equal(released, 4);
}

static void
test_what_was_displaced_comes_home(void** state)
{
  (void)state;
  Rig* const rig = rig_with_probe();
  rig_run(rig, NULL, NULL, RIG_HOLD, 64);
  rig_collect(rig);

  TempoMap* const   map = tempo_map_new(RIG_RATE, BPM(90), NULL, 0);
  ClipSet* const    set = clip_set_new(0);
  Instrument* const instrument =
    instrument_new(&probe_info, RIG_RATE, rig->config.level);
  rig_op(rig, (Operation){.type = OPERATION_TEMPO, .tempo = map});
  rig_op(rig,
         (Operation){.type  = OPERATION_CLIPS,
                     .track = rig->tracks[0].source,
                     .clips = set});
  rig_op(rig,
         (Operation){.type       = OPERATION_INSTRUMENT,
                     .track      = rig->tracks[0].source,
                     .instrument = instrument});
  rig_schedule(rig);
  Schedule* const schedule = rig->batch->ops[3].schedule;
  rig_send(rig, 0);
  const EngineIO io   = {.out_left = left, .out_right = left};
  Batch*         home = NULL;
  for (uint32_t i = 0; i < RIG_HOLD / 1024u && !home; ++i) {
    engine_run(rig->engine, &io, 1024);
    home = engine_collect(rig->engine);
  }

  assert_non_null(home);
  assert_int_equal(home->num_ops, 4);
  assert_ptr_not_equal(home->ops[0].tempo, map);
  assert_ptr_not_equal(home->ops[1].clips, set);
  assert_ptr_not_equal(home->ops[2].instrument, instrument);
  assert_ptr_not_equal(home->ops[3].schedule, schedule);
  assert_non_null(home->ops[3].schedule);
  batch_free(home);
  rig_free(rig);
}

static void
test_a_batch_in_a_cycle_of_no_frames_is_applied(void** state)
{
  (void)state;
  Rig* const rig = rig_with_probe();
  rig_transport(rig, TRANSPORT_LOCATE, BEATS(7));
  rig_send(rig, 0);
  assert_int_equal(rig_state(rig).position, BEATS(7));

  rig_transport(rig, TRANSPORT_LOCATE, BEATS(8));
  rig_send(rig, 501);
  assert_int_equal(engine_batch_frames(rig->engine, 10000), 500);
  assert_int_equal(engine_batch_frames(rig->engine, 100), 100);
  rig_run(rig, NULL, NULL, 500, 500);
  assert_int_equal(rig_state(rig).position, BEATS(8));
  assert_int_equal(engine_batch_frames(rig->engine, 10000), 10000);
  rig_free(rig);
}

/// Make all that control makes; STATUS_OK if it went well
static Status
make_everything(void)
{
  Ring*              ring   = ring_new(4, sizeof(PageRequest));
  const EngineConfig config = {.rate        = RIG_RATE,
                               .max_frames  = 256,
                               .num_threads = 1,
                               .level       = cpu_level_best(),
                               .page_rings  = &ring};
  Engine* const      engine = ring ? engine_new(&config) : NULL;
  if (!engine) {
    ring_free(ring);
    return STATUS_NO_MEMORY;
  }

  EngineChannel* const master = engine_channel_new(engine, ID_MASTER);
  EngineChannel* const channel =
    engine_channel_new(engine, id_make(KIND_TRACK, 1));
  EngineTrack* const track =
    engine_track_new(engine, id_make(KIND_TRACK, 1), TRACK_MIDI);
  Instrument* const instrument =
    instrument_new(&probe_info, RIG_RATE, config.level);
  ClipPart* const   part         = clip_part_new(3);
  ClipSet* const    set          = clip_set_new(2);
  Batch* const      batch        = batch_new();
  Schedule*         schedule     = NULL;
  const PlanChannel plan_channel = {
    .channel = channel, .source = track, .output = PLAN_MASTER};
  const Plan plan = {
    .channels = &plan_channel, .num_channels = 1, .master = master};
  Status status = STATUS_NO_MEMORY;
  if (master && channel && track) {
    status = schedule_new(engine, &plan, &schedule);
  }

  bool fits = batch;
  for (uint32_t i = 0; fits && i < 20; ++i) {
    fits = batch_add(batch, &(Operation){.type = OPERATION_PANIC});
  }

  if (!instrument || !part || !set || !fits) {
    status = STATUS_NO_MEMORY;
  }

  batch_free(batch);
  clip_set_free(set);
  clip_part_free(part);
  instrument_free(instrument);
  engine_track_free(track);
  schedule_free(schedule);
  engine_channel_free(engine, channel);
  engine_channel_free(engine, master);
  engine_free(engine);
  ring_free(ring);
  return status;
}

static void
test_each_allocation_may_fail(void** state)
{
  (void)state;
  unsigned n = 1;
  for (;; ++n) {
    fail_malloc_at(n);
    const Status   status = make_everything();
    const unsigned asked  = fail_malloc_stop();
    if (asked < n) {
      assert_int_equal(status, STATUS_OK);
      break;
    }

    assert_int_equal(status, STATUS_NO_MEMORY);
  }

  assert_true(n > 30);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_batch_is_heard_at_its_frame),
    cmocka_unit_test(test_those_of_one_frame_and_late_ones_keep_their_order),
    cmocka_unit_test(test_what_moves_things_comes_after_all_sent_before),
    cmocka_unit_test(test_a_full_ring_is_said_and_nothing_is_lost),
    cmocka_unit_test(
      test_garbage_is_released_after_what_it_displaced_has_faded),
    cmocka_unit_test(test_what_was_displaced_comes_home),
    cmocka_unit_test(test_a_batch_in_a_cycle_of_no_frames_is_applied),
    cmocka_unit_test(test_each_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
