// SPDX-License-Identifier: GPL-3.0-or-later
//
// A clip's audio on its way to a track
//
// A reader turns frames of a sample into frames of the timeline.  It starts and
// ends exactly with its clip; where it has to start or end inside the clip, it
// fades.  Places in the sample and all gains follow from the grid frame, so it
// does not matter how a run is cut.
//
// Places are rounded as reader_place.h says, so clips that a longer one was cut
// into, whose offsets are rounded, sound bit for bit as the longer one.

#ifndef SONIC_ENGINE_READER_H
#define SONIC_ENGINE_READER_H

#include "base/ring.h"
#include "base/rt.h"
#include "base/tempo.h"
#include "dsp/resample.h"
#include "engine/part.h"
#include "engine/reader_fade.h"
#include "engine/span.h"

#include <stdbool.h>
#include <stdint.h>

/// Frames of the fade of a start inside a clip
#define READER_RISE_FRAMES 64u

typedef struct {
  const ClipPart* part;        ///< What it plays, null once it leaves
  PartAudio       audio;       ///< Of the part; its sample is not null
  Ticks           start;       ///< Of the part
  Ticks           end;         ///< Of the part
  FrameTime       base;        ///< Place in the content at grid frame 0
  int64_t         first;       ///< Grid frame at which the clip starts
  int64_t         end_frame;   ///< Grid frame at which the clip ends
  ReaderFades     fades;       ///< Of the part
  int64_t         rise;        ///< Grid frame of a start inside the clip
  int64_t         leave;       ///< Grid frame of an end inside the clip
  float           gain;        ///< At the last grid point
  float           next_gain;   ///< At the next grid point
  float           gain_target; ///< After the glide
  uint32_t        glide_steps; ///< Grid steps until the target
  bool            missing;     ///< The page before was not there
} Reader;

/// Start a part at grid frame `grid`, where it begins or inside it
SONIC_RT void
reader_start(Reader*          reader,
             const ClipPart*  part,
             const ClipCross* cross,
             const Span*      span,
             int64_t          grid);

/// Fade out from grid frame `grid`, unless the clip ends there
SONIC_RT void
reader_leave(Reader* reader, int64_t grid);

/// Whether there is nothing more to be heard from grid frame `grid` on
SONIC_RT bool
reader_is_done(const Reader* reader, int64_t grid);

/// Whether `part` goes on where the reader is, so that it can take it over
SONIC_RT bool
reader_matches(const Reader*    reader,
               const ClipPart*  part,
               const ClipCross* cross,
               const Span*      span);

/// Go on with a part that matches
SONIC_RT void
reader_take(Reader*          reader,
            const ClipPart*  part,
            const ClipCross* cross,
            const Span*      span);

/// Work out the clip's end anew after a change of tempo
SONIC_RT void
reader_retime(Reader* reader, const Span* span);

/// Ask for the pages of the next `frames` frames; true if all are in memory
SONIC_RT bool
reader_request(const Reader* reader,
               int64_t       grid,
               int64_t       frames,
               uint32_t      cycle,
               Ring*         pages);

/// What readers need to read
typedef struct {
  const ResampleTable* table;
  uint32_t             cycle; ///< For the pages
  Ring*                pages; ///< For those that are not there
} ReaderSource;

/// Add `n` frames to a track; returns how often a page was not there
SONIC_RT uint32_t
reader_run(Reader*             reader,
           const ReaderSource* source,
           int64_t             grid,
           uint32_t            n,
           float*              left,
           float*              right);

#endif // SONIC_ENGINE_READER_H
