// SPDX-License-Identifier: GPL-3.0-or-later
//
// Small steps that all services share when they edit the draft
//
// The pattern of an edit: look the node up in the draft, copy it, change the
// copy, put the copy.  Nodes handed to `edit_put` move.

#ifndef SONIC_SERVICES_EDIT_H
#define SONIC_SERVICES_EDIT_H

#include "base/status.h"
#include "model/document.h"
#include "services/services.h"

/// A copy of a node of the draft, owned; null (with the reason noted) if the
/// thing is absent or memory ran out
Node*
edit_copy(Services* services, Id id, Status* status);

/// Put a node into the draft
Status
edit_put(Services* services, Node* node);

/// A copy of a channel of the draft, as `edit_copy`
Channel*
edit_copy_channel(Services* services, Id id, Status* status);

/// Put a channel into the draft
Status
edit_put_channel(Services* services, Channel* channel);

/// The draft's root to be changed in place; null (noted) if memory ran out
Composition*
edit_root(Services* services);

/// Take another document as the draft, borrowed, keeping the counters, since
/// numbers are never used again
Status
edit_replace(Services* services, const Composition* root);

/// The draft itself, for the functions of model/document.h
Composition**
edit_draft(Services* services);

/// Replace a string; false if memory ran out
bool
edit_string(String** string, const char* text);

/// Note that a thing is not there; returns STATUS_NOT_FOUND
Status
edit_not_found(Services* services, Id id);

/// Note that memory ran out; returns STATUS_NO_MEMORY
Status
edit_no_memory(Services* services);

/// Add an operation beside those that the document's change will make
Status
edit_request(Services* services, const Operation* op);

#endif // SONIC_SERVICES_EDIT_H
