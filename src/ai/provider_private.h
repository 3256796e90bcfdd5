// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the files of the provider share

#ifndef SONIC_AI_PROVIDER_PRIVATE_H
#define SONIC_AI_PROVIDER_PRIVATE_H

#include "ai/exchange.h"
#include "ai/provider.h"
#include "ai/provider_key.h"

/// Most rounds of a turn
#define PROVIDER_ROUNDS 8u

struct Provider {
  Services*      services;
  AgentBrain     builtin;
  ProviderConfig config;
  ProviderKey    key;
  char           model[128];
  char           label[160];

  // The turn that is being answered
  uint32_t   number; ///< 0: none
  uint32_t   rounds;
  uint32_t   calls;
  uint32_t   undos;  ///< That were asked for
  int64_t    tokens; ///< That were written
  int64_t    deadline_ms;
  int        max_tokens;
  Author     author;
  char       who[96];
  char       composition[96]; ///< That the turn is about
  json_t*    messages;        ///< Owned
  json_t*    log;             ///< {tool, args, result} of what worked, owned
  json_t*    failures; ///< Texts by tool, of what did not work last, owned
  Exchange*  exchange; ///< Owned
  WireAnswer last;     ///< What the turn ends with
};

/// Run the calls of an answer on a draft, which is dropped
Status
provider_run_calls(Provider* provider, const json_t* calls);

/// Run what worked once more, in the open transaction
Status
provider_replay(Provider* provider);

/// End the turn in the open transaction, with what its last answer is
AgentAnswer
provider_finish(void* handle, Services* services, const AgentTurn* turn);

/// The embedded assistant's answer, behind what is wrong with the model
AgentAnswer
provider_stand_in(Provider*        provider,
                  Services*        services,
                  const AgentTurn* turn,
                  WireStatus       status,
                  const char*      why);

#endif // SONIC_AI_PROVIDER_PRIVATE_H
