// SPDX-License-Identifier: GPL-3.0-or-later
//
// Presets of SoundFonts as zones of the sampler
//
// SoundFonts of the user's are in DATA/soundfonts; each preset of one is an
// instrument "FONT-BANK-PROGRAM".

#ifndef SONIC_SERVICES_SOUNDFONT_ZONES_H
#define SONIC_SERVICES_SOUNDFONT_ZONES_H

#include "base/status.h"
#include "services/preset_file.h"
#include "services/presets.h"
#include "services/services.h"
#include "units/sampler.h"

#include <stddef.h>
#include <stdint.h>

/// Read the zones and samples of a preset, on a worker
Status
soundfont_load(const char*  path,
               uint16_t     bank,
               uint16_t     program,
               SamplerMap** out,
               char*        text,
               size_t       text_size);

/// Add all presets of a SoundFont; what is wrong with it goes to `text`
Status
soundfont_add_presets(const char* path,
                      Presets*    presets,
                      char*       text,
                      size_t      text_size);

/// Add the presets of all SoundFonts of a folder, which may not be there
void
soundfonts_read(const char*     folder,
                Presets*        presets,
                PresetFaultFunc fault,
                void*           handle);

/**
   Import a SoundFont that was named over the network, on a worker.

   @param completion Its text is the name that its instruments begin with.
*/
Status
soundfonts_import(Services*         services,
                  const char*       path,
                  const Completion* completion);

#endif // SONIC_SERVICES_SOUNDFONT_ZONES_H
