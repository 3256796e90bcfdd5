// SPDX-License-Identifier: GPL-3.0-or-later
//
// Saving what a track sounds like as a preset of the user's own

#ifndef SONIC_SERVICES_PRESET_SAVE_H
#define SONIC_SERVICES_PRESET_SAVE_H

#include "base/id.h"
#include "base/status.h"
#include "services/services.h"

/**
   Write the present sound of a track to DATA/instruments and add it to the
   presets.

   @param track A MIDI track.
   @param name Letters, digits, "-" and "_"; no preset may have it yet.
   @param completion Told the name.
*/
Status
tracks_save_preset(Services*         services,
                   Id                track,
                   const char*       name,
                   const Completion* completion);

#endif // SONIC_SERVICES_PRESET_SAVE_H
