// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is forgotten, so that a composition does not grow without bound
//
// For any thread; what is open elsewhere stays readable there.

#ifndef SONIC_STORE_PRUNE_H
#define SONIC_STORE_PRUNE_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/// Label of snapshots that nobody asked for
#define AUTOSAVE_LABEL "autosave"

/// Bytes of the journal that are kept for undo
#define JOURNAL_BUDGET (256ull << 20u)

/**
   Thin out the snapshots that nobody asked for.

   The newest 10 stay; of those before, the last of each hour for a day and the
   last of each day for 30 days.  What a person saved stays.

   @param now Wall clock, seconds since 1970.
   @param count Receives how many were removed.
*/
Status
prune_autosaves(const char* folder,
                int64_t     now,
                uint32_t*   count,
                char*       text,
                size_t      text_size);

/// Remove all snapshots but the newest `keep`
Status
prune_snapshots(const char* folder,
                uint32_t    keep,
                uint32_t*   count,
                char*       text,
                size_t      text_size);

/**
   Remove the oldest files of the journal until it is within a budget.

   @param budget Bytes that may stay.
   @param needed Lines after this revision stay in any case.
*/
Status
prune_journal(const char* folder,
              uint64_t    budget,
              uint64_t    needed,
              char*       text,
              size_t      text_size);

#endif // SONIC_STORE_PRUNE_H
