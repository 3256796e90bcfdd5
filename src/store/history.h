// SPDX-License-Identifier: GPL-3.0-or-later
//
// The history of a composition: what a person saved
//
// A snapshot is a file `history/0001-20260131T120000Z.json`, a composition
// that says in "snapshot" its number, time, label and who saved it.  For any
// thread; nothing here needs the composition to be open.

#ifndef SONIC_STORE_HISTORY_H
#define SONIC_STORE_HISTORY_H

#include "base/status.h"
#include "model/document.h"

#include <stddef.h>
#include <stdint.h>

/// A snapshot, as far as the beginning of its file tells
typedef struct {
  uint32_t number;     ///< From 1
  uint64_t revision;   ///< Of the document
  uint64_t size;       ///< Bytes of the file
  char     time[32];   ///< As stamp_write writes it
  char     label[256]; ///< Or ""
  char     who[128];   ///< Or ""
  char     file[64];   ///< Name in the folder `history`
} HistoryItem;

/**
   List the snapshots by number.

   @param items Receives an array, owned; null if there are none.
*/
Status
history_list(const char*   folder,
             HistoryItem** items,
             size_t*       count,
             char*         text,
             size_t        text_size);

/// Read a snapshot; `root` receives the document, owned
Status
history_read(const char*   folder,
             uint32_t      number,
             Composition** root,
             char*         text,
             size_t        text_size);

#endif // SONIC_STORE_HISTORY_H
