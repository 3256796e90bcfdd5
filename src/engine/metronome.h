// SPDX-License-Identifier: GPL-3.0-or-later
//
// The metronome
//
// A click on each beat of the signatures, accented where a bar begins.

#ifndef SONIC_ENGINE_METRONOME_H
#define SONIC_ENGINE_METRONOME_H

#include "base/rt.h"
#include "base/ticks.h"
#include "engine/span.h"
#include "units/click.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  float gain; ///< 0 is off
  Click click;
  float click_gain; ///< Of the click that sounds
} Metronome;

/// Prepare a metronome that is off
void
metronome_init(Metronome* metronome, uint32_t rate);

/// Be silent at once
SONIC_RT void
metronome_reset(Metronome* metronome);

/// Add frames `from` to `to` of what sounds
SONIC_RT void
metronome_ring(Metronome* metronome,
               uint32_t   from,
               uint32_t   to,
               float*     left,
               float*     right);

/// Add frames `from` to `to` of what sounds, and click there
SONIC_RT void
metronome_click(Metronome* metronome,
                bool       accent,
                float      gain,
                uint32_t   from,
                uint32_t   to,
                float*     left,
                float*     right);

/// Add a span's clicks
SONIC_RT void
metronome_run(Metronome*  metronome,
              const Span* span,
              float*      left,
              float*      right);

#endif // SONIC_ENGINE_METRONOME_H
