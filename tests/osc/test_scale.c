// SPDX-License-Identifier: GPL-3.0-or-later
//
// Places in a range and texts with units, there and back

#include "osc/scale.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

// clang-format off
static const ArgInfo fader  = {"fader", ARG_FLOAT, KIND_NONE, -60, 12, 0, NULL, "dB", "fader", CLIP_BOTH, false, NULL};
static const ArgInfo gain   = {"gain", ARG_FLOAT, KIND_NONE, -12, 12, 0, NULL, "dB", "linear", CLIP_BOTH, false, NULL};
static const ArgInfo tempo  = {"tempo", ARG_TEMPO, KIND_NONE, 20, 300, 120, NULL, "BPM", "linear", CLIP_BOTH, false, NULL};
static const ArgInfo start  = {"start", ARG_BEATS, KIND_NONE, 0, 1000, 0, NULL, "beats", "linear", CLIP_NONE, false, NULL};
static const ArgInfo cutoff = {"cutoff", ARG_FLOAT, KIND_NONE, 20, 20000, 440, NULL, "Hz", "log", CLIP_BOTH, false, NULL};
static const ArgInfo bars   = {"bars", ARG_INT, KIND_NONE, 0, 8, 0, NULL, "bars", "linear", CLIP_NONE, false, NULL};

static const struct {
  const ArgInfo* info;
  double         value;
  const char*    text;
} texts[] = {
  {&fader, -6.0, "-6.0 dB"},
  {&fader, -6.04, "-6.0 dB"},
  {&fader, 0.0, "0.0 dB"},
  {&fader, -0.01, "0.0 dB"},
  {&fader, 12.0, "12.0 dB"},
  {&fader, -60.0, "off"},
  {&fader, -59.9, "-59.9 dB"},
  {&gain, -12.0, "-12.0 dB"},
  {&tempo, 120.0, "120.0 BPM"},
  {&tempo, 127.3, "127.3 BPM"},
  {&tempo, 93.125, "93.125 BPM"},
  {&start, 1.5, "1.5 beats"},
  {&start, 16.0, "16.0 beats"},
  {&cutoff, 440.0, "440.0 Hz"},
  {&bars, 2.0, "2 bars"},
};
// clang-format on

static void
test_values_have_texts(void** const state)
{
  (void)state;
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); ++i) {
    char   text[SCALE_TEXT_SIZE];
    double value = 0.0;
    assert_string_equal(scale_format(texts[i].info, texts[i].value, text),
                        texts[i].text);
    assert_true(scale_parse(texts[i].info, text, &value));
    assert_true(fabs(value - texts[i].value) <= 0.05);
  }
}

static void
test_extreme_values_have_texts(void** const state)
{
  (void)state;
  char text[SCALE_TEXT_SIZE];
  assert_true(strlen(scale_format(&tempo, 1e300, text)) < SCALE_TEXT_SIZE);
  assert_true(strlen(scale_format(&tempo, -1e300, text)) < SCALE_TEXT_SIZE);
}

static void
test_scales_go_there_and_back(void** const state)
{
  (void)state;
  const ArgInfo* const infos[] = {
    &fader, &gain, &tempo, &start, &cutoff, &bars};

  for (size_t i = 0; i < sizeof(infos) / sizeof(infos[0]); ++i) {
    double before = -INFINITY;
    for (int step = 0; step <= 1000; ++step) {
      const double norm  = step / 1000.0;
      const double value = scale_from_norm(infos[i], norm);
      assert_true(value > before);
      assert_true(fabs(scale_to_norm(infos[i], value) - norm) < 1e-9);
      before = value;
    }

    // The ends are exact, and nothing is beyond them
    assert_true(scale_from_norm(infos[i], 0.0) == infos[i]->min);
    assert_true(scale_from_norm(infos[i], 1.0) == infos[i]->max);
    assert_true(scale_to_norm(infos[i], infos[i]->max + 1.0) == 1.0);
    assert_true(scale_to_norm(infos[i], infos[i]->min - 1.0) == 0.0);
  }
}

static void
test_faders_have_their_law(void** const state)
{
  (void)state;
  static const double points[][2] = {
    {0.0, -60.0}, {0.25, -30.0}, {0.5, -10.0}, {0.75, 0.0}, {1.0, 12.0}};

  for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); ++i) {
    assert_true(scale_from_norm(&fader, points[i][0]) == points[i][1]);
    assert_true(scale_to_norm(&fader, points[i][1]) == points[i][0]);
  }
  assert_true(fabs(scale_from_norm(&fader, 0.625) + 5.0) < 1e-12);
}

static void
test_numbers_are_all_of_a_text(void** const state)
{
  (void)state;
  static const char* const bad[] = {"",
                                    " ",
                                    "+",
                                    "1 2",
                                    "1x",
                                    "--1",
                                    "1e",
                                    "inf",
                                    "nan",
                                    "1e999",
                                    "0x1",
                                    "1,5"};

  double value = 0.0;
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    if (scale_number(bad[i], &value)) {
      fail_msg("\"%s\" is %g", bad[i], value);
    }
  }
  assert_true(scale_number(" -2.5e1\n", &value) && value == -25.0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_values_have_texts),
    cmocka_unit_test(test_extreme_values_have_texts),
    cmocka_unit_test(test_scales_go_there_and_back),
    cmocka_unit_test(test_faders_have_their_law),
    cmocka_unit_test(test_numbers_are_all_of_a_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
