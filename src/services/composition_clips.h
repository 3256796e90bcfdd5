// SPDX-License-Identifier: GPL-3.0-or-later
//
// Editing clips and notes
//
// All functions run in a transaction and change its draft.  Positions and
// lengths are never clamped: what is out of range is an error and changes
// nothing.

#ifndef SONIC_SERVICES_COMPOSITION_CLIPS_H
#define SONIC_SERVICES_COMPOSITION_CLIPS_H

#include "base/id.h"
#include "base/status.h"
#include "base/ticks.h"
#include "model/notes.h"
#include "services/services.h"

#include <stdint.h>

/// Most clips in a composition
#define MAX_CLIPS 1000000u

/**
   Add a clip to a track.

   @param length 0 on an audio track: as long as the sample.
   @param sample On an audio track its audio, else ID_NONE.
*/
Status
clips_create(Services* services,
             Id        track,
             Ticks     start,
             Ticks     length,
             Id        sample,
             Id*       out);

/// Move a clip to a track of the same type and a start
Status
clips_move(Services* services, Id clip, Id track, Ticks start);

/**
   Cut a clip in two at a beat of the timeline inside it.

   The right half is new, and both together sound as the whole did: they share
   the content, in which the right one begins where the left one ends.  A note
   that goes on over the cut is begun by the left half and ended by the right.
*/
Status
clips_split(Services* services, Id clip, Ticks at, Id* out);

/// Whether what a clip was set to makes sense: what ends does so behind its
/// start
Status
clips_check(Services* services, const Clip* clip);

/// Add a copy right behind a clip
Status
clips_duplicate(Services* services, Id clip, Id* out);

/// Take a clip away
Status
clips_delete(Services* services, Id clip);

/// Put notes into a MIDI clip; one at the same pitch and start is replaced
Status
notes_add(Services* services, Id clip, const ClipNote* notes, uint32_t count);

/// Take notes away by pitch and start
Status
notes_remove(Services*       services,
             Id              clip,
             const ClipNote* notes,
             uint32_t        count);

/// Take all notes away
Status
notes_clear(Services* services, Id clip);

#endif // SONIC_SERVICES_COMPOSITION_CLIPS_H
