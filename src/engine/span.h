// SPDX-License-Identifier: GPL-3.0-or-later
//
// A stretch of frames without a global event
//
// A cycle is cut where a batch is due, where the transport starts and where
// the loop jumps; between, each track runs by itself and makes its own cuts.
// A span tells a track all that it needs to know of the time.

#ifndef SONIC_ENGINE_SPAN_H
#define SONIC_ENGINE_SPAN_H

#include "base/rt.h"
#include "base/ticks.h"
#include "dsp/resample.h"
#include "engine/engine.h"
#include "engine/timeline.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

/// Points of the grid that a span can touch
#define SPAN_POINTS (BLOCK_FRAMES / GRID_FRAMES + 2u)

typedef struct {
  const Timeline* timeline;
  uint32_t        rate;      ///< Frames per second
  uint64_t        frame;     ///< Engine frame of the first frame
  int64_t         grid;      ///< Grid frame of the first frame
  uint32_t        n;         ///< Number of frames, 1 to BLOCK_FRAMES
  bool            playing;   ///< The transport runs
  Ticks           from;      ///< Events from this tick...
  Ticks           to;        ///< ...to before this one are heard in the span
  Ticks           ahead;     ///< Clips that start before it are read ahead
  uint32_t        sounding;  ///< Frames that what sounds is read ahead
  Ticks           place;     ///< Where the transport may go on soon...
  Ticks           place_end; ///< ...up to here, for reading ahead
  uint32_t        cycle;     ///< For the pages of samples
  float beat_frames[SPAN_POINTS]; ///< Length of a beat at the points of the
                                  ///< grid, from that at or before the start
  uint32_t         offset;   ///< Frame of the cycle that is the first one here
  const float*     in_left;  ///< What comes in in the span, or null
  const float*     in_right; ///< Or null
  EnginePort*      ports;    ///< Of the cycle, or null
  const MidiEvent* midi;     ///< What comes in in the span, frames in the cycle
  uint32_t         num_midi;
  const ResampleTable* resample; ///< For samples at another speed
} Span;

/// Grid frame of an event of the span
SONIC_RT static inline int64_t
span_event(const Span* const span, const Ticks ticks)
{
  const int64_t frame = timeline_frame(span->timeline, ticks);
  return frame < span->grid ? span->grid : frame;
}

/// Grid frame after the last of the span
SONIC_RT static inline int64_t
span_end(const Span* const span)
{
  return span->grid + span->n;
}

#endif // SONIC_ENGINE_SPAN_H
