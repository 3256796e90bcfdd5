// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reading and releasing all presets

#include "services/effect_presets.h"
#include "services/presets.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "services/soundfont_zones.h"

#include <stdbool.h>
#include <stdio.h>

static void
log_line(void* const handle, const char* const text)
{
  services_log((Services*)handle, text);
}

/// Read the program's instruments, its drums, which are instruments as well,
/// and the user's own
static Presets*
read_presets(Services* const services)
{
  char folder[SAMPLE_PATH_SIZE];
  snprintf(folder, sizeof(folder), "%s/instruments", services->presets_dir);
  Presets* const presets = presets_new(folder, log_line, services);
  if (presets) {
    snprintf(folder, sizeof(folder), "%s/voices", services->presets_dir);
    presets_read(presets, folder, false, log_line, services);
    snprintf(folder, sizeof(folder), "%s/instruments", services->data_dir);
    presets_read(presets, folder, true, log_line, services);
    snprintf(folder, sizeof(folder), "%s/soundfonts", services->data_dir);
    soundfonts_read(folder, presets, log_line, services);
  }
  return presets;
}

/// The kits, whose pads name drums
static Presets*
read_kits(Services* const services, const Presets* const drums)
{
  Presets* const kits = drums ? presets_new("", log_line, services) : NULL;
  if (kits) {
    char folder[SAMPLE_PATH_SIZE];
    snprintf(folder, sizeof(folder), "%s/kits", services->presets_dir);
    presets_read_kits(kits, folder, false, drums, log_line, services);
    snprintf(folder, sizeof(folder), "%s/kits", services->data_dir);
    presets_read_kits(kits, folder, true, drums, log_line, services);
  }
  return kits;
}

/// Requests to the assistant, the program's and the user's own
static QuickCommands*
read_quick_commands(Services* const services)
{
  char given[SAMPLE_PATH_SIZE];
  char own[SAMPLE_PATH_SIZE];
  snprintf(given, sizeof(given), "%s/ai", services->presets_dir);
  snprintf(own, sizeof(own), "%s/ai", services->data_dir);
  return quick_commands_new(
    given, services->offline ? NULL : own, log_line, services);
}

bool
services_read_presets(Services* const services)
{
  const char* const own = services->offline ? NULL : services->data_dir;
  services->presets     = read_presets(services);
  services->kits        = read_kits(services, services->presets);
  services->effect_presets =
    effect_presets_new(services->presets_dir, own, log_line, services);
  services->quick_commands = read_quick_commands(services);
  return services->presets && services->kits && services->effect_presets &&
         services->quick_commands;
}

void
services_free_presets(Services* const services)
{
  presets_free(services->presets);
  presets_free(services->kits);
  effect_presets_free(services->effect_presets);
  quick_commands_free(services->quick_commands);
}
