// SPDX-License-Identifier: GPL-3.0-or-later
//
// What patterns match, and what they cost

#include "osc/pattern.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

typedef struct {
  const char* pattern;
  const char* address;
  bool        matches;
} Case;

// clang-format off
static const Case cases[] = {
  // Text
  {"/a/b",                 "/a/b",                 true},
  {"/a/b",                 "/a/bc",                false},
  {"/a/bc",                "/a/b",                 false},
  {"/a/b",                 "/a",                   false},
  {"/a",                   "/a/b",                 false},
  {"/A",                   "/a",                   false},
  {"/a/",                  "/a",                   false},
  {"/a/",                  "/a/",                  true},
  {"/",                    "/",                    true},
  {"a",                    "a",                    false},
  {"",                     "/a",                   false},

  // `?` and `*` stay within their part
  {"/a?c",                 "/abc",                 true},
  {"/a?c",                 "/ac",                  false},
  {"/a?c",                 "/a/c",                 false},
  {"/mixer/*",             "/mixer/fader",         true},
  {"/mixer/*",             "/mixer/strip/1/gain",  false},
  {"/mixer/*/*/gain",      "/mixer/strip/1/gain",  true},
  {"/*",                   "/",                    true},
  {"/a*",                  "/a",                   true},
  {"/a*c*e",               "/abcde",               true},
  {"/a*c*e",               "/abcded",              false},
  {"/*ab",                 "/aaab",                true},
  {"/*?*?",                "/ab",                  true},
  {"/*?*?",                "/a",                   false},
  {"/**",                  "/abc",                 true},

  // Sets
  {"/[abc]x",              "/bx",                  true},
  {"/[abc]x",              "/dx",                  false},
  {"/[a-c]x",              "/bx",                  true},
  {"/[c-a]x",              "/bx",                  true},
  {"/[!a-c]x",             "/bx",                  false},
  {"/[!a-c]x",             "/dx",                  true},
  {"/[!a]",                "/",                    false},
  {"/t[0-9][0-9]",         "/t42",                 true},
  {"/t[0-9][0-9]",         "/t4",                  false},
  {"/[a-]",                "/-",                   true},
  {"/[-a]",                "/-",                   true},
  {"/[a-cx-z]",            "/y",                   true},
  {"/[a-cx-z]",            "/m",                   false},
  {"/[*]",                 "/b",                   false},
  {"/[a{]x",               "/ax",                  true},
  {"/[!{}]x",              "/ax",                  true},

  // Alternatives
  {"/{foo,bar}",           "/foo",                 true},
  {"/{foo,bar}",           "/bar",                 true},
  {"/{foo,bar}",           "/fo",                  false},
  {"/{foo,bar}x",          "/barx",                true},
  {"/{a,ab}c",             "/abc",                 true},
  {"/{ab,a}bc",            "/abc",                 true},
  {"/{a,ab}{c,bcd}d",      "/abcdd",               true},
  {"/{,mono}fader",        "/fader",               true},
  {"/{,mono}fader",        "/monofader",           true},
  {"/{}x",                 "/x",                   true},
  {"/*{b,c}*{d,e}",        "/abcde",               true},
  {"/{t*,[a-c]?}",         "/t123",                true},
  {"/{t*,[a-c]?}",         "/b1",                  true},
  {"/{t*,[a-c]?}",         "/b12",                 false},

  // `//` stands for any number of parts
  {"//gain",               "/gain",                true},
  {"//gain",               "/mixer/strip/1/gain",  true},
  {"//gain",               "/mixer/strip/1/pan",   false},
  {"//gain",               "/mixer/strip/1/again", false},
  {"/mixer//gain",         "/mixer/gain",          true},
  {"/mixer//gain",         "/mixer/strip/1/gain",  true},
  {"/mixer//gain",         "/mixer/gain/1",        false},
  {"/mixer//",             "/mixer/strip/1/gain",  true},
  {"/mixer//",             "/mixer",               false},
  {"//",                   "/a/b",                 true},
  {"//a//b",               "/a/a/b/b",             true},
  {"//a/b",                "/a/a/b",               true},
  {"//a/b//c",             "/a/x/a/b/x/c",         true},
  {"//a/b//c",             "/a/x/b/c",             false},
  {"/a///b",               "/a/x/b",               true},
  {"//*",                  "/a/b",                 true},
  {"//?/c",                "/a/b/c",               true},
  {"//b/",                 "/a/b",                 false},

  // A form that `pattern_check` refuses
  {"/[abc",                "/a",                   false},
  {"/{abc",                "/abc",                 false},
  {"/[a/b]",               "/a/b]",                false},
};
// clang-format on

static void
test_patterns_match_as_described(void** const state)
{
  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    const Case* const c     = &cases[i];
    uint32_t          steps = LIMIT_PATTERN_STEPS;
    if (pattern_match(c->pattern, c->address, &steps) != c->matches) {
      fail_msg("%s %s", c->pattern, c->address);
    }
    assert_true(steps > LIMIT_PATTERN_STEPS - 200u);
  }
}

static void
test_only_plain_text_is_literal(void** const state)
{
  (void)state;
  assert_true(pattern_is_literal("/mixer/channels/t1/fader"));
  assert_true(pattern_is_literal("/a,b-c!"));
  assert_false(pattern_is_literal("/a*"));
  assert_false(pattern_is_literal("/a?"));
  assert_false(pattern_is_literal("/[ab]"));
  assert_false(pattern_is_literal("/{a,b}"));
  assert_false(pattern_is_literal("/a//b"));
}

static void
test_check_tells_what_is_wrong(void** const state)
{
  (void)state;
  // clang-format off
  static const struct {
    const char* pattern;
    const char* wrong; ///< A word of the text, null for a good pattern
  } checks[] = {
    {"/a/*/[!a-z]?/{b,c*}//d", NULL},
    {"/",                      NULL},
    {"//",                     NULL},
    {"/a]",                    "]"},
    {"/a}b",                   "}"},
    {"/[a",                    "["},
    {"/[a/b]",                 "["},
    {"/{a/b}",                 "{"},
    {"/x{a,{b,c}}",            "{}"},
    {"/{[a,b]}",               "["},
    {"/{a],b}",                "]"},
    {"/{a,[]}",                "[]"},
    {"/[{]{[a-c],d}",          NULL},
    {"/[]",                    "[]"},
    {"/[!]",                   "[]"},
    {"a*",                     "slash"},
    {"",                       "slash"},
  };
  // clang-format on

  for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); ++i) {
    const char*  text   = NULL;
    const Status status = pattern_check(checks[i].pattern, &text);
    assert_int_equal(status, checks[i].wrong ? STATUS_BAD_ARGUMENT : STATUS_OK);
    if (checks[i].wrong) {
      assert_non_null(strstr(text, checks[i].wrong));
    }
  }
}

static void
test_parts_come_one_by_one(void** const state)
{
  (void)state;
  const char* cursor = "/ab//c*/";
  PatternPart part;

  assert_true(pattern_next_part(&cursor, &part));
  assert_memory_equal(part.text, "ab", 2u);
  assert_int_equal(part.size, 2u);
  assert_true(part.literal && !part.deep);

  assert_true(pattern_next_part(&cursor, &part));
  assert_int_equal(part.size, 2u);
  assert_true(!part.literal && part.deep);

  uint32_t steps = 100u;
  assert_true(pattern_match_part(&part, "cd", 2u, &steps));
  assert_false(pattern_match_part(&part, "dc", 2u, &steps));

  assert_true(pattern_next_part(&cursor, &part));
  assert_int_equal(part.size, 0);
  assert_false(pattern_next_part(&cursor, &part));
}

static void
test_names_up_to_the_limit_are_matched(void** const state)
{
  (void)state;
  char        name[LIMIT_PART_CHARS + 1u];
  const char* cursor = "/a*[ab]{a,b}";
  PatternPart part;
  memset(name, 'a', sizeof(name));
  assert_true(pattern_next_part(&cursor, &part));

  for (uint32_t size = 3u; size <= LIMIT_PART_CHARS; ++size) {
    uint32_t steps = LIMIT_PATTERN_STEPS;
    assert_true(pattern_match_part(&part, name, size, &steps));
    name[size - 1u] = 'c';
    assert_false(pattern_match_part(&part, name, size, &steps));
    name[size - 1u] = 'a';
  }

  uint32_t steps = LIMIT_PATTERN_STEPS;
  assert_false(pattern_match_part(&part, name, sizeof(name), &steps));
}

static void
test_a_budget_that_is_used_up_ends_at_zero(void** const state)
{
  (void)state;
  const char* const pattern = "/*a*{b,cd}*[x-z]//e";
  const char* const address = "/aaaabcdxyz/a/b/c/d/e";

  uint32_t steps = LIMIT_PATTERN_STEPS;
  assert_true(pattern_match(pattern, address, &steps));
  const uint32_t needed = LIMIT_PATTERN_STEPS - steps;

  for (uint32_t budget = 0; budget <= needed; ++budget) {
    steps = budget;
    assert_false(pattern_match(pattern, address, &steps));
    assert_int_equal(steps, 0);
  }

  steps = needed + 1u;
  assert_true(pattern_match(pattern, address, &steps));
  assert_int_equal(steps, 1u);
}

/// What froze other matchers for seconds
static void
test_patterns_made_to_be_slow_are_not(void** const state)
{
  (void)state;
  static const char* const patterns[] = {
    "/*/*/*?*?*?*?*?*?*?*?!",
    "/*a*a*a*a*a*a*a*a*a*a*a*a*a*a!",
    "/track/{*a,*b,*c}{*a,*b,*c}{*a,*b,*c}{*a,*b,*c}!",
    "//*//*//*//*//*//*//*//*//!",
    "//a//a//a//a//a//a//a//!",
  };
  static const char* const addresses[] = {
    "/track/12/plugin/7/param/cutoff_frequency_of_a_very_long_name_here",
    "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "/track/abcabcabcabcabcabcabcabcabcabcabcabcabcabc",
    "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a",
  };

  for (size_t p = 0; p < sizeof(patterns) / sizeof(patterns[0]); ++p) {
    for (size_t a = 0; a < sizeof(addresses) / sizeof(addresses[0]); ++a) {
      uint32_t steps = LIMIT_PATTERN_STEPS;
      assert_false(pattern_match(patterns[p], addresses[a], &steps));
      assert_true(LIMIT_PATTERN_STEPS - steps < 2000u);
    }
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_patterns_match_as_described),
    cmocka_unit_test(test_only_plain_text_is_literal),
    cmocka_unit_test(test_check_tells_what_is_wrong),
    cmocka_unit_test(test_parts_come_one_by_one),
    cmocka_unit_test(test_names_up_to_the_limit_are_matched),
    cmocka_unit_test(test_a_budget_that_is_used_up_ends_at_zero),
    cmocka_unit_test(test_patterns_made_to_be_slow_are_not),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
