// SPDX-License-Identifier: GPL-3.0-or-later
//
// The notes of a clip
//
// An immutable list ordered by start, then pitch, in chunks of at most 512, so
// that an edit copies one or two chunks and the index.  A pitch has at most
// one note at a start.

#ifndef SONIC_MODEL_NOTES_H
#define SONIC_MODEL_NOTES_H

#include "base/status.h"
#include "base/ticks.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/// Most notes in a chunk
#define NOTE_CHUNK 512u

/// Most notes in a clip
#define NOTES_MAX 4000000u

typedef struct {
  Ticks   start;    ///< From the clip's start, at least 0
  Ticks   length;   ///< Above 0
  uint8_t pitch;    ///< 0 to 127
  uint8_t velocity; ///< 1 to 127
} ClipNote;

typedef struct {
  atomic_uint refs;
  uint32_t    count; ///< 1 to NOTE_CHUNK
  ClipNote    notes[NOTE_CHUNK];
} NoteChunk;

typedef struct {
  atomic_uint refs;
  uint32_t    count;      ///< Notes in all
  uint32_t    num_chunks; ///< At least 1
  NoteChunk*  chunks[];
} NoteList;

NoteList*
note_list_retain(const NoteList* list);

void
note_list_release(const NoteList* list);

/// Number of notes, 0 for null
static inline uint32_t
note_list_count(const NoteList* const list)
{
  return list ? list->count : 0;
}

/**
   A list of notes given in any order.

   @param notes Notes, sorted in place; of two at one start and pitch the later
   in the array stays.
   @param count Number of notes; 0 gives a null list.
   @param out Receives the list, owned, or null.
*/
Status
note_list_build(ClipNote* notes, uint32_t count, NoteList** out);

/// Order of notes: start, then pitch; like memcmp
int
note_compare(const ClipNote* a, const ClipNote* b);

/**
   A list with some notes taken away and others put in.

   Takes away by start and pitch (absent ones: STATUS_NOT_FOUND, and `missing`
   tells which), then puts in; a note put in replaces one at its place.

   @param list Old list, borrowed; null is empty.
   @param removed Notes to take away, of which start and pitch count.
   @param added Notes to put in.
   @param missing Receives the first absent note; may be null.
   @param out Receives the new list, owned; null if empty.
*/
Status
note_list_change(const NoteList* list,
                 const ClipNote* removed,
                 uint32_t        num_removed,
                 const ClipNote* added,
                 uint32_t        num_added,
                 ClipNote*       missing,
                 NoteList**      out);

/// A place in a list
typedef struct {
  const NoteList* list;
  uint32_t        chunk;
  uint32_t        index;
} NoteCursor;

/// The first note
NoteCursor
note_cursor(const NoteList* list);

/// The note at a cursor, then move on; null at the end
const ClipNote*
note_next(NoteCursor* cursor);

/// Called for each note that is in one list only, or in both with other values
typedef bool (*NoteChangeFunc)(void*           handle,
                               const ClipNote* old_note,
                               const ClipNote* new_note);

/// Compare two lists, skipping shared chunks; false if `func` stopped it
bool
note_list_difference(const NoteList* old_list,
                     const NoteList* new_list,
                     NoteChangeFunc  func,
                     void*           handle);

bool
note_list_equal(const NoteList* a, const NoteList* b);

#endif // SONIC_MODEL_NOTES_H
