// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether the audio of a place is in memory
//
// What is not is asked for.

#ifndef SONIC_ENGINE_PAGES_H
#define SONIC_ENGINE_PAGES_H

#include "base/rt.h"
#include "base/ticks.h"
#include "engine/engine_state.h"

#include <stdbool.h>
#include <stdint.h>

/// Whether all tracks could play `frames` frames from a tick
SONIC_RT bool
pages_at_place(const Engine* engine, Ticks ticks, uint32_t frames);

/// Whether all tracks can play the next `frames` frames
SONIC_RT bool
pages_ahead(const Engine* engine, uint32_t frames);

#endif // SONIC_ENGINE_PAGES_H
