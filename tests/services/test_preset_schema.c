// SPDX-License-Identifier: GPL-3.0-or-later
//
// The schemas of preset files and the readers of them say the same

#include "services/effect_presets.h"
#include "services/preset_schema.h"
#include "services/presets.h"
#include "support/json_schema.h"
#include "support/random.h"
#include "support/temp_folder.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char     folder[TEMP_PATH_SIZE];
static uint32_t num_faults;
static char     last_fault[1024];
static Presets* voices;

static void
note_fault(void* const handle, const char* const text)
{
  (void)handle;
  ++num_faults;
  snprintf(last_fault, sizeof(last_fault), "%s", text);
}

// Whether a reader takes the only file of a folder

static bool
reads_instrument(void)
{
  char path[TEMP_PATH_SIZE + 16];
  snprintf(path, sizeof(path), "%s/files", folder);
  Presets* const presets = presets_new(path, note_fault, NULL);
  const bool     read    = presets_count(presets) == 1u;
  presets_free(presets);
  return read;
}

static bool
reads_kit(void)
{
  char path[TEMP_PATH_SIZE + 16];
  snprintf(path, sizeof(path), "%s/files", folder);
  Presets* const kits = presets_new("", note_fault, NULL);
  presets_read_kits(kits, path, true, voices, note_fault, NULL);
  const bool read = presets_count(kits) == 1u;
  presets_free(kits);
  return read;
}

static bool
reads_effect(void)
{
  EffectPresets* const presets =
    effect_presets_new(folder, NULL, note_fault, NULL);
  const bool read = effect_presets_count(presets) == 1u;
  effect_presets_free(presets);
  return read;
}

/// A kind of presets
typedef struct {
  const char* shipped; ///< Folder of the program's
  const char* files;   ///< Folder where its reader looks
  json_t* (*schema)(void);
  bool (*reads)(void);
  uint32_t    least;  ///< Files that there are
  const char* list;   ///< Key of what may be spoilt, an object or array
  const char* word;   ///< Key of what says the type
  bool        nested; ///< Parameters are in an item of the list
} KindOfPreset;

// clang-format off
static const KindOfPreset kinds[] = {
  {"instruments", "files", preset_schema_instrument, reads_instrument, 200, "params", "engine", false},
  {"voices", "files", preset_schema_instrument, reads_instrument, 80, "params", "engine", false},
  {"kits", "files", preset_schema_kit, reads_kit, 50, "pads", "name", true},
  {"effects", "effects", preset_schema_effect, reads_effect, 90, "params", "type", false},
  {"chains", "chains", preset_schema_chain, reads_effect, 10, "effects", "name", true},
};
// clang-format on

/// Have the reader and the schema judge a file; they must agree
static bool
judge(const KindOfPreset* const kind,
      const json_t* const       schema,
      const json_t* const       json,
      const char* const         what)
{
  char        path[TEMP_PATH_SIZE + 64];
  char        fault[600];
  char* const text = json_dumps(json, JSON_INDENT(1));
  snprintf(path, sizeof(path), "%s/%s/preset.json", folder, kind->files);
  temp_file_write(path, text, strlen(text));
  num_faults = 0;

  const bool fits =
    json_schema_conforms(schema, schema, json, fault, sizeof(fault));
  const bool reads = kind->reads();
  unlink(path);
  free(text);
  assert_int_equal(reads, !num_faults);
  if (fits != reads) {
    fail_msg("%s: the schema %s (%s), the reader %s (%s)",
             what,
             fits ? "takes it" : "refuses it",
             fault,
             reads ? "takes it" : "refuses it",
             reads ? "" : last_fault);
  }

  // What is wrong is told with file, line, column and key
  if (!reads) {
    int               line   = 0;
    int               column = 0;
    const char* const place  = strstr(last_fault, "preset.json:");
    assert_non_null(place);
    assert_int_equal(sscanf(place, "preset.json:%d:%d: ", &line, &column), 2);
    assert_true(line > 0 && column > 0);
  }

  return fits;
}

/// Spoil a preset in one of some ways; false if this one has nothing for it
static bool
spoil(json_t* const json, const KindOfPreset* const kind, const unsigned way)
{
  json_t* list = json_object_get(json, kind->list);
  if (kind->nested) {
    list                 = json_is_array(list) ? json_array_get(list, 0)
                                               : json_object_iter_value(json_object_iter(list));
    json_t* const params = json_object_get(list, "params");
    list                 = params ? params : list;
  }

  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach(list, key, value)
  {
    if (json_is_number(value)) {
      break;
    }
  }

  switch (way) {
    case 0:
      return !json_object_del(json, "name");
    case 1:
      return !json_object_set_new(json, "name", json_string(""));
    case 2:
      return !json_object_set_new(json, kind->word, json_integer(3));
    case 3:
      return !json_object_set_new(list, "no_such_thing", json_integer(1));
    case 4:
      return key && !json_object_set_new(list, key, json_real(1e9));
    case 5:
      return key && !json_object_set_new(list, key, json_real(-1e9));
    case 6:
      return key && !json_object_set_new(list, key, json_string("much"));
    default:
      // What is not known beside is kept
      return !json_object_set_new(json, "from the future", json_integer(1));
  }
}

enum { NUM_WAYS = 8 };

static void
test_all_presets_conform_and_spoilt_ones_do_not(void** const state)
{
  (void)state;
  unsigned refused = 0;
  unsigned taken   = 0;
  for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); ++k) {
    const KindOfPreset* const kind   = &kinds[k];
    json_t* const             schema = kind->schema();
    uint32_t                  count  = 0;
    char                      dir[64];
    snprintf(dir, sizeof(dir), "presets/%s", kind->shipped);
    DIR* const files = opendir(dir);
    assert_non_null(schema);
    assert_non_null(files);
    for (struct dirent* entry = NULL; (entry = readdir(files));) {
      char path[400];
      snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
      json_t* const json = json_load_file(path, 0, NULL);
      if (!json) {
        continue;
      }

      if (!judge(kind, schema, json, path)) {
        fail_msg("%s does not conform", path);
      }

      json_t* const spoilt = json_deep_copy(json);
      if (spoil(spoilt, kind, count++ % NUM_WAYS)) {
        refused += !judge(kind, schema, spoilt, path);
        ++taken;
      }

      json_decref(spoilt);
      json_decref(json);
    }

    assert_true(count >= kind->least);
    closedir(files);
    json_decref(schema);
  }

  print_message("%u of %u changed files are refused by both\n", refused, taken);
  assert_true(refused > taken / 2u && refused < taken);
}

static int
set_up(void** const state)
{
  (void)state;
  static const char* const folders[] = {"files", "effects", "chains"};
  temp_folder_new(folder);
  for (int i = 0; i < 3; ++i) {
    char path[TEMP_PATH_SIZE + 16];
    snprintf(path, sizeof(path), "%s/%s", folder, folders[i]);
    mkdir(path, 0777);
  }

  voices = presets_new("presets/voices", note_fault, NULL);
  return voices ? 0 : 1;
}

static int
tear_down(void** const state)
{
  (void)state;
  presets_free(voices);
  temp_folder_remove(folder);
  return 0;
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_all_presets_conform_and_spoilt_ones_do_not),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
