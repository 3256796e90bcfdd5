// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/midi_clock.h"

#include "engine/port.h"

#include <stddef.h>

#define CLOCK_TICKS (TICKS_PER_BEAT / 24)
#define SIXTEENTH_TICKS (TICKS_PER_BEAT / 4)

/// Highest position that can be said, in sixteenths
#define MAX_POSITION 16383

enum {
  SONG_POSITION = 0xF2,
  CLOCK         = 0xF8,
  START         = 0xFA,
  CONTINUE      = 0xFB,
  STOP          = 0xFC,
};

SONIC_RT static void
put(EnginePort* const port, const MidiEvent* const event)
{
  if (port && port->num_out < port->max_out) {
    port->midi_out[port->num_out++] = *event;
  }
}

SONIC_RT static void
put_byte(EnginePort* const port, const uint32_t frame, const uint8_t byte)
{
  const MidiEvent event = {frame, 1, {byte, 0, 0}};
  put(port, &event);
}

/// The first multiple of `unit` at or after a tick
SONIC_RT static Ticks
round_up(const Ticks ticks, const Ticks unit)
{
  return (ticks + unit - 1) / unit * unit;
}

/// Say where it goes on
SONIC_RT static void
locate(MidiClock* const clock, EnginePort* const port, const Span* const span)
{
  clock->resume  = round_up(span->from, SIXTEENTH_TICKS);
  clock->waits   = true;
  clock->running = true;
  clock->passes  = span->timeline->passes;
  if (span->from > 0) {
    const Ticks    sixteenths = clock->resume / SIXTEENTH_TICKS;
    const uint32_t place =
      sixteenths < MAX_POSITION ? (uint32_t)sixteenths : MAX_POSITION;
    const MidiEvent event = {
      span->offset,
      3,
      {SONG_POSITION, (uint8_t)(place & 0x7Fu), (uint8_t)(place >> 7u)}};
    put(port, &event);
  }
}

/// Say what is due at the ticks of a span
SONIC_RT static void
tick(MidiClock* const clock, EnginePort* const port, const Span* const span)
{
  for (Ticks at = round_up(span->from, CLOCK_TICKS); at < span->to;
       at += CLOCK_TICKS) {
    const uint32_t frame =
      span->offset + (uint32_t)(span_event(span, at) - span->grid);
    if (clock->waits && at >= clock->resume) {
      put_byte(port, frame, at ? CONTINUE : START);
      clock->waits = false;
    }

    put_byte(port, frame, CLOCK);
  }
}

SONIC_RT void
midi_clock_run(MidiClock* const clock, const Span* const span)
{
  if (!clock->port && !clock->running) {
    return;
  }

  EnginePort* const found = port_find(span, clock->port);
  EnginePort* const port  = found && found->midi_out ? found : NULL;
  const bool jumps = span->playing && clock->passes != span->timeline->passes;
  if (clock->running && (!span->playing || jumps)) {
    put_byte(port, span->offset, STOP);
    clock->running = false;
  }

  if (span->playing && clock->port) {
    if (!clock->running) {
      locate(clock, port, span);
    }

    tick(clock, port, span);
  }
}
