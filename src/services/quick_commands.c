// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/quick_commands.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct QuickCommands {
  QuickCommand* commands; ///< By name
  uint32_t      count;
};

static void
command_clear(QuickCommand* const command)
{
  free(command->name);
  free(command->label);
  free(command->text);
}

static int
compare(const void* const a, const void* const b)
{
  return strcmp(((const QuickCommand*)a)->name, ((const QuickCommand*)b)->name);
}

/// A member that is a text, or ""
static const char*
text_of(const json_t* const json, const char* const key)
{
  const char* const text = json_string_value(json_object_get(json, key));
  return text ? text : "";
}

/// Whether a name can be a part of an address and is none that has a meaning
static bool
is_name(const char* const name)
{
  return *name &&
         !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] &&
         strlen(name) <= 40 && strcmp(name, "list") != 0;
}

/// Put a command in its place or in place of that of the same name; it moves
static void
insert(QuickCommands* const commands, QuickCommand* const command)
{
  QuickCommand* const old =
    (QuickCommand*)quick_commands_find(commands, command->name);
  if (old) {
    command_clear(old);
    *old = *command;
    return;
  }

  QuickCommand* const more = (QuickCommand*)realloc(
    commands->commands, (commands->count + 1u) * sizeof(QuickCommand));
  if (!more) {
    command_clear(command);
    return;
  }

  commands->commands      = more;
  more[commands->count++] = *command;
  qsort(more, commands->count, sizeof(QuickCommand), compare);
}

/// Take the command of a file (a PresetFileFunc)
static void
take_file(void* const             handle,
          const PresetFile* const file,
          const json_t* const     json)
{
  const char* const name  = text_of(json, "name");
  const char* const label = text_of(json, "label");
  const char* const text  = text_of(json, "text");
  if (!is_name(name)) {
    preset_fault(file, "name", "expected a-z, 0-9 and - alone, not \"list\"");
    return;
  }

  if (!*text || strlen(text) > QUICK_TEXT_MAX) {
    preset_fault(
      file, "text", "expected what is said, at most %u bytes", QUICK_TEXT_MAX);
    return;
  }

  QuickCommand command = {
    strdup(name), strdup(*label ? label : name), strdup(text)};
  if (command.name && command.label && command.text) {
    insert((QuickCommands*)handle, &command);
  } else {
    command_clear(&command);
  }
}

QuickCommands*
quick_commands_new(const char* const     given_dir,
                   const char* const     own_dir,
                   const PresetFaultFunc fault,
                   void* const           handle)
{
  QuickCommands* const commands =
    (QuickCommands*)calloc(1, sizeof(QuickCommands));
  if (commands) {
    preset_files_read(given_dir, false, fault, handle, take_file, commands);
    if (own_dir) {
      preset_files_read(own_dir, true, fault, handle, take_file, commands);
    }
  }

  return commands;
}

void
quick_commands_free(QuickCommands* const commands)
{
  for (uint32_t i = 0; commands && i < commands->count; ++i) {
    command_clear(&commands->commands[i]);
  }

  free(commands ? commands->commands : NULL);
  free(commands);
}

uint32_t
quick_commands_count(const QuickCommands* const commands)
{
  return commands->count;
}

const QuickCommand*
quick_commands_get(const QuickCommands* const commands, const uint32_t index)
{
  return &commands->commands[index];
}

const QuickCommand*
quick_commands_find(const QuickCommands* const commands, const char* const name)
{
  for (uint32_t i = 0; i < commands->count; ++i) {
    if (!strcmp(commands->commands[i].name, name)) {
      return &commands->commands[i];
    }
  }

  return NULL;
}
