// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the convolution's control side and its kernels share

#ifndef SONIC_UNITS_CONVOLUTION_KERNEL_H
#define SONIC_UNITS_CONVOLUTION_KERNEL_H

#include "base/rt.h"
#include "units/level_table.h"

#include <stdint.h>

/// Frames of a part of the response
#define CONVOLUTION_FRAMES 256u

/// Frequencies of a part's spectrum, filled up to whole vectors
#define CONVOLUTION_BINS 272u

/// The spectrum of a part and the silence after it
typedef struct {
  _Alignas(64) float real[CONVOLUTION_BINS];
  _Alignas(64) float imag[CONVOLUTION_BINS];
} ConvolutionPart;

typedef struct {
  /// Add the product of `a` and `b` to `sum`
  SONIC_RT void (*add)(ConvolutionPart*       sum,
                       const ConvolutionPart* a,
                       const ConvolutionPart* b);
} ConvolutionKernel;

LEVEL_DECLARE(ConvolutionKernel, convolution_kernel);

#endif // SONIC_UNITS_CONVOLUTION_KERNEL_H
