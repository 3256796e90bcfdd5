// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/follow.h"

#include "engine/transport.h"

SONIC_RT Ticks
follow_ticks(const Engine* const engine)
{
  const FrameTime time =
    frame_time_from_frames((int64_t)(engine->frame - engine->lead_zero));
  const Ticks ticks = tempo_map_ticks(engine->timeline.map, time);
  return ticks > 0 ? ticks : 0;
}

/// Whether what plays is what belongs to the next frame
SONIC_RT static bool
is_in_step(const Engine* const engine)
{
  const int64_t is =
    frame_time_round(timeline_time(&engine->timeline, engine_grid(engine)));
  const int64_t distance = is - (int64_t)(engine->frame - engine->lead_zero);
  return distance >= -1 && distance <= 1;
}

SONIC_RT void
engine_follow(Engine* const  engine,
              const bool     leads,
              const bool     rolls,
              const uint64_t frame)
{
  const Transport* const transport = &engine->transport;
  const bool             plays     = transport->state == ENGINE_PLAYING;
  engine->led                      = leads && rolls;
  if (!leads) {
    return;
  }

  engine->lead_zero = engine->frame - frame;
  const Ticks ticks = follow_ticks(engine);
  if (rolls && transport->starting) {
    return; // It starts where it then belongs
  }

  if (rolls && !(plays && is_in_step(engine))) {
    transport_command(engine, TRANSPORT_LOCATE, ticks);
    transport_command(engine, TRANSPORT_PLAY, 0);
  } else if (!rolls) {
    transport_command(engine, TRANSPORT_PAUSE, 0);
    if (transport->position != ticks) {
      transport_command(engine, TRANSPORT_LOCATE, ticks);
    }
  }
}

SONIC_RT void
engine_bars(const Engine* const engine,
            const uint64_t      frame,
            EngineBars* const   out)
{
  const TempoMap* const map = engine->timeline.map;
  const Ticks           ticks =
    tempo_map_ticks(map, frame_time_from_frames((int64_t)frame));
  out->place = bar_map_place(engine->timeline.bars, ticks);
  out->ticks = ticks;
  out->tempo = tempo_map_tempo(map, ticks);
}
