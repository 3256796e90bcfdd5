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

#include "units/synth_kernel.h"

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/osc_lanes.h"
#include "units/synth_lanes.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// How far the noise of a lane is up, from a frame of the grid step on
LANES_INLINE Lanes
noise_level(const VoiceGroup* const group,
            const SynthLines* const lines,
            const uint32_t          lane,
            const uint32_t          place)
{
  const EnvelopeLanes* const envelope = &group->envelopes[ENVELOPE_FILTER];

  const float follow = lines->noise_env;
  const float from   = 1.0f - follow + follow * envelope->from[lane];
  const float way    = follow * (envelope->value[lane] - envelope->from[lane]);
  const Line  line   = {from, way / GRID_FRAMES, 0.0f};
  return line_points(line, place) * line_points(lines->noise, place);
}

SONIC_RT static void
render_noise(VoiceGroup* const       group,
             const SynthLines* const lines,
             const uint32_t          place,
             const uint32_t          n,
             Rows                    rows)
{
  for (uint32_t bits = group->sounding; bits; bits &= bits - 1u) {
    const uint32_t lane = (uint32_t)__builtin_ctz(bits);
    const uint32_t seed = group->noise[lane];
    group->noise[lane]  = seed + n;

    if (!is_silent(lines->noise)) {
      float* const row = rows[lane];
      for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
        const Lanes level = noise_level(group, lines, lane, place + f);
        const Lanes noise = noise_points(seed + f);
        lanes_store(row + f, lanes_fma(noise, level, lanes_load(row + f)));
      }
    }
  }
}

/// Take off what is constant, which follows the sound slowly
SONIC_RT static void
remove_offset(VoiceGroup* const       group,
              const SynthLines* const lines,
              const uint32_t          n,
              Rows                    rows)
{
  if (lines->rise <= 0.0f) {
    return;
  }

  EACH_LANE(group->sounding, {
    float        offset = group->offset[lane];
    float* const row    = rows[lane];
    for (uint32_t f = 0; f < n; ++f) {
      row[f] -= offset;
      offset += lines->rise * row[f];
    }
    group->offset[lane] = offset;
  });
}

// Overdrive.  The curve x / sqrt(1 + x^2) has the integral sqrt(1 + x^2), so
// its mean between two frames, which folds back far less than its value at
// them does, is (x + y) / (sqrt(1 + x^2) + sqrt(1 + y^2)).  This is done at
// twice the rate, with Lagrange's half-band filter of eight points before and
// after, which delays by eight frames.

/// Elements of the arrays of a run: the past, the run, a vector to spare
#define DRIVE_FRAMES (DRIVE_PAST + GRID_FRAMES + LANES)

/// Half the weights of the half-band filter, from its middle on
static const float half_band[4] = {1225.0f / 2048.0f,
                                   -245.0f / 2048.0f,
                                   49.0f / 2048.0f,
                                   -5.0f / 2048.0f};

/// Between the elements around a place
LANES_INLINE Lanes
middle_of(const float* const x)
{
  Lanes y = lanes_all(0.0f);
  for (int k = 0; k < 4; ++k) {
    const Lanes both = lanes_load(x - k) + lanes_load(x + 1 + k);
    y                = lanes_fma(both, lanes_all(half_band[k]), y);
  }
  return y;
}

LANES_INLINE Lanes
curve_integral(const Lanes x)
{
  return lanes_sqrt(lanes_fma(x, x, lanes_all(1.0f)));
}

/// Drive one lane; `x` begins with what came before
LANES_INLINE void
drive_lane(const float* const x, const uint32_t n, float* const row)
{
  _Alignas(64) float middle[DRIVE_FRAMES];
  _Alignas(64) float later[DRIVE_FRAMES];  ///< From a middle to the next frame
  _Alignas(64) float sooner[DRIVE_FRAMES]; ///< From a frame to its middle
  for (uint32_t f = 4; f < n + 12u; f += LANES_WIDTH) {
    lanes_store(middle + f, middle_of(x + f));
  }
  for (uint32_t f = 4; f < n + 12u; f += LANES_WIDTH) {
    const Lanes a  = lanes_load(x + f);
    const Lanes b  = lanes_load(middle + f);
    const Lanes c  = lanes_load(x + f + 1);
    const Lanes ib = curve_integral(b);
    lanes_store(sooner + f, (a + b) / (curve_integral(a) + ib));
    lanes_store(later + f, (b + c) / (ib + curve_integral(c)));
  }
  for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
    const Lanes own = lanes_load(sooner + f + 8);
    lanes_store(row + f, 0.5f * (own + middle_of(later + f + 7)));
  }
}

SONIC_RT static void
render_drive(VoiceGroup* const       group,
             const SynthLines* const lines,
             const uint32_t          place,
             const uint32_t          n,
             Rows                    rows)
{
  if (lines->drive.base == 1.0f && lines->drive.end == 1.0f) {
    return;
  }

  EACH_LANE(group->sounding, {
    _Alignas(64) float x[DRIVE_FRAMES + LANES] = {0.0f};
    memcpy(x, group->driven[lane], sizeof(group->driven[lane]));
    for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
      const Lanes gain = line_points(lines->drive, place + f);
      lanes_store(x + DRIVE_PAST + f, gain * lanes_load(&rows[lane][f]));
    }
    memcpy(group->driven[lane], x + n, sizeof(group->driven[lane]));
    drive_lane(x, n, rows[lane]);
  });
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

/// Both stages, mixed by the lines
LANES_INLINE Lanes
run_mixed(Stage                   stages[2],
          const SynthLines* const lines,
          const uint32_t          place,
          const Lanes             x,
          const Lanes             a[NUM_FILTER_GAINS])
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
filter_part(VoiceGroup* const       group,
            const SynthLines* const lines,
            const FilterPath        path,
            const uint32_t          lane,
            const uint32_t          place,
            const uint32_t          n,
            Rows                    rows,
            SynthSum* const         sum)
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
render(VoiceGroup* const       group,
       const Source* const     source,
       const SynthLines* const lines,
       const uint32_t          place,
       const uint32_t          n,
       SynthSum* const         sum)
{
  _Alignas(64) Rows rows;
  clear_rows(rows);
  source->kernel->render(group, source->state, source->lines, place, n, rows);
  remove_offset(group, lines, n, rows);
  render_noise(group, lines, place, n, rows);
  render_drive(group, lines, place, n, rows);

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
clear(SynthSum* const sum, const uint32_t n)
{
  const Lanes zero = lanes_all(0.0f);
  for (uint32_t f = 0; f < n; ++f) {
    lanes_store(sum->left[f], zero);
    lanes_store(sum->right[f], zero);
  }
}

SONIC_RT static void
finish(const SynthSum* const sum,
       float* const          left,
       float* const          right,
       const uint32_t        stride,
       const uint32_t        n)
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

const SynthKernel LEVEL_NAME(synth_kernel) = {LEVEL_NAME(synth_aim),
                                              clear,
                                              render,
                                              finish};
