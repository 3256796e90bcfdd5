// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the halves of the convolution reverb share

#ifndef SONIC_UNITS_CONVOLUTION_REVERB_H
#define SONIC_UNITS_CONVOLUTION_REVERB_H

#include "units/convolution.h"
#include "units/effects.h"
#include "units/solo_effect.h"

enum {
  CONVOLUTION_DECAY,
  CONVOLUTION_SIZE,
  CONVOLUTION_DAMPING,
  CONVOLUTION_PREDELAY,
  CONVOLUTION_LOW_CUT,
  CONVOLUTION_MIX,
  NUM_CONVOLUTION_PARAMS
};

typedef struct {
  Solo        solo;
  SoloLine    mix;
  Convolution convolution;
} ConvolutionReverb;

/// What it is to `solo_effect.h`
extern const SoloEffect convolution_reverb_solo;

#endif // SONIC_UNITS_CONVOLUTION_REVERB_H
