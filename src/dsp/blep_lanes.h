// SPDX-License-Identifier: GPL-3.0-or-later
//
// Adding band-limited steps, for kernels

#ifndef SONIC_DSP_BLEP_LANES_H
#define SONIC_DSP_BLEP_LANES_H

#include "dsp/blep.h"
#include "dsp/lanes.h"

/// Add `size` times a difference to BLEP_FRAMES frames, `x` frames late
LANES_INLINE void
blep_add(float* const    frames,
         const BlepTable table,
         const float     x,
         const float     size)
{
  const Lanes at    = lanes_all(x);
  const Lanes scale = lanes_all(size);

  for (uint32_t j = 0; j < BLEP_FRAMES; j += LANES_WIDTH) {
    Lanes p = lanes_load(&table[BLEP_DEGREE][j]);
    for (int i = BLEP_DEGREE - 1; i >= 0; --i) {
      p = lanes_fma(p, at, lanes_load(&table[i][j]));
    }
    lanes_store(frames + j, lanes_fma(p, scale, lanes_load(frames + j)));
  }
}

#endif // SONIC_DSP_BLEP_LANES_H
