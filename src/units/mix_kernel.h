// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the kernels of sums offer

#ifndef SONIC_UNITS_MIX_KERNEL_H
#define SONIC_UNITS_MIX_KERNEL_H

#include "base/rt.h"
#include "units/level_table.h"
#include "units/mix.h"
#include "units/unit.h"

#include <stdint.h>

struct MixKernel {
  /// Add lanes of a block in the order given, for one side
  SONIC_RT void (*add)(const float (*side)[LANES],
                       const uint32_t* lanes,
                       uint32_t        num,
                       float*          sum,
                       uint32_t        n);
};

LEVEL_DECLARE(MixKernel, mix_kernel);

#endif // SONIC_UNITS_MIX_KERNEL_H
