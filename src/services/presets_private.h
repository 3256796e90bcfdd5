// SPDX-License-Identifier: GPL-3.0-or-later
//
// What reading a preset's file shares with reading a kit's

#ifndef SONIC_SERVICES_PRESETS_PRIVATE_H
#define SONIC_SERVICES_PRESETS_PRIVATE_H

#include "base/rt.h"
#include "services/presets.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>

/// A file that is read
typedef struct {
  const char*     path;
  const char*     text;
  size_t          size;
  bool            own;
  const Presets*  voices; ///< That pads of a kit may name, null: no kits
  PresetFaultFunc func;
  void*           handle;
} PresetReader;

/// Say what is wrong with a file at a key; returns false
bool
preset_fault(const PresetReader* reader,
             const char*         key,
             const char*         format,
             ...) SONIC_PRINTF(3, 4);

/// Set the pads and the groove of a kit, whose values are at their initial
bool
preset_read_kit(const PresetReader* reader, const json_t* file, Preset* preset);

#endif // SONIC_SERVICES_PRESETS_PRIVATE_H
