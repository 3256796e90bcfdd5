// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the parts of the document share

#ifndef SONIC_MODEL_DOCUMENT_PRIVATE_H
#define SONIC_MODEL_DOCUMENT_PRIVATE_H

#include "model/document.h"

/// Take a channel away as a side chain from all effects
Status
document_detach_key(Composition** draft, Id channel);

/// Lead every channel away from a bus
Status
document_detach_bus(Composition** draft, Id bus);

/// Take every channel out of a group
Status
document_detach_group(Composition** draft, Id group);

#endif // SONIC_MODEL_DOCUMENT_PRIVATE_H
