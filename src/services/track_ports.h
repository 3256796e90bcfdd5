// SPDX-License-Identifier: GPL-3.0-or-later
//
// The ports that tracks have of their own
//
// Each has a number, by which the engine knows it, from when it is first asked
// for until a commit after which nothing wants it.

#ifndef SONIC_SERVICES_TRACK_PORTS_H
#define SONIC_SERVICES_TRACK_PORTS_H

#include "backend/backend.h"
#include "model/document.h"
#include "services/services.h"

#include <stdint.h>

typedef struct TrackPorts TrackPorts;

/// No ports; null if memory ran out
TrackPorts*
track_ports_new(void);

/// Release what is known of ports (null is fine)
void
track_ports_free(TrackPorts* ports);

/// Number of the port of a kind that a track is to have; 0 if it wants none or
/// all are taken
uint32_t
track_ports_number(TrackPorts* ports, const Track* track, PortKind kind);

/// Number of the port for MIDI clock; 0 if there is to be none
uint32_t
track_ports_clock(TrackPorts* ports, const Composition* root);

/// Have the ports that the document wants
void
track_ports_update(Services* services);

#endif // SONIC_SERVICES_TRACK_PORTS_H
