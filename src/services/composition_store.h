// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compositions on disk: opening, saving, history, import and export
//
// What takes long runs on a worker and says so by a Completion; it starts and
// ends outside transactions.  A composition is named by its id, the name of its
// folder in DATA/compositions.

#ifndef SONIC_SERVICES_COMPOSITION_STORE_H
#define SONIC_SERVICES_COMPOSITION_STORE_H

#include "base/status.h"
#include "services/services.h"
#include "store/history.h"
#include "store/library.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Called with a composition; false stops
typedef bool (*CompositionFunc)(void* handle, const char* id, const char* name);

/// Visit all compositions of the data folder in order of id
Status
compositions_each(Services* services, CompositionFunc func, void* handle);

/// The id of the open composition, "" if none is open
const char*
compositions_current(const Services* services);

/// Find a composition by id or by name; STATUS_NOT_FOUND naming candidates
Status
compositions_find(Services*   services,
                  const char* name,
                  char        id[LIBRARY_ID_SIZE]);

/// Make a composition with nothing in it and open it; the result is its id
Status
compositions_create(Services*         services,
                    const char*       name,
                    const Completion* completion);

/// Open a composition; the one that is open is closed first, and stays if the
/// other can't be opened
Status
compositions_open(Services*         services,
                  const char*       id,
                  const Completion* completion);

/// Import a file as a new composition and open it; the result is its id
Status
compositions_import(Services*         services,
                    const char*       path,
                    const Completion* completion);

/// Import a file of this machine, wherever it is
Status
compositions_import_local(Services*         services,
                          const char*       path,
                          const Completion* completion);

/// Write a snapshot to the history; the result is its number
Status
compositions_save(Services*         services,
                  const char*       label,
                  const Author*     author,
                  const Completion* completion);

/// Close the open composition
Status
compositions_close(Services* services, const Completion* completion);

/// Move a composition to the trash; the open one is closed first
Status
compositions_delete(Services*         services,
                    const char*       id,
                    const Completion* completion);

/// Make a copy of a composition; the result is its id
Status
compositions_duplicate(Services*         services,
                       const char*       id,
                       const Completion* completion);

/// Write a composition to DATA/exports; the result is the path of the file
Status
compositions_export(Services*         services,
                    const char*       id,
                    const char*       name,
                    const Completion* completion);

/// Give a composition that is not open another name; the result is the name
Status
compositions_rename(Services*         services,
                    const char*       id,
                    const char*       name,
                    const Author*     author,
                    const Completion* completion);

/// Go back to a snapshot of the history, which can be undone
Status
compositions_restore(Services*         services,
                     int64_t           number,
                     const Author*     author,
                     const Completion* completion);

/// Called with a snapshot of the history; false stops
typedef bool (*SnapshotFunc)(void* handle, const HistoryItem* item);

/// Visit the history of a composition, the last first
Status
compositions_history(Services*    services,
                     const char*  id,
                     SnapshotFunc func,
                     void*        handle);

/// Called on the control thread with a composition that was read, borrowed;
/// null if it failed, with one sentence why
typedef void (*CompositionReadFunc)(void*              handle,
                                    Status             status,
                                    const char*        text,
                                    const Composition* root);

/// Have a composition that is not open read on a worker; `func` is called if
/// this succeeds
Status
compositions_request(Services*           services,
                     const char*         id,
                     CompositionReadFunc func,
                     void*               handle);

/// A snapshot of the open composition, owned; number 0 is what it is now
Status
compositions_read_snapshot(Services*     services,
                           int64_t       number,
                           Composition** out);

/**
   Open what `run` is asked for, and wait until it is done.

   @param services The services.
   @param what An id, a name, or a file; null: the last one that was open.
   @param fresh Name of the session that owns the data folder, or null.  In a
   session what was open goes before `what`, and one with nothing in it, of this
   name, before the demo.
   @param text Receives one sentence on failure, an id, or "".
   @param text_size Size of `text`.
*/
Status
compositions_start(Services*   services,
                   const char* what,
                   const char* fresh,
                   char*       text,
                   size_t      text_size);

/// Load a file for `render`, with its samples; waits until it is done
Status
compositions_load_offline(Services*   services,
                          const char* what,
                          char*       text,
                          size_t      text_size);

/// Look after what the store thread has for us
void
composition_store_poll(Services* services);

/// Write what is pending and close the store
void
composition_store_close(Services* services);

#endif // SONIC_SERVICES_COMPOSITION_STORE_H
