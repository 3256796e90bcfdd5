// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/modal_kernel.h"

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "dsp/osc_lanes.h"
#include "units/synth_kernel.h"
#include "units/synth_lanes.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/// Modes from this part of the sample rate on are silent
#define HIGHEST 0.45f

/// Work out how the modes of a vector of lanes turn and shrink
LANES_INLINE void
find_modes(const VoiceGroup* const group,
           const ModalLines* const lines,
           ModalGroup* const       modal,
           const uint32_t          lane,
           const LanesMask         mask)
{
  LanesInt turn;
  memcpy(&turn, &group->oscs[0].end[lane], sizeof(turn));
  const Lanes part    = lanes_from_int(turn) * (0.5f * OSC_UNIT);
  const Lanes octaves = (lanes_load(&group->pitch[lane]) - 60.0f) / 12.0f;
  const Lanes growth  = lanes_exp2(octaves * lines->loss_key);

  for (uint32_t i = 0; i < NUM_MODES; ++i) {
    const Lanes at   = part * lines->ratio[i];
    const Lanes loss = lanes_exp2(growth * -lines->loss[i]);
    const Lanes kept = lanes_min(at, lanes_all(HIGHEST));
    const Lanes left =
      lanes_select(lanes_less(at, lanes_all(HIGHEST)), loss, lanes_all(0.0f));
    const Lanes turned = kept * 2.0f;
    const Lanes cosine = lanes_sin_turn(0.5f - turned);
    lanes_store(
      &modal->cosine[i][lane],
      lanes_select(mask, left * cosine, lanes_load(&modal->cosine[i][lane])));
    lanes_store(&modal->sine[i][lane],
                lanes_select(mask,
                             left * lanes_sin_turn(turned),
                             lanes_load(&modal->sine[i][lane])));
  }
}

SONIC_RT static void
aim(VoiceGroup* const group,
    void* const       state,
    const void* const shared,
    const uint32_t    lanes,
    const uint32_t    fresh,
    const uint32_t    frames)
{
  const ModalLines* const lines = (const ModalLines*)shared;
  ModalGroup* const       modal = (ModalGroup*)state;

  // At a grid point all lanes follow what the lines have become
  uint32_t changed = fresh;
  if (frames == GRID_FRAMES && modal->version != lines->version) {
    modal->version = lines->version;
    changed        = lanes;
  }
  EACH_LANE(lanes, {
    const uint32_t turn = group->oscs[0].end[lane];
    changed |= (uint32_t)(turn != modal->turn[lane]) << lane;
    modal->turn[lane] = turn;
  });

  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (changed & lanes & lanes_part(lane)) {
      find_modes(group, lines, modal, lane, lanes_mask(changed >> lane));
    }
  }
}

/// Add four modes of a vector of lanes
LANES_INLINE void
add_modes(ModalGroup* const modal,
          const uint32_t    first,
          const uint32_t    lane,
          const uint32_t    n,
          Lanes* const      columns)
{
  Lanes re[4];
  Lanes im[4];
  Lanes cosine[4];
  Lanes sine[4];
  LANES_UNROLL
  for (uint32_t i = 0; i < 4; ++i) {
    re[i]     = lanes_load(&modal->re[first + i][lane]);
    im[i]     = lanes_load(&modal->im[first + i][lane]);
    cosine[i] = lanes_load(&modal->cosine[first + i][lane]);
    sine[i]   = lanes_load(&modal->sine[first + i][lane]);
  }

  for (uint32_t f = 0; f < n; ++f) {
    LANES_UNROLL
    for (uint32_t i = 0; i < 4; ++i) {
      const Lanes x = lanes_fnma(im[i], sine[i], re[i] * cosine[i]);
      im[i]         = lanes_fma(im[i], cosine[i], re[i] * sine[i]);
      re[i]         = x;
    }
    columns[f] += (im[0] + im[1]) + (im[2] + im[3]);
  }

  LANES_UNROLL
  for (uint32_t i = 0; i < 4; ++i) {
    lanes_store(&modal->re[first + i][lane], re[i]);
    lanes_store(&modal->im[first + i][lane], im[i]);
  }
}

SONIC_RT static void
render(VoiceGroup* const group,
       void* const       state,
       const void* const shared,
       const uint32_t    place,
       const uint32_t    n,
       Rows              rows)
{
  (void)shared;
  (void)place;
  ModalGroup* const modal = (ModalGroup*)state;
  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (!(group->sounding & lanes_part(lane))) {
      continue;
    }

    Lanes columns[GRID_FRAMES];
    for (uint32_t f = 0; f < GRID_FRAMES; ++f) {
      columns[f] = lanes_all(0.0f);
    }
    for (uint32_t i = 0; i < NUM_MODES; i += 4) {
      add_modes(modal, i, lane, n, columns);
    }
    rows_add_columns(rows, lane, columns);
  }
  EACH_LANE(group->sounding, advance_osc(&group->oscs[0], lane, n));
}

const SourceKernel LEVEL_NAME(modal_kernel) = {aim, render};
