// SPDX-License-Identifier: GPL-3.0-or-later
//
// From beats to frames
//
// A tempo map turns ticks into exact frame times and back.  Times are fixed
// point with 64 fractional bits, so a thousand tempo changes or ten thousand
// loops add up to less than 2^-40 frames of error.  A map is immutable once
// built and may be read by any thread.

#ifndef SONIC_BASE_TEMPO_H
#define SONIC_BASE_TEMPO_H

#include "base/rt.h"
#include "base/ticks.h"

#include <stdbool.h>
#include <stdint.h>

/// Frames with 64 fractional bits
__extension__ typedef __int128 FrameTime;

/// Tempo in millionths of a beat per minute: 120 BPM is 120,000,000
typedef int64_t MicroBpm;

#define MICRO_BPM_PER_BPM 1000000

/// A change of tempo on the timeline, as it is given
typedef struct {
  Ticks    start; ///< Where it takes effect, at least 0
  MicroBpm tempo; ///< Tempo from here, above 0
  bool     ramp;  ///< Tempo moves linearly in beats from the change before
} TempoChange;

typedef struct TempoMap TempoMap;

/**
   Build a map.

   @param rate Frames per second.
   @param tempo Tempo from tick 0.
   @param changes Changes in ascending order of start, borrowed.
   @param num_changes Number of changes.
   @return A new map, owned by the caller, or null if memory ran out.
*/
TempoMap*
tempo_map_new(uint32_t           rate,
              MicroBpm           tempo,
              const TempoChange* changes,
              uint32_t           num_changes);

/// Release a map
void
tempo_map_free(TempoMap* map);

/// Frame time of a tick; tick 0 is time 0, and tempo 0's extends below it
SONIC_RT FrameTime
tempo_map_time(const TempoMap* map, Ticks ticks);

/// The last tick at or before a frame time
SONIC_RT Ticks
tempo_map_ticks(const TempoMap* map, FrameTime time);

/// Tempo at a tick
SONIC_RT MicroBpm
tempo_map_tempo(const TempoMap* map, Ticks ticks);

/// Half a frame, and 2^-44 to absorb what is cut off just below a half
#define FRAME_TIME_HALF (((FrameTime)1 << 63) + ((FrameTime)1 << 20))

/// The nearest whole frame, half up
SONIC_RT static inline int64_t
frame_time_round(const FrameTime time)
{
  return (int64_t)((time + FRAME_TIME_HALF) >> 64);
}

/// Whole frames as a time
SONIC_RT static inline FrameTime
frame_time_from_frames(const int64_t frames)
{
  return (FrameTime)frames * ((FrameTime)1 << 64);
}

/**
   The tempo meant by a single-precision number in BPM.

   That is the multiple of 1/1000 BPM whose float it is, else the nearest
   millionth.
*/
MicroBpm
tempo_from_float(float bpm);

/// The nearest millionth
MicroBpm
tempo_from_double(double bpm);

/// Tempo as BPM
static inline double
tempo_to_bpm(const MicroBpm tempo)
{
  return (double)tempo / MICRO_BPM_PER_BPM;
}

#endif // SONIC_BASE_TEMPO_H
