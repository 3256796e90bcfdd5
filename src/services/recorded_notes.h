// SPDX-License-Identifier: GPL-3.0-or-later
//
// From MIDI events that came in to notes and controllers

#ifndef SONIC_SERVICES_RECORDED_NOTES_H
#define SONIC_SERVICES_RECORDED_NOTES_H

#include "base/ticks.h"
#include "model/notes.h"
#include "services/recorded_passes.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  ClipNote* notes; ///< Owned
  uint32_t  num_notes;
  json_t*   controllers; ///< Rows, owned, or null
} RecordedNotes;

/**
   Collect what a take has in a part of a pass.

   A note that is held at the end ends there.

   @param start,end Part of the pass on the timeline.
   @param from Where the clip starts, from which times are counted.
   @param out Receives notes and controllers; clear them.
   @return False if memory ran out.
*/
bool
recorded_notes(const Recorded*     recorded,
               const RecordedTake* take,
               const Passes*       passes,
               const Pass*         pass,
               Ticks               start,
               Ticks               end,
               Ticks               from,
               RecordedNotes*      out);

/// Release what was collected
void
recorded_notes_clear(RecordedNotes* notes);

#endif // SONIC_SERVICES_RECORDED_NOTES_H
