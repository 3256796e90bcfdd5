// SPDX-License-Identifier: GPL-3.0-or-later
//
// The transport
//
// Requests run in a transaction, so that those of a bundle are heard at one
// frame or not at all.  What the transport does is asked of telemetry.

#ifndef SONIC_SERVICES_PLAYBACK_H
#define SONIC_SERVICES_PLAYBACK_H

#include "base/status.h"
#include "base/ticks.h"
#include "services/services.h"

/// Play from where the transport stands
Status
playback_play(Services* services);

/// As `playback_play`, after the bars that are counted in
Status
playback_play_counted(Services* services);

/// Go to a marker, playing on if it plays
Status
playback_locate(Services* services, Id marker);

/// Play from a place
Status
playback_play_from(Services* services, Ticks beat);

/// Stop and go back to 0
Status
playback_stop(Services* services);

/// Stop and stay
Status
playback_pause(Services* services);

/// Play if it stands, pause if it plays
Status
playback_toggle(Services* services);

/// Go to a place, playing on if it plays
Status
playback_seek(Services* services, Ticks beat);

/// At the end of a transaction: have the transport that leads do what was asked
/// for, or not
void
playback_settle(Services* services, bool committed);

/// Have JACK's transport lead, or no longer, as the document says
void
playback_set_sync(Services* services);

/// All notes off, everywhere, at once
Status
playback_panic(Services* services);

/// Whether it plays or is about to
bool
playback_runs(Services* services);

/// "stopped", "playing", "paused", "recording" or "locating"
const char*
playback_state(Services* services);

/// Where the transport is
Ticks
playback_position(Services* services);

#endif // SONIC_SERVICES_PLAYBACK_H
