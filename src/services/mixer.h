// SPDX-License-Identifier: GPL-3.0-or-later
//
// The mixer: buses, outputs, meters
//
// The levels of channels are fields of the document and need no service of
// their own; meters come from the engine.

#ifndef SONIC_SERVICES_MIXER_H
#define SONIC_SERVICES_MIXER_H

#include "base/id.h"
#include "base/status.h"
#include "services/services.h"

/// Level below which a meter says this
#define MIXER_METER_FLOOR_DB (-120.0)

/// Levels of a channel after its fader, in dB relative to full scale
typedef struct {
  double peak_left_db;
  double peak_right_db;
  double rms_left_db;
  double rms_right_db;
} MixerMeter;

/// Levels of the last while; see streams.h
Status
mixer_meter(Services* services, Id channel, MixerMeter* out);

/// Append a bus
Status
mixer_create_bus(Services* services, const char* name, Id* out);

/// Take a bus away; what led to it goes to the master
Status
mixer_delete_bus(Services* services, Id bus);

/// Lead a channel to a bus or the master; STATUS_CONFLICT, naming the way, if
/// it would come back to itself
Status
mixer_set_output(Services* services, Id channel, Id output);

/// Level of a send that is off, and of one that is not there
#define MIXER_SEND_OFF_DB (-60.0)

/// The send of a channel to a bus; off if there is none
Status
mixer_send(Services* services, Id channel, Id bus, Send* out);

/// Set a channel's send to a bus, adding it if it is not there;
/// STATUS_CONFLICT, naming the way, if it would come back to the channel
Status
mixer_set_send(Services* services, Id channel, const Send* send);

/// Take a channel's send to a bus away
Status
mixer_remove_send(Services* services, Id channel, Id bus);

// What is monitored, beside the composition

bool
mixer_mono(const Services* services);

bool
mixer_dim(const Services* services);

/// Hear the sum of both sides
Status
mixer_set_mono(Services* services, bool on);

/// Hear everything 20 dB lower
Status
mixer_set_dim(Services* services, bool on);

/// Frames from the sources to the output, by effects
uint32_t
mixer_latency(const Services* services);

#endif // SONIC_SERVICES_MIXER_H
