// SPDX-License-Identifier: GPL-3.0-or-later
//
// A response is made of noise that falls by 60 dB in `decay`, high frequencies
// sooner by `damping`, rising over a time that grows with the room's size; and
// of single reflections before, whose number grows with the square of the time,
// as that of the images of a source in a room does.

#include "base/status.h"
#include "units/convolution.h"
#include "units/convolution_reverb.h"
#include "units/effect.h"
#include "units/effects.h"
#include "units/solo_effect.h"
#include "units/unit.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Above it, high frequencies fall sooner
#define CROSSOVER_HZ 4000.0

/// Reflections before the noise
#define NUM_REFLECTIONS 14u

/// Energy of a response
#define ENERGY 0.4

// clang-format off
static const ParamInfo params[NUM_CONVOLUTION_PARAMS] = {
  //                       symbol      label        unit         min    initial  max      scale
  [CONVOLUTION_DECAY]    = {"decay",    "Decay",     UNIT_MS,   100.0f, 1800.0f, 8000.0f, SCALE_LOG},
  [CONVOLUTION_SIZE]     = {"size",     "Size",      UNIT_NONE,   0.0f,    0.5f,    1.0f, SCALE_LINEAR},
  [CONVOLUTION_DAMPING]  = {"damping",  "Damping",   UNIT_NONE,   0.0f,    0.4f,    1.0f, SCALE_LINEAR},
  [CONVOLUTION_PREDELAY] = {"predelay", "Pre-delay", UNIT_MS,     0.0f,    0.0f,  200.0f, SCALE_LINEAR},
  [CONVOLUTION_LOW_CUT]  = {"low_cut",  "Low cut",   UNIT_HZ,    20.0f,   20.0f, 1000.0f, SCALE_LOG},
  [CONVOLUTION_MIX]      = {"mix",      "Mix",       UNIT_NONE,   0.0f,    0.3f,    1.0f, SCALE_LINEAR},
};
// clang-format on

/// Noise from -1 to 1 (xorshift32)
static double
next_noise(uint32_t* const state)
{
  *state ^= *state << 13u;
  *state ^= *state >> 17u;
  *state ^= *state << 5u;
  return (double)*state / 2147483648.0 - 1.0;
}

/// Add the noise of one side, from `x` on
static void
add_noise(float* const       x,
          const uint32_t     n,
          const double       rate,
          const float* const values,
          uint32_t* const    random)
{
  const double decay  = (double)values[CONVOLUTION_DECAY] / 1000.0;
  const double sooner = 1.0 - 0.8 * (double)values[CONVOLUTION_DAMPING];
  const double rise   = 0.002 + 0.06 * (double)values[CONVOLUTION_SIZE];
  const double pole   = 1.0 - exp(-2.0 * M_PI * CROSSOVER_HZ / rate);

  double low = 0.0;
  for (uint32_t f = 0; f < n; ++f) {
    const double t     = (double)f / rate;
    const double noise = next_noise(random);
    low += pole * (noise - low);

    const double slow = exp(-6.908 * t / decay);
    const double fast = exp(-6.908 * t / (decay * sooner));
    const double part = (noise - low) * fast + low * slow;
    x[f] += (float)(part * (1.0 - exp(-3.0 * t / rise)));
  }
}

static void
add_reflections(float* const       x,
                const uint32_t     n,
                const double       rate,
                const float* const values,
                uint32_t* const    random)
{
  const double span = 0.008 + 0.07 * (double)values[CONVOLUTION_SIZE];
  for (uint32_t i = 0; i < NUM_REFLECTIONS; ++i) {
    const double place =
      sqrt((i + 0.5 + 0.4 * next_noise(random)) / (double)NUM_REFLECTIONS);
    const uint32_t at   = (uint32_t)(place * span * rate);
    const double   sign = next_noise(random) < 0.0 ? -1.0 : 1.0;
    if (at < n) {
      x[at] += (float)(sign * (2.5 - 1.5 * place));
    }
  }
}

/// Cut what is low, and give the response its energy
static void
finish(float* const       x,
       const uint32_t     n,
       const double       rate,
       const float* const values)
{
  const double hz   = (double)values[CONVOLUTION_LOW_CUT];
  const double pole = 1.0 - exp(-2.0 * M_PI * hz / rate);

  double low    = 0.0;
  double energy = 0.0;
  for (uint32_t f = 0; f < n; ++f) {
    low += pole * ((double)x[f] - low);
    x[f] -= (float)low;
    energy += (double)x[f] * (double)x[f];
  }
  const double scale = sqrt(ENERGY / fmax(energy, 1e-9));
  for (uint32_t f = 0; f < n; ++f) {
    x[f] *= (float)scale;
  }
}

static Status
make_convolution(Convolution* const self,
                 const double       rate,
                 const CpuLevel     level,
                 const float* const values)
{
  // Up to -66 dB
  const double   seconds = (double)values[CONVOLUTION_DECAY] / 1000.0;
  const double   before  = (double)values[CONVOLUTION_PREDELAY] / 1000.0;
  const uint32_t first   = (uint32_t)(before * rate);
  const uint32_t n       = (uint32_t)(1.1 * seconds * rate);
  float* const   x       = calloc(2u * ((size_t)first + n), sizeof(float));
  if (!x) {
    return STATUS_NO_MEMORY;
  }

  const float* const sides[2] = {x, x + first + n};
  for (uint32_t i = 0; i < 2; ++i) {
    float* const side   = x + (size_t)i * (first + n) + first;
    uint32_t     random = i ? 0x9e3779b9u : 0x2545f491u;
    add_noise(side, n, rate, values, &random);
    add_reflections(side, n, rate, values, &random);
    finish(side, n, rate, values);
  }

  const Status status = convolution_init(self, sides, first + n, level);
  free(x);
  return status;
}

static size_t
size(const uint32_t rate)
{
  (void)rate;
  return sizeof(ConvolutionReverb);
}

static void
destroy(void* const instance)
{
  convolution_free(&((ConvolutionReverb*)instance)->convolution);
}

static Status
init(void* const        instance,
     const uint32_t     rate,
     const CpuLevel     level,
     const float* const values)
{
  ConvolutionReverb* const self = (ConvolutionReverb*)instance;
  memset(self, 0, sizeof(*self));

  const Status status =
    make_convolution(&self->convolution, (double)rate, level, values);
  if (status) {
    destroy(self);
    return status;
  }

  solo_init(self, &convolution_reverb_solo, rate, level);
  solo_reset(self, 0);
  return STATUS_OK;
}

static float
tail(const float* const values)
{
  return 0.001f * (values[CONVOLUTION_DECAY] + values[CONVOLUTION_PREDELAY]);
}

const EffectInfo convolution_reverb_effect = {
  .symbol     = "convolution_reverb",
  .label      = "Convolution reverb",
  .category   = "Time-based",
  .shape      = EFFECT_SOLO,
  .params     = params,
  .num_params = NUM_CONVOLUTION_PARAMS,
  .structural = (1ull << CONVOLUTION_MIX) - 1u, // All but the mix
  .size       = size,
  .init       = init,
  .destroy    = destroy,
  .set        = solo_set,
  .reset      = solo_reset,
  .run_solo   = solo_run,
  .tail       = tail,
};
