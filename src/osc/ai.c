// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /ai

#include "base/utf8.h"
#include "osc/action.h"
#include "osc/call.h"
#include "osc/handlers.h"
#include "osc/text_page.h"
#include "services/agent.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/// `/ai/quick/list`
Status
osc_ai_quick_list(Services* const services, OscCall* const call)
{
  const QuickCommands* const commands = agent_quick_commands(services);
  const uint32_t             count    = quick_commands_count(commands);
  for (uint32_t i = 0; i < count; ++i) {
    const QuickCommand* const command = quick_commands_get(commands, i);
    call_int(call, i);
    call_string(call, command->name);
    call_string(call, command->label);
    call_string(call, command->text);
    call_item(call);
  }

  call_end_list(call, count);
  return STATUS_OK;
}

/// `/ai/quick/{command}`
Status
osc_ai_quick(Services* const services, OscCall* const call)
{
  uint32_t                  number = 0;
  const QuickCommand* const command =
    quick_commands_find(agent_quick_commands(services), call->words[0]);
  if (!command) {
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "There is no \"%.60s\"; /ai/quick/list has all",
                         call->words[0]);
  }

  const Status st =
    agent_chat(services, call_author(call), command->text, ID_NONE, &number);
  call_int(call, number);
  return st;
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

/// Answer with a result, in pieces before if it is long
static Status
answer_result(OscCall* const call, const char* const text)
{
  Status        st    = STATUS_OK;
  const int32_t count = text_page_count(text);
  const char*   page  = text;
  char          words[64];
  if (count == 1) {
    call_string(call, text);
    return STATUS_OK;
  }

  for (int32_t i = 0; !st && i < count; ++i) {
    st = call_put_page(call, i, count, page);
    page += text_page_size(page);
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

  Status      st   = action_run(services, call, call->args[0].s, args, &result);
  char* const text = st ? NULL : json_dumps(result, JSON_COMPACT);
  st = st ? st : text ? answer_result(call, text) : STATUS_NO_MEMORY;
  free(text);
  json_decref(result);
  json_decref(args);
  return st;
}

/// Run an element of a batch
static Status
run_element(Services* const     services,
            OscCall* const      call,
            const json_t* const element,
            const size_t        index)
{
  json_t*           result = NULL;
  const char* const name =
    json_string_value(json_object_get(element, "action"));
  const Status st =
    name ? action_run(
             services, call, name, json_object_get(element, "args"), &result)
         : services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "Expected {\"action\": name, \"args\": {...}} as "
                         "element %zu",
                         index + 1u);
  json_decref(result);
  if (st && name) {
    char why[400];
    snprintf(why,
             sizeof(why),
             "%.*s",
             (int)utf8_prefix(services_error(services), sizeof(why) - 1u),
             services_error(services));
    services_fail(
      services, st, "Element %zu, %.60s: %s", index + 1u, name, why);
  }

  return st;
}

/// `/ai/batch ,s`
Status
osc_ai_batch(Services* const services, OscCall* const call)
{
  json_t* const actions = read_json(services, call->args[0].s);
  const size_t  count   = json_array_size(actions);
  Status        st      = actions ? STATUS_OK : STATUS_BAD_ARGUMENT;
  if (!st && (!json_is_array(actions) || count > DAW_MAX_BATCH)) {
    st = services_fail(services,
                       STATUS_BAD_ARGUMENT,
                       "Expected an array of at most %u actions",
                       DAW_MAX_BATCH);
  }

  for (size_t i = 0; !st && i < count; ++i) {
    st = run_element(services, call, json_array_get(actions, i), i);
  }

  call_int(call, (int64_t)count);
  json_decref(actions);
  return st;
}

/// `/ai/actions/list`
Status
osc_ai_actions_list(Services* const services, OscCall* const call)
{
  size_t        i    = 0;
  json_t*       tool = NULL;
  json_t* const list = action_list(services, call);
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

/// `/ai/actions/json ,i`
Status
osc_ai_actions_json(Services* const services, OscCall* const call)
{
  json_t* const list = action_list(services, call);
  char* const   text = json_dumps(list, JSON_COMPACT);
  const Status  st   = call_text_page(services, call, text);
  free(text);
  json_decref(list);
  return st;
}

/// `/ai/tools/json ,i`
Status
osc_ai_tools_json(Services* const services, OscCall* const call)
{
  json_t* const list = agent_tools(services);
  char* const   text = json_dumps(list, JSON_COMPACT);
  const Status  st   = call_text_page(services, call, text);
  free(text);
  json_decref(list);
  return st;
}

/// `/ai/provider`
Status
osc_ai_provider_get(Services* const services, OscCall* const call)
{
  call_string(call, agent_provider(services));
  return STATUS_OK;
}
