// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /ai that look: the session in words, the conversation

#include "base/utf8.h"
#include "osc/call.h"
#include "osc/handlers.h"
#include "osc/text_page.h"
#include "services/agent.h"
#include "services/difference_text.h"

#include <jansson.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/// `/ai/state ,i`
Status
osc_ai_state(Services* const services, OscCall* const call)
{
  char* const  text = agent_describe(services);
  const Status st   = call_text_page(services, call, text);
  free(text);
  return st;
}

/// `/ai/context ,i`
Status
osc_ai_context(Services* const services, OscCall* const call)
{
  json_t*     state = NULL;
  Status      st    = daw_action(services, "get_state", NULL, &state);
  char* const text  = st ? NULL : json_dumps(state, JSON_COMPACT);
  st                = st ? st : call_text_page(services, call, text);
  free(text);
  json_decref(state);
  return st;
}

/// `/ai/history`
Status
osc_ai_history(Services* const services, OscCall* const call)
{
  const json_t* const chat  = services_document(services)->chat;
  size_t              i     = 0;
  const json_t*       entry = NULL;
  json_array_foreach(chat, i, entry)
  {
    const char* const role = json_string_value(json_object_get(entry, "role"));
    const char* const text = json_string_value(json_object_get(entry, "text"));
    char* const       copy =
      strndup(text ? text : "", utf8_prefix(text ? text : "", TEXT_PAGE_BYTES));
    call_int(call, (int64_t)i);
    call_string(call, role ? role : "");
    call_int(call, json_integer_value(json_object_get(entry, "turn")));
    call_string(call, copy ? copy : "");
    call_item(call);
    free(copy);
  }

  call_end_list(call, (uint32_t)json_array_size(chat));
  return STATUS_OK;
}

/// `/ai/history/json ,i`
Status
osc_ai_history_json(Services* const services, OscCall* const call)
{
  char* const text =
    json_dumps(services_document(services)->chat, JSON_COMPACT);
  const Status st = call_text_page(services, call, text);
  free(text);
  return st;
}

/// A list that is being sent
typedef struct {
  OscCall* call;
  uint32_t count;
} Lines;

static bool
list_line(void* const handle, const char* const line)
{
  Lines* const lines = (Lines*)handle;
  call_int(lines->call, lines->count++);
  call_string(lines->call, line);
  call_item(lines->call);
  return true;
}

/// `/ai/state/diff ,i`
Status
osc_ai_state_diff(Services* const services, OscCall* const call)
{
  const int32_t            revision = call->args[0].i;
  const Composition* const before = services_past(services, (uint64_t)revision);
  Lines                    lines  = {call, 0};
  if (!before) {
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "Revision %d is not known any more; ask /ai/state",
                         revision);
  }

  difference_describe(before, services_document(services), list_line, &lines);
  call_end_list(call, lines.count);
  return STATUS_OK;
}

/// `/streams/ai`
Status
osc_streams_ai_get(Services* const services, OscCall* const call)
{
  const AgentStage stage = agent_stage(services);
  call_int(call, stage.number);
  call_string(call, stage.name);
  call_float(call, stage.share);
  call_int(call, stage.waiting);
  return STATUS_OK;
}
