// SPDX-License-Identifier: GPL-3.0-or-later
//
// Editing a composition: tracks, markers, undo
//
// All functions run in a transaction and change its draft.  A failure leaves
// the reason in `services_error`.  See composition_clips.h for clips and notes.

#ifndef SONIC_SERVICES_COMPOSITION_STATE_H
#define SONIC_SERVICES_COMPOSITION_STATE_H

#include "base/id.h"
#include "base/status.h"
#include "base/ticks.h"
#include "services/services.h"

#include <stdbool.h>
#include <stdint.h>

/// Most tracks in a composition
#define MAX_TRACKS 1000u

/// Most buses in a composition
#define MAX_BUSES 256u

/// Append a track; `type` is the engine's TrackType
Status
tracks_create(Services* services, const char* name, int32_t type, Id* out);

/// Take a track away with its clips and effects
Status
tracks_delete(Services* services, Id track);

/// Append a copy of a track with its clips and effects
Status
tracks_duplicate(Services* services, Id track, Id* out);

/// Move a track to a 1-based position
Status
tracks_set_position(Services* services, Id track, int64_t position);

/// 1-based position of a track
int64_t
tracks_position(const Services* services, Id track);

/// Give a MIDI track an instrument by its preset's name; its parameters go
/// back to the preset's, its kit goes
Status
tracks_set_instrument(Services* services, Id track, const char* name);

/// Give a MIDI track a kit by name; its pads go back to the kit's, its
/// instrument goes
Status
tracks_set_kit(Services* services, Id track, const char* name);

/// Set a parameter of a track's instrument, clamped to its range
Status
tracks_set_param(Services*   services,
                 Id          track,
                 const char* symbol,
                 double      value);

/// Value of a parameter of a track's instrument
Status
tracks_param(Services* services, Id track, const char* symbol, double* value);

/// A parameter of a track's instrument; null if it has none of that name
const ParamInfo*
tracks_param_info(Services* services, Id track, const char* symbol);

/// Add a marker
Status
markers_create(Services* services, Ticks beat, const char* name, Id* out);

/// Take a thing away (a marker, a scene, ...)
Status
things_delete(Services* services, Id id);

/// Set the colour of a track, "#rrggbb"
Status
tracks_set_color(Services* services, Id track, const char* color);

#endif // SONIC_SERVICES_COMPOSITION_STATE_H
