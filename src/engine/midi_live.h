// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is played on a MIDI track live
//
// Events that come in go to the track's instrument at their frame, if the track
// listens to their channel.  Notes that are held and controllers that were
// moved are known, so that they end when the track no longer listens, and go on
// when the instrument is another or begins anew.

#ifndef SONIC_ENGINE_MIDI_LIVE_H
#define SONIC_ENGINE_MIDI_LIVE_H

#include "base/rt.h"
#include "engine/engine.h"
#include "engine/midi_out.h"
#include "engine/span.h"

#include <stdint.h>

#define MIDI_CHANNELS 16u
#define MIDI_PITCHES 128u
#define MIDI_CONTROLLERS 128u

/// Keys of live notes have this bit and not the timeline's
#define LIVE_KEY 0x40000000u

typedef struct {
  TrackInput       input;
  MidiOut          out;    ///< Of the track, which live events go to as well
  const MidiEvent* events; ///< That come in in the span, `num_events` of them
  uint32_t         num_events;
  uint32_t         next;     ///< First event of the span not yet played
  uint32_t         num_held; ///< Notes that are held
  uint8_t held[MIDI_CHANNELS][MIDI_PITCHES]; ///< Their velocities, 0: not held
  bool    moved;                             ///< A controller was moved
  uint8_t ccs[MIDI_CONTROLLERS]; ///< 1 more than where each is, or 0
  float   bend;                  ///< Where it is
  float   pressure;              ///< Where it is
} MidiLive;

/// Listen to something else; what it no longer listens to ends
SONIC_RT void
midi_live_set(MidiLive*         live,
              const Instrument* instrument,
              const TrackInput* input);

/// Begin a span
SONIC_RT void
midi_live_begin(MidiLive* live, const Span* span);

/// Grid frame of the next event, INT64_MAX if there is none in the span
SONIC_RT int64_t
midi_live_next(MidiLive* live, const Span* span);

/// Play the events of a grid frame; the instrument may be null
SONIC_RT void
midi_live_play(MidiLive*         live,
               const Instrument* instrument,
               const Span*       span,
               int64_t           frame);

/// Start all notes that are held and move controllers to where they are, on an
/// instrument that is silent and at rest
SONIC_RT void
midi_live_resume(MidiLive* live, const Instrument* instrument);

/// Know of nothing that is held or moved any more
SONIC_RT void
midi_live_forget(MidiLive* live);

#endif // SONIC_ENGINE_MIDI_LIVE_H
