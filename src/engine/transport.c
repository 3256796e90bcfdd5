// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/transport.h"

#include "engine/follow.h"
#include "engine/pages.h"
#include "engine/swap.h"

#include <math.h>

/// What is not heard: -120 dB
#define SILENCE 1e-6f

SONIC_RT static void
start(Engine* const engine)
{
  Transport* const transport = &engine->transport;
  launch_leave(engine);
  if (engine->led) {
    transport->target = follow_ticks(engine);
  }

  timeline_start(&engine->timeline, transport->target, engine->frame);
  metronome_reset(&engine->metronome);
  launch_start(engine, transport->target);
  curves_start(&engine->curves, transport->target);

  const Schedule* const schedule = engine->schedule;
  for (uint32_t i = 0; schedule && i < schedule->num_channels; ++i) {
    channel_snap(schedule->channels[i]);
  }

  transport->state      = ENGINE_PLAYING;
  transport->starting   = false;
  transport->count_bars = 0;
  transport->fade       = (Fade){0};
}

SONIC_RT static void
request_start(Transport* const transport, const Ticks ticks)
{
  transport->starting   = true;
  transport->target     = ticks;
  transport->count_bars = 0;
  transport->fade.out   = transport_is_heard(transport);
}

/// Stand at a place, and let what sounds ring out
SONIC_RT static void
stand(Transport* const transport, const EngineState state, const Ticks position)
{
  transport->state      = state;
  transport->position   = position;
  transport->starting   = false;
  transport->fade.out   = false;
  transport->count_bars = 0;
}

SONIC_RT void
transport_command(Engine* const          engine,
                  const TransportCommand command,
                  const Ticks            ticks)
{
  Transport* const transport = &engine->transport;
  const bool       plays     = transport->state == ENGINE_PLAYING;
  switch (command) {
    case TRANSPORT_PLAY:
      if (!plays && !transport->starting) {
        request_start(transport, transport->position);
      }
      break;

    case TRANSPORT_STOP:
      launch_leave(engine);
      launch_reset(engine);
      stand(transport, ENGINE_STOPPED, 0);
      break;

    case TRANSPORT_PAUSE:
      if (plays || transport->starting) {
        launch_leave(engine);
        stand(transport, ENGINE_PAUSED, transport_position(engine));
      }
      break;

    case TRANSPORT_LOCATE:
      if (transport->starting) {
        transport->target = ticks;
      } else if (plays) {
        request_start(transport, ticks);
      } else {
        transport->position = ticks;
      }
      break;
  }
}

SONIC_RT void
transport_count_in(Engine* const engine, const uint32_t bars, const float gain)
{
  Transport* const transport = &engine->transport;
  if (transport->starting && transport->state != ENGINE_PLAYING) {
    transport->count_bars   = bars;
    transport->count_gain   = gain;
    transport->count_frames = 0;
  }
}

/// Frames from the start of counting to a beat of it
SONIC_RT static int64_t
count_frame(const Engine* const engine, const int64_t beat)
{
  const Timeline* const timeline = &engine->timeline;
  const Ticks           from     = engine->transport.target;
  const Ticks beat_ticks = bar_map_place(timeline->bars, from).beat_ticks;
  return frame_time_round(
    tempo_map_time(timeline->map, from + beat * beat_ticks) -
    tempo_map_time(timeline->map, from));
}

/// Whether bars are counted still; begins with it
SONIC_RT static bool
counts(Engine* const engine)
{
  Transport* const transport = &engine->transport;
  if (transport->count_bars && !transport->count_frames) {
    const BarPlace place =
      bar_map_place(engine->timeline.bars, transport->target);
    transport->counted      = 0;
    transport->count_next   = 0;
    transport->count_frames = count_frame(
      engine, (int64_t)transport->count_bars * (int64_t)place.beats);
  }

  return transport->count_bars && transport->counted < transport->count_frames;
}

SONIC_RT bool
transport_count(Engine* const  engine,
                float* const   left,
                float* const   right,
                const uint32_t n)
{
  Transport* const transport = &engine->transport;
  if (!transport->starting || !transport->count_bars ||
      !transport->count_frames) {
    return false;
  }

  const BarPlace place =
    bar_map_place(engine->timeline.bars, transport->target);
  const int64_t end   = transport->counted + n;
  uint32_t      at    = 0;
  int64_t       frame = count_frame(engine, transport->count_next);
  while (frame < end && frame < transport->count_frames) {
    const uint32_t start = (uint32_t)(frame - transport->counted);
    const bool     bar   = transport->count_next % (int64_t)place.beats == 0;
    metronome_click(
      &engine->metronome, bar, transport->count_gain, at, start, left, right);
    at    = start;
    frame = count_frame(engine, ++transport->count_next);
  }

  metronome_ring(&engine->metronome, at, n, left, right);
  transport->counted = end;
  return true;
}

/// Go on with a start, as far as it can
SONIC_RT static void
advance_start(Engine* const engine)
{
  Transport* const transport = &engine->transport;
  if (transport->fade.out && !fade_is_silent(&transport->fade)) {
    return; // What played before plays on while it fades
  }

  // Silent now, so a schedule that waits for silence need not wait any more
  swap_schedule(engine);
  if (!pages_at_place(engine, transport->target, engine->config.rate / 2u)) {
    transport->state = ENGINE_LOCATING;
    transport->fade  = (Fade){FADE_FRAMES, true};
    return;
  }

  if (counts(engine)) {
    transport->state = ENGINE_LOCATING;
    transport->fade  = (Fade){0};
    return;
  }

  start(engine);
}

/// Stop at the song's end, unless something goes on that is not of the song
SONIC_RT static void
end_song(Engine* const engine)
{
  engine->timeline.end_frame = INT64_MAX;
  if (!engine->recording && !engine->transport.starting &&
      !launch_is_active(engine)) {
    transport_command(engine, TRANSPORT_STOP, 0);
  }
}

SONIC_RT void
transport_advance(Engine* const engine)
{
  if (engine->transport.starting) {
    advance_start(engine);
  }

  if (engine->transport.state == ENGINE_PLAYING &&
      engine->timeline.end_frame <= engine_grid(engine) &&
      engine->timeline.jump_frame > engine_grid(engine)) {
    end_song(engine);
  }

  if (engine->transport.state == ENGINE_PLAYING &&
      engine->timeline.jump_frame <= engine_grid(engine)) {
    const Loop* const loop = &engine->timeline.loop;
    timeline_jump(&engine->timeline);
    launch_jump(engine, loop->end - loop->start);
  }
}

SONIC_RT uint32_t
transport_frames(const Engine* const engine, const uint32_t n)
{
  const Transport* const transport = &engine->transport;
  uint64_t               frames    = n;
  if (engine->next && engine->next_frame - engine->frame < frames) {
    frames = engine->next_frame - engine->frame;
  }

  const uint32_t fades = FADE_FRAMES - transport->fade.position;
  if (transport->starting && fades && fades < frames) {
    frames = fades;
  }

  if (transport->starting && transport->count_bars) {
    const int64_t left = transport->count_frames - transport->counted;
    frames = left > 0 && (uint64_t)left < frames ? (uint64_t)left : frames;
  }

  if (transport->state == ENGINE_PLAYING) {
    const int64_t jumps = engine->timeline.jump_frame - engine_grid(engine);
    frames              = (uint64_t)jumps < frames ? (uint64_t)jumps : frames;
    frames              = launch_frames(engine, (uint32_t)frames);
    frames =
      curves_frames(&engine->curves, engine_grid(engine), (uint32_t)frames);
  }

  return (uint32_t)frames;
}

SONIC_RT Ticks
transport_position(const Engine* const engine)
{
  const Transport* const transport = &engine->transport;
  if (transport->starting) {
    return transport->target;
  }

  return transport->state == ENGINE_PLAYING
           ? timeline_position(&engine->timeline, engine_grid(engine))
           : transport->position;
}

SONIC_RT void
transport_output(Transport* const transport,
                 float* const     left,
                 float* const     right,
                 const uint32_t   n)
{
  fade_run(&transport->fade, left, right, n);

  uint32_t last = n;
  while (last > 0 && fabsf(left[last - 1u]) <= SILENCE &&
         fabsf(right[last - 1u]) <= SILENCE) {
    --last;
  }

  const uint32_t before = last ? 0u : transport->silent_frames;
  transport->silent_frames =
    before > UINT32_MAX - n ? UINT32_MAX : before + (n - last);
}
