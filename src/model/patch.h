// SPDX-License-Identifier: GPL-3.0-or-later
//
// Patches as text
//
// A patch is an object with a member for each thing that differs:
//
//   ""            the composition: its fields by key, and in "order" and
//                 "next_id", by letter, orders and counters
//   "t3"          a thing by its id: its fields, or null if it goes
//   "t3/channel"  the channel of a track or bus
//   "master"      the channel of the master
//
// A field has its new value; "notes" of a clip that was there has {"remove":
// [[pitch, start], ...], "add": [[pitch, start, length, velocity], ...]}.  A
// thing that was not there has what differs from the defaults.  Keys that are
// not ours stand together under "*".  An order that follows from appending
// what is new is left out.

#ifndef SONIC_MODEL_PATCH_H
#define SONIC_MODEL_PATCH_H

#include "base/status.h"
#include "model/document.h"
#include "model/json_writer.h"

#define PATCH_EXTRA "*"
#define PATCH_ORDER "order"
#define PATCH_COUNTERS "next_id"
#define PATCH_CHANNEL "/channel"

/// Room for the key of a thing
#define PATCH_KEY_SIZE 32

/**
   Write the difference of two documents, piece by piece.

   @param old_root The document before; null is an empty one.
   @return STATUS_IO if the writer's function stopped it, STATUS_NO_MEMORY.
*/
Status
patch_write(JsonWriter*        writer,
            const Composition* old_root,
            const Composition* new_root);

#endif // SONIC_MODEL_PATCH_H
