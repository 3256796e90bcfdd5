// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/fm_kernel.h"

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "dsp/osc_lanes.h"
#include "units/fm.h"
#include "units/synth_kernel.h"
#include "units/synth_lanes.h"
#include "units/unit.h"

#include <stdint.h>
#include <string.h>

/// Modulation at a level of 1, in half periods
#define MOST_INDEX 4.0f

/// What sidebands may reach, as a part of the sample rate: what folds back
/// from there is above 16 kHz
#define REACH 0.6f

/// Sidebands beyond the index that are still to be heard
#define SIDEBANDS 3.0f

/// Frequencies of the operators of a vector of lanes, as parts of the rate
LANES_INLINE void
find_frequencies(const VoiceGroup* const group,
                 const uint32_t          lane,
                 Lanes                   parts[FM_OPS])
{
  for (uint32_t i = 0; i < FM_OPS; ++i) {
    LanesInt turn;
    memcpy(&turn, &group->oscs[i].end[lane], sizeof(turn));
    parts[i] = lanes_from_int(turn) * (0.5f * OSC_UNIT);
  }
}

/// How high the level of a modulator may be; depth goes with its square
LANES_INLINE Lanes
modulator_limit(const Lanes parts[FM_OPS], const uint32_t op)
{
  // The highest of the operators stands for what it modulates
  const Lanes highest =
    lanes_max(lanes_max(parts[0], parts[1]), lanes_max(parts[2], parts[3]));
  const Lanes own   = lanes_max(parts[op], lanes_all(1e-6f));
  const Lanes index = (REACH - highest) / own - SIDEBANDS;
  const Lanes most  = index * (1.0f / (3.14159265f * MOST_INDEX));
  return lanes_sqrt(lanes_clamp(most, 0.0f, 1.0f));
}

/// What is too high to be heard is silent
LANES_INLINE Lanes
carrier_limit(const Lanes part)
{
  return lanes_clamp((0.43f - part) * 20.0f, 0.0f, 1.0f);
}

SONIC_RT static void
aim(VoiceGroup* const group,
    void* const       state,
    const void* const shared,
    const uint32_t    lanes,
    const uint32_t    fresh,
    const uint32_t    frames)
{
  const FmLines* const lines = (const FmLines*)shared;
  FmGroup* const       fm    = (FmGroup*)state;

  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (!(lanes & lanes_part(lane))) {
      continue;
    }

    const LanesMask mask     = lanes_mask(lanes >> lane);
    const LanesMask begins   = lanes_mask(fresh >> lane);
    const Lanes     velocity = lanes_load(&group->velocity[lane]) - 1.0f;
    Lanes           parts[FM_OPS];
    find_frequencies(group, lane, parts);
    for (uint32_t i = 0; i < FM_OPS; ++i) {
      const EnvelopeLanes* const envelope =
        &group->envelopes[ENVELOPE_SOURCE + i];
      const Lanes follow =
        lanes_fma(velocity, lanes_all(lines->velocity[i]), lanes_all(1.0f));
      const Lanes limit = (lines->heard >> i) & 1u ? carrier_limit(parts[i])
                                                   : modulator_limit(parts, i);
      const Lanes most  = lanes_min(follow * lines->level[i], limit);
      line_lanes_draw(&fm->amp[i],
                      lane,
                      mask,
                      begins,
                      most * lanes_load(&envelope->from[lane]),
                      most * lanes_load(&envelope->value[lane]),
                      1.0f / (float)frames);
    }
  }
}

/// sin(pi x) for any x that a modulation gives
LANES_INLINE Lanes
wave(const Lanes x)
{
  const Lanes turns = lanes_round(x * 0.5f);
  return lanes_sin_turn(
    lanes_clamp(lanes_fnma(turns, lanes_all(2.0f), x), -1.0f, 1.0f));
}

/// The operators of a vector of lanes
typedef struct {
  LanesWord phase[FM_OPS];
  LanesWord turn[FM_OPS];
  LanesWord step[FM_OPS];
  Lanes     amp[FM_OPS];
  Lanes     amp_step[FM_OPS];
  Lanes     past[2];
} Ops;

/// One frame of all operators
LANES_INLINE Lanes
run_ops(Ops* const ops, const FmLines* const lines, const uint32_t place)
{
  Lanes sum = lanes_all(0.0f);
  Lanes depth[FM_OPS];
  for (int i = FM_OPS - 1; i >= 0; --i) {
    Lanes x = osc_from_phase(ops->phase[i]);
    if (i == FM_OPS - 1) {
      x = lanes_fma(
        ops->past[0] + ops->past[1], line_at(lines->feedback, place), x);
    }
    for (int j = FM_OPS - 1; j > i; --j) {
      if (!is_silent(lines->wires[i][j])) {
        x = lanes_fma(depth[j], line_at(lines->wires[i][j], place), x);
      }
    }

    const Lanes y = ops->amp[i] * wave(x);
    depth[i]      = y * ops->amp[i] * MOST_INDEX;
    if (!is_silent(lines->carriers[i])) {
      sum = lanes_fma(y, line_at(lines->carriers[i], place), sum);
    }
    if (i == FM_OPS - 1) {
      ops->past[1] = ops->past[0];
      ops->past[0] = y;
    }

    ops->phase[i] += ops->turn[i];
    ops->turn[i] += ops->step[i];
    ops->amp[i] += ops->amp_step[i];
  }
  return sum;
}

LANES_INLINE void
load_ops(Ops* const              ops,
         const VoiceGroup* const group,
         const FmGroup* const    fm,
         const uint32_t          lane)
{
  for (int i = 0; i < FM_OPS; ++i) {
    memcpy(&ops->phase[i], &group->oscs[i].phase[lane], sizeof(Lanes));
    memcpy(&ops->turn[i], &group->oscs[i].turn[lane], sizeof(Lanes));
    memcpy(&ops->step[i], &group->oscs[i].step[lane], sizeof(Lanes));
    ops->amp[i]      = lanes_load(&fm->amp[i].value[lane]);
    ops->amp_step[i] = lanes_load(&fm->amp[i].step[lane]);
  }
  ops->past[0] = lanes_load(&fm->past[0][lane]);
  ops->past[1] = lanes_load(&fm->past[1][lane]);
}

LANES_INLINE void
store_ops(const Ops* const  ops,
          VoiceGroup* const group,
          FmGroup* const    fm,
          const uint32_t    lane)
{
  for (int i = 0; i < FM_OPS; ++i) {
    memcpy(&group->oscs[i].phase[lane], &ops->phase[i], sizeof(Lanes));
    memcpy(&group->oscs[i].turn[lane], &ops->turn[i], sizeof(Lanes));
    lanes_store(&fm->amp[i].value[lane], ops->amp[i]);
  }
  lanes_store(&fm->past[0][lane], ops->past[0]);
  lanes_store(&fm->past[1][lane], ops->past[1]);
}

SONIC_RT static void
render(VoiceGroup* const group,
       void* const       state,
       const void* const shared,
       const uint32_t    place,
       const uint32_t    n,
       Rows              rows)
{
  const FmLines* const lines = (const FmLines*)shared;
  FmGroup* const       fm    = (FmGroup*)state;

  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (!(group->sounding & lanes_part(lane))) {
      continue;
    }

    Ops   ops;
    Lanes columns[GRID_FRAMES];
    load_ops(&ops, group, fm, lane);
    for (uint32_t f = 0; f < GRID_FRAMES; ++f) {
      columns[f] = f < n ? run_ops(&ops, lines, place + f) : lanes_all(0.0f);
    }
    store_ops(&ops, group, fm, lane);
    rows_add_columns(rows, lane, columns);
  }
}

const SourceKernel LEVEL_NAME(fm_kernel) = {aim, render};
