// SPDX-License-Identifier: GPL-3.0-or-later
//
// Presets: what is wrong with a file, the user's own, finding them

#include "services/presets.h"
#include "support/temp_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/// What was said of files
typedef struct {
  uint32_t count;
  char     last[1024];
} Faults;

static void
note_fault(void* const handle, const char* const text)
{
  Faults* const faults = (Faults*)handle;
  ++faults->count;
  snprintf(faults->last, sizeof(faults->last), "%s", text);
}

static void
write_file(const char* const folder, const char* const name, const char* text)
{
  char path[4096];
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  temp_file_write(path, text, strlen(text));
}

static void
test_faults_have_file_line_and_key(void** const state)
{
  (void)state;
  static const char* const cases[][2] = {
    {"{\n \"name\": \"x\",\n \"engine\": \"steam\",\n \"params\": {}\n}\n",
     "bad.json:3:12: engine: there is no instrument engine \"steam\""},
    {"{\n \"name\": \"x\",\n \"engine\": \"fm\",\n \"params\": {\n"
     "  \"algorithm\": 1,\n  \"speed\": 3\n }\n}\n",
     "bad.json:6:12: params.speed: the engine \"fm\" has no such parameter"},
    {"{\n \"name\": \"x\",\n \"engine\": \"fm\",\n \"params\": {\n"
     "  \"feedback\": 700\n }\n}\n",
     "bad.json:5:15: params.feedback: expected a number from 0 to 100"},
    {"{\n \"name\": \"x\",\n \"name\": \"y\"\n}\n", "bad.json:3:"},
    {"{\n \"engine\": \"fm\"\n}\n", "name: expected the name of the preset"},
    {"{\n", "bad.json:2:"},
  };

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    char folder[TEMP_PATH_SIZE];
    temp_folder_new(folder);
    write_file(folder, "bad.json", cases[i][0]);
    write_file(
      folder, "good.json", "{\"name\": \"good\", \"engine\": \"modal\"}");

    // The others still load
    Faults         faults  = {0, ""};
    Presets* const presets = presets_new(folder, note_fault, &faults);
    assert_int_equal(faults.count, 1);
    if (!strstr(faults.last, cases[i][1])) {
      fail_msg("%s", faults.last);
    }
    assert_int_equal(presets_count(presets), 1);
    assert_non_null(presets_find(presets, "good"));
    presets_free(presets);
    temp_folder_remove(folder);
  }
}

static void
test_what_is_written_is_read_as_it_was(void** const state)
{
  (void)state;
  char folder[TEMP_PATH_SIZE];
  temp_folder_new(folder);
  Faults faults = {0, ""};
  char   text[512];

  Presets* const given =
    presets_new("presets/instruments", note_fault, &faults);
  assert_int_equal(faults.count, 0);
  assert_int_equal(presets_count(given), 247);

  Preset copy;
  assert_true(preset_copy(presets_find(given, "rhodes"), &copy));
  strcpy(copy.name, "mine");
  copy.values[copy.info->num_params - 1u] = 1234.5678f;
  copy.own                                = true;
  assert_int_equal(preset_write(&copy, folder, text, sizeof(text)), STATUS_OK);
  assert_int_equal(preset_write(&copy, folder, text, sizeof(text)),
                   STATUS_EXISTS);

  presets_read(given, folder, true, note_fault, &faults);
  assert_int_equal(faults.count, 0);
  assert_int_equal(presets_count(given), 248);
  const Preset* const read = presets_find(given, "mine");
  assert_non_null(read);
  assert_true(read->own);
  assert_string_equal(read->tags, copy.tags);
  assert_memory_equal(
    read->values, copy.values, copy.info->num_params * sizeof(float));

  // A name is there once
  assert_int_equal(presets_add(given, &copy), STATUS_EXISTS);
  presets_read(given, folder, true, note_fault, &faults);
  assert_int_equal(faults.count, 1);
  assert_int_equal(presets_count(given), 248);

  preset_clear(&copy);
  presets_free(given);
  temp_folder_remove(folder);
}

static void
test_presets_are_found_by_words(void** const state)
{
  (void)state;
  Faults         faults = {0, ""};
  Presets* const presets =
    presets_new("presets/instruments", note_fault, &faults);

  const Preset* const violin = presets_find(presets, "violin");
  assert_true(preset_matches(violin, "", ""));
  assert_true(preset_matches(violin, "strings", ""));
  assert_true(preset_matches(violin, "Strings", "BOWED solo"));
  assert_false(preset_matches(violin, "Bass", ""));
  assert_false(preset_matches(violin, "", "bowed brass"));
  presets_free(presets);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_faults_have_file_line_and_key),
    cmocka_unit_test(test_what_is_written_is_read_as_it_was),
    cmocka_unit_test(test_presets_are_found_by_words),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
