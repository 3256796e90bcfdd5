// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a name stands for
//
// A thing is named by its identifier (`t3`), its position from 1 (tracks,
// buses, scenes), or its name's slug, in this order.  Slugs are kept in an
// index by kind, which follows whichever version of the document is asked
// about: only what differs from the last one is looked at.

#ifndef SONIC_OSC_NAMES_H
#define SONIC_OSC_NAMES_H

#include "base/id.h"
#include "base/status.h"
#include "model/document.h"

#include <stdbool.h>
#include <stddef.h>

/// Room for any sentence about a failure
#define REASON_SIZE 256

typedef struct Names Names;

/// An empty index; null if memory ran out
Names*
names_new(void);

/// Release an index (null is fine)
void
names_free(Names* names);

/**
   Find a thing by name.

   @param names Index.
   @param composition Version of the document to look in.
   @param kind Kind of thing, KIND_NONE for a channel: a track, a bus or the
   master.
   @param text Name, of any form.
   @param id Receives its identifier.
   @param reason Receives why nothing was found, naming what `text` might mean
   if that is not clear.
*/
Status
names_find(Names*             names,
           const Composition* composition,
           Kind               kind,
           const char*        text,
           Id*                id,
           char               reason[REASON_SIZE]);

/// Take in some more things, so that the first name that is looked up in a
/// large document does not have to wait for all of them
void
names_prepare(Names* names, const Composition* composition, uint32_t budget);

/// The thing at a position from 1 in the order of a kind, or ID_NONE
Id
names_at(const Composition* composition, Kind kind, uint32_t position);

/// Whether things of a kind are named by position too
bool
kind_has_positions(Kind kind);

#endif // SONIC_OSC_NAMES_H
