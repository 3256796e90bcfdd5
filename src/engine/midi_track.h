// SPDX-License-Identifier: GPL-3.0-or-later
//
// The source of a MIDI track
//
// Notes of the clips under the playhead go to the track's instrument, each at
// its frame: ends before starts, and an end at least a frame after its start.
// A note that ends with its clip goes on, unbroken, in a clip that starts there
// tied to it; a tied note is not begun otherwise, unless play starts in it.
// Clips that sound are a chain through the parts themselves, so their number
// has no limit; notes that sound are up to 128, one more ends the oldest.
//
// Notes that are played live go to the instrument between the timeline's ends
// and starts of the same frame, and the timeline does not touch them.

#ifndef SONIC_ENGINE_MIDI_TRACK_H
#define SONIC_ENGINE_MIDI_TRACK_H

#include "base/id.h"
#include "base/rt.h"
#include "base/ticks.h"
#include "engine/engine.h"
#include "engine/fade.h"
#include "engine/midi_control.h"
#include "engine/midi_live.h"
#include "engine/part.h"
#include "engine/span.h"
#include "units/instrument.h"

#include <stdbool.h>
#include <stdint.h>

/// Notes of the timeline that sound at once
#define MAX_SOUNDING 128u

/// Keys of notes of the timeline have this bit, those of live notes do not
#define TIMELINE_KEY 0x80000000u

/// A note of the timeline that sounds
typedef struct {
  Note    note;
  Id      clip;
  Ticks   start;     ///< On the timeline
  Ticks   end;       ///< On the timeline
  int64_t on_frame;  ///< Grid frame at which it began
  int64_t off_frame; ///< Grid frame of its end if that is in the span
} SoundingNote;

typedef struct {
  Id           id;         ///< Of the track, for seeds
  Instrument*  instrument; ///< Owned, or null
  Instrument*  leaving;    ///< The one before while it fades out, or null
  Fade         leaving_fade;
  MidiLive     live;
  MidiControls controls;
  ClipPart*    active;    ///< Chain of the clips under the playhead, by start
  uint32_t     next_part; ///< First clip not yet active
  uint32_t     next_key;
  uint32_t     num_sounding;
  SoundingNote sounding[MAX_SOUNDING]; ///< In order of their start
} MidiTrack;

/// Be silent at once, and start everything anew
SONIC_RT void
midi_track_reset(MidiTrack* track);

/// End the timeline's notes
SONIC_RT void
midi_track_release(MidiTrack* track);

/// End all notes, live ones too
SONIC_RT void
midi_track_panic(MidiTrack* track);

/// Start the notes that the playhead stands in
SONIC_RT void
midi_track_enter(MidiTrack* track, const ClipSet* clips, const Span* span);

/// Go on with other clips; notes that are in both sound on
SONIC_RT void
midi_track_replace(MidiTrack* track, const ClipSet* clips, const Span* span);

/// Take another instrument, to which sounding notes move; returns the one
/// before, which still fades out for FADE_FRAMES
SONIC_RT Instrument*
midi_track_exchange(MidiTrack* track, Instrument* instrument);

/// Voices of the instrument that sound
SONIC_RT uint32_t
midi_track_voices(const MidiTrack* track);

/// Write a span; false if it is silent, in which case nothing need be written
SONIC_RT bool
midi_track_run(MidiTrack*     track,
               const ClipSet* clips,
               const Span*    span,
               float*         left,
               float*         right);

#endif // SONIC_ENGINE_MIDI_TRACK_H
