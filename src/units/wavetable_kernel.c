// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/wavetable_kernel.h"

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/osc_lanes.h"
#include "units/synth_kernel.h"
#include "units/synth_lanes.h"
#include "units/unit.h"

#include <stdint.h>

SONIC_RT static void
aim(VoiceGroup* const group,
    void* const       state,
    const void* const shared,
    const uint32_t    lanes,
    const uint32_t    fresh,
    const uint32_t    frames)
{
  const WavetableLines* const lines    = (const WavetableLines*)shared;
  WavetableGroup* const       table    = (WavetableGroup*)state;
  const EnvelopeLanes* const  envelope = &group->envelopes[ENVELOPE_FILTER];

  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (!(lanes & lanes_part(lane))) {
      continue;
    }

    const float most  = (float)(NUM_WAVES - 1u);
    const Lanes env   = lanes_all(lines->env);
    const Lanes place = lanes_fma(lanes_load(&group->velocity[lane]) - 1.0f,
                                  lanes_all(lines->velocity),
                                  lanes_all(lines->place));
    const Lanes from = lanes_fma(lanes_load(&envelope->from[lane]), env, place);
    const Lanes to = lanes_fma(lanes_load(&envelope->value[lane]), env, place);
    line_lanes_draw_placed(&table->place,
                           lane,
                           lanes_mask(lanes >> lane),
                           lanes_mask(fresh >> lane),
                           lanes_clamp(from, 0.0f, most),
                           lanes_clamp(to, 0.0f, most),
                           frames);
  }
}

/// A wave at a phase, by the cubic through four frames (Hermite's)
LANES_INLINE float
read_wave(const OctaveWave* const wave, const uint32_t phase)
{
  const uint32_t     shift = 32u - wave->bits;
  const float* const at    = wave->frames + (phase >> shift);
  const float        x     = (float)((phase << wave->bits) >> 8u) * 0x1p-24f;

  const float half  = 0.5f * (at[2] - at[0]);
  const float other = 0.5f * (at[3] - at[1]);
  const float way   = at[2] - at[1];
  const float c2    = 3.0f * way - 2.0f * half - other;
  const float c3    = half + other - 2.0f * way;
  return at[1] + x * (half + x * (c2 + x * c3));
}

/// The octave whose partials fit
LANES_INLINE uint32_t
find_octave(const WavetableLines* const lines, const uint32_t turn)
{
  const float part   = (float)turn * (0.5f * OSC_UNIT);
  float       number = (float)MOST_PARTIALS;
  uint32_t    octave = 0;
  while (octave + 1u < NUM_OCTAVES && number * part > lines->most) {
    number *= 0.5f;
    ++octave;
  }
  return octave;
}

SONIC_RT static void
render(VoiceGroup* const group,
       void* const       state,
       const void* const shared,
       const uint32_t    place,
       const uint32_t    n,
       Rows              rows)
{
  const WavetableLines* const lines = (const WavetableLines*)shared;
  const WavetableGroup* const table = (const WavetableGroup*)state;
  OscLanes* const             osc   = &group->oscs[0];

  EACH_LANE(group->sounding, {
    const uint32_t octave = find_octave(lines, osc->end[lane]);
    const OscPath  path   = osc_path(osc, lane);
    for (uint32_t f = 0; lines->tables && f < n; ++f) {
      const OctaveWave* const waves =
        lines->tables->waves[lines->table][octave];

      const float at = (float)(place + f);
      const float where =
        table->place.value[lane] + table->place.step[lane] * at;
      const float    kept = where < 0.0f ? 0.0f : where;
      const uint32_t first =
        kept < (float)(NUM_WAVES - 2u) ? (uint32_t)kept : NUM_WAVES - 2u;
      const uint32_t phase = osc_phase_at(path, f);
      const float    one   = read_wave(&waves[first], phase);
      const float    two   = read_wave(&waves[first + 1u], phase);
      const float    fade  = lines->fade.base + lines->fade.step * at;
      rows[lane][f] += fade * (one + (two - one) * (kept - (float)first));
    }
    advance_osc(osc, lane, n);
  });
}

const SourceKernel LEVEL_NAME(wavetable_kernel) = {aim, render};
