// SPDX-License-Identifier: GPL-3.0-or-later
//
// Addresses find their row, twin, names and arguments

#include "osc/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "osc_rows.h"
#include "support/fail_malloc.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  const char* address;
  const char* path;   ///< Of the row, or null if there is no such address
  const char* twin;   ///< Suffix
  const char* places; ///< Names with commas between
  const char* extra;  ///< Arguments with commas between
} Case;

// clang-format off
static const Case cases[] = {
  {"/ping", "/ping", "", "", ""},
  {"/version", "/version", "", "", ""},

  // Fixed words go before names
  {"/mixer/channels/list", "/mixer/channels/list", "", "", ""},
  {"/mixer/channels/t1/fader", "/mixer/channels/{channel}/fader", "", "t1", ""},
  {"/compositions/current/tracks/t2/params/cutoff",
   "/compositions/{c}/tracks/{track}/params/{param}", "", "current,t2,cutoff", ""},
  {"/compositions/tracks/tracks/tracks/name",
   "/compositions/{c}/tracks/{track}/name", "", "tracks,tracks", ""},
  {"/compositions/current/tracks/list/name", NULL, "", "", ""},

  // Rows within rows
  {"/playback/loop", "/playback/loop", "", "", ""},
  {"/playback/loop/start", "/playback/loop/start", "", "", ""},

  // Twins
  {"/mixer/channels/t1/fader/norm", "/mixer/channels/{channel}/fader", "/norm", "t1", ""},
  {"/mixer/channels/t1/fader/text", "/mixer/channels/{channel}/fader", "/text", "t1", ""},
  {"/mixer/channels/t1/fader/touch", "/mixer/channels/{channel}/fader", "/touch", "t1", ""},
  {"/mixer/channels/t1/mute/touch", "/mixer/channels/{channel}/mute", "/touch", "t1", ""},
  {"/mixer/channels/t1/mute/text", "/mixer/channels/{channel}/mute", "", "t1", "text"},
  {"/playback/loop/start/text", "/playback/loop/start", "/text", "", ""},
  {"/compositions/current/grid/norm", "/compositions/{c}/grid", "", "current", "norm"},
  {"/ping/touch", NULL, "", "", ""},

  // Arguments in the path, but no texts of values
  {"/client/reply_port/9000", "/client/reply_port", "", "", "9000"},
  {"/client/keep/1", "/client/keep", "", "", "1"},
  {"/client/profile/touchosc", "/client/profile", "", "", "touchosc"},
  {"/playback/launch/scene/n1", "/playback/launch/scene", "", "", "n1"},
  {"/compositions/current/tracks/create/Drums/audio",
   "/compositions/{c}/tracks/create", "", "current", "Drums,audio"},
  {"/mixer/channels/t1/fader/-6", "/mixer/channels/{channel}/fader", "", "t1", "-6"},
  {"/compositions/current/name/nmae", NULL, "", "", ""},
  {"/client/keep/1/2", NULL, "", "", ""},
  {"/ping/1", NULL, "", "", ""},
  {"/version/1", NULL, "", "", ""},

  // Nothing of ours
  {"", NULL, "", "", ""},
  {"/", NULL, "", "", ""},
  {"ping", NULL, "", "", ""},
  {"/ping/", NULL, "", "", ""},
  {"//ping", NULL, "", "", ""},
  {"/pin", NULL, "", "", ""},
  {"/pingg", NULL, "", "", ""},
  {"/mixer", NULL, "", "", ""},
  {"/mixer/channels", NULL, "", "", ""},
  {"/mixer/channels/t1", NULL, "", "", ""},
  {"/mixer/channels/t1/fadre", NULL, "", "", ""},
  {"/mixer//fader", NULL, "", "", ""},
  {"/{c}", NULL, "", "", ""},
};
// clang-format on

static void
append(char* const list, const char* const text)
{
  if (list[0]) {
    strcat(list, ",");
  }
  strcat(list, text);
}

static Tree*
make_tree(void)
{
  const OscRow* bad  = NULL;
  Tree*         tree = NULL;
  assert_int_equal(tree_new(test_rows, NUM_TEST_ROWS, &bad, &tree), STATUS_OK);
  return tree;
}

static void
test_addresses_find_their_row(void** const state)
{
  (void)state;
  Tree* const tree = make_tree();

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    const Case* const c = &cases[i];
    TreeMatch         match;
    const Status      status = tree_match(tree, c->address, &match);
    if (!c->path) {
      if (status != STATUS_UNKNOWN_ADDRESS) {
        fail_msg("%s is %s", c->address, match.row->path);
      }
      continue;
    }

    if (status) {
      fail_msg("%s is unknown", c->address);
    }
    assert_string_equal(match.row->path, c->path);
    assert_string_equal(twin_suffix(match.twin), c->twin);

    char places[LIMIT_ADDRESS_CHARS + 1u] = "";
    char extra[LIMIT_ADDRESS_CHARS + 1u]  = "";
    for (uint32_t k = 0; k < match.row->num_places; ++k) {
      append(places, match.places[k]);
    }
    for (uint32_t k = 0; k < match.num_extra; ++k) {
      append(extra, match.extra[k]);
    }
    assert_string_equal(places, c->places);
    assert_string_equal(extra, c->extra);
  }
  tree_free(tree);
}

static void
test_every_row_is_found_by_its_path(void** const state)
{
  (void)state;
  Tree* const tree = make_tree();

  for (uint32_t i = 0; i < NUM_TEST_ROWS; ++i) {
    char        address[LIMIT_ADDRESS_CHARS + 1u];
    const char* from = test_rows[i].path;
    char*       to   = address;
    for (; *from; ++from) {
      *to = *from == '{' || *from == '}' ? '_' : *from;
      ++to;
    }
    *to = '\0';

    TreeMatch match;
    assert_int_equal(tree_match(tree, address, &match), STATUS_OK);
    assert_ptr_equal(match.row, &test_rows[i]);
  }
  tree_free(tree);
}

static void
test_long_addresses_are_unknown(void** const state)
{
  (void)state;
  Tree* const tree = make_tree();
  TreeMatch   match;
  char        address[2000];

  // Too many characters, and too many parts
  memset(address, 'x', sizeof(address));
  memcpy(address, "/ping/", 6);
  address[sizeof(address) - 1] = '\0';
  assert_int_equal(tree_match(tree, address, &match), STATUS_UNKNOWN_ADDRESS);
  for (size_t i = 0; i + 1 < sizeof(address); i += 2) {
    memcpy(address + i, "/x", 2);
  }
  address[200] = '\0';
  assert_int_equal(tree_match(tree, address, &match), STATUS_UNKNOWN_ADDRESS);
  tree_free(tree);
}

static void
test_double_rows_are_refused(void** const state)
{
  (void)state;
  static const OscRow twice[] = {
    {.path = "/a/b"}, {.path = "/a"}, {.path = "/a/b"}};
  static const Place  places[] = {{"x", PLACE_WORD, KIND_NONE}};
  static const OscRow names[]  = {{.path = "/a/{b}/x", PLACES(places)},
                                  {.path = "/a/{c}/y", PLACES(places)}};

  const OscRow* bad  = NULL;
  Tree*         tree = NULL;
  assert_int_equal(tree_new(twice, 3, &bad, &tree), STATUS_EXISTS);
  assert_string_equal(bad->path, "/a/b");
  assert_int_equal(tree_new(names, 2, &bad, &tree), STATUS_CONFLICT);
  assert_string_equal(bad->path, "/a/{c}/y");
}

static void
test_an_empty_tree_knows_nothing(void** const state)
{
  (void)state;
  const OscRow* bad  = NULL;
  Tree*         tree = NULL;
  TreeMatch     match;
  assert_int_equal(tree_new(NULL, 0, &bad, &tree), STATUS_OK);
  assert_int_equal(tree_match(tree, "/ping", &match), STATUS_UNKNOWN_ADDRESS);
  tree_free(tree);
}

static void
test_memory_may_run_out(void** const state)
{
  (void)state;
  for (unsigned n = 1;; ++n) {
    const OscRow* bad  = NULL;
    Tree*         tree = NULL;
    fail_malloc_at(n);
    const Status status = tree_new(test_rows, NUM_TEST_ROWS, &bad, &tree);
    if (fail_malloc_stop() < n) {
      assert_int_equal(status, STATUS_OK);
      tree_free(tree);
      break;
    }
    assert_int_equal(status, STATUS_NO_MEMORY);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_addresses_find_their_row),
    cmocka_unit_test(test_every_row_is_found_by_its_path),
    cmocka_unit_test(test_long_addresses_are_unknown),
    cmocka_unit_test(test_double_rows_are_refused),
    cmocka_unit_test(test_an_empty_tree_knows_nothing),
    cmocka_unit_test(test_memory_may_run_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
