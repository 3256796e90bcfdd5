// SPDX-License-Identifier: GPL-3.0-or-later
//
// Spectra of recordings, for measuring what oscillators make

#ifndef SONIC_TESTS_UNITS_SPECTRUM_H
#define SONIC_TESTS_UNITS_SPECTRUM_H

#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define SPECTRUM_FRAMES 65536u

/// Fourier transform in place; `n` is a power of two
static inline void
fourier(double complex* const x, const uint32_t n)
{
  for (uint32_t i = 1, j = 0; i < n; ++i) {
    uint32_t bit = n >> 1u;
    for (; j & bit; bit >>= 1u) {
      j ^= bit;
    }
    j ^= bit;
    if (i < j) {
      const double complex kept = x[i];
      x[i]                      = x[j];
      x[j]                      = kept;
    }
  }

  for (uint32_t size = 2; size <= n; size *= 2) {
    for (uint32_t k = 0; k < size / 2; ++k) {
      const double         angle = -2.0 * M_PI * (double)k / (double)size;
      const double complex turn  = cos(angle) + sin(angle) * I;
      for (uint32_t i = k; i < n; i += size) {
        const double complex a = x[i];
        const double complex b = turn * x[i + size / 2];
        x[i]                   = a + b;
        x[i + size / 2]        = a - b;
      }
    }
  }
}

/// Sizes of SPECTRUM_FRAMES / 2 frequencies.  The window is the fourth power
/// of Hann's: what is more than ten places off is below -120 dB.
static inline double*
new_spectrum(const float* const frames, const uint32_t stride)
{
  const uint32_t        n     = SPECTRUM_FRAMES;
  double complex* const x     = (double complex*)calloc(n, sizeof(*x));
  double* const         sizes = (double*)calloc(n / 2, sizeof(*sizes));
  if (!x || !sizes) {
    abort();
  }

  for (uint32_t i = 0; i < n; ++i) {
    const double hann = 0.5 - 0.5 * cos(2.0 * M_PI * (double)i / (double)n);
    x[i]              = (double)frames[i * stride] * hann * hann * hann * hann;
  }
  fourier(x, n);
  for (uint32_t i = 0; i < n / 2; ++i) {
    sizes[i] = cabs(x[i]);
  }
  free(x);
  return sizes;
}

#endif // SONIC_TESTS_UNITS_SPECTRUM_H
