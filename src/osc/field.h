// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fields of things that an address finds in its own way

#ifndef SONIC_OSC_FIELD_H
#define SONIC_OSC_FIELD_H

#include "osc/call.h"

/// Answer with the row's field of a thing
Status
field_answer(Services* services, OscCall* call, Id id);

/// Set the row's field of a thing to the call's argument
Status
field_store(Services* services, OscCall* call, Id id);

#endif // SONIC_OSC_FIELD_H
