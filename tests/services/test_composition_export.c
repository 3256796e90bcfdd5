// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files of compositions by their ending

#include "services/composition_export.h"
#include "services/composition_load.h"
#include "support/temp_folder.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

static char folder[TEMP_PATH_SIZE];

static char*
path_of(const char* const name, char path[1024])
{
  snprintf(path, 1024, "%s/%s", folder, name);
  return path;
}

/// A composition of a MIDI track with a note, owned
static Composition*
one_note(const char* const name)
{
  Composition* root  = composition_new("", name);
  Track* const track = (Track*)node_new(NODE_TRACK, id_make(KIND_TRACK, 1));
  Clip* const  clip  = (Clip*)node_new(NODE_CLIP, id_make(KIND_CLIP, 1));
  ClipNote     note  = {TICKS_PER_BEAT, TICKS_PER_BEAT / 3, 60, 100};
  track->type        = 1;
  clip->track        = track->node.id;
  clip->length       = (Ticks)4 * TICKS_PER_BEAT;
  assert_int_equal(note_list_build(&note, 1, &clip->notes), STATUS_OK);
  assert_int_equal(composition_put(&root, &track->node), STATUS_OK);
  assert_int_equal(composition_put(&root, &clip->node), STATUS_OK);
  return root;
}

static void
test_exports_are_read_by_their_ending(void** const state)
{
  (void)state;
  static const char* const names[] = {"a song.json", "a song.mid", "b.MIDI"};
  for (unsigned i = 0; i < 3u; ++i) {
    char               path[1024];
    char               text[512] = "";
    Composition*       again     = NULL;
    Composition* const root      = one_note("Named");
    path_of(names[i], path);
    assert_true(composition_is_path(path));
    assert_int_equal(composition_export_file(root, path, text, sizeof(text)),
                     STATUS_OK);
    assert_int_equal(composition_load_file(path, text, sizeof(text), &again),
                     STATUS_OK);
    assert_string_equal(text, "");
    assert_string_equal(string_text(again->name), "Named");
    assert_true(
      note_list_equal(composition_clip(again, id_make(KIND_CLIP, 1))->notes,
                      composition_clip(root, id_make(KIND_CLIP, 1))->notes));

    // Never over a file
    assert_int_equal(composition_export_file(root, path, text, sizeof(text)),
                     STATUS_EXISTS);
    assert_true(text[0]);
    composition_release(again);
    composition_release(root);
  }

  assert_false(composition_is_path("song.wav"));
}

static void
test_a_file_names_what_has_no_name(void** const state)
{
  (void)state;
  char               path[1024];
  char               text[512] = "";
  Composition*       again     = NULL;
  Composition* const root      = one_note("");
  path_of("Blue Monday.mid", path);
  assert_int_equal(composition_export_file(root, path, text, sizeof(text)),
                   STATUS_OK);
  assert_int_equal(composition_load_file(path, text, sizeof(text), &again),
                   STATUS_OK);
  assert_string_equal(string_text(again->name), "Blue Monday");
  composition_release(again);
  composition_release(root);
}

static void
test_a_broken_file_is_named(void** const state)
{
  (void)state;
  char         path[1024];
  char         expected[1200];
  char         text[1200] = "";
  Composition* root       = NULL;
  temp_file_write(path_of("broken.mid", path), "no music", 8);
  assert_int_equal(composition_load_file(path, text, sizeof(text), &root),
                   STATUS_BAD_ARGUMENT);
  assert_null(root);
  snprintf(expected,
           sizeof(expected),
           "%s: Byte 0: expected the header of a Standard MIDI File",
           path);
  assert_string_equal(text, expected);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_exports_are_read_by_their_ending),
    cmocka_unit_test(test_a_file_names_what_has_no_name),
    cmocka_unit_test(test_a_broken_file_is_named),
  };

  temp_folder_new(folder);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  temp_folder_remove(folder);
  return failed;
}
