// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/commands.h"

#include <fftw3.h>

int
main(const int argc, char** const argv)
{
  // Convolutions and spectra are planned on several threads
  fftwf_make_planner_thread_safe();
  return commands_run(argc, argv);
}
