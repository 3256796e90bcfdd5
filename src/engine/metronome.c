// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/metronome.h"

#include "units/unit.h"

void
metronome_init(Metronome* const metronome, const uint32_t rate)
{
  *metronome = (Metronome){0};
  click_init(&metronome->click, rate);
}

SONIC_RT void
metronome_reset(Metronome* const metronome)
{
  click_reset(&metronome->click);
}

SONIC_RT void
metronome_ring(Metronome* const metronome,
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
metronome_click(Metronome* const metronome,
                const bool       accent,
                const float      gain,
                const uint32_t   from,
                const uint32_t   to,
                float* const     left,
                float* const     right)
{
  metronome_ring(metronome, from, to, left, right);
  click_start(&metronome->click, accent);
  metronome->click_gain = gain;
}

SONIC_RT void
metronome_run(Metronome* const  metronome,
              const Span* const span,
              float* const      left,
              float* const      right)
{
  const BarMap* const bars = span->timeline->bars;
  const bool          on   = span->playing && metronome->gain > 0.0f;
  uint32_t            at   = 0;
  bool                bar  = false;
  Ticks beat = on ? bar_map_next_beat(bars, span->from, &bar) : span->to;
  while (beat < span->to) {
    const int64_t  frame = span_event(span, beat);
    const uint32_t start = (uint32_t)(frame - span->grid);
    metronome_click(metronome, bar, metronome->gain, at, start, left, right);
    at   = start;
    beat = bar_map_next_beat(bars, beat + 1, &bar);
  }

  metronome_ring(metronome, at, span->n, left, right);
}
