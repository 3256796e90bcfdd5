// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is true of every effect

#include "support/random.h"
#include "units/effect.h"
#include "units/effect_support.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u
#define FRAMES 12000u

/// All effects, as a loop
#define FOR_EACH_EFFECT(info)                                                  \
  uint32_t                 count   = 0;                                        \
  const EffectInfo* const* effects = effect_list(&count);                      \
  assert_true(count > 0);                                                      \
  for (uint32_t at = 0; at < count; ++at)                                      \
    for (const EffectInfo* info = effects[at]; info; info = NULL)

static float left[4 * FRAMES];
static float right[4 * FRAMES];
static float other_left[4 * FRAMES];
static float other_right[4 * FRAMES];

/// Noise with pauses, the sides unlike
static void
fill(const uint64_t seed, const uint32_t n)
{
  Random random = {seed};
  float  level  = 0.0f;
  for (uint32_t f = 0; f < n; ++f) {
    if (f % 1000 == 0) {
      level =
        random_below(&random, 4) ? 0.5f + 0.5f * random_sample(&random) : 0.0f;
    }
    left[f]  = level * random_sample(&random);
    right[f] = level * random_sample(&random);
  }
}

static void
test_tables_are_complete(void** const state)
{
  (void)state;
  FOR_EACH_EFFECT(info)
  {
    assert_ptr_equal(effect_find(info->symbol), info);
    assert_true(strlen(info->label) > 0 && strlen(info->category) > 0);
    assert_true(info->num_params <= EFFECT_MAX_PARAMS);
    assert_true(info->size(RATE) > 0);
    assert_non_null(info->init);
    assert_non_null(info->set);
    assert_non_null(info->reset);
    assert_true(info->shape == EFFECT_LANES ? info->run_lanes != NULL
                                            : info->run_solo != NULL);
    for (uint32_t i = 0; i < info->num_params; ++i) {
      const ParamInfo* const param = &info->params[i];
      assert_int_equal(effect_find_param(info, param->symbol), i);
      assert_true(strlen(param->label) > 0);
      assert_true(param->min < param->max);
      assert_true(param->initial >= param->min);
      assert_true(param->initial <= param->max);
      assert_true(param->scale != SCALE_LOG || param->min > 0.0f);
    }
    for (uint32_t i = 0; i < info->num_choices; ++i) {
      const ParamInfo* const   param = &info->params[info->choices[i].param];
      const char* const* const names =
        effect_choice(info, info->choices[i].param);
      uint32_t named = 0;
      while (names[named]) {
        ++named;
      }
      assert_true(param->min == 0.0f);
      assert_true(param->max == (float)(named - 1));
    }
  }
  assert_null(effect_find("nothing"));
}

/// Change a parameter to anything, the same for the same `n`
static void
change(Fx* const fx, const uint32_t n, const bool structural)
{
  Random random = {n + 1};
  for (int i = 0; i < 8; ++i) {
    random_next(&random);
  }
  if (!fx->info->num_params) {
    return;
  }

  const uint32_t param = (uint32_t)random_below(&random, fx->info->num_params);
  if (structural || !((fx->info->structural >> param) & 1u)) {
    fx_set_param(fx, param, fx_any_value(&random, &fx->info->params[param]));
  }
}

/// Run the noise of a seed with a change every 1,500 frames
static void
run_with_changes(Fx* const fx, const uint64_t seed, Random* const cuts)
{
  fill(seed, FRAMES);
  fx->grid = 1000;
  for (uint32_t f = 0; f < FRAMES; f += 1500) {
    change(fx, (uint32_t)seed * 1000 + f, false);
    fx_run(fx, left + f, right + f, 1500, cuts);
  }
}

static void
test_cuts_do_not_matter(void** const state)
{
  (void)state;
  FOR_EACH_EFFECT(info)
  {
    FOR_EACH_LEVEL(level)
    {
      for (uint64_t seed = 1; seed < 4; ++seed) {
        Fx* const fx = new_fx_of(info, RATE, level);
        run_with_changes(fx, seed, NULL);
        memcpy(other_left, left, sizeof(left));
        memcpy(other_right, right, sizeof(right));
        free_fx(fx);

        Random    cuts  = {seed + 7};
        Fx* const again = new_fx_of(info, RATE, level);
        run_with_changes(again, seed, &cuts);
        free_fx(again);
        if (memcmp(left, other_left, FRAMES * sizeof(float)) != 0 ||
            memcmp(right, other_right, FRAMES * sizeof(float)) != 0) {
          fail_msg("%s depends on cuts", info->symbol);
        }
      }
    }
  }
}

static void
test_a_reset_starts_anew(void** const state)
{
  (void)state;
  FOR_EACH_EFFECT(info)
  {
    Fx* const fx = new_fx_of(info, RATE, cpu_level_best());
    run_with_changes(fx, 3, NULL);
    for (uint32_t i = 0; i < info->num_params; ++i) {
      fx_set_param(fx, i, info->params[i].initial);
    }
    fx_reset(fx);
    run_with_changes(fx, 4, NULL);
    memcpy(other_left, left, sizeof(left));
    memcpy(other_right, right, sizeof(right));
    free_fx(fx);

    Fx* const again = new_fx_of(info, RATE, cpu_level_best());
    run_with_changes(again, 4, NULL);
    free_fx(again);
    if (memcmp(left, other_left, FRAMES * sizeof(float)) != 0 ||
        memcmp(right, other_right, FRAMES * sizeof(float)) != 0) {
      fail_msg("%s remembers", info->symbol);
    }
  }
}

static void
test_levels_agree(void** const state)
{
  (void)state;
  FOR_EACH_EFFECT(info)
  {
    bool first = true;
    FOR_EACH_LEVEL(level)
    {
      Fx* const fx = new_fx_of(info, RATE, level);
      run_with_changes(fx, 5, NULL);
      free_fx(fx);
      for (uint32_t f = 0; f < FRAMES && !first; ++f) {
        const float off = fmaxf(fabsf(left[f] - other_left[f]),
                                fabsf(right[f] - other_right[f]));
        if (!(off <= 2e-4f * fmaxf(1.0f, fabsf(left[f])))) {
          fail_msg("%s differs by %g at level %s",
                   info->symbol,
                   (double)off,
                   cpu_level_name(level));
        }
      }
      memcpy(other_left, left, sizeof(left));
      memcpy(other_right, right, sizeof(right));
      first = false;
    }
  }
}

static void
test_lanes_do_not_hear_each_other(void** const state)
{
  (void)state;
  FOR_EACH_EFFECT(info)
  {
    if (info->shape != EFFECT_LANES) {
      continue;
    }
    FOR_EACH_LEVEL(level)
    {
      // One lane alone, and with all its neighbours
      const uint32_t n     = 1024;
      Fx* const      alone = new_fx_of(info, RATE, level);
      Fx* const      among = new_fx_of(info, RATE, level);
      static float   wanted[2][1024];
      fill(9, n);
      memcpy(wanted[0], left, sizeof(wanted[0]));
      memcpy(wanted[1], right, sizeof(wanted[1]));
      fx_run(alone, wanted[0], wanted[1], n, NULL);

      Random random = {11};
      for (uint32_t f = 0; f < n; f += BLOCK_FRAMES) {
        fill_noise(&random, &among->block);
        for (uint32_t i = 0; i < BLOCK_FRAMES; ++i) {
          among->block.left[i][5]  = left[f + i];
          among->block.right[i][5] = right[f + i];
        }
        const LaneBlock  before = among->block;
        const EffectTime time   = {f, BLOCK_FRAMES, 24000.0f};
        const uint32_t   mask   = f ? 0x7fffu : 0x4a2fu;
        info->run_lanes(among->self, &among->block, &among->block, mask, &time);
        for (uint32_t i = 0; i < BLOCK_FRAMES; ++i) {
          for (uint32_t lane = 0; lane < LANES; ++lane) {
            if (!((mask >> lane) & 1u)) {
              assert_true(among->block.left[i][lane] == before.left[i][lane]);
              assert_true(among->block.right[i][lane] == before.right[i][lane]);
            }
          }
          if (among->block.left[i][5] != wanted[0][f + i] ||
              among->block.right[i][5] != wanted[1][f + i]) {
            fail_msg("%s: lanes hear each other", info->symbol);
          }
        }
      }
      free_fx(alone);
      free_fx(among);
    }
  }
}

static void
test_no_mix_is_the_dry_signal(void** const state)
{
  (void)state;
  uint32_t mixes = 0;
  FOR_EACH_EFFECT(info)
  {
    const int mix = effect_find_param(info, "mix");
    if (mix < 0) {
      continue;
    }
    ++mixes;
    for (uint64_t seed = 1; seed < 6; ++seed) {
      Random    random = {seed};
      Fx* const fx     = new_fx_of(info, RATE, cpu_level_best());
      for (uint32_t i = 0; i < info->num_params; ++i) {
        fx_set_param(fx, i, fx_any_value(&random, &info->params[i]));
      }
      fx_set_param(fx, (uint32_t)mix, 0.0f);
      fx_reset(fx);

      fill(seed, FRAMES);
      memcpy(other_left, left, sizeof(left));
      memcpy(other_right, right, sizeof(right));
      fx_run(fx, left, right, FRAMES, NULL);
      const uint32_t late = fx_latency(fx);
      for (uint32_t f = late; f < FRAMES; ++f) {
        if (left[f] != other_left[f - late] ||
            right[f] != other_right[f - late]) {
          fail_msg("%s: not dry at frame %u", info->symbol, f);
        }
      }
      free_fx(fx);
    }
  }
  assert_true(mixes > 0);
}

static void
test_silence_stays_silence(void** const state)
{
  (void)state;
  FOR_EACH_EFFECT(info)
  {
    Fx* const fx = new_fx_of(info, RATE, cpu_level_best());
    memset(left, 0, sizeof(left));
    memset(right, 0, sizeof(right));
    fx_run(fx, left, right, FRAMES, NULL);
    for (uint32_t f = 0; f < FRAMES; ++f) {
      if (left[f] != 0.0f || right[f] != 0.0f) {
        fail_msg("%s makes a sound", info->symbol);
      }
    }

    // After a sound and the tail it is below -60 dB of it
    fill(2, FRAMES);
    fx_run(fx, left, right, FRAMES, NULL);
    const uint32_t tail =
      fx_latency(fx) + (uint32_t)(fx_tail(fx) * (float)RATE) + 64;
    for (uint32_t f = 0; f < tail; f += BLOCK_FRAMES) {
      memset(left, 0, sizeof(left));
      memset(right, 0, sizeof(right));
      fx_run(fx, left, right, BLOCK_FRAMES, NULL);
    }
    memset(left, 0, sizeof(left));
    memset(right, 0, sizeof(right));
    fx_run(fx, left, right, FRAMES, NULL);
    for (uint32_t f = 0; f < FRAMES; ++f) {
      if (fabsf(left[f]) > 1e-3f || fabsf(right[f]) > 1e-3f) {
        fail_msg("%s sounds on: %g", info->symbol, (double)left[f]);
      }
    }
    free_fx(fx);
  }
}

static void
test_what_comes_out_is_finite(void** const state)
{
  (void)state;
  FOR_EACH_EFFECT(info)
  {
    for (uint64_t seed = 1; seed < 40; ++seed) {
      Random    random = {seed};
      Fx* const fx     = new_fx_of(info, RATE, cpu_level_best());
      for (uint32_t i = 0; i < info->num_params; ++i) {
        fx_set_param(fx, i, fx_any_value(&random, &info->params[i]));
      }
      fx_reset(fx);

      // Anything that a float can be, or just the largest
      for (uint32_t step = 0; step < 3; ++step) {
        const uint32_t n = 1500;
        for (uint32_t f = 0; f < n; ++f) {
          const float size =
            seed % 2 ? 3.4e38f : exp2f(127.0f * random_sample(&random));
          left[f]  = random_below(&random, 2) ? size : -size;
          right[f] = random_below(&random, 2) ? size : -size;
        }
        change(fx, (uint32_t)seed + step, true);
        fx_run(fx, left, right, n, &random);
        for (uint32_t f = 0; f < n; ++f) {
          if (!isfinite(left[f]) || !isfinite(right[f])) {
            fail_msg("%s: not finite at frame %u, seed %u",
                     info->symbol,
                     f,
                     (unsigned)seed);
          }
        }
      }
      free_fx(fx);
    }
  }
}

static double
greatest(const float* const x, const uint32_t n)
{
  double most = 0.0;
  for (uint32_t f = 0; f < n; ++f) {
    most = fmax(most, fabs((double)x[f]));
  }
  return most;
}

/// Greatest change of slope, which clicks have and tones do not
static double
greatest_bend(const float* const x, const uint32_t n)
{
  double most = 0.0;
  for (uint32_t f = 3; f < n; ++f) {
    const double bend = (double)x[f] - 3.0 * (double)x[f - 1] +
                        3.0 * (double)x[f - 2] - (double)x[f - 3];
    most = fmax(most, fabs(bend));
  }
  return most;
}

static void
test_steps_of_parameters_do_not_click(void** const state)
{
  (void)state;
  FOR_EACH_EFFECT(info)
  {
    for (uint32_t i = 0; i < info->num_params; ++i) {
      // Steps are what a bit crusher is for
      if (((info->structural >> i) & 1u) ||
          !strcmp(info->symbol, "bitcrusher")) {
        continue;
      }

      // A low tone, a step to one end of the range and to the other
      Fx* const      fx = new_fx_of(info, RATE, cpu_level_best());
      const uint32_t n  = 4 * FRAMES;
      for (uint32_t f = 0; f < n; ++f) {
        left[f] = right[f] =
          0.25f * sinf(2.0f * (float)M_PI * 100.0f * (float)f / (float)RATE);
      }
      fx_run(fx, left, right, FRAMES, NULL);
      fx_set_param(fx, i, info->params[i].min);
      fx_run(fx, left + FRAMES, right + FRAMES, FRAMES, NULL);
      const float* const part = left + FRAMES;
      fx_set_param(fx, i, info->params[i].max);
      fx_run(fx, left + 2 * FRAMES, right + 2 * FRAMES, 2 * FRAMES, NULL);

      // Against what each of the settings bends by itself
      const double still =
        fmax(greatest_bend(left + FRAMES / 2, FRAMES / 2),
             fmax(greatest_bend(part + FRAMES / 2, FRAMES / 2),
                  greatest_bend(left + 3 * FRAMES, FRAMES)));
      const double moved = greatest_bend(left + FRAMES / 2, 5 * FRAMES / 2);
      const double size  = greatest(left, n);
      if (moved > 4.0 * still + 1e-2 * fmax(size, 0.25)) {
        fail_msg("%s: %s clicks: %g, still %g",
                 info->symbol,
                 info->params[i].symbol,
                 moved,
                 still);
      }
      free_fx(fx);
    }
  }
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_tables_are_complete),
    cmocka_unit_test(test_cuts_do_not_matter),
    cmocka_unit_test(test_a_reset_starts_anew),
    cmocka_unit_test(test_levels_agree),
    cmocka_unit_test(test_lanes_do_not_hear_each_other),
    cmocka_unit_test(test_no_mix_is_the_dry_signal),
    cmocka_unit_test(test_silence_stays_silence),
    cmocka_unit_test(test_what_comes_out_is_finite),
    cmocka_unit_test(test_steps_of_parameters_do_not_click),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
