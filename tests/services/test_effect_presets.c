// SPDX-License-Identifier: GPL-3.0-or-later
//
// Presets of effects and chains: files, what is wrong with them, setting,
// saving

#include "services/composition_state.h"
#include "services/composition_undo.h"
#include "services/effect_presets.h"
#include "services/effects.h"
#include "services/jobs.h"
#include "services/services_private.h"
#include "support/temp_folder.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// What was said of files
typedef struct {
  uint32_t count;
  char     last[1024];
} Faults;

/// How work ended
typedef struct {
  uint32_t count;
  Status   status;
  char     text[256];
} Ending;

static const Author author = {.client  = 1,
                              .who     = "test",
                              .what    = "test",
                              .gesture = ""};

static void
note_fault(void* const handle, const char* const text)
{
  Faults* const faults = (Faults*)handle;
  ++faults->count;
  snprintf(faults->last, sizeof(faults->last), "%s", text);
}

static void
ignore_line(void* const handle, const char* const text)
{
  (void)handle;
  (void)text;
}

static void
note_ending(void* const handle, const Status status, const char* const text)
{
  Ending* const ending = (Ending*)handle;
  ++ending->count;
  ending->status = status;
  snprintf(ending->text, sizeof(ending->text), "%s", text);
}

static void
write_file(const char* const folder,
           const char* const kind,
           const char* const name,
           const char* const text)
{
  char path[4096];
  snprintf(path, sizeof(path), "%s/%s", folder, kind);
  mkdir(path, 0777);
  snprintf(path, sizeof(path), "%s/%s/%s", folder, kind, name);
  temp_file_write(path, text, strlen(text));
}

static Services*
offline_services(const char* const data_dir)
{
  const char* const    no_dirs[] = {NULL};
  const ServicesConfig config    = {.data_dir     = data_dir,
                                    .media_dirs   = no_dirs,
                                    .presets_dir  = "presets",
                                    .num_threads  = 1,
                                    .level        = cpu_level_best(),
                                    .offline      = true,
                                    .offline_rate = 48000,
                                    .log          = ignore_line};
  char                 text[512] = "";
  Services*            services  = NULL;
  assert_int_equal(services_new(&config, text, sizeof(text), &services),
                   STATUS_OK);
  return services;
}

/// Begin, do something that works, commit
#define EDIT(services, action)                                                 \
  do {                                                                         \
    services_begin(services, &author);                                         \
    assert_int_equal((action), STATUS_OK);                                     \
    assert_int_equal(services_commit(services), STATUS_OK);                    \
  } while (0)

/// Begin, do something that fails as said, leave no trace
#define FAIL_WITH(services, status, text, action)                              \
  do {                                                                         \
    services_begin(services, &author);                                         \
    assert_int_equal((action), (status));                                      \
    assert_non_null(strstr(services_error(services), (text)));                 \
    services_abort(services);                                                  \
  } while (0)

static void
test_all_that_come_with_the_program_load(void** const state)
{
  (void)state;
  Faults               faults = {0, ""};
  EffectPresets* const presets =
    effect_presets_new("presets", NULL, note_fault, &faults);
  if (faults.count) {
    fail_msg("%s", faults.last);
  }

  uint32_t                 count = 0;
  const EffectInfo* const* types = effect_list(&count);
  for (uint32_t t = 0; t < count; ++t) {
    uint32_t of_type = 0;
    for (uint32_t i = 0; i < effect_presets_count(presets); ++i) {
      const EffectPreset* const preset = effect_presets_get(presets, i);
      of_type += !preset->chain && preset->effects[0].info == types[t];
    }
    if (of_type < 3u) {
      fail_msg("%s has %u presets", types[t]->symbol, of_type);
    }
  }

  assert_non_null(effect_presets_find(presets, NULL, "vocal"));
  assert_non_null(effect_presets_find(presets, NULL, "drum bus"));
  assert_non_null(effect_presets_find(presets, NULL, "Drum-Bus"));
  assert_non_null(effect_presets_find(presets, NULL, "master"));
  assert_null(effect_presets_find(presets, NULL, "radio"));
  assert_non_null(effect_presets_find(presets, effect_find("bpf"), "RADIO"));
  assert_null(effect_presets_find(presets, effect_find("eq3"), ""));
  effect_presets_free(presets);
}

static void
test_faults_have_file_line_and_key(void** const state)
{
  (void)state;
  static const char* const cases[][3] = {
    {"effects",
     "{\n \"name\": \"x\",\n \"type\": \"steam\"\n}\n",
     "effects/bad.json:3:10: type: there is no effect type \"steam\""},
    {"effects",
     "{\n \"name\": \"x\",\n \"type\": \"gain\",\n \"params\": {\n"
     "  \"gain\": 1,\n  \"speed\": 3\n }\n}\n",
     "effects/bad.json:6:12: params.speed: gain has no such parameter"},
    {"effects",
     "{\n \"name\": \"x\",\n \"type\": \"eq3\",\n \"params\": {\n"
     "  \"low_gain\": 700\n }\n}\n",
     "effects/bad.json:5:15: params.low_gain: expected a number from"},
    {"effects", "{\n \"type\": \"eq3\"\n}\n", "name: expected a name"},
    {"effects", "{\n \"name\": \"good\",\n \"type\": \"eq3\"}", "already a"},
    {"effects",
     "{\"name\": \"x\", \"type\": \"eq3\", \"params\": 3}",
     "params: expected an object"},
    {"effects", "{\n", "effects/bad.json:2:"},
    {"chains",
     "{\n \"name\": \"x\",\n \"effects\": [{\"type\": \"eq3\"},\n"
     "  {\"type\": \"eq3\", \"params\": {\"q\": 1}}]\n}\n",
     "chains/bad.json:4:35: effects[1].params.q: eq3 has no such parameter"},
    {"chains",
     "{\"name\": \"x\", \"effects\": []}",
     "chains/bad.json:1:26: effects: expected a list of 1 to 64 effects"},
    {"chains", "{\"name\": \"x\", \"effects\": [7]}", "effects[0].type: "},
  };

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    char folder[TEMP_PATH_SIZE];
    temp_folder_new(folder);
    write_file(folder, cases[i][0], "bad.json", cases[i][1]);
    write_file(folder,
               "chains",
               "a.json",
               "{\"name\": \"c\", \"effects\": "
               "[{\"type\": \"eq3\"}]}");

    // The others still load; the user's may not have a name of the program's
    char given[TEMP_PATH_SIZE];
    temp_folder_new(given);
    write_file(
      given, "effects", "a.json", "{\"name\": \"Good\", \"type\": \"eq3\"}");
    Faults               faults = {0, ""};
    EffectPresets* const presets =
      effect_presets_new(given, folder, note_fault, &faults);
    assert_int_equal(faults.count, 1);
    if (!strstr(faults.last, cases[i][2])) {
      fail_msg("%s", faults.last);
    }
    assert_int_equal(effect_presets_count(presets), 2);
    effect_presets_free(presets);
    temp_folder_remove(folder);
    temp_folder_remove(given);
  }
}

/// Give values to parameters of an effect and compare with a preset
static void
assert_values(Services* const           services,
              const Id                  id,
              const PresetEffect* const expected)
{
  float               values[EFFECT_MAX_PARAMS];
  const Effect* const effect = effects_find(services, id);
  assert_string_equal(string_text(effect->type), expected->info->symbol);
  effects_values(effect, expected->info, values);
  assert_memory_equal(
    values, expected->values, expected->info->num_params * sizeof(values[0]));
}

static void
test_presets_are_set_and_undone(void** const state)
{
  (void)state;
  Services* const            services = offline_services("/nonexistent");
  const EffectPresets* const presets  = effects_presets(services);
  Id                         track    = ID_NONE;
  EDIT(services, tracks_create(services, "Voice", TRACK_AUDIO, &track));

  uint32_t seen = 0;
  for (uint32_t i = 0; i < effect_presets_count(presets); ++i) {
    const EffectPreset* const preset = effect_presets_get(presets, i);
    const EffectInfo* const   info   = preset->effects[0].info;
    Composition* const before = composition_retain(services_document(services));
    if (preset->chain) {
      EDIT(services, effects_set_chain_preset(services, track, preset->name));
    } else {
      Id id = ID_NONE;
      services_begin(services, &author);
      assert_int_equal(effects_insert(services, track, info->symbol, 1, &id),
                       STATUS_OK);
      assert_int_equal(
        effects_set_param(
          services, id, info->params[0].symbol, (double)info->params[0].max),
        STATUS_OK);
      assert_int_equal(effects_set_preset(services, id, preset->name),
                       STATUS_OK);
      assert_int_equal(services_commit(services), STATUS_OK);
    }

    const IdList* const ids =
      composition_channel(services_document(services), track)->effects;
    assert_true(id_list_count(ids) >= preset->count);
    assert_true(!preset->chain || id_list_count(ids) == preset->count);
    for (uint32_t e = 0; e < preset->count; ++e) {
      assert_values(services, ids->ids[e], &preset->effects[e]);
    }

    EDIT(services, composition_undo(services));
    assert_false(services_differ(before, services_document(services)));
    composition_release(before);
    ++seen;
  }
  assert_true(seen > 100u);

  FAIL_WITH(services,
            STATUS_NOT_FOUND,
            "there are ",
            effects_set_chain_preset(services, track, "nonesuch"));
  services_free(services);
}

static void
finish(Services* const services, const Ending* const ending)
{
  const uint32_t before = ending->count;
  jobs_wait(services->jobs);
  assert_int_equal(ending->count, before + 1u);
}

static void
test_what_is_saved_is_there_again(void** const state)
{
  (void)state;
  char   folder[TEMP_PATH_SIZE];
  Id     track  = ID_NONE;
  Id     effect = ID_NONE;
  Ending ending = {0, STATUS_OK, ""};
  temp_folder_new(folder);
  const Completion completion = {.done = note_ending, .handle = &ending};
  Services* const  services   = offline_services(folder);
  EDIT(services, tracks_create(services, "Voice", TRACK_AUDIO, &track));
  FAIL_WITH(services,
            STATUS_CONFLICT,
            "no effects",
            effects_save_chain_preset(services, track, "x", &completion));
  EDIT(services, effects_insert(services, track, "stereo_width", 0, &effect));
  EDIT(services, effects_set_chain_preset(services, track, "vocal"));
  EDIT(services, effects_insert(services, track, "eq3", 0, &effect));
  EDIT(services, effects_set_param(services, effect, "low_gain", 3.7));

  services_begin(services, &author);
  assert_int_equal(
    effects_save_preset(services, effect, "Mine, Own", &completion), STATUS_OK);
  assert_int_equal(
    effects_save_chain_preset(services, track, "My voice", &completion),
    STATUS_OK);
  services_abort(services);
  jobs_wait(services->jobs);
  assert_int_equal(ending.count, 2);
  assert_int_equal(ending.status, STATUS_OK);

  // Never over one that is there, the program's either
  FAIL_WITH(services,
            STATUS_EXISTS,
            "already",
            effects_save_preset(services, effect, "mine own", &completion));
  FAIL_WITH(services,
            STATUS_EXISTS,
            "already",
            effects_save_chain_preset(services, track, "VOCAL", &completion));
  FAIL_WITH(services,
            STATUS_BAD_ARGUMENT,
            "letters",
            effects_save_preset(services, effect, "../", &completion));

  // Nor over a file
  char path[4096];
  snprintf(path, sizeof(path), "%s/effects/eq3-stray.json", folder);
  temp_file_write(path, "{}", 2);
  services_begin(services, &author);
  assert_int_equal(effects_save_preset(services, effect, "Stray", &completion),
                   STATUS_OK);
  services_abort(services);
  finish(services, &ending);
  assert_int_equal(ending.status, STATUS_EXISTS);
  assert_int_equal(unlink(path), 0);

  // What is read anew is what is in memory
  Faults               faults = {0, ""};
  EffectPresets* const again =
    effect_presets_new("presets", folder, note_fault, &faults);
  assert_int_equal(faults.count, 0);
  const EffectPresets* const now = effects_presets(services);
  assert_int_equal(effect_presets_count(again), effect_presets_count(now));
  const EffectPreset* const eq =
    effect_presets_find(again, effect_find("eq3"), "mine-own");
  assert_non_null(eq);
  assert_true(eq->own);
  assert_values(services, effect, &eq->effects[0]);
  const EffectPreset* const chain =
    effect_presets_find(again, NULL, "my voice");
  assert_non_null(chain);
  assert_int_equal(chain->count, 5);
  assert_values(services, effect, &chain->effects[4]);

  effect_presets_free(again);
  services_free(services);
  temp_folder_remove(folder);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_all_that_come_with_the_program_load),
    cmocka_unit_test(test_faults_have_file_line_and_key),
    cmocka_unit_test(test_presets_are_set_and_undone),
    cmocka_unit_test(test_what_is_saved_is_there_again),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
