// SPDX-License-Identifier: GPL-3.0-or-later
//
// Values that move along the timeline
//
// A curve moves one parameter.  What it moves is an operation: the one that
// would set that parameter, whose `value` is filled in, so whatever can be set
// can be moved.  Curves are looked at on the grid, counted from the start of
// the transport: at each point, a parameter is told where it has to be at the
// next one, so what is heard does not depend on how a cycle is cut.  While
// nothing moves, nothing is looked at.
//
// A value that is set while its parameter is moved is kept, and used where no
// curve covers the place, or while the parameter is held.

#ifndef SONIC_ENGINE_CURVES_H
#define SONIC_ENGINE_CURVES_H

#include "base/rt.h"
#include "base/ticks.h"
#include "engine/engine.h"
#include "engine/timeline.h"

#include <stdbool.h>
#include <stdint.h>

/// A point of a curve and the way from it to the next
typedef struct {
  Ticks  at; ///< From the curve's start
  double value;
  double bend; ///< 0: straight, up to 1: slow first, down to -1: fast first
  bool   hold; ///< Stays until the next point
} CurvePoint;

struct Curve {
  Operation          target; ///< Its `value` is what was set by hand
  Ticks              start;  ///< Place on the timeline of tick 0 of the points
  Ticks              from;   ///< Covers the timeline from here...
  Ticks              to;     ///< ...to before here
  uint32_t           num_points;
  Id                 clip;   ///< In whose time the points are, or ID_NONE...
  const EngineTrack* track;  ///< ...and the track that may launch it
  CurvePoint*        points; ///< At least one, by place; owned

  // For the process thread, once it has the curve

  bool     held;   ///< Left to whoever sets the parameter by hand
  uint32_t cursor; ///< The last point that was at or before the place
};

/// Curves of one parameter are side by side, the last that covers a place rules
struct CurveSet {
  uint32_t num_curves;
  Curve**  curves; ///< Borrowed from control, which frees displaced ones
};

/// What moves and when it is looked at
typedef struct {
  CurveSet* set;       ///< Owned, or null
  int64_t   next_grid; ///< Grid frame of the next look; past: at the next point
} Curves;

/// Value of a curve at a place, with tick 0 of its points at `start`; `*until`
/// is lowered to where it may move
SONIC_RT double
curve_value(Curve* curve, Ticks start, Ticks ticks, Ticks* until);

/// Take other curves; returns those before
SONIC_RT CurveSet*
curves_exchange(Curves* curves, CurveSet* set);

/// Look again at the next grid point
SONIC_RT static inline void
curves_touch(Curves* const curves)
{
  curves->next_grid = INT64_MIN;
}

/**
   Keep a value that is set by hand, if a curve moves its parameter.

   @param playing Whether the transport runs, so that curves rule.
   @return True if the value is not to be heard now.
*/
SONIC_RT bool
curves_keep(Curves* curves, const Operation* op, bool playing);

/// Leave a parameter to be set by hand, or let its curves rule again
SONIC_RT void
curves_hold(Curves* curves, const Operation* op);

/// Put all parameters where they have to be at a start
SONIC_RT void
curves_start(Curves* curves, Ticks ticks);

/// If it is time to look, tell parameters where to be at the next grid point
SONIC_RT void
curves_advance(Curves* curves, const Timeline* timeline, int64_t grid);

/// Frames, at most `n`, until it is time to look
SONIC_RT uint32_t
curves_frames(const Curves* curves, int64_t grid, uint32_t n);

#endif // SONIC_ENGINE_CURVES_H
