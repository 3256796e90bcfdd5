// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a track plays, as MIDI that goes out
//
// Events are put while the track runs, in order of their frames; at other times
// there is nowhere to put them, and they are left out.

#ifndef SONIC_ENGINE_MIDI_OUT_H
#define SONIC_ENGINE_MIDI_OUT_H

#include "base/rt.h"
#include "engine/engine.h"
#include "engine/port.h"
#include "engine/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t    number;  ///< Of the port, 0: none
  uint8_t     channel; ///< 0 to 15
  bool        panics;  ///< All notes are to end with the next span
  EnginePort* port;    ///< While the track runs, or null
  uint32_t    frame;   ///< Of the cycle, of what is put now
} MidiOut;

/// Put a message of three bytes, with `status` without its channel
SONIC_RT static inline void
midi_out_put(MidiOut* const out,
             const uint8_t  status,
             const uint8_t  a,
             const uint8_t  b)
{
  EnginePort* const port = out->port;
  if (port && port->num_out < port->max_out) {
    port->midi_out[port->num_out++] =
      (MidiEvent){out->frame, 3, {(uint8_t)(status | out->channel), a, b}};
  }
}

/// Put the pressure of the channel, a message of two bytes
SONIC_RT static inline void
midi_out_put_pressure(MidiOut* const out, const uint8_t pressure)
{
  EnginePort* const port = out->port;
  if (port && port->num_out < port->max_out) {
    port->midi_out[port->num_out++] =
      (MidiEvent){out->frame, 2, {(uint8_t)(0xD0u | out->channel), pressure}};
  }
}

/// Begin a span
SONIC_RT static inline void
midi_out_begin(MidiOut* const out, const Span* const span)
{
  EnginePort* const port = port_find(span, out->number);
  out->port              = port && port->midi_out ? port : NULL;
  out->frame             = span->offset;
  if (out->panics && out->port) {
    midi_out_put(out, 0xB0, CONTROL_SUSTAIN, 0);
    midi_out_put(out, 0xB0, 123, 0);
  }

  out->panics = false;
}

/// Go on to a grid frame of the span
SONIC_RT static inline void
midi_out_move(MidiOut* const out, const Span* const span, const int64_t frame)
{
  out->frame = span->offset + (uint32_t)(frame - span->grid);
}

/// End a span
SONIC_RT static inline void
midi_out_end(MidiOut* const out)
{
  out->port = NULL;
}

#endif // SONIC_ENGINE_MIDI_OUT_H
