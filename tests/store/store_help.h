// SPDX-License-Identifier: GPL-3.0-or-later
//
// A composition that is edited, for the tests of the store

#ifndef SONIC_TESTS_STORE_HELP_H
#define SONIC_TESTS_STORE_HELP_H

#include "store/file.h"
#include "store/library.h"
#include "store/store.h"
#include "support/random_document.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// An open composition and what is known of it
typedef struct {
  const char*  folder;
  Store*       store;
  Composition* root;
  uint64_t     revision;
  Random       random;
  char         text[FILE_TEXT_SIZE];
} Session;

/// The outcome of something that was asked for
typedef struct {
  bool     done;
  Status   status;
  uint32_t number;
  char     text[FILE_TEXT_SIZE];
} Outcome;

static inline void
take_outcome(void* const handle, const Status status, const char* const text)
{
  Outcome* const outcome = (Outcome*)handle;
  outcome->done          = true;
  outcome->status        = status;
  snprintf(outcome->text, sizeof(outcome->text), "%s", text);
}

static inline void
take_number(void* const       handle,
            const Status      status,
            const uint32_t    number,
            const char* const text)
{
  take_outcome(handle, status, text);
  ((Outcome*)handle)->number = number;
}

/// Wait for an outcome; the program ends if it takes a minute
static inline void
wait_for(Store* const store, const Outcome* const outcome)
{
  while (!outcome->done) {
    struct pollfd fd = {store_fd(store), POLLIN, 0};
    if (poll(&fd, 1, 60000) != 1) {
      fprintf(stderr, "the store does not answer\n");
      abort();
    }

    store_poll(store);
  }
}

/// Open with settings
static inline Status
session_open_with(Session* const session, const StoreConfig* const config)
{
  composition_release(session->root);
  session->root    = NULL;
  session->store   = NULL;
  session->text[0] = '\0';
  return store_open(config,
                    session->text,
                    sizeof(session->text),
                    &session->root,
                    &session->revision,
                    &session->store);
}

static inline Status
session_open(Session* const session)
{
  const StoreConfig config = {.folder = session->folder};
  return session_open_with(session, &config);
}

/// Close the store; the document stays to be compared
static inline Status
session_close(Session* const session)
{
  Store* const store = session->store;
  session->store     = NULL;
  return store_close(store, session->text, sizeof(session->text));
}

/// Commit some random edits under a gesture
static inline void
session_edit(Session* const session, const char* const gesture)
{
  Composition* draft = composition_retain(session->root);
  for (unsigned n = 1u + (unsigned)random_below(&session->random, 3); n; --n) {
    random_edit(&session->random, &draft);
  }

  const StoreEntry entry = {.revision = ++session->revision,
                            .nanos    = 1769860800000000000ull,
                            .client   = 1,
                            .who      = "osc.udp://127.0.0.1:9000",
                            .what     = "a random edit",
                            .gesture  = gesture,
                            .before   = session->root,
                            .after    = draft};
  store_append(session->store, &entry);
  composition_release(session->root);
  session->root = draft;
}

/// Wait until all is on disk
static inline Outcome
session_sync(Session* const session)
{
  Outcome outcome = {0};
  outcome.status  = store_sync(session->store, take_outcome, &outcome);
  if (!outcome.status) {
    wait_for(session->store, &outcome);
  }

  return outcome;
}

/// Wait until a snapshot is on disk
static inline Outcome
session_save(Session* const session, const char* const label)
{
  Outcome             outcome  = {0};
  const StoreSnapshot snapshot = {.root     = session->root,
                                  .revision = session->revision,
                                  .nanos    = 1769860800000000000ull,
                                  .label    = label,
                                  .who      = "a test"};
  outcome.status = store_save(session->store, &snapshot, take_number, &outcome);
  if (!outcome.status) {
    wait_for(session->store, &outcome);
  }

  return outcome;
}

/// Make the folder of a composition with a first document
static inline Status
session_create(const char* const data_dir, char id[LIBRARY_ID_SIZE])
{
  char               text[FILE_TEXT_SIZE];
  Composition* const root = composition_new("", "Piece");
  const Status st = library_create(data_dir, root, id, text, sizeof(text));
  composition_release(root);
  return st;
}

#endif // SONIC_TESTS_STORE_HELP_H
