// SPDX-License-Identifier: GPL-3.0-or-later
//
// An independent JACK client that records two ports
//
// It takes exact frames in real time and in freewheel, and says whether they
// can be trusted: an xrun or a gap in JACK's frame time is counted.  Nothing
// is allocated while it records.  Free it before its server is started anew.

#ifndef SONIC_SUPPORT_CAPTURE_H
#define SONIC_SUPPORT_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Capture Capture;

typedef enum {
  CAPTURE_NOW,   ///< From the next cycle on
  CAPTURE_SOUND, ///< From the first frame on that is not zero in both ports
} CaptureFrom;

/// A client of the server of that name; null if it does not answer
Capture*
capture_new(const char* server, uint32_t max_frames);

/// Leave freewheel and the server (null is fine)
void
capture_free(Capture* capture);

/// Connect two output ports, named in full, to the capture
bool
capture_connect(Capture* capture, const char* left, const char* right);

/// Record `frames` frames, forgetting what was recorded before
void
capture_start(Capture* capture, CaptureFrom from, uint32_t frames);

/// Wait until all of them are there; false when `timeout_ms` is over
bool
capture_wait(Capture* capture, int timeout_ms);

/// Frames recorded so far
uint32_t
capture_frames(const Capture* capture);

/// What was recorded: `capture_frames` frames, borrowed until the next start
const float*
capture_left(const Capture* capture);
const float*
capture_right(const Capture* capture);

/// JACK's frame time of the first recorded frame
uint32_t
capture_first_frame(const Capture* capture);

/// Xruns and gaps since the start of the recording
uint32_t
capture_xruns(const Capture* capture);

/// Let the whole graph run as fast as it can, or no longer
bool
capture_freewheel(Capture* capture, bool on);

/// Wait until a port of that full name exists; false when the time is over
bool
capture_wait_port(Capture* capture, const char* port, int timeout_ms);

/// Whether two ports, named in full, are connected, as of the last cycle
bool
capture_are_connected(Capture* capture, const char* from, const char* to);

/// Wait until they are; false when the time is over
bool
capture_wait_connected(Capture*    capture,
                       const char* from,
                       const char* to,
                       int         timeout_ms);

#endif // SONIC_SUPPORT_CAPTURE_H
