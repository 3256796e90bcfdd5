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
