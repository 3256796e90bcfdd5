// SPDX-License-Identifier: GPL-3.0-or-later
//
// Facts about vectors, for one CPU level
//
// Included by a test file for each level, after it has told the compiler the
// level's instructions; defines `run_cases`.

#include "dsp/lanes.h"
#include "dsp/lanes_math.h"

/// Largest error of a function over a range, by `steps` even steps
static double
largest_error(const char* const name,
              Lanes (*const function)(Lanes),
              double (*const reference)(double),
              const double   low,
              const double   high,
              const uint32_t steps,
              const int      relative)
{
  double largest = 0.0;
  for (uint32_t i = 0; i <= steps; i += LANES_WIDTH) {
    float x[SONIC_VECTOR];
    float y[SONIC_VECTOR];
    for (uint32_t j = 0; j < LANES_WIDTH; ++j) {
      const double at = low + ((high - low) * (double)(i + j)) / (double)steps;
      x[j]            = (float)fmin(at, high);
    }

    lanes_store(y, function(lanes_load(x)));
    for (uint32_t j = 0; j < LANES_WIDTH; ++j) {
      const double right = reference((double)x[j]);
      const double error = fabs((double)y[j] - right);
      assert_true(isfinite(y[j]));
      largest = fmax(largest, relative ? error / fabs(right) : error);
    }
  }

  print_message("%s: largest error %.3g\n", name, largest);
  return largest;
}

static double
sin_pi(const double x)
{
  return sin(M_PI * x);
}

static double
cos_pi(const double x)
{
  return cos(M_PI * x);
}

static double
tan_pi(const double x)
{
  return tan(M_PI * x);
}

static Lanes
lanes_exp2_function(const Lanes a)
{
  return lanes_exp2(a);
}

static Lanes
lanes_log2_function(const Lanes a)
{
  return lanes_log2(a);
}

static Lanes
lanes_sin_pi_function(const Lanes a)
{
  return lanes_sin_pi(a);
}

static Lanes
lanes_cos_pi_function(const Lanes a)
{
  return lanes_cos_pi(a);
}

static Lanes
lanes_tan_pi_function(const Lanes a)
{
  return lanes_tan_pi(a);
}

static Lanes
lanes_sin_turn_function(const Lanes a)
{
  return lanes_sin_turn(a);
}

static void
test_functions_are_as_exact_as_stated(void** const state)
{
  (void)state;
  const uint32_t n = 2000000;

  // Up to 2^-126 and 2^127; sizes of rounding included
  assert_true(
    largest_error("exp2", lanes_exp2_function, exp2, -126, 127, n, 1) < 2e-7);
  assert_true(largest_error("log2", lanes_log2_function, log2, 0.5, 2.0, n, 0) <
              2e-7);
  assert_true(
    largest_error("log2", lanes_log2_function, log2, 1e-6, 1e6, n, 1) < 2e-7);
  assert_true(
    largest_error("sin_pi", lanes_sin_pi_function, sin_pi, 1e-6, 0.5, n, 1) <
    3e-7);
  assert_true(
    largest_error("cos_pi", lanes_cos_pi_function, cos_pi, 0, 1, n, 0) < 3e-7);
  assert_true(
    largest_error("tan_pi", lanes_tan_pi_function, tan_pi, 1e-6, 0.49, n, 1) <
    1e-6);
  assert_true(
    largest_error("sin_turn", lanes_sin_turn_function, sin_pi, -1, 1, n, 0) <
    3e-7);
}

static void
test_functions_are_exact_where_it_shows(void** const state)
{
  (void)state;

  for (int i = -126; i < 128; ++i) {
    const Lanes power = lanes_exp2(lanes_all((float)i));
    assert_true(power[0] == ldexpf(1.0f, i));
    assert_true(lanes_log2(power)[LANES_WIDTH - 1] == (float)i);
  }

  assert_true(lanes_sin_turn(lanes_all(0.0f))[0] == 0.0f);
  assert_true(lanes_sin_turn(lanes_all(-1.0f))[0] == 0.0f);
  assert_true(lanes_tan_pi(lanes_all(0.0f))[0] == 0.0f);
}

static void
test_functions_stay_finite_outside_their_range(void** const state)
{
  (void)state;

  const float absurd[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f, -0.0f};
  for (size_t i = 0; i < sizeof(absurd) / sizeof(absurd[0]); ++i) {
    assert_true(isfinite(lanes_exp2(lanes_all(absurd[i]))[0]));
  }

  // What is not positive counts as the least normal number
  assert_true(lanes_log2(lanes_all(0.0f))[0] == -126.0f);
  assert_true(lanes_log2(lanes_all(-1.0f))[0] == -126.0f);
  assert_true(lanes_log2(lanes_all(NAN))[0] == -126.0f);
}

static void
test_masks_choose_by_lane(void** const state)
{
  (void)state;

  const Lanes low  = lanes_from_int(lanes_count());
  const Lanes high = lanes_all(2.5f);

  // Lanes 0 to 2 are below
  const LanesMask below = lanes_less(low, high);
  assert_int_equal(lanes_bits(below), 7);
  for (uint32_t bits = 0; bits < (1u << LANES_WIDTH); ++bits) {
    const LanesMask mask = lanes_mask(bits);
    assert_int_equal(lanes_bits(mask), bits);

    const Lanes chosen = lanes_select(mask, low, high);
    for (uint32_t j = 0; j < LANES_WIDTH; ++j) {
      assert_true(chosen[j] == ((bits >> j) & 1u ? (float)j : 2.5f));
    }
  }

  const LanesMask negative = lanes_negative(lanes_count() - 1);
  assert_int_equal(lanes_bits(negative), 1);
}

static void
test_what_is_not_a_number_yields(void** const state)
{
  (void)state;

  const Lanes nan = lanes_all(NAN);
  const Lanes one = lanes_all(1.0f);
  assert_true(lanes_min(nan, one)[0] == 1.0f);
  assert_true(lanes_max(nan, one)[0] == 1.0f);
  assert_true(lanes_clamp(nan, -2.0f, 2.0f)[0] == -2.0f);
  assert_true(lanes_abs(lanes_all(-3.0f))[0] == 3.0f);
  assert_true(lanes_flip(one, lanes_all(-0.0f))[0] == -1.0f);
}

static void
test_transpose_swaps_rows_and_columns(void** const state)
{
  (void)state;

  Lanes square[SONIC_VECTOR];
  for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
    square[i] = lanes_from_int(lanes_count() + (int32_t)(100 * i));
  }

  lanes_transpose(square);
  for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
    for (uint32_t j = 0; j < LANES_WIDTH; ++j) {
      assert_true(square[i][j] == (float)(100 * j + i));
    }
  }
}

static void
test_rows_are_summed(void** const state)
{
  (void)state;

  Lanes    rows[SONIC_VECTOR];
  uint32_t ranks = 0;
  for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
    rows[i] = lanes_from_int(lanes_count() + (int32_t)(100 * i));
    ranks += i;
  }

  const Lanes sums = lanes_sum_rows(rows);
  for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
    assert_true(sums[i] == (float)(100 * i * LANES_WIDTH + ranks));
  }
}

static void
test_parts_cover_a_bank(void** const state)
{
  (void)state;

  uint32_t covered = 0;
  for (uint32_t lane = 0; lane < 16; lane += LANES_WIDTH) {
    assert_int_equal(covered & lanes_part(lane), 0);
    covered |= lanes_part(lane);
  }
  assert_int_equal(covered, 0xffff);
}

static int
run_cases(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_functions_are_as_exact_as_stated),
    cmocka_unit_test(test_functions_are_exact_where_it_shows),
    cmocka_unit_test(test_functions_stay_finite_outside_their_range),
    cmocka_unit_test(test_masks_choose_by_lane),
    cmocka_unit_test(test_what_is_not_a_number_yields),
    cmocka_unit_test(test_transpose_swaps_rows_and_columns),
    cmocka_unit_test(test_rows_are_summed),
    cmocka_unit_test(test_parts_cover_a_bank),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
