// SPDX-License-Identifier: GPL-3.0-or-later
//
// Well-formed UTF-8, and cutting it between characters

#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void
test_well_formed_text_is_valid(void** const state)
{
  (void)state;
  static const char* const good[] = {"",
                                     "plain",
                                     "\xc2\x80 \xdf\xbf",
                                     "\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80",
                                     "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"};
  for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); ++i) {
    assert_true(utf8_valid(good[i], strlen(good[i])));
  }
}

static void
test_malformed_text_is_not(void** const state)
{
  (void)state;
  static const char* const bad[] = {
    "\x80",             // Nothing to continue
    "\xc3",             // Cut off
    "\xe2\x82",         // Cut off
    "\xc0\xaf",         // Overlong
    "\xe0\x9f\xbf",     // Overlong
    "\xf0\x8f\xbf\xbf", // Overlong
    "\xed\xa0\x80",     // Surrogate
    "\xf4\x90\x80\x80", // Beyond U+10FFFF
    "\xf5\x80\x80\x80", // Likewise
    "\xff",             // Never
    "a\303b",           // Cut short
  };
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    assert_false(utf8_valid(bad[i], strlen(bad[i])));
  }
}

static void
test_prefixes_have_whole_characters(void** const state)
{
  (void)state;
  const char* const text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xb5z";
  for (size_t max = 0; max < 14; ++max) {
    const size_t size = utf8_prefix(text, max);
    assert_true(size <= max);
    assert_true(utf8_valid(text, size));
    assert_true(size + 4 > max || size == strlen(text));
  }
  assert_int_equal(utf8_prefix(text, 100), strlen(text));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_well_formed_text_is_valid),
    cmocka_unit_test(test_malformed_text_is_not),
    cmocka_unit_test(test_prefixes_have_whole_characters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
