// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers as text: what is written is read again as the same

#include "base/number.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t
next_random(uint64_t* const seed)
{
  *seed ^= *seed << 13u;
  *seed ^= *seed >> 7u;
  *seed ^= *seed << 17u;
  return *seed;
}

static void
assert_text(const double value, const char* const expected)
{
  char         text[NUMBER_SIZE];
  const size_t length = number_format(value, text);
  assert_string_equal(text, expected);
  assert_int_equal(length, strlen(expected));
}

static void
test_numbers_read_as_a_person_writes_them(void** state)
{
  (void)state;
  assert_text(0.0, "0.0");
  assert_text(-0.0, "-0.0");
  assert_text(120.0, "120.0");
  assert_text(-60.0, "-60.0");
  assert_text(0.1, "0.1");
  assert_text(-0.25, "-0.25");
  assert_text(1.0 / 3.0, "0.3333333333333333");
  assert_text(0.001, "0.001");
  assert_text(0.00001, "0.00001");
  assert_text(123456789.123, "123456789.123");
  assert_text(999.9999999999999, "999.9999999999999");
  assert_text(1e-7, "1e-07");
  assert_text(1e22, "1e+22");
  assert_text(2e15 + 0.25, "2000000000000000.2");
  assert_text(9007199254740993.0, "9007199254740992.0");
}

/// Shortest text by trying all lengths
static size_t
shortest_digits(const double value)
{
  char text[64];
  for (int precision = 0; precision < 17; ++precision) {
    snprintf(text, sizeof(text), "%.*e", precision, value);
    if (strtod(text, NULL) == value) {
      return (size_t)precision + 1u;
    }
  }

  return 17;
}

static size_t
count_digits(const char* text)
{
  size_t      count = 0;
  size_t      zeros = 0;
  bool        begun = false;
  const char* end   = text + strcspn(text, "e");
  for (; text < end; ++text) {
    if (*text >= '0' && *text <= '9') {
      begun = begun || *text != '0';
      count += begun;
      zeros = *text == '0' ? zeros + 1u : 0u;
    }
  }

  return zeros < count ? count - zeros : 1u;
}

static void
assert_returns(const double value)
{
  char         text[NUMBER_SIZE];
  const size_t length = number_format(value, text);
  assert_true(length < NUMBER_SIZE);
  assert_true(strtod(text, NULL) == value);
  assert_true(strpbrk(text, ".e") != NULL);
  assert_true(count_digits(text) <= shortest_digits(value));

  Number            number;
  const char* const end = number_scan(text, text + length, &number);
  assert_ptr_equal(end, text + length);
  assert_true(number_value(&number) == value);
}

static void
test_doubles_return_by_their_shortest_text(void** state)
{
  (void)state;
  uint64_t seed = 88172645463325252ull;
  for (unsigned i = 0; i < 100000; ++i) {
    // Any bits, and then numbers of a usual size
    const uint64_t bits = next_random(&seed);
    double         any  = 0.0;
    memcpy(&any, &bits, sizeof(any));
    if (isfinite(any)) {
      assert_returns(any);
    }

    const double usual = (double)(int64_t)bits / 9.2e18;
    assert_returns(usual * pow(10.0, (double)(bits % 17u) - 4.0));
    assert_returns(nextafter(ldexp(1.0, (int)(bits % 60u) - 15), 0.0));
    assert_returns(ldexp(1.0, (int)(bits % 60u) - 15));
    assert_returns((double)(bits % 2000000u) / 1000.0);
  }
}

static void
test_ticks_return_by_their_text(void** state)
{
  (void)state;
  uint64_t seed = 88172645463325252ull;
  for (unsigned i = 0; i < 300000; ++i) {
    const uint64_t bits = next_random(&seed);
    const Ticks    ticks =
      i < 1000 ? (Ticks)i : (Ticks)(bits % ((uint64_t)TICKS_MAX >> bits % 40u));

    char         text[NUMBER_SIZE];
    const size_t length = number_format_ticks(ticks, text);
    assert_true(strtod(text, NULL) == ticks_to_beats(ticks));

    Number number;
    Ticks  again = -1;
    assert_ptr_equal(number_scan(text, text + length, &number), text + length);
    assert_true(number_ticks(&number, &again));
    assert_int_equal(again, ticks);

    again = -1;
    assert_true(ticks_from_beats(number_value(&number), &again));
    assert_int_equal(again, ticks);
  }
}

static void
test_ticks_beyond_the_end_are_refused(void** state)
{
  (void)state;
  static const char* const texts[] = {
    "10000000.000001", "1e30", "1e999", "99999999999999999999999999", "-1e30"};
  for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); ++i) {
    Number number;
    Ticks  ticks = 0;
    assert_non_null(
      number_scan(texts[i], texts[i] + strlen(texts[i]), &number));
    assert_false(number_ticks(&number, &ticks));
  }
}

static void
test_millionths(void** state)
{
  (void)state;
  char text[NUMBER_SIZE];
  number_format_millionths(120000000, text);
  assert_string_equal(text, "120.0");
  number_format_millionths(127300001, text);
  assert_string_equal(text, "127.300001");
  number_format_millionths(-1, text);
  assert_string_equal(text, "-0.000001");
}

static void
test_floats_mean_their_shortest_text(void** state)
{
  (void)state;
  assert_true(number_from_float(0.1f) == 0.1);
  assert_true(number_from_float(-12.3f) == -12.3);
  for (int i = -1000000; i <= 1000000; ++i) {
    assert_true(number_from_float((float)(i / 1e4)) == i / 1e4);
  }
  assert_true(number_from_float(600.123f) == 600.123);

  uint64_t seed = 88172645463325252ull;
  for (unsigned i = 0; i < 100000; ++i) {
    const uint32_t bits = (uint32_t)next_random(&seed);
    float          any  = 0.0f;
    memcpy(&any, &bits, sizeof(any));
    if (isfinite(any)) {
      assert_true((float)number_from_float(any) == any);
    }
  }
}

static void
test_only_json_numbers_are_read(void** state)
{
  (void)state;
  static const struct {
    const char* text;
    int         used; ///< Bytes, or -1 if it is no number
  } cases[] = {
    {"1", 1},         {"-1", 2},     {"0", 1},     {"10.5]", 4}, {"1e5,", 3},
    {"1E+5", 4},      {"0.5e-3", 6}, {"", -1},     {"-", -1},    {"01", -1},
    {".5", -1},       {"1.", -1},    {"1.e5", -1}, {"1e", -1},   {"1e+", -1},
    {"+1", -1},       {"-01", -1},   {"x", -1},    {"-x", -1},   {"NaN", -1},
    {"Infinity", -1},
  };

  for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    Number            number;
    const char* const text = cases[i].text;
    const char* const end  = number_scan(text, text + strlen(text), &number);
    assert_int_equal(end ? end - text : -1, cases[i].used);
  }
}

static void
test_long_numbers_are_rounded_once(void** state)
{
  (void)state;
  static const char* const texts[] = {
    "0.1000000000000000055511151231257827021181583404541015625",
    "9007199254740993.0000000000000000000000000000000000000001",
    "123456789012345678901234567890",
    "2.2250738585072011e-308",
    "1.7976931348623157e308",
    "0.000000000000000000000000000000000000000000000000000000000000123",
  };

  for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); ++i) {
    Number number;
    assert_non_null(
      number_scan(texts[i], texts[i] + strlen(texts[i]), &number));
    assert_true(number_value(&number) == strtod(texts[i], NULL));
  }

  char   text[2002];
  Number number;
  memset(text, '7', sizeof(text));
  text[1] = '.';
  assert_non_null(number_scan(text, text + sizeof(text), &number));
  assert_true(number_value(&number) == 7.0 + 7.0 / 9.0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_numbers_read_as_a_person_writes_them),
    cmocka_unit_test(test_doubles_return_by_their_shortest_text),
    cmocka_unit_test(test_ticks_return_by_their_text),
    cmocka_unit_test(test_ticks_beyond_the_end_are_refused),
    cmocka_unit_test(test_millionths),
    cmocka_unit_test(test_floats_mean_their_shortest_text),
    cmocka_unit_test(test_only_json_numbers_are_read),
    cmocka_unit_test(test_long_numbers_are_rounded_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
