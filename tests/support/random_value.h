// SPDX-License-Identifier: GPL-3.0-or-later
//
// Random values for the fields of documents
//
// Values are in their ranges and refer to what is there.

#ifndef SONIC_SUPPORT_RANDOM_VALUE_H
#define SONIC_SUPPORT_RANDOM_VALUE_H

#include "model/document.h"
#include "support/random.h"

#include <stdbool.h>

/// True once in so many times
static inline bool
random_chance(Random* const random, const unsigned one_in)
{
  return !random_below(random, one_in);
}

/// End the program unless `ok`
void
random_need(bool ok);

/// Notes of a clip, owned; null for none
NoteList*
random_notes(Random* random);

/// Change some fields of a node that nobody else holds
void
random_fields(Random* random, const Composition* root, Node* node);

/// A thing of a kind that has an order, or ID_NONE if there is none
Id
random_thing(Random* random, const Composition* root, Kind kind);

/// A thing of any kind, or ID_NONE if there is none
Id
random_node(Random* random, const Composition* root, Kind kind);

/// The owner of a channel
Id
random_channel(Random* random, const Composition* root);

#endif // SONIC_SUPPORT_RANDOM_VALUE_H
