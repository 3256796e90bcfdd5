// SPDX-License-Identifier: GPL-3.0-or-later
//
// A language model that says what a script has it say
//
// An HTTP server on the loopback interface, in a thread of its own, which
// speaks one of two formats: Anthropic's Messages or OpenAI's chat completions.
// Answers are streamed in pieces that cut everything.

#ifndef SONIC_SUPPORT_MODEL_SERVER_H
#define SONIC_SUPPORT_MODEL_SERVER_H

#include <stdbool.h>
#include <stddef.h>

/// Most calls in an answer
#define MODEL_CALLS 3

typedef enum {
  MODEL_ANTHROPIC,
  MODEL_OPENAI,
} ModelFormat;

/// A call that the model asks for
typedef struct {
  const char* tool;      ///< Null ends the list
  const char* arguments; ///< As text, which need not be JSON
} ModelCall;

/// What the model does with a request; texts are borrowed
typedef struct {
  const char* text; ///< That it says, or an error's
  ModelCall   calls[MODEL_CALLS];
  int         status; ///< Of HTTP, 0: 200
  const char* error;  ///< Type of an error, or null
  const char* header; ///< One more, or null
  const char* body;   ///< In place of all that, or null
  bool        cut;    ///< It stops at the limit of length
  bool        refuse; ///< It stops since it does not want to
  bool        broken; ///< The stream has no end
  bool        whole;  ///< Not streamed
  bool        loose;  ///< Calls have no index (OpenAI)
  bool        hang;   ///< Nothing comes
} ModelStep;

typedef struct ModelServer ModelServer;

/// Start a server that answers 500 until it has a script
ModelServer*
model_server_new(ModelFormat format);

/// Stop (null is fine)
void
model_server_free(ModelServer* server);

/// What to give a client as its place
const char*
model_server_url(const ModelServer* server);

/// Answer with these steps from now on, up to the first that does nothing, then
/// with 500; they are borrowed.  What was asked before is forgotten.
void
model_server_script(ModelServer* server, const ModelStep* steps, size_t count);

/// How many requests there were
size_t
model_server_count(ModelServer* server);

/// A request, first line and headers; owned by the caller, null if there is
/// none
char*
model_server_head(ModelServer* server, size_t index);

/// The body of a request, likewise
char*
model_server_body(ModelServer* server, size_t index);

#endif // SONIC_SUPPORT_MODEL_SERVER_H
