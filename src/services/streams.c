// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/streams.h"

#include "base/clock.h"
#include "services/edit.h"
#include "services/streams_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A channel is listened to for this long after it was asked for
#define LISTEN_NANOS UINT64_C(2000000000)

/// Blocks that wait between two looks, 0.35 s at 96 kHz
#define TAP_BLOCKS 512u

/// A spectrum is not worked out anew before so many of a second's frames came
#define SPECTRUM_RATE 100u

Streams*
streams_new(void)
{
  return (Streams*)calloc(1, sizeof(Streams));
}

static void
tap_free(StreamTap* const tap)
{
  for (uint32_t i = 0; tap && i < STREAM_SPECTRA; ++i) {
    spectrum_free(tap->spectra[i].spectrum);
  }
  if (tap) {
    streams_clear_measures(&tap->measures);
    free(tap->past);
  }
  free(tap);
}

void
streams_free(Streams* const streams)
{
  if (streams) {
    for (uint32_t i = 0; i < ENGINE_MAX_TAPS; ++i) {
      tap_free(streams->taps[i]);
    }
    free(streams->meters);
    free(streams);
  }
}

void
streams_forget_engine(Services* const services)
{
  Streams* const streams = services->streams;
  for (uint32_t i = 0; streams && i < ENGINE_MAX_TAPS; ++i) {
    tap_free(streams->taps[i]);
    streams->taps[i] = NULL;
  }
}

/// Have the engine fill a ring from a channel, or with a null ring stop that
static Status
send_tap(Services* const      services,
         const uint32_t       slot,
         EngineChannel* const channel,
         Ring* const          ring)
{
  Batch* const    batch = batch_new();
  const Operation op    = {
       .type = OPERATION_TAP, .channel = channel, .param = slot, .tap = ring};
  if (!batch || !batch_add(batch, &op)) {
    batch_free(batch);
    ring_free(ring);
    return STATUS_NO_MEMORY;
  }

  const Status status = engine_send(services->engine, batch);
  if (status) {
    batch_free(batch);
  }
  return status;
}

/// Keep the frames of a block
static void
keep(StreamTap* const tap, const TapBlock* const block)
{
  StreamPast* const past = tap->past;
  if (!past) {
    tap->end = block->frame + block->n;
    return;
  }

  // What was missed is silence
  if (tap->end && block->frame - tap->end < STREAM_FRAMES) {
    for (; tap->end < block->frame; ++tap->end) {
      past->left[tap->end % STREAM_FRAMES]  = 0.0f;
      past->right[tap->end % STREAM_FRAMES] = 0.0f;
    }
  } else if (tap->end != block->frame) {
    memset(past, 0, sizeof(*past));
    tap->end = block->frame;
  }

  for (uint32_t i = 0; i < block->n; ++i, ++tap->end) {
    past->left[tap->end % STREAM_FRAMES]  = block->left[i];
    past->right[tap->end % STREAM_FRAMES] = block->right[i];
  }
}

static void
take_in(StreamTap* const tap)
{
  TapBlock block;
  while (ring_read(tap->ring, &block)) {
    keep(tap, &block);
    streams_measure(&tap->measures, block.left, block.right, block.n);
  }
}

void
streams_poll(Services* const services)
{
  Streams* const streams = services->streams;
  const uint64_t now     = clock_nanos();
  streams_poll_meters(services, now);
  for (uint32_t i = 0; i < ENGINE_MAX_TAPS; ++i) {
    StreamTap* const tap = streams->taps[i];
    if (!tap) {
      continue;
    }

    take_in(tap);
    const bool gone = feed_channel(services->feed, tap->id) != tap->channel;
    const bool unasked =
      now - tap->asked > LISTEN_NANOS && !streams_measures(&tap->measures, now);
    if ((gone || unasked) &&
        !send_tap(services, i, gone ? NULL : tap->channel, NULL)) {
      tap_free(tap);
      streams->taps[i] = NULL;
    }
  }
}

/// Begin to listen to a channel
static Status
open_tap(Services* const      services,
         const Id             id,
         EngineChannel* const channel,
         StreamTap** const    out)
{
  Streams* const streams = services->streams;
  uint32_t       slot    = 0;
  while (slot < ENGINE_MAX_TAPS && streams->taps[slot]) {
    ++slot;
  }
  if (slot == ENGINE_MAX_TAPS) {
    return services_fail(services,
                         STATUS_TOO_LARGE,
                         "At most %u channels are listened to at once",
                         ENGINE_MAX_TAPS);
  }

  StreamTap* const tap  = (StreamTap*)calloc(1, sizeof(StreamTap));
  Ring* const      ring = ring_new(TAP_BLOCKS, sizeof(TapBlock));
  if (!tap || !ring) {
    free(tap);
    ring_free(ring);
    return edit_no_memory(services);
  }
  const Status status = send_tap(services, slot, channel, ring);
  if (status) {
    free(tap);
    return services_fail(services, status, "%s", status_text(status));
  }

  tap->id             = id;
  tap->channel        = channel;
  tap->ring           = ring;
  streams->taps[slot] = tap;
  *out                = tap;
  return STATUS_OK;
}

Status
streams_find_tap(Services* const services, const Id id, StreamTap** const out)
{
  EngineChannel* const channel = feed_channel(services->feed, id);
  if (!channel) {
    return edit_not_found(services, id);
  }

  Streams* const streams = services->streams;
  Status         status  = STATUS_OK;
  *out                   = NULL;
  for (uint32_t i = 0; i < ENGINE_MAX_TAPS; ++i) {
    StreamTap* const tap = streams->taps[i];
    if (tap && tap->id == id && tap->channel == channel) {
      *out = tap;
    }
  }
  if (!*out) {
    status = open_tap(services, id, channel, out);
  }
  if (!status) {
    (*out)->asked = clock_nanos();
    take_in(*out);
  }
  return status;
}

/// The tap of a channel that keeps what it hears
static Status
find_past(Services* const services, const Id id, StreamTap** const out)
{
  const Status status = streams_find_tap(services, id, out);
  if (!status && !(*out)->past) {
    (*out)->past = (StreamPast*)calloc(1, sizeof(StreamPast));
    return (*out)->past ? STATUS_OK : edit_no_memory(services);
  }
  return status;
}

/// The spectrum of a size and window, taking the place of the one that was
/// asked for longest ago
static StreamSpectrum*
find_spectrum(StreamTap* const     tap,
              const uint32_t       size,
              const SpectrumWindow window)
{
  StreamSpectrum* found = &tap->spectra[0];
  for (uint32_t i = 0; i < STREAM_SPECTRA; ++i) {
    StreamSpectrum* const spectrum = &tap->spectra[i];
    if (spectrum->spectrum && spectrum->size == size &&
        spectrum->window == window) {
      return spectrum;
    }
    if (spectrum->asked < found->asked) {
      found = spectrum;
    }
  }

  spectrum_free(found->spectrum);
  *found = (StreamSpectrum){
    .spectrum = spectrum_new(size, window), .size = size, .window = window};
  return found->spectrum ? found : NULL;
}

/// Copy the last frames of a side
static void
copy_last(const float* const side,
          const uint64_t     end,
          float* const       to,
          const uint32_t     count)
{
  for (uint32_t i = 0; i < count; ++i) {
    to[i] = side[(end - count + i) % STREAM_FRAMES];
  }
}

Status
streams_spectrum(Services* const      services,
                 const Id             channel,
                 const uint32_t       size,
                 const SpectrumWindow window,
                 float                bands[SPECTRUM_BANDS])
{
  static float frames[SPECTRUM_MAX_SIZE];

  StreamTap*   tap    = NULL;
  const Status status = find_past(services, channel, &tap);
  if (status) {
    return status;
  }
  StreamSpectrum* const spectrum = find_spectrum(tap, size, window);
  if (!spectrum) {
    return edit_no_memory(services);
  }

  if (!spectrum->asked ||
      tap->end - spectrum->end >= services->rate / SPECTRUM_RATE) {
    const float* const sides[] = {tap->past->left, tap->past->right};
    for (uint32_t i = 0; i < SPECTRUM_BANDS; ++i) {
      spectrum->bands[i] = SPECTRUM_FLOOR_DB;
    }
    for (uint32_t i = 0; i < 2u; ++i) {
      copy_last(sides[i], tap->end, frames, size);
      spectrum_run(spectrum->spectrum, frames, services->rate, spectrum->bands);
    }
    spectrum->end = tap->end;
  }
  spectrum->asked = tap->asked;
  memcpy(bands, spectrum->bands, sizeof(spectrum->bands));
  return STATUS_OK;
}

Status
streams_waveform(Services* const services,
                 const Id        channel,
                 const uint32_t  frames,
                 StreamPoint     points[STREAMS_POINTS])
{
  StreamTap*   tap    = NULL;
  const Status status = find_past(services, channel, &tap);
  if (status) {
    return status;
  }

  for (uint32_t i = 0; i < STREAMS_POINTS; ++i) {
    const uint64_t begin = tap->end - frames;
    const uint64_t from  = begin + (uint64_t)frames * i / STREAMS_POINTS;
    const uint64_t to    = begin + (uint64_t)frames * (i + 1u) / STREAMS_POINTS;
    StreamPoint    point = {INFINITY, -INFINITY, INFINITY, -INFINITY};
    for (uint64_t f = from; f < to; ++f) {
      const float left  = tap->past->left[f % STREAM_FRAMES];
      const float right = tap->past->right[f % STREAM_FRAMES];
      point.min_left    = fminf(point.min_left, left);
      point.max_left    = fmaxf(point.max_left, left);
      point.min_right   = fminf(point.min_right, right);
      point.max_right   = fmaxf(point.max_right, right);
    }
    points[i] = point;
  }
  return STATUS_OK;
}
