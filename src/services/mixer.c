// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/mixer.h"

#include "services/edit.h"
#include "services/services_private.h"

#include <math.h>

static double
level_db(const double level)
{
  const double db = level > 0.0 ? 20.0 * log10(level) : MIXER_METER_FLOOR_DB;
  return db > MIXER_METER_FLOOR_DB ? db : MIXER_METER_FLOOR_DB;
}

static double
rms_db(const float power, const uint32_t frames)
{
  return frames ? level_db(sqrt((double)power / frames)) : MIXER_METER_FLOOR_DB;
}

Status
mixer_meter(Services* const services, const Id channel, MixerMeter* const out)
{
  EngineChannel* const strip = feed_channel(services->feed, channel);
  if (!strip) {
    return edit_not_found(services, channel);
  }

  const StripMeter meter = engine_take_meter(services->engine, strip);
  out->peak_left_db      = level_db((double)meter.peak_left);
  out->peak_right_db     = level_db((double)meter.peak_right);
  out->rms_left_db       = rms_db(meter.power_left, meter.frames);
  out->rms_right_db      = rms_db(meter.power_right, meter.frames);
  return STATUS_OK;
}
