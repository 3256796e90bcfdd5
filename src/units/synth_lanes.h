// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the kernels of sources share

#ifndef SONIC_UNITS_SYNTH_LANES_H
#define SONIC_UNITS_SYNTH_LANES_H

#include "dsp/lanes.h"
#include "dsp/osc_lanes.h"
#include "units/synth_kernel.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

/// Run `act` for each `lane` of some bits
#define EACH_LANE(bits_, act)                                                  \
  for (uint32_t bits = (bits_); bits; bits &= bits - 1u) {                     \
    const uint32_t lane = (uint32_t)__builtin_ctz(bits);                       \
    act;                                                                       \
  }

/// The frames of a line, `first` being their place in the grid step
LANES_INLINE Lanes
line_points(const Line line, const uint32_t first)
{
  const Lanes place = lanes_from_int(lanes_count() + (int32_t)first);
  return lanes_fma(place, lanes_all(line.step), lanes_all(line.base));
}

/// A line that all lanes share, at a frame
LANES_INLINE Lanes
line_at(const Line line, const uint32_t place)
{
  return lanes_all(line.base + line.step * (float)place);
}

LANES_INLINE bool
is_silent(const Line line)
{
  return line.base == 0.0f && line.step == 0.0f;
}

LANES_INLINE OscPath
osc_path(const OscLanes* const osc, const uint32_t lane)
{
  const OscPath path = {osc->phase[lane], osc->turn[lane], osc->step[lane]};
  return path;
}

/// Take an oscillator to the end of a run
LANES_INLINE void
advance_osc(OscLanes* const osc, const uint32_t lane, const uint32_t n)
{
  osc->phase[lane] = osc_phase_at(osc_path(osc, lane), n);
  osc->turn[lane] += osc->step[lane] * n;
}

/// Draw a line of a vector of lanes to `end`; what begins starts at `start`
LANES_INLINE void
line_lanes_draw(LineLanes* const line,
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

/// White noise from -1 to 1: the numbers' bits well mixed (the "lowbias32"
/// hash of C. Wellons)
LANES_INLINE Lanes
noise_points(const uint32_t first)
{
  LanesWord x = (LanesWord)lanes_count() + first;
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  x ^= x >> 16;
  return lanes_from_int((LanesInt)x) * OSC_UNIT;
}

/// As `line_lanes_draw`, for a line whose value is that at the grid point, so
/// that a frame's value is the same wherever runs are cut
LANES_INLINE void
line_lanes_draw_placed(LineLanes* const line,
                       const uint32_t   lane,
                       const LanesMask  mask,
                       const LanesMask  begins,
                       const Lanes      start,
                       const Lanes      end,
                       const uint32_t   frames)
{
  const float place  = (float)(GRID_FRAMES - frames);
  const float passed = place > 0.0f ? place : (float)GRID_FRAMES;
  const Lanes value  = lanes_load(&line->value[lane]);
  const Lanes old    = lanes_load(&line->step[lane]);
  const Lanes at     = lanes_fma(old, lanes_all(passed), value);
  const Lanes from   = lanes_select(begins, start, at);
  const Lanes step   = (end - from) * (1.0f / (float)frames);
  const Lanes origin = lanes_fnma(step, lanes_all(place), from);

  lanes_store(&line->value[lane], lanes_select(mask, origin, value));
  lanes_store(&line->step[lane], lanes_select(mask, step, old));
}

/// Add the frames of a vector of lanes, one vector to a frame, to their rows
LANES_INLINE void
rows_add_columns(Rows rows, const uint32_t lane, const Lanes* columns)
{
  for (uint32_t f = 0; f < GRID_FRAMES; f += LANES_WIDTH) {
    Lanes square[SONIC_VECTOR];
    for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
      square[i] = columns[f + i];
    }
    lanes_transpose(square);
    for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
      float* const to = &rows[lane + i][f];
      lanes_store(to, lanes_load(to) + square[i]);
    }
  }
}

#endif // SONIC_UNITS_SYNTH_LANES_H
