// SPDX-License-Identifier: GPL-3.0-or-later
//
// Editing sets of notes, as a step sequencer and a piano roll do
//
// All functions run in a transaction and change its draft: all notes that are
// named, or none.  A note that comes to the place of another replaces it.

#ifndef SONIC_SERVICES_NOTE_EDITS_H
#define SONIC_SERVICES_NOTE_EDITS_H

#include "base/id.h"
#include "base/status.h"
#include "base/ticks.h"
#include "model/notes.h"
#include "services/services.h"

#include <stdbool.h>
#include <stdint.h>

/// Take the notes of a pitch out of the grid cell that a place is in, or put
/// one there that fills it; `on` receives which
Status
notes_toggle(Services* services,
             Id        clip,
             uint8_t   pitch,
             Ticks     place,
             Ticks     grid,
             uint8_t   velocity,
             bool*     on);

/// A note and where it is to be
typedef struct {
  ClipNote from; ///< Of which start and pitch count
  Ticks    start;
  uint8_t  pitch;
} NoteMove;

/// Move notes to other starts and pitches
Status
notes_move(Services* services, Id clip, const NoteMove* moves, uint32_t count);

/// Give notes, named by start and pitch, their lengths
Status
notes_resize(Services*       services,
             Id              clip,
             const ClipNote* notes,
             uint32_t        count);

/// Stretch the notes that start from `from` to before `to`, which stay in
/// order: starts, counted from `from`, and lengths
Status
notes_rescale(Services* services, Id clip, Ticks from, Ticks to, double factor);

/// Pull the starts of the notes from `from` to before `to` to the nearest lines
/// of a grid, by a strength in per cent
Status
notes_quantize(Services* services,
               Id        clip,
               Ticks     from,
               Ticks     to,
               Ticks     grid,
               double    strength);

#endif // SONIC_SERVICES_NOTE_EDITS_H
