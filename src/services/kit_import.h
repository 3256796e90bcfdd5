// SPDX-License-Identifier: GPL-3.0-or-later
//
// Kits of recordings from outside
//
// A folder of audio files, or a drumkit of Hydrogen, becomes a kit of the
// user's: DATA/kits/NAME.json with its recordings in DATA/kits/NAME.

#ifndef SONIC_SERVICES_KIT_IMPORT_H
#define SONIC_SERVICES_KIT_IMPORT_H

#include "base/status.h"
#include "media/drumkit.h"
#include "services/services.h"

#include <stddef.h>
#include <stdint.h>

/**
   Import a kit that was named over the network, on a worker.

   @param path A folder in one of the media folders, with a drumkit.xml or with
   audio files; or a drumkit.xml.
   @param name What the kit is to be called, "" for what the folder or the
   drumkit says.
   @param completion Its text is the kit's name.
*/
Status
kits_import(Services*         services,
            const char*       path,
            const char*       name,
            const Completion* completion);

/**
   The General MIDI notes that the name of an audio file speaks of.

   @param notes Receives up to four, most fitting first.
   @return How many, 0 if it speaks of none.
*/
uint32_t
kit_notes_of_name(const char* name, uint8_t notes[4]);

/// Give the layers of a Hydrogen instrument velocities from 1 to 127 without
/// gaps; `low[i]` > `high[i]` where a layer is never heard
void
kit_layer_velocities(const DrumkitInstrument* instrument,
                     uint8_t                  low[DRUMKIT_MAX_LAYERS],
                     uint8_t                  high[DRUMKIT_MAX_LAYERS]);

#endif // SONIC_SERVICES_KIT_IMPORT_H
