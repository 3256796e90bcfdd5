// SPDX-License-Identifier: GPL-3.0-or-later
//
// A vector holds as many hits.  Everything goes on from frame to frame by
// itself, so that runs may be cut anywhere.
//
// The filters are the state variable filter with trapezoidal integrators
// (A. Simper, "Linear Trapezoidal Integrated SVF").  A square is the sign of
// a sawtooth, rounded within a frame of its edges (two-point polynomial BLEP).

#include "units/drum_kernel.h"

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "units/unit.h"

#include <stdint.h>

/// A phase's lowest bit as a part of half a period
#define PHASE_UNIT (1.0f / 2147483648.0f)

typedef struct {
  Lanes g;
  Lanes k;
  Lanes a1;
  Lanes low;
  Lanes band;
  Lanes high;
  Lanes ic1;
  Lanes ic2;
} FilterLanes;

LANES_INLINE FilterLanes
load_filter(const DrumFilter* const from, const uint32_t lane)
{
  FilterLanes f = {.g    = lanes_load(&from->g[lane]),
                   .k    = lanes_load(&from->k[lane]),
                   .low  = lanes_load(&from->low[lane]),
                   .band = lanes_load(&from->band[lane]),
                   .high = lanes_load(&from->high[lane]),
                   .ic1  = lanes_load(&from->state[0][lane]),
                   .ic2  = lanes_load(&from->state[1][lane])};
  f.a1          = 1.0f / (1.0f + f.g * (f.g + f.k));
  return f;
}

LANES_INLINE void
keep_filter(DrumFilter* const to, const uint32_t lane, const FilterLanes f)
{
  lanes_store(&to->state[0][lane], f.ic1);
  lanes_store(&to->state[1][lane], f.ic2);
}

LANES_INLINE Lanes
run_filter(FilterLanes* const f, const Lanes in)
{
  const Lanes v3   = in - f->ic2;
  const Lanes band = f->a1 * (f->ic1 + f->g * v3);
  const Lanes low  = f->ic2 + f->g * band;
  f->ic1           = 2.0f * band - f->ic1;
  f->ic2           = 2.0f * low - f->ic2;
  return f->low * low + f->band * f->k * band +
         f->high * (in - f->k * band - low);
}

/// Take a phase on by a part of a period
LANES_INLINE LanesInt
turn_phase(const LanesInt phase, const Lanes turn)
{
  return phase + lanes_to_int(turn * 4294967296.0f);
}

LANES_INLINE Lanes
square_at(const LanesInt phase, const Lanes turn)
{
  const Lanes saw  = lanes_from_int(phase) * PHASE_UNIT;
  const Lanes size = lanes_abs(saw);
  const Lanes edge = lanes_min(size, 1.0f - size);
  const Lanes wide = lanes_max(2.0f * turn, lanes_all(1e-6f));
  const Lanes near = lanes_max(1.0f - edge / wide, lanes_all(0.0f));
  return lanes_flip(1.0f - near * near, saw);
}

/// The squares of a vector of hits, for some frames
LANES_INLINE void
run_squares(DrumGroup* const group,
            const uint32_t   lane,
            Lanes            out[GRID_FRAMES],
            const uint32_t   n)
{
  Lanes       fall   = lanes_load(&group->metal.value[lane]);
  const Lanes factor = lanes_load(&group->metal.fall[lane]);
  FilterLanes filter = load_filter(&group->metal_filter, lane);
  for (uint32_t f = 0; f < n; ++f) {
    out[f] = lanes_all(0.0f);
  }

  for (uint32_t i = 0; i < NUM_SQUARES; ++i) {
    const Lanes turn  = lanes_load(&group->turn[i][lane]);
    const Lanes share = lanes_load(&group->share[i][lane]);
    LanesInt    phase = lanes_load_int(&group->square[i][lane]);
    for (uint32_t f = 0; f < n; ++f) {
      out[f] = lanes_fma(share, square_at(phase, turn), out[f]);
      phase  = turn_phase(phase, turn);
    }
    lanes_store_int(&group->square[i][lane], phase);
  }

  for (uint32_t f = 0; f < n; ++f) {
    out[f] = fall * run_filter(&filter, out[f]);
    fall   = fall * factor;
  }
  lanes_store(&group->metal.value[lane], fall);
  keep_filter(&group->metal_filter, lane, filter);
}

/// Add the tones of a vector of hits
LANES_INLINE void
run_tones(DrumGroup* const group,
          const uint32_t   lane,
          Lanes            out[GRID_FRAMES],
          const uint32_t   n)
{
  const Lanes pitch   = lanes_load(&group->pitch[lane]);
  const Lanes extra   = lanes_load(&group->extra[lane]);
  const Lanes ratio   = lanes_load(&group->ratio[lane]);
  const Lanes partial = lanes_load(&group->partial[lane]);
  const Lanes factor  = lanes_load(&group->tone.fall[lane]);
  const Lanes back    = lanes_load(&group->sweep.fall[lane]);
  Lanes       fall    = lanes_load(&group->tone.value[lane]);
  Lanes       sweep   = lanes_load(&group->sweep.value[lane]);
  LanesInt    one     = lanes_load_int(&group->phase[0][lane]);
  LanesInt    two     = lanes_load_int(&group->phase[1][lane]);
  for (uint32_t f = 0; f < n; ++f) {
    const Lanes first  = lanes_sin_turn(lanes_from_int(one) * PHASE_UNIT);
    const Lanes second = lanes_sin_turn(lanes_from_int(two) * PHASE_UNIT);
    out[f]             = out[f] + fall * lanes_fma(partial, second, first);

    const Lanes turn = lanes_clamp(lanes_fma(extra, sweep, pitch), 0.0f, 0.45f);
    one              = turn_phase(one, turn);
    two   = turn_phase(two, lanes_min(turn * ratio, lanes_all(0.45f)));
    sweep = sweep * back;
    fall  = fall * factor;
  }
  lanes_store(&group->tone.value[lane], fall);
  lanes_store(&group->sweep.value[lane], sweep);
  lanes_store_int(&group->phase[0][lane], one);
  lanes_store_int(&group->phase[1][lane], two);
}

/// Add the noises and clicks of a vector of hits
LANES_INLINE void
run_noises(DrumGroup* const group,
           const uint32_t   lane,
           Lanes            out[GRID_FRAMES],
           const uint32_t   n)
{
  const Lanes level   = lanes_load(&group->burst_level[lane]);
  const Lanes every   = lanes_load(&group->burst_frames[lane]);
  const Lanes during  = lanes_load(&group->burst_fall[lane]);
  const Lanes last    = lanes_load(&group->noise_fall[lane]);
  const Lanes unclick = lanes_load(&group->click.fall[lane]);
  Lanes       fall    = lanes_load(&group->noise.value[lane]);
  Lanes       left    = lanes_load(&group->burst_left[lane]);
  Lanes       bursts  = lanes_load(&group->bursts[lane]);
  Lanes       click   = lanes_load(&group->click.value[lane]);
  LanesWord   random  = (LanesWord)lanes_load_int(&group->random[lane]);
  FilterLanes filter  = load_filter(&group->noise_filter, lane);
  for (uint32_t f = 0; f < n; ++f) {
    random            = random * 1664525u + 1013904223u;
    const Lanes white = lanes_from_int((LanesInt)random) * PHASE_UNIT;
    out[f] = out[f] + fall * run_filter(&filter, white) + click * white;

    const LanesMask more   = lanes_less(lanes_all(0.5f), bursts);
    left                   = left - 1.0f;
    const LanesMask begins = lanes_less(left, lanes_all(0.5f)) & more;
    fall = lanes_select(begins, level, fall * lanes_select(more, during, last));
    bursts = lanes_select(begins, bursts - 1.0f, bursts);
    left   = lanes_select(begins, every, left);
    click  = click * unclick;
  }
  lanes_store(&group->noise.value[lane], fall);
  lanes_store(&group->burst_left[lane], left);
  lanes_store(&group->bursts[lane], bursts);
  lanes_store(&group->click.value[lane], click);
  lanes_store_int(&group->random[lane], (LanesInt)random);
  keep_filter(&group->noise_filter, lane, filter);
}

/// Attack, drive, bits, what is constant, fade
LANES_INLINE void
shape(DrumGroup* const group,
      const uint32_t   lane,
      Lanes            out[GRID_FRAMES],
      const uint32_t   n)
{
  const Lanes     drive   = lanes_load(&group->drive[lane]);
  const Lanes     undrive = lanes_load(&group->undrive[lane]);
  const Lanes     steps   = lanes_load(&group->steps[lane]);
  const Lanes     step    = 1.0f / lanes_max(steps, lanes_all(1.0f));
  const LanesMask driven  = lanes_less(lanes_all(0.0f), drive);
  const LanesMask rough   = lanes_less(lanes_all(0.0f), steps);
  const Lanes     up      = lanes_load(&group->rise_step[lane]);
  const Lanes     down    = lanes_load(&group->fade_step[lane]);
  const Lanes     hold    = lanes_all(group->hold);
  Lanes           rise    = lanes_load(&group->rise[lane]);
  Lanes           fade    = lanes_load(&group->fade[lane]);
  Lanes           before  = lanes_load(&group->before[lane]);
  Lanes           after   = lanes_load(&group->after[lane]);
  for (uint32_t f = 0; f < n; ++f) {
    rise            = lanes_min(rise + up, lanes_all(1.0f));
    Lanes       x   = out[f] * rise;
    const Lanes hot = x * drive;
    x = lanes_select(driven, undrive * hot / lanes_sqrt(hot * hot + 1.0f), x);
    x = lanes_select(rough, lanes_round(x * steps) * step, x);

    after  = lanes_fma(hold, after, x - before);
    before = x;
    out[f] = after * fade;
    fade   = lanes_max(fade - down, lanes_all(0.0f));
  }
  lanes_store(&group->rise[lane], rise);
  lanes_store(&group->fade[lane], fade);
  lanes_store(&group->before[lane], before);
  lanes_store(&group->after[lane], after);
}

/// Sum of a side's hits, whose level glides
LANES_INLINE void
add_side(float* const       gains,
         const float* const targets,
         const float        glide,
         const Lanes        in[GRID_FRAMES],
         float* const       to,
         const uint32_t     n)
{
  Lanes       gain   = lanes_load(gains);
  const Lanes target = lanes_load(targets);
  for (uint32_t f = 0; f < n; ++f) {
    float all[LANES];
    lanes_store(all, in[f] * gain);
    gain = lanes_fma(target - gain, lanes_all(glide), gain);

    float sum = 0.0f;
    for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
      sum += all[i];
    }
    to[f] += sum;
  }
  lanes_store(gains, gain);
}

SONIC_RT static void
run(DrumGroup* const group,
    float* const     left,
    float* const     right,
    const uint32_t   n)
{
  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (!(group->sounding & lanes_part(lane))) {
      continue;
    }

    Lanes out[GRID_FRAMES];
    if (group->metallic & lanes_part(lane)) {
      run_squares(group, lane, out, n);
    } else {
      for (uint32_t f = 0; f < n; ++f) {
        out[f] = lanes_all(0.0f);
      }
    }
    run_tones(group, lane, out, n);
    run_noises(group, lane, out, n);
    shape(group, lane, out, n);
    add_side(&group->left[lane],
             &group->left_target[lane],
             group->glide,
             out,
             left,
             n);
    add_side(&group->right[lane],
             &group->right_target[lane],
             group->glide,
             out,
             right,
             n);
  }
}

const DrumKernel LEVEL_NAME(drum_kernel) = {run};
