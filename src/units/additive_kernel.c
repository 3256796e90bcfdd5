// SPDX-License-Identifier: GPL-3.0-or-later
//
// A partial's phase is a whole multiple of the lowest one's, so all partials
// stay in step.

#include "units/additive_kernel.h"

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "dsp/osc_lanes.h"
#include "units/additive.h"
#include "units/synth_kernel.h"
#include "units/synth_lanes.h"
#include "units/unit.h"

#include <stdint.h>
#include <string.h>

/// Partials fade out on their way to this part of the sample rate
#define HIGHEST 0.44f

/// Level of a partial, the filter's envelope being at `sweep`
LANES_INLINE Lanes
level_at(const AdditiveLines* const lines, const uint32_t i, const Lanes sweep)
{
  const Lanes evolve = lanes_all(lines->evolve[i]);
  const Lanes follow = lanes_fma(evolve, sweep - 1.0f, lanes_all(1.0f));
  return lanes_fma(
    sweep, lanes_all(lines->percussion[i]), follow * lines->level[i]);
}

SONIC_RT static void
aim(VoiceGroup* const group,
    void* const       state,
    const void* const shared,
    const uint32_t    lanes,
    const uint32_t    fresh,
    const uint32_t    frames)
{
  const AdditiveLines* const lines    = (const AdditiveLines*)shared;
  AdditiveGroup* const       additive = (AdditiveGroup*)state;
  const EnvelopeLanes* const envelope = &group->envelopes[ENVELOPE_FILTER];

  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (!(lanes & lanes_part(lane))) {
      continue;
    }

    LanesInt turn;
    memcpy(&turn, &group->oscs[0].end[lane], sizeof(turn));
    const Lanes lowest   = lanes_from_int(turn) * (0.5f * OSC_UNIT);
    const Lanes softness = 1.0f - lanes_load(&group->velocity[lane]);
    const Lanes from     = lanes_load(&envelope->from[lane]);
    const Lanes to       = lanes_load(&envelope->value[lane]);
    for (uint32_t i = 0; i < NUM_DRAWBARS; ++i) {
      const float partial = (float)lines->partial[i];
      const Lanes room    = HIGHEST - lowest * partial;
      const Lanes kept    = lanes_clamp(room * 20.0f, 0.0f, 1.0f);
      const Lanes gain    = kept * lanes_exp2(softness * lines->tilt[i]);
      line_lanes_draw_placed(&additive->amp[i],
                             lane,
                             lanes_mask(lanes >> lane),
                             lanes_mask(fresh >> lane),
                             gain * level_at(lines, i, from),
                             gain * level_at(lines, i, to),
                             frames);
    }
  }
}

/// Add the partials of a lane to its row
LANES_INLINE void
render_lane(VoiceGroup* const          group,
            const AdditiveLines* const lines,
            AdditiveGroup* const       additive,
            const uint32_t             lane,
            const uint32_t             place,
            const uint32_t             n,
            float* const               row)
{
  OscLanes* const osc = &group->oscs[0];
  for (uint32_t i = 0; i < NUM_DRAWBARS; ++i) {
    const Line amp = {
      additive->amp[i].value[lane], additive->amp[i].step[lane], 0.0f};
    if (is_silent(amp)) {
      continue;
    }

    OscPoints points = osc_first_points(osc_path(osc, lane));
    for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
      const LanesWord phase = points.phase * lines->partial[i];
      const Lanes     sine  = lanes_sin_turn(osc_from_phase(phase));
      const Lanes     level = line_points(amp, place + f);
      lanes_store(row + f, lanes_fma(sine, level, lanes_load(row + f)));
      points = osc_next_points(osc_path(osc, lane), points);
    }
  }
  advance_osc(osc, lane, n);
}

SONIC_RT static void
render(VoiceGroup* const group,
       void* const       state,
       const void* const shared,
       const uint32_t    place,
       const uint32_t    n,
       Rows              rows)
{
  const AdditiveLines* const lines    = (const AdditiveLines*)shared;
  AdditiveGroup* const       additive = (AdditiveGroup*)state;
  EACH_LANE(group->sounding,
            render_lane(group, lines, additive, lane, place, n, rows[lane]));
}

const SourceKernel LEVEL_NAME(additive_kernel) = {aim, render};
