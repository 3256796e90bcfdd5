// SPDX-License-Identifier: GPL-3.0-or-later
//
// Addresses as actions: by the name that their row gives, with arguments by
// name
//
// What stands in the path and what comes behind it are members of one object:
// `set_fader {"channel": "Bass", "level": -6}` is `/mixer/channels/t2/fader
// -6`. Things are named by id or by name.  Rows that answer later are no
// actions, and an action that the assistant has of the same name goes first.

#ifndef SONIC_OSC_ACTION_H
#define SONIC_OSC_ACTION_H

#include "osc/call.h"

#include <jansson.h>

/// Run an action or a tool of any kind in the open transaction
Status
action_run(Services*     services,
           OscCall*      call,
           const char*   name,
           const json_t* args,
           json_t**      result);

/// All of them: {name, description, input_schema}, owned
json_t*
action_list(Services* services, const OscCall* call);

/// A row as {name, description, input_schema}, owned
json_t*
action_describe(const OscRow* row);

#endif // SONIC_OSC_ACTION_H
