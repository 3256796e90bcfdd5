// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/convolution.h"

#include "base/rt.h"
#include "units/convolution_kernel.h"
#include "units/unit.h"

#include <fftw3.h>

#include <stdint.h>
#include <string.h>

#define FRAMES CONVOLUTION_FRAMES

/// Grid steps over which the work for a block is spread
#define STEPS (FRAMES / GRID_FRAMES)

SONIC_RT void
convolution_clear(Convolution* const self)
{
  for (uint32_t i = 0; i < 2; ++i) {
    ConvolutionSide* const side = &self->sides[i];
    memset(side->past, 0, self->parts * sizeof(ConvolutionPart));
    memset(side->sum, 0, sizeof(ConvolutionPart));
    memset(side->in, 0, 2 * FRAMES * sizeof(float));
    memset(side->out, 0, 2 * FRAMES * sizeof(float));
  }
  self->at = 0;
}

/// The block is complete: give out what it and those before come to
SONIC_RT static void
end_block(Convolution* const self, ConvolutionSide* const side)
{
  ConvolutionPart* const now = &side->past[self->at];
  fftwf_execute_split_dft_r2c(self->forward, side->in, now->real, now->imag);
  self->kernel->add(side->sum, &side->response[0], now);
  fftwf_execute_split_dft_c2r(
    self->back, side->sum->real, side->sum->imag, side->out);

  memset(side->sum, 0, sizeof(ConvolutionPart));
  memcpy(side->in, side->in + FRAMES, FRAMES * sizeof(float));
}

SONIC_RT void
convolution_step(Convolution* const self, const uint64_t grid)
{
  const uint32_t cell = (uint32_t)(grid / GRID_FRAMES) % STEPS;
  if (!cell) {
    end_block(self, &self->sides[0]);
    end_block(self, &self->sides[1]);
    self->at = (self->at + 1u) % self->parts;
  }

  // Part k goes with what came k blocks before the one that is coming in
  const uint32_t rest  = self->parts - 1u;
  const uint32_t first = 1u + rest * cell / STEPS;
  const uint32_t end   = 1u + rest * (cell + 1u) / STEPS;
  for (uint32_t i = 0; i < 2; ++i) {
    ConvolutionSide* const side = &self->sides[i];
    for (uint32_t k = first; k < end; ++k) {
      const uint32_t past = (self->at + self->parts - k) % self->parts;
      self->kernel->add(side->sum, &side->response[k], &side->past[past]);
    }
  }
}

SONIC_RT void
convolution_run(Convolution* const self,
                const uint64_t     grid,
                const float* const left,
                const float* const right,
                float* const       out_left,
                float* const       out_right,
                const uint32_t     n)
{
  // Of two blocks that are transformed the second is free of what wraps around
  const uint32_t place = (uint32_t)(grid % FRAMES);
  memcpy(self->sides[0].in + FRAMES + place, left, n * sizeof(float));
  memcpy(self->sides[1].in + FRAMES + place, right, n * sizeof(float));
  memcpy(out_left, self->sides[0].out + FRAMES + place, n * sizeof(float));
  memcpy(out_right, self->sides[1].out + FRAMES + place, n * sizeof(float));
}
