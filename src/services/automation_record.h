// SPDX-License-Identifier: GPL-3.0-or-later
//
// Automation that is played in by hand
//
// While the transport plays and the mode is not `read`, a value that a client
// sets is heard and becomes points.  A gesture ends when the control is let go
// of, or not moved for a while (touch), when the transport stops or jumps
// (latch), or likewise, after it began for all that is automated with the
// transport (write).  What was played in takes the place of the points under
// it, as one step that can be undone.

#ifndef SONIC_SERVICES_AUTOMATION_RECORD_H
#define SONIC_SERVICES_AUTOMATION_RECORD_H

#include "base/status.h"
#include "services/services.h"

#include <stdbool.h>

typedef struct AutomationTakes AutomationTakes;

/// No gestures; null if memory ran out
AutomationTakes*
automation_takes_new(void);

/// Forget all gestures (null is fine)
void
automation_takes_free(AutomationTakes* takes);

/// Forget all gestures, since another composition is open now
void
automation_takes_clear(AutomationTakes* takes);

/// Note what the present transaction sets, before it is fed to the engine
Status
automation_record(Services* services);

/// A finger is put on the control of an address, or lifted from it
void
automation_finger(Services* services, const char* address, bool down);

/// End gestures that are over
void
automation_record_poll(Services* services);

#endif // SONIC_SERVICES_AUTOMATION_RECORD_H
