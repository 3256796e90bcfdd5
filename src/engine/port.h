// SPDX-License-Identifier: GPL-3.0-or-later
//
// What comes in and goes out at the ports, as a span sees it
//
// Port 0 stands for the common inputs.  A port that is not there is silent.

#ifndef SONIC_ENGINE_PORT_H
#define SONIC_ENGINE_PORT_H

#include "base/rt.h"
#include "engine/engine.h"
#include "engine/span.h"

#include <stddef.h>
#include <stdint.h>

/// A port of a track's own in this cycle, or null
SONIC_RT static inline EnginePort*
port_find(const Span* const span, const uint32_t port)
{
  return port && span->ports ? &span->ports[port] : NULL;
}

/// One side of what comes in in the span, or null
SONIC_RT static inline const float*
port_audio(const Span* const span, const uint32_t port, const uint32_t side)
{
  if (!port) {
    return side ? span->in_right : span->in_left;
  }

  const EnginePort* const own = port_find(span, port);
  return own && own->in[side] ? own->in[side] + span->offset : NULL;
}

/// The events that come in in the span, `*num` of them
SONIC_RT static inline const MidiEvent*
port_midi(const Span* const span, const uint32_t port, uint32_t* const num)
{
  if (!port) {
    *num = span->num_midi;
    return span->midi;
  }

  const EnginePort* const own   = port_find(span, port);
  const uint32_t          count = own ? own->num_in : 0u;
  uint32_t                first = 0;
  while (first < count && own->midi_in[first].frame < span->offset) {
    ++first;
  }

  uint32_t end = first;
  while (end < count && own->midi_in[end].frame < span->offset + span->n) {
    ++end;
  }

  *num = end - first;
  return *num ? &own->midi_in[first] : NULL;
}

#endif // SONIC_ENGINE_PORT_H
