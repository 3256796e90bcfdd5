// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/engine.h"

#include "base/clock.h"
#include "engine/batch.h"
#include "engine/engine_state.h"
#include "engine/float_mode.h"
#include "engine/pages.h"
#include "engine/span.h"
#include "engine/track.h"
#include "engine/transport.h"

#include <string.h>

/// Time constant of the smoothed load
#define LOAD_SECONDS 0.3f

/// Milliseconds that clips are read ahead, so that a slow disk is not heard;
/// and where pages are waited for, so that few are in memory
#define AHEAD_MS 2000u
#define AHEAD_OFFLINE_MS 250u

/// A tick some frames after another
SONIC_RT static Ticks
ticks_after(const TempoMap* const map, const Ticks ticks, const uint32_t frames)
{
  return tempo_map_ticks(
    map, tempo_map_time(map, ticks) + frame_time_from_frames(frames));
}

/// What tracks read ahead: the clips that come, and a place to be jumped to
SONIC_RT static void
look_ahead(const Engine* const engine, Span* const span)
{
  const Timeline* const timeline = &engine->timeline;
  const uint32_t ms = engine->config.offline ? AHEAD_OFFLINE_MS : AHEAD_MS;
  const uint32_t frames =
    (uint32_t)((uint64_t)ms * engine->config.rate / 1000u);
  span->sounding = frames / 2u;
  span->place    = transport_position(engine);
  if (span->playing) {
    const bool wraps = timeline->jump_frame < span->grid + frames;
    span->place      = timeline->loop.start;
    span->ahead      = wraps ? timeline->loop.end
                             : ticks_after(timeline->map, span->from, frames);
    if (!wraps) {
      return;
    }
  }

  span->place_end =
    ticks_after(timeline->map, span->place, engine->config.rate / 2u);
}

/// Length of a beat at a musical position
SONIC_RT static float
beat_frames(const Engine* const engine, const Ticks ticks)
{
  const MicroBpm tempo = tempo_map_tempo(engine->timeline.map, ticks);
  return (float)(60.0 * MICRO_BPM_PER_BPM * engine->config.rate /
                 (double)tempo);
}

/// Find the tempo at the points of the grid
SONIC_RT static void
find_beats(const Engine* const engine, Span* const span)
{
  const int64_t point = span->grid - span->grid % GRID_FRAMES;
  for (uint32_t i = 0; i < SPAN_POINTS; ++i) {
    const int64_t at = point + (int64_t)i * GRID_FRAMES;
    if (at >= span_end(span)) {
      return;
    }

    const Ticks ticks = span->playing ? timeline_position(&engine->timeline, at)
                                      : transport_position(engine);
    span->beat_frames[i] = beat_frames(engine, ticks);
  }
}

/// Find what comes in in a span of the cycle; `next` is the first event that no
/// span had before
SONIC_RT static void
take_midi(const EngineIO* const io, uint32_t* const next, Span* const span)
{
  span->midi = io->num_midi ? &io->midi[*next] : NULL;
  while (*next < io->num_midi &&
         io->midi[*next].frame < span->offset + span->n) {
    ++*next;
    ++span->num_midi;
  }
}

SONIC_RT static Span
make_span(const Engine* const engine, const uint32_t n)
{
  const Timeline* const timeline = &engine->timeline;
  const int64_t         grid     = engine_grid(engine);
  Span                  span     = {
                         .timeline  = timeline,
                         .rate      = engine->config.rate,
                         .frame     = engine->frame,
                         .grid      = grid,
                         .n         = n,
                         .playing   = engine->transport.state == ENGINE_PLAYING,
                         .from      = timeline->next,
                         .to        = timeline->next,
                         .ahead     = timeline->next,
                         .place_end = INT64_MIN,
                         .cycle     = engine_cycle(engine),
                         .resample  = &engine->resample,
  };

  if (span.playing) {
    const Ticks to = timeline_first_tick(timeline, grid + n);
    span.to        = to > span.from ? to : span.from;
  }

  find_beats(engine, &span);
  look_ahead(engine, &span);
  return span;
}

/// Run all levels, from the sources to the master
SONIC_RT static void
run_schedule(Engine* const engine, const Span* const span)
{
  const Schedule* const schedule = engine->schedule;
  ScheduleRun           run      = {
                   .schedule = schedule,
                   .span     = span,
                   .mix      = engine->mix,
                   .pages    = engine->config.page_rings,
                   .counts   = &engine->counts,
  };

  atomic_store(&engine->counts.voices, 0u);
  for (uint32_t i = 0; i < schedule->num_levels; ++i) {
    const Level* const level = &schedule->levels[i];
    run.first_task           = level->first_task;
    crew_run(engine->crew,
             schedule_run_task,
             &run,
             level->num_tasks,
             (uint64_t)level->weight * span->n >= engine->config.share_from);
  }
}

/// Make what is monitored of what the master puts out
SONIC_RT static void
run_monitor(const Engine* const engine,
            const Span* const   span,
            float* const        left,
            float* const        right)
{
  if (!strip_is_neutral(engine->monitor)) {
    LaneBlock* const block = engine->monitor_block;
    mix_put(block, 0, left, right, span->n);
    strip_run(engine->monitor, block, block, (uint64_t)span->grid, span->n);
    mix_get(block, 0, left, right, span->n);
  }
}

/// Record what comes in, as long as something is to be recorded
SONIC_RT static void
record(Engine* const engine, const Span* const span)
{
  Recording* const recording = engine->recording;
  if (recording) {
    recorder_run(recording, span, engine->transport.starting);
    if (atomic_load(&recording->finished)) {
      engine->recording = NULL;
    }
  }
}

/// Run frames without a global event, from frame `done` of the cycle on
SONIC_RT static void
run_span(Engine* const         engine,
         const EngineIO* const io,
         uint32_t* const       next_midi,
         const uint32_t        done,
         const uint32_t        n)
{
  float* const left  = io->out_left + done;
  float* const right = io->out_right + done;
  Span         span  = make_span(engine, n);
  span.offset        = done;
  span.in_left       = io->in_left ? io->in_left + done : NULL;
  span.in_right      = io->in_right ? io->in_right + done : NULL;
  span.ports         = io->ports;
  take_midi(io, next_midi, &span);
  record(engine, &span);
  midi_clock_run(&engine->clock, &span);
  if (engine->schedule) {
    run_schedule(engine, &span);
    const EngineChannel* const master =
      engine->schedule->channels[engine->schedule->num_channels - 1u];
    mix_get(master->bank->block, master->lane, left, right, n);
    run_monitor(engine, &span, left, right);
  } else {
    memset(left, 0, n * sizeof(float));
    memset(right, 0, n * sizeof(float));
  }

  if (!transport_count(engine, left, right, n)) {
    metronome_run(&engine->metronome, &span, left, right);
  }

  transport_output(&engine->transport, left, right, n);
  audition_run(&engine->audition,
               left,
               right,
               n,
               engine_cycle(engine),
               engine->config.page_rings[0]);
  engine->timeline.next = span.to;
  engine->frame += n;
}

/// Do what is due before the next frame
SONIC_RT static void
advance(Engine* const engine)
{
  batch_apply_due(engine);
  transport_advance(engine);
  launch_advance(engine);
  if (engine->transport.state == ENGINE_PLAYING) {
    curves_advance(&engine->curves, &engine->timeline, engine_grid(engine));
  }

  batch_return(engine);
}

/// Describe the state before the next frame
SONIC_RT static void
observe(const Engine* const engine, Telemetry* const telemetry)
{
  telemetry->state    = engine->transport.state;
  telemetry->position = transport_position(engine);
  telemetry->loops    = engine->timeline.loops;
  telemetry->received = engine->num_received;
  telemetry->latency  = engine->schedule ? engine->schedule->latency : 0u;
  telemetry->tempo = tempo_map_tempo(engine->timeline.map, telemetry->position);
}

/// Add what was counted
SONIC_RT static void
count(const Engine* const engine, Telemetry* const telemetry)
{
  const ScheduleCounts* const counts = &engine->counts;
  telemetry->load                    = engine->load;
  telemetry->voices                  = atomic_load(&counts->voices);
  telemetry->late                    = atomic_load(&counts->late);
  telemetry->not_finite              = atomic_load(&counts->not_finite);
  telemetry->not_finite_channel      = atomic_load(&counts->not_finite_id);
  telemetry->float_faults =
    engine->float_faults + atomic_load(&engine->crew->float_faults);
}

/// Note the share of the time of `n` frames that a cycle has taken
SONIC_RT static void
measure_load(Engine* const engine, const uint64_t nanos, const uint32_t n)
{
  const float seconds = (float)n / (float)engine->config.rate;
  const float load    = (float)nanos * 1e-9f / seconds;
  const float part    = seconds / (seconds + LOAD_SECONDS);
  engine->load += (load - engine->load) * part;

  // Bits of floats that are not negative have the order of the floats
  unsigned bits = 0;
  memcpy(&bits, &load, sizeof(bits));
  unsigned before = atomic_load(&engine->load_max);
  while (bits > before &&
         !atomic_compare_exchange_weak(&engine->load_max, &before, bits)) {
  }
}

/// Tell control what came in, for what is mapped
SONIC_RT static void
tell_heard(Engine* const engine, const EngineIO* const io)
{
  for (uint32_t i = 0; i < io->num_midi; ++i) {
    const MidiEvent* const event = &io->midi[i];
    const uint8_t          kind  = event->data[0] & 0xF0u;
    if (kind != 0xF0u && kind != 0xA0u && kind != 0xC0u) {
      ring_write(engine->heard, event);
    }
  }
}

SONIC_RT void
engine_run(Engine* const engine, const EngineIO* const io, const uint32_t n)
{
  const uint64_t mode  = float_mode_enter();
  Telemetry      state = {.frame = engine->frame, .nanos = clock_nanos()};

  batch_receive(engine);
  advance(engine);
  observe(engine, &state);
  tell_heard(engine, io);
  uint32_t next_midi = 0;
  for (uint32_t done = 0, m = 0; done < n; done += m) {
    m = n - done < BLOCK_FRAMES ? n - done : BLOCK_FRAMES;
    m = batch_frames(engine, m);
    m = transport_frames(engine, m);
    run_span(engine, io, &next_midi, done, m);
    advance(engine);
  }

  // A change within the cycle is told at once
  if (state.state != engine->transport.state) {
    observe(engine, &state);
  }

  if (n) {
    measure_load(engine, clock_nanos() - state.nanos, n);
  }

  if (!float_mode_is_set()) {
    ++engine->float_faults;
  }

  count(engine, &state);
  telemetry_publish(&engine->board, &state);
  atomic_fetch_add(&engine->cycles, 1u);
  float_mode_put(mode);
}

SONIC_RT bool
engine_ready(Engine* const engine, const uint32_t n)
{
  const Transport* const transport = &engine->transport;
  const uint32_t         half      = engine->config.rate / 2u;
  const bool             ahead     = pages_ahead(engine, n + FADE_FRAMES);
  return (!transport->starting ||
          pages_at_place(engine, transport->target, n > half ? n : half)) &&
         ahead;
}

SONIC_RT uint32_t
engine_batch_frames(Engine* const engine, const uint32_t n)
{
  batch_receive(engine);
  return batch_frames(engine, n);
}
