// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recording what comes in
//
// A recording that was begun rolls from the first frame on that is played, over
// loops and jumps, until it is ended or the transport stands.  Each stretch
// without a jump is a pass.

#ifndef SONIC_ENGINE_RECORDER_H
#define SONIC_ENGINE_RECORDER_H

#include "base/rt.h"
#include "engine/engine.h"
#include "engine/recording.h"
#include "engine/span.h"

#include <stdbool.h>

/// Record what comes in in a span
SONIC_RT void
recorder_run(Recording* recording, const Span* span, bool starting);

/// Let nothing that is played from a frame on be part of the recording
SONIC_RT void
recorder_end(Recording* recording, uint64_t frame);

#endif // SONIC_ENGINE_RECORDER_H
