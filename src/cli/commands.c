// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/commands.h"

#include "cli/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char* name;
  int (*run)(int argc, char** argv);
  const char* summary;
} commands[] = {
  {"run", cli_run, "the daemon: JACK client and OSC server"},
  {"render", cli_render, "a composition to an audio file, offline"},
  {"send", cli_send, "one OSC message to a running daemon"},
  {"watch", cli_watch, "what changes in a running daemon"},
  {"mcp", cli_mcp, "the tools of a running daemon, for MCP clients"},
  {"check", cli_check, "compositions for errors"},
  {"probe", cli_probe, "a running daemon against its schema"},
  {"surface", cli_surface, "a control surface for the open composition"},
  {"top", cli_top, "a running daemon, live in the terminal"},
  {"wave", cli_wave, "a waveform in the terminal"},
  {"schema", cli_schema, "the whole OSC surface, written down"},
};

#define NUM_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void
print_help(void)
{
  printf("Usage: sonic-claude COMMAND [OPTION...]\n"
         "A headless digital audio workstation for JACK, steered by OSC.\n\n");
  for (size_t i = 0; i < NUM_COMMANDS; ++i) {
    printf("  %-8s %s\n", commands[i].name, commands[i].summary);
  }

  printf("\n`sonic-claude COMMAND --help` tells more of each; "
         "see also sonic-claude(1).\n");
}

/// Say which commands there are, after what was wrong
static int
print_wrong(const char* const what)
{
  fprintf(stderr, "sonic-claude: expected ");
  for (size_t i = 0; i < NUM_COMMANDS; ++i) {
    fprintf(stderr,
            "%s%s",
            i + 1u == NUM_COMMANDS ? " or "
            : i                    ? ", "
                                   : "",
            commands[i].name);
  }

  fprintf(stderr, "%s%s\n", *what ? ", not " : "", what);
  return 2;
}

int
commands_run(const int argc, char** const argv)
{
  const char* const name = argc > 1 ? argv[1] : "";
  if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
    print_help();
    return 0;
  }

  if (!strcmp(name, "--version")) {
    printf("sonic-claude " SONIC_VERSION "\n");
    return 0;
  }

  // A session manager starts a program without any arguments
  const char* const manager = getenv("NSM_URL");
  if (argc == 1 && manager && *manager) {
    return cli_run(argc, argv);
  }

  for (size_t i = 0; i < NUM_COMMANDS; ++i) {
    if (!strcmp(name, commands[i].name)) {
      return commands[i].run(argc - 1, argv + 1);
    }
  }

  return print_wrong(name);
}
