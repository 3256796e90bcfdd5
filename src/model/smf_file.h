// SPDX-License-Identifier: GPL-3.0-or-later
//
// A Standard MIDI File as it is read, before it is a composition

#ifndef SONIC_MODEL_SMF_FILE_H
#define SONIC_MODEL_SMF_FILE_H

#include "base/status.h"
#include "model/document.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Most changes of tempo, of signature, and markers
#define SMF_MAX_CHANGES 20000u

/// Most rows of controllers in all
#define SMF_MAX_CONTROLLERS 500000u

/// Channel of a track that has only a name
#define SMF_NO_CHANNEL 16u

/// Channel of drums, counted from 0
#define SMF_DRUM_CHANNEL 9u

/// Meta events that are read and written
enum {
  SMF_META_NAME      = 0x03,
  SMF_META_MARKER    = 0x06,
  SMF_META_END       = 0x2F,
  SMF_META_TEMPO     = 0x51,
  SMF_META_SIGNATURE = 0x58,
};

/// A change of tempo or signature, or a marker
typedef struct {
  Ticks    at;
  uint32_t order; ///< In the file
  uint32_t value; ///< us per beat; or upper number * 256 + power of the lower
  String*  name;  ///< Of a marker, owned
} SmfChange;

typedef struct {
  SmfChange* rows;
  uint32_t   count;
  uint32_t   max; ///< Rows that there is memory for
} SmfChanges;

/// What becomes a track
typedef struct {
  uint32_t  channel; ///< From 0, or SMF_NO_CHANNEL
  bool      alone;   ///< Its chunk has no other
  String*   name;    ///< Of its chunk, owned, null if it has none
  int       program; ///< First program, -1 for none
  ClipNote* notes;
  uint32_t  num_notes;
  uint32_t  max_notes;
  json_t*   controllers; ///< Rows, null for none
  Ticks     end;         ///< Of its chunk
} SmfPart;

typedef struct {
  String*    name; ///< Owned, null if it has none
  SmfChanges tempos;
  SmfChanges signatures;
  SmfChanges markers;
  SmfPart*   parts;
  uint32_t   num_parts;
  uint32_t   max_parts;
} SmfFile;

/**
   Read a file.

   @param text Receives what is wrong and at which byte.
   @param file Zero bytes; receives what was read, to be cleared also after a
   failure.
*/
Status
smf_file_read(const uint8_t* bytes,
              size_t         size,
              char*          text,
              size_t         text_size,
              SmfFile*       file);

void
smf_file_clear(SmfFile* file);

/// Make room for one more item; false if memory ran out
bool
smf_grow(void** items, uint32_t count, uint32_t* max, size_t item_size);

#endif // SONIC_MODEL_SMF_FILE_H
