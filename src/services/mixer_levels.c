// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is measured of channels and effects
//
// Clips and gain reduction are counted by the engine at all times.  The rest is
// worked out here of what a tap hears, from when it is first asked for: until
// nobody has asked for long, so that a loudness goes on while one looks
// elsewhere.

#include "base/clock.h"
#include "services/edit.h"
#include "services/effects.h"
#include "services/mixer.h"
#include "services/streams_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A channel is measured for this long after it was asked for
#define MEASURE_NANOS UINT64_C(600000000000)

/// Time that a gain reduction is of, so that several may watch
#define REDUCTION_NANOS UINT64_C(50000000)

static double
level_db(const float level)
{
  const double db =
    level > 0.0f ? 20.0 * log10((double)level) : MIXER_METER_FLOOR_DB;
  return fmax(db, MIXER_METER_FLOOR_DB);
}

// Of what taps hear

void
streams_measure(StreamMeasures* const measures,
                const float* const    left,
                const float* const    right,
                const uint32_t        n)
{
  if (measures->true_peak) {
    true_peak_add(measures->true_peak, left, right, n);
  }
  if (measures->correlates) {
    correlation_add(&measures->correlation, left, right, n);
  }
  if (measures->loudness && !loudness_add(measures->loudness, left, right, n)) {
    loudness_free(measures->loudness);
    measures->loudness = NULL;
  }
}

bool
streams_measures(const StreamMeasures* const measures, const uint64_t now)
{
  return measures->asked && now - measures->asked <= MEASURE_NANOS;
}

void
streams_clear_measures(StreamMeasures* const measures)
{
  free(measures->true_peak);
  loudness_free(measures->loudness);
}

/// What is measured of a channel; null if that can't be
static StreamMeasures*
find_measures(Services* const services, const Id channel, Status* const status)
{
  StreamTap* tap = NULL;
  *status        = streams_find_tap(services, channel, &tap);
  if (*status) {
    return NULL;
  }

  tap->measures.asked = tap->asked;
  return &tap->measures;
}

Status
mixer_true_peak(Services* const      services,
                const Id             channel,
                MixerTruePeak* const out)
{
  Status                status   = STATUS_OK;
  StreamMeasures* const measures = find_measures(services, channel, &status);
  if (measures && !measures->true_peak) {
    measures->true_peak = (TruePeak*)malloc(sizeof(TruePeak));
    if (!measures->true_peak) {
      return edit_no_memory(services);
    }
    true_peak_init(measures->true_peak, services->rate);
  }

  *out = (MixerTruePeak){
    MIXER_METER_FLOOR_DB, MIXER_METER_FLOOR_DB, MIXER_METER_FLOOR_DB};
  if (measures) {
    const TruePeak* const peak = measures->true_peak;
    out->left_db               = level_db(true_peak_recent(peak, 0));
    out->right_db              = level_db(true_peak_recent(peak, 1));
    out->max_db                = level_db(fmaxf(peak->max[0], peak->max[1]));
  }
  return status;
}

Status
mixer_loudness(Services* const        services,
               const Id               channel,
               LoudnessReading* const out)
{
  Status                status   = STATUS_OK;
  StreamMeasures* const measures = find_measures(services, channel, &status);
  if (measures && !measures->loudness) {
    measures->loudness = loudness_new(services->rate);
    if (!measures->loudness) {
      return edit_no_memory(services);
    }
  }

  *out = (LoudnessReading){LOUDNESS_FLOOR, LOUDNESS_FLOOR, LOUDNESS_FLOOR, 0.0};
  if (measures) {
    *out = loudness_read(measures->loudness);
  }
  return status;
}

Status
mixer_correlation(Services* const services, const Id channel, double* const out)
{
  Status                status   = STATUS_OK;
  StreamMeasures* const measures = find_measures(services, channel, &status);
  if (measures && !measures->correlates) {
    correlation_init(&measures->correlation, services->rate);
    measures->correlates = true;
  }

  *out = measures ? correlation_read(&measures->correlation) : 0.0;
  return status;
}

// Of the engine

Status
mixer_clips(Services* const services, const Id channel, uint32_t* const out)
{
  const EngineChannel* const strip = feed_channel(services->feed, channel);
  *out                             = strip ? engine_clips(strip) : 0u;
  return strip ? STATUS_OK : edit_not_found(services, channel);
}

/// An effect of the composition, or the master's limiter; null (noted) if there
/// is none that measures such a thing
static EngineEffect*
find_effect(Services* const          services,
            const Id                 id,
            const EffectInfo** const info,
            Status* const            status)
{
  const bool    limits = id == ID_MASTER;
  const Effect* effect = limits ? NULL : effects_find(services, id);
  *info                = limits ? effect_find("limiter")
                         : effect ? effects_type(services, string_text(effect->type))
                                  : NULL;
  *status              = *info ? STATUS_OK : STATUS_NOT_FOUND;
  return !*info   ? NULL
         : limits ? feed_limiter(services->feed)
                  : feed_effect(services->feed, id);
}

Status
mixer_reduction(Services* const services, const Id id, double* const out)
{
  Status              status = STATUS_OK;
  const EffectInfo*   info   = NULL;
  EngineEffect* const effect = find_effect(services, id, &info, &status);
  *out                       = 0.0;
  if (status) {
    return status;
  }
  const uint64_t         now = clock_nanos();
  StreamReduction* const kept =
    &services->streams->reductions[(id * 2654435761u) % REDUCTION_SLOTS];
  const bool turns = effect && info->reduction;
  if (turns && (kept->id != id || now - kept->nanos > REDUCTION_NANOS)) {
    kept->id    = id;
    kept->nanos = now;
    kept->db    = (double)engine_take_reduction(effect);
  }

  *out = turns ? kept->db : 0.0;
  return STATUS_OK;
}

Status
mixer_reading(Services* const   services,
              const Id          id,
              const char* const name,
              double* const     out)
{
  Status                    status = STATUS_OK;
  const EffectInfo*         info   = NULL;
  const EngineEffect* const effect = find_effect(services, id, &info, &status);
  *out                             = 0.0;
  if (status) {
    return status;
  }

  for (uint32_t i = 0; i < info->num_readings; ++i) {
    if (!strcmp(info->readings[i].symbol, name)) {
      *out = effect ? (double)engine_effect_reading(effect, i) : 0.0;
      return STATUS_OK;
    }
  }

  return services_fail(services,
                       STATUS_NOT_FOUND,
                       "%s does not measure \"%.60s\"",
                       info->symbol,
                       name);
}

// Anew

/// Measure a channel anew, if it is measured
static Status
reset_measures(Services* const services, StreamMeasures* const measures)
{
  if (measures->true_peak) {
    true_peak_reset(measures->true_peak);
  }

  return !measures->loudness || loudness_reset(measures->loudness)
           ? STATUS_OK
           : edit_no_memory(services);
}

static Status
reset_channel(Services* const services, EngineChannel* const strip)
{
  Status status = STATUS_OK;
  engine_clear_clips(strip);
  for (uint32_t i = 0; !status && i < ENGINE_MAX_TAPS; ++i) {
    StreamTap* const tap = services->streams->taps[i];
    status               = tap && tap->channel == strip
                             ? reset_measures(services, &tap->measures)
                             : STATUS_OK;
  }
  return status;
}

Status
mixer_reset_meter(Services* const services, const Id channel)
{
  EngineChannel* const strip = feed_channel(services->feed, channel);
  return strip ? reset_channel(services, strip)
               : edit_not_found(services, channel);
}

Status
mixer_reset_meters(Services* const services)
{
  static const Kind kinds[] = {KIND_TRACK, KIND_BUS};

  const Composition* const root   = services_document(services);
  Status                   status = mixer_reset_meter(services, ID_MASTER);
  for (uint32_t k = 0; k < 2u; ++k) {
    const IdList* const order = root->order[kinds[k]];
    for (uint32_t i = 0; !status && i < id_list_count(order); ++i) {
      EngineChannel* const strip = feed_channel(services->feed, order->ids[i]);
      status = strip ? reset_channel(services, strip) : STATUS_OK;
    }
  }
  return status;
}
