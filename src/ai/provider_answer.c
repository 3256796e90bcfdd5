// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is answered when a model is done, or can't be used

#include "ai/provider_private.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char*
format_reply(const char* const before,
             const char* const between,
             const char* const after)
{
  const size_t size = strlen(before) + strlen(between) + strlen(after) + 1u;
  char* const  text = (char*)malloc(size);
  if (text) {
    snprintf(text, size, "%s%s%s", before, between, after);
  }

  return text;
}

/// The embedded assistant's answer, behind what is wrong with the model
AgentAnswer
provider_stand_in(Provider* const        provider,
                  Services* const        services,
                  const AgentTurn* const turn,
                  const WireStatus       status,
                  const char* const      why)
{
  char sentence[700];
  snprintf(sentence,
           sizeof(sentence),
           "%s (%.*s), so the built-in assistant answers: ",
           wire_words(status),
           (int)utf8_prefix(why, 400),
           why);
  AgentAnswer answer =
    provider->builtin.think(provider->builtin.self, services, turn);
  char* const reply =
    format_reply(sentence, "", answer.reply ? answer.reply : "");
  free(answer.reply);
  answer.reply = reply;
  return answer;
}

/// What was done, for the conversation
static json_t*
record_of(const Provider* const provider)
{
  size_t        i     = 0;
  json_t*       call  = NULL;
  json_t* const tools = json_array();
  json_array_foreach(provider->log, i, call)
  {
    json_array_append_new(tools,
                          json_pack("{s:O, s:O}",
                                    "tool",
                                    json_object_get(call, "tool"),
                                    "args",
                                    json_object_get(call, "args")));
  }

  if (provider->undos) {
    json_array_append_new(tools, json_pack("{s:s}", "tool", "undo"));
  }

  return json_pack("{s:o, s:[], s:b, s:s, s:I}",
                   "tools",
                   tools,
                   "tracks",
                   "asked",
                   0,
                   "by",
                   provider->label,
                   "tokens",
                   (json_int_t)provider->tokens);
}

/// The model's words, and the truth where they may be short of it
static char*
true_reply(const Provider* const provider)
{
  const char*       key   = NULL;
  json_t*           value = NULL;
  const bool        idle  = !json_array_size(provider->log) && !provider->undos;
  const char* const said  = provider->last.text ? provider->last.text : "";
  char              rest[1200] = "";
  size_t            used       = 0;
  json_object_foreach(provider->failures, key, value)
  {
    const char* const why = json_string_value(value);
    if (used < sizeof(rest) - 500u) {
      used += (size_t)snprintf(rest + used,
                               sizeof(rest) - used,
                               " Not done: %.*s (%.*s).",
                               (int)utf8_prefix(key, 60),
                               key,
                               (int)utf8_prefix(why, 300),
                               why);
    }
  }

  snprintf(rest + used,
           sizeof(rest) - used,
           "%s",
           idle ? " (Nothing was changed.)" : "");
  return format_reply(*said  ? said
                      : idle ? "I have no answer."
                             : "Done.",
                      "",
                      rest);
}

/// End the turn in the open transaction
AgentAnswer
provider_finish(void* const            handle,
                Services* const        services,
                const AgentTurn* const turn)
{
  Provider* const   provider = (Provider*)handle;
  const WireStatus  status   = provider->last.status;
  const char* const why      = provider->last.text ? provider->last.text : "";
  AgentAnswer       answer   = {.cancelled = status == WIRE_CANCELLED};
  if (status == WIRE_CANCELLED || status == WIRE_REFUSED) {
    answer.reply =
      status == WIRE_CANCELLED
        ? strdup("Cancelled; nothing was changed.")
        : format_reply(wire_words(status), "; nothing was changed: ", why);
    answer.failed = true;
    return answer;
  }

  if (status) {
    return provider_stand_in(provider, services, turn, status, why);
  }

  if (provider_replay(provider)) {
    answer.reply =
      format_reply("Sorry, nothing changed, since what was planned "
                   "does not fit the session any more: ",
                   "",
                   services_error(services));
    answer.failed = true;
    return answer;
  }

  answer.reply = true_reply(provider);
  answer.did   = record_of(provider);
  answer.undos = provider->undos;
  return answer;
}
