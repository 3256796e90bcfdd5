// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compositions as JSON: what is written is read as the same, and what is wrong
// is told with its place
//
// A case of what is wrong is a folder invalid/NAME with `input.json` and
// `error`, one line for each fault; what is right is a file in valid/.

#include "base/text.h"
#include "model/codec.h"
#include "support/fail_malloc.h"
#include "support/random_document.h"
#include "support/temp_folder.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool
add_text(void* const handle, const char* const text, const size_t length)
{
  text_add((Text*)handle, text, length);
  return true;
}

static Text
encode(const Composition* const root)
{
  Text text = {0};
  assert_int_equal(composition_encode(root, add_text, &text), STATUS_OK);
  return text;
}

static Composition*
decode(const char* const text, const size_t length)
{
  CodecError   error;
  Composition* root = NULL;
  if (composition_decode(text, length, &error, &root)) {
    fail_msg("%d:%d: %s: %s", error.line, error.column, error.path, error.text);
  }

  assert_string_equal(error.text, "");
  return root;
}

static void
test_documents_return(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 200; ++i) {
    Random             random = {1000u + i};
    Composition* const root   = random_document(&random, i);
    Text               text   = encode(root);
    Composition* const again  = decode(text.data, text.size);
    assert_true(document_equal(root, again));

    // What was read is written as the same bytes
    Text same = encode(again);
    assert_string_equal(same.data, text.data);

    text_free(&same);
    text_free(&text);
    composition_release(again);
    composition_release(root);
  }
}

static void
test_written_text_is_what_jansson_reads(void** const state)
{
  (void)state;
  Random             random = {5};
  Composition* const root   = random_document(&random, 300);
  Text               text   = encode(root);
  json_error_t       error;
  json_t* const      json =
    json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &error);
  assert_non_null(json);
  assert_int_equal(json_array_size(json_object_get(json, "tracks")),
                   id_list_count(root->order[KIND_TRACK]));
  json_decref(json);
  text_free(&text);
  composition_release(root);
}

// Cases

static bool
add_fault(void* const handle, const CodecError* const error)
{
  text_print((Text*)handle,
             "%d:%d: %s%s%s\n",
             error->line,
             error->column,
             error->path,
             error->path[0] ? ": " : "",
             error->text);
  return true;
}

static void
check_case(const char* const name)
{
  char          path[512];
  unsigned long size          = 0;
  unsigned long expected_size = 0;
  snprintf(path, sizeof(path), "tests/model/invalid/%s/input.json", name);
  char* const input = (char*)temp_file_read(path, &size);
  snprintf(path, sizeof(path), "tests/model/invalid/%s/error", name);
  char* const expected    = (char*)temp_file_read(path, &expected_size);
  expected[expected_size] = '\0';

  // All faults, and the first alone
  Text           faults = {0};
  const uint32_t num    = composition_check(input, size, add_fault, &faults);
  assert_true(num > 0u);
  if (strcmp(faults.data, expected)) {
    fail_msg("%s: expected\n%s\nnot\n%s", name, expected, faults.data);
  }

  Text         first = {0};
  CodecError   error;
  Composition* root = NULL;
  assert_int_equal(composition_decode(input, size, &error, &root),
                   STATUS_BAD_ARGUMENT);
  assert_null(root);
  add_fault(&first, &error);
  assert_memory_equal(first.data, expected, first.size);

  // What can be read can be read: it is whole and is written
  assert_int_equal(composition_salvage(input, size, add_fault, &first, &root),
                   STATUS_OK);
  Text text = encode(root);
  text_free(&text);
  composition_release(root);

  text_free(&first);
  text_free(&faults);
  free(expected);
  free(input);
}

/// Call a function for each entry of a folder; returns how many there are
static unsigned
each_entry(const char* const folder, void (*const func)(const char* name))
{
  DIR* const dir = opendir(folder);
  unsigned   num = 0;
  assert_non_null(dir);
  for (const struct dirent* entry = NULL; (entry = readdir(dir));) {
    if (entry->d_name[0] != '.') {
      func(entry->d_name);
      ++num;
    }
  }

  closedir(dir);
  return num;
}

static void
test_faults_are_told_with_their_place(void** const state)
{
  (void)state;
  assert_true(each_entry("tests/model/invalid", check_case) >= 40u);
}

static void
check_valid(const char* const name)
{
  char          path[512];
  unsigned long size = 0;
  snprintf(path, sizeof(path), "tests/model/valid/%s", name);
  char* const        input = (char*)temp_file_read(path, &size);
  Composition* const root  = decode(input, size);
  Text               text  = encode(root);
  Composition* const again = decode(text.data, text.size);
  assert_true(document_equal(root, again));
  assert_int_equal(composition_check(input, size, add_fault, NULL), 0);

  composition_release(again);
  composition_release(root);
  text_free(&text);
  free(input);
}

static void
test_what_is_right_is_read(void** const state)
{
  (void)state;
  assert_true(each_entry("tests/model/valid", check_valid) >= 5u);
}

static void
test_text_cut_anywhere_is_refused(void** const state)
{
  (void)state;
  Random             random = {8};
  Composition* const root   = random_document(&random, 40);
  Text               text   = encode(root);
  for (size_t size = 0; size < text.size - 2u; size += 1u + size / 200u) {
    CodecError   error;
    Composition* read = NULL;

    // A copy of just that size, so that reading beyond it is noticed
    char* const part = (char*)malloc(size + !size);
    memcpy(part, text.data, size);
    assert_int_equal(composition_decode(part, size, &error, &read),
                     STATUS_BAD_ARGUMENT);
    free(part);
  }

  text_free(&text);
  composition_release(root);
}

// Single values

static Composition*
read_text(const char* const text)
{
  return decode(text, strlen(text));
}

static void
test_defaults_apply_and_are_written(void** const state)
{
  (void)state;
  Composition* const root = read_text("{}");
  assert_int_equal(root->tempo, 120000000);
  assert_int_equal(root->signature.beats, 4);
  assert_int_equal(root->loop_end, 16 * TICKS_PER_BEAT);

  Text text = encode(root);
  assert_non_null(strstr(text.data, "\"tempo\": 120.0,"));
  assert_non_null(strstr(text.data, "\"loop\": {\"enabled\": false, "));
  assert_non_null(strstr(text.data, "\"limiter\": {\"enabled\": false, "));
  text_free(&text);
  composition_release(root);
}

static void
test_counters_are_raised_past_what_is_there(void** const state)
{
  (void)state;
  Composition* const root = read_text(
    "{\"next_id\": {\"t\": 2, \"c\": 50}, \"tracks\": [{\"id\": \"t9\","
    " \"clips\": [{\"id\": \"c4\"}], \"channel\": {\"effects\": [{\"id\":"
    " \"e3\", \"type\": \"eq3\"}]}}], \"scenes\": [{\"id\": \"n7\"}]}");
  assert_int_equal(root->next_id[KIND_TRACK], 10);
  assert_int_equal(root->next_id[KIND_CLIP], 50);
  assert_int_equal(root->next_id[KIND_EFFECT], 4);
  assert_int_equal(root->next_id[KIND_SCENE], 8);
  assert_int_equal(root->next_id[KIND_BUS], 1);
  composition_release(root);
}

static void
test_clips_are_kept_by_start(void** const state)
{
  (void)state;
  Composition* const root =
    read_text("{\"tracks\": [{\"id\": \"t1\", \"clips\": ["
              "{\"id\": \"c1\", \"start\": 8},"
              "{\"id\": \"c3\", \"start\": 4},"
              "{\"id\": \"c2\", \"start\": 4}]}]}");
  const Track* const track = composition_track(root, id_make(KIND_TRACK, 1));
  assert_int_equal(id_list_count(track->clips), 3);
  assert_int_equal(track->clips->ids[0], id_make(KIND_CLIP, 2));
  assert_int_equal(track->clips->ids[1], id_make(KIND_CLIP, 3));
  assert_int_equal(track->clips->ids[2], id_make(KIND_CLIP, 1));
  composition_release(root);
}

static void
test_nameless_automation_gets_unused_ids(void** const state)
{
  (void)state;
  Composition* const root = read_text(
    "{\"automation\": [{\"address\": \"/a\"}, {\"id\": \"a1\", \"address\":"
    " \"/b\"}, {\"address\": \"/c\"}], \"next_id\": {\"a\": 7}}");
  const IdList* const order = root->order[KIND_AUTOMATION];
  assert_int_equal(id_list_count(order), 3);
  assert_int_equal(order->ids[0], id_make(KIND_AUTOMATION, 7));
  assert_int_equal(order->ids[1], id_make(KIND_AUTOMATION, 1));
  assert_int_equal(order->ids[2], id_make(KIND_AUTOMATION, 8));
  composition_release(root);
}

static void
test_what_a_file_says_first_is_no_part_of_it(void** const state)
{
  (void)state;
  Composition* const root =
    read_text("{\"revision\": 7, \"snapshot\": {\"number\":"
              " 1}, \"name\": \"x\", \"new\": 1}");
  assert_int_equal(json_object_size(root->extra), 1);

  Text          text = {0};
  json_t* const head = json_pack("{s:i}", "revision", 8);
  assert_int_equal(composition_encode_file(root, head, add_text, &text),
                   STATUS_OK);
  assert_memory_equal(text.data, "{\n  \"revision\": 8,\n", 19);
  json_decref(head);
  text_free(&text);
  composition_release(root);
}

static bool
stop_at_third(void* const handle, const char* const text, const size_t length)
{
  (void)text;
  (void)length;
  return ++*(unsigned*)handle < 3u;
}

static void
test_writing_stops_when_it_is_told(void** const state)
{
  (void)state;
  Random             random = {3};
  unsigned           pieces = 0;
  Composition* const root   = random_document(&random, 500);
  assert_int_equal(composition_encode(root, stop_at_third, &pieces), STATUS_IO);
  assert_int_equal(pieces, 3);
  composition_release(root);
}

static void
test_fields_go_through_jansson(void** const state)
{
  (void)state;
  char               text[256] = "";
  Composition* const root      = composition_new("x", "X");
  const Field* const tempo     = node_find_field(NODE_COMPOSITION, "tempo");
  json_t*            value     = json_real(97.5);
  assert_int_equal(field_decode(tempo, &root->node, value, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(root->tempo, 97500000);
  json_decref(value);

  value = field_encode(tempo, &root->node);
  assert_true(json_real_value(value) == 97.5);
  json_decref(value);

  value = json_integer(5);
  assert_int_equal(field_decode(tempo, &root->node, value, text, sizeof(text)),
                   STATUS_BAD_ARGUMENT);
  assert_string_equal(text, "expected a number from 20 to 300, not 5");
  assert_int_equal(root->tempo, 97500000);
  json_decref(value);

  const Field* const map = node_find_field(NODE_COMPOSITION, "tempo_map");
  value                  = json_pack("[[f,f],[f,s]]", 0.0, 90.0, 4.0, "x");
  assert_int_equal(field_decode(map, &root->node, value, text, sizeof(text)),
                   STATUS_BAD_ARGUMENT);
  assert_string_equal(text,
                      "[1][1]: expected a number from 20 to 300, not \"x\"");
  json_decref(value);
  composition_release(root);
}

static void
test_out_of_memory_is_said(void** const state)
{
  (void)state;
  Random             random = {21};
  Composition* const root   = random_document(&random, 200);
  Text               text   = encode(root);
  for (unsigned n = 1;; n += 1u + n / 100u) {
    CodecError   error;
    Composition* read = NULL;
    fail_malloc_at(n);
    const Status st = composition_decode(text.data, text.size, &error, &read);
    if (fail_malloc_stop() < n) {
      assert_int_equal(st, STATUS_OK);
      assert_true(n > 100u);
      composition_release(read);
      break;
    }

    assert_int_equal(st, STATUS_NO_MEMORY);
    assert_string_equal(error.text, "out of memory");
    assert_null(read);
  }

  text_free(&text);
  composition_release(root);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_documents_return),
    cmocka_unit_test(test_written_text_is_what_jansson_reads),
    cmocka_unit_test(test_faults_are_told_with_their_place),
    cmocka_unit_test(test_what_is_right_is_read),
    cmocka_unit_test(test_text_cut_anywhere_is_refused),
    cmocka_unit_test(test_defaults_apply_and_are_written),
    cmocka_unit_test(test_counters_are_raised_past_what_is_there),
    cmocka_unit_test(test_clips_are_kept_by_start),
    cmocka_unit_test(test_nameless_automation_gets_unused_ids),
    cmocka_unit_test(test_what_a_file_says_first_is_no_part_of_it),
    cmocka_unit_test(test_writing_stops_when_it_is_told),
    cmocka_unit_test(test_fields_go_through_jansson),
    cmocka_unit_test(test_out_of_memory_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
