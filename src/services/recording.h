// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recording
//
// A recording begins in a transaction and rolls while the transport plays.
// When it has ended and all of it is on disk, its clips come into the document
// as one step that can be undone.  What was recorded of another composition, or
// by a program that was ended, comes in when its composition is opened.

#ifndef SONIC_SERVICES_RECORDING_H
#define SONIC_SERVICES_RECORDING_H

#include "base/status.h"
#include "services/services.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Recorder Recorder;

/// What is told of the recorder
typedef struct {
  const char* state; ///< "idle", "recording" or "finishing"
  uint64_t    lost;  ///< Frames and events that the last recording lost
  const char* text;  ///< What went wrong with it, or ""
} RecordingInfo;

/// A recorder that is idle; null if memory ran out
Recorder*
recorder_new(void);

/// Release a recorder whose engine is gone; what rolls is left for the next
/// start (null is fine)
void
recorder_free(Recorder* recorder);

/// In a transaction: record on all armed tracks, and play if the transport
/// stands
Status
recording_start(Services* services);

/// In a transaction: end the recording, playing on
Status
recording_stop(Services* services);

/// Whether a recording rolls
bool
recording_is_on(Services* services);

/// What the recorder does
RecordingInfo
recording_info(const Services* services);

/// At the end of a transaction: keep what it began, or not
void
recording_settle(Services* services, bool committed);

/// Bring in what has ended
void
recording_poll(Services* services);

/// The engine is gone: end what rolls
void
recording_break(Services* services);

/// Bring in what is found of the composition that is open now
void
recording_recover(Services* services);

#endif // SONIC_SERVICES_RECORDING_H
