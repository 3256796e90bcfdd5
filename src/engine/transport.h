// SPDX-License-Identifier: GPL-3.0-or-later
//
// Starting, stopping, jumping
//
// A start first lets what sounds fade out, then waits until the audio of the
// place is in memory, and then everything begins anew on one frame.  If nothing
// sounds and all is there, that is the frame of the command.

#ifndef SONIC_ENGINE_TRANSPORT_H
#define SONIC_ENGINE_TRANSPORT_H

#include "base/rt.h"
#include "base/ticks.h"
#include "engine/engine_state.h"

#include <stdbool.h>
#include <stdint.h>

/// Do what control asks, at the next frame
SONIC_RT void
transport_command(Engine* engine, TransportCommand command, Ticks ticks);

/// Count bars before the start that was asked for, if there is one
SONIC_RT void
transport_count_in(Engine* engine, uint32_t bars, float gain);

/// Add the clicks of counting in; false if bars are not counted
SONIC_RT bool
transport_count(Engine* engine, float* left, float* right, uint32_t n);

/// Do what is due at the next frame: a start, a loop jump, the song's end
SONIC_RT void
transport_advance(Engine* engine);

/// Frames, at most `n`, until something is due
SONIC_RT uint32_t
transport_frames(const Engine* engine, uint32_t n);

/// Musical position of the next frame
SONIC_RT Ticks
transport_position(const Engine* engine);

/// Put the output through the fade, and notice whether it is heard
SONIC_RT void
transport_output(Transport* transport, float* left, float* right, uint32_t n);

/// Whether something was heard within the length of a fade
SONIC_RT static inline bool
transport_is_heard(const Transport* const transport)
{
  return transport->silent_frames < FADE_FRAMES;
}

#endif // SONIC_ENGINE_TRANSPORT_H
