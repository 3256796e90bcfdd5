// SPDX-License-Identifier: GPL-3.0-or-later
//
// What reading a preset's file shares with reading a kit's

#ifndef SONIC_SERVICES_PRESETS_PRIVATE_H
#define SONIC_SERVICES_PRESETS_PRIVATE_H

#include "services/preset_file.h"
#include "services/presets.h"

#include <jansson.h>

#include <stdbool.h>

/// Set the pads and the groove of a kit, whose values are at their initial;
/// pads name presets of `voices`
bool
preset_read_kit(const PresetFile* reader,
                const json_t*     file,
                const Presets*    voices,
                Preset*           preset);

#endif // SONIC_SERVICES_PRESETS_PRIVATE_H
