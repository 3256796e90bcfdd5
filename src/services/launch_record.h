// SPDX-License-Identifier: GPL-3.0-or-later
//
// A performance of the launcher as an arrangement
//
// What takes place in the launcher is followed all the time.  While it is
// recorded, each stretch of a launched clip becomes copies of that clip on the
// timeline, in the place of what was there; a clip there that is in a slot is
// muted instead, since the slot needs it.  The recording ends when it is ended
// or the transport stops, as one step that can be undone.

#ifndef SONIC_SERVICES_LAUNCH_RECORD_H
#define SONIC_SERVICES_LAUNCH_RECORD_H

#include "base/status.h"
#include "engine/engine.h"
#include "services/services.h"

#include <stdbool.h>

typedef struct LaunchRecord LaunchRecord;

/// Nothing launched, nothing recorded; null if memory ran out
LaunchRecord*
launch_record_new(void);

/// Forget everything (null is fine)
void
launch_record_free(LaunchRecord* record);

/// Forget what was launched, since another composition is open now
void
launch_record_clear(LaunchRecord* record);

/// Whether a performance is recorded
bool
launch_record_is_on(const Services* services);

/// Begin to record, or end and put the performance into the draft; runs in a
/// transaction
Status
launch_record_set(Services* services, bool on);

/// Follow something that took place
void
launch_record_event(Services* services, const LaunchEvent* event);

/// End the recording if the transport has stopped
void
launch_record_poll(Services* services);

#endif // SONIC_SERVICES_LAUNCH_RECORD_H
