// SPDX-License-Identifier: GPL-3.0-or-later
//
// From float to whole numbers
//
// Full scale is 2^(bits-1): the float k / 32768 becomes k at 16 bits, and what
// is read back is the same.  Dither is triangular noise (TPDF)
// of up to one step either way, which makes the error of rounding
// independent of the signal.  It comes from a seed, so the same audio gives the
// same file.

#ifndef SONIC_MEDIA_QUANTISER_H
#define SONIC_MEDIA_QUANTISER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  double   scale;       ///< Full scale in steps
  bool     dither;      ///< Add noise before rounding
  uint64_t random;      ///< State of the noise
  uint64_t num_clipped; ///< Values that were beyond full scale so far
} Quantiser;

/// Prepare for `bits` (2 to 24)
void
quantiser_init(Quantiser* quantiser, uint32_t bits, bool dither, uint64_t seed);

/// The whole number for a value; what is not finite is silence
int32_t
quantiser_run(Quantiser* quantiser, float value);

#endif // SONIC_MEDIA_QUANTISER_H
