// SPDX-License-Identifier: GPL-3.0-or-later

#include "probe_effects.h"

#include "engine/chain.h"
#include "engine/schedule.h"
#include "support/fail_malloc.h"

#include <math.h>

#define FRAMES 48000u

static float left[2][FRAMES];
static float right[2][FRAMES];

/// Largest step from sample to sample
static float
largest_step(const float* const samples, const uint32_t n)
{
  float largest = 0.0f;
  for (uint32_t f = 1; f < n; ++f) {
    largest = fmaxf(largest, fabsf(samples[f] - samples[f - 1u]));
  }

  return largest;
}

/// A rig of one track that puts out 1
static Rig*
steady_rig(void)
{
  Rig* const rig = rig_new(1);
  rig_player(rig, rig_steady(rig, 10u * RIG_RATE, 1.0f));
  return rig;
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

static void
test_effects_run_in_their_order(void** state)
{
  (void)state;
  static const EffectInfo* const orders[3][3] = {
    {&probe_add, &probe_twice, &probe_add},
    {&probe_twice, &probe_add, &probe_add},
    {&probe_add, &probe_add, &probe_twice},
  };

  // (1 + 0.25) * 2 + 0.25, 1 * 2 + 0.5, (1 + 0.5) * 2 and 1 in lanes that mix
  Rig* const    rig    = rig_new(1);
  Sample* const sample = rig_steady(rig, RIG_RATE, 1.0f);
  for (uint32_t i = 0; i < 40; ++i) {
    const uint32_t track = rig_player(rig, sample);
    for (uint32_t e = 0; i % 4u < 3u && e < 3; ++e) {
      rig_effect(rig, track, orders[i % 4u][e], 0.25f);
    }
  }

  play(rig);
  rig_run(rig, left[0], right[0], 1000, 100);
  assert_float_equal(left[0][500], 10.0 * (2.75 + 2.5 + 3.0 + 1.0), 1e-5);
  assert_float_equal(right[0][999], 10.0 * (2.75 + 2.5 + 3.0 + 1.0), 1e-5);
  stop_rig(rig);
}

static void
test_equal_chains_take_a_step_for_each_effect_and_bank(void** state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  for (uint32_t i = 0; i < 64; ++i) {
    rig_track(rig, TRACK_AUDIO, NULL);
    rig_effect(rig, i, &probe_add, 0.0f);
    rig_effect(rig, i, &probe_twice, 0.0f);
  }

  rig_schedule(rig);
  const Schedule* schedule = rig->batch->ops[rig->batch->num_ops - 1u].schedule;
  assert_int_equal(schedule->num_steps, 2u * 64u / LANES);

  // Half of them the other way round: one step more
  for (uint32_t i = 0; i < 64; i += 2) {
    PlanEffect* const effects = rig->tracks[i].effects;
    const PlanEffect  first   = effects[0];
    effects[0]                = effects[1];
    effects[1]                = first;
  }

  rig_schedule(rig);
  schedule = rig->batch->ops[rig->batch->num_ops - 1u].schedule;
  assert_int_equal(schedule->num_steps, 3u * 64u / LANES);
  stop_rig(rig);
}

static void
test_effects_come_go_and_move_without_a_click(void** state)
{
  (void)state;
  static const EffectInfo* const types[] = {
    &probe_add, &probe_twice, &probe_late, &probe_alone};

  Rig* const rig = steady_rig();
  rig_effect(rig, 0, &probe_add, 0.5f);
  rig_effect(rig, 0, &probe_twice, 0.0f);
  play(rig);

  Random   random = {5};
  uint32_t done   = 0;
  for (uint32_t i = 0; i < 60; ++i) {
    RigTrack* const t = &rig->tracks[0];
    const uint32_t  place =
      t->num_effects ? (uint32_t)random_below(&random, t->num_effects) : 0u;
    switch (random_below(&random, 4)) {
      case 0:
        if (t->num_effects < RIG_EFFECTS) {
          rig_effect(rig, 0, types[random_below(&random, 4)], -0.25f);
        }
        break;
      case 1:
        if (t->num_effects) {
          rig_remove_effect(rig, 0, place);
        }
        break;
      case 2:
        if (t->num_effects > 1) {
          const PlanEffect moved = t->effects[0];
          t->effects[0]          = t->effects[place];
          t->effects[place]      = moved;
        }
        break;
      default:
        if (t->num_effects) {
          rig_op(rig,
                 (Operation){.type   = OPERATION_BYPASS,
                             .effect = t->effects[place].effect,
                             .value  = (float)random_below(&random, 2)});
        }
        break;
    }

    rig_schedule(rig);
    rig_send(rig, 0);
    const uint32_t n = 16u + (uint32_t)random_below(&random, 1200);
    assert_true(done + n <= FRAMES);
    rig_run(rig, left[0] + done, right[0] + done, n, 128);
    done += n;
  }

  // At most: eight doublings at once would be 256, of which a fade takes 1/384
  assert_true(largest_step(left[0], done) < 0.5f);
  for (uint32_t f = 1; f < done; ++f) {
    const float before = fabsf(left[0][f - 1u]);
    assert_true(fabsf(left[0][f] - left[0][f - 1u]) <=
                0.02f * fmaxf(2.0f, before));
  }

  stop_rig(rig);
}

static void
test_bypass_is_the_dry_signal_at_the_latency(void** state)
{
  (void)state;
  static const EffectInfo* const types[] = {&probe_late, &probe_alone};
  for (uint32_t k = 0; k < 2; ++k) {
    Rig* const    rig    = rig_new(1);
    Sample* const sample = rig_sample(rig, FRAMES, 2, 9);
    rig_player(rig, sample);
    EngineEffect* const effect = rig_effect(rig, 0, types[k], 0.0f);
    rig_op(
      rig,
      (Operation){.type = OPERATION_BYPASS, .effect = effect, .value = 1.0f});
    play(rig);
    rig_run(rig, left[0], right[0], 4000, 100);
    rig_op(rig, (Operation){.type = OPERATION_BYPASS, .effect = effect});
    rig_send(rig, 0);
    rig_run(rig, left[0] + 4000, right[0] + 4000, 4000, 100);
    for (uint32_t f = 200; f < 8000; ++f) {
      const float want = *sample_at(sample, f - LATE_FRAMES, 0);
      assert_float_equal(left[0][f], want, f < 4000 ? 0.0 : 1e-6);
    }

    stop_rig(rig);
  }
}

static void
test_what_is_bypassed_does_not_run(void** state)
{
  (void)state;
  Rig* const          rig    = steady_rig();
  EngineEffect* const effect = rig_effect(rig, 0, &probe_add, 0.5f);
  rig_op(rig,
         (Operation){.type = OPERATION_BYPASS, .effect = effect, .value = 1});
  play(rig);
  rig_run(rig, left[0], right[0], 1000, 100);
  assert_int_equal(((const ProbeBank*)effect->unit->self)->runs, 0);
  assert_true(left[0][999] == 1.0f);

  rig_op(rig, (Operation){.type = OPERATION_BYPASS, .effect = effect});
  rig_send(rig, 0);
  rig_run(rig, left[0], right[0], 1000, 100);
  assert_true(((const ProbeBank*)effect->unit->self)->runs > 0);
  assert_true(left[0][999] == 1.5f);
  stop_rig(rig);
}

/// Play with edits at certain frames, cut in some way
static void
play_with_edits(const uint32_t side,
                const uint32_t period,
                const uint32_t threads)
{
  Rig* const rig = rig_new(threads);
  for (uint32_t i = 0; i < 20; ++i) {
    rig_player(rig, rig_sample(rig, FRAMES, 2, 100u + i));
    rig_effect(rig, i, i % 3u ? &probe_add : &probe_late, 0.125f);
    if (i % 5u == 0) {
      rig_effect(rig, i, &probe_alone, 0.0f);
    }
  }

  play(rig);
  EngineEffect* const late = rig_effect(rig, 3, &probe_late, 0.0f);
  rig_remove_effect(rig, 5, 0);
  rig_schedule(rig);
  rig_send(rig, 3001);
  rig_op(rig,
         (Operation){.type = OPERATION_BYPASS, .effect = late, .value = 1});
  rig_send(rig, 7117);
  const PlanEffect moved     = rig->tracks[10].effects[0];
  rig->tracks[10].effects[0] = rig->tracks[10].effects[1];
  rig->tracks[10].effects[1] = moved;
  rig_remove_effect(rig, 0, 1);
  rig_schedule(rig);
  rig_send(rig, 7200);
  rig_effect(rig, 19, &probe_twice, 0.0f);
  rig_schedule(rig);
  rig_send(rig, 7203);
  rig_op(rig, (Operation){.type = OPERATION_BYPASS, .effect = late});
  rig_send(rig, 9001);
  rig_run(rig, left[side], right[side], 12000, period);
  stop_rig(rig);
}

static void
test_every_period_gives_the_same(void** state)
{
  (void)state;
  static const uint32_t periods[] = {1, 7, 32, 64, 100, 1024};
  play_with_edits(0, 256, 1);
  assert_true(largest_step(left[0], 12000) > 0.1f);
  for (uint32_t i = 0; i < 6; ++i) {
    play_with_edits(1, periods[i], 1u + i % 2u);
    assert_memory_equal(left[0], left[1], 12000 * sizeof(float));
    assert_memory_equal(right[0], right[1], 12000 * sizeof(float));
  }
}

static void
test_memory_runs_out_without_a_trace(void** state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  const float value = 0.0f;
  for (uint32_t k = 0; k < 2; ++k) {
    const EffectInfo* const info   = k ? &probe_alone : &probe_late;
    uint32_t                fails  = 0;
    EngineEffect*           effect = NULL;
    while (!effect) {
      fail_malloc_at(++fails);
      effect = engine_effect_new(rig->engine,
                                 rig->tracks[0].channel,
                                 id_make(KIND_EFFECT, 1),
                                 info,
                                 &value);
      fail_malloc_stop();
      assert_true(fails < 20);
    }

    assert_true(fails > 2);
    engine_effect_free(effect);
  }

  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_effects_run_in_their_order),
    cmocka_unit_test(test_equal_chains_take_a_step_for_each_effect_and_bank),
    cmocka_unit_test(test_effects_come_go_and_move_without_a_click),
    cmocka_unit_test(test_bypass_is_the_dry_signal_at_the_latency),
    cmocka_unit_test(test_what_is_bypassed_does_not_run),
    cmocka_unit_test(test_every_period_gives_the_same),
    cmocka_unit_test(test_memory_runs_out_without_a_trace),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
