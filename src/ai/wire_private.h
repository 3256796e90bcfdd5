// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the files that read answers share

#ifndef SONIC_AI_WIRE_PRIVATE_H
#define SONIC_AI_WIRE_PRIVATE_H

#include "ai/wire.h"

/// An answer as its parts come
typedef struct {
  json_t* parts;      ///< Blocks, or calls with their arguments as text
  json_t* head;       ///< {content, stop}
  int64_t tokens;     ///<
  bool    ended;      ///< The last part was there
  bool    sense;      ///< Something that belongs to the format was there
  char    error[400]; ///< The server's words
  char    type[64];   ///< Of the error
} WireParts;

/// Take an answer that is one object, or the lines of a stream
void
wire_take(WireParts* parts, WireFormat format, const char* body, size_t size);

/// Take an error that an object tells of
void
wire_take_error(WireParts* parts, const json_t* event);

/// A member that is a text, else ""
const char*
wire_text(const json_t* json, const char* key);

/// Put a text behind a member that is one
void
wire_join(json_t* json, const char* key, const char* more);

#endif // SONIC_AI_WIRE_PRIVATE_H
