// SPDX-License-Identifier: GPL-3.0-or-later
//
// Walking through JSON without building it
//
// The reader finds where values begin and end and knows their place in the
// text, which is what Jansson does not tell.  Pieces that are to be built are
// given to Jansson, which checks them to the last byte.  After a fault every
// function returns false.

#ifndef SONIC_MODEL_JSON_READER_H
#define SONIC_MODEL_JSON_READER_H

#include "base/status.h"
#include "model/value_fault.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>

/// Deepest nesting that is read
#define JSON_MAX_DEPTH 64

/// A piece of a text, borrowed from it
typedef struct {
  const char* at;
  const char* end;
} JsonSpan;

typedef struct {
  const char* text;            ///< The whole text, borrowed
  const char* end;             ///<
  const char* at;              ///< What is read next
  const char* fault;           ///< What was wrong, or null
  const char* fault_at;        ///< Where
  char        fault_text[160]; ///< Room for `fault`
} JsonReader;

/// Begin to read
void
json_reader_init(JsonReader* reader, const char* text, size_t length);

/// The first byte of the next value or mark, 0 at the end
char
json_peek(JsonReader* reader);

/// Go into an object (`{`) or array (`[`)
bool
json_enter(JsonReader* reader, char opening);

/**
   Whether there is another member or item.

   @param count Items so far, raised by each call; 0 at first.
   @param closing `}` or `]`, which is read too when there is none left.
*/
bool
json_next(JsonReader* reader, unsigned* count, char closing);

/// Read a key and the colon; the span is what stands between the quotes
bool
json_read_key(JsonReader* reader, JsonSpan* key);

/// Skip a value, whatever it is; `value` may be null
bool
json_skip(JsonReader* reader, JsonSpan* value);

/// Check that nothing follows
bool
json_finish(JsonReader* reader);

/// Note a fault, unless there is one already; returns false
bool
json_fault(JsonReader* reader, const char* at, const char* text);

/**
   Build a value.

   @param fault Receives what was wrong.
   @param fault_at Receives where.
   @param out Receives the value, owned.
   @return STATUS_BAD_ARGUMENT if it can't be read.
*/
Status
json_build(JsonSpan     value,
           ValueFault*  fault,
           const char** fault_at,
           json_t**     out);

#endif // SONIC_MODEL_JSON_READER_H
