// SPDX-License-Identifier: GPL-3.0-or-later
//
// What kernels of effects in lanes share

#ifndef SONIC_UNITS_LANE_KERNEL_H
#define SONIC_UNITS_LANE_KERNEL_H

#include "dsp/lanes.h"
#include "units/lane_effect.h"

#include <stdbool.h>

/// Store where the mask is true, leave the rest as it is
LANES_INLINE void
lanes_keep(const LanesMask mask, float* const to, const Lanes a)
{
  lanes_store(to, lanes_select(mask, a, lanes_load(to)));
}

/// Within what a kernel can work with, whatever finite number it was
LANES_INLINE Lanes
lanes_tame(const Lanes x)
{
  return lanes_clamp(x, -1e12f, 1e12f);
}

/// Load `num` coefficients, a constant
LANES_INLINE void
lanes_load_coefs(const LaneLines* const lines,
                 const uint32_t         lane,
                 const uint32_t         num,
                 Lanes                  coefs[])
{
  LANES_UNROLL
  for (uint32_t i = 0; i < num; ++i) {
    coefs[i] = lanes_load(&lines->coefs[i][lane]);
  }
}

/// Let coefficients go on by a frame
LANES_INLINE void
lanes_step_coefs(const LaneLines* const lines,
                 const uint32_t         lane,
                 const uint32_t         num,
                 Lanes                  coefs[])
{
  LANES_UNROLL
  for (uint32_t i = 0; i < num; ++i) {
    coefs[i] += lanes_load(&lines->steps[i][lane]);
  }
}

/// Keep coefficients that went on
LANES_INLINE void
lanes_keep_coefs(LaneLines* const lines,
                 const uint32_t   lane,
                 const LanesMask  mask,
                 const uint32_t   num,
                 const Lanes      coefs[])
{
  LANES_UNROLL
  for (uint32_t i = 0; i < num; ++i) {
    lanes_keep(mask, &lines->coefs[i][lane], coefs[i]);
  }
}

/// Do `part(lines, span, lane, mask, moving)` for each vector of lanes that has
/// any to run; `moving` is a constant, false where all steps are zero
#define LANES_RUN_PARTS(part, lines, span)                                     \
  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {                 \
    const uint32_t here = (span)->mask & lanes_part(lane);                     \
    if (!here) {                                                               \
      continue;                                                                \
    }                                                                          \
    const LanesMask which = lanes_mask(here >> lane);                          \
    if ((lines)->moving & here) {                                              \
      part(lines, span, lane, which, true);                                    \
    } else {                                                                   \
      part(lines, span, lane, which, false);                                   \
    }                                                                          \
  }

#endif // SONIC_UNITS_LANE_KERNEL_H
