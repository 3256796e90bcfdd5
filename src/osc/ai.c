// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /ai

#include "osc/call.h"
#include "osc/handlers.h"
#include "services/agent.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Bytes of text in a page
#define PAGE_BYTES 1200u

static Status
chat(Services* const services, OscCall* const call, const Id about)
{
  uint32_t     number = 0;
  const Status st =
    agent_chat(services, call_author(call), call->args[0].s, about, &number);
  call_int(call, number);
  return st;
}

/// `/ai/chat ,s`
Status
osc_ai_chat(Services* const services, OscCall* const call)
{
  return chat(services, call, ID_NONE);
}

/// `/ai/chat/{thing} ,s`
Status
osc_ai_chat_about(Services* const services, OscCall* const call)
{
  Id                       id   = ID_NONE;
  const Composition* const root = services_document(services);
  if (id_parse(call->words[0], &id) &&
      (composition_find(root, id) || composition_channel(root, id))) {
    return chat(services, call, id);
  }

  const Status st = daw_find(services, KIND_NONE, call->words[0], &id);
  return st ? st : chat(services, call, id);
}

/// List the things of a kind
static int32_t
list_things(const Composition* const root,
            const Kind               kind,
            OscCall* const           call,
            int32_t                  count)
{
  const IdList* const order = root->order[kind];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    char id[ID_TEXT_SIZE];
    id_format(order->ids[i], id);
    call_int(call, count++);
    call_string(call, id);
    call_string(call, node_name(composition_find(root, order->ids[i])));
    call_item(call);
  }

  return count;
}

/// `/ai/chat/list`
Status
osc_ai_chat_list(Services* const services, OscCall* const call)
{
  const Composition* const root  = services_document(services);
  int32_t                  count = list_things(root, KIND_TRACK, call, 0);
  count                          = list_things(root, KIND_BUS, call, count);
  call_end_list(call, count);
  return STATUS_OK;
}

/// `/ai/cancel`
Status
osc_ai_cancel(Services* const services, OscCall* const call)
{
  call_int(call, agent_cancel(services));
  return STATUS_OK;
}

/// Read JSON; a null is noted as a failure
static json_t*
read_json(Services* const services, const char* const text)
{
  json_error_t  error = {0};
  json_t* const json =
    json_loads(*text ? text : "{}", JSON_REJECT_DUPLICATES, &error);
  if (!json) {
    services_fail(services,
                  STATUS_BAD_ARGUMENT,
                  "Column %d of the JSON: %s",
                  error.column,
                  error.text);
  }

  return json;
}

/// Bytes of the page that a text begins with; pages end between characters
static size_t
page_size(const char* const text)
{
  size_t size = strnlen(text, PAGE_BYTES);
  while (text[size] && ((unsigned char)text[size] & 0xc0u) == 0x80u) {
    --size;
  }

  return size;
}

/// Number of pages of a text, at least one
static int32_t
count_pages(const char* text)
{
  int32_t count = 0;
  do {
    text += page_size(text);
    ++count;
  } while (*text);
  return count;
}

/// Append number, count and text of a page
static Status
put_page(OscCall* const    call,
         const int32_t     number,
         const int32_t     count,
         const char* const page)
{
  char* const copy = strndup(page, page_size(page));
  if (!copy) {
    return STATUS_NO_MEMORY;
  }

  call_int(call, number);
  call_int(call, count);
  call_string(call, copy);
  free(copy);
  return STATUS_OK;
}

/// Answer with a result, in pieces before if it is long
static Status
answer_result(OscCall* const call, const char* const text)
{
  Status        st    = STATUS_OK;
  const int32_t count = count_pages(text);
  const char*   page  = text;
  char          words[64];
  if (count == 1) {
    call_string(call, text);
    return STATUS_OK;
  }

  for (int32_t i = 0; !st && i < count; ++i) {
    st = put_page(call, i, count, page);
    page += page_size(page);
    if (!st) {
      call_item(call);
    }
  }

  snprintf(words, sizeof(words), "{\"ok\":true,\"pieces\":%d}", count);
  call_string(call, words);
  return st;
}

/// `/ai/action ,ss`
Status
osc_ai_action(Services* const services, OscCall* const call)
{
  json_t*       result = NULL;
  json_t* const args =
    read_json(services, call->num_args > 1 ? call->args[1].s : "{}");
  if (!args) {
    return STATUS_BAD_ARGUMENT;
  }

  Status      st   = agent_action(services, call->args[0].s, args, &result);
  char* const text = st ? NULL : json_dumps(result, JSON_COMPACT);
  st = st ? st : text ? answer_result(call, text) : STATUS_NO_MEMORY;
  free(text);
  json_decref(result);
  json_decref(args);
  return st;
}

/// `/ai/batch ,s`
Status
osc_ai_batch(Services* const services, OscCall* const call)
{
  json_t*       results = NULL;
  json_t* const actions = read_json(services, call->args[0].s);
  if (!actions) {
    return STATUS_BAD_ARGUMENT;
  }

  const Status st = agent_batch(services, actions, &results);
  call_int(call, (int64_t)json_array_size(results));
  json_decref(results);
  json_decref(actions);
  return st;
}

/// `/ai/actions/list`
Status
osc_ai_actions_list(Services* const services, OscCall* const call)
{
  size_t        i    = 0;
  json_t*       tool = NULL;
  json_t* const list = agent_tools(services);
  json_array_foreach(list, i, tool)
  {
    char* const schema =
      json_dumps(json_object_get(tool, "input_schema"), JSON_COMPACT);
    call_int(call, (int64_t)i);
    call_string(call, json_string_value(json_object_get(tool, "name")));
    call_string(call, json_string_value(json_object_get(tool, "description")));
    call_string(call, schema && strlen(schema) <= 900 ? schema : "{}");
    call_item(call);
    free(schema);
  }

  call_end_list(call, (uint32_t)json_array_size(list));
  json_decref(list);
  return STATUS_OK;
}

/// Answer with a page of a text
static Status
answer_page(Services* const   services,
            OscCall* const    call,
            const char* const text)
{
  const int32_t want  = call->num_args ? call->args[0].i : 0;
  const int32_t count = count_pages(text);
  const char*   page  = text;
  if (want >= count) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "There are pages 0 to %d, not %d",
                         count - 1,
                         want);
  }

  for (int32_t i = 0; i < want; ++i) {
    page += page_size(page);
  }

  return put_page(call, want, count, page);
}

/// `/ai/actions/json ,i`
Status
osc_ai_actions_json(Services* const services, OscCall* const call)
{
  json_t* const list = agent_tools(services);
  char* const   text = json_dumps(list, JSON_COMPACT);
  const Status st = text ? answer_page(services, call, text) : STATUS_NO_MEMORY;
  free(text);
  json_decref(list);
  return st;
}

/// `/ai/state ,i`
Status
osc_ai_state(Services* const services, OscCall* const call)
{
  char* const  text = agent_describe(services);
  const Status st = text ? answer_page(services, call, text) : STATUS_NO_MEMORY;
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
  st = st ? st : text ? answer_page(services, call, text) : STATUS_NO_MEMORY;
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
    char* const       copy = strndup(text ? text : "", PAGE_BYTES);
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

/// `/ai/provider`
Status
osc_ai_provider_get(Services* const services, OscCall* const call)
{
  call_string(call, agent_provider(services));
  return STATUS_OK;
}
