// SPDX-License-Identifier: GPL-3.0-or-later
//
// The kits that come with the program: all are there, each pad sounds; what is
// wrong with a kit's file

#include "services/presets.h"
#include "support/temp_folder.h"
#include "units/drum.h"
#include "units/unit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u
#define FRAMES 48000u

typedef struct {
  uint32_t count;
  char     last[1024];
} Faults;

static Faults   faults;
static Presets* voices;
static Presets* kits;

static void
note_fault(void* const handle, const char* const text)
{
  Faults* const of = (Faults*)handle;
  ++of->count;
  snprintf(of->last, sizeof(of->last), "%s", text);
}

static int
load(void** const state)
{
  (void)state;
  voices = presets_new("presets/voices", note_fault, &faults);
  kits   = presets_new("", note_fault, &faults);
  presets_read_kits(kits, "presets/kits", false, voices, note_fault, &faults);
  return 0;
}

static int
unload(void** const state)
{
  (void)state;
  presets_free(kits);
  presets_free(voices);
  return 0;
}

static void
test_every_kit_is_there(void** const state)
{
  (void)state;
  if (faults.count) {
    fail_msg("%s", faults.last);
  }

  FILE* const names = fopen("tests/services/kit-names", "r");
  assert_non_null(names);
  char     name[64];
  uint32_t count = 0;
  while (fscanf(names, "%63s", name) == 1) {
    const Preset* const kit = presets_find(kits, name);
    if (!kit) {
      fail_msg("There is no kit %s", name);
    }
    assert_true(kit->num_hits >= 6);
    assert_true(kit->tempo >= 60.0f && kit->tempo <= 180.0f);
    assert_true(strlen(kit->category) > 0);
    ++count;

    // The groove keeps to its bar and to what the kit has
    for (uint32_t i = 0; i < kit->num_hits; ++i) {
      const GrooveHit hit = kit->groove[i];
      assert_true(hit.beat < 4.0f);
      assert_true(i == 0 || hit.beat >= kit->groove[i - 1].beat);
      if (!(kit->values[KIT_PARAM(hit.note, DRUM_LEVEL)] > -60.0f)) {
        fail_msg("%s: no pad for %u", name, hit.note);
      }
    }
  }
  fclose(names);
  assert_int_equal(count, 61);
  assert_int_equal(presets_count(kits), 61);
}

static void
test_no_two_kits_are_equal(void** const state)
{
  (void)state;
  const size_t size = kit_instrument.num_params * sizeof(float);
  for (uint32_t i = 0; i < presets_count(kits); ++i) {
    for (uint32_t j = i + 1; j < presets_count(kits); ++j) {
      const Preset* const a = presets_get(kits, i);
      const Preset* const b = presets_get(kits, j);
      if (!memcmp(a->values, b->values, size)) {
        fail_msg("%s sounds as %s", a->name, b->name);
      }
      if (a->num_hits == b->num_hits &&
          !memcmp(a->groove, b->groove, a->num_hits * sizeof(GrooveHit))) {
        fail_msg("%s has the groove of %s", a->name, b->name);
      }
    }
  }
}

/// What a pad sounds like at a velocity
typedef struct {
  float  peak;
  double loudness;
  double mean;
  double end; ///< Mean of the last tenth of a second
} Sound;

static Sound
hear_pad(const Preset* const kit, const uint8_t note, const uint8_t velocity)
{
  const InstrumentInfo* const info = kit->info;
  void* const                 self = aligned_alloc(64, info->size());
  assert_non_null(self);
  info->init(self, RATE, cpu_level_best());
  for (uint32_t i = 0; i < info->num_params; ++i) {
    info->set(self, i, kit->values[i]);
  }

  const Note strike = {1, note, velocity, 99};
  info->note_on(self, &strike);
  Sound sound = {0.0f, 0.0, 0.0, 0.0};
  for (uint32_t done = 0; done < FRAMES; done += 240u) {
    float left[240];
    float right[240];
    info->run(self, left, right, 1, done, 240);
    for (uint32_t f = 0; f < 240u; ++f) {
      assert_true(isfinite(left[f]) && isfinite(right[f]));
      sound.peak = fmaxf(sound.peak, fmaxf(fabsf(left[f]), fabsf(right[f])));
      sound.loudness += (double)(left[f] * left[f] + right[f] * right[f]);
      // Weighed, since a tone that is cut within a period is no constant
      const double at = 2.0 * M_PI * (double)(done + f) / FRAMES;
      sound.mean += (1.0 - cos(at)) * (double)(left[f] + right[f]);
      if (done >= FRAMES - 24000u) {
        const double place = 2.0 * M_PI * (double)(done + f) / 24000.0;
        sound.end += (1.0 - cos(place)) * (double)(left[f] + right[f]);
      }
    }
  }
  free(self);
  sound.loudness = sqrt(sound.loudness / FRAMES);
  sound.mean /= FRAMES;
  sound.end /= 4800.0;
  return sound;
}

static void
test_each_pad_sounds(void** const state)
{
  (void)state;
  uint32_t count = 0;
  for (uint32_t i = 0; i < presets_count(kits); ++i) {
    const Preset* const kit = presets_get(kits, i);
    for (uint32_t note = KIT_FIRST; note <= KIT_LAST; ++note) {
      if (!(kit->values[KIT_PARAM(note, DRUM_LEVEL)] > -60.0f)) {
        continue;
      }

      const Sound loud = hear_pad(kit, (uint8_t)note, 127);
      if (loud.peak >= 1.0f || loud.peak < 0.05f) {
        fail_msg("%s %u: peak %g", kit->name, note, (double)loud.peak);
      }
      if (fabs(loud.mean) > 0.01 * loud.loudness || fabs(loud.end) > 1e-3) {
        fail_msg("%s %u: a constant %g", kit->name, note, loud.mean);
      }
      if (hear_pad(kit, (uint8_t)note, 50).loudness > 0.7 * loud.loudness) {
        fail_msg("%s %u: as loud at velocity 50", kit->name, note);
      }
      ++count;
    }
  }
  assert_int_equal(count, 613);
}

static void
test_hats_choke_each_other(void** const state)
{
  (void)state;
  for (uint32_t i = 0; i < presets_count(kits); ++i) {
    const Preset* const kit  = presets_get(kits, i);
    const float* const  shut = &kit->values[KIT_PARAM(42, 0)];
    const float* const  open = &kit->values[KIT_PARAM(46, 0)];
    if (shut[DRUM_LEVEL] > -60.0f && open[DRUM_LEVEL] > -60.0f) {
      assert_true(shut[DRUM_CHOKE] > 0.0f);
      assert_true(shut[DRUM_CHOKE] == open[DRUM_CHOKE]);
    }
  }
}

#define GROOVE "\"tempo\": 90,\n \"groove\": [[0, 36, 100]]\n}\n"

static void
test_faults_have_file_line_and_key(void** const state)
{
  (void)state;
  static const char* const cases[][2] = {
    {"{\n \"name\": \"x\",\n \"pads\": {\n  \"36\": {\"voice\": \"drone\"}\n"
     " },\n " GROOVE,
     "bad.json:4:19: pads.36.voice: there is no drum voice \"drone\""},
    {"{\n \"name\": \"x\",\n \"pads\": {\n  \"36\": {\"voice\": \"kick808\",\n"
     "   \"wobble\": 1}\n },\n " GROOVE,
     "bad.json:5:14: pads.36.wobble: a pad has no such parameter"},
    {"{\n \"name\": \"x\",\n \"pads\": {\n  \"36\": {\"voice\": \"kick808\",\n"
     "   \"pan\": 300}\n },\n " GROOVE,
     "bad.json:5:11: pads.36.pan: expected a number from -100 to 100"},
    {"{\n \"name\": \"x\",\n \"pads\": {\n  \"12\": {\"voice\": \"kick808\"}\n"
     " },\n " GROOVE,
     "bad.json:4:9: pads.12: expected a note from 35 to 81"},
    {"{\n \"name\": \"x\",\n \"pads\": {\n  \"36\": {\"voice\": \"kick808\"}\n"
     " },\n \"tempo\": 90,\n \"groove\": [[0, 36, 0]]\n}\n",
     "bad.json:7:13: groove[0]: expected a beat from 0"},
    {"{\n \"name\": \"x\",\n \"pads\": {\n  \"36\": {\"voice\": \"kick808\"}\n"
     " },\n \"tempo\": 9,\n \"groove\": [[0, 36, 100]]\n}\n",
     "bad.json:6:11: tempo: expected a number from 20 to 400"},
    {"{\n \"name\": \"x\"\n}\n", "pads: expected notes with their sounds"},
  };

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    char folder[TEMP_PATH_SIZE];
    char path[TEMP_PATH_SIZE + 32];
    temp_folder_new(folder);
    snprintf(path, sizeof(path), "%s/bad.json", folder);
    temp_file_write(path, cases[i][0], strlen(cases[i][0]));
    static const char good[] =
      "{\"name\": \"good\", \"pads\": {\"36\": {\"voice\": \"kick808\"}}, "
      "\"tempo\": 90, \"groove\": [[0, 36, 100]]}";
    snprintf(path, sizeof(path), "%s/good.json", folder);
    temp_file_write(path, good, strlen(good));

    // The others still load
    Faults         said = {0, ""};
    Presets* const read = presets_new("", note_fault, &said);
    presets_read_kits(read, folder, true, voices, note_fault, &said);
    assert_int_equal(said.count, 1);
    if (!strstr(said.last, cases[i][1])) {
      fail_msg("%s", said.last);
    }
    assert_int_equal(presets_count(read), 1);
    assert_true(presets_find(read, "good")->own);
    presets_free(read);
    temp_folder_remove(folder);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_kit_is_there),
    cmocka_unit_test(test_no_two_kits_are_equal),
    cmocka_unit_test(test_each_pad_sounds),
    cmocka_unit_test(test_hats_choke_each_other),
    cmocka_unit_test(test_faults_have_file_line_and_key),
  };

  return cmocka_run_group_tests(tests, load, unload);
}
