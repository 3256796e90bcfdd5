// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/subtractive_kernel.h"

#include "base/rt.h"
#include "dsp/blep.h"
#include "dsp/lanes.h"
#include "dsp/osc_lanes.h"
#include "units/synth_kernel.h"
#include "units/synth_lanes.h"
#include "units/unit.h"
#include "units/wave_lanes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Where an oscillator begins anew: as a sawtooth does after its jump
#define SYNC_START OSC_HALF

/// A sawtooth on its way from one frame to the next, at which steps are added
typedef struct {
  uint32_t phase;
  uint32_t turn;
  float    size; ///< 1, or -1 if it is taken away
} SyncedSaw;

/// Take a sawtooth `way` on, which ends `late` frames before the next frame
LANES_INLINE void
advance_synced(SyncedSaw* const saw,
               const uint32_t   way,
               const float      late,
               float* const     steps)
{
  const uint32_t next = saw->phase + way;
  if ((saw->phase ^ next) & (way ^ next) & OSC_HALF) {
    const float past = (float)(int32_t)(next - OSC_HALF);
    const float rest = past / (float)(saw->turn ? saw->turn : 1u);
    blep_add(steps, blep_step, fminf(rest + late, 1.0f), -2.0f * saw->size);
  }
  saw->phase = next;
}

/// Take a sawtooth to the next frame, a part `late` of a frame before which it
/// begins anew from `start`
LANES_INLINE void
reset_synced(SyncedSaw* const saw,
             const uint32_t   start,
             const float      late,
             float* const     steps)
{
  const uint32_t rest = (uint32_t)(late * (float)saw->turn);
  advance_synced(saw, saw->turn - rest, late, steps);

  const uint32_t way    = start - saw->phase;
  const float    before = (float)(int32_t)saw->phase * OSC_UNIT;
  const float    after  = (float)(int32_t)start * OSC_UNIT;
  if (way) {
    blep_add(steps, blep_step, late, (after - before) * saw->size);
  }
  saw->phase = start + rest;
}

/// Add the second oscillator of a lane, beginning anew where the first jumps
LANES_INLINE void
render_synced_lane(const OscLanes* const         master,
                   OscLanes* const               osc,
                   const SubtractiveLines* const lines,
                   const uint32_t                lane,
                   const uint32_t                place,
                   const uint32_t                n,
                   const float* const            levels,
                   float* const                  row)
{
  const OscPath  leader = osc_path(master, lane);
  const bool     pulse  = lines->waves[OSC_2].shape == SHAPE_PULSE;
  const uint32_t growth = lines->waves[OSC_2].width_step;
  uint32_t       width  = lines->waves[OSC_2].width + growth * place;

  _Alignas(64) float steps[OSC_STEPS];
  _Alignas(64) float naive[OSC_FRAMES + LANES];
  memcpy(steps, osc->tail[lane], sizeof(osc->tail[lane]));
  memset(steps + BLEP_FRAMES, 0, sizeof(steps) - sizeof(osc->tail[lane]));
  memset(naive, 0, sizeof(naive));

  SyncedSaw saw  = {osc->phase[lane], osc->turn[lane], 1.0f};
  SyncedSaw lead = {saw.phase + width, saw.turn + growth, -1.0f};
  for (uint32_t f = 0; f < n; ++f) {
    const float delay = OSC_UNIT * BLEP_DELAY;
    naive[f] = (float)(int32_t)saw.phase * OSC_UNIT - (float)saw.turn * delay;
    if (pulse) {
      naive[f] +=
        (float)lead.turn * delay - (float)(int32_t)lead.phase * OSC_UNIT;
    }
    width += growth;

    const uint32_t turn = leader.turn + leader.step * f;
    const uint32_t from = osc_phase_at(leader, f);
    const uint32_t to   = from + turn;
    if (turn && ((from ^ to) & (turn ^ to) & OSC_HALF)) {
      const float past = (float)(int32_t)(to - OSC_HALF) / (float)turn;
      const float late = fminf(past, 1.0f);
      reset_synced(&saw, SYNC_START, late, steps + f + 1u);
      if (pulse) {
        reset_synced(&lead, SYNC_START + width, late, steps + f + 1u);
      }
    } else {
      advance_synced(&saw, saw.turn, 0.0f, steps + f + 1u);
      if (pulse) {
        advance_synced(&lead, lead.turn, 0.0f, steps + f + 1u);
      }
    }
    saw.turn += osc->step[lane];
    lead.phase = saw.phase + width;
    lead.turn  = saw.turn + growth;
  }

  for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
    const Lanes wave = lanes_load(naive + f) + lanes_load(steps + f);
    lanes_store(row + f,
                lanes_fma(wave, lanes_load(levels + f), lanes_load(row + f)));
  }
  memcpy(osc->tail[lane], steps + n, sizeof(osc->tail[lane]));
  osc->tail_left[lane] = BLEP_FRAMES;
  osc->phase[lane]     = saw.phase;
  osc->turn[lane]      = saw.turn;
}

/// Add the second oscillator where the first leads it, which has yet to run
SONIC_RT static void
render_synced(VoiceGroup* const             group,
              const SubtractiveLines* const lines,
              const uint32_t                place,
              const uint32_t                n,
              Rows                          rows)
{
  _Alignas(64) float levels[GRID_FRAMES];
  for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
    lanes_store(levels + f, line_points(lines->waves[OSC_2].level, place + f));
  }

  const OscLanes* const master = &group->oscs[OSC_1];
  OscLanes* const       osc    = &group->oscs[OSC_2];
  EACH_LANE(
    group->sounding,
    render_synced_lane(master, osc, lines, lane, place, n, levels, rows[lane]));
}

SONIC_RT static void
render(VoiceGroup* const group,
       void* const       state,
       const void* const shared,
       const uint32_t    place,
       const uint32_t    n,
       Rows              rows)
{
  (void)state;
  const SubtractiveLines* const lines = (const SubtractiveLines*)shared;
  if (lines->sync && lines->waves[OSC_2].shape >= SHAPE_SAW &&
      !is_silent(lines->waves[OSC_2].level)) {
    render_synced(group, lines, place, n, rows);
    render_wave(group, OSC_1, &lines->waves[OSC_1], place, n, rows);
  } else {
    render_wave(group, OSC_1, &lines->waves[OSC_1], place, n, rows);
    render_wave(group, OSC_2, &lines->waves[OSC_2], place, n, rows);
  }
  render_wave(group, OSC_SUB, &lines->waves[OSC_SUB], place, n, rows);
}

const SourceKernel LEVEL_NAME(subtractive_kernel) = {NULL, render};
