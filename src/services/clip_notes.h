// SPDX-License-Identifier: GPL-3.0-or-later
//
// Notes and controllers of a clip as the engine plays them
//
// What of the content is played is windows: one from the clip's offset, then,
// if it loops, the loop again and again.  A note that began before the first of
// them is tied: it goes on if it sounds already.

#ifndef SONIC_SERVICES_CLIP_NOTES_H
#define SONIC_SERVICES_CLIP_NOTES_H

#include "base/status.h"
#include "engine/part.h"
#include "model/document.h"

#include <stdbool.h>
#include <stdint.h>

/// Where in its content a MIDI clip is, so far behind its start
Ticks
clip_place(const Clip* clip, Ticks from_start);

/**
   Notes of a clip, as far as they are heard from some time behind its start on.

   Once it has begun to loop, those that reach into the loop from before it are
   not heard any more.

   @param out Receives the notes, owned, or null.
*/
Status
clip_looping_notes(const Clip* clip, Ticks from_start, NoteList** out);

/// Most notes that a clip plays, counting each time
uint64_t
clip_most_notes(const Clip* clip);

/// Put the notes into a part that has room for them
void
clip_notes_prepare(ClipPart* part, const Clip* clip);

/// Give a part its controllers; false if memory ran out or they are too many
bool
clip_controls_prepare(ClipPart* part, const Clip* clip);

#endif // SONIC_SERVICES_CLIP_NOTES_H
