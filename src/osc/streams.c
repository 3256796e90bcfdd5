// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /streams: one compact message for each subscriber and turn
//
// Numbers in blobs are 16 bits wide, the high byte first.  Levels are in steps
// of 1/256 dB, samples in steps of 1/32767.

#include "services/streams.h"

#include "osc/dispatch_private.h"
#include "osc/handlers.h"
#include "services/mixer.h"
#include "services/playback.h"
#include "services/song_time.h"
#include "services/synthesis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Channels in a message of meters
#define METERS_IN_SET 160u

/// Lowest level that a blob can hold, in dB
#define LEAST_DB (-128.0)

/// Append a number of 16 bits
static uint8_t*
put_16(uint8_t* const at, const double value)
{
  const double   whole  = fmin(fmax(floor(value + 0.5), -32768.0), 32767.0);
  const uint16_t number = (uint16_t)(int16_t)whole;
  at[0]                 = (uint8_t)(number >> 8u);
  at[1]                 = (uint8_t)number;
  return at + 2;
}

/// Append a level in dB
static uint8_t*
put_db(uint8_t* const at, const double db)
{
  return put_16(at, 256.0 * fmax(db, LEAST_DB));
}

/// `/streams/transport`
Status
osc_streams_transport_get(Services* const services, OscCall* const call)
{
  const Composition* const root     = services_document(services);
  const Telemetry          now      = services_telemetry(services);
  const Ticks              position = playback_position(services);
  int64_t                  bar      = 0;
  double                   beat     = 0.0;
  song_time_bar(root, position, &bar, &beat);
  call_string(call, playback_state(services));
  call_beats(call, position);
  call_float(call, song_time_seconds(root, 0, position));
  call_float(call, tempo_to_bpm(now.tempo));
  call_int(call, bar);
  call_float(call, beat);
  call_int(call, (int64_t)(now.loops & INT32_MAX));
  return STATUS_OK;
}

/// Number of channels: tracks, buses, the master
static uint32_t
count_channels(const Composition* const root)
{
  return id_list_count(root->order[KIND_TRACK]) +
         id_list_count(root->order[KIND_BUS]) + 1u;
}

/// A channel by its place in `/mixer/channels/list`
static Id
channel_at(const Composition* const root, const uint32_t place)
{
  const IdList* const tracks = root->order[KIND_TRACK];
  const IdList* const buses  = root->order[KIND_BUS];
  const uint32_t      first  = id_list_count(tracks);
  return place < first                          ? tracks->ids[place]
         : place < first + id_list_count(buses) ? buses->ids[place - first]
                                                : ID_MASTER;
}

static Status
answer_meters(Services* const services,
              OscCall* const  call,
              const uint32_t  first)
{
  const Composition* const root = services_document(services);
  const uint32_t           all  = count_channels(root);
  const uint32_t           count =
    all - first < METERS_IN_SET ? all - first : METERS_IN_SET;
  uint8_t  blob[METERS_IN_SET * 8u];
  uint8_t* at = blob;
  for (uint32_t i = 0; i < count; ++i) {
    // A channel that the engine does not have yet is silent
    MixerMeter meter = {LEAST_DB, LEAST_DB, LEAST_DB, LEAST_DB};
    mixer_meter(services, channel_at(root, first + i), &meter);
    at = put_db(at, meter.peak_left_db);
    at = put_db(at, meter.peak_right_db);
    at = put_db(at, meter.rms_left_db);
    at = put_db(at, meter.rms_right_db);
  }
  call_int(call, first);
  call_int(call, count);
  call_blob(call, blob, (uint32_t)(at - blob));
  return STATUS_OK;
}

/// `/streams/meters`
Status
osc_streams_meters_get(Services* const services, OscCall* const call)
{
  return answer_meters(services, call, 0);
}

/// `/streams/meters/{set}`
Status
osc_streams_meters_set_get(Services* const services, OscCall* const call)
{
  const uint32_t all  = count_channels(services_document(services));
  const uint32_t sets = (all + METERS_IN_SET - 1u) / METERS_IN_SET;
  char*          end  = NULL;
  const long     set  = strtol(call->words[0], &end, 10);
  if (*end || end == call->words[0] || set < 1 || (uint32_t)set > sets) {
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "There are sets 1 to %u, of %u channels each",
                         sets,
                         METERS_IN_SET);
  }
  return answer_meters(services, call, ((uint32_t)set - 1u) * METERS_IN_SET);
}

bool
osc_streams_each_set(Services* const services,
                     const WordFunc  func,
                     void* const     handle)
{
  const uint32_t all = count_channels(services_document(services));
  for (uint32_t i = 0; i * METERS_IN_SET < all; ++i) {
    char word[16];
    snprintf(word, sizeof(word), "%u", i + 1u);
    if (!func(handle, word)) {
      return false;
    }
  }
  return true;
}

// Spectrum

/// `/streams/spectrum` of the master, `/streams/spectrum/{channel}`
Status
osc_streams_spectrum_get(Services* const services, OscCall* const call)
{
  const StreamSettings* const settings = &call->client->streams;
  const Id     channel = call->row->num_places ? call->ids[0] : ID_MASTER;
  float        bands[SPECTRUM_BANDS];
  uint8_t      blob[2u * SPECTRUM_BANDS];
  uint8_t*     at     = blob;
  const Status status = streams_spectrum(services,
                                         channel,
                                         settings->spectrum_size,
                                         settings->spectrum_window,
                                         bands);
  if (status) {
    return status;
  }
  for (uint32_t i = 0; i < SPECTRUM_BANDS; ++i) {
    at = put_db(at, (double)bands[i]);
  }
  call_int(call, settings->spectrum_size);
  call_float(call, SPECTRUM_FIRST_HZ);
  call_int(call, SPECTRUM_PER_OCTAVE);
  call_int(call, SPECTRUM_BANDS);
  call_blob(call, blob, sizeof(blob));
  return STATUS_OK;
}

/// `/streams/spectrum/size`
Status
osc_streams_size_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_int(call, call->client->streams.spectrum_size);
  return STATUS_OK;
}

/// `/streams/spectrum/size ,i`: the power of two at or below it
Status
osc_streams_size_set(Services* const services, OscCall* const call)
{
  uint32_t size = SPECTRUM_MIN_SIZE;
  while (2u * size <= (uint32_t)call->args[0].i) {
    size *= 2u;
  }
  call->client->streams.spectrum_size = size;
  return osc_streams_size_get(services, call);
}

/// `/streams/spectrum/window`
Status
osc_streams_window_get(Services* const services, OscCall* const call)
{
  (void)services;
  const SpectrumWindow window = call->client->streams.spectrum_window;
  call_string(call, call->row->args[0].words[window]);
  return STATUS_OK;
}

/// `/streams/spectrum/window ,s`
Status
osc_streams_window_set(Services* const services, OscCall* const call)
{
  call->client->streams.spectrum_window = (SpectrumWindow)call->args[0].i;
  return osc_streams_window_get(services, call);
}

// Waveform

/// `/streams/waveform` of the master, `/streams/waveform/{channel}`
Status
osc_streams_waveform_get(Services* const services, OscCall* const call)
{
  const Id     channel = call->row->num_places ? call->ids[0] : ID_MASTER;
  const double rate    = synthesis_backend(services).rate;
  const double wanted  = call->client->streams.waveform_span * rate;
  const double frames =
    fmin(fmax(wanted, STREAMS_POINTS), STREAMS_MAX_FRAMES / 2u);
  StreamPoint  points[STREAMS_POINTS];
  uint8_t      blob[8u * STREAMS_POINTS];
  uint8_t*     at = blob;
  const Status status =
    streams_waveform(services, channel, (uint32_t)frames, points);
  if (status) {
    return status;
  }
  for (uint32_t i = 0; i < STREAMS_POINTS; ++i) {
    at = put_16(at, 32767.0 * (double)points[i].min_left);
    at = put_16(at, 32767.0 * (double)points[i].max_left);
    at = put_16(at, 32767.0 * (double)points[i].min_right);
    at = put_16(at, 32767.0 * (double)points[i].max_right);
  }
  call_float(call, floor(frames) / rate);
  call_int(call, STREAMS_POINTS);
  call_blob(call, blob, sizeof(blob));
  return STATUS_OK;
}

/// `/streams/waveform/span`
Status
osc_streams_span_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_float(call, call->client->streams.waveform_span);
  return STATUS_OK;
}

/// `/streams/waveform/span ,f`
Status
osc_streams_span_set(Services* const services, OscCall* const call)
{
  call->client->streams.waveform_span = call->args[0].f;
  return osc_streams_span_get(services, call);
}

// Analytics

/// Memory of the program in MiB
static double
memory_mib(void)
{
  unsigned long pages = 0;
  FILE* const   file  = fopen("/proc/self/statm", "re");
  if (file) {
    if (fscanf(file, "%*u %lu", &pages) != 1) {
      pages = 0;
    }
    fclose(file);
  }
  return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576.0;
}

/// `/streams/analytics`
Status
osc_streams_analytics_get(Services* const services, OscCall* const call)
{
  const Dispatch* const dispatch = call_dispatch(call);
  const Telemetry       now      = services_telemetry(services);
  const BackendInfo     info     = synthesis_backend(services);
  call_float(call, (double)now.load);
  call_float(call, (double)now.load_max);
  call_int(call, (int64_t)info.xruns);
  call_int(call, (int64_t)now.late);
  call_int(call, now.voices);
  call_float(call, floor(memory_mib() * 10.0) / 10.0);
  call_int(call, clients_count(dispatch->clients));
  call_float(call, 1000.0 * info.period / info.rate);
  call_int(call, info.period);
  call_int(call, (int64_t)now.not_finite);
  return STATUS_OK;
}
