// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/timeline.h"

#include "units/unit.h"

/// Work out when the ends of the song and the loop will be reached from grid
/// frame `grid`
SONIC_RT static void
arm_jump(Timeline* const timeline, const int64_t grid)
{
  timeline->jump_frame = INT64_MAX;
  timeline->end_frame  = INT64_MAX;
  if (timeline->end > 0 && tempo_map_time(timeline->map, timeline->end) >
                             timeline_time(timeline, grid)) {
    timeline->end_frame = timeline_frame(timeline, timeline->end);
  }

  if (!timeline->loop.enabled) {
    return;
  }

  // A loop shorter than a grid step could jump many times in a cycle
  const FrameTime start = tempo_map_time(timeline->map, timeline->loop.start);
  const FrameTime end   = tempo_map_time(timeline->map, timeline->loop.end);
  if (end - start < frame_time_from_frames(GRID_FRAMES) ||
      end <= timeline_time(timeline, grid)) {
    return;
  }

  const int64_t frame  = frame_time_round(end - timeline->origin);
  timeline->jump_frame = frame < grid ? grid : frame;
}

SONIC_RT void
timeline_start(Timeline* const timeline,
               const Ticks     ticks,
               const uint64_t  frame)
{
  timeline->origin     = tempo_map_time(timeline->map, ticks);
  timeline->grid_zero  = frame;
  timeline->pass_start = ticks;
  timeline->next       = ticks;
  timeline->loops      = 0;
  ++timeline->starts;
  ++timeline->passes;
  arm_jump(timeline, 0);
}

SONIC_RT void
timeline_jump(Timeline* const timeline)
{
  const int64_t grid = timeline->jump_frame;
  timeline->origin -= tempo_map_time(timeline->map, timeline->loop.end) -
                      tempo_map_time(timeline->map, timeline->loop.start);
  timeline->pass_start = timeline->loop.start;
  timeline->next       = timeline->loop.start;
  ++timeline->loops;
  ++timeline->passes;
  arm_jump(timeline, grid);
}

/// A part, of 2^32, of the distance from `from` to `to`
SONIC_RT static FrameTime
scale(const FrameTime from, const FrameTime to, const FrameTime part)
{
  return from + (((to - from) * part) >> 32);
}

SONIC_RT TempoMap*
timeline_exchange_map(Timeline* const timeline,
                      TempoMap* const map,
                      const int64_t   grid)
{
  // The position between two ticks is kept too
  TempoMap* const old   = timeline->map;
  const FrameTime time  = timeline_time(timeline, grid);
  const Ticks     ticks = tempo_map_ticks(old, time);
  const FrameTime from  = tempo_map_time(old, ticks);
  const FrameTime to    = tempo_map_time(old, ticks + 1);
  const FrameTime part  = ((time - from) << 32) / (to - from);

  timeline->map = map;
  timeline->origin =
    scale(tempo_map_time(map, ticks), tempo_map_time(map, ticks + 1), part) -
    frame_time_from_frames(grid);
  ++timeline->maps;
  arm_jump(timeline, grid);
  return old;
}

SONIC_RT void
timeline_set_loop(Timeline* const timeline, const Loop loop, const int64_t grid)
{
  timeline->loop = loop;
  arm_jump(timeline, grid);
}

SONIC_RT Ticks
timeline_position(const Timeline* const timeline, const int64_t grid)
{
  // A jump lands up to half a frame before its place
  const Ticks ticks =
    tempo_map_ticks(timeline->map, timeline_time(timeline, grid));
  return ticks < timeline->pass_start ? timeline->pass_start : ticks;
}

SONIC_RT Ticks
timeline_first_tick(const Timeline* const timeline, const int64_t grid)
{
  // The least time that rounds to `grid`, see `frame_time_round`
  const FrameTime least = timeline_time(timeline, grid) - FRAME_TIME_HALF;
  return tempo_map_ticks(timeline->map, least - 1) + 1;
}

SONIC_RT void
timeline_set_end(Timeline* const timeline, const Ticks end, const int64_t grid)
{
  timeline->end = end;
  arm_jump(timeline, grid);
}
