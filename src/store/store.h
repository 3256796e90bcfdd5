// SPDX-License-Identifier: GPL-3.0-or-later
//
// One composition on disk
//
// A store owns a folder: `current.json`, the last checkpoint, which says with
// "revision" which commit it is; `previous.json`, the one before; the journal
// (journal.h) with all commits since and before; `history/` with what a person
// saved; and `lock`, held while it is open.  Commits are handed over as pairs
// of roots and written by a thread of the store, together, at most 50 ms later.
// Nothing that was acknowledged is lost: not when the program is killed, not
// when the power goes, not when a disk fails and works again.
//
// All functions but `store_open` and `store_read` are for the control thread,
// on which callbacks are called, from `store_poll` and `store_close`.

#ifndef SONIC_STORE_STORE_H
#define SONIC_STORE_STORE_H

#include "base/status.h"
#include "model/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Store Store;

/// Called when the disk stops taking what is written, with STATUS_IO and a
/// sentence, and when it does so again, with STATUS_OK
typedef void (*StoreNoticeFunc)(void* handle, Status status, const char* text);

typedef struct {
  const char*     folder; ///< Of the composition, borrowed for the call
  StoreNoticeFunc notice; ///< May be null
  void*           notice_handle;
  uint32_t        window_ms;     ///< Most time until a commit is written; 0: 40
  uint32_t        idle_ms;       ///< Rest before a checkpoint; 0: 5,000
  uint64_t        segment_bytes; ///< Size of a journal's file; 0: 4 MiB
  uint64_t        journal_bytes; ///< Of all its files; 0: 256 MiB
} StoreConfig;

/**
   Open a composition: the checkpoint and what the journal has after it.

   Any thread may open; it takes as long as reading takes.  What can't be used
   is set aside under another name, never deleted.

   @param text Receives one sentence: why it failed (STATUS_CONFLICT: which
   process has it open), or what was recovered or set aside, or "".
   @param root Receives the document, owned.
   @param revision Receives its revision, from which commits go on.
*/
Status
store_open(const StoreConfig* config,
           char*              text,
           size_t             text_size,
           Composition**      root,
           uint64_t*          revision,
           Store**            out);

/**
   Read a composition without opening it, as it is on disk.

   Nothing is changed, and it may be open elsewhere.  For any thread.
*/
Status
store_read(const char*   folder,
           char*         text,
           size_t        text_size,
           Composition** root,
           uint64_t*     revision);

/**
   Write all that is pending and a checkpoint, and close (null is fine).

   It takes as long as writing takes.  Another thread may close a store that
   nobody uses any more; callbacks that are due are called there.

   @param text Receives one sentence if something could not be written, or "".
   @return STATUS_OK, or that of the failure; the store is gone in any case.
*/
Status
store_close(Store* store, char* text, size_t text_size);

/// A commit
typedef struct {
  uint64_t    revision; ///< Above that of the commit before
  bool        again;    ///< This is the document of `same_as` once more
  uint64_t    same_as;  ///< Revision
  bool        more;     ///< One step to a person with the commit before
  uint64_t    nanos;    ///< Wall clock, since 1970
  uint32_t    client;   ///< Who did it, 0 is the program
  const char* who;      ///< Borrowed, like all that follows
  const char* what;     ///< What a person would call it; may be null
  const char* gesture;  ///< Commits of one client and gesture that come close
                        ///< together are written as one; "" for none
  const Composition* before;
  const Composition* after;
} StoreEntry;

/// Hand over a commit; this neither fails nor waits
void
store_append(Store* store, const StoreEntry* entry);

/// Called when all that was appended is on disk, or why it is not
typedef void (*StoreSyncFunc)(void* handle, Status status, const char* text);

/// Have all that was appended so far written at once
Status
store_sync(Store* store, StoreSyncFunc func, void* handle);

/// Called when a snapshot is on disk under `number`, or why it is not
typedef void (*StoreSaveFunc)(void*       handle,
                              Status      status,
                              uint32_t    number,
                              const char* text);

/// A document for the history
typedef struct {
  const Composition* root;     ///< Borrowed, like the texts
  uint64_t           revision; ///< Of the last commit that was appended
  uint64_t           nanos;    ///< Wall clock, since 1970
  const char*        label;    ///< What it is called, or ""
  const char*        who;      ///< Who saved it
} StoreSnapshot;

/// Write a snapshot to the history; see history.h to list and read them
Status
store_save(Store*               store,
           const StoreSnapshot* snapshot,
           StoreSaveFunc        func,
           void*                handle);

/// A descriptor that is readable when there is something to poll
int
store_fd(const Store* store);

/// Call the callbacks that are due
void
store_poll(Store* store);

/// The last revision that is on disk for certain; for any thread
uint64_t
store_durable(const Store* store);

#endif // SONIC_STORE_STORE_H
