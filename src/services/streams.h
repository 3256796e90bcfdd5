// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the engine does, for those who watch it: meters, spectra, waveforms
//
// A channel is listened to while somebody asks for its audio, and for a while
// after; the process thread copies it into a ring, all else is done here.
// Meters are kept for the time of a window, so whoever asks sees the same.

#ifndef SONIC_SERVICES_STREAMS_H
#define SONIC_SERVICES_STREAMS_H

#include "analysis/spectrum.h"
#include "base/id.h"
#include "base/status.h"
#include "services/services.h"

#include <stdint.h>

/// Levels that a meter shows are those of this time
#define STREAMS_METER_MS 100u

/// Longest waveform in frames
#define STREAMS_MAX_FRAMES 32768u

/// Points of a waveform
#define STREAMS_POINTS 160u

/// Levels of a channel after its fader over the time of a window, amplitudes
typedef struct {
  float peak_left;
  float peak_right;
  float rms_left;
  float rms_right;
} StreamMeter;

/// Lowest and highest sample of a stretch of both sides
typedef struct {
  float min_left;
  float max_left;
  float min_right;
  float max_right;
} StreamPoint;

typedef struct Streams Streams;

/// Nothing watched; null if memory ran out
Streams*
streams_new(void);

/// Forget all (null is fine); the engine is gone
void
streams_free(Streams* streams);

/// Take in what the engine has handed over, and stop listening where nobody
/// asks any more
void
streams_poll(Services* services);

/// The engine is about to go
void
streams_forget_engine(Services* services);

/// Levels of a channel; STATUS_NOT_FOUND
Status
streams_meter(Services* services, Id channel, StreamMeter* out);

/**
   Spectrum of what a channel put out last.

   @param size Frames, a power of two.
   @param bands Receives levels in dB; of each band the louder side's.
*/
Status
streams_spectrum(Services*      services,
                 Id             channel,
                 uint32_t       size,
                 SpectrumWindow window,
                 float          bands[SPECTRUM_BANDS]);

/// Waveform of the last `frames` that a channel put out
Status
streams_waveform(Services*   services,
                 Id          channel,
                 uint32_t    frames,
                 StreamPoint points[STREAMS_POINTS]);

#endif // SONIC_SERVICES_STREAMS_H
