// SPDX-License-Identifier: GPL-3.0-or-later
//
// Batches in the process thread
//
// A batch waits until its frame, is applied as a whole, stays while what it
// displaced fades out, and goes home.  Those of one frame are applied in the
// order in which they were sent; what comes late counts as due at once.

#ifndef SONIC_ENGINE_BATCH_H
#define SONIC_ENGINE_BATCH_H

#include "base/rt.h"
#include "engine/engine_state.h"

#include <stdbool.h>
#include <stdint.h>

/// Take in what control has sent
SONIC_RT void
batch_receive(Engine* engine);

/// Apply what is due at the next frame
SONIC_RT void
batch_apply_due(Engine* engine);

/// Send home what has stayed long enough
SONIC_RT void
batch_return(Engine* engine);

/// Set the parameter that an operation names; with `follow` it is there at the
/// next grid point, if that is not too far
SONIC_RT void
batch_apply_value(const Operation* op, bool follow);

/// Frames, at most `n`, until a batch is due
SONIC_RT uint32_t
batch_frames(const Engine* engine, uint32_t n);

#endif // SONIC_ENGINE_BATCH_H
