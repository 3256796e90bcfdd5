// SPDX-License-Identifier: GPL-3.0-or-later
//
// Audio that is kept in memory because one may jump there
//
// Those places are the beginning, the loop's start, the markers and where the
// transport stands.  For each, the clips that sound there have their next
// second pinned, so that playing starts at once; so have those in the slots of
// the launcher.

#ifndef SONIC_SERVICES_PREFETCH_H
#define SONIC_SERVICES_PREFETCH_H

#include "services/services.h"

/// Most places
#define PREFETCH_MAX_PLACES 64u

/// Pin what the present document and position need
void
prefetch_update(Services* services);

#endif // SONIC_SERVICES_PREFETCH_H
