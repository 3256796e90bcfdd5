// SPDX-License-Identifier: GPL-3.0-or-later
//
// MIDI clock: the transport for machines
//
// Twenty-four clocks a beat, each on its frame.  A start from 0 says start;
// from elsewhere, and at each jump, the position is said in sixteenths and
// continue on the next of them, where a machine can join.

#ifndef SONIC_ENGINE_MIDI_CLOCK_H
#define SONIC_ENGINE_MIDI_CLOCK_H

#include "base/rt.h"
#include "base/ticks.h"
#include "engine/span.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint32_t port;    ///< Where it goes out, 0: nowhere
  bool     running; ///< Those who listen run, or will from `resume` on
  bool     waits;   ///< They do not run yet
  Ticks    resume;  ///< Where they go on
  uint32_t passes;  ///< Of the timeline, as it was last
} MidiClock;

/// Say what happens in a span
SONIC_RT void
midi_clock_run(MidiClock* clock, const Span* span);

#endif // SONIC_ENGINE_MIDI_CLOCK_H
