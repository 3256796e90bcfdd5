// SPDX-License-Identifier: GPL-3.0-or-later
//
// Controllers of the clips that a track plays
//
// Each event is sent at its frame, to the instrument and to the track's MIDI
// output: after the notes that end there, before those
// that start.  A controller belongs to the clip that moved it last.  Those that
// a player holds (pedal, bend, pressure) go to rest where that clip ends, so
// that no note sounds past its clip; the others stay until the playhead jumps.

#ifndef SONIC_ENGINE_MIDI_CONTROL_H
#define SONIC_ENGINE_MIDI_CONTROL_H

#include "base/id.h"
#include "base/rt.h"
#include "base/ticks.h"
#include "engine/engine.h"
#include "engine/midi_out.h"
#include "engine/part.h"
#include "engine/span.h"

#include <stdint.h>

/// Controllers that clips of a track move at once; what is more can't be put
/// to rest
#define MAX_MOVED 64u

/// A controller that a clip moved
typedef struct {
  uint8_t kind; ///< ControlKind
  uint8_t number;
  float   value;
  Id      clip;     ///< That moved it last
  Ticks   clip_end; ///< On the timeline
} MovedControl;

typedef struct {
  MidiOut*     out; ///< Of the track, borrowed
  MovedControl moved[MAX_MOVED];
  uint32_t     num_moved;
} MidiControls;

/// Forget all, as the instrument is at rest
SONIC_RT void
midi_controls_reset(MidiControls* controls);

/// Put all that was moved to rest
SONIC_RT void
midi_controls_release(MidiControls* controls, const Instrument* instrument);

/// Move all to where they are at a tick of the timeline, and to rest what the
/// active clips do not move
SONIC_RT void
midi_controls_chase(MidiControls*     controls,
                    const Instrument* instrument,
                    ClipPart*         active,
                    Ticks             now);

/// Move all to where a clip that starts now has them
SONIC_RT void
midi_controls_begin(MidiControls*     controls,
                    const Instrument* instrument,
                    const ClipPart*   part);

/// Move the controllers of an instrument at rest to where they are; whoever is
/// at the MIDI output has them there
SONIC_RT void
midi_controls_resume(const MidiControls* controls,
                     const Instrument*   instrument);

/// Frame of the next event in the span, INT64_MAX if there is none
SONIC_RT int64_t
midi_controls_next(const MidiControls* controls,
                   const ClipPart*     active,
                   const Span*         span);

/// Do what is to be done at a frame
SONIC_RT void
midi_controls_play(MidiControls*     controls,
                   const Instrument* instrument,
                   ClipPart*         active,
                   const Span*       span,
                   int64_t           frame);

#endif // SONIC_ENGINE_MIDI_CONTROL_H
