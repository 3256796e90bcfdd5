// SPDX-License-Identifier: GPL-3.0-or-later
//
// The level of a signal that stands still over the waves of a tone: the highest
// of this grid step and the eight before it

#ifndef SONIC_UNITS_LEVEL_LANES_H
#define SONIC_UNITS_LEVEL_LANES_H

#include "dsp/lanes.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/unit.h"

#include <stdint.h>

/// Begin a grid step: what was its level is now of those before
LANES_INLINE void
level_shift(float (*const rows)[LANES],
            const uint64_t  grid,
            const uint32_t  lane,
            const LanesMask mask)
{
  const uint32_t cell = (uint32_t)(grid / GRID_FRAMES) % DYNAMICS_CELLS;
  float* const   now  = &rows[DYNAMICS_NOW][lane];
  lanes_keep(mask, &rows[DYNAMICS_BEFORE + cell][lane], lanes_load(now));
  lanes_keep(mask, now, lanes_all(0.0f));

  Lanes held = lanes_load(&rows[DYNAMICS_BEFORE][lane]);
  for (uint32_t i = 1; i < DYNAMICS_CELLS; ++i) {
    held = lanes_max(held, lanes_load(&rows[DYNAMICS_BEFORE + i][lane]));
  }
  lanes_keep(mask, &rows[DYNAMICS_HELD][lane], held);
}

#endif // SONIC_UNITS_LEVEL_LANES_H
