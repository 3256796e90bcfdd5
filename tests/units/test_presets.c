// SPDX-License-Identifier: GPL-3.0-or-later
//
// The instruments that come with the program

#include "units/synth_support.h"

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

#define FOLDER "presets/instruments"
#define RATE 48000u

/// Do something with each preset; `file` is its JSON text read
typedef void (*PresetFunc)(const char* name, const json_t* file);

static void
each_preset(const PresetFunc act)
{
  DIR* const folder = opendir(FOLDER);
  assert_non_null(folder);

  uint32_t       count = 0;
  struct dirent* entry = NULL;
  while ((entry = readdir(folder))) {
    const char* const dot = strrchr(entry->d_name, '.');
    if (!dot || strcmp(dot, ".json") != 0) {
      continue;
    }

    char path[512];
    snprintf(path, sizeof(path), "%s/%s", FOLDER, entry->d_name);
    json_error_t  error;
    json_t* const file = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!file) {
      fail_msg("%s:%d: %s", path, error.line, error.text);
    }

    char name[256];
    snprintf(
      name, sizeof(name), "%.*s", (int)(dot - entry->d_name), entry->d_name);
    act(name, file);
    json_decref(file);
    ++count;
  }
  closedir(folder);
  assert_true(count > 30);
}

static const char*
text(const json_t* const file, const char* const key)
{
  const char* const value = json_string_value(json_object_get(file, key));
  assert_non_null(value);
  assert_true(strlen(value) > 0);
  return value;
}

static void
check_fields(const char* const name, const json_t* const file)
{
  assert_int_equal(json_integer_value(json_object_get(file, "format")), 1);
  assert_string_equal(text(file, "name"), name);
  text(file, "label");
  text(file, "category");
  assert_string_equal(text(file, "pitch"), "harmonic");
  assert_true(json_is_false(json_object_get(file, "nonlinear")));
  assert_true(json_array_size(json_object_get(file, "tags")) > 0);

  const InstrumentInfo* const info   = instrument_find(text(file, "engine"));
  json_t* const               params = json_object_get(file, "params");
  assert_non_null(info);
  assert_true(json_is_object(params));

  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach(params, key, value)
  {
    const int param = instrument_find_param(info, key);
    if (param < 0 || !json_is_number(value)) {
      fail_msg("%s: %s", name, key);
    }

    const ParamInfo* const range  = &info->params[param];
    const double           number = json_number_value(value);
    if (number < (double)range->min || number > (double)range->max) {
      fail_msg("%s: %s is out of range", name, key);
    }
  }
}

static void
check_sound(const char* const name, const json_t* const file)
{
  Synth* const synth  = new_synth(RATE, cpu_level_best());
  json_t*      params = json_object_get(file, "params");
  const char*  key    = NULL;
  json_t*      value  = NULL;
  json_object_foreach(params, key, value)
  {
    set(synth, key, (float)json_number_value(value));
  }

  // A low note, and a high one at full velocity
  note_on(synth, 40, 100);
  play(synth, 48000);
  note_off(synth, 40);
  note_on(synth, 84, 127);
  play(synth, 48000);
  note_off(synth, 84);
  const float most = peak(synth, 0, 96000);
  if (most < 0.1f || most > 1.0f) {
    fail_msg("%s: the highest sample is %g", name, (double)most);
  }

  // No longer than its release it goes on
  const int   param   = instrument_find_param(synth->info, "release");
  json_t*     given   = json_object_get(params, "release");
  const float release = given ? (float)json_number_value(given)
                              : synth->info->params[param].initial;
  for (uint32_t f = 0; f < (uint32_t)(release * 48.0f) + 64u;) {
    synth->num_frames = 96000;
    play(synth, 32);
    f += 32;
  }
  if (active(synth)) {
    fail_msg("%s sounds on", name);
  }
  free_synth(synth);
}

static void
test_presets_are_complete_and_within_ranges(void** const state)
{
  (void)state;
  each_preset(check_fields);
}

static void
test_presets_sound_and_end(void** const state)
{
  (void)state;
  each_preset(check_sound);
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_presets_are_complete_and_within_ranges),
    cmocka_unit_test(test_presets_sound_and_end),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
