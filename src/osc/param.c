// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/param.h"

const char*
param_unit_word(const ParamUnit unit)
{
  static const char* const words[] = {
    [UNIT_NONE]      = "",
    [UNIT_DB]        = "dB",
    [UNIT_HZ]        = "Hz",
    [UNIT_MS]        = "ms",
    [UNIT_SECONDS]   = "s",
    [UNIT_BEATS]     = "beats",
    [UNIT_PERCENT]   = "%",
    [UNIT_RATIO]     = ":1",
    [UNIT_SEMITONES] = "st",
    [UNIT_CENTS]     = "ct",
  };

  return words[unit];
}

const char*
param_scale_word(const ParamScale scale)
{
  static const char* const words[] = {
    [SCALE_LINEAR] = "linear",
    [SCALE_LOG]    = "log",
    [SCALE_FADER]  = "fader",
  };

  return words[scale];
}

void
param_range(const ParamInfo* const param, ArgInfo* const arg)
{
  arg->min     = (double)param->min;
  arg->max     = (double)param->max;
  arg->initial = (double)param->initial;
  arg->unit    = param_unit_word(param->unit);
  arg->scale   = param_scale_word(param->scale);
}
