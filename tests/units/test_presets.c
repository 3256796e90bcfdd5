// SPDX-License-Identifier: GPL-3.0-or-later
//
// The instruments that come with the program: each file is looked at, played
// over its range and measured

#include "support/lengthy.h"
#include "support/sanitized.h"
#include "units/preset_sound.h"

#include <jansson.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NAMES "tests/units/preset-names"
#define MOST_PRESETS 512u

typedef struct {
  char    name[64];
  json_t* file;
} Loaded;

static Loaded   presets[MOST_PRESETS];
static uint32_t num_presets;

/// The file of an instrument, or of a drum that is one
static json_t*
load_preset(const char* const name)
{
  static const char* const folders[] = {"instruments", "voices"};
  for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); ++i) {
    char         path[512];
    json_error_t error;
    snprintf(path, sizeof(path), "presets/%s/%s.json", folders[i], name);
    json_t* const file = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (file) {
      return file;
    }
    if (json_error_code(&error) != json_error_cannot_open_file) {
      fail_msg("%s:%d: %s", path, error.line, error.text);
    }
  }
  fail_msg("no file has %s", name);
  return NULL;
}

static int
load_presets(void** const state)
{
  (void)state;
  FILE* const names = fopen(NAMES, "r");
  assert_non_null(names);
  while (num_presets < MOST_PRESETS &&
         fscanf(names, "%63s", presets[num_presets].name) == 1) {
    presets[num_presets].file = load_preset(presets[num_presets].name);
    ++num_presets;
  }
  fclose(names);
  assert_int_equal(num_presets, 340);
  return 0;
}

static int
free_presets(void** const state)
{
  (void)state;
  for (uint32_t i = 0; i < num_presets; ++i) {
    json_decref(presets[i].file);
  }
  return 0;
}

static const char*
text(const json_t* const file, const char* const key)
{
  const char* const value = json_string_value(json_object_get(file, key));
  assert_non_null(value);
  assert_true(strlen(value) > 0);
  return value;
}

static bool
is_pitch(const json_t* const file, const char* const kind)
{
  return !strcmp(text(file, "pitch"), kind);
}

static bool
has_tag(const json_t* const file, const char* const tag)
{
  size_t  index = 0;
  json_t* value = NULL;
  json_array_foreach(json_object_get(file, "tags"), index, value)
  {
    if (!strcmp(json_string_value(value), tag)) {
      return true;
    }
  }
  return false;
}

/// End `place` of the range: 0 is its low end, 1 its middle, 2 its high end
static uint32_t
range_pitch(const json_t* const file, const uint32_t place)
{
  const json_t* const range = json_object_get(file, "range");
  const uint32_t low  = (uint32_t)json_integer_value(json_array_get(range, 0));
  const uint32_t high = (uint32_t)json_integer_value(json_array_get(range, 1));
  return low + (high - low) * place / 2u;
}

static void
check_fields(const char* const name, const json_t* const file)
{
  assert_int_equal(json_integer_value(json_object_get(file, "format")), 1);
  assert_string_equal(text(file, "name"), name);
  text(file, "label");
  text(file, "category");
  assert_true(is_pitch(file, "harmonic") || is_pitch(file, "struck") ||
              is_pitch(file, "none"));
  assert_true(json_is_boolean(json_object_get(file, "nonlinear")));
  assert_true(json_array_size(json_object_get(file, "tags")) > 0);
  assert_true(range_pitch(file, 0) < range_pitch(file, 2));
  assert_true(range_pitch(file, 2) <= 108);

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

  // What drives says so
  const double drive = json_number_value(json_object_get(params, "drive"));
  assert_true(drive == 0.0 || json_is_true(json_object_get(file, "nonlinear")));
}

static void
test_presets_are_complete_and_within_ranges(void** const state)
{
  (void)state;
  for (uint32_t i = 0; i < num_presets; ++i) {
    check_fields(presets[i].name, presets[i].file);
  }
}

static void
test_no_two_presets_are_equal(void** const state)
{
  (void)state;
  for (uint32_t i = 0; i < num_presets; ++i) {
    json_t* const one = json_copy(json_object_get(presets[i].file, "params"));
    json_object_del(one, "gain");
    for (uint32_t j = i + 1; j < num_presets; ++j) {
      json_t* const two = json_copy(json_object_get(presets[j].file, "params"));
      json_object_del(two, "gain");
      if (json_equal(one, two)) {
        fail_msg("%s is %s", presets[i].name, presets[j].name);
      }
      json_decref(two);
    }
    json_decref(one);
  }
}

/// A note of a preset, played for a while
static Synth*
play_note(const Loaded* const preset,
          const uint32_t      pitch,
          const uint32_t      velocity,
          const uint32_t      frames)
{
  Synth* const synth = new_preset_synth(preset->file);
  note_on(synth, pitch, velocity);
  play(synth, frames);
  return synth;
}

static void
check_sound(const Loaded* const preset, const uint32_t pitch)
{
  // Long enough for what swells
  Synth* const   synth   = new_preset_synth(preset->file);
  const double   attack  = preset_param(preset->file, synth, "attack");
  const double   swelled = fmin(attack * 48.0, 60000.0);
  const uint32_t n       = 24000u + (uint32_t)swelled;
  free_synth(synth);

  Synth* const loud = play_note(preset, pitch, 127, n);
  double       sum  = 0.0;
  for (uint32_t f = 0; f < n; ++f) {
    if (!isfinite(loud->frames[f].left) || !isfinite(loud->frames[f].right)) {
      fail_msg("%s: frame %u is not finite", preset->name, f);
    }
    sum += (double)loud->frames[f].left;
  }

  const float  most = peak(loud, 0, n);
  const double full = loudness(loud, 0, n);
  if (most >= 1.0f || full < 0.008) {
    fail_msg(
      "%s %u: peak %g, loudness %g", preset->name, pitch, (double)most, full);
  }
  // The mean is taken over more than ten periods of anything but noise
  if (!is_pitch(preset->file, "none") && fabs(sum / n) > 0.03 * full) {
    fail_msg("%s %u: a constant %g", preset->name, pitch, sum / n);
  }

  Synth* const soft = play_note(preset, pitch, 40, n);
  if (preset_param(preset->file, soft, "velocity") > 0.0 &&
      loudness(soft, 0, n) > 0.95 * full) {
    fail_msg("%s %u: as loud at velocity 40", preset->name, pitch);
  }
  free_synth(soft);

  // Silent within its release
  const double release = ringing_ms(preset->file, loud);
  note_off(loud, pitch);
  loud->num_frames = 0;
  for (uint32_t f = 0; f < (uint32_t)(release * 48.0) + 64u; f += 32) {
    loud->num_frames = 0;
    play(loud, 32);
  }
  if (active(loud)) {
    fail_msg("%s %u sounds on", preset->name, pitch);
  }
  free_synth(loud);
}

/// In `make check` each preset has one pitch, in `make check-long` three
static void
each_pitch(void (*const act)(const Loaded* preset, uint32_t pitch))
{
  const bool all = lengthy(0, 1);
  for (uint32_t i = 0; i < num_presets; ++i) {
    for (uint32_t place = 0; place < 3; ++place) {
      if (all || i % 3u == place) {
        act(&presets[i], range_pitch(presets[i].file, place));
      }
    }
  }
}

static void
test_presets_sound_and_end(void** const state)
{
  (void)state;
  each_pitch(check_sound);
}

static void
test_velocity_is_tone(void** const state)
{
  (void)state;
  uint32_t count = 0;
  for (uint32_t i = 0; i < num_presets; ++i) {
    if (!strcmp(text(presets[i].file, "category"), "Basic") ||
        has_tag(presets[i].file, "pure") || is_pitch(presets[i].file, "none")) {
      continue;
    }

    const uint32_t pitch = range_pitch(presets[i].file, 1);
    Synth* const   loud  = play_note(&presets[i], pitch, 127, 24000);
    Synth* const   soft  = play_note(&presets[i], pitch, 40, 24000);
    if (!(brightness(loud, 0, 24000) > brightness(soft, 0, 24000))) {
      fail_msg("%s is no brighter at velocity 127", presets[i].name);
    }
    free_synth(soft);
    free_synth(loud);
    ++count;
  }
  assert_true(count > 230);
}

static void
check_tuning(const Loaded* const preset, const uint32_t pitch)
{
  if (is_pitch(preset->file, "none")) {
    return;
  }

  Synth* const synth = new_preset_synth(preset->file);
  hold_still(synth);
  sustain_all(synth);
  note_on(synth, pitch, 127);
  play(synth, 40000);

  // The lowest partial of what is struck, the strongest of what is harmonic
  const bool   harmonic = is_pitch(preset->file, "harmonic");
  const double hz       = note_hz(pitch);
  double       part     = 1.0;
  double       most     = 0.0;
  for (int k = 1; harmonic && k <= 16; ++k) {
    const double size = partial_size(synth, 12000, 0.5 * k * hz);
    if (0.5 * k * hz < 8000.0 && size > most) {
      most = size;
      part = 0.5 * k;
    }
  }

  const double got   = partial_hz(synth, 12000, part * hz);
  const double cents = 1200.0 * log2(got / (part * hz));
  if (!(fabs(cents) < (harmonic ? 1.0 : 3.0))) {
    fail_msg("%s %u: %g cents off", preset->name, pitch, cents);
  }
  free_synth(synth);
}

static void
test_presets_are_in_tune(void** const state)
{
  (void)state;
  each_pitch(check_tuning);
}

static void
check_folding(const Loaded* const preset, const uint32_t pitch)
{
  if (!is_pitch(preset->file, "harmonic")) {
    return;
  }

  Synth* const synth = new_preset_synth(preset->file);
  hold_still(synth);
  sustain_all(synth);
  note_on(synth, pitch, 127);
  play(synth, 60000 + SPECTRUM_FRAMES);

  double* const sizes = new_spectrum(&synth->frames[60000].left, 2);
  const double  db    = folded_db(sizes, note_hz(pitch));
  const bool    nonlinear =
    json_is_true(json_object_get(preset->file, "nonlinear"));
  if (!(db < (nonlinear ? -50.0 : -70.0))) {
    fail_msg("%s %u: %.1f dB fold back", preset->name, pitch, db);
  }
  free(sizes);
  free_synth(synth);
}

static void
test_little_folds_back(void** const state)
{
  (void)state;
  if (SANITIZED) {
    skip();
  }

  // The highest notes fold most
  const bool all = lengthy(0, 1);
  for (uint32_t i = 0; i < num_presets; ++i) {
    for (uint32_t place = 0; place < 3; ++place) {
      if (all || (place == 2 && i % 4u == 1u)) {
        check_folding(&presets[i], range_pitch(presets[i].file, place));
      }
    }
  }
}

/// Whether what folds back can't be told from what is meant: noise, and the
/// sidebands of inharmonic FM, whose depth differs with the rate
static bool
is_exempt(const json_t* const file)
{
  return is_pitch(file, "none") ||
         (is_pitch(file, "struck") && !strcmp(text(file, "engine"), "fm"));
}

/// Partials that are not whole multiples are known from a run at twice the
/// rate, where what folds back is elsewhere
static void
check_inharmonic(const Loaded* const preset)
{
  double* sizes[2];
  double  most = 0.0;
  for (int i = 0; i < 2; ++i) {
    Synth* const synth = new_preset_synth_at(preset->file, 48000u << i);
    hold_still(synth);
    sustain_all(synth);
    note_on(synth, range_pitch(preset->file, 2), 127);
    play(synth, 60000 + SPECTRUM_FRAMES);
    sizes[i] = new_spectrum(&synth->frames[60000].left, 2);
    free_synth(synth);
  }

  const uint32_t top = (uint32_t)(16000.0 * SPECTRUM_FRAMES / 48000.0);
  for (uint32_t i = 64; i < top; ++i) {
    most = fmax(most, sizes[0][i]);
  }
  for (uint32_t i = 64; i < top; ++i) {
    double there = 0.0;
    for (uint32_t j = i / 2u - 16u; j <= i / 2u + 16u; ++j) {
      there = fmax(there, sizes[1][j]);
    }
    if (sizes[0][i] > 3.2e-4 * most && there < 0.1 * sizes[0][i]) {
      fail_msg("%s: %.1f dB at %.0f Hz",
               preset->name,
               20.0 * log10(sizes[0][i] / most),
               i * 48000.0 / SPECTRUM_FRAMES);
    }
  }
  free(sizes[1]);
  free(sizes[0]);
}

static void
test_little_folds_back_of_what_is_struck(void** const state)
{
  (void)state;
  if (SANITIZED) {
    skip();
  }

  const uint32_t every = (uint32_t)lengthy(8, 1);
  for (uint32_t i = 0; i < num_presets; ++i) {
    if (is_pitch(presets[i].file, "struck") && !is_exempt(presets[i].file) &&
        i % every == 0) {
      check_inharmonic(&presets[i]);
    }
  }
}

static void
test_few_presets_are_exempt_from_folding(void** const state)
{
  (void)state;
  uint32_t count = 0;
  for (uint32_t i = 0; i < num_presets; ++i) {
    count += is_exempt(presets[i].file);
  }
  assert_true(count <= num_presets * 15u / 100u);
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_presets_are_complete_and_within_ranges),
    cmocka_unit_test(test_no_two_presets_are_equal),
    cmocka_unit_test(test_presets_sound_and_end),
    cmocka_unit_test(test_velocity_is_tone),
    cmocka_unit_test(test_presets_are_in_tune),
    cmocka_unit_test(test_little_folds_back),
    cmocka_unit_test(test_little_folds_back_of_what_is_struck),
    cmocka_unit_test(test_few_presets_are_exempt_from_folding),
  };

  return cmocka_run_group_tests(tests, load_presets, free_presets);
}
