// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tap.h"

#include "engine/engine_state.h"

SONIC_RT void
tap_exchange(Engine* const engine, Operation* const op)
{
  if (op->param >= ENGINE_MAX_TAPS) {
    return;
  }
  if (op->channel) {
    op->channel->tap = op->tap;
  }

  Ring* const before      = engine->taps[op->param];
  engine->taps[op->param] = op->tap;
  op->tap                 = before;
}

SONIC_RT void
tap_run(Ring* const            ring,
        const LaneBlock* const from,
        const uint32_t         lane,
        const Span* const      span)
{
  TapBlock block;
  for (uint32_t done = 0; done < span->n; done += block.n) {
    const uint32_t left = span->n - done;
    block.frame         = span->frame + done;
    block.n             = left < TAP_FRAMES ? left : TAP_FRAMES;
    for (uint32_t i = 0; i < block.n; ++i) {
      block.left[i]  = from->left[done + i][lane];
      block.right[i] = from->right[done + i][lane];
    }

    // Whoever listens too slowly misses some
    ring_write(ring, &block);
  }
}
