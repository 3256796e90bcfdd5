// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/pages.h"

#include "engine/track.h"

/// Ask for the clips between two ticks
SONIC_RT static bool
request_clips(const Engine* const engine, const Ticks from, const Ticks to)
{
  const Schedule* const schedule = engine->schedule;
  bool                  all      = true;
  for (uint32_t i = 0; schedule && i < schedule->num_tracks; ++i) {
    all &= track_request_clips(schedule->tracks[i],
                               engine->timeline.map,
                               from,
                               to,
                               engine_cycle(engine),
                               engine->config.page_rings[0]);
  }

  return all;
}

/// Ask for what sounds already
SONIC_RT static bool
request_sounding(const Engine* const engine, const uint32_t frames)
{
  const Schedule* const schedule = engine->schedule;
  bool                  all      = true;
  for (uint32_t i = 0; schedule && i < schedule->num_tracks; ++i) {
    all &= track_request_sounding(schedule->tracks[i],
                                  engine_grid(engine),
                                  frames,
                                  engine_cycle(engine),
                                  engine->config.page_rings[0]);
  }

  return all;
}

SONIC_RT bool
pages_at_place(const Engine* const engine,
               const Ticks         ticks,
               const uint32_t      frames)
{
  const TempoMap* const map = engine->timeline.map;
  const FrameTime       end =
    tempo_map_time(map, ticks) + frame_time_from_frames(frames);
  return request_clips(engine, ticks, tempo_map_ticks(map, end) + 1);
}

SONIC_RT bool
pages_ahead(const Engine* const engine, const uint32_t frames)
{
  const Timeline* const timeline = &engine->timeline;
  bool                  all      = request_sounding(engine, frames);
  if (engine->transport.state != ENGINE_PLAYING) {
    return all;
  }

  const int64_t end = engine_grid(engine) + frames;
  all &= request_clips(
    engine, timeline->next, timeline_first_tick(timeline, end) + 1);
  if (timeline->jump_frame < end) {
    all &= pages_at_place(engine, timeline->loop.start, frames);
  }

  return all;
}
