// SPDX-License-Identifier: GPL-3.0-or-later
//
// Following another transport
//
// While it leads, frame 0 of its timeline is an engine frame, and the engine
// plays what belongs to each frame from there: it starts, stops and jumps when
// the other does, and where.

#ifndef SONIC_ENGINE_FOLLOW_H
#define SONIC_ENGINE_FOLLOW_H

#include "base/rt.h"
#include "engine/engine_state.h"

/// The tick that is heard at the next frame by the transport that leads
SONIC_RT Ticks
follow_ticks(const Engine* engine);

#endif // SONIC_ENGINE_FOLLOW_H
