// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the parts of the streams share

#ifndef SONIC_SERVICES_STREAMS_PRIVATE_H
#define SONIC_SERVICES_STREAMS_PRIVATE_H

#include "analysis/loudness.h"
#include "analysis/true_peak.h"
#include "services/services_private.h"
#include "services/streams.h"

#include <stdbool.h>
#include <stdint.h>

/// Spectra of a channel that are kept for the next who asks
#define STREAM_SPECTRA 4u

/// Frames of a tap that are kept, a power of two
#define STREAM_FRAMES STREAMS_MAX_FRAMES

/// Readings of a meter that are kept
#define METER_READINGS 16u

/// Most meters that are watched at once
#define MAX_METERS 4096u

/// Slots of their index, a power of two
#define METER_SLOTS (2u * MAX_METERS)

/// Slots for the gain reduction of effects
#define REDUCTION_SLOTS 256u

/// A spectrum and what it was of
typedef struct {
  Spectrum*      spectrum; ///< Owned, null: none
  uint32_t       size;
  SpectrumWindow window;
  uint64_t       end;   ///< Engine frame behind the last
  uint64_t       asked; ///< Monotonic nanoseconds
  float          bands[SPECTRUM_BANDS];
} StreamSpectrum;

/// What a channel put out last; engine frame f is at `f % STREAM_FRAMES`
typedef struct {
  float left[STREAM_FRAMES];
  float right[STREAM_FRAMES];
} StreamPast;

/// What is measured of a channel that is listened to, from when it was asked
/// for first
typedef struct {
  uint64_t    asked;     ///< Monotonic nanoseconds, 0: nothing is measured
  TruePeak*   true_peak; ///< Owned, or null
  Loudness*   loudness;  ///< Owned, or null
  bool        correlates;
  Correlation correlation;
} StreamMeasures;

/// A channel that is listened to
typedef struct {
  Id             id;      ///< ID_NONE: a free slot
  EngineChannel* channel; ///< As the feed had it when the tap was opened
  Ring*          ring;    ///< Of TapBlock, the engine's
  uint64_t       asked;   ///< Monotonic nanoseconds
  uint64_t       end;     ///< Engine frame behind the last one kept
  StreamPast*    past;    ///< Owned, null until it is asked for
  StreamMeasures measures;
  StreamSpectrum spectra[STREAM_SPECTRA];
} StreamTap;

/// What came from a meter at a time
typedef struct {
  uint64_t   nanos;
  StripMeter meter;
} MeterReading;

/// Gain reduction of an effect that was taken last
typedef struct {
  Id       id;
  uint64_t nanos;
  double   db;
} StreamReduction;

/// A meter that is watched
typedef struct {
  Id           id;
  uint64_t     asked; ///< Monotonic nanoseconds
  uint32_t     next;  ///< Reading that is replaced next
  MeterReading readings[METER_READINGS];
} WatchedMeter;

struct Streams {
  StreamTap*      taps[ENGINE_MAX_TAPS]; ///< Owned, null: none
  WatchedMeter*   meters;                ///< Owned
  uint32_t        num_meters;
  uint32_t        max_meters;         ///< Room
  uint64_t        next_poll;          ///< Of the meters, monotonic nanoseconds
  uint16_t        index[METER_SLOTS]; ///< By id: place in `meters` plus 1, or 0
  StreamReduction reductions[REDUCTION_SLOTS]; ///< By id
};

/// Take the levels of all meters that are watched
void
streams_poll_meters(Services* services, uint64_t now);

/// The tap of a channel, which is opened if it is not there
Status
streams_find_tap(Services* services, Id channel, StreamTap** out);

/// Measure `n` frames that came
void
streams_measure(StreamMeasures* measures,
                const float*    left,
                const float*    right,
                uint32_t        n);

/// Whether a channel is still measured
bool
streams_measures(const StreamMeasures* measures, uint64_t now);

/// Release what measures
void
streams_clear_measures(StreamMeasures* measures);

#endif // SONIC_SERVICES_STREAMS_PRIVATE_H
