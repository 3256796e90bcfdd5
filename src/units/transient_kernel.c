// SPDX-License-Identifier: GPL-3.0-or-later
//
// The gain follows what envelopes of the level differ by, as logarithms: while
// a sound begins, one that rises fast is above one that rises slowly, and while
// it dies away one that falls slowly is above one that falls fast
//
//     gain = ATTACK (fast - slow) + SUSTAIN (lasting - brief)

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "units/lane_effect.h"
#include "units/lane_kernel.h"
#include "units/lane_kernels.h"
#include "units/unit.h"

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Logarithm of the level below which all is alike; envelopes count from it
#define FLOOR (-10.0f)

/// Most that the gain may be, as a logarithm: 18 dB
#define MOST 3.0f

/// An envelope goes its way by one pole, up or down
LANES_INLINE Lanes
follow(const Lanes env, const Lanes level, const Lanes up, const Lanes down)
{
  const Lanes rest = lanes_select(lanes_less(env, level), up, down);
  return lanes_fma(env - level, rest, level);
}

LANES_INLINE void
run_part(LaneLines* const      lines,
         const LaneSpan* const span,
         const uint32_t        lane,
         const LanesMask       mask,
         const bool            moving)
{
  float(*const rows)[LANES] = lines->state;
  Lanes coefs[NUM_TRANSIENT_COEFS];
  lanes_load_coefs(lines, lane, NUM_TRANSIENT_COEFS, coefs);
  Lanes fast    = lanes_load(&rows[0][lane]);
  Lanes slow    = lanes_load(&rows[1][lane]);
  Lanes lasting = lanes_load(&rows[2][lane]);

  for (uint32_t f = span->first; f < span->first + span->n; ++f) {
    float* const left  = &span->block->left[f][lane];
    float* const right = &span->block->right[f][lane];
    const Lanes  l     = lanes_load(left);
    const Lanes  r     = lanes_load(right);
    const Lanes  size  = lanes_max(lanes_abs(l), lanes_abs(r));
    const Lanes  level = lanes_max(lanes_log2(size) - FLOOR, lanes_all(0.0f));

    // The fast one is the brief one as well
    const Lanes up   = coefs[TRANSIENT_FAST];
    const Lanes down = coefs[TRANSIENT_DOWN];
    fast             = follow(fast, level, up, down);
    slow             = follow(slow, level, coefs[TRANSIENT_SLOW], down);
    lasting          = follow(lasting, level, up, coefs[TRANSIENT_LONG]);

    const Lanes rise = coefs[TRANSIENT_ATTACK] * (fast - slow);
    const Lanes gain =
      lanes_fma(coefs[TRANSIENT_SUSTAIN], lasting - fast, rise);
    const Lanes whole =
      lanes_exp2(lanes_clamp(gain, -MOST, MOST) + coefs[TRANSIENT_OUTPUT]);
    const Lanes by =
      lanes_fma(coefs[TRANSIENT_MIX], whole - 1.0f, lanes_all(1.0f));
    lanes_keep(mask, left, lanes_clamp(l * by, -FLT_MAX, FLT_MAX));
    lanes_keep(mask, right, lanes_clamp(r * by, -FLT_MAX, FLT_MAX));
    if (moving) {
      lanes_step_coefs(lines, lane, NUM_TRANSIENT_COEFS, coefs);
    }
  }

  lanes_keep(mask, &rows[0][lane], fast);
  lanes_keep(mask, &rows[1][lane], slow);
  lanes_keep(mask, &rows[2][lane], lasting);
  if (moving) {
    lanes_keep_coefs(lines, lane, mask, NUM_TRANSIENT_COEFS, coefs);
  }
}

SONIC_RT static void
run(LaneLines* const lines, const LaneSpan* const span)
{
  LANES_RUN_PARTS(run_part, lines, span)
}

const LaneKernel LEVEL_NAME(transient_kernel) = {run};
