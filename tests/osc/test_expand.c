// SPDX-License-Identifier: GPL-3.0-or-later
//
// A pattern stands for exactly the addresses that match it

#include "osc/expand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "osc_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FOUND 4096

/// Addresses that were found
typedef struct {
  bool   no_words; ///< Leave out what any word of a pattern can stand in
  size_t count;
  char   list[MAX_FOUND][128];
} Found;

/// A tree, a document and its names
typedef struct {
  Tree*        tree;
  Names*       names;
  Composition* document;
  Scope        scope;
} Surface;

static void
surface_init(Surface* const surface)
{
  const OscRow* bad    = NULL;
  Composition*  draft  = composition_new("demo", "Demo");
  const char*   text[] = {"Drums", "Bass", "Loop"};
  for (size_t i = 0; i < 3; ++i) {
    add_thing(&draft, KIND_TRACK, text[i]);
  }
  add_thing(&draft, KIND_BUS, "Reverb");
  add_thing(&draft, KIND_SCENE, "Verse");
  surface->document = draft;
  surface->names    = names_new();
  surface->scope =
    (Scope){.names = surface->names, .composition = draft, .open = "demo"};
  assert_int_equal(tree_new(test_rows, NUM_TEST_ROWS, &bad, &surface->tree),
                   STATUS_OK);
}

static void
surface_done(const Surface* const surface)
{
  tree_free(surface->tree);
  names_free(surface->names);
  composition_release(surface->document);
}

static bool
note_target(void* const         handle,
            const Target* const target,
            const char* const   address)
{
  Found* const found = handle;
  if (strstr(target->row->path, "{param}") && found->no_words) {
    return true;
  }
  for (size_t i = 0; i < found->count; ++i) {
    if (!strcmp(found->list[i], address)) {
      return true; // Met in two ways
    }
  }
  assert_true(found->count < MAX_FOUND);
  snprintf(found->list[found->count++], 128, "%s", address);
  return true;
}

/// What a walk needs to note targets
typedef struct {
  const Surface* surface;
  Found*         found;
  uint32_t*      steps;
} Noting;

static bool
note_shape(void* const handle, const Shape* const shape)
{
  const Noting* const noting = handle;
  return shape->events || shape_expand(shape,
                                       &noting->surface->scope,
                                       noting->steps,
                                       note_target,
                                       noting->found);
}

static int
compare_texts(const void* const a, const void* const b)
{
  return strcmp(a, b);
}

/// All that a pattern stands for, in order of address; false if it takes too
/// many steps
static bool
expand(const Surface* const surface,
       const char* const    pattern,
       Found* const         found,
       uint32_t             steps)
{
  char         reason[REASON_SIZE];
  PatternParts parts;
  Noting       noting = {surface, found, &steps};
  found->count        = 0;
  assert_int_equal(pattern_cut(pattern, &parts, reason), STATUS_OK);
  pattern_each_shape(surface->tree, &parts, &steps, note_shape, &noting);
  qsort(found->list, found->count, sizeof(found->list[0]), compare_texts);
  return steps > 0;
}

/// All addresses without words in their path
static void
list_all(const Surface* const surface, Found* const found)
{
  expand(surface, "//", found, UINT32_MAX);
}

static void
test_everything_is_below_the_root(void** const state)
{
  (void)state;
  static Found found;
  Surface      surface;
  surface_init(&surface);
  list_all(&surface, &found);

  // 12 rows without things, 5 of the composition, 3 tracks, no clips, 5
  // channels
  size_t expected = 0;
  for (size_t i = 0; i < NUM_TEST_ROWS; ++i) {
    const OscRow* const row  = &test_rows[i];
    const PlaceType     last = row->num_places
                                 ? row->places[row->num_places - 1].type
                                 : PLACE_COMPOSITION;
    const Kind kind = row->num_places ? row->places[row->num_places - 1].kind
                                      : KIND_COMPOSITION;
    expected += last == PLACE_CHANNEL      ? 5
                : kind == KIND_COMPOSITION ? 1
                : kind == KIND_TRACK       ? 3
                                           : 0;
  }
  assert_int_equal(found.count, expected);
  surface_done(&surface);
}

/// Change a bit of an address so that it becomes a pattern
static void
make_pattern(uint32_t* const random, const char* const from, char* const to)
{
  size_t size = 0;
  for (const char* c = from; *c; ++c) {
    *random           = *random * 1664525u + 1013904223u;
    const uint32_t at = *random >> 24u;
    if (*c == '/' && at < 20u) {
      to[size++] = '/';
      to[size++] = '/';
    } else if (*c == '/') {
      to[size++] = '/';
      if (at > 220u) {
        // A part gives way to a wildcard
        to[size++] = '*';
        c += strcspn(c + 1, "/");
      }
    } else if (at < 10u) {
      to[size++] = '?';
    } else if (at < 16u) {
      to[size++] = '*';
    } else if (at < 20u) {
      size += (size_t)sprintf(to + size, "[%c-z]", *c);
    } else if (at < 24u) {
      size += (size_t)sprintf(to + size, "{x,%c*}", *c);
    } else {
      to[size++] = *c;
    }
  }
  to[size] = '\0';
}

/// Whether a pattern could mean a thing by its name or position, or the
/// composition by another name, which the matcher can't know
static bool
may_name(const char* const pattern, const char* const address)
{
  (void)address;
  const char* cursor = pattern;
  for (PatternPart part; pattern_next_part(&cursor, &part);) {
    static const char* const names[] = {
      "drums", "bass", "loop", "reverb", "verse", "current", "1", "2", "3"};
    for (size_t i = 0; !part.literal && i < 9; ++i) {
      uint32_t steps = 10000;
      if (!(part.size == 1 && part.text[0] == '*') &&
          pattern_match_part(
            &part, names[i], (uint32_t)strlen(names[i]), &steps)) {
        return true;
      }
    }
  }
  return false;
}

static void
test_patterns_stand_for_what_matches_them(void** const state)
{
  (void)state;
  static Found all;
  static Found found;
  Surface      surface;
  uint32_t     random = 3;
  unsigned     tried  = 0;
  surface_init(&surface);
  list_all(&surface, &all);
  found.no_words = true;

  for (int round = 0; round < 20000; ++round) {
    char pattern[400];
    make_pattern(&random, all.list[(random >> 8u) % all.count], pattern);
    const char* text = NULL;
    if (pattern_check(pattern, &text) || pattern_is_literal(pattern) ||
        may_name(pattern, NULL)) {
      continue;
    }

    ++tried;
    assert_true(expand(&surface, pattern, &found, 1000000));
    size_t next = 0;
    for (size_t i = 0; i < all.count; ++i) {
      uint32_t   steps = 1000000;
      const bool match = pattern_match(pattern, all.list[i], &steps);
      const bool there =
        next < found.count && !strcmp(found.list[next], all.list[i]);
      if (match != there) {
        fail_msg(
          "%s %s %s", pattern, there ? "found" : "did not find", all.list[i]);
      }
      next += there;
    }
    assert_int_equal(next, found.count);
  }
  assert_true(tried > 5000);
  surface_done(&surface);
}

static const struct {
  const char* pattern;
  const char* addresses; ///< With spaces between
} named[] = {
  {"/mixer/channels/{drums,bass}/mute",
   "/mixer/channels/t1/mute /mixer/channels/t2/mute"},
  {"/mixer/channels/[1-2]/mute",
   "/mixer/channels/t1/mute /mixer/channels/t2/mute"},
  {"/mixer/channels/drums/[fm]*",
   "/mixer/channels/drums/fader /mixer/channels/drums/mute"},
  {"/mixer/channels/1/fader/norm", "/mixer/channels/1/fader/norm"},
  {"/mixer/channels/rev*/fader/text", "/mixer/channels/b1/fader/text"},
  {"/compositions/cur*/tempo", "/compositions/demo/tempo"},
  {"/compositions/current/tracks/*/name",
   "/compositions/current/tracks/t1/name /compositions/current/tracks/t2/name "
   "/compositions/current/tracks/t3/name"},
  {"/compositions/current/tracks/t1/params/cutoff",
   "/compositions/current/tracks/t1/params/cutoff"},
  {"/compositions/current/tracks/t1/params/*", ""},
  {"/compositions/other/tempo", ""},
  {"/client//reply_port", "/client/reply_port"},
  {"/{mixer,playback}//norm",
   "/mixer/channels/b1/fader/norm /mixer/channels/master/fader/norm "
   "/mixer/channels/t1/fader/norm /mixer/channels/t2/fader/norm "
   "/mixer/channels/t3/fader/norm /playback/loop/start/norm"},
};

static void
test_things_are_named_as_the_pattern_did(void** const state)
{
  (void)state;
  static Found found;
  Surface      surface;
  surface_init(&surface);
  for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); ++i) {
    char   text[2048] = "";
    size_t size       = 0;
    assert_true(expand(&surface, named[i].pattern, &found, 100000));
    for (size_t k = 0; k < found.count; ++k) {
      size += (size_t)sprintf(text + size, "%s%s", k ? " " : "", found.list[k]);
    }
    assert_string_equal(text, named[i].addresses);
  }
  surface_done(&surface);
}

static void
test_slow_patterns_run_out_of_steps(void** const state)
{
  (void)state;
  static Found found;
  Surface      surface;
  char         pattern[LIMIT_ADDRESS_CHARS + 1u] = "";
  surface_init(&surface);
  while (strlen(pattern) + 6 < sizeof(pattern) &&
         strlen(pattern) < 2 * LIMIT_ADDRESS_PARTS) {
    strcat(pattern, "//*");
  }
  assert_false(expand(&surface, pattern, &found, 100));

  // Too many parts or characters are no pattern at all
  char         reason[REASON_SIZE];
  char         longer[1000];
  PatternParts parts;
  memset(longer, '*', sizeof(longer));
  longer[0]   = '/';
  longer[999] = '\0';
  assert_int_equal(pattern_cut(longer, &parts, reason), STATUS_TOO_LARGE);
  for (int i = 0; i < 100; i += 2) {
    memcpy(longer + i, "/*", 2);
  }
  longer[100] = '\0';
  assert_int_equal(pattern_cut(longer, &parts, reason), STATUS_TOO_LARGE);
  surface_done(&surface);
}

static bool
note_events(void* const handle, const Shape* const shape)
{
  char* const text = handle;
  if (shape->events) {
    char         address[EXPAND_ADDRESS_SIZE];
    const Target target = {.row = shape->row, .words = {"demo"}};
    shape_address(shape, &target, address);
    sprintf(text + strlen(text), "%s:%u ", address, shape->events);
  }
  return true;
}

static void
test_collections_tell_of_their_things(void** const state)
{
  (void)state;
  static const struct {
    const char* pattern;
    const char* events;
  } cases[] = {
    {"/mixer/channels/*/fader", "/mixer/channels:7 "},
    {"/mixer/channels/added", "/mixer/channels:1 "},
    {"/mixer/channels/{removed,order}", "/mixer/channels:6 /mixer/channels:7 "},
    {"/mixer/channels/t1/fader", ""},
    {"/compositions/current/tracks/added", "/compositions/current/tracks:1 "},
    {"/compositions/*/tracks/*/name", "/compositions/demo/tracks:7 "},
    {"/compositions/current/tracks/*/params/*",
     "/compositions/current/tracks:7 "},
    {"/playback/loop", ""},
  };

  Surface surface;
  surface_init(&surface);
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    char         text[1000] = "";
    char         reason[REASON_SIZE];
    uint32_t     steps = 10000;
    PatternParts parts;
    assert_int_equal(pattern_cut(cases[i].pattern, &parts, reason), STATUS_OK);
    pattern_each_shape(surface.tree, &parts, &steps, note_events, text);
    assert_string_equal(text, cases[i].events);
  }
  surface_done(&surface);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_everything_is_below_the_root),
    cmocka_unit_test(test_patterns_stand_for_what_matches_them),
    cmocka_unit_test(test_things_are_named_as_the_pattern_did),
    cmocka_unit_test(test_slow_patterns_run_out_of_steps),
    cmocka_unit_test(test_collections_tell_of_their_things),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
