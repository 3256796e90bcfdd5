// SPDX-License-Identifier: GPL-3.0-or-later
//
// A power cut at any moment loses nothing that was confirmed
//
// A composition is edited, with checkpoints and snapshots between, while all
// that is done to its files is recorded.  From random moments of that record
// folders are made as a disk might have them after a cut; each must open and
// be, to the last value, the document of some revision not before the one that
// was confirmed last.

#include "store/store_fixture.h"
#include "support/lengthy.h"
#include "support/power.h"

enum { EDITS = 80, CUTS = 50 };

static Composition* roots[EDITS + 2];
static char         cut[TEMP_PATH_SIZE + 192]; ///< Folder after a cut

/// Name the folder after a cut: it is called as the composition is
static void
choose_folder(void)
{
  snprintf(cut, sizeof(cut), "%s/cut", data_dir);
  file_make_folder(cut, session.text, sizeof(session.text));
  strcat(cut, strrchr(folder, '/'));
}

/// Edit, sync and save, remembering each document
static void
edit_and_record(void)
{
  const StoreConfig config = {.folder        = folder,
                              .window_ms     = 1,
                              .idle_ms       = 1,
                              .segment_bytes = 3000,
                              .journal_bytes = 20000};
  power_record(folder);
  assert_int_equal(session_open_with(&session, &config), STATUS_OK);
  roots[session.revision] = composition_retain(session.root);
  for (unsigned i = 0; i < EDITS; ++i) {
    session_edit(&session, "");
    roots[session.revision] = composition_retain(session.root);
    if (random_below(&session.random, 4) == 0) {
      assert_int_equal(session_sync(&session).status, STATUS_OK);
      power_confirm(session.revision);
    }

    if (random_below(&session.random, 20) == 0) {
      assert_int_equal(session_save(&session, "Saved").status, STATUS_OK);
    }
  }

  assert_int_equal(session_close(&session), STATUS_OK);
  power_confirm(session.revision);
}

static void
expect_opens(const uint64_t confirmed, const size_t moment)
{
  Session found = {.folder = cut};
  if (session_open(&found)) {
    fail_msg("after a cut at %zu: %s", moment, found.text);
  }

  if (found.revision < confirmed) {
    fail_msg("after a cut at %zu: revision %llu, but %llu was confirmed",
             moment,
             (unsigned long long)found.revision,
             (unsigned long long)confirmed);
  }

  assert_in_range(found.revision, 0, EDITS + 1);
  if (!document_equal(found.root, roots[found.revision])) {
    fail_msg("after a cut at %zu: revision %llu is not what it was; %s",
             moment,
             (unsigned long long)found.revision,
             found.text);
  }

  assert_int_equal(session_close(&found), STATUS_OK);
  composition_release(found.root);
  temp_folder_remove(cut);
}

static void
test_nothing_confirmed_is_lost(void** const state)
{
  (void)state;
  const int runs = lengthy(4, 40);
  int       cuts = 0;
  for (int run = 0; run < runs; ++run) {
    Random fate          = {(uint64_t)run + 1u};
    session.random.state = 1000u + (uint64_t)run;
    edit_and_record();
    choose_folder();
    const size_t count = power_stop();
    for (int i = 0; i < CUTS; ++i) {
      const size_t moment = 1u + (size_t)random_below(&fate, count);
      expect_opens(power_cut(moment, &fate, cut), moment);
      ++cuts;
    }

    for (unsigned i = 0; i < EDITS + 2u; ++i) {
      composition_release(roots[i]);
      roots[i] = NULL;
    }

    power_forget();
    composition_release(session.root);
    session.root = NULL;
    tear_down(NULL);
    set_up(NULL);
  }

  print_message("%d power cuts, nothing lost\n", cuts);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    STORE_TEST(test_nothing_confirmed_is_lost),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
