// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reverb by convolution with a response that is made from the parameters (see
// convolution_reverb_setup.c); the dry signal is not late, and the wet one has
// the first 5 ms of its pre-delay from the convolution

#include "units/convolution_reverb.h"

#include "base/rt.h"
#include "units/convolution.h"
#include "units/effect.h"
#include "units/solo_effect.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

SONIC_RT static void
clear(void* const instance)
{
  convolution_clear(&((ConvolutionReverb*)instance)->convolution);
}

SONIC_RT static void
step(void* const instance, const bool jump)
{
  ConvolutionReverb* const self = (ConvolutionReverb*)instance;
  solo_aim(&self->mix, self->solo.params.at[CONVOLUTION_MIX], jump);
}

SONIC_RT static void
render(void* const instance, const SoloSpan* const span)
{
  ConvolutionReverb* const self = (ConvolutionReverb*)instance;
  if (!span->place) {
    convolution_step(&self->convolution, span->grid);
  }

  float in[2][GRID_FRAMES];
  float wet[2][GRID_FRAMES];
  for (uint32_t f = 0; f < span->n; ++f) {
    in[0][f] = solo_tame(span->left[f]);
    in[1][f] = solo_tame(span->right[f]);
  }
  convolution_run(
    &self->convolution, span->grid, in[0], in[1], wet[0], wet[1], span->n);
  for (uint32_t f = 0; f < span->n; ++f) {
    const float mix = solo_next(&self->mix);
    span->left[f] += mix * (wet[0][f] - span->left[f]);
    span->right[f] += mix * (wet[1][f] - span->right[f]);
  }
}

const SoloEffect convolution_reverb_solo = {&convolution_reverb_effect,
                                            clear,
                                            step,
                                            render};
