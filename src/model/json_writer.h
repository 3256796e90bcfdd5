// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writing JSON piece by piece
//
// The writer puts commas and line ends; a caller says what comes.  An object
// or array is written over several lines, each member on its own, or compact
// on one line together with all that is in it.  Text that is not UTF-8 comes
// out with replacement characters, so that what is written can be read.

#ifndef SONIC_MODEL_JSON_WRITER_H
#define SONIC_MODEL_JSON_WRITER_H

#include "base/text.h"
#include "base/ticks.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Receives a piece of text; false stops
typedef bool (*JsonWriteFunc)(void* handle, const char* text, size_t length);

typedef struct {
  JsonWriteFunc write;
  void*         handle;
  bool          failed;  ///< `write` stopped
  bool          spaced;  ///< Spaces after commas and colons
  bool          compact; ///< All on one line
  bool          first;   ///< Nothing stands in the present brackets yet
  bool          keyed;   ///< A key was written and waits for its value
  unsigned      depth;
  size_t        used;
  char          buffer[4096];
} JsonWriter;

/// Begin; `compact` writes one line without spaces
void
json_writer_init(JsonWriter*   writer,
                 JsonWriteFunc write,
                 void*         handle,
                 bool          compact);

/// Hand over what is still in the buffer; false if anything failed
bool
json_writer_flush(JsonWriter* writer);

/// A JsonWriteFunc that adds to the Text `handle`
bool
json_write_to_text(void* handle, const char* text, size_t length);

/// Open an object (`{`) or array (`[`), on one line if `compact`
void
json_open(JsonWriter* writer, char opening, bool compact);

/// Close what was opened; `compact` as it was before it was opened
void
json_close(JsonWriter* writer, char closing, bool compact);

/// Write a key; the next call writes its value
void
json_key(JsonWriter* writer, const char* key);

void
json_put_bool(JsonWriter* writer, bool value);

void
json_put_int(JsonWriter* writer, int64_t value);

void
json_put_double(JsonWriter* writer, double value);

void
json_put_string(JsonWriter* writer, const char* text);

/// A value that is text already, such as a number or whole JSON
void
json_put_text(JsonWriter* writer, const char* text, size_t length);

/// A value of Jansson's, always on one line
void
json_put_json(JsonWriter* writer, const json_t* value);

#endif // SONIC_MODEL_JSON_WRITER_H
