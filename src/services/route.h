// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ways between channels
//
// What goes into a channel comes out at its output and at the buses that it
// sends to, and acts on the channels whose effects it is the side chain of.

#ifndef SONIC_SERVICES_ROUTE_H
#define SONIC_SERVICES_ROUTE_H

#include "base/id.h"
#include "base/status.h"
#include "model/document.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Find a way from one channel to another, side chains included.

   @param root The document.
   @param from Where it begins.
   @param to Where it ends; a channel leads to itself.
   @param text Receives the way ("b1 to b2 to b3").
   @param size Size of `text`.
   @return STATUS_OK, STATUS_NOT_FOUND or STATUS_NO_MEMORY.
*/
Status
route_find(const Composition* root, Id from, Id to, char* text, size_t size);

/// Whether a channel leads to one that is soloed, or comes from one; side
/// chains don't count.  True as well if memory ran out
bool
route_is_heard(const Composition* root, Id channel);

#endif // SONIC_SERVICES_ROUTE_H
