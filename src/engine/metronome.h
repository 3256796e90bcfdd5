// SPDX-License-Identifier: GPL-3.0-or-later
//
// The metronome
//
// A click on each beat of the signature, accented where a bar begins.

#ifndef SONIC_ENGINE_METRONOME_H
#define SONIC_ENGINE_METRONOME_H

#include "base/rt.h"
#include "base/ticks.h"
#include "engine/span.h"
#include "units/click.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  float    gain;       ///< 0 is off
  uint32_t beats;      ///< In a bar, at least 1
  Ticks    beat_ticks; ///< At least 1
  Click    click;
  float    click_gain; ///< Of the click that sounds
} Metronome;

/// Prepare a metronome that is off, in 4/4
void
metronome_init(Metronome* metronome, uint32_t rate);

/// Be silent at once
SONIC_RT void
metronome_reset(Metronome* metronome);

/// Add a span's clicks
SONIC_RT void
metronome_run(Metronome*  metronome,
              const Span* span,
              float*      left,
              float*      right);

#endif // SONIC_ENGINE_METRONOME_H
