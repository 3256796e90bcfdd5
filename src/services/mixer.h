// SPDX-License-Identifier: GPL-3.0-or-later
//
// The mixer: buses, outputs, meters
//
// The levels of channels are fields of the document and need no service of
// their own; meters come from the engine.

#ifndef SONIC_SERVICES_MIXER_H
#define SONIC_SERVICES_MIXER_H

#include "analysis/loudness.h"
#include "base/id.h"
#include "base/status.h"
#include "services/services.h"

#include <stdbool.h>
#include <stdint.h>

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

// What is measured, by mixer_levels.c; true peak, loudness and correlation from
// when they are asked for first, and as long as they are asked for now and then

/// True peak of a channel after its fader, in dB
typedef struct {
  double left_db;  ///< In the last while
  double right_db; ///< In the last while
  double max_db;   ///< Of both sides since the last reset
} MixerTruePeak;

Status
mixer_true_peak(Services* services, Id channel, MixerTruePeak* out);

/// Frames above full scale since the last reset
Status
mixer_clips(Services* services, Id channel, uint32_t* out);

/// Loudness of a channel after its fader
Status
mixer_loudness(Services* services, Id channel, LoudnessReading* out);

/// Correlation of both sides of a channel, -1 to 1
Status
mixer_correlation(Services* services, Id channel, double* out);

/// Lowest gain reduction of an effect in the last while, in dB, 0 or less, 0 if
/// it is no dynamics; ID_MASTER is the master's limiter
Status
mixer_reduction(Services* services, Id effect, double* out);

/// What an effect measures, by the name of the reading
Status
mixer_reading(Services* services, Id effect, const char* name, double* out);

/// Measure a channel anew: clips, the highest true peak, loudness
Status
mixer_reset_meter(Services* services, Id channel);

/// Measure all channels anew
Status
mixer_reset_meters(Services* services);

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
