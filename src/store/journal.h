// SPDX-License-Identifier: GPL-3.0-or-later
//
// The journal: what was done, line by line
//
// A journal is the files `journal-00000001.jsonl` of a folder, each named by
// the first revision in it (a second one of the same name gets `-2` before the
// ending) and read in that order.  A line is a JSON object that ends with a
// newline.  Its members are written in this order, without spaces:
//
//   rev      number of the commit that made this document
//   parent   rev of the line, or of the checkpoint, that it follows
//   as       rev whose document this is once more (undo, redo); else absent
//   more     true if it is one step to a person with the line before
//   at       time, "2026-01-31T12:00:00.000Z"
//   who      who did it
//   client   number of the client, 0 is the program
//   what     what a person would call it, or ""
//   gesture  what the client has in hand, or ""
//   do       patch from the parent's document to this one
//   undo     patch back
//   crc      CRC-32C, 8 hexadecimal digits, of the line's bytes before the
//            comma in front of this member
//
// Lines form a chain: a reader applies the line whose `parent` is where it is,
// passes over lines it has seen, and stops where the chain is broken.  So a
// line that was written twice, or torn and then written anew, does no harm.
// Nothing is deleted here but what was never acknowledged.

#ifndef SONIC_STORE_JOURNAL_H
#define SONIC_STORE_JOURNAL_H

#include "base/status.h"
#include "base/text.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Largest segment that is read
#define JOURNAL_MAX (8ull << 30u)

// Lines

/// A line of a journal, borrowed from the text it was found in
typedef struct {
  uint64_t    revision; ///< 0: this line is torn or damaged
  uint64_t    parent;   ///<
  const char* text;     ///< Without the newline
  size_t      length;   ///< Bytes
} JournalLine;

/**
   Find the next line.

   @param text Bytes of a segment.
   @param size Number of bytes.
   @param offset Where to look, moved past the line; 0 at first.
   @return False at the end.
*/
bool
journal_next(const char* text, size_t size, size_t* offset, JournalLine* line);

/// Build a good line, owned; null if it is not JSON or memory ran out
json_t*
journal_line_build(const JournalLine* line);

/// Add the checksum and the end to a line that begins at `start` in `text` and
/// lacks both and its closing brace
void
journal_line_finish(Text* text, size_t start);

// Segments

/// Room for the name of a segment
#define JOURNAL_NAME_SIZE 64

typedef struct {
  uint64_t first;  ///< First revision
  unsigned number; ///< 1, more for others of the same first revision
  char     name[JOURNAL_NAME_SIZE];
} JournalSegment;

/**
   List the segments of a folder in order.

   @param segments Receives an array, owned; null if there are none.
   @param count Receives their number.
*/
Status
journal_list(const char*      folder,
             JournalSegment** segments,
             size_t*          count,
             char*            text,
             size_t           text_size);

// Writing

typedef struct {
  char*    folder; ///< Owned
  char*    path;   ///< Of the open segment, owned; null if none is open
  int      fd;     ///< -1 if none is open
  uint64_t size;   ///< Bytes of the segment that are on disk for certain
  uint64_t limit;  ///< Size after which a new segment is begun
} Journal;

/// Prepare to write in a folder
Status
journal_init(Journal* journal, const char* folder, uint64_t limit);

/// Go on in a segment that is known to be good and `size` bytes long
Status
journal_resume(Journal*    journal,
               const char* name,
               uint64_t    size,
               char*       text,
               size_t      text_size);

/**
   Add whole lines and sync.

   On failure nothing was added, as far as that can be had from a file system
   that fails, and the next lines go to a new segment.

   @param revision Revision of the first line.
*/
Status
journal_append(Journal*    journal,
               uint64_t    revision,
               const char* lines,
               size_t      size,
               char*       text,
               size_t      text_size);

/// Close what is open
void
journal_close(Journal* journal);

#endif // SONIC_STORE_JOURNAL_H
