// SPDX-License-Identifier: GPL-3.0-or-later
//
// Language models as the brain of the agent
//
// A turn is a conversation of at most a few rounds in which the model calls
// tools.  They run on a draft that nobody sees and that is dropped after each
// round; what worked is run again in one transaction when the model is done,
// so that a turn is one step and a failure leaves nothing.  If the model can't
// be used, the answer says so and the embedded assistant answers in its place.
//
// Everything belongs to the control thread, but for the requests themselves.

#ifndef SONIC_AI_PROVIDER_H
#define SONIC_AI_PROVIDER_H

#include "ai/wire.h"
#include "services/agent.h"

typedef struct Provider Provider;

typedef struct {
  WireFormat  format;
  const char* model;      ///< "" for the usual one; borrowed for the call
  const char* key_file;   ///< Null if there is none; borrowed for the call
  int64_t     timeout_s;  ///< Of a turn
  int64_t     backoff_ms; ///< The first wait before a request is made again
} ProviderConfig;

/**
   Put a language model before a brain.

   Key and place are those of ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL, or
   OPENAI_API_KEY and OPENAI_BASE_URL.

   @param builtin Has the tools, and answers when the model can't.
   @return Null if memory ran out.
*/
Provider*
provider_new(Services*             services,
             const AgentBrain*     builtin,
             const ProviderConfig* config);

/// Stop what runs and put the other brain back (null is fine)
void
provider_free(Provider* provider);

/// What keeps it from working, or ""
const char*
provider_fault(const Provider* provider);

#endif // SONIC_AI_PROVIDER_H
