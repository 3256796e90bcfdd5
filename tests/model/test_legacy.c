// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compositions of the older system come over with all that has a counterpart

#include "model/codec.h"
#include "model/legacy.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdlib.h>
#include <string.h>

static Composition*
convert(json_t* const content, json_t** const report)
{
  json_t* ours = NULL;
  assert_true(legacy_is(content));
  assert_int_equal(legacy_convert(content, report, &ours), STATUS_OK);
  char* const  text  = json_dumps(ours, 0);
  Composition* root  = NULL;
  CodecError   error = {0};
  if (composition_decode(text, strlen(text), &error, &root)) {
    fail_msg("%s: %s", error.path, error.text);
  }

  free(text);
  json_decref(ours);
  return root;
}

static json_t*
load(void)
{
  json_t* const content =
    json_load_file("tests/model/legacy/current.json", 0, NULL);
  assert_non_null(content);
  return content;
}

static double
param(const Composition* const root, const int effect, const char* const name)
{
  double              value = -1e9;
  const Effect* const node  = (const Effect*)composition_find(
    root, id_make(KIND_EFFECT, (uint32_t)effect));
  assert_non_null(node);
  param_map_find(node->params, name, &value);
  return value;
}

static void
test_everything_has_its_counterpart(void** const state)
{
  (void)state;
  json_t*            report  = NULL;
  json_t* const      content = load();
  Composition* const root    = convert(content, &report);
  const Track* const keys    = composition_track(root, id_make(KIND_TRACK, 1));
  const Track* const loop    = composition_track(root, id_make(KIND_TRACK, 2));
  const Clip* const  verse   = composition_clip(root, id_make(KIND_CLIP, 1));
  const Clip* const  audio   = composition_clip(root, id_make(KIND_CLIP, 2));

  assert_string_equal(string_text(root->name), "Old song");
  assert_int_equal(root->signature.beats, 3);
  assert_true(root->loop_enabled && root->limiter_enabled);
  assert_float_equal(root->master->fader_db, -2.5, 1e-9);
  assert_int_equal(id_list_count(root->order[KIND_TRACK]), 3);
  assert_int_equal(id_list_count(root->order[KIND_SCENE]), 2);

  assert_string_equal(string_text(keys->instrument), "epiano");
  assert_true(keys->arm && keys->channel->solo);
  assert_float_equal(keys->channel->fader_db, -6.0206, 1e-3);
  assert_float_equal(loop->channel->fader_db, 6.0206, 1e-3);
  assert_float_equal(loop->channel->pan, 1.0, 0.0);
  assert_string_equal(json_string_value(json_object_get(keys->slots, "n1")),
                      "c1");
  assert_string_equal(json_string_value(json_object_get(loop->slots, "n2")),
                      "c2");

  // A note without length is left out, one without velocity is as soft as can
  // be
  NoteCursor            cursor = note_cursor(verse->notes);
  const ClipNote* const first  = note_next(&cursor);
  assert_int_equal(first->pitch, 60);
  assert_int_equal(note_next(&cursor)->velocity, 1);
  assert_null(note_next(&cursor));
  assert_int_equal(verse->transpose, 2);
  assert_float_equal(verse->quantize, 80.0, 0.0);

  assert_true(audio->reverse && audio->loop);
  assert_float_equal(audio->gain_db, -60.0, 0.0);
  assert_float_equal(audio->rate, 4.0, 0.0);
  assert_float_equal(audio->pitch, -3.0, 0.0);
  assert_int_equal(audio->sample, id_make(KIND_SAMPLE, 1));

  assert_int_equal(id_list_count(keys->channel->effects), 2);
  assert_float_equal(param(root, 1, "attack"), 20.0, 1e-9);
  assert_float_equal(param(root, 1, "makeup_gain"), 3.0, 1e-9);
  assert_float_equal(param(root, 2, "width"), 1.5, 1e-9);

  // What did not come is told: an orphan and a kit without a name
  assert_int_equal(json_array_size(report), 3);
  assert_non_null(strstr(json_string_value(json_array_get(report, 0)), "Pads"));
  assert_non_null(
    strstr(json_string_value(json_array_get(report, 1)), "Orphan"));
  assert_string_equal(json_string_value(json_array_get(report, 2)),
                      "Taken over: 3 tracks, 2 clips, 2 notes, 2 effects, 1 "
                      "samples, 2 scenes; left out: 3");
  composition_release(root);
  json_decref(report);
  json_decref(content);
}

static void
test_whatever_a_value_is_it_opens(void** const state)
{
  (void)state;
  static const char* const values[] = {
    "null", "true", "-1", "1e300", "\"x\"", "[]", "{}", "[[{}]]"};
  json_t* const content = load();
  const char*   key     = NULL;
  json_t*       value   = NULL;
  json_object_foreach(content, key, value)
  {
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); ++i) {
      json_t* const copy = json_deep_copy(content);
      json_object_set_new(
        copy, key, json_loads(values[i], JSON_DECODE_ANY, NULL));
      if (legacy_is(copy)) {
        json_t* report = NULL;
        composition_release(convert(copy, &report));
        json_decref(report);
      }

      json_decref(copy);
    }
  }

  json_decref(content);
}

static void
test_our_own_are_not_theirs(void** const state)
{
  (void)state;
  json_t* const ours =
    json_pack("{s:i,s:s,s:[]}", "format", 1, "time_signature", "4/4", "clips");
  assert_false(legacy_is(ours));
  assert_false(legacy_is(NULL));
  json_decref(ours);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_everything_has_its_counterpart),
    cmocka_unit_test(test_whatever_a_value_is_it_opens),
    cmocka_unit_test(test_our_own_are_not_theirs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
