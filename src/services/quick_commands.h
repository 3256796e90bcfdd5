// SPDX-License-Identifier: GPL-3.0-or-later
//
// Requests to the assistant that have a name, for buttons
//
// Each is a file in the program's folder or the user's own, which replaces one
// of the same name.

#ifndef SONIC_SERVICES_QUICK_COMMANDS_H
#define SONIC_SERVICES_QUICK_COMMANDS_H

#include "services/preset_file.h"

#include <stdint.h>

/// Most bytes of what is said
#define QUICK_TEXT_MAX 4000u

typedef struct {
  char* name;  ///< As in addresses: a-z, 0-9 and -
  char* label; ///< For people
  char* text;  ///< That is said
} QuickCommand;

typedef struct QuickCommands QuickCommands;

/**
   Read the files of two folders, which may not be there.

   @param own_dir The user's, or null.
   @return Null if memory ran out.
*/
QuickCommands*
quick_commands_new(const char*     given_dir,
                   const char*     own_dir,
                   PresetFaultFunc fault,
                   void*           handle);

void
quick_commands_free(QuickCommands* commands);

uint32_t
quick_commands_count(const QuickCommands* commands);

/// One by its place in order of name, borrowed
const QuickCommand*
quick_commands_get(const QuickCommands* commands, uint32_t index);

/// One by name, borrowed, or null
const QuickCommand*
quick_commands_find(const QuickCommands* commands, const char* name);

#endif // SONIC_SERVICES_QUICK_COMMANDS_H
