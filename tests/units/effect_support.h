// SPDX-License-Identifier: GPL-3.0-or-later
//
// Running effects of any shape in tests

#ifndef SONIC_TESTS_UNITS_EFFECT_SUPPORT_H
#define SONIC_TESTS_UNITS_EFFECT_SUPPORT_H

#include "support/random.h"
#include "units/effect.h"
#include "units/units_support.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/// One effect on a stereo signal
typedef struct {
  const EffectInfo* info;
  void*             self;
  uint32_t          rate;
  CpuLevel          level;
  uint32_t          lane; ///< The lane used
  uint64_t          grid; ///< Grid position of the next frame
  float             frames_per_beat;
  float             values[EFFECT_MAX_PARAMS];
  LaneBlock         block;
  LaneBlock         key;
} Fx;

/// What must be true of a test itself
static inline void
fx_assert(const int is_true, const char* const text)
{
  if (!is_true) {
    fprintf(stderr, "%s\n", text);
    abort();
  }
}

static inline void
fx_make(Fx* const fx)
{
  fx->self = new_aligned(fx->info->size(fx->rate));
  fx_assert(fx->info->init(fx->self, fx->rate, fx->level, fx->values) ==
              STATUS_OK,
            "an effect can't be made");
}

static inline void
fx_unmake(Fx* const fx)
{
  if (fx->info->destroy) {
    fx->info->destroy(fx->self);
  }
  free(fx->self);
  fx->self = NULL;
}

/// An effect at its initial values; free it with free_fx
static inline Fx*
new_fx_of(const EffectInfo* const info,
          const uint32_t          rate,
          const CpuLevel          level)
{
  fx_assert(info != NULL, "no such effect");
  Fx* const fx        = (Fx*)new_aligned(sizeof(Fx));
  fx->info            = info;
  fx->rate            = rate;
  fx->level           = level;
  fx->lane            = info->shape == EFFECT_LANES ? 5 : 0;
  fx->frames_per_beat = (float)rate / 2.0f;
  for (uint32_t i = 0; i < info->num_params; ++i) {
    fx->values[i] = info->params[i].initial;
  }
  fx_make(fx);
  return fx;
}

static inline Fx*
new_fx(const char* const symbol)
{
  return new_fx_of(effect_find(symbol), 48000, cpu_level_best());
}

static inline void
free_fx(Fx* const fx)
{
  fx_unmake(fx);
  free(fx);
}

static inline void
fx_reset(Fx* const fx)
{
  fx->info->reset(fx->self, fx->lane);
}

/// Set a parameter; a structural one makes a new instance
static inline void
fx_set_param(Fx* const fx, const uint32_t param, const float value)
{
  fx->values[param] = value;
  if ((fx->info->structural >> param) & 1u) {
    fx_unmake(fx);
    fx_make(fx);
    for (uint32_t i = 0; i < fx->info->num_params; ++i) {
      fx->info->set(fx->self, fx->lane, i, fx->values[i]);
    }
    fx_reset(fx);
  } else {
    fx->info->set(fx->self, fx->lane, param, value);
  }
}

static inline void
fx_set(Fx* const fx, const char* const symbol, const float value)
{
  const int param = effect_find_param(fx->info, symbol);
  fx_assert(param >= 0, symbol);
  fx_set_param(fx, (uint32_t)param, value);
}

/// Run for up to BLOCK_FRAMES frames in place; `keys` is the side chain or null
static inline void
fx_run_block(Fx* const      fx,
             float* const   left,
             float* const   right,
             float* const   keys[2],
             const uint32_t n)
{
  const EffectTime time = {fx->grid, n, fx->frames_per_beat};
  fx->grid += n;
  if (fx->info->shape == EFFECT_SOLO) {
    const float* const key[2] = {keys ? keys[0] : left, keys ? keys[1] : right};
    fx->info->run_solo(fx->self, left, right, key, &time);
    return;
  }

  for (uint32_t f = 0; f < n; ++f) {
    fx->block.left[f][fx->lane]  = left[f];
    fx->block.right[f][fx->lane] = right[f];
    fx->key.left[f][fx->lane]    = keys ? keys[0][f] : left[f];
    fx->key.right[f][fx->lane]   = keys ? keys[1][f] : right[f];
  }
  fx->info->run_lanes(
    fx->self, &fx->block, keys ? &fx->key : &fx->block, 1u << fx->lane, &time);
  for (uint32_t f = 0; f < n; ++f) {
    left[f]  = fx->block.left[f][fx->lane];
    right[f] = fx->block.right[f][fx->lane];
  }
}

/// Run for any number of frames in place; cut at random if `cuts` is given
static inline void
fx_run(Fx* const      fx,
       float* const   left,
       float* const   right,
       const uint32_t n,
       Random* const  cuts)
{
  uint32_t part = 0;
  for (uint32_t f = 0; f < n; f += part) {
    part = n - f < BLOCK_FRAMES ? n - f : BLOCK_FRAMES;
    part = cuts ? random_cut(cuts, part) : part;
    fx_run_block(fx, left + f, right + f, NULL, part);
  }
}

static inline uint32_t
fx_latency(const Fx* const fx)
{
  return fx->info->latency ? fx->info->latency(fx->rate, fx->values) : 0;
}

static inline float
fx_tail(const Fx* const fx)
{
  return fx->info->tail ? fx->info->tail(fx->values) : 0.0f;
}

/// Any value of a parameter's range, its ends more often
static inline float
fx_any_value(Random* const random, const ParamInfo* const param)
{
  switch (random_below(random, 6)) {
    case 0:
      return param->min;
    case 1:
      return param->max;
    default: {
      const float part  = 0.5f + 0.5f * random_sample(random);
      const float value = param->scale == SCALE_LOG
                            ? param->min * powf(param->max / param->min, part)
                            : param->min + (param->max - param->min) * part;
      return fminf(fmaxf(value, param->min), param->max);
    }
  }
}

/// Memory for a signal, silent
static inline float*
new_signal(const uint32_t frames)
{
  return (float*)new_aligned(frames * sizeof(float));
}

static inline double
decibels(const double gain)
{
  return 20.0 * log10(fmax(gain, 1e-30));
}

#endif // SONIC_TESTS_UNITS_EFFECT_SUPPORT_H
