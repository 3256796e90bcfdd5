// SPDX-License-Identifier: GPL-3.0-or-later
//
// Snapshots of the mixer
//
// A snapshot holds settings, not structure: levels, pans, switches and sends of
// channels, groups, and what effects are set to.  Recalled, it sets what is
// still there of what it knows, in one step.  Between two snapshots the mixer
// may stand anywhere: numbers are blended, levels in decibels and frequencies
// by ratio, switches change half way.

#ifndef SONIC_SERVICES_MIXER_SNAPSHOTS_H
#define SONIC_SERVICES_MIXER_SNAPSHOTS_H

#include "base/id.h"
#include "base/status.h"
#include "services/services.h"

/// Keep how the mixer stands
Status
snapshots_create(Services* services, const char* name, Id* out);

/// Replace what a snapshot holds by how the mixer stands
Status
snapshots_update(Services* services, Id snapshot);

/// Set the mixer as it stood
Status
snapshots_recall(Services* services, Id snapshot);

/// Set the mixer between the composition's two snapshots, 0 to 1; with fewer
/// than two only the position is kept
Status
snapshots_morph(Services* services, double position);

#endif // SONIC_SERVICES_MIXER_SNAPSHOTS_H
