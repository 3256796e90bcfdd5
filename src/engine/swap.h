// SPDX-License-Identifier: GPL-3.0-or-later
//
// From one schedule to the next
//
// A track that the next schedule does not have fades out first, as does an
// effect that leaves its place and a path that leads elsewhere.  What is new
// starts anew and fades in where something is heard already.

#ifndef SONIC_ENGINE_SWAP_H
#define SONIC_ENGINE_SWAP_H

#include "base/rt.h"
#include "engine/engine_state.h"

/// Take the schedule of an operation: now, or when what leaves has faded out;
/// the operation then holds the schedule before
SONIC_RT void
swap_request(Engine* engine, Operation* op);

/// Take the schedule that is waiting, if there is one
SONIC_RT void
swap_schedule(Engine* engine);

#endif // SONIC_ENGINE_SWAP_H
