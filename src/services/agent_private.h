// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the files of the agent share

#ifndef SONIC_SERVICES_AGENT_PRIVATE_H
#define SONIC_SERVICES_AGENT_PRIVATE_H

#include "services/agent.h"

struct Agent {
  Services*  services;
  AgentBrain brain;
  AgentFunc  listener;
  void*      listener_handle;
  AgentTurn  queue[AGENT_QUEUE_MAX];
  uint32_t   num_queued;
  AgentTurn  taken; ///< Being answered; number 0: none
  AgentStage stage; ///< Of the turn that was last
  int        wake;
};

#endif // SONIC_SERVICES_AGENT_PRIVATE_H
