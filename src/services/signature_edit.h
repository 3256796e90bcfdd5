// SPDX-License-Identifier: GPL-3.0-or-later
//
// Changes of time signature on the timeline
//
// There is at most one change at a beat.  A bar begins at each.

#ifndef SONIC_SERVICES_SIGNATURE_EDIT_H
#define SONIC_SERVICES_SIGNATURE_EDIT_H

#include "base/status.h"
#include "base/ticks.h"
#include "services/services.h"

/// Most changes of signature
#define MAX_SIGNATURE_CHANGES 10000u

/// Called with each change in order
typedef void (*SignatureChangeFunc)(void*       handle,
                                    Ticks       beat,
                                    const char* signature);

/// Visit all changes
void
signature_each(const Services*     services,
               SignatureChangeFunc func,
               void*               handle);

/// Put a signature such as "6/8" at a beat, in the place of one that is there
Status
signature_set(Services* services, Ticks beat, const char* signature);

/// Take the change at a beat away
Status
signature_remove(Services* services, Ticks beat);

/// Take all changes away
Status
signature_clear(Services* services);

#endif // SONIC_SERVICES_SIGNATURE_EDIT_H
