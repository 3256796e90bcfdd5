// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/metronome.h"

#include "units/unit.h"

void
metronome_init(Metronome* const metronome, const uint32_t rate)
{
  *metronome = (Metronome){.beats = 4, .beat_ticks = TICKS_PER_BEAT};
  click_init(&metronome->click, rate);
}

SONIC_RT void
metronome_reset(Metronome* const metronome)
{
  click_reset(&metronome->click);
}

/// Add frames `from` to `to` of a span
SONIC_RT static void
add(Metronome* const metronome,
    const uint32_t   from,
    const uint32_t   to,
    float* const     left,
    float* const     right)
{
  float click[BLOCK_FRAMES];
  if (!click_run(&metronome->click, click, to - from)) {
    return;
  }

  for (uint32_t i = from; i < to; ++i) {
    left[i] += click[i - from] * metronome->click_gain;
    right[i] += click[i - from] * metronome->click_gain;
  }
}

SONIC_RT void
metronome_run(Metronome* const  metronome,
              const Span* const span,
              float* const      left,
              float* const      right)
{
  // Beats count from tick 0; what comes before it is in bars as well
  const Ticks ticks = metronome->beat_ticks;
  const bool  on    = span->playing && metronome->gain > 0.0f;
  uint32_t    at    = 0;
  Ticks       beat  = span->from / ticks;
  for (; on && beat * ticks < span->to; ++beat) {
    if (beat * ticks < span->from) {
      continue;
    }

    const int64_t  frame = span_event(span, beat * ticks);
    const uint32_t start = (uint32_t)(frame - span->grid);
    add(metronome, at, start, left, right);
    click_start(&metronome->click, beat % metronome->beats == 0);
    metronome->click_gain = metronome->gain;
    at                    = start;
  }

  add(metronome, at, span->n, left, right);
}
