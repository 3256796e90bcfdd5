// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sends, side chains and delays between channels

#include "probe_effects.h"

#include "engine/chain.h"
#include "engine/channel.h"
#include "engine/schedule.h"

#include <math.h>

#define FRAMES 48000u

static float left[2][FRAMES];
static float right[2][FRAMES];

static uint32_t
add_bus(Rig* const rig, const uint32_t output)
{
  const uint32_t  index = rig->num_tracks++;
  RigTrack* const bus   = &rig->tracks[index];
  bus->output           = output;
  bus->channel = engine_channel_new(rig->engine, id_make(KIND_BUS, index + 1u));
  assert_non_null(bus->channel);
  return index;
}

static EngineSend*
add_send(Rig* const     rig,
         const uint32_t from,
         const uint32_t bus,
         const bool     pre,
         const float    level_db)
{
  RigTrack* const   t = &rig->tracks[from];
  EngineSend* const send =
    engine_send_new(rig->engine, t->channel, id_make(KIND_BUS, bus + 1u));
  assert_non_null(send);
  t->sends[t->num_sends++] = (PlanSend){send, bus, pre};
  rig_op(rig,
         (Operation){.type = OPERATION_SEND, .send = send, .value = level_db});
  return send;
}

static void
set_strip(Rig* const       rig,
          const uint32_t   track,
          const StripParam param,
          const float      value)
{
  rig_op(rig,
         (Operation){.type    = OPERATION_STRIP,
                     .channel = rig->tracks[track].channel,
                     .param   = param,
                     .value   = value});
}

static void
play(Rig* const rig)
{
  rig_schedule(rig);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
}

static void
stop_rig(Rig* const rig)
{
  rig_free_effects(rig);
  rig_free(rig);
}

static float
loudest(const float* const samples, const uint32_t from, const uint32_t to)
{
  float most = 0.0f;
  for (uint32_t f = from; f < to; ++f) {
    most = fmaxf(most, fabsf(samples[f]));
  }

  return most;
}

/// Noise and its inverse: by themselves they cancel
static Rig*
null_rig(void)
{
  Rig* const    rig    = rig_new(1);
  Sample* const sample = rig_sample(rig, 4u * FRAMES, 2, 77);
  rig_player(rig, sample);
  rig_player(rig, sample);
  set_strip(rig, 1, STRIP_PHASE, 1.0f);
  return rig;
}

static void
test_parallel_paths_of_other_latency_cancel(void** state)
{
  (void)state;
  static const EffectInfo* const types[] = {&probe_late, &probe_alone};
  for (uint32_t k = 0; k < 2; ++k) {
    // Through a bus with an effect of its own, too
    Rig* const     rig = null_rig();
    const uint32_t bus = add_bus(rig, PLAN_MASTER);
    rig_effect(rig, 0, types[k], 0.0f);
    rig_effect(rig, bus, types[1u - k], 0.0f);
    rig->tracks[0].output = bus;
    play(rig);
    rig_run(rig, left[0], right[0], 12000, 200);
    assert_true(loudest(left[0], 0, 12000) == 0.0f);
    assert_true(loudest(right[0], 0, 12000) == 0.0f);

    // And they were heard
    set_strip(rig, 1, STRIP_MUTE, 1.0f);
    rig_send(rig, 0);
    rig_run(rig, left[0], right[0], 4800, 200);
    assert_true(loudest(left[0], 4000, 4800) > 0.1f);
    stop_rig(rig);
  }
}

static void
test_paths_cancel_again_after_latencies_changed(void** state)
{
  (void)state;
  Rig* const rig = null_rig();
  play(rig);
  rig_run(rig, left[0], right[0], 1000, 100);
  assert_true(loudest(left[0], 0, 1000) == 0.0f);

  rig_effect(rig, 0, &probe_late, 0.0f);
  rig_schedule(rig);
  assert_int_equal(
    schedule_latency(rig->batch->ops[rig->batch->num_ops - 1u].schedule),
    LATE_FRAMES);
  rig_send(rig, 0);
  rig_run(rig, left[0], right[0], 4000, 100);
  assert_true(loudest(left[0], 1500, 4000) < 1e-6f);

  rig_remove_effect(rig, 0, 0);
  rig_schedule(rig);
  rig_send(rig, 0);
  rig_run(rig, left[0], right[0], 4000, 100);
  assert_true(loudest(left[0], 2500, 4000) < 1e-6f);
  set_strip(rig, 1, STRIP_MUTE, 1.0f);
  rig_send(rig, 0);
  rig_run(rig, left[0], right[0], 4800, 200);
  assert_true(loudest(left[0], 4000, 4800) > 0.1f);
  stop_rig(rig);
}

static void
test_the_limiter_of_the_master_delays_all(void** state)
{
  (void)state;
  Rig* const    rig    = rig_new(1);
  Sample* const sample = rig_sample(rig, FRAMES, 2, 7);
  rig_player(rig, sample);
  const float value = 0.0f;
  rig->limiter =
    engine_effect_new(rig->engine, rig->master, ID_MASTER, &probe_late, &value);
  assert_non_null(rig->limiter);
  play(rig);
  rig_run(rig, left[0], right[0], 4000, 100);
  for (uint32_t f = LATE_FRAMES; f < 4000; ++f) {
    assert_true(left[0][f] == *sample_at(sample, f - LATE_FRAMES, 0));
  }

  const StripMeter meter = engine_take_meter(rig->engine, rig->master);
  assert_true(meter.peak_left == loudest(left[0], 0, 4000));
  stop_rig(rig);
}

static void
test_sends_are_taken_before_or_after_the_fader(void** state)
{
  (void)state;
  Rig* const     rig = rig_new(1);
  Sample* const  one = rig_steady(rig, FRAMES, 1.0f);
  const uint32_t t   = rig_player(rig, one);
  const uint32_t u   = rig_player(rig, one);
  const uint32_t bus = add_bus(rig, PLAN_MASTER);
  set_strip(rig, t, STRIP_FADER, -60.0f);
  set_strip(rig, u, STRIP_FADER, -20.0f);
  add_send(rig, t, bus, true, -6.0f);
  add_send(rig, u, bus, false, 0.0f);
  play(rig);
  rig_run(rig, left[0], right[0], 1000, 100);
  const float want = powf(10.0f, -0.3f) + 0.1f + 0.1f;
  assert_float_equal(left[0][999], want, 1e-5);

  // A level moves at the pace of faders, and a send that goes fades
  rig_op(rig,
         (Operation){.type  = OPERATION_SEND,
                     .send  = rig->tracks[t].sends[0].send,
                     .value = -6.1f});
  rig_send(rig, 0);
  rig_run(rig, left[0], right[0], 200, 100);
  assert_float_equal(left[0][199], powf(10.0f, -0.305f) + 0.2f, 1e-5);
  EngineSend* const gone   = rig->tracks[u].sends[0].send;
  rig->tracks[u].num_sends = 0;
  rig_schedule(rig);
  rig_send(rig, 0);
  rig_run(rig, left[0], right[0], 1000, 100);
  assert_float_equal(left[0][999], powf(10.0f, -0.305f) + 0.1f, 1e-5);
  for (uint32_t f = 1; f < 1000; ++f) {
    assert_true(fabsf(left[0][f] - left[0][f - 1u]) < 0.1f / 100.0f);
  }

  rig_run(rig, NULL, NULL, 10000, 100);
  engine_send_free(gone);
  stop_rig(rig);
}

static void
test_a_side_chain_comes_from_any_channel(void** state)
{
  (void)state;

  // Track 0 and 40 are keyed by others of the same bank and of another, 1 by a
  // bus that 2 flows into; what they put out is what the key has
  Rig* const    rig = rig_new(2);
  Sample* const one = rig_steady(rig, FRAMES, 1.0f);
  for (uint32_t i = 0; i < 41; ++i) {
    rig_player(rig, one);
    rig_effect(rig, i, &probe_add, (float)i);
    set_strip(rig, i, STRIP_MUTE, i == 0 || i == 1 || i == 40 ? 0.0f : 1.0f);
  }

  const uint32_t bus    = add_bus(rig, PLAN_MASTER);
  rig->tracks[2].output = bus;
  set_strip(rig, 2, STRIP_MUTE, 0.0f);
  set_strip(rig, bus, STRIP_FADER, -60.0f);
  rig_effect(rig, bus, &probe_add, 0.5f);
  rig_effect(rig, 0, &probe_key, 0.0f);
  rig_effect(rig, 1, &probe_key, 0.0f);
  rig_effect(rig, 40, &probe_key, 0.0f);
  rig->tracks[0].effects[1].key  = 40;
  rig->tracks[1].effects[1].key  = bus;
  rig->tracks[40].effects[1].key = 3;
  play(rig);
  rig_run(rig, left[0], right[0], 2000, 100);

  // 40 has what 3 has: 4; 0 has what 40 has after that: 4; 1 has 3.5
  assert_float_equal(left[0][1500], 4.0 + 4.0 + 3.5, 1e-5);

  // In a circle it is a conflict
  rig->tracks[3].effects[0].key = 0;
  PlanChannel channels[RIG_TRACKS];
  for (uint32_t i = 0; i < rig->num_tracks; ++i) {
    const RigTrack* const track = &rig->tracks[i];
    channels[i]                 = (PlanChannel){.channel     = track->channel,
                                                .source      = track->source,
                                                .output      = track->output,
                                                .effects     = track->effects,
                                                .num_effects = track->num_effects};
  }

  const Plan plan     = {.channels     = channels,
                         .num_channels = rig->num_tracks,
                         .master       = rig->master};
  Schedule*  schedule = NULL;
  assert_int_equal(schedule_new(rig->engine, &plan, &schedule),
                   STATUS_CONFLICT);
  stop_rig(rig);
}

static void
test_a_side_chain_is_in_time(void** state)
{
  (void)state;

  // The keyed effect sits behind one with a latency; the key has none
  Rig* const    rig    = rig_new(1);
  Sample* const sample = rig_sample(rig, FRAMES, 2, 31);
  rig_player(rig, rig_steady(rig, FRAMES, 1.0f));
  rig_player(rig, sample);
  set_strip(rig, 1, STRIP_MUTE, 1.0f);
  rig_effect(rig, 0, &probe_late, 0.0f);
  rig_effect(rig, 0, &probe_key, 0.0f);
  rig->tracks[0].effects[1].key = 1;
  play(rig);
  rig_run(rig, left[0], right[0], 2000, 100);
  for (uint32_t f = LATE_FRAMES; f < 2000; ++f) {
    assert_true(left[0][f] == *sample_at(sample, f - LATE_FRAMES, 0));
  }

  stop_rig(rig);
}

static void
test_another_output_is_reached_without_a_click(void** state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_player(rig, rig_steady(rig, FRAMES, 1.0f));
  const uint32_t bus = add_bus(rig, PLAN_MASTER);
  rig_effect(rig, bus, &probe_twice, 0.0f);
  play(rig);
  rig_run(rig, left[0], right[0], 1000, 100);
  rig->tracks[0].output = bus;
  rig_schedule(rig);
  rig_send(rig, 0);
  rig_run(rig, left[0] + 1000, right[0] + 1000, 1000, 100);
  assert_true(left[0][1999] == 2.0f);
  for (uint32_t f = 1; f < 2000; ++f) {
    assert_true(fabsf(left[0][f] - left[0][f - 1u]) < 2.1f / FADE_FRAMES ||
                f == 1);
  }

  stop_rig(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_parallel_paths_of_other_latency_cancel),
    cmocka_unit_test(test_paths_cancel_again_after_latencies_changed),
    cmocka_unit_test(test_the_limiter_of_the_master_delays_all),
    cmocka_unit_test(test_sends_are_taken_before_or_after_the_fader),
    cmocka_unit_test(test_a_side_chain_comes_from_any_channel),
    cmocka_unit_test(test_a_side_chain_is_in_time),
    cmocka_unit_test(test_another_output_is_reached_without_a_click),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
