// SPDX-License-Identifier: GPL-3.0-or-later
//
// Options that `run` and `render` share

#ifndef SONIC_CLI_DAEMON_OPTIONS_H
#define SONIC_CLI_DAEMON_OPTIONS_H

#include "cli/options.h"
#include "services/services.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Room for a path
#define CLI_PATH_SIZE 4096

typedef struct {
  const char* data_dir;    ///< Null: by the XDG rules
  const char* session_dir; ///< Of a session: all is kept there, and what the
                           ///< data folder has can be read; or null
  OptionTexts media_dirs;
  int64_t     threads; ///< 0: one for each core
  int         cpu;     ///< Index into `cpu_words`
  char        data_path[CLI_PATH_SIZE];
  char        media_path[CLI_PATH_SIZE];
  char        presets_path[CLI_PATH_SIZE];
} DaemonOptions;

/// Words for --cpu: "best", "v2", "v3", "v4"
extern const char* const cpu_words[];

/**
   Work out what the options leave open, and fill a config with it.

   @param options Read options; the config borrows their texts.
   @param config Receives folders, threads and CPU level.
   @return False, after one line on stderr, if this machine has no such level.
*/
bool
daemon_options_apply(const char*     command,
                     DaemonOptions*  options,
                     ServicesConfig* config);

/// The version's presets folder: beside the program or where it is installed
void
presets_folder(char path[CLI_PATH_SIZE]);

#endif // SONIC_CLI_DAEMON_OPTIONS_H
