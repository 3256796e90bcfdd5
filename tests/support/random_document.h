// SPDX-License-Identifier: GPL-3.0-or-later
//
// Documents and edits made at random
//
// What is made is always valid: values in their ranges, references to what is
// there, no buses that go round.  The same seed gives the same document.

#ifndef SONIC_SUPPORT_RANDOM_DOCUMENT_H
#define SONIC_SUPPORT_RANDOM_DOCUMENT_H

#include "model/document.h"
#include "support/random.h"

#include <stdbool.h>

/// Make a random change to a draft; the program ends if memory runs out
void
random_edit(Random* random, Composition** draft);

/// A document with that many edits behind it, owned
Composition*
random_document(Random* random, unsigned num_edits);

/// Whether all of two documents is the same, orders and counters included
bool
document_equal(const Composition* a, const Composition* b);

#endif // SONIC_SUPPORT_RANDOM_DOCUMENT_H
