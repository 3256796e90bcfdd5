// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where something stands in a JSON text: line, column and path
//
// A place walks through the text, so going on from one fault to the next costs
// what is between them; going back begins anew.

#ifndef SONIC_MODEL_JSON_PLACE_H
#define SONIC_MODEL_JSON_PLACE_H

#include "model/json_reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What the place is in: an object's member or an array's item
typedef struct {
  bool     object;
  JsonSpan key;   ///< Of an object's member, empty before the first
  uint64_t index; ///< Of an array's item
} JsonLevel;

typedef struct {
  const char* text;       ///< Where it began, borrowed
  const char* end;        ///< Of the text
  const char* at;         ///< Where it is
  const char* line_start; ///<
  int         line;       ///< From 1
  bool        key_next;   ///< A string that comes now is a key
  unsigned    depth;      ///< Levels, also those there is no room for
  JsonLevel   levels[JSON_MAX_DEPTH];
} JsonPlace;

/// Begin at the beginning of a text
void
json_place_init(JsonPlace* place, const char* text, size_t length);

/// Go to `at`, which is in the text or at its end
void
json_place_go(JsonPlace* place, const char* at);

/// Column in characters of UTF-8, from 1
int
json_place_column(const JsonPlace* place);

/// The path: "tracks[2].clips[0].start"; cut at its end if it is too long
void
json_place_path(const JsonPlace* place, char* path, size_t path_size);

/**
   Find a value by its path.

   @param value A value without faults.
   @param path Path from it: "[2][1]", ".name" or "".
   @return Where it stands; what leads there, as far as it goes, if it is not
   there.
*/
const char*
json_locate(JsonSpan value, const char* path);

#endif // SONIC_MODEL_JSON_PLACE_H
