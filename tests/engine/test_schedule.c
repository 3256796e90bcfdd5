// SPDX-License-Identifier: GPL-3.0-or-later
//
// The schedule puts everything after what it needs, and says how late it is

#include "rig.h"

#include "engine/schedule.h"

static float left[1024];
static float right[1024];

/// A schedule of the rig's tracks
static Status
plan(Rig* const rig, Schedule** const out)
{
  PlanChannel channels[RIG_TRACKS];
  for (uint32_t i = 0; i < rig->num_tracks; ++i) {
    const RigTrack* const track = &rig->tracks[i];
    channels[i]                 = (PlanChannel){.channel = track->channel,
                                                .source  = track->source,
                                                .output  = track->output};
  }

  const Plan p = {.channels     = channels,
                  .num_channels = rig->num_tracks,
                  .master       = rig->master};
  return schedule_new(rig->engine, &p, out);
}

static uint32_t
add_bus(Rig* const rig, const uint32_t output)
{
  RigTrack* const bus = &rig->tracks[rig->num_tracks];
  bus->channel =
    engine_channel_new(rig->engine, id_make(KIND_BUS, rig->num_tracks + 1u));
  assert_non_null(bus->channel);
  bus->output = output;
  return rig->num_tracks++;
}

/// The level in which a channel is run
static uint32_t
level_of(const Schedule* const schedule, const EngineChannel* const channel)
{
  for (uint32_t l = 0; l < schedule->num_levels; ++l) {
    const Level* const level = &schedule->levels[l];
    for (uint32_t t = 0; t < level->num_tasks; ++t) {
      const Task* const task = &schedule->tasks[level->first_task + t];
      for (uint32_t lane = 0; lane < LANES; ++lane) {
        if (task->channels[lane] == channel) {
          return l;
        }
      }
    }
  }

  fail_msg("the channel is not there");
  return 0;
}

static void
test_outputs_are_run_after_their_inputs(void** state)
{
  (void)state;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    Random     random = {seed};
    Rig* const rig    = rig_new(1);
    for (uint32_t i = 0; i < 40; ++i) {
      rig_track(rig, TRACK_AUDIO, NULL);
    }

    // Each bus goes to a later one or to the master
    for (uint32_t i = 0; i < 10; ++i) {
      const uint32_t later = 41u + i + (uint32_t)random_below(&random, 10);
      add_bus(rig, later < 50 ? later : PLAN_MASTER);
    }

    for (uint32_t i = 0; i < 40; ++i) {
      rig->tracks[i].output = random_below(&random, 2)
                                ? 40u + (uint32_t)random_below(&random, 10)
                                : PLAN_MASTER;
    }

    Schedule* schedule = NULL;
    assert_int_equal(plan(rig, &schedule), STATUS_OK);
    assert_int_equal(schedule->num_tracks, 40);
    assert_int_equal(schedule->num_channels, 51);
    for (uint32_t i = 0; i < 50; ++i) {
      const uint32_t             output = rig->tracks[i].output;
      const EngineChannel* const to =
        output == PLAN_MASTER ? rig->master : rig->tracks[output].channel;
      assert_true(level_of(schedule, to) >
                  level_of(schedule, rig->tracks[i].channel));
    }

    assert_int_equal(level_of(schedule, rig->master),
                     schedule->num_levels - 1u);
    schedule_free(schedule);
    rig_free(rig);
  }
}

static void
test_a_cycle_is_a_conflict(void** state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  add_bus(rig, 2);
  add_bus(rig, 3);
  add_bus(rig, 1);
  Schedule* schedule = NULL;
  assert_int_equal(plan(rig, &schedule), STATUS_CONFLICT);
  rig->tracks[2].output = 2;
  assert_int_equal(plan(rig, &schedule), STATUS_CONFLICT);
  rig->tracks[2].output = 0; // A track takes no input
  assert_int_equal(plan(rig, &schedule), STATUS_BAD_ARGUMENT);
  rig->tracks[2].output = 77;
  assert_int_equal(plan(rig, &schedule), STATUS_BAD_ARGUMENT);
  assert_null(schedule);
  rig_free(rig);
}

static void
test_latency_is_that_of_the_longest_path(void** state)
{
  (void)state;

  // Track 0 (10 late) and 1 go to bus 2 (100), track 3 (7) to the master (1)
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  rig_track(rig, TRACK_AUDIO, NULL);
  add_bus(rig, PLAN_MASTER);
  rig_track(rig, TRACK_AUDIO, NULL);
  rig->tracks[0].output           = 2;
  rig->tracks[1].output           = 2;
  rig->tracks[0].channel->latency = 4;
  rig->tracks[0].source->latency  = 6;
  rig->tracks[2].channel->latency = 100;
  rig->tracks[3].channel->latency = 7;
  rig->master->latency            = 1;

  Schedule* schedule = NULL;
  assert_int_equal(plan(rig, &schedule), STATUS_OK);
  assert_int_equal(schedule->latency, 111);

  // Each input waits for the slowest of the same sum
  assert_int_equal(schedule->num_inputs, 4);
  assert_int_equal(schedule->num_paths, 4);
  uint32_t waits = 0;
  for (uint32_t i = 0; i < 4; ++i) {
    for (uint32_t t = 0; t < 4; ++t) {
      static const uint32_t want[4] = {0, 10, 0, 103};
      if (schedule->paths[i].path == &rig->tracks[t].channel->path) {
        assert_int_equal(schedule->paths[i].delay, want[t]);
        ++waits;
      }
    }
  }

  assert_int_equal(waits, 4);
  schedule_free(schedule);
  rig_free(rig);
}

static void
test_the_sum_is_that_of_all_paths(void** state)
{
  (void)state;

  // Powers of two, so that sums are exact: 16 tracks to the master, 4 through
  // two buses of which one halves
  Rig* const rig = rig_new(1);
  float      sum = 0.0f;
  for (uint32_t i = 0; i < 20; ++i) {
    rig_track(rig, TRACK_AUDIO, NULL);
    Sample* const sample = rig_sample(rig, 1024, 1, 1);
    const float   level  = 1.0f / (float)(1u << (i % 10u));
    for (uint64_t f = 0; f < 1024; ++f) {
      *sample_at(sample, f, 0) = level;
    }

    ClipPart* const part = rig_audio(rig, i + 1u, 0, BEATS(1), sample);
    rig_clips(rig, i, &(ClipPart*){part}, 1);
    sum += level;
  }

  add_bus(rig, 21);
  add_bus(rig, PLAN_MASTER);
  for (uint32_t i = 0; i < 4; ++i) {
    rig->tracks[i * 5u].output = 20;
  }

  rig_schedule(rig);
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);
  rig_run(rig, left, right, 1000, 300);
  for (uint32_t f = 0; f < 1000; ++f) {
    assert_true(left[f] == sum);
    assert_true(right[f] == sum);
  }

  rig_free(rig);
}

static void
test_a_lane_can_be_used_again(void** state)
{
  (void)state;

  // A lane that was muted and panned is taken over by another channel
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  Sample* const sample = rig_sample(rig, 4096, 2, 1);
  rig_schedule(rig);
  const EngineChannel* const before = rig->tracks[0].channel;
  rig_op(rig,
         (Operation){.type    = OPERATION_STRIP,
                     .channel = rig->tracks[0].channel,
                     .param   = STRIP_FADER,
                     .value   = -60.0f});
  rig_send(rig, 0);
  rig_run(rig, NULL, NULL, 1000, 64);

  rig->num_tracks = 0;
  rig_schedule(rig);
  rig_send(rig, 0);
  rig_run(rig, NULL, NULL, 1000, 64);
  engine_channel_free(rig->engine, rig->tracks[0].channel);
  rig->tracks[0].channel =
    engine_channel_new(rig->engine, id_make(KIND_TRACK, 9));
  assert_ptr_equal(rig->tracks[0].channel, before);

  rig->num_tracks      = 1;
  ClipPart* const part = rig_audio(rig, 1, 0, BEATS(1), sample);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_schedule(rig);
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);
  rig_run(rig, left, right, 1000, 64);
  for (uint32_t f = 0; f < 1000; ++f) {
    assert_true(left[f] == *sample_at(sample, f, 0));
    assert_true(right[f] == *sample_at(sample, f, 1));
  }

  rig_free(rig);
}

static void
test_meters_are_those_of_the_channel(void** state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  Sample* const sample = rig_sample(rig, 4096, 2, 1);
  for (uint64_t f = 0; f < 4096; ++f) {
    *sample_at(sample, f, 0) = f == 100 ? -0.75f : 0.5f;
    *sample_at(sample, f, 1) = 0.25f;
  }

  ClipPart* const part = rig_audio(rig, 1, 0, BEATS(1), sample);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_schedule(rig);
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);
  rig_run(rig, NULL, NULL, 1000, 64);
  StripMeter meter = engine_take_meter(rig->engine, rig->tracks[0].channel);
  assert_int_equal(meter.frames, 1000);
  assert_true(meter.peak_left == 0.75f);
  assert_true(meter.peak_right == 0.25f);
  assert_true(meter.power_left > 249.9f && meter.power_left < 250.7f);
  assert_true(meter.power_right > 62.4f && meter.power_right < 62.6f);

  // Taken is taken
  meter = engine_take_meter(rig->engine, rig->tracks[0].channel);
  assert_int_equal(meter.frames, 0);
  assert_true(meter.peak_left == 0.0f && meter.power_left == 0.0f);
  rig_run(rig, NULL, NULL, 100, 64);
  meter = engine_take_meter(rig->engine, rig->tracks[0].channel);
  assert_int_equal(meter.frames, 100);
  assert_true(meter.peak_left == 0.5f);
  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_outputs_are_run_after_their_inputs),
    cmocka_unit_test(test_a_cycle_is_a_conflict),
    cmocka_unit_test(test_latency_is_that_of_the_longest_path),
    cmocka_unit_test(test_the_sum_is_that_of_all_paths),
    cmocka_unit_test(test_a_lane_can_be_used_again),
    cmocka_unit_test(test_meters_are_those_of_the_channel),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
