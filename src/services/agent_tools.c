// SPDX-License-Identifier: GPL-3.0-or-later
//
// Actions and tools in one list, whoever asks for them

#include "services/agent_private.h"
#include "services/edit.h"
#include "services/services_private.h"

#include <string.h>

Status
agent_action(Services* const     services,
             const char* const   name,
             const json_t* const args,
             json_t** const      result)
{
  const AgentBrain* const brain = &services->agent->brain;
  *result                       = NULL;
  if (brain->tool) {
    DawMark      mark = daw_mark(services);
    const Status st   = brain->tool(brain->self, services, name, args, result);
    if (st) {
      json_decref(*result);
      *result = NULL;
      daw_rollback(services, &mark);
    } else {
      daw_unmark(&mark);
      return st;
    }

    if (st != STATUS_UNKNOWN_ADDRESS) {
      return st;
    }
  }

  return daw_action(services, name, args, result);
}

Status
agent_batch(Services* const     services,
            const json_t* const actions,
            json_t** const      results)
{
  size_t        i    = 0;
  const json_t* item = NULL;
  *results           = NULL;
  if (!json_is_array(actions) || json_array_size(actions) > DAW_MAX_BATCH) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "Expected an array of at most %u actions",
                         DAW_MAX_BATCH);
  }

  json_t* const list = json_array();
  Status        st   = list ? STATUS_OK : edit_no_memory(services);
  json_array_foreach(actions, i, item)
  {
    json_t*           result = NULL;
    const char* const name = json_string_value(json_object_get(item, "action"));
    if (!st && !name) {
      st = services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "Expected {\"action\": name, \"args\": {...}} as "
                         "element %zu",
                         i + 1u);
    }

    st =
      st ? st
         : agent_action(services, name, json_object_get(item, "args"), &result);
    if (!st) {
      json_array_append_new(list, result);
    }
  }

  if (st) {
    json_decref(list);
    return st;
  }

  *results = list;
  return STATUS_OK;
}

json_t*
agent_tools(Services* const services)
{
  const AgentBrain* const brain   = &services->agent->brain;
  uint32_t                count   = 0;
  const DawAction* const  actions = daw_actions(&count);
  json_t* const list = brain->tools ? brain->tools(brain->self) : json_array();
  for (uint32_t i = 0; i < count; ++i) {
    json_array_append_new(list,
                          json_pack("{s:s, s:s, s:o}",
                                    "name",
                                    actions[i].name,
                                    "description",
                                    actions[i].summary,
                                    "input_schema",
                                    daw_schema(actions[i].args)));
  }

  return list;
}

char*
agent_describe(Services* const services)
{
  const AgentBrain* const brain = &services->agent->brain;
  return brain->describe ? brain->describe(brain->self, services) : strdup("");
}

const char*
agent_provider(Services* const services)
{
  const AgentBrain* const brain = &services->agent->brain;
  return brain->name ? brain->name(brain->self) : "none";
}

const QuickCommands*
agent_quick_commands(const Services* const services)
{
  return services->quick_commands;
}
