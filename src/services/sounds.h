// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recordings of presets in memory
//
// A preset with zones sounds once its recordings are read, which a worker does
// when a track first has it; tracks then take it up.  One that cannot be read
// is silent, and why is said once.  For the control thread.

#ifndef SONIC_SERVICES_SOUNDS_H
#define SONIC_SERVICES_SOUNDS_H

#include "base/status.h"
#include "model/document.h"
#include "services/presets.h"
#include "services/services.h"
#include "units/sampler.h"

#include <stdbool.h>

/// What is in memory, and presets of samples
typedef struct Sounds Sounds;

/// Nothing yet; null if memory ran out
Sounds*
sounds_new(void);

/// Release all (null is fine)
void
sounds_free(Sounds* sounds);

/// The preset that a name such as "sample:s3" means if a composition has that
/// sample, borrowed, or null
const Preset*
sounds_sample_preset(const Services*    services,
                     const Composition* root,
                     const char*        name);

/// Recordings of a preset in a composition, borrowed; null if it has none or
/// they are not in memory
SamplerMap*
sounds_find(const Services*    services,
            const Composition* root,
            const Preset*      preset);

/// Called when a preset's recordings are in memory, or with why they are not
typedef void (*SoundsFunc)(Services*   services,
                           const char* preset,
                           void*       handle);

/**
   Have a preset's recordings read.

   @param func Called later unless they are there or this fails; or null.
   @return STATUS_EXISTS if they are in memory or there are none.
*/
Status
sounds_request(Services*     services,
               const Preset* preset,
               SoundsFunc    func,
               void*         handle);

/// Have read what tracks need that changed from one document to another
void
sounds_prepare(Services*          services,
               const Composition* before,
               const Composition* after);

#endif // SONIC_SERVICES_SOUNDS_H
