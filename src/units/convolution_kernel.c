// SPDX-License-Identifier: GPL-3.0-or-later
//
//     sum.real += a.real b.real - a.imag b.imag
//     sum.imag += a.real b.imag + a.imag b.real

#include "units/convolution_kernel.h"

#include "base/rt.h"
#include "dsp/lanes.h"

#include <stdint.h>

SONIC_RT static void
add(ConvolutionPart* const       sum,
    const ConvolutionPart* const a,
    const ConvolutionPart* const b)
{
  for (uint32_t i = 0; i < CONVOLUTION_BINS; i += LANES_WIDTH) {
    const Lanes ar   = lanes_load(&a->real[i]);
    const Lanes ai   = lanes_load(&a->imag[i]);
    const Lanes br   = lanes_load(&b->real[i]);
    const Lanes bi   = lanes_load(&b->imag[i]);
    const Lanes real = lanes_fma(ar, br, lanes_load(&sum->real[i]));
    const Lanes imag = lanes_fma(ar, bi, lanes_load(&sum->imag[i]));
    lanes_store(&sum->real[i], lanes_fnma(ai, bi, real));
    lanes_store(&sum->imag[i], lanes_fma(ai, br, imag));
  }
}

const ConvolutionKernel LEVEL_NAME(convolution_kernel) = {add};
