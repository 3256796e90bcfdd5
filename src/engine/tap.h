// SPDX-License-Identifier: GPL-3.0-or-later
//
// Listening to channels
//
// While a tap is open, what its channel puts out is copied into a ring, in
// blocks; nothing else is done to it here.  With a full ring it is lost.  The
// engine owns the rings by their slots, a channel borrows one.

#ifndef SONIC_ENGINE_TAP_H
#define SONIC_ENGINE_TAP_H

#include "base/ring.h"
#include "base/rt.h"
#include "engine/engine.h"
#include "engine/span.h"
#include "units/unit.h"

#include <stdint.h>

/// Give a slot, and a channel, another ring, and the operation the one before
SONIC_RT void
tap_exchange(Engine* engine, Operation* op);

/// Copy what was just run in a lane
SONIC_RT void
tap_run(Ring* ring, const LaneBlock* from, uint32_t lane, const Span* span);

#endif // SONIC_ENGINE_TAP_H
