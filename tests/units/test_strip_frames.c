// SPDX-License-Identifier: GPL-3.0-or-later
//
// A strip begins to move at the frame at which it is told to

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

/// Run with a constant source from any frame on
static void
run_from(StripBank* const bank,
         const uint32_t   first,
         float* const     out,
         const uint32_t   n)
{
  fill(&source, 1.0f, 1.0f);
  for (uint32_t f = 0, m = 0; f < n; f += m) {
    m = n - f < 100u ? n - f : 100u;
    strip_run(bank, &source, &result, first + f, m);
    for (uint32_t i = 0; i < m; ++i) {
      out[f + i] = result.left[i][3];
    }
  }
}

static void
test_a_move_begins_at_its_frame(void** state)
{
  (void)state;
  static const StripParam params[] = {
    STRIP_INPUT_GAIN, STRIP_PHASE, STRIP_FADER, STRIP_PAN, STRIP_MUTE};
  static const float values[] = {-6.0f, 1.0f, -10.0f, 0.7f, 1.0f};
  for (uint32_t p = 0; p < sizeof(params) / sizeof(params[0]); ++p) {
    for (uint32_t at = 0; at < 70; ++at) {
      StripBank* const bank = new_strips(cpu_level_best());
      float            heard[2100];
      run_from(bank, 0, heard, at);
      strip_set(bank, 3, params[p], values[p]);
      run_from(bank, at, heard + at, 2000);

      // Not before, at once, and without a step
      float most = 0.0f;
      for (uint32_t f = 1; f < at + 1990; ++f) {
        const float step = fabsf(heard[f] - heard[f - 1u]);
        assert_true(f >= at || step == 0.0f);
        most = step > most ? step : most;
      }

      assert_true(at == 0 || heard[at] != heard[at - 1u]);
      assert_true(heard[at] != 1.0f);
      assert_true(most < 0.006f);
      free(bank);
    }
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_move_begins_at_its_frame),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
