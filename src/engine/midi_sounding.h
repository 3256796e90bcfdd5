// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which note of a track's clips is the one that sounds
//
// After an edit a note that sounds goes on if it is still in the clips: where
// it was, or, as clips are cut and joined, in another clip with the same
// content.

#ifndef SONIC_ENGINE_MIDI_SOUNDING_H
#define SONIC_ENGINE_MIDI_SOUNDING_H

#include "base/id.h"
#include "base/rt.h"
#include "base/ticks.h"
#include "engine/midi_track.h"
#include "engine/part.h"

#include <stdint.h>

/// A note of an active part
typedef struct {
  const ClipPart* part;
  const PartNote* note; ///< Null if there is none
} FoundNote;

/// What is random in a note depends on what it is, not on when it is heard or
/// on the clip that it was moved to
SONIC_RT uint64_t
sounding_seed(Id track, const PartNote* note);

/// The note of the active clips that sounds
SONIC_RT FoundNote
sounding_find(const MidiTrack* track, const SoundingNote* sounding, Ticks now);

#endif // SONIC_ENGINE_MIDI_SOUNDING_H
