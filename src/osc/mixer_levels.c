// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of what is measured of channels and effects

#include "osc/call.h"
#include "osc/handlers.h"
#include "osc/param.h"
#include "services/effects.h"
#include "services/mixer.h"

/// `/mixer/channels/{channel}/true_peak`
Status
osc_mixer_true_peak_get(Services* const services, OscCall* const call)
{
  MixerTruePeak peak;
  const Status  st = mixer_true_peak(services, call->ids[0], &peak);
  call_float(call, peak.left_db);
  call_float(call, peak.right_db);
  return st;
}

/// `/mixer/channels/{channel}/true_peak/max`
Status
osc_mixer_true_peak_max_get(Services* const services, OscCall* const call)
{
  MixerTruePeak peak;
  const Status  st = mixer_true_peak(services, call->ids[0], &peak);
  call_float(call, peak.max_db);
  return st;
}

/// `/mixer/channels/{channel}/clips`
Status
osc_mixer_clips_get(Services* const services, OscCall* const call)
{
  uint32_t     count = 0;
  const Status st    = mixer_clips(services, call->ids[0], &count);
  call_int(call, count);
  return st;
}

/// `/mixer/channels/{channel}/correlation`
Status
osc_mixer_correlation_get(Services* const services, OscCall* const call)
{
  double       value = 0.0;
  const Status st    = mixer_correlation(services, call->ids[0], &value);
  call_float(call, value);
  return st;
}

/// `/mixer/channels/{channel}/loudness/momentary`
Status
osc_mixer_momentary_get(Services* const services, OscCall* const call)
{
  LoudnessReading reading = {0};
  const Status    st      = mixer_loudness(services, call->ids[0], &reading);
  call_float(call, reading.momentary);
  return st;
}

/// `/mixer/channels/{channel}/loudness/short_term`
Status
osc_mixer_short_term_get(Services* const services, OscCall* const call)
{
  LoudnessReading reading = {0};
  const Status    st      = mixer_loudness(services, call->ids[0], &reading);
  call_float(call, reading.short_term);
  return st;
}

/// `/mixer/channels/{channel}/loudness/integrated`
Status
osc_mixer_integrated_get(Services* const services, OscCall* const call)
{
  LoudnessReading reading = {0};
  const Status    st      = mixer_loudness(services, call->ids[0], &reading);
  call_float(call, reading.integrated);
  return st;
}

/// `/mixer/channels/{channel}/loudness/range`
Status
osc_mixer_range_get(Services* const services, OscCall* const call)
{
  LoudnessReading reading = {0};
  const Status    st      = mixer_loudness(services, call->ids[0], &reading);
  call_float(call, reading.range);
  return st;
}

/// `/mixer/channels/{channel}/meter/reset`
Status
osc_mixer_meter_reset(Services* const services, OscCall* const call)
{
  return mixer_reset_meter(services, call->ids[0]);
}

/// `/mixer/meters/reset`
Status
osc_mixer_meters_reset(Services* const services, OscCall* const call)
{
  (void)call;
  return mixer_reset_meters(services);
}

static Status
answer_reduction(Services* const services, OscCall* const call, const Id effect)
{
  double       db = 0.0;
  const Status st = mixer_reduction(services, effect, &db);
  call_float(call, db);
  return st;
}

/// `/mixer/master/limiter/reduction`
Status
osc_mixer_limiter_reduction_get(Services* const services, OscCall* const call)
{
  return answer_reduction(services, call, ID_MASTER);
}

/// `/effects/{effect}/reduction`
Status
osc_effects_reduction_get(Services* const services, OscCall* const call)
{
  return answer_reduction(services, call, call->ids[0]);
}

/// `/effects/{effect}/readings/list`
Status
osc_effects_readings_list(Services* const services, OscCall* const call)
{
  const Effect* const     effect = effects_find(services, call->ids[0]);
  const EffectInfo* const info =
    effect ? effects_type(services, string_text(effect->type)) : NULL;
  for (uint32_t i = 0; info && i < info->num_readings; ++i) {
    const ParamInfo* const reading = &info->readings[i];
    call_int(call, i);
    call_string(call, reading->symbol);
    call_string(call, param_unit_word(reading->unit));
    call_float(call, (double)reading->min);
    call_float(call, (double)reading->max);
    call_item(call);
  }

  call_end_list(call, info ? info->num_readings : 0u);
  return info ? STATUS_OK : STATUS_NOT_FOUND;
}

/// `/effects/{effect}/readings/{reading}`
Status
osc_effects_reading_get(Services* const services, OscCall* const call)
{
  double       value = 0.0;
  const Status st =
    mixer_reading(services, call->ids[0], call->words[1], &value);
  call_float(call, value);
  return st;
}
