// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fades of a clip as grid frames
//
// A clip's own fades may begin before it and end behind it: what was cut off a
// longer one goes on in its middle.  Where two clips cross, each has a fade as
// long as the overlap instead, and the two gains of a frame add up to one, or
// their powers do.

#ifndef SONIC_ENGINE_READER_FADE_H
#define SONIC_ENGINE_READER_FADE_H

#include "base/rt.h"
#include "base/ticks.h"
#include "engine/part.h"
#include "engine/timeline.h"

#include <stdint.h>

/// One fade
typedef struct {
  int64_t   edge;   ///< Grid frame at which it begins, or before which it ends
  int64_t   frames; ///< Its length, 0 if there is none
  FadeCurve curve;
  Ticks     cross; ///< Where the other clip ends or begins, NO_CROSS: none does
} ReaderFade;

/// A fade that is no part of a crossfade
#define NO_CROSS INT64_MIN

typedef struct {
  ReaderFade in;
  ReaderFade out;
} ReaderFades;

/**
   The fades of a part.

   @param part The part.
   @param cross What it crosses with.
   @param timeline The tempo.
   @param first Grid frame at which the part starts.
   @param end Grid frame at which it ends.
*/
SONIC_RT ReaderFades
reader_fades(const ClipPart*  part,
             const ClipCross* cross,
             const Timeline*  timeline,
             int64_t          first,
             int64_t          end);

/// Work out anew where fades are after a change of tempo: a crossfade keeps to
/// the two clips, a fade of the clip's own at its end keeps its length
SONIC_RT void
reader_fades_retime(ReaderFades*    fades,
                    const Timeline* timeline,
                    Ticks           start,
                    Ticks           end,
                    int64_t         end_shift);

/// Gain at a grid frame
SONIC_RT float
reader_fades_gain(const ReaderFades* fades, int64_t grid);

#endif // SONIC_ENGINE_READER_FADE_H
