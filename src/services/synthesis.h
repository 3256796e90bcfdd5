// SPDX-License-Identifier: GPL-3.0-or-later
//
// What tracks sound with: instruments, preview, the JACK graph

#ifndef SONIC_SERVICES_SYNTHESIS_H
#define SONIC_SERVICES_SYNTHESIS_H

#include "backend/backend.h"
#include "base/status.h"
#include "model/document.h"
#include "services/presets.h"
#include "services/services.h"
#include "units/instrument.h"

#include <stdint.h>

/// All instrument presets, borrowed
const Presets*
synthesis_presets(const Services* services);

/// All kits, borrowed
const Presets*
synthesis_kits(const Services* services);

/// An instrument by name, or a sample as one ("sample:s3"), borrowed, or null
const Preset*
synthesis_find_preset(const Services* services, const char* name);

/// A track's kit, else its instrument; the default preset where the track names
/// none or one that is not there; null if there is none at all
const Preset*
synthesis_preset(const Services* services, const Track* track);

/// The engine of a track's kit, else of its instrument; the default preset's
/// where the track names none or one that is not there
const InstrumentInfo*
synthesis_info(const Services* services, const Track* track);

/// Value of a parameter of a track's instrument: the track's, else the
/// preset's
float
synthesis_param(const Services*       services,
                const Track*          track,
                const InstrumentInfo* info,
                uint32_t              param);

/// The state of the audio driver
BackendInfo
synthesis_backend(const Services* services);

/// List the ports of the graph; STATUS_UNSUPPORTED without JACK
Status
synthesis_ports(Services* services, BackendPortFunc func, void* handle);

/// Connect or disconnect two ports of the graph
Status
synthesis_connect(Services*   services,
                  const char* output,
                  const char* input,
                  bool        on);

/**
   Play a note on the preview strip.

   @param pitch MIDI note, 0 to 127.
   @param velocity 1 to 127.
   @param seconds How long it is held.
   @param instrument Name of a preset.
*/
Status
synthesis_preview(Services*   services,
                  uint8_t     pitch,
                  uint8_t     velocity,
                  double      seconds,
                  const char* instrument);

/// Play a kit's groove once, at its tempo, on the preview strip
Status
synthesis_preview_kit(Services* services, const char* kit);

#endif // SONIC_SERVICES_SYNTHESIS_H
