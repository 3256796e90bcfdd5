// SPDX-License-Identifier: GPL-3.0-or-later
//
// Taking steps back and doing them again
//
// All but the last two are edits within a transaction.  STATUS_CONFLICT, with
// the reason noted, means that there is nothing to be done.

#ifndef SONIC_SERVICES_COMPOSITION_UNDO_H
#define SONIC_SERVICES_COMPOSITION_UNDO_H

#include "base/status.h"
#include "services/services.h"
#include "services/undo.h"

#include <stdbool.h>
#include <stdint.h>

/// Take the last step back
Status
composition_undo(Services* services);

/// Do the step again that was left last
Status
composition_redo(Services* services);

/// Go to the document of a revision, on whichever branch it is
Status
composition_go_to(Services* services, uint64_t revision);

/**
   Take back the last step of the transaction's client alone.

   What others did since stays.  It is a step of its own, unless theirs was the
   last.

   @return STATUS_CONFLICT if others have changed the same things since.
*/
Status
composition_undo_mine(Services* services, const char** what);

/// Revision of the step that is present
uint64_t
composition_step(const Services* services);

/**
   Take back all that the assistant's last turn has done since a revision.

   What others did after it stays.  With more edits in the same transaction it
   is one step together with them.

   @return STATUS_CONFLICT if others have changed the same things since.
*/
Status
composition_take_back(Services* services, uint64_t revision);

/// What undo (-1) or redo (1) would be about, "" if there is nothing
const char*
composition_undo_name(const Services* services, int way);

/// Called with a step; false stops
typedef bool (*StepFunc)(void* handle, const UndoStep* step);

/// Visit the steps, the last first: those that lead to the present, or all
void
composition_each_step(const Services* services,
                      bool            all,
                      StepFunc        func,
                      void*           handle);

#endif // SONIC_SERVICES_COMPOSITION_UNDO_H
