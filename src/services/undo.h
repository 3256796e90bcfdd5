// SPDX-License-Identifier: GPL-3.0-or-later
//
// Undo and redo
//
// A step is a pair of documents, which share what they have in common, and who
// made it.  Successive edits of one gesture by one client are one step.  Undo
// and redo only say which document comes next; the commit does the rest.

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
#define UNDO_MAX_STEPS 10000u

typedef struct Undo Undo;

/// What is told of a step
typedef struct {
  uint64_t    revision; ///< Commit that made it
  uint64_t    nanos;    ///< Wall clock, nanoseconds since 1970
  uint32_t    client;
  const char* who;  ///< Borrowed
  const char* what; ///< Borrowed
  bool        done; ///< False once it is undone
} UndoStep;

/// An empty history; null if memory ran out
Undo*
undo_new(void);

void
undo_free(Undo* undo);

/**
   Make room for one more step, so that `undo_push` cannot fail.

   @return STATUS_NO_MEMORY, and the history is as it was.
*/
Status
undo_reserve(Undo* undo);

/// Note a commit; what was undone before it is gone
void
undo_push(Undo*              undo,
          const Composition* before,
          const Composition* after,
          const Author*      author,
          uint64_t           revision,
          uint64_t           nanos);

/// The document that undo leads to, borrowed; null if there is no step
const Composition*
undo_back(const Undo* undo);

/// The document that redo leads to, borrowed; null if there is no step
const Composition*
undo_forward(const Undo* undo);

/// Note that undo (or redo) was done; returns the revision whose document this
/// is once more, 0 if that was before the first step
uint64_t
undo_step(Undo* undo, bool forward);

/// End the present gesture, so that the next edit is a step of its own
void
undo_end_gesture(Undo* undo);

/// Number of steps, done and undone
uint32_t
undo_count(const Undo* undo);

/// A step, the oldest is 0
UndoStep
undo_get(const Undo* undo, uint32_t index);

#endif // SONIC_SERVICES_UNDO_H
