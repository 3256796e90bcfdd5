// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/recorder.h"

#include "engine/port.h"

#include <stddef.h>
#include <string.h>

SONIC_RT static void
add_event(Recording* const recording, const RecordEvent* const event)
{
  if (!ring_write(recording->events, event)) {
    atomic_fetch_add(&recording->lost, 1u);
  }
}

SONIC_RT void
recorder_end(Recording* const recording, const uint64_t frame)
{
  if (recording->ended) {
    return;
  }

  const RecordEvent event = {
    .type = RECORD_END, .frame = frame, .before = recording->reached};

  recording->ended = true;
  recording->end   = frame;
  if (atomic_load(&recording->rolling)) {
    add_event(recording, &event);
  }
}

/// Send what is in a take's block
SONIC_RT static void
flush(RecordTake* const take)
{
  if (take->block.n && !ring_write(take->blocks, &take->block)) {
    atomic_fetch_add(&take->lost, take->block.n);
  }

  take->block.n = 0;
}

/// Append a frame
SONIC_RT static void
add_frame(RecordTake* const take,
          const uint64_t    frame,
          const float       left,
          const float       right)
{
  RecordBlock* const block = &take->block;
  if (!block->n) {
    block->frame = frame;
  }

  switch (take->sides) {
    case RECORD_STEREO:
      block->samples[2u * block->n]      = left;
      block->samples[2u * block->n + 1u] = right;
      break;
    case RECORD_LEFT:
      block->samples[block->n] = left;
      break;
    case RECORD_RIGHT:
      block->samples[block->n] = right;
      break;
  }

  if (++block->n == RECORD_BLOCK) {
    flush(take);
  }
}

/// Append the frames of a span that belong to a take
SONIC_RT static void
add_audio(const Recording* const recording,
          RecordTake* const      take,
          const Span* const      span)
{
  const uint64_t first = recording->start + take->latency;
  const uint64_t end =
    recording->ended ? recording->end + take->latency : UINT64_MAX;
  const float* const left  = port_audio(span, take->port, 0);
  const float* const right = port_audio(span, take->port, 1);
  for (uint32_t i = 0; i < span->n; ++i) {
    const uint64_t frame = span->frame + i;
    if (frame >= first && frame < end) {
      add_frame(take, frame, left ? left[i] : 0.0f, right ? right[i] : 0.0f);
    }
  }
}

/// Whether nothing can belong to the recording any more
SONIC_RT static bool
is_over(const Recording* const recording, const uint64_t frame)
{
  return recording->ended && (!atomic_load(&recording->rolling) ||
                              frame >= recording->end + recording->latency);
}

SONIC_RT static void
add_midi(Recording* const recording, const Span* const span, const uint8_t port)
{
  uint32_t               count  = 0;
  const MidiEvent* const events = port_midi(span, port, &count);
  for (uint32_t i = 0; i < count; ++i) {
    const MidiEvent* const midi  = &events[i];
    const uint64_t         frame = span->frame + midi->frame - span->offset;
    if (midi->data[0] >= 0x80u && midi->data[0] < 0xF0u &&
        !is_over(recording, frame)) {
      RecordEvent event = {
        .type = RECORD_MIDI, .size = midi->size, .port = port, .frame = frame};
      memcpy(event.data, midi->data, sizeof(midi->data));
      add_event(recording, &event);
    }
  }
}

/// Where the first frame of a span is, to a part of a tick, at any tempo
SONIC_RT static void
find_place(const Span* const span, RecordEvent* const event)
{
  const TempoMap* const map  = span->timeline->map;
  const FrameTime       time = timeline_time(span->timeline, span->grid);
  event->place               = tempo_map_ticks(map, time);

  const FrameTime from = tempo_map_time(map, event->place);
  const FrameTime to   = tempo_map_time(map, event->place + 1);
  event->part          = (uint32_t)(((time - from) << 32) / (to - from));
}

/// Where the pass has ended that was before
SONIC_RT static Ticks
end_before(const Recording* const recording, const Span* const span)
{
  const Timeline* const timeline = span->timeline;
  return !atomic_load(&recording->rolling)    ? span->from
         : timeline->loops > recording->loops ? timeline->loop.end
                                              : recording->reached;
}

/// Notice where a pass begins
SONIC_RT static void
follow(Recording* const recording, const Span* const span)
{
  const Timeline* const timeline = span->timeline;
  const bool            rolls    = atomic_load(&recording->rolling);
  const bool            jumps = !rolls || recording->passes != timeline->passes;
  if (jumps || recording->maps != timeline->maps) {
    RecordEvent event = {.type   = RECORD_PASS,
                         .size   = jumps,
                         .frame  = span->frame,
                         .ticks  = span->from,
                         .before = end_before(recording, span)};
    find_place(span, &event);
    recording->start  = rolls ? recording->start : span->frame;
    recording->passes = timeline->passes;
    recording->maps   = timeline->maps;
    recording->loops  = timeline->loops;
    add_event(recording, &event);
    atomic_store(&recording->rolling, true);
  }

  recording->reached = span->to;
}

SONIC_RT void
recorder_run(Recording* const  recording,
             const Span* const span,
             const bool        starting)
{
  const bool waits = recording->patient && !atomic_load(&recording->rolling);
  if (!span->playing && !starting && !waits) {
    recorder_end(recording, span->frame);
  } else if (span->playing && !recording->ended) {
    follow(recording, span);
  }

  if (atomic_load(&recording->rolling)) {
    for (uint32_t i = 0; i < recording->num_ports; ++i) {
      add_midi(recording, span, recording->ports[i]);
    }

    for (uint32_t i = 0; i < recording->num_takes; ++i) {
      add_audio(recording, &recording->takes[i], span);
    }
  }

  if (is_over(recording, span->frame + span->n)) {
    for (uint32_t i = 0; i < recording->num_takes; ++i) {
      flush(&recording->takes[i]);
    }

    // What was written before is seen by who sees this
    atomic_store(&recording->finished, true);
  }
}
