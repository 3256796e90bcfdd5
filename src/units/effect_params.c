// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/effect_params.h"

#include "base/rt.h"
#include "units/effect.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define GLIDE_SECONDS 0.020

void
effect_params_init(EffectParams* const     params,
                   const EffectInfo* const info,
                   const uint32_t          rate)
{
  memset(params, 0, sizeof(*params));
  params->info = info;
  for (uint32_t i = 0; i < info->num_choices; ++i) {
    params->choices |= 1ull << info->choices[i].param;
  }
  for (uint32_t i = 0; i < info->num_params; ++i) {
    params->at[i] = params->target[i] = info->params[i].initial;
  }

  const double points  = ceil(GLIDE_SECONDS * (double)rate / GRID_FRAMES);
  params->glide_points = (uint32_t)fmin(points, 255.0);
}

SONIC_RT void
effect_params_set(EffectParams* const params,
                  const uint32_t      param,
                  const float         value)
{
  const ParamInfo* const info = &params->info->params[param];
  const float            kept = fminf(fmaxf(value, info->min), info->max);
  if (isnan(value) || kept == params->target[param]) {
    return;
  }

  params->target[param] = kept;
  params->points[param] = (uint8_t)params->glide_points;
  params->moving |= 1ull << param;
}

SONIC_RT void
effect_params_snap(EffectParams* const params)
{
  memcpy(params->at, params->target, sizeof(params->at));
  memset(params->points, 0, sizeof(params->points));
  params->moving = 0;
  params->slow   = 0;
}

SONIC_RT bool
effect_params_advance(EffectParams* const params)
{
  const bool moved = params->moving || params->slow;
  if (params->slow) {
    --params->slow;
  }

  for (uint64_t left = params->moving; left; left &= left - 1u) {
    const uint32_t i   = (uint32_t)__builtin_ctzll(left);
    const uint64_t bit = 1ull << i;
    float* const   at  = &params->at[i];
    const float    end = params->target[i];
    const float    way = (float)params->points[i];
    if (params->choices & bit) {
      *at               = end;
      params->points[i] = 0;
      params->slow      = params->glide_points;
    } else if (--params->points[i] == 0) {
      *at = end;
    } else if (params->info->params[i].scale == SCALE_LOG) {
      *at *= powf(end / *at, 1.0f / way);
    } else {
      *at += (end - *at) / way;
    }

    if (!params->points[i]) {
      params->moving &= ~bit;
    }
  }
  return moved;
}
