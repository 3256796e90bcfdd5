// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/commands.h"

int
main(const int argc, char** const argv)
{
  return commands_run(argc, argv);
}
