// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude schema`: the OSC surface, from the table that serves it

#ifndef SONIC_CLI_SCHEMA_H
#define SONIC_CLI_SCHEMA_H

/// Run the subcommand; `argv[0]` is its name.  Returns the exit code.
int
cli_schema(int argc, char** argv);

#endif // SONIC_CLI_SCHEMA_H
