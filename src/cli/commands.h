// SPDX-License-Identifier: GPL-3.0-or-later
//
// The subcommands
//
// Exit codes: 0 done, 1 failed with one line on stderr, 2 used wrongly.

#ifndef SONIC_CLI_COMMANDS_H
#define SONIC_CLI_COMMANDS_H

#include "base/version.h"

/// Run what the command line says; returns the exit code
int
commands_run(int argc, char** argv);

// Each in a file of its own; `argv[0]` is the subcommand's name

int
cli_run(int argc, char** argv);

int
cli_render(int argc, char** argv);

int
cli_send(int argc, char** argv);

int
cli_watch(int argc, char** argv);

int
cli_mcp(int argc, char** argv);

int
cli_check(int argc, char** argv);

int
cli_probe(int argc, char** argv);

int
cli_surface(int argc, char** argv);

int
cli_top(int argc, char** argv);

int
cli_wave(int argc, char** argv);

#endif // SONIC_CLI_COMMANDS_H
