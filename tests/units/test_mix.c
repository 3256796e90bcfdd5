// SPDX-License-Identifier: GPL-3.0-or-later
//
// Summing lanes into a bus

#include "support/random.h"
#include "units/mix.h"
#include "units/units_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NUM_BLOCKS 3u

static LaneBlock blocks[NUM_BLOCKS];
static LaneBlock silence;

/// Sources in the order of a session, each kept with a chance of 1 in `one_in`
static uint32_t
choose_sources(Random* const    random,
               MixSource* const sources,
               const uint32_t   one_in)
{
  uint32_t num = 0;
  for (uint32_t b = 0; b < NUM_BLOCKS; ++b) {
    for (uint32_t lane = 0; lane < LANES; ++lane) {
      if (random_below(random, one_in) == 0) {
        sources[num++] = (MixSource){.block = &blocks[b], .lane = lane};
      }
    }
  }
  return num;
}

static void
test_sum_is_strictly_in_order(void** const state)
{
  (void)state;
  Random random = {3};
  for (uint32_t b = 0; b < NUM_BLOCKS; ++b) {
    fill_noise(&random, &blocks[b]);
  }

  FOR_EACH_LEVEL(level)
  {
    for (uint32_t round = 0; round < 50; ++round) {
      MixSource sources[NUM_BLOCKS * LANES];
      uint32_t  num = choose_sources(&random, sources, 1 + round % 7);

      // Any order will do
      for (uint32_t i = 0; round % 2 && i + 1 < num; ++i) {
        const uint32_t  other = i + (uint32_t)random_below(&random, num - i);
        const MixSource kept  = sources[i];
        sources[i]            = sources[other];
        sources[other]        = kept;
      }

      const uint32_t n = random_cut(&random, BLOCK_FRAMES);
      float          left[BLOCK_FRAMES];
      float          right[BLOCK_FRAMES];
      mix_run(mix_kernel(level), sources, num, left, right, n);
      for (uint32_t f = 0; f < n; ++f) {
        float l = 0.0f;
        float r = 0.0f;
        for (uint32_t i = 0; i < num; ++i) {
          l += sources[i].block->left[f][sources[i].lane];
          r += sources[i].block->right[f][sources[i].lane];
        }
        assert_true(left[f] == l && right[f] == r);
      }
    }
  }
}

static void
test_silent_sources_change_no_bit(void** const state)
{
  (void)state;
  Random random = {4};
  fill_noise(&random, &blocks[0]);
  fill_noise(&random, &blocks[1]);

  FOR_EACH_LEVEL(level)
  {
    const MixSource without[] = {{.block = &blocks[0], .lane = 2},
                                 {.block = &blocks[0], .lane = 9},
                                 {.block = &blocks[1], .lane = 0},
                                 {.block = &blocks[1], .lane = 15}};
    const MixSource with[]    = {{.block = &silence, .lane = 1},
                                 {.block = &blocks[0], .lane = 2},
                                 {.block = &silence, .lane = 2},
                                 {.block = &blocks[0], .lane = 9},
                                 {.block = &blocks[1], .lane = 0},
                                 {.block = &silence, .lane = 15},
                                 {.block = &blocks[1], .lane = 15}};

    float left[2][BLOCK_FRAMES];
    float right[2][BLOCK_FRAMES];
    mix_run(mix_kernel(level), without, 4, left[0], right[0], BLOCK_FRAMES);
    mix_run(mix_kernel(level), with, 7, left[1], right[1], BLOCK_FRAMES);
    assert_memory_equal(left[0], left[1], sizeof(left[0]));
    assert_memory_equal(right[0], right[1], sizeof(right[0]));
  }
}

static void
test_nothing_is_silence(void** const state)
{
  (void)state;
  float left[4]  = {1.0f, 1.0f, 1.0f, 1.0f};
  float right[4] = {1.0f, 1.0f, 1.0f, 1.0f};
  mix_run(mix_kernel(cpu_level_best()), NULL, 0, left, right, 3);
  assert_true(left[2] == 0.0f && right[0] == 0.0f);
  assert_true(left[3] == 1.0f && right[3] == 1.0f);
}

static void
test_put_and_get_touch_one_lane(void** const state)
{
  (void)state;
  const float left[3]  = {1.0f, 2.0f, 3.0f};
  const float right[3] = {4.0f, 5.0f, 6.0f};
  memset(&blocks[0], 0, sizeof(blocks[0]));
  mix_put(&blocks[0], 5, left, right, 3);

  float got[2][3];
  mix_get(&blocks[0], 5, got[0], got[1], 3);
  assert_memory_equal(got[0], left, sizeof(left));
  assert_memory_equal(got[1], right, sizeof(right));
  mix_get(&blocks[0], 4, got[0], got[1], 3);
  for (uint32_t f = 0; f < 3; ++f) {
    assert_true(got[0][f] == 0.0f && got[1][f] == 0.0f);
  }
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_sum_is_strictly_in_order),
    cmocka_unit_test(test_silent_sources_change_no_bit),
    cmocka_unit_test(test_nothing_is_silence),
    cmocka_unit_test(test_put_and_get_touch_one_lane),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
