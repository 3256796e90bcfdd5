// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/mix.h"

#include "base/rt.h"
#include "units/level_table.h"
#include "units/mix_kernel.h"
#include "units/unit.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

static const MixKernel* const kernels[NUM_CPU_LEVELS] = LEVEL_TABLE(mix_kernel);

const MixKernel*
mix_kernel(const CpuLevel level)
{
  assert(cpu_level_available(level));
  return kernels[level];
}

SONIC_RT static void
add_signal(float* const sum, const float* const signal, const uint32_t n)
{
  for (uint32_t f = 0; f < n; ++f) {
    sum[f] += signal[f];
  }
}

SONIC_RT void
mix_run(const MixKernel* const kernel,
        const MixSource* const sources,
        const uint32_t         num,
        float* const           left,
        float* const           right,
        const uint32_t         n)
{
  memset(left, 0, n * sizeof(float));
  memset(right, 0, n * sizeof(float));

  uint32_t i = 0;
  while (i < num) {
    if (!sources[i].block) {
      add_signal(left, sources[i].left, n);
      add_signal(right, sources[i++].right, n);
      continue;
    }

    // Take together what comes from one block, at most a bank at once
    const LaneBlock* const block = sources[i].block;
    uint32_t               lanes[LANES];
    uint32_t               count = 0;
    while (i < num && sources[i].block == block && count < LANES) {
      lanes[count++] = sources[i++].lane;
    }

    kernel->add(block->left, lanes, count, left, n);
    kernel->add(block->right, lanes, count, right, n);
  }
}

SONIC_RT void
mix_put(LaneBlock* const   block,
        const uint32_t     lane,
        const float* const left,
        const float* const right,
        const uint32_t     n)
{
  for (uint32_t f = 0; f < n; ++f) {
    block->left[f][lane]  = left[f];
    block->right[f][lane] = right[f];
  }
}

SONIC_RT void
mix_get(const LaneBlock* const block,
        const uint32_t         lane,
        float* const           left,
        float* const           right,
        const uint32_t         n)
{
  for (uint32_t f = 0; f < n; ++f) {
    left[f]  = block->left[f][lane];
    right[f] = block->right[f][lane];
  }
}
