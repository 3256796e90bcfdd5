// SPDX-License-Identifier: GPL-3.0-or-later
//
// A block holds a frame's lanes side by side.  Squares of it are transposed,
// which gives vectors of consecutive frames of one lane; those are added in
// order.

#include "units/mix_kernel.h"

#include "dsp/lanes.h"

/// Rows of vectors, `LANES_WIDTH` frames of each of the sixteen lanes
typedef Lanes Tile[LANES];

/// Turn the frames from `side` on into rows of lanes
LANES_INLINE void
load_tile(const float (*const side)[LANES], Tile tile)
{
  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    Lanes square[SONIC_VECTOR];
    for (uint32_t f = 0; f < LANES_WIDTH; ++f) {
      square[f] = lanes_load(&side[f][lane]);
    }

    lanes_transpose(square);
    for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
      tile[lane + i] = square[i];
    }
  }
}

SONIC_RT static void
add(const float (*const side)[LANES],
    const uint32_t* const lanes,
    const uint32_t        num,
    float* const          sum,
    const uint32_t        n)
{
  uint32_t f = 0;
  for (; f + LANES_WIDTH <= n; f += LANES_WIDTH) {
    Tile tile;
    load_tile(side + f, tile);

    Lanes total = lanes_load(sum + f);
    for (uint32_t i = 0; i < num; ++i) {
      total += tile[lanes[i]];
    }
    lanes_store(sum + f, total);
  }

  for (; f < n; ++f) {
    for (uint32_t i = 0; i < num; ++i) {
      sum[f] += side[f][lanes[i]];
    }
  }
}

const MixKernel LEVEL_NAME(mix_kernel) = {add};
