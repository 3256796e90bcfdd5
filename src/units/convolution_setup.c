// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plans are estimated, since those that are measured differ from run to run

#include "units/convolution.h"

#include "base/status.h"
#include "units/convolution_kernel.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <fftw3.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES CONVOLUTION_FRAMES

static const ConvolutionKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(convolution_kernel);

/// Cleared memory for vectors, or null
static void*
new_vectors(const size_t size)
{
  const size_t whole  = (size + 63u) / 64u * 64u;
  void* const  memory = aligned_alloc(64, whole);
  return memory ? memset(memory, 0, whole) : NULL;
}

static bool
make_side(ConvolutionSide* const side, const uint32_t parts)
{
  side->response = new_vectors(parts * sizeof(ConvolutionPart));
  side->past     = new_vectors(parts * sizeof(ConvolutionPart));
  side->sum      = new_vectors(sizeof(ConvolutionPart));
  side->in       = new_vectors(2 * FRAMES * sizeof(float));
  side->out      = new_vectors(2 * FRAMES * sizeof(float));
  return side->response && side->past && side->sum && side->in && side->out;
}

static bool
make_plans(Convolution* const self)
{
  ConvolutionSide* const side = &self->sides[0];
  const fftwf_iodim      dim  = {2 * FRAMES, 1, 1};
  const unsigned         how  = FFTW_ESTIMATE;

  self->forward = fftwf_plan_guru_split_dft_r2c(
    1, &dim, 0, NULL, side->in, side->sum->real, side->sum->imag, how);
  self->back = fftwf_plan_guru_split_dft_c2r(1,
                                             &dim,
                                             0,
                                             NULL,
                                             side->sum->real,
                                             side->sum->imag,
                                             side->out,
                                             how | FFTW_DESTROY_INPUT);
  return self->forward && self->back;
}

/// The spectra of a response's parts, with what both transforms multiply by
/// taken off
static void
transform_response(Convolution* const     self,
                   ConvolutionSide* const side,
                   const float* const     response,
                   const uint32_t         frames)
{
  for (uint32_t i = 0; i < self->parts; ++i) {
    const uint32_t first = FRAMES * i;
    const uint32_t rest  = frames - first;
    const uint32_t n     = rest < FRAMES ? rest : FRAMES;
    memset(side->in, 0, 2 * FRAMES * sizeof(float));
    for (uint32_t f = 0; f < n; ++f) {
      side->in[f] = response[first + f] / (float)(2 * FRAMES);
    }
    fftwf_execute_split_dft_r2c(
      self->forward, side->in, side->response[i].real, side->response[i].imag);
  }
}

Status
convolution_init(Convolution* const self,
                 const float* const response[2],
                 const uint32_t     frames,
                 const CpuLevel     level)
{
  memset(self, 0, sizeof(*self));
  self->kernel = kernels[level];
  self->parts  = (frames + FRAMES - 1u) / FRAMES;
  if (!make_side(&self->sides[0], self->parts) ||
      !make_side(&self->sides[1], self->parts) || !make_plans(self)) {
    return STATUS_NO_MEMORY;
  }

  for (uint32_t i = 0; i < 2; ++i) {
    transform_response(self, &self->sides[i], response[i], frames);
  }
  convolution_clear(self);
  return STATUS_OK;
}

void
convolution_free(Convolution* const self)
{
  for (uint32_t i = 0; i < 2; ++i) {
    free(self->sides[i].response);
    free(self->sides[i].past);
    free(self->sides[i].sum);
    free(self->sides[i].in);
    free(self->sides[i].out);
  }
  if (self->forward) {
    fftwf_destroy_plan(self->forward);
  }
  if (self->back) {
    fftwf_destroy_plan(self->back);
  }
  memset(self, 0, sizeof(*self));
}
