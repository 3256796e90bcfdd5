// SPDX-License-Identifier: GPL-3.0-or-later
//
// Waves of a few shapes, for the kernels of sources

#ifndef SONIC_UNITS_WAVE_LANES_H
#define SONIC_UNITS_WAVE_LANES_H

#include "base/rt.h"
#include "dsp/blep.h"
#include "dsp/lanes.h"
#include "dsp/osc_lanes.h"
#include "units/synth_kernel.h"
#include "units/synth_lanes.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// The path of a pulse's other edge
LANES_INLINE OscPath
lead_path(const OscPath path, const Wave* const wave, const uint32_t place)
{
  const uint32_t step = wave->width_step;
  const uint32_t open = wave->width + step * place;
  const OscPath  lead = {path.phase + open, path.turn + step, path.step};
  return lead;
}

/// Add a wave of a constant shape to a row; `steps` may be null
LANES_INLINE void
add_wave(const Shape    shape,
         const OscPath  path,
         const OscPath  lead,
         const float*   levels,
         const uint32_t n,
         const float*   steps,
         float* const   row)
{
  OscPoints points = osc_first_points(path);
  OscPoints ahead  = osc_first_points(lead);
  for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
    const Lanes naive = shape == SHAPE_SINE       ? osc_sine(points)
                        : shape == SHAPE_TRIANGLE ? osc_triangle(points)
                        : shape == SHAPE_SAW      ? osc_saw(points)
                                                  : osc_pulse(points, ahead);
    const Lanes wave  = steps ? naive + lanes_load(steps + f) : naive;
    lanes_store(row + f,
                lanes_fma(wave, lanes_load(levels + f), lanes_load(row + f)));

    points = osc_next_points(path, points);
    ahead  = osc_next_points(lead, ahead);
  }
}

/// Add an oscillator of a constant shape to the row of a lane
LANES_INLINE void
render_osc_lane(OscLanes* const    osc,
                const Wave* const  wave,
                const Shape        shape,
                const uint32_t     lane,
                const uint32_t     place,
                const uint32_t     n,
                const float* const levels,
                float* const       row)
{
  const OscPath path = osc_path(osc, lane);
  const OscPath lead = lead_path(path, wave, place);

  const uint64_t to_jump = osc_to_jump(path.phase);
  const bool     reaches =
    shape == SHAPE_TRIANGLE ? osc_reaches(path, n, osc_to_corner(path.phase))
        : shape == SHAPE_SAW    ? osc_reaches(path, n, to_jump)
        : shape == SHAPE_PULSE  ? osc_reaches(path, n, to_jump) ||
                               osc_reaches(lead, n, osc_to_jump(lead.phase))
                               : false;
  if (!reaches && !osc->tail_left[lane]) {
    add_wave(shape, path, lead, levels, n, NULL, row);
    advance_osc(osc, lane, n);
    return;
  }

  _Alignas(64) float steps[OSC_STEPS];
  memcpy(steps, osc->tail[lane], sizeof(osc->tail[lane]));
  memset(steps + BLEP_FRAMES, 0, sizeof(steps) - sizeof(osc->tail[lane]));
  if (shape == SHAPE_TRIANGLE) {
    osc_triangle_steps(path, n, steps);
  } else if (shape == SHAPE_SAW) {
    osc_saw_steps(path, n, steps);
  } else if (shape == SHAPE_PULSE) {
    osc_pulse_steps(path, lead, n, steps);
  }

  add_wave(shape, path, lead, levels, n, steps, row);
  memcpy(osc->tail[lane], steps + n, sizeof(osc->tail[lane]));
  const uint32_t left  = osc->tail_left[lane];
  osc->tail_left[lane] = reaches ? BLEP_FRAMES : left > n ? left - n : 0;
  advance_osc(osc, lane, n);
}

/// Let an oscillator run on that is not heard
LANES_INLINE void
skip_osc_lane(OscLanes* const osc, const uint32_t lane, const uint32_t n)
{
  if (osc->tail_left[lane]) {
    memset(osc->tail[lane], 0, sizeof(osc->tail[lane]));
    osc->tail_left[lane] = 0;
  }
  advance_osc(osc, lane, n);
}

/// Add an oscillator to the rows of all lanes that sound
SONIC_RT static inline void
render_wave(VoiceGroup* const group,
            const uint32_t    index,
            const Wave* const wave,
            const uint32_t    place,
            const uint32_t    n,
            Rows              rows)
{
  OscLanes* const osc = &group->oscs[index];

#define RENDER(shape)                                                          \
  EACH_LANE(                                                                   \
    group->sounding,                                                           \
    render_osc_lane(osc, wave, shape, lane, place, n, levels, rows[lane]))

  if (is_silent(wave->level)) {
    EACH_LANE(group->sounding, skip_osc_lane(osc, lane, n));
    return;
  }

  _Alignas(64) float levels[GRID_FRAMES];
  for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
    lanes_store(levels + f, line_points(wave->level, place + f));
  }

  switch (wave->shape) {
    case SHAPE_SINE:
      RENDER(SHAPE_SINE);
      break;
    case SHAPE_TRIANGLE:
      RENDER(SHAPE_TRIANGLE);
      break;
    case SHAPE_SAW:
      RENDER(SHAPE_SAW);
      break;
    case SHAPE_PULSE:
    case NUM_SHAPES:
      RENDER(SHAPE_PULSE);
      break;
  }

#undef RENDER
}

#endif // SONIC_UNITS_WAVE_LANES_H
