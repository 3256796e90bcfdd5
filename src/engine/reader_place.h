// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where a clip's content and its fades are on the grid
//
// Numbers of seconds in a document are rounded, so what a clip that was cut
// keeps of the whole is wrong by less than 2^-20 frames.  To round alike, that
// much is added to what comes from them.

#ifndef SONIC_ENGINE_READER_PLACE_H
#define SONIC_ENGINE_READER_PLACE_H

#include "base/rt.h"
#include "base/tempo.h"
#include "base/ticks.h"
#include "engine/part.h"
#include "engine/timeline.h"

#include <stdint.h>

/// Place in a part's content at grid frame 0: a whole frame where the speed is
/// that of the recording, else a multiple of 1/4096 of one
SONIC_RT FrameTime
reader_base(const ClipPart* part, const Timeline* timeline);

/// Place in a part's content at a grid frame, before its loop repeats
SONIC_RT FrameTime
reader_place(const ClipPart* part, const Timeline* timeline, int64_t grid);

/// Grid frame of a time that is so much later than a tick
SONIC_RT int64_t
reader_frame(const Timeline* timeline, Ticks ticks, FrameTime later);

#endif // SONIC_ENGINE_READER_PLACE_H
