// SPDX-License-Identifier: GPL-3.0-or-later
//
// Notes as JSON: [[pitch, start, length, velocity], ...], times in beats
//
// Notes are read and written without building JSON, since a piece may have
// millions.

#ifndef SONIC_MODEL_NOTES_CODEC_H
#define SONIC_MODEL_NOTES_CODEC_H

#include "base/status.h"
#include "model/field_codec.h"
#include "model/json_reader.h"
#include "model/json_writer.h"
#include "model/notes.h"

#include <jansson.h>

/// Write notes, a few on a line if the writer writes lines
void
notes_write(JsonWriter* writer, const NoteList* notes);

/// Write one note; with 2 items only the pitch and start that name it
void
note_write(JsonWriter* writer, const ClipNote* note, unsigned items);

/**
   Read notes from a text.

   A value that is not allowed is a fault of the reader too.

   @param out Receives the notes, owned.
*/
Status
notes_read(JsonReader* reader, NoteList** out);

/**
   Read notes from a JSON.

   @param items 4, or 2 for arrays of pitch and start that only name notes.
   @param notes Receives an array in the order given, owned; may be null if
   there are none.
*/
Status
notes_read_json(const json_t* value,
                unsigned      items,
                ValueFault*   fault,
                ClipNote**    notes,
                uint32_t*     count);

#endif // SONIC_MODEL_NOTES_CODEC_H
