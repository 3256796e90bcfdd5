// SPDX-License-Identifier: GPL-3.0-or-later
//
// Changes of tempo on the timeline
//
// There is at most one change at a beat.  A change is a jump, or the end of a
// ramp that begins at the change before it.

#ifndef SONIC_SERVICES_TEMPO_EDIT_H
#define SONIC_SERVICES_TEMPO_EDIT_H

#include "base/status.h"
#include "base/tempo.h"
#include "base/ticks.h"
#include "services/services.h"

#include <stdbool.h>

/// Most changes of tempo
#define MAX_TEMPO_CHANGES 10000u

/// Called with each change in order
typedef void (*TempoChangeFunc)(void* handle, const TempoChange* change);

/// Visit all changes
void
tempo_each(const Services* services, TempoChangeFunc func, void* handle);

/// Put a change at a beat, in the place of one that is there
Status
tempo_set(Services* services, const TempoChange* change);

/// Take the change at a beat away
Status
tempo_remove(Services* services, Ticks beat);

/// Take all changes away
Status
tempo_clear(Services* services);

#endif // SONIC_SERVICES_TEMPO_EDIT_H
