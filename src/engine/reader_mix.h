// SPDX-License-Identifier: GPL-3.0-or-later
//
// Adding frames of a sample to a track
//
// `in` is interleaved if it has two channels; one channel goes to both sides.

#ifndef SONIC_ENGINE_READER_MIX_H
#define SONIC_ENGINE_READER_MIX_H

#include "base/rt.h"

#include <stdint.h>

/// Add `n` frames at one gain
SONIC_RT void
reader_mix_steady(const float* in,
                  uint32_t     channels,
                  float        gain,
                  float*       left,
                  float*       right,
                  uint32_t     n);

/// Add `n` frames, each at its own gain
SONIC_RT void
reader_mix_curve(const float* in,
                 uint32_t     channels,
                 const float* gains,
                 float*       left,
                 float*       right,
                 uint32_t     n);

#endif // SONIC_ENGINE_READER_MIX_H
