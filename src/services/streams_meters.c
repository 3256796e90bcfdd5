// SPDX-License-Identifier: GPL-3.0-or-later
//
// Meters that several may watch
//
// The engine's meters begin anew when they are taken.  So those that somebody
// watches are taken here at a steady pace, and whoever asks is told of the last
// while.  One that nobody watches tells of all since it was asked for last.

#include "base/clock.h"
#include "services/edit.h"
#include "services/streams_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A meter is watched for this long after it was asked for
#define WATCH_NANOS UINT64_C(2000000000)

/// Between two readings
#define READ_NANOS UINT64_C(10000000)

/// The slot of a channel in the index, or the free one where it belongs
static uint16_t*
find_slot(Streams* const streams, const Id id)
{
  uint32_t slot = (id * 2654435761u) % METER_SLOTS;
  while (streams->index[slot] &&
         streams->meters[streams->index[slot] - 1u].id != id) {
    slot = (slot + 1u) % METER_SLOTS;
  }
  return &streams->index[slot];
}

/// Begin to watch a meter; null if memory ran out or there are too many
static WatchedMeter*
add_meter(Streams* const streams, const Id id)
{
  if (streams->num_meters == streams->max_meters) {
    const uint32_t max = streams->max_meters ? 2u * streams->max_meters : 64u;
    WatchedMeter* const meters =
      max <= MAX_METERS
        ? (WatchedMeter*)realloc(streams->meters, max * sizeof(WatchedMeter))
        : NULL;
    if (!meters) {
      return NULL;
    }
    streams->meters     = meters;
    streams->max_meters = max;
  }

  uint16_t* const     slot  = find_slot(streams, id);
  WatchedMeter* const meter = &streams->meters[streams->num_meters++];
  *meter                    = (WatchedMeter){.id = id};
  *slot                     = (uint16_t)streams->num_meters;
  return meter;
}

/// Take what has come to a meter since the last reading
static void
read_meter(Services* const      services,
           WatchedMeter* const  meter,
           EngineChannel* const channel,
           const uint64_t       now)
{
  const StripMeter reading = engine_take_meter(services->engine, channel);
  if (reading.frames) {
    meter->readings[meter->next] = (MeterReading){now, reading};
    meter->next                  = (meter->next + 1u) % METER_READINGS;
  }
}

/// Watch no more what has gone or nobody has asked for in a while
static void
forget_unwatched(Services* const services, const uint64_t now)
{
  Streams* const streams = services->streams;
  const uint32_t count   = streams->num_meters;
  streams->num_meters    = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const WatchedMeter* const meter = &streams->meters[i];
    if (now - meter->asked <= WATCH_NANOS &&
        feed_channel(services->feed, meter->id)) {
      streams->meters[streams->num_meters++] = *meter;
    }
  }
  if (streams->num_meters == count) {
    return;
  }

  const uint32_t left = streams->num_meters;
  memset(streams->index, 0, sizeof(streams->index));
  for (uint32_t i = 0; i < left; ++i) {
    *find_slot(streams, streams->meters[i].id) = (uint16_t)(i + 1u);
  }
}

void
streams_poll_meters(Services* const services, const uint64_t now)
{
  Streams* const streams = services->streams;
  if (!streams->num_meters || now < streams->next_poll) {
    return;
  }

  streams->next_poll = now + READ_NANOS;
  forget_unwatched(services, now);
  for (uint32_t i = 0; i < streams->num_meters; ++i) {
    WatchedMeter* const meter = &streams->meters[i];
    read_meter(services, meter, feed_channel(services->feed, meter->id), now);
  }
}

/// Levels of the readings since a time
static StreamMeter
sum_up(const WatchedMeter* const meter, const uint64_t since)
{
  StreamMeter out    = {0};
  double      left   = 0.0;
  double      right  = 0.0;
  uint64_t    frames = 0;
  for (uint32_t i = 0; i < METER_READINGS; ++i) {
    const StripMeter* const reading = &meter->readings[i].meter;
    if (meter->readings[i].nanos > since) {
      out.peak_left  = fmaxf(out.peak_left, reading->peak_left);
      out.peak_right = fmaxf(out.peak_right, reading->peak_right);
      left += (double)reading->power_left;
      right += (double)reading->power_right;
      frames += reading->frames;
    }
  }
  if (frames) {
    out.rms_left  = (float)sqrt(left / (double)frames);
    out.rms_right = (float)sqrt(right / (double)frames);
  }
  return out;
}

/// Time of a meter's window: some periods at least
static uint64_t
window_nanos(const Services* const services)
{
  const uint64_t least = STREAMS_METER_MS * UINT64_C(1000000);
  const uint64_t period =
    services->backend ? backend_info(services->backend).period : 0u;
  const uint64_t two = period * UINT64_C(2000000000) / services->rate;
  return two > least ? two : least;
}

Status
streams_meter(Services* const    services,
              const Id           channel,
              StreamMeter* const out)
{
  Streams* const       streams = services->streams;
  EngineChannel* const strip   = feed_channel(services->feed, channel);
  const uint64_t       now     = clock_nanos();
  if (!strip) {
    return edit_not_found(services, channel);
  }

  const uint16_t place = *find_slot(streams, channel);
  WatchedMeter*  meter = place ? &streams->meters[place - 1u] : NULL;
  if (!meter) {
    meter = add_meter(streams, channel);
    if (!meter) {
      return edit_no_memory(services);
    }
    read_meter(services, meter, strip, now);
  }
  meter->asked = now;
  *out         = sum_up(meter, now - window_nanos(services));
  return STATUS_OK;
}
