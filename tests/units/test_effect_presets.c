// SPDX-License-Identifier: GPL-3.0-or-later
//
// The presets of effects and chains that come with the program

#include "units/effect.h"
#include "units/effect_support.h"

#include <jansson.h>

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MOST_EFFECTS 64u

static uint32_t presets_of[MOST_EFFECTS]; ///< In the order of effect_list

/// Do something with each file of a folder; its number is given back
static uint32_t
each_file(const char* const folder,
          void (*act)(const char* name, const json_t* file))
{
  DIR* const dir = opendir(folder);
  assert_non_null(dir);

  uint32_t       count = 0;
  struct dirent* entry = NULL;
  while ((entry = readdir(dir))) {
    const char* const dot = strrchr(entry->d_name, '.');
    if (!dot || strcmp(dot, ".json") != 0) {
      continue;
    }

    char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
    json_error_t  error;
    json_t* const file = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!file) {
      fail_msg("%s:%d: %s", path, error.line, error.text);
    }
    assert_int_equal(json_integer_value(json_object_get(file, "format")), 1);
    const char* const name = json_string_value(json_object_get(file, "name"));
    assert_true(name && strlen(name) > 0);
    act(path, file);
    json_decref(file);
    ++count;
  }
  closedir(dir);
  return count;
}

/// Check the type and the parameters of an effect; run it, and see it move
static void
check_effect(const char* const path, const json_t* const effect)
{
  const char* const type = json_string_value(json_object_get(effect, "type"));
  const EffectInfo* const info = type ? effect_find(type) : NULL;
  if (!info) {
    fail_msg("%s: no effect \"%s\"", path, type ? type : "");
  }

  uint32_t                 count   = 0;
  const EffectInfo* const* effects = effect_list(&count);
  assert_true(count <= MOST_EFFECTS);
  for (uint32_t i = 0; i < count; ++i) {
    presets_of[i] += effects[i] == info ? 1u : 0u;
  }

  json_t* const params = json_object_get(effect, "params");
  assert_true(json_is_object(params));
  Fx* const   fx    = new_fx(type);
  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach(params, key, value)
  {
    const int param = effect_find_param(info, key);
    if (param < 0 || !json_is_number(value)) {
      fail_msg("%s: %s has no parameter \"%s\"", path, type, key);
    }
    const ParamInfo* const range  = &info->params[param];
    const float            number = (float)json_number_value(value);
    if (number < range->min || number > range->max) {
      fail_msg("%s: %s is out of range", path, key);
    }
    if (effect_choice(info, (uint32_t)param)) {
      assert_true(number == floorf(number));
    }
    fx_set_param(fx, (uint32_t)param, number);
  }

  // It lets a tone through, neither lost nor blown up
  static float left[24000];
  static float right[24000];
  for (uint32_t f = 0; f < 24000; ++f) {
    left[f]  = 0.25f * (sinf(0.05f * (float)f) + sinf(0.31f * (float)f));
    right[f] = 0.9f * left[f];
  }
  fx_reset(fx);
  fx_run(fx, left, right, 24000, NULL);
  float most = 0.0f;
  for (uint32_t f = 0; f < 24000; ++f) {
    assert_true(isfinite(left[f]) && isfinite(right[f]));
    most = fmaxf(most, fmaxf(fabsf(left[f]), fabsf(right[f])));
  }
  if (most < 0.005f || most > 4.0f) {
    fail_msg("%s: the highest sample is %g", path, (double)most);
  }
  free_fx(fx);
}

static void
check_chain(const char* const path, const json_t* const file)
{
  const json_t* const effects = json_object_get(file, "effects");
  assert_true(json_array_size(effects) > 1);
  for (size_t i = 0; i < json_array_size(effects); ++i) {
    check_effect(path, json_array_get(effects, i));
  }
}

static void
test_each_effect_has_three_presets(void** const state)
{
  (void)state;
  memset(presets_of, 0, sizeof(presets_of));
  each_file("presets/effects", check_effect);

  uint32_t                 count   = 0;
  const EffectInfo* const* effects = effect_list(&count);
  for (uint32_t i = 0; i < count; ++i) {
    if (presets_of[i] < 3) {
      fail_msg("%s has %u presets", effects[i]->symbol, presets_of[i]);
    }
  }
}

static void
test_chains_are_of_known_effects(void** const state)
{
  (void)state;
  assert_true(each_file("presets/chains", check_chain) >= 8);
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_each_effect_has_three_presets),
    cmocka_unit_test(test_chains_are_of_known_effects),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
