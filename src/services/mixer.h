// SPDX-License-Identifier: GPL-3.0-or-later
//
// The mixer: what is asked of it
//
// The settings of channels are fields of the document and need no service of
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

/// Levels since they were last asked for
Status
mixer_meter(Services* services, Id channel, MixerMeter* out);

#endif // SONIC_SERVICES_MIXER_H
