// SPDX-License-Identifier: GPL-3.0-or-later
//
// Snapshots that go to the history by themselves

#ifndef SONIC_SERVICES_AUTOSAVE_H
#define SONIC_SERVICES_AUTOSAVE_H

#include "services/services.h"

/// Save the open composition once it was changed and its time has come
void
autosave_poll(Services* services);

#endif // SONIC_SERVICES_AUTOSAVE_H
