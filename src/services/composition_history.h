// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the history keeps

#ifndef SONIC_SERVICES_COMPOSITION_HISTORY_H
#define SONIC_SERVICES_COMPOSITION_HISTORY_H

#include "base/status.h"
#include "services/services.h"

#include <stdint.h>

/// Remove all snapshots of the open composition but the newest `keep`, on a
/// worker; the result is how many went
Status
compositions_prune(Services*         services,
                   uint32_t          keep,
                   const Completion* completion);

#endif // SONIC_SERVICES_COMPOSITION_HISTORY_H
