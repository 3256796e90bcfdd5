// SPDX-License-Identifier: GPL-3.0-or-later
//
// Calls that are answered by work on a worker

#ifndef SONIC_OSC_LATER_H
#define SONIC_OSC_LATER_H

#include "osc/call.h"
#include "services/services.h"

/// Have a call answered, with progress, by what takes long
Completion
later_completion(OscCall* call);

/// End a handler that started what takes long, or could not: then the call is
/// answered with the failure at once
Status
later_started(Services* services, const Completion* completion, Status status);

#endif // SONIC_OSC_LATER_H
