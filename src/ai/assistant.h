// SPDX-License-Identifier: GPL-3.0-or-later
//
// The embedded assistant: understands, plans and answers without a network
//
// What it does follows from the session, the request and the conversation
// alone.  It belongs to the control thread.

#ifndef SONIC_AI_ASSISTANT_H
#define SONIC_AI_ASSISTANT_H

#include "services/agent.h"

typedef struct Assistant Assistant;

/// Called with one line about a file that can't be used
typedef void (*AssistantFaultFunc)(void* handle, const char* text);

/**
   Make an assistant and give it to the services as their brain.

   @param presets_dir Folder with `genres` in it.
   @return Null if memory ran out.
*/
Assistant*
assistant_new(Services*          services,
              const char*        presets_dir,
              AssistantFaultFunc fault,
              void*              handle);

/// What it is to the agent, for who stands before it
AgentBrain
assistant_brain(Assistant* assistant);

/// Take it away from its services (null is fine)
void
assistant_free(Assistant* assistant);

#endif // SONIC_AI_ASSISTANT_H
