// SPDX-License-Identifier: GPL-3.0-or-later
//
// The filter is a state variable filter in two trapezoidal integrators
// (Zavalishin, "The art of VA filter design"; Simper, "Solving the continuous
// SVF equations using trapezoidal integration"):
//
//     v3 = x - s2
//     v1 = a1 s1 + a2 v3            band-pass
//     v2 = s2 + a2 s1 + a3 v3       low-pass
//     s1' = 2 v1 - s1
//     s2' = 2 v2 - s2
//
// with g = tan(pi f / rate), a1 = 1 / (1 + g (g + 1/Q)), a2 = g a1, a3 = g a2.
// Between grid points the a's are lines.  That is stable: the map of (s1, s2)
// never lengthens a vector for any f and Q, it is linear in the a's, and what
// is between two such maps does not either.

#include "units/subtractive_kernel.h"

#include "base/rt.h"
#include "dsp/blep.h"
#include "dsp/lanes.h"
#include "dsp/osc_lanes.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Sources of a lane for a grid step, before the filter
typedef float Rows[LANES][GRID_FRAMES];

/// The frames of a line, `first` being their place in the grid step
LANES_INLINE Lanes
line_points(const Line line, const uint32_t first)
{
  const Lanes place = lanes_from_int(lanes_count() + (int32_t)first);
  return lanes_fma(place, lanes_all(line.step), lanes_all(line.base));
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

/// The path of a pulse's other edge
LANES_INLINE OscPath
lead_path(const OscPath                 path,
          const SubtractiveLines* const lines,
          const Osc                     index,
          const uint32_t                place)
{
  const uint32_t step = lines->width_step[index];
  const uint32_t open = lines->width[index] + step * place;
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
render_osc_lane(OscLanes* const               osc,
                const SubtractiveLines* const lines,
                const Osc                     index,
                const Shape                   shape,
                const uint32_t                lane,
                const uint32_t                place,
                const uint32_t                n,
                const float* const            levels,
                float* const                  row)
{
  const OscPath path = osc_path(osc, lane);
  const OscPath lead = lead_path(path, lines, index, place);

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
SONIC_RT static void
render_osc(VoiceGroup* const             group,
           const SubtractiveLines* const lines,
           const Osc                     index,
           const uint32_t                place,
           const uint32_t                n,
           Rows                          rows)
{
  OscLanes* const osc = &group->oscs[index];

#define EACH_LANE(act)                                                         \
  for (uint32_t bits = group->sounding; bits; bits &= bits - 1u) {             \
    const uint32_t lane = (uint32_t)__builtin_ctz(bits);                       \
    act;                                                                       \
  }
#define RENDER(shape)                                                          \
  EACH_LANE(render_osc_lane(                                                   \
    osc, lines, index, shape, lane, place, n, levels, rows[lane]))

  if (is_silent(lines->level[index])) {
    EACH_LANE(skip_osc_lane(osc, lane, n));
    return;
  }

  _Alignas(64) float levels[GRID_FRAMES];
  for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
    lanes_store(levels + f, line_points(lines->level[index], place + f));
  }

  switch (lines->shape[index]) {
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
#undef EACH_LANE
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

SONIC_RT static void
render_noise(VoiceGroup* const             group,
             const SubtractiveLines* const lines,
             const uint32_t                place,
             const uint32_t                n,
             Rows                          rows)
{
  for (uint32_t bits = group->sounding; bits; bits &= bits - 1u) {
    const uint32_t lane = (uint32_t)__builtin_ctz(bits);
    const uint32_t seed = group->noise[lane];
    group->noise[lane]  = seed + n;

    if (!is_silent(lines->noise)) {
      float* const row = rows[lane];
      for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
        const Lanes level = line_points(lines->noise, place + f);
        const Lanes noise = noise_points(seed + f);
        lanes_store(row + f, lanes_fma(noise, level, lanes_load(row + f)));
      }
    }
  }
}

/// One stage of the filter
typedef struct {
  Lanes s1;
  Lanes s2;
} Stage;

/// What a stage gives out
typedef struct {
  Lanes band;
  Lanes low;
} StageOut;

LANES_INLINE StageOut
run_stage(Stage* const stage, const Lanes x, const Lanes a[NUM_FILTER_GAINS])
{
  // The order of operations keeps the way from s1 and s2 to themselves short
  const Lanes v3 = x - stage->s2;
  const Lanes v1 = lanes_fma(a[FILTER_A2], v3, a[FILTER_A1] * stage->s1);
  const Lanes v2 =
    lanes_fma(a[FILTER_A3], v3, lanes_fma(a[FILTER_A2], stage->s1, stage->s2));
  const StageOut out = {v1, v2};

  const Lanes two = lanes_all(2.0f);
  stage->s1       = lanes_fma(two, v1, -stage->s1);
  stage->s2       = lanes_fma(two, v2, -stage->s2);
  return out;
}

/// A line that all lanes share, at a frame
LANES_INLINE Lanes
line_at(const Line line, const uint32_t place)
{
  return lanes_all(line.base + line.step * (float)place);
}

/// Both stages, mixed by the lines
LANES_INLINE Lanes
run_mixed(Stage                         stages[2],
          const SubtractiveLines* const lines,
          const uint32_t                place,
          const Lanes                   x,
          const Lanes                   a[NUM_FILTER_GAINS])
{
  const Lanes pass = line_at(lines->pass, place);
  const Lanes band = line_at(lines->band, place);
  const Lanes low  = line_at(lines->low, place);

  const StageOut one = run_stage(&stages[0], x, a);
  const Lanes    once =
    lanes_fma(low, one.low, lanes_fma(band, one.band, pass * x));
  const StageOut two = run_stage(&stages[1], once, a);
  const Lanes    twice =
    lanes_fma(low, two.low, lanes_fma(band, two.band, pass * once));
  return lanes_fma(line_at(lines->four, place), twice - once, once);
}

/// Filter one vector of lanes and add it to the sums; `path` is a constant
LANES_INLINE void
filter_part(VoiceGroup* const             group,
            const SubtractiveLines* const lines,
            const FilterPath              path,
            const uint32_t                lane,
            const uint32_t                place,
            const uint32_t                n,
            Rows                          rows,
            SubtractiveSum* const         sum)
{
  Stage stages[2];
  for (int i = 0; i < 2; ++i) {
    stages[i].s1 = lanes_load(&group->integrators[2 * i][lane]);
    stages[i].s2 = lanes_load(&group->integrators[2 * i + 1][lane]);
  }

  Lanes a[NUM_FILTER_GAINS];
  Lanes a_step[NUM_FILTER_GAINS];
  for (int i = 0; i < NUM_FILTER_GAINS; ++i) {
    a[i]      = lanes_load(&group->filter[i].value[lane]);
    a_step[i] = lanes_load(&group->filter[i].step[lane]);
  }

  Lanes       left       = lanes_load(&group->left.value[lane]);
  const Lanes left_step  = lanes_load(&group->left.step[lane]);
  Lanes       right      = lanes_load(&group->right.value[lane]);
  const Lanes right_step = lanes_load(&group->right.step[lane]);

  for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
    // Turn frames of one lane into lanes of one frame
    Lanes square[SONIC_VECTOR];
    for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
      square[i] = lanes_load(&rows[lane + i][f]);
    }
    lanes_transpose(square);

    const uint32_t most = n - f < LANES_WIDTH ? n - f : LANES_WIDTH;
    for (uint32_t i = 0; i < most; ++i) {
      const Lanes x = square[i];
      Lanes       y = x;
      if (path == FILTER_LOW_2) {
        y = run_stage(&stages[0], x, a).low;
      } else if (path == FILTER_LOW_4) {
        y = run_stage(&stages[1], run_stage(&stages[0], x, a).low, a).low;
      } else {
        y = run_mixed(stages, lines, place + f + i, x, a);
      }

      float* const to_left  = sum->left[f + i];
      float* const to_right = sum->right[f + i];
      lanes_store(to_left, lanes_fma(y, left, lanes_load(to_left)));
      lanes_store(to_right, lanes_fma(y, right, lanes_load(to_right)));

      left += left_step;
      right += right_step;
      for (int j = 0; j < NUM_FILTER_GAINS; ++j) {
        a[j] += a_step[j];
      }
    }
  }

  for (int i = 0; i < 2; ++i) {
    lanes_store(&group->integrators[2 * i][lane], stages[i].s1);
    lanes_store(&group->integrators[2 * i + 1][lane], stages[i].s2);
  }
  for (int i = 0; i < NUM_FILTER_GAINS; ++i) {
    lanes_store(&group->filter[i].value[lane], a[i]);
  }
  lanes_store(&group->left.value[lane], left);
  lanes_store(&group->right.value[lane], right);
}

LANES_INLINE void
clear_rows(Rows rows)
{
  const Lanes zero = lanes_all(0.0f);
  for (uint32_t lane = 0; lane < LANES; ++lane) {
    for (uint32_t f = 0; f < GRID_FRAMES; f += LANES_WIDTH) {
      lanes_store(&rows[lane][f], zero);
    }
  }
}

SONIC_RT static void
render(VoiceGroup* const             group,
       const SubtractiveLines* const lines,
       const uint32_t                place,
       const uint32_t                n,
       SubtractiveSum* const         sum)
{
  _Alignas(64) Rows rows;
  clear_rows(rows);
  for (int i = 0; i < NUM_OSCS; ++i) {
    render_osc(group, lines, (Osc)i, place, n, rows);
  }
  render_noise(group, lines, place, n, rows);

  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (!(group->sounding & lanes_part(lane))) {
      continue;
    }

    switch (lines->path) {
      case FILTER_LOW_2:
        filter_part(group, lines, FILTER_LOW_2, lane, place, n, rows, sum);
        break;
      case FILTER_LOW_4:
        filter_part(group, lines, FILTER_LOW_4, lane, place, n, rows, sum);
        break;
      case FILTER_ANY:
        filter_part(group, lines, FILTER_ANY, lane, place, n, rows, sum);
        break;
    }
  }
}

/// Sums over the lanes of consecutive frames
LANES_INLINE Lanes
sum_rows(const float (*const side)[LANES])
{
  Lanes rows[SONIC_VECTOR];
  for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
    rows[i] = lanes_load(side[i]);
  }
  return lanes_sum_rows(rows);
}

SONIC_RT static void
clear(SubtractiveSum* const sum, const uint32_t n)
{
  const Lanes zero = lanes_all(0.0f);
  for (uint32_t f = 0; f < n; ++f) {
    lanes_store(sum->left[f], zero);
    lanes_store(sum->right[f], zero);
  }
}

SONIC_RT static void
finish(const SubtractiveSum* const sum,
       float* const                left,
       float* const                right,
       const uint32_t              stride,
       const uint32_t              n)
{
  for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
    float l[SONIC_VECTOR];
    float r[SONIC_VECTOR];
    lanes_store(l, sum_rows(&sum->left[f]));
    lanes_store(r, sum_rows(&sum->right[f]));

    const uint32_t most = n - f < LANES_WIDTH ? n - f : LANES_WIDTH;
    for (uint32_t i = 0; i < most; ++i) {
      left[(size_t)stride * (f + i)]  = l[i];
      right[(size_t)stride * (f + i)] = r[i];
    }
  }
}

const SubtractiveKernel LEVEL_NAME(
  subtractive_kernel) = {LEVEL_NAME(subtractive_aim), clear, render, finish};
