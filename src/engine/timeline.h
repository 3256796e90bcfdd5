// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where the playhead is
//
// Grid frame 0 is where the transport started.  At grid frame g the exact time
// is `origin` + g; a loop jump moves the origin by the exact length of the
// loop, so nothing adds up.  An event at a tick is heard at the whole frame
// nearest to its time, half up.
//
// Every event is heard once: those before tick `next` were heard, so after a
// tempo change an event whose new frame has passed is heard at once.

#ifndef SONIC_ENGINE_TIMELINE_H
#define SONIC_ENGINE_TIMELINE_H

#include "base/bars.h"
#include "base/rt.h"
#include "base/tempo.h"
#include "base/ticks.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  bool  enabled;
  Ticks start;
  Ticks end;
} Loop;

typedef struct {
  TempoMap* map;        ///< Owned
  BarMap*   bars;       ///< Owned
  FrameTime origin;     ///< Time of grid frame 0
  uint64_t  grid_zero;  ///< Engine frame of grid frame 0
  Ticks     pass_start; ///< Where this pass began: the start or the loop's
  Ticks     next;       ///< First tick whose events were not heard yet
  Loop      loop;
  int64_t   jump_frame; ///< Grid frame of the next jump, INT64_MAX: none
  Ticks     end;        ///< Where the song ends, 0: nowhere
  int64_t   end_frame;  ///< Grid frame of that, INT64_MAX: never
  uint64_t  loops;      ///< Jumps since the start
  uint32_t  starts;     ///< Changes with each start
  uint32_t  passes;     ///< Changes with each start and each jump
  uint32_t  maps;       ///< Changes with each tempo map
} Timeline;

/// Start at a tick, which is heard at engine frame `frame`
SONIC_RT void
timeline_start(Timeline* timeline, Ticks ticks, uint64_t frame);

/// Jump from the loop's end to its start, at `jump_frame`
SONIC_RT void
timeline_jump(Timeline* timeline);

/// Use another map from grid frame `grid`, keeping the musical position;
/// returns the map before
SONIC_RT TempoMap*
timeline_exchange_map(Timeline* timeline, TempoMap* map, int64_t grid);

/// Use another loop from grid frame `grid`
SONIC_RT void
timeline_set_loop(Timeline* timeline, Loop loop, int64_t grid);

/// Have the song end elsewhere, from grid frame `grid` on
SONIC_RT void
timeline_set_end(Timeline* timeline, Ticks end, int64_t grid);

/// Exact time at a grid frame
SONIC_RT static inline FrameTime
timeline_time(const Timeline* const timeline, const int64_t grid)
{
  return timeline->origin + frame_time_from_frames(grid);
}

/// Grid frame at which a tick is heard in this pass, which may have passed
SONIC_RT static inline int64_t
timeline_frame(const Timeline* const timeline, const Ticks ticks)
{
  return frame_time_round(tempo_map_time(timeline->map, ticks) -
                          timeline->origin);
}

/// Musical position at a grid frame of this pass
SONIC_RT Ticks
timeline_position(const Timeline* timeline, int64_t grid);

/// The first tick that is heard at grid frame `grid` or later
SONIC_RT Ticks
timeline_first_tick(const Timeline* timeline, int64_t grid);

#endif // SONIC_ENGINE_TIMELINE_H
