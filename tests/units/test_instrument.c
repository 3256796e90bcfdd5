// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tables of instruments

#include "units/instrument.h"

#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_instruments_are_found_by_name(void** const state)
{
  (void)state;
  uint32_t                     count = 0;
  const InstrumentInfo* const* list  = instrument_list(&count);
  assert_true(count > 0);
  for (uint32_t i = 0; i < count; ++i) {
    assert_ptr_equal(instrument_find(list[i]->symbol), list[i]);
  }
  assert_null(instrument_find("nothing"));
}

static bool
is_symbol(const char* const text)
{
  for (const char* c = text; *c; ++c) {
    if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) &&
        *c != '_') {
      return false;
    }
  }
  return islower((unsigned char)*text);
}

static void
test_parameters_make_sense(void** const state)
{
  (void)state;
  uint32_t                     count = 0;
  const InstrumentInfo* const* list  = instrument_list(&count);
  for (uint32_t i = 0; i < count; ++i) {
    for (uint32_t p = 0; p < list[i]->num_params; ++p) {
      const ParamInfo* const param = &list[i]->params[p];
      assert_non_null(param->symbol);
      assert_true(is_symbol(param->symbol));
      assert_true(strlen(param->label) > 0);
      assert_true(isfinite(param->min) && isfinite(param->max));
      assert_true(param->min < param->max);
      assert_true(param->min <= param->initial);
      assert_true(param->initial <= param->max);
      assert_true(param->scale != SCALE_LOG || param->min > 0.0f);
      assert_true(param->scale != SCALE_FADER || param->min == -60.0f);
      assert_true(param->unit != UNIT_DB || param->scale == SCALE_FADER);
      assert_int_equal(instrument_find_param(list[i], param->symbol), p);
    }
    assert_int_equal(instrument_find_param(list[i], "nothing"), -1);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_instruments_are_found_by_name),
    cmocka_unit_test(test_parameters_make_sense),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
