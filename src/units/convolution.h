// SPDX-License-Identifier: GPL-3.0-or-later
//
// Convolution with a long response, in parts
//
// What goes in is transformed 256 frames at a time, and multiplied with the
// spectra of the response's parts (W. Gardner, "Efficient convolution without
// input-output delay", 1995, with parts that are all alike).  All parts but the
// first only need what is known a block before, so their work is spread over
// the grid steps of that block.  What comes out is 256 frames late.

#ifndef SONIC_UNITS_CONVOLUTION_H
#define SONIC_UNITS_CONVOLUTION_H

#include "base/rt.h"
#include "base/status.h"
#include "units/convolution_kernel.h"
#include "units/unit.h"

#include <fftw3.h>

#include <stdint.h>

/// One side
typedef struct {
  ConvolutionPart* response; ///< Parts of the response, owned
  ConvolutionPart* past;     ///< Spectra of what went in, a ring, owned
  ConvolutionPart* sum;      ///< What the next block is made of, owned
  float*           in;       ///< The block before and this one, owned
  float*           out; ///< The block that is given out, and scratch, owned
} ConvolutionSide;

typedef struct {
  ConvolutionSide          sides[2];
  uint32_t                 parts; ///< Of the response
  uint32_t                 at;    ///< Where the next spectrum goes in `past`
  fftwf_plan               forward;
  fftwf_plan               back;
  const ConvolutionKernel* kernel;
} Convolution;

/**
   Prepare for a response.

   @param self What `convolution_free` is to be called for, also on failure.
   @param response Both sides, `frames` of each, borrowed for the call.
*/
Status
convolution_init(Convolution*       self,
                 const float* const response[2],
                 uint32_t           frames,
                 CpuLevel           level);

void
convolution_free(Convolution* self);

/// Forget all signal
SONIC_RT void
convolution_clear(Convolution* self);

/// To be called at each grid point before what is run there
SONIC_RT void
convolution_step(Convolution* self, uint64_t grid);

/// Process `n` frames of a grid step that begin at grid position `grid`
SONIC_RT void
convolution_run(Convolution* self,
                uint64_t     grid,
                const float* left,
                const float* right,
                float*       out_left,
                float*       out_right,
                uint32_t     n);

#endif // SONIC_UNITS_CONVOLUTION_H
