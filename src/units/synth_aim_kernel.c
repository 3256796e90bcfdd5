// SPDX-License-Identifier: GPL-3.0-or-later
//
// Drawing the lines of voices up to the next grid point

#include "units/synth_kernel.h"

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/// Where lines lead
typedef struct {
  LanesInt turn[MAX_OSCS];
  Lanes    filter[NUM_FILTER_GAINS];
  Lanes    left;
  Lanes    right;
} Aims;

/// What the envelopes and the pitch amount to
LANES_INLINE Aims
find_aims(const VoiceGroup* const group,
          const SynthAim* const   aim,
          const uint32_t          lane,
          const Lanes             pitch,
          const Lanes             amp,
          const Lanes             sweep,
          const Lanes             drop)
{
  Aims aims;

  // Turns stay below half a period, which the oscillators need
  Lanes detuned =
    lanes_fma(lanes_load(&group->place[lane]), lanes_all(aim->unison), pitch);
  detuned = lanes_fma(drop, lanes_all(aim->pitch_env), detuned);
  for (uint32_t i = 0; i < aim->num_oscs; ++i) {
    const Lanes swept =
      lanes_fma(sweep, lanes_all(aim->pitch_sweep[i]), detuned);
    const Lanes octaves = (swept + aim->pitch[i]) * (1.0f / 12.0f);
    const Lanes turn    = lanes_exp2(octaves) * aim->turn_of_pitch_0;
    aims.turn[i]        = lanes_to_int(lanes_clamp(turn, 0.0f, 1.9e9f));
  }

  Lanes cutoff = lanes_fma(
    pitch - 60.0f, lanes_all(aim->cutoff_key), lanes_all(aim->cutoff));
  cutoff = lanes_fma(sweep, lanes_all(aim->cutoff_env), cutoff);
  cutoff = lanes_fma(lanes_load(&group->velocity[lane]) - 1.0f,
                     lanes_all(aim->cutoff_velocity),
                     cutoff);
  cutoff = lanes_fma(lanes_load(&group->pressure[lane]),
                     lanes_all(aim->cutoff_pressure),
                     cutoff);
  cutoff = lanes_clamp(cutoff, 4.0f, aim->cutoff_most);

  const Lanes g  = lanes_tan_pi(lanes_exp2(cutoff) * aim->per_frame);
  const Lanes a1 = 1.0f / lanes_fma(g, g + aim->damping, lanes_all(1.0f));
  aims.filter[FILTER_A1] = a1;
  aims.filter[FILTER_A2] = g * a1;
  aims.filter[FILTER_A3] = g * g * a1;

  const Lanes apart = lanes_load(&group->side[lane]) * aim->spread;
  const Lanes side  = lanes_clamp(apart + aim->pan, -1.0f, 1.0f);
  const Lanes angle = (side + 1.0f) * 0.25f;
  const Lanes level =
    amp * lanes_load(&group->level[lane]) * (aim->gain * 1.41421356f);
  aims.left  = level * lanes_cos_pi(angle);
  aims.right = level * lanes_sin_pi(angle);
  return aims;
}

/// Draw a line from where it is, or from `start` where the mask says so
LANES_INLINE void
draw_line(LineLanes* const line,
          const uint32_t   lane,
          const LanesMask  mask,
          const LanesMask  begins,
          const Lanes      start,
          const Lanes      end,
          const float      per_frame)
{
  const Lanes at   = lanes_load(&line->value[lane]);
  const Lanes from = lanes_select(begins, start, at);
  const Lanes step = (end - from) * per_frame;

  lanes_store(&line->value[lane], from);
  lanes_store(&line->step[lane],
              lanes_select(mask, step, lanes_load(&line->step[lane])));
}

LANES_INLINE LanesInt
select_int(const LanesMask mask, const LanesInt a, const LanesInt b)
{
  return lanes_bits_of(lanes_select(mask, lanes_of_bits(a), lanes_of_bits(b)));
}

LANES_INLINE LanesInt
load_turns(const uint32_t* const from)
{
  LanesInt turns;
  memcpy(&turns, from, sizeof(turns));
  return turns;
}

LANES_INLINE void
store_turns(uint32_t* const to, const LanesInt turns)
{
  memcpy(to, &turns, sizeof(turns));
}

/// Draw an oscillator's line; after a whole grid step it begins exactly where
/// the one before was to end
LANES_INLINE void
draw_turn(OscLanes* const osc,
          const uint32_t  lane,
          const LanesMask mask,
          const LanesMask begins,
          const LanesInt  start,
          const LanesInt  end,
          const uint32_t  frames)
{
  const LanesInt last = load_turns(&osc->end[lane]);
  const LanesInt now  = load_turns(&osc->turn[lane]);
  const LanesInt at   = frames == GRID_FRAMES ? last : now;
  const LanesInt from = select_int(begins, start, at);
  const Lanes    way  = lanes_from_int(end - from);
  const LanesInt step = lanes_to_int(way * (1.0f / (float)frames));

  store_turns(&osc->turn[lane], select_int(mask, from, now));
  store_turns(&osc->end[lane], select_int(mask, end, last));
  store_turns(&osc->step[lane],
              select_int(mask, step, load_turns(&osc->step[lane])));
}

/// Take an envelope to the end of a line; what it was stays as its beginning
LANES_INLINE Lanes
advance_envelope(EnvelopeLanes* const envelope,
                 const uint32_t       lane,
                 const LanesMask      mask)
{
  const Lanes now   = lanes_load(&envelope->value[lane]);
  const Lanes scale = lanes_load(&envelope->scale[lane]);
  const Lanes next  = lanes_clamp(
    lanes_fma(now, scale, lanes_load(&envelope->offset[lane])), 0.0f, 1.0f);
  const Lanes value = lanes_select(mask, next, now);

  lanes_store(&envelope->from[lane],
              lanes_select(mask, now, lanes_load(&envelope->from[lane])));
  lanes_store(&envelope->value[lane], value);
  return value;
}

/// Take the pitch a part of a grid step nearer to its target
LANES_INLINE Lanes
advance_pitch(VoiceGroup* const group,
              const uint32_t    lane,
              const LanesMask   mask,
              const LanesMask   jumps,
              const float       part)
{
  const Lanes now    = lanes_load(&group->pitch[lane]);
  const Lanes target = lanes_load(&group->pitch_target[lane]);
  const Lanes most   = lanes_load(&group->pitch_step[lane]) * part;
  const Lanes way    = target - now;
  const Lanes near   = now + lanes_flip(most, way);
  const Lanes moved =
    lanes_select(lanes_less(most, lanes_abs(way)), near, target);
  const Lanes pitch =
    lanes_select(mask, lanes_select(jumps, target, moved), now);

  lanes_store(&group->pitch[lane], pitch);
  return pitch;
}

/// Lanes where an envelope is at `value`
LANES_INLINE uint32_t
lanes_at(const Lanes envelope, const bool top)
{
  const Lanes edge = lanes_all(top ? 1.0f : 0.0f);
  return lanes_bits(top ? ~lanes_less(envelope, edge)
                        : ~lanes_less(edge, envelope)) &
         ((1u << LANES_WIDTH) - 1u);
}

/// Aim one vector of lanes
LANES_INLINE void
aim_part(VoiceGroup* const     group,
         const SynthAim* const aim,
         const uint32_t        lane,
         const uint32_t        lanes,
         const uint32_t        fresh,
         const uint32_t        jumping,
         const uint32_t        frames,
         AimResult* const      result)
{
  const LanesMask mask   = lanes_mask(lanes >> lane);
  const LanesMask begins = lanes_mask(fresh >> lane);
  const LanesMask jumps  = lanes_mask(jumping >> lane);

  const Lanes pitch_before = lanes_load(&group->pitch[lane]);
  Lanes       before[MAX_ENVELOPES];
  Lanes       after[MAX_ENVELOPES];
  for (uint32_t i = 0; i < aim->num_envelopes; ++i) {
    before[i] = lanes_load(&group->envelopes[i].value[lane]);
    after[i]  = advance_envelope(&group->envelopes[i], lane, mask);
    result->peaked[i] |= (lanes_at(after[i], true) << lane) & lanes;
  }
  result->silent |= (lanes_at(after[ENVELOPE_AMP], false) << lane) & lanes;

  const float part  = (float)frames / (float)GRID_FRAMES;
  const Lanes pitch = advance_pitch(group, lane, mask, jumps, part);
  const Aims  end   = find_aims(group,
                             aim,
                             lane,
                             pitch,
                             after[ENVELOPE_AMP],
                             after[ENVELOPE_FILTER],
                             after[ENVELOPE_PITCH]);

  // New voices' lines begin where nothing has advanced yet
  Aims start = end;
  if (fresh & lanes_part(lane)) {
    start = find_aims(group,
                      aim,
                      lane,
                      pitch_before,
                      before[ENVELOPE_AMP],
                      before[ENVELOPE_FILTER],
                      before[ENVELOPE_PITCH]);
  }

  for (uint32_t i = 0; i < aim->num_oscs; ++i) {
    const LanesInt from = select_int(jumps, end.turn[i], start.turn[i]);
    draw_turn(
      &group->oscs[i], lane, mask, begins | jumps, from, end.turn[i], frames);
  }

  const float per_frame = 1.0f / (float)frames;
  for (int i = 0; i < NUM_FILTER_GAINS; ++i) {
    draw_line(&group->filter[i],
              lane,
              mask,
              begins,
              start.filter[i],
              end.filter[i],
              per_frame);
  }
  draw_line(&group->left, lane, mask, begins, start.left, end.left, per_frame);
  draw_line(
    &group->right, lane, mask, begins, start.right, end.right, per_frame);
}

SONIC_RT AimResult
LEVEL_NAME(synth_aim)(VoiceGroup* const     group,
                      const SynthAim* const common,
                      const uint32_t        lanes,
                      const uint32_t        fresh,
                      const uint32_t        jumping,
                      const uint32_t        frames)
{
  AimResult result = {{0}, 0};
  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (lanes & lanes_part(lane)) {
      aim_part(group, common, lane, lanes, fresh, jumping, frames, &result);
    }
  }
  return result;
}
