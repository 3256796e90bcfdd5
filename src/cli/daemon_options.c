// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/daemon_options.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char* const cpu_words[] = {"best", "v2", "v3", "v4", NULL};

/// A folder below one that the environment names, or below the home folder
static void
xdg_folder(const char* const variable,
           const char* const fallback,
           const char* const name,
           char              path[CLI_PATH_SIZE])
{
  const char* const base = getenv(variable);
  const char* const home = getenv("HOME");
  if (base && base[0] == '/') {
    snprintf(path, CLI_PATH_SIZE, "%s%s", base, name);
  } else {
    snprintf(path, CLI_PATH_SIZE, "%s%s%s", home ? home : "", fallback, name);
  }
}

void
presets_folder(char path[CLI_PATH_SIZE])
{
  // The program is in build/ of the source tree, or in bin/ of the prefix
  char          program[PATH_MAX];
  const ssize_t length =
    readlink("/proc/self/exe", program, sizeof(program) - 1u);
  program[length > 0 ? length : 0] = '\0';

  char* const slash = strrchr(program, '/');
  if (slash) {
    *slash = '\0';
  }

  snprintf(path, CLI_PATH_SIZE, "%.3900s/../presets", program);
  if (access(path, R_OK | X_OK)) {
    snprintf(
      path, CLI_PATH_SIZE, "%.3900s/../share/sonic-claude/presets", program);
  }
}

/// Have the usual data folder read but not written
static void
keep_apart(DaemonOptions* const options)
{
  OptionTexts* const dirs = &options->media_dirs;
  const char* const  last = dirs->count ? dirs->texts[dirs->count - 1u] : NULL;
  if (last != options->data_path && dirs->count < OPTION_MAX_TEXTS) {
    dirs->texts[dirs->count++] = options->data_path;
  }
}

bool
daemon_options_apply(const char* const     command,
                     DaemonOptions* const  options,
                     ServicesConfig* const config)
{
  const CpuLevel best = cpu_level_best();
  const CpuLevel asked =
    options->cpu ? (CpuLevel)(CPU_V2 + options->cpu - 1) : best;
  if (options->cpu && (best == CPU_OTHER || asked > best)) {
    fprintf(stderr,
            "sonic-claude %s: expected --cpu of at most %s on this machine, "
            "not %s\n",
            command,
            cpu_level_name(best),
            cpu_words[options->cpu]);
    return false;
  }

  if (options->data_dir) {
    snprintf(
      options->data_path, sizeof(options->data_path), "%s", options->data_dir);
  } else {
    xdg_folder(
      "XDG_DATA_HOME", "/.local/share", "/sonic-claude", options->data_path);
  }

  if (!options->media_dirs.count) {
    xdg_folder("XDG_MUSIC_DIR", "/Music", "", options->media_path);
    options->media_dirs.texts[0] = options->media_path;
    options->media_dirs.count    = 1;
  }

  if (options->session_dir) {
    keep_apart(options);
  }

  const long cores   = sysconf(_SC_NPROCESSORS_ONLN);
  const long threads = options->threads ? (long)options->threads : cores;
  presets_folder(options->presets_path);
  config->data_dir =
    options->session_dir ? options->session_dir : options->data_path;
  config->media_dirs  = options->media_dirs.texts;
  config->presets_dir = options->presets_path;
  config->level       = asked;
  config->num_threads = threads < 1 ? 1u
                        : threads > (long)ENGINE_MAX_THREADS
                          ? ENGINE_MAX_THREADS
                          : (uint32_t)threads;
  return true;
}
