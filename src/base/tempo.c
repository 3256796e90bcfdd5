// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/tempo.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

__extension__ typedef unsigned __int128 Wide;

#define MICROS_PER_MINUTE 60000000

/// A stretch of the timeline with one tempo, or with one ramp
typedef struct {
  Ticks     start;  ///< First tick
  FrameTime time;   ///< Of `start`
  MicroBpm  tempo;  ///< At `start`
  MicroBpm  end;    ///< Where the next begins; `tempo` unless it is a ramp
  Ticks     length; ///< Of a ramp
} Segment;

struct TempoMap {
  uint32_t rate;
  uint32_t num_segments;
  Segment  segments[]; ///< By start, the first is at 0
};

/// Quotient rounded down, and what is left, for a positive divisor
SONIC_RT static FrameTime
divide(const FrameTime n, const FrameTime divisor, FrameTime* const rest)
{
  FrameTime quotient = n / divisor;
  *rest              = n % divisor;
  if (*rest < 0) {
    *rest += divisor;
    --quotient;
  }

  return quotient;
}

// At a constant tempo T (in micro-BPM) b ticks last
// b * rate * 60,000,000 / (T * TICKS_PER_BEAT) frames: a fraction of integers,
// which is cut off at 2^-64.
SONIC_RT static FrameTime
constant_time(const uint32_t rate, const MicroBpm tempo, const Ticks ticks)
{
  const FrameTime divisor = (FrameTime)tempo * TICKS_PER_BEAT;
  const FrameTime n       = (FrameTime)ticks * rate * MICROS_PER_MINUTE;
  FrameTime       rest    = 0;
  const FrameTime whole   = divide(n, divisor, &rest);
  return whole * ((FrameTime)1 << 64) +
         (FrameTime)(((Wide)rest << 64) / (Wide)divisor);
}

// The inverse: time * T * TICKS_PER_BEAT / (rate * 60,000,000), where the whole
// frames of the time and its fraction are taken one by one to stay in 128 bits
SONIC_RT static Ticks
constant_ticks(const uint32_t rate, const MicroBpm tempo, const FrameTime time)
{
  const FrameTime factor   = (FrameTime)tempo * TICKS_PER_BEAT;
  const FrameTime divisor  = (FrameTime)rate * MICROS_PER_MINUTE;
  const int64_t   whole    = (int64_t)(time >> 64);
  const uint64_t  fraction = (uint64_t)time;
  FrameTime       rest     = 0;
  const FrameTime ticks    = divide(whole * factor, divisor, &rest);
  const Wide      part     = ((Wide)rest << 64) + fraction * (Wide)factor;
  return (Ticks)(ticks + (FrameTime)((part / (Wide)divisor) >> 64));
}

/// Frames in a tick at one micro-BPM
SONIC_RT static long double
frames_micro_bpm(const uint32_t rate)
{
  return (long double)rate * MICROS_PER_MINUTE / TICKS_PER_BEAT;
}

// A tempo that moves from T0 to T1 over L ticks reaches tick b after
// C / k * ln(1 + k * b / T0) frames, with k = (T1 - T0) / L
SONIC_RT static FrameTime
ramp_time(const uint32_t rate, const Segment* const segment, const Ticks ticks)
{
  const long double change = (long double)(segment->end - segment->tempo);
  const long double length = (long double)segment->length;
  const long double ratio =
    change * (long double)ticks / (length * (long double)segment->tempo);
  const long double frames =
    frames_micro_bpm(rate) * length / change * log1pl(ratio);

  const long double whole = floorl(frames);
  return frame_time_from_frames((int64_t)whole) +
         (FrameTime)ldexpl(frames - whole, 64);
}

SONIC_RT static Ticks
ramp_ticks(const uint32_t       rate,
           const Segment* const segment,
           const FrameTime      time)
{
  const long double change = (long double)(segment->end - segment->tempo);
  const long double length = (long double)segment->length;
  const long double frames = ldexpl((long double)time, -64);
  const long double growth =
    expm1l(frames * change / (length * frames_micro_bpm(rate)));
  return (Ticks)floorl(growth * length * (long double)segment->tempo / change);
}

SONIC_RT static bool
is_ramp(const Segment* const segment)
{
  return segment->end != segment->tempo;
}

/// Time from the start of a segment to a tick in it or after it
SONIC_RT static FrameTime
segment_time(const uint32_t       rate,
             const Segment* const segment,
             const Ticks          ticks)
{
  // Before 0 there is no ramp, even if one begins there
  return is_ramp(segment) && ticks > 0
           ? ramp_time(rate, segment, ticks)
           : constant_time(rate, segment->tempo, ticks);
}

SONIC_RT static Ticks
segment_ticks(const uint32_t       rate,
              const Segment* const segment,
              const FrameTime      time)
{
  return is_ramp(segment) && time > 0
           ? ramp_ticks(rate, segment, time)
           : constant_ticks(rate, segment->tempo, time);
}

TempoMap*
tempo_map_new(const uint32_t           rate,
              const MicroBpm           tempo,
              const TempoChange* const changes,
              const uint32_t           num_changes)
{
  assert(rate > 0 && tempo > 0);
  const size_t size =
    sizeof(TempoMap) + ((size_t)num_changes + 1u) * sizeof(Segment);
  TempoMap* const map = (TempoMap*)malloc(size);
  if (!map) {
    return NULL;
  }

  map->rate         = rate;
  map->num_segments = num_changes + 1u;
  map->segments[0]  = (Segment){.tempo = tempo, .end = tempo};
  for (uint32_t i = 0; i < num_changes; ++i) {
    const TempoChange* const change  = &changes[i];
    Segment* const           segment = &map->segments[i];
    assert(change->start >= segment->start && change->tempo > 0);

    segment->length = change->start - segment->start;
    if (change->ramp && segment->length) {
      segment->end = change->tempo;
    }

    map->segments[i + 1u] = (Segment){
      .start = change->start,
      .time  = segment->time + segment_time(rate, segment, segment->length),
      .tempo = change->tempo,
      .end   = change->tempo,
    };
  }

  return map;
}

void
tempo_map_free(TempoMap* const map)
{
  free(map);
}

/// The last segment that begins at or before a tick, or the first
SONIC_RT static const Segment*
segment_at_ticks(const TempoMap* const map, const Ticks ticks)
{
  uint32_t first = 0;
  uint32_t end   = map->num_segments;
  while (end - first > 1u) {
    const uint32_t middle = first + (end - first) / 2u;
    if (map->segments[middle].start <= ticks) {
      first = middle;
    } else {
      end = middle;
    }
  }

  return &map->segments[first];
}

/// The last segment that begins at or before a time, or the first
SONIC_RT static const Segment*
segment_at_time(const TempoMap* const map, const FrameTime time)
{
  uint32_t first = 0;
  uint32_t end   = map->num_segments;
  while (end - first > 1u) {
    const uint32_t middle = first + (end - first) / 2u;
    if (map->segments[middle].time <= time) {
      first = middle;
    } else {
      end = middle;
    }
  }

  return &map->segments[first];
}

SONIC_RT FrameTime
tempo_map_time(const TempoMap* const map, const Ticks ticks)
{
  const Segment* const segment = segment_at_ticks(map, ticks);
  return segment->time +
         segment_time(map->rate, segment, ticks - segment->start);
}

SONIC_RT Ticks
tempo_map_ticks(const TempoMap* const map, const FrameTime time)
{
  const Segment* const segment = segment_at_time(map, time);
  Ticks                ticks =
    segment->start + segment_ticks(map->rate, segment, time - segment->time);

  // Times are cut off, so the true inverse may be one tick early; a ramp's may
  // be off either way
  while (tempo_map_time(map, ticks) > time) {
    --ticks;
  }

  while (tempo_map_time(map, ticks + 1) <= time) {
    ++ticks;
  }

  return ticks;
}

SONIC_RT MicroBpm
tempo_map_tempo(const TempoMap* const map, const Ticks ticks)
{
  const Segment* const segment = segment_at_ticks(map, ticks);
  const Ticks          from    = ticks - segment->start;
  if (!is_ramp(segment) || from <= 0) {
    return segment->tempo;
  }

  const long double change = (long double)(segment->end - segment->tempo);
  return segment->tempo + (MicroBpm)llrintl(change * (long double)from /
                                            (long double)segment->length);
}

MicroBpm
tempo_from_float(const float bpm)
{
  const double thousandths = nearbyint((double)bpm * 1000.0);
  return (float)(thousandths / 1000.0) == bpm
           ? (MicroBpm)thousandths * (MICRO_BPM_PER_BPM / 1000)
           : tempo_from_double((double)bpm);
}

MicroBpm
tempo_from_double(const double bpm)
{
  return (MicroBpm)floor(bpm * MICRO_BPM_PER_BPM + 0.5);
}
