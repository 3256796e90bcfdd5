// SPDX-License-Identifier: GPL-3.0-or-later
//
// A process that is killed while it edits loses nothing that was confirmed
//
// A child opens a composition, commits random edits that follow from a seed,
// and tells each revision that was confirmed to be on disk.  It is killed at a
// random moment; then the composition is opened here and must be, to the last
// value, the document of some revision not before the last that was told.

#include "store/store_help.h"
#include "support/lengthy.h"
#include "support/sanitized.h"
#include "support/temp_folder.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/// What a child tells
typedef struct {
  Session* session;
  uint64_t revision;
  int      pipe;
} Told;

static void
tell(void* const handle, const Status status, const char* const text)
{
  Told* const told = (Told*)handle;
  (void)text;
  if (!status && write(told->pipe, &told->revision, sizeof(uint64_t)) !=
                   (ssize_t)sizeof(uint64_t)) {
    _exit(2);
  }

  free(told);
}

/// Edit until killed
static void
edit_for_ever(Session* const session, const int pipe)
{
  // A checkpoint now and then, so that some are hit as well
  const StoreConfig config = {.folder        = session->folder,
                              .window_ms     = 2,
                              .idle_ms       = 1,
                              .segment_bytes = 20000};
  if (session_open_with(session, &config)) {
    _exit(3);
  }

  for (;;) {
    session_edit(session, session->revision % 4u ? "" : "a gesture");
    if (random_below(&session->random, 3) == 0) {
      Told* const told = (Told*)malloc(sizeof(Told));
      *told            = (Told){session, session->revision, pipe};
      store_sync(session->store, tell, told);
    }

    if (random_below(&session->random, 40) == 0) {
      session_sync(session); // Let the disk catch up
    }

    store_poll(session->store);
  }
}

/// The document of a revision, from one before by the same edits
static void
follow(Session* const session, const uint64_t revision)
{
  while (session->revision < revision) {
    for (unsigned n = 1u + (unsigned)random_below(&session->random, 3); n;
         --n) {
      random_edit(&session->random, &session->root);
    }

    // What else the child asks its numbers for
    ++session->revision;
    random_below(&session->random, 3);
    random_below(&session->random, 40);
  }
}

/// One life and death; `session` has the document from where it starts
static void
live_and_die(Session* const session, const uint64_t seed)
{
  int fds[2];
  assert_int_equal(pipe(fds), 0);

  Session     child = {.folder = session->folder, .random = {seed}};
  Random      fate  = {seed + 1u};
  const pid_t pid   = fork();
  assert_true(pid >= 0);
  if (!pid) {
    close(fds[0]);
    edit_for_ever(&child, fds[1]);
  }

  // So many confirmations, then a moment more
  close(fds[1]);
  uint64_t confirmed = session->revision;
  uint64_t told      = 0;
  for (unsigned n = (unsigned)random_below(&fate, 10) + 1u; n; --n) {
    assert_int_equal(read(fds[0], &told, sizeof(told)), sizeof(told));
    confirmed = told;
  }

  usleep((useconds_t)random_below(&fate, 5000));
  kill(pid, SIGKILL);

  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  while (read(fds[0], &told, sizeof(told)) == (ssize_t)sizeof(told)) {
    confirmed = told;
  }

  close(fds[0]);

  // What is there now, and what should be there by the same edits
  Session found = {.folder = session->folder};
  if (session_open(&found)) {
    fail_msg("%s", found.text);
  }

  session->random.state = seed;
  assert_true(found.revision >= confirmed);
  follow(session, found.revision);
  assert_true(document_equal(found.root, session->root));
  assert_int_equal(session_close(&found), STATUS_OK);
  composition_release(found.root);
}

static void
test_nothing_confirmed_is_lost(void** const state)
{
  (void)state;
  char data_dir[TEMP_PATH_SIZE];
  char folder[TEMP_PATH_SIZE + 96];
  char id[LIBRARY_ID_SIZE];
  temp_folder_new(data_dir);
  assert_int_equal(session_create(data_dir, id), STATUS_OK);
  snprintf(folder, sizeof(folder), "%s/compositions/%s", data_dir, id);

  Session session     = {.folder = folder};
  session.root        = composition_new(id, "Piece");
  const unsigned runs = (unsigned)(SANITIZED ? 10 : lengthy(50, 1000));
  for (unsigned i = 0; i < runs; ++i) {
    live_and_die(&session, 99u + 7919u * i);
  }

  assert_true(session.revision > runs);
  composition_release(session.root);
  temp_folder_remove(data_dir);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_nothing_confirmed_is_lost),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
