// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the settings of a track say about what it hears and records

#ifndef SONIC_SERVICES_TRACK_INPUT_H
#define SONIC_SERVICES_TRACK_INPUT_H

#include "engine/engine.h"
#include "model/document.h"

#include <stdbool.h>

/// What the engine needs to know: when the input is heard, and which
TrackInput
track_input(const Track* track);

/// Whether a track takes part in a recording
bool
track_is_recorded(const Track* track);

#endif // SONIC_SERVICES_TRACK_INPUT_H
