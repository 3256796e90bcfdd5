// SPDX-License-Identifier: GPL-3.0-or-later
//
// The difference of two documents
//
// All that follows from an edit follows from this: the engine's batch, the
// journal line, change messages and undo.  Shared nodes are equal by pointer,
// so the cost is what changed, not what there is.

#ifndef SONIC_MODEL_DIFFERENCE_H
#define SONIC_MODEL_DIFFERENCE_H

#include "model/document.h"

#include <stdbool.h>

/// One thing that differs: null `before` is added, null `after` is removed
typedef struct {
  NodeType    type;
  Id          id;
  const Node* before; ///< Borrowed from the old document
  const Node* after;  ///< Borrowed from the new document
} Change;

/// Called with each change; false stops
typedef bool (*ChangeFunc)(void* handle, const Change* change);

/**
   Visit what differs between two documents.

   Order: the composition itself (its fields and orders), then samples, buses,
   tracks, channels, clips, effects, scenes, markers, automation, by number.
   A null `old_root` is an empty composition.

   @return False if `func` stopped it.
*/
bool
document_difference(const Composition* old_root,
                    const Composition* new_root,
                    ChangeFunc         func,
                    void*              handle);

#endif // SONIC_MODEL_DIFFERENCE_H
