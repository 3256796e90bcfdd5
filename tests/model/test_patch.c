// SPDX-License-Identifier: GPL-3.0-or-later
//
// Patches: what differs is told and applied

#include "model/codec.h"
#include "support/fail_malloc.h"
#include "support/random_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
assert_leads(const Composition* const from, const Composition* const to)
{
  json_t* const patch = patch_encode(from, to);
  assert_non_null(patch);

  char         text[512] = "";
  Composition* draft     = composition_retain(from);
  if (patch_apply(&draft, patch, text, sizeof(text))) {
    fail_msg("%s\n%s", text, json_dumps(patch, JSON_INDENT(1)));
  }

  if (!document_equal(draft, to)) {
    fail_msg("%s", json_dumps(patch, JSON_INDENT(1)));
  }

  composition_release(draft);
  json_decref(patch);
}

static void
test_patches_lead_there_and_back(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 300; ++i) {
    Random             random = {77u + i};
    Composition* const a      = random_document(&random, i);
    Composition*       b      = composition_retain(a);
    for (unsigned n = 1u + (unsigned)random_below(&random, 12); n; --n) {
      random_edit(&random, &b);
    }

    assert_leads(a, b);
    assert_leads(b, a);
    assert_leads(a, a);

    composition_release(b);
    composition_release(a);
  }
}

static void
test_a_patch_is_small_where_little_changed(void** const state)
{
  (void)state;
  Random             random = {9};
  Composition* const a      = random_document(&random, 400);
  Composition*       b      = composition_retain(a);
  const Id           id     = a->order[KIND_TRACK]->ids[0];
  Channel* const     channel =
    (Channel*)node_copy(&composition_channel(a, id)->node);
  channel->fader_db = -12.5;
  assert_int_equal(composition_put_channel(&b, channel), STATUS_OK);

  char          expected[64];
  char          text[ID_TEXT_SIZE];
  char*         dump  = NULL;
  json_t* const patch = patch_encode(a, b);
  dump                = json_dumps(patch, JSON_COMPACT);
  snprintf(expected,
           sizeof(expected),
           "{\"%s/channel\":{\"fader\":-12.5}}",
           id_format(id, text));
  assert_string_equal(dump, expected);

  free(dump);
  json_decref(patch);
  composition_release(a);
  composition_release(b);
}

static void
test_notes_are_told_one_by_one(void** const state)
{
  (void)state;
  static const char json[] =
    "{\"tracks\": [{\"id\": \"t1\", \"clips\": [{\"id\": \"c1\", \"notes\":"
    " [[60, 0, 1, 100], [61, 1, 1, 100], [62, 2, 1, 100]]}]}]}";

  CodecError   error;
  Composition* a = NULL;
  assert_int_equal(composition_decode(json, sizeof(json) - 1u, &error, &a),
                   STATUS_OK);

  // One goes, one becomes louder, one is new
  const Clip* const old       = composition_clip(a, id_make(KIND_CLIP, 1));
  Clip* const       clip      = (Clip*)node_copy(&old->node);
  const ClipNote    removed[] = {{0, 1, 60, 1}};
  const ClipNote    added[]   = {{TICKS_PER_BEAT, TICKS_PER_BEAT, 61, 127},
                                 {TICKS_PER_BEAT / 2, TICKS_PER_BEAT, 64, 90}};
  NoteList*         notes     = NULL;
  assert_int_equal(
    note_list_change(clip->notes, removed, 1, added, 2, NULL, &notes),
    STATUS_OK);
  note_list_release(clip->notes);
  clip->notes = notes;

  Composition* b = composition_retain(a);
  assert_int_equal(composition_put(&b, &clip->node), STATUS_OK);

  json_t* const patch = patch_encode(a, b);
  char* const   dump  = json_dumps(patch, JSON_COMPACT);
  assert_string_equal(dump,
                      "{\"c1\":{\"notes\":{\"remove\":[[60,0.0]],\"add\":"
                      "[[64,0.5,1.0,90],[61,1.0,1.0,127]]}}}");
  free(dump);
  json_decref(patch);
  assert_leads(a, b);
  assert_leads(b, a);
  composition_release(a);
  composition_release(b);
}

static void
test_bad_patches_change_nothing(void** const state)
{
  (void)state;
  static const struct {
    const char* patch;
    const char* text; ///< Part of what is said
  } cases[] = {
    {"[]", "a patch is an object"},
    {"{\"\": 5}", "expected an object or null"},
    {"{\"\": null}", "can't be removed"},
    {"{\"master\": null}", "can't be removed"},
    {"{\"composition\": {}}", "names nothing"},
    {"{\"x1\": {}}", "names nothing"},
    {"{\"t1/x\": {}}", "names nothing"},
    {"{\"t99/channel\": {}}", "no such channel"},
    {"{\"c1/channel\": {}}", "no such channel"},
    {"{\"t99\": null}", "not there to go"},
    {"{\"\": {\"tempo\": 90}, \"t1\": {\"name\": 5}}", "expected a text"},
    {"{\"\": {\"tempo\": 90}, \"c99\": {}}", "track is not there"},
    {"{\"\": {\"tempo\": 90}, \"c1\": {\"notes\": {\"remove\": [[1, 99]],"
     " \"add\": []}}}",
     "not there"},
    {"{\"c1\": {\"notes\": {\"add\": []}}}", "to remove and to add"},
    {"{\"c1\": {\"notes\": [[60, 0, 1, 200]]}}", "expected a velocity"},
    {"{\"\": {\"*\": 5}}", "expected an object of other keys"},
    {"{\"\": {\"order\": {\"t\": [\"t1\"]}}}", "order is not"},
    {"{\"\": {\"order\": {\"t\": [\"t1\", \"t1\"]}}}", "order is not"},
    {"{\"\": {\"order\": {\"t\": [\"t1\", \"t3\"]}}}", "order is not"},
    {"{\"\": {\"order\": {\"c\": []}}}", "no kind"},
    {"{\"\": {\"next_id\": {\"t\": 0}}}", "counter"},
    {"{\"\": {\"next_id\": {\"x\": 5}}}", "counter"},
  };

  static const char json[] =
    "{\"tracks\": [{\"id\": \"t1\", \"clips\": [{\"id\": \"c1\"}]},"
    " {\"id\": \"t2\"}]}";
  CodecError   error;
  Composition* root = NULL;
  assert_int_equal(composition_decode(json, sizeof(json) - 1u, &error, &root),
                   STATUS_OK);
  for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    char          text[512] = "";
    Composition*  draft     = composition_retain(root);
    json_t* const patch     = json_loads(cases[i].patch, 0, NULL);
    assert_non_null(patch);
    assert_int_equal(patch_apply(&draft, patch, text, sizeof(text)),
                     STATUS_BAD_ARGUMENT);
    if (!strstr(text, cases[i].text)) {
      fail_msg("%s: %s", cases[i].patch, text);
    }

    assert_ptr_equal(draft, root);
    assert_int_equal(root->tempo, 120000000);
    json_decref(patch);
    composition_release(draft);
  }

  composition_release(root);
}

static void
test_unknown_keys_of_a_patch_are_kept(void** const state)
{
  (void)state;
  char          text[512] = "";
  Composition*  draft     = composition_new("x", "X");
  json_t* const patch =
    json_loads("{\"\": {\"zoom\": 3}, \"n1\": {\"follow\": [1]}}", 0, NULL);
  assert_int_equal(patch_apply(&draft, patch, text, sizeof(text)), STATUS_OK);
  assert_int_equal(json_integer_value(json_object_get(draft->extra, "zoom")),
                   3);

  const Node* const scene = composition_find(draft, id_make(KIND_SCENE, 1));
  assert_int_equal(
    json_array_size(json_object_get(node_extra(scene), "follow")), 1);
  json_decref(patch);
  composition_release(draft);
}

static void
test_out_of_memory_changes_nothing(void** const state)
{
  (void)state;
  Random             random = {31};
  Composition* const a      = random_document(&random, 100);
  Composition* const b      = random_document(&random, 100);
  json_t* const      patch  = patch_encode(a, b);
  for (unsigned n = 1;; n += 1u + n / 100u) {
    char         text[512] = "";
    Composition* draft     = composition_retain(a);
    fail_malloc_at(n);
    const Status st = patch_apply(&draft, patch, text, sizeof(text));
    if (fail_malloc_stop() < n) {
      assert_int_equal(st, STATUS_OK);
      assert_true(n > 100u);
      assert_true(document_equal(draft, b));
      composition_release(draft);
      break;
    }

    assert_int_equal(st, STATUS_NO_MEMORY);
    assert_ptr_equal(draft, a);
    composition_release(draft);
  }

  for (unsigned n = 1;; ++n) {
    fail_malloc_at(n);
    json_t* const again = patch_encode(a, b);
    if (fail_malloc_stop() < n) {
      assert_true(json_equal(again, patch));
      json_decref(again);
      break;
    }

    assert_null(again);
  }

  json_decref(patch);
  composition_release(a);
  composition_release(b);
}

static void
test_unlike_documents_lead_to_each_other(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 60u; ++i) {
    Random             random = {500u + i};
    Composition* const a      = random_document(&random, 10u + i);
    Composition* const b      = random_document(&random, 70u - i);
    assert_leads(a, b);
    assert_leads(b, a);
    composition_release(a);
    composition_release(b);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_patches_lead_there_and_back),
    cmocka_unit_test(test_unlike_documents_lead_to_each_other),
    cmocka_unit_test(test_a_patch_is_small_where_little_changed),
    cmocka_unit_test(test_notes_are_told_one_by_one),
    cmocka_unit_test(test_bad_patches_change_nothing),
    cmocka_unit_test(test_unknown_keys_of_a_patch_are_kept),
    cmocka_unit_test(test_out_of_memory_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
