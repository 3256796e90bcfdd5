// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is said to language models and what comes back, in two formats
//
// Nothing here goes over a network, and everything is checked: what comes is
// another program's.

#ifndef SONIC_AI_WIRE_H
#define SONIC_AI_WIRE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  WIRE_ANTHROPIC, ///< Messages
  WIRE_OPENAI,    ///< Chat completions
} WireFormat;

/// What became of a request
typedef enum {
  WIRE_OK,
  WIRE_CONFIG,    ///< Something is not set up
  WIRE_AUTH,      ///< The key is not taken
  WIRE_BILLING,   ///< There is no money
  WIRE_LIMITED,   ///< Too many requests
  WIRE_BUSY,      ///< The server has trouble of its own
  WIRE_TIMEOUT,   ///< It took too long
  WIRE_NETWORK,   ///< It was not reached, or the answer broke off
  WIRE_REJECTED,  ///< The request was not understood
  WIRE_TOO_LONG,  ///< The request has more than the model can take in
  WIRE_GARBAGE,   ///< The answer was not understood
  WIRE_TRUNCATED, ///< The answer was longer than it may be
  WIRE_REFUSED,   ///< The model does not want to
  WIRE_LOOP,      ///< It went on for too many rounds
  WIRE_CANCELLED,
} WireStatus;

/// A request in the making; all borrowed
typedef struct {
  const char*   model;
  const char*   system;
  const json_t* tools;    ///< {name, description, input_schema}
  const json_t* messages; ///< In the format
  int           max_tokens;
  bool          new_limit; ///< OpenAI's own name for the limit
} WireRequest;

/// An answer
typedef struct {
  WireStatus status;
  json_t*    message; ///< To be said again with the next request, owned
  json_t*    calls;   ///< {id, name, arguments}; null arguments: no JSON; owned
  char*      text;    ///< For the user, or what went wrong; owned
  int64_t    tokens;  ///< That were written
} WireAnswer;

/// The body of a request, owned
char*
wire_write(WireFormat format, const WireRequest* request);

/// Read a whole answer, streamed or not
WireAnswer
wire_read(WireFormat format, const char* body, size_t size);

/// Take calls that are written out in the text of an OpenAI-compatible server's
/// answer, if there is nothing else in it
void
wire_take_written(WireAnswer* answer, const json_t* tools);

/// What a failed request is, with the server's own words
WireAnswer
wire_read_error(long http_status, const char* body, size_t size);

/// An answer that is a failure
WireAnswer
wire_fail(WireStatus status, const char* text);

void
wire_clear(WireAnswer* answer);

/**
   Add results of calls to messages.

   @param results Array of {id, text, failed}.
*/
void
wire_add_results(WireFormat format, json_t* messages, const json_t* results);

/// What a status is in a sentence's beginning
const char*
wire_words(WireStatus status);

#endif // SONIC_AI_WIRE_H
