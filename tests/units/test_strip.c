// SPDX-License-Identifier: GPL-3.0-or-later
//
// The channel strip

#include "support/random.h"
#include "units/strip.h"
#include "units/units_support.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u

static LaneBlock source;
static LaneBlock result;

static StripBank*
new_strips(const CpuLevel level)
{
  StripBank* const bank = new_aligned(strip_bank_size());
  strip_bank_init(bank, RATE, level);
  return bank;
}

static void
fill(LaneBlock* const block, const float left, const float right)
{
  for (uint32_t f = 0; f < BLOCK_FRAMES; ++f) {
    for (uint32_t lane = 0; lane < LANES; ++lane) {
      block->left[f][lane]  = left;
      block->right[f][lane] = right;
    }
  }
}

/// Run with a constant source; the left result of one lane to `out`
static void
run_constant(StripBank* const bank,
             const uint32_t   lane,
             float* const     out,
             const uint32_t   n)
{
  fill(&source, 1.0f, 1.0f);
  for (uint32_t f = 0; f < n; f += GRID_FRAMES) {
    strip_run(bank, &source, &result, f, GRID_FRAMES);
    for (uint32_t i = 0; i < GRID_FRAMES; ++i) {
      out[f + i] = result.left[i][lane];
    }
  }
}

static void
test_new_strip_changes_nothing(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    Random           random = {1};
    StripBank* const bank   = new_strips(level);
    fill_noise(&random, &source);
    strip_run(bank, &source, &result, 0, BLOCK_FRAMES);
    assert_memory_equal(&source, &result, sizeof(source));
    free(bank);
  }
}

static void
test_settled_gain_is_exact(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    Random           random = {2};
    StripBank* const bank   = new_strips(level);
    float            db[LANES];
    float            pan[LANES];
    for (uint32_t lane = 0; lane < LANES; ++lane) {
      db[lane]  = 12.0f - 4.3f * (float)lane;
      pan[lane] = lane % 4 ? random_sample(&random) : 0.0f;
      strip_set(bank, lane, STRIP_FADER, db[lane]);
      strip_set(bank, lane, STRIP_PAN, pan[lane]);
      strip_snap(bank, lane);
    }

    fill_noise(&random, &source);
    strip_run(bank, &source, &result, 0, BLOCK_FRAMES);
    for (uint32_t lane = 0; lane < LANES; ++lane) {
      const double gain  = pow(10.0, (double)db[lane] / 20.0);
      const double angle = ((double)pan[lane] + 1.0) * M_PI / 4.0;
      for (uint32_t f = 0; f < BLOCK_FRAMES; ++f) {
        const double l = (double)source.left[f][lane] * gain;
        const double r = (double)source.right[f][lane] * gain;
        assert_true(fabs((double)result.left[f][lane] -
                         l * sqrt(2.0) * cos(angle)) <= 1e-6);
        assert_true(fabs((double)result.right[f][lane] -
                         r * sqrt(2.0) * sin(angle)) <= 1e-6);
        if (pan[lane] == 0.0f) {
          const float exact = source.left[f][lane] * (float)gain;
          assert_true(result.left[f][lane] == exact);
        }
      }
    }
    free(bank);
  }
}

static void
test_a_move_ends_at_the_exact_gain(void** const state)
{
  (void)state;
  static float     out[RATE];
  StripBank* const bank = new_strips(cpu_level_best());

  strip_set(bank, 3, STRIP_FADER, -17.3f);
  strip_set(bank, 3, STRIP_INPUT_GAIN, 4.1f);
  strip_set(bank, 3, STRIP_PAN, -0.3f);
  run_constant(bank, 3, out, RATE);

  strip_set(bank, 7, STRIP_FADER, -17.3f);
  strip_set(bank, 7, STRIP_INPUT_GAIN, 4.1f);
  strip_set(bank, 7, STRIP_PAN, -0.3f);
  strip_snap(bank, 7);
  strip_run(bank, &source, &result, 0, GRID_FRAMES);
  assert_true(result.left[0][3] == result.left[0][7]);
  assert_true(out[RATE - 1] == result.left[0][7]);
  free(bank);
}

static void
test_fader_moves_a_tenth_of_a_decibel_a_step(void** const state)
{
  (void)state;
  static float out[RATE];
  const float  places[][2] = {{0, -12}, {-12, 12}, {12, -60}, {-60, 3}};

  FOR_EACH_LEVEL(level)
  {
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); ++i) {
      StripBank* const bank = new_strips(level);
      strip_set(bank, 5, STRIP_FADER, places[i][0]);
      strip_snap(bank, 5);
      strip_set(bank, 5, STRIP_FADER, places[i][1]);
      run_constant(bank, 5, out, RATE);

      double moved = 0.0;
      for (uint32_t f = 0; f + GRID_FRAMES < RATE; ++f) {
        // Below -60 dB the way to zero is straight: a step is at most -66 dB
        const double a = (double)out[f];
        const double b = (double)out[f + GRID_FRAMES];
        if (a > 0.0010001 && b > 0.0010001) {
          const double db = fabs(20.0 * log10(b / a));
          assert_true(db < 0.1 * 1.001);
          moved = fmax(moved, db);
        } else {
          assert_true(fabs(b - a) < 0.000501);
        }
      }
      assert_true(moved > 0.099);

      const double end =
        places[i][1] > -60.0f ? pow(10.0, (double)places[i][1] / 20.0) : 0.0;
      assert_true(out[RATE - 1] == (float)end);
      free(bank);
    }
  }
}

/// Frames from a change until the result no longer moves
static uint32_t
frames_until_still(const StripParam param, const float value)
{
  static float     out[4096];
  StripBank* const bank = new_strips(cpu_level_best());
  strip_set(bank, 0, param, value);
  fill(&source, 1.0f, 0.5f);

  for (uint32_t f = 0; f < 4096; f += GRID_FRAMES) {
    strip_run(bank, &source, &result, f, GRID_FRAMES);
    for (uint32_t i = 0; i < GRID_FRAMES; ++i) {
      out[f + i] = result.left[i][0];
    }
  }
  free(bank);

  uint32_t still = 4095;
  while (still > 0 && fabsf(out[still - 1] - out[4095]) < 1e-5f) {
    --still;
  }

  // On the way it goes straight, so no step is above its fair share
  const float most = 1.2f * fabsf(out[4095] - out[0]) / (float)still;
  for (uint32_t f = 1; f < 4096; ++f) {
    assert_true(fabsf(out[f] - out[f - 1]) < most);
  }
  return still;
}

static void
test_glides_take_their_time(void** const state)
{
  (void)state;

  // 20 ms are 960 frames, 5 ms 240; up to a grid step more
  const StripParam slow[] = {STRIP_INPUT_GAIN, STRIP_PHASE, STRIP_WIDTH};
  for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); ++i) {
    const float    value = slow[i] == STRIP_INPUT_GAIN ? -6.0f
                           : slow[i] == STRIP_PHASE    ? 1.0f
                                                       : 0.0f;
    const uint32_t taken = frames_until_still(slow[i], value);
    assert_in_range(taken, 959, 960 + GRID_FRAMES);
  }

  assert_in_range(frames_until_still(STRIP_PAN, 0.5f), 950, 992);
  assert_in_range(frames_until_still(STRIP_MUTE, 1.0f), 239, 272);
}

static void
test_phase_width_and_mute_do_what_they_say(void** const state)
{
  (void)state;
  StripBank* const bank = new_strips(cpu_level_best());
  strip_set(bank, 0, STRIP_PHASE, 1.0f);
  strip_set(bank, 1, STRIP_WIDTH, 0.0f);
  strip_set(bank, 2, STRIP_WIDTH, 2.0f);
  strip_set(bank, 3, STRIP_MUTE, 1.0f);
  strip_set(bank, 4, STRIP_INPUT_GAIN, -60.0f);
  for (uint32_t lane = 0; lane < LANES; ++lane) {
    strip_snap(bank, lane);
  }

  fill(&source, 0.75f, 0.25f);
  strip_run(bank, &source, &result, 0, 1);
  assert_true(result.left[0][0] == -0.75f && result.right[0][0] == -0.25f);
  assert_true(result.left[0][1] == 0.5f && result.right[0][1] == 0.5f);
  assert_true(result.left[0][2] == 1.0f && result.right[0][2] == 0.0f);
  assert_true(result.left[0][3] == 0.0f && result.right[0][3] == 0.0f);
  assert_true(result.left[0][4] == 0.0f && result.right[0][4] == 0.0f);
  assert_true(result.left[0][5] == 0.75f && result.right[0][5] == 0.25f);
  free(bank);
}

#define LONG_FRAMES 6000u

typedef struct {
  float      left[LONG_FRAMES][LANES];
  float      right[LONG_FRAMES][LANES];
  StripMeter meters[LANES];
} Recording;

/// Change a parameter of a lane, the same for the same `n`
static void
change(StripBank* const bank, const uint32_t lane, const uint32_t n)
{
  Random random = {n + 1};
  for (int i = 0; i < 8; ++i) {
    random_next(&random);
  }

  const StripParam param = (StripParam)random_below(&random, NUM_STRIP_PARAMS);
  const float      value = random_sample(&random);
  const bool       level = param == STRIP_FADER || param == STRIP_INPUT_GAIN;
  strip_set(bank, lane, param, level ? 40.0f * value - 25.0f : 1.5f * value);
  if (random_below(&random, 10) == 0) {
    strip_snap(bank, lane);
  }
}

/// Run with changes every 150 frames, cut at random as well
static void
record(const CpuLevel   level,
       Random* const    cuts,
       const uint32_t   lanes,
       Recording* const recording)
{
  StripBank* const bank  = new_strips(level);
  Random           noise = {77};

  for (uint32_t f = 0; f < LONG_FRAMES;) {
    if (f % 150 == 0) {
      for (uint32_t lane = 0; lane < LANES; ++lane) {
        if ((lanes >> lane) & 1u) {
          change(bank, lane, f * LANES + lane);
        }
      }
    }

    const uint32_t most = 150 - f % 150;
    const uint32_t n    = cuts ? random_cut(cuts, most) : most;
    for (uint32_t i = 0; i < n; ++i) {
      for (uint32_t lane = 0; lane < LANES; ++lane) {
        const float l         = random_sample(&noise);
        const float r         = random_sample(&noise);
        const bool  on        = (lanes >> lane) & 1u;
        source.left[i][lane]  = on ? l : 0.0f;
        source.right[i][lane] = on ? r : 0.0f;
      }
    }
    strip_run(bank, &source, &source, 1000 + f, n);
    memcpy(recording->left[f], source.left, n * sizeof(source.left[0]));
    memcpy(recording->right[f], source.right, n * sizeof(source.left[0]));
    f += n;
  }

  for (uint32_t lane = 0; lane < LANES; ++lane) {
    recording->meters[lane] = strip_take_meter(bank, lane);
  }
  free(bank);
}

static Recording whole;
static Recording pieces;

static void
test_cuts_do_not_matter(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    record(level, NULL, 0xffff, &whole);
    for (uint64_t seed = 1; seed < 6; ++seed) {
      Random cuts = {seed};
      record(level, &cuts, 0xffff, &pieces);
      assert_memory_equal(&whole, &pieces, sizeof(whole));
    }
  }
}

static void
test_lanes_do_not_hear_each_other(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    record(level, NULL, 0xffff, &whole);
    for (uint32_t lane = 0; lane < LANES; lane += 5) {
      record(level, NULL, 1u << lane, &pieces);
      for (uint32_t f = 0; f < LONG_FRAMES; ++f) {
        for (uint32_t other = 0; other < LANES; ++other) {
          const float l = other == lane ? whole.left[f][lane] : 0.0f;
          const float r = other == lane ? whole.right[f][lane] : 0.0f;
          assert_true(pieces.left[f][other] == l);
          assert_true(pieces.right[f][other] == r);
        }
      }
    }
  }
}

static void
test_lane_number_does_not_matter(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    Random           random = {9};
    StripBank* const bank   = new_strips(level);
    for (uint32_t step = 0; step < 40; ++step) {
      const uint32_t n     = random_cut(&random, BLOCK_FRAMES);
      const float    value = 30.0f * random_sample(&random) - 20.0f;
      for (uint32_t lane = 0; lane < LANES; ++lane) {
        strip_set(bank, lane, STRIP_FADER, value);
      }
      for (uint32_t f = 0; f < n; ++f) {
        const float x = random_sample(&random);
        for (uint32_t lane = 0; lane < LANES; ++lane) {
          source.left[f][lane] = source.right[f][lane] = x;
        }
      }

      strip_run(bank, &source, &result, 37 * step, n);
      for (uint32_t f = 0; f < n; ++f) {
        for (uint32_t lane = 1; lane < LANES; ++lane) {
          assert_true(result.left[f][lane] == result.left[f][0]);
          assert_true(result.right[f][lane] == result.right[f][0]);
        }
      }
    }
    free(bank);
  }
}

static void
test_meters_measure(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    StripBank* const bank = new_strips(level);
    fill(&source, 0.5f, -0.25f);
    source.left[100][2] = -2.0f;
    strip_set(bank, 2, STRIP_FADER, 6.0f);
    strip_snap(bank, 2);
    strip_run(bank, &source, &result, 0, 200);

    const double     gain  = pow(10.0, 6.0 / 20.0);
    const StripMeter meter = strip_take_meter(bank, 2);
    assert_int_equal(meter.frames, 200);
    assert_true(fabs((double)meter.peak_left - 2.0 * gain) < 1e-6);
    assert_true(fabs((double)meter.peak_right - 0.25 * gain) < 1e-6);
    assert_true(fabs((double)meter.power_left - 53.75 * gain * gain) < 1e-3);
    assert_true(fabs((double)meter.power_right - 12.5 * gain * gain) < 1e-3);

    // Taken, it starts anew
    strip_run(bank, &source, &result, 0, 50);
    const StripMeter again = strip_take_meter(bank, 2);
    assert_int_equal(again.frames, 50);
    assert_true(fabs((double)again.peak_left - 0.5 * gain) < 1e-6);
    free(bank);
  }
}

static void
test_what_is_not_a_number_passes_and_is_gone(void** const state)
{
  (void)state;
  FOR_EACH_LEVEL(level)
  {
    StripBank* const bank = new_strips(level);
    strip_set(bank, 0, STRIP_FADER, NAN);
    strip_set(bank, 0, STRIP_PAN, NAN);
    strip_set(bank, 1, STRIP_PAN, INFINITY);
    strip_snap(bank, 1);

    fill(&source, 0.5f, 0.5f);
    source.left[10][0] = NAN;
    source.left[11][0] = INFINITY;
    strip_run(bank, &source, &result, 0, 64);
    for (uint32_t f = 0; f < 64; ++f) {
      for (uint32_t lane = 0; lane < LANES; ++lane) {
        const bool bad = lane == 0 && (f == 10 || f == 11);
        assert_true(bad || isfinite(result.left[f][lane]));
        assert_true(bad || isfinite(result.right[f][lane]));
      }
    }

    assert_true(result.left[63][0] == 0.5f);
    assert_true(fabsf(result.left[63][1]) < 1e-7f);
    strip_take_meter(bank, 0);
    strip_run(bank, &source, &result, 64, 8);
    const StripMeter meter = strip_take_meter(bank, 0);
    assert_true(meter.peak_left == 0.5f);
    assert_true(meter.power_left == 2.0f);
    free(bank);
  }
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_new_strip_changes_nothing),
    cmocka_unit_test(test_settled_gain_is_exact),
    cmocka_unit_test(test_a_move_ends_at_the_exact_gain),
    cmocka_unit_test(test_fader_moves_a_tenth_of_a_decibel_a_step),
    cmocka_unit_test(test_glides_take_their_time),
    cmocka_unit_test(test_phase_width_and_mute_do_what_they_say),
    cmocka_unit_test(test_cuts_do_not_matter),
    cmocka_unit_test(test_lanes_do_not_hear_each_other),
    cmocka_unit_test(test_lane_number_does_not_matter),
    cmocka_unit_test(test_meters_measure),
    cmocka_unit_test(test_what_is_not_a_number_passes_and_is_gone),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
