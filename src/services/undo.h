// SPDX-License-Identifier: GPL-3.0-or-later
//
// Undo and redo
//
// Steps form a tree: each follows another, or the document that was there at
// first, and has the document it led to, which shares with the others what they
// have in common.  The present is a place in the tree.  Undo goes to the step
// before, redo to the one that was left last; an edit after an undo begins a
// branch, and what was undone stays.  Successive edits of one gesture by one
// client are one step.  This only says which document comes next; the commit
// does the rest.

#ifndef SONIC_SERVICES_UNDO_H
#define SONIC_SERVICES_UNDO_H

#include "base/status.h"
#include "model/document.h"
#include "services/services.h"

#include <stdbool.h>
#include <stdint.h>

/// Edits of one gesture are one step if no more than this lies between them
#define UNDO_GESTURE_NANOS 500000000u

/// Steps that are kept
#define UNDO_MAX_STEPS 20000u

typedef struct Undo Undo;

/// What is told of a step
typedef struct {
  uint64_t    revision; ///< Commit that made it
  uint64_t    parent;   ///< Revision of what it follows
  uint64_t    nanos;    ///< Wall clock, nanoseconds since 1970
  uint32_t    client;
  const char* who;      ///< Borrowed
  const char* what;     ///< Borrowed
  bool        done;     ///< It leads to the present
  bool        reverted; ///< It was taken back by itself, or takes one back
} UndoStep;

/// Nothing but the document that is there at first, of revision `first`; null
/// if memory ran out
Undo*
undo_new(uint64_t first);

void
undo_free(Undo* undo);

/**
   Make room for one more step, so that `undo_push` cannot fail.

   @return STATUS_NO_MEMORY, and the tree is as it was.
*/
Status
undo_reserve(Undo* undo);

/// Whether a commit is a step: what is only said in the conversation is none
bool
undo_counts(const Composition* before, const Composition* after);

/// Note a commit after the present step, which becomes the present one; returns
/// true if it was more of the present step.  With too many steps the oldest are
/// forgotten, and branches that began there
bool
undo_push(Undo*              undo,
          const Composition* before,
          const Composition* after,
          const Author*      author,
          uint64_t           revision,
          uint64_t           nanos);

// Places in the tree: 0 is what was there at first, then come the steps from
// the oldest to the newest; valid until the next push

/// Number of places
uint32_t
undo_count(const Undo* undo);

/// The present place
uint32_t
undo_place(const Undo* undo);

/// The place that undo leads to; false if there is none
bool
undo_back(const Undo* undo, uint32_t* place);

/// The place that redo leads to; false if there is none
bool
undo_forward(const Undo* undo, uint32_t* place);

/// The place of a revision; false if it is not known
bool
undo_find(const Undo* undo, uint64_t revision, uint32_t* place);

/// Keep the document of a commit for a while, whether or not it is a step
void
undo_keep(Undo* undo, uint64_t revision, const Composition* document);

/// The document of a step or of a late commit, borrowed; null if not known
const Composition*
undo_past(const Undo* undo, uint64_t revision);

/// What is told of a place
UndoStep
undo_get(const Undo* undo, uint32_t place);

/// The document of a place, borrowed; null before the first commit
const Composition*
undo_document(const Undo* undo, uint32_t place);

/// Go to a place; returns the revision whose document is there once more
uint64_t
undo_move(Undo* undo, uint32_t place);

/// Note that the present step takes back that of a revision, by itself
void
undo_revert(Undo* undo, uint64_t revision);

#endif // SONIC_SERVICES_UNDO_H
