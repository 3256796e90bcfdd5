// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scenes, slots and launching
//
// A slot is where a track and a scene meet; it holds a clip of the track.  The
// clip stays on the timeline as well, unless it is muted there.  All functions
// that edit or launch run in a transaction.

#ifndef SONIC_SERVICES_LAUNCHER_H
#define SONIC_SERVICES_LAUNCHER_H

#include "base/id.h"
#include "base/status.h"
#include "engine/engine.h"
#include "services/services.h"

#include <stdbool.h>
#include <stdint.h>

/// Most scenes
#define MAX_SCENES 1000u

/// Append a scene
Status
scenes_create(Services* services, const char* name, Id* out);

/// Append a copy of a scene with its slots
Status
scenes_duplicate(Services* services, Id scene, Id* out);

/// 1-based position of a scene
int64_t
scenes_position(const Services* services, Id scene);

/// Move a scene to a 1-based position
Status
scenes_set_position(Services* services, Id scene, int64_t position);

/// The clip in a slot of a track, or ID_NONE
Id
launcher_slot(const Track* track, Id scene);

/// The first scene in which a clip is in a slot, or ID_NONE
Id
launcher_find_scene(const Composition* root, Id clip);

/// Put a clip into a slot; ID_NONE empties it
Status
launcher_set_slot(Services* services, Id track, Id scene, Id clip);

/// Launch a clip that is in a slot
Status
launcher_launch_clip(Services* services, Id clip);

/// Launch the clip in a slot
Status
launcher_launch_slot(Services* services, Id track, Id scene);

/// Launch all clips of a scene, at its tempo if it has one; launched clips of
/// other tracks stop
Status
launcher_launch_scene(Services* services, Id scene);

/// Stop the launched clip of a track; ID_NONE: of all tracks
Status
launcher_stop(Services* services, Id track);

/// Have a track play its timeline again; ID_NONE: all tracks
Status
launcher_return(Services* services, Id track);

/// How the launcher of a track stands
LaunchTold
launcher_told(const Services* services, Id track);

/// Take in what took place
void
launcher_poll(Services* services);

/// Have the document follow what took place; outside a transaction
void
launcher_follow(Services* services);

#endif // SONIC_SERVICES_LAUNCHER_H
