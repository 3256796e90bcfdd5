// SPDX-License-Identifier: GPL-3.0-or-later
//
// Band-limited oscillators, for kernels
//
// One oscillator is run for many frames: here the elements of a vector are
// consecutive frames.  A phase is a 32-bit fraction of a period that wraps by
// itself; read as a signed number it is a sawtooth that starts at zero.  Phase
// and turn are whole numbers, so they are exact however a run is cut.
//
// The caller keeps `steps`: on entry its first BLEP_FRAMES elements hold what
// earlier runs left, the others zero; on return what reaches beyond the run
// begins at element `n`.

#ifndef SONIC_DSP_OSC_LANES_H
#define SONIC_DSP_OSC_LANES_H

#include "dsp/blep.h"
#include "dsp/blep_lanes.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/// Most frames of a run
#define OSC_FRAMES 32u

/// Elements of `steps`: the run, what reaches beyond, and a vector to spare
#define OSC_STEPS (OSC_FRAMES + 2 * BLEP_FRAMES)

/// Value of a phase's lowest bit, as a part of the sawtooth from -1 to 1
#define OSC_UNIT (1.0f / 2147483648.0f)

/// A period, and half of one
#define OSC_PERIOD 0x100000000u
#define OSC_HALF 0x80000000u

/// A phase on its way
typedef struct {
  uint32_t phase; ///< At the first frame
  uint32_t turn;  ///< From the first frame to the second, two's complement
  uint32_t step;  ///< More at each frame, two's complement
} OscPath;

/// As many frames of a path as a vector has elements
typedef struct {
  LanesWord phase;
  LanesWord turn;
} OscPoints;

/// The phase at a frame of a path
LANES_INLINE uint32_t
osc_phase_at(const OscPath path, const uint32_t frame)
{
  // The turns up to there: frame * turn + (0 + 1 + ... + frame - 1) * step
  return path.phase + path.turn * frame +
         path.step * (frame * (frame - 1u) / 2u);
}

/// The first frames of a path
LANES_INLINE OscPoints
osc_first_points(const OscPath path)
{
  const LanesWord frame  = (LanesWord)lanes_count();
  const LanesWord before = (frame * (frame - 1u)) >> 1;
  const OscPoints points = {
    path.phase + path.turn * frame + path.step * before,
    path.turn + path.step * frame,
  };
  return points;
}

/// The frames that follow
LANES_INLINE OscPoints
osc_next_points(const OscPath path, const OscPoints points)
{
  const uint32_t  before = LANES_WIDTH * (LANES_WIDTH - 1u) / 2u;
  const OscPoints next   = {
      points.phase + points.turn * LANES_WIDTH + path.step * before,
      points.turn + path.step * LANES_WIDTH,
  };
  return next;
}

/// The frames of a vector with a sign, of a run of `n`
LANES_INLINE uint32_t
osc_events(const LanesWord sign, const uint32_t first, const uint32_t n)
{
  const uint32_t bits = lanes_bits(lanes_negative((LanesInt)sign));
  const uint32_t left = n - first;
  return left < LANES_WIDTH ? bits & ((1u << left) - 1u) : bits;
}

// Steps.  In most runs of low notes there are none, which `osc_reaches` tells
// at little cost.  A path that goes ahead evenly is divided by its turn; others
// are looked through frame by frame, which comes to the same.

/// What a phase has to go until a sawtooth jumps, at least 1
LANES_INLINE uint64_t
osc_to_jump(const uint32_t phase)
{
  return (uint64_t)(OSC_HALF - 1u - phase) + 1u;
}

/// What a phase has to go until a triangle's next corner, at least 1
LANES_INLINE uint64_t
osc_to_corner(const uint32_t phase)
{
  const uint32_t here = phase - OSC_HALF / 2u;
  return OSC_HALF - (here & (OSC_HALF - 1u));
}

/// False if a path surely does not go as far as `to_go` in `n` frames
LANES_INLINE bool
osc_reaches(const OscPath path, const uint32_t n, const uint64_t to_go)
{
  const int64_t first = (int32_t)path.turn;
  const int64_t step  = (int32_t)path.step;
  const int64_t last  = first + step * n;
  if (first < 0 || last < 0) {
    return true;
  }

  const int64_t way = first * n + step * (n * (n - 1u) / 2u);
  return (uint64_t)way >= to_go;
}

/// True if a path goes ahead evenly
LANES_INLINE bool
osc_is_even(const OscPath path)
{
  return !path.step && (int32_t)path.turn > 0;
}

/// The frame of an even path at or after the end of `to_go`
LANES_INLINE uint64_t
osc_even_frame(const OscPath path, const uint64_t to_go)
{
  return (to_go + path.turn - 1u) / path.turn;
}

/// Add a step of an even path
LANES_INLINE void
osc_even_step(const OscPath   path,
              const uint64_t  frame,
              const uint64_t  to_go,
              const BlepTable table,
              const float     size,
              float* const    steps)
{
  const uint32_t past = (uint32_t)(frame * path.turn - to_go);
  const float    late = (float)(int32_t)past * (1.0f / (float)path.turn);
  blep_add(steps + frame, table, fminf(late, 1.0f), size);
}

/// Add the jump of any path between a frame and the next
LANES_INLINE void
osc_any_jump(const OscPath  path,
             const uint32_t frame,
             const float    size,
             float* const   steps)
{
  const int32_t  turn  = (int32_t)(path.turn + path.step * frame);
  const uint32_t to    = osc_phase_at(path, frame + 1u);
  const bool     ahead = turn > 0;
  const uint32_t past  = ahead ? to - OSC_HALF : OSC_HALF - 1u - to;
  const float    late  = (float)(int32_t)past * (1.0f / fabsf((float)turn));
  blep_add(
    steps + frame + 1u, blep_step, fminf(late, 1.0f), ahead ? size : -size);
}

/// Where points jump on the way to the next ones, in the highest bits: the
/// signed sum of phase and turn overflows, in whichever direction
LANES_INLINE LanesWord
osc_overflow(const OscPoints points)
{
  const LanesWord next = points.phase + points.turn;
  return (points.phase ^ next) & (points.turn ^ next);
}

/// Add the differences where a sawtooth jumps
LANES_INLINE void
osc_saw_steps(const OscPath path, const uint32_t n, float* const steps)
{
  if (osc_is_even(path)) {
    uint64_t to_go = osc_to_jump(path.phase);
    for (; to_go <= (uint64_t)path.turn * n; to_go += OSC_PERIOD) {
      const uint64_t frame = osc_even_frame(path, to_go);
      osc_even_step(path, frame, to_go, blep_step, -2.0f, steps);
    }
    return;
  }

  OscPoints points = osc_first_points(path);
  for (uint32_t first = 0; first < n; first += LANES_WIDTH) {
    uint32_t bits = osc_events(osc_overflow(points), first, n);
    for (; bits; bits &= bits - 1u) {
      const uint32_t frame = first + (uint32_t)__builtin_ctz(bits);
      osc_any_jump(path, frame, -2.0f, steps);
    }
    points = osc_next_points(path, points);
  }
}

/// Add the differences at both edges of a pulse in the order of their frames,
/// so that sums do not depend on where runs end
LANES_INLINE void
osc_pulse_steps(const OscPath  path,
                const OscPath  lead,
                const uint32_t n,
                float* const   steps)
{
  if (osc_is_even(path) && osc_is_even(lead)) {
    uint64_t down       = osc_to_jump(path.phase);
    uint64_t up         = osc_to_jump(lead.phase);
    uint64_t down_frame = osc_even_frame(path, down);
    uint64_t up_frame   = osc_even_frame(lead, up);
    while (down_frame <= n || up_frame <= n) {
      if (down_frame <= up_frame) {
        osc_even_step(path, down_frame, down, blep_step, -2.0f, steps);
        down += OSC_PERIOD;
        down_frame = osc_even_frame(path, down);
      } else {
        osc_even_step(lead, up_frame, up, blep_step, 2.0f, steps);
        up += OSC_PERIOD;
        up_frame = osc_even_frame(lead, up);
      }
    }
    return;
  }

  OscPoints points = osc_first_points(path);
  OscPoints ahead  = osc_first_points(lead);
  for (uint32_t first = 0; first < n; first += LANES_WIDTH) {
    const uint32_t down = osc_events(osc_overflow(points), first, n);
    const uint32_t up   = osc_events(osc_overflow(ahead), first, n);
    for (uint32_t bits = down | up; bits; bits &= bits - 1u) {
      const uint32_t i     = (uint32_t)__builtin_ctz(bits);
      const uint32_t frame = first + i;
      if ((down >> i) & 1u) {
        osc_any_jump(path, frame, -2.0f, steps);
      }
      if ((up >> i) & 1u) {
        osc_any_jump(lead, frame, 2.0f, steps);
      }
    }
    points = osc_next_points(path, points);
    ahead  = osc_next_points(lead, ahead);
  }
}

/// Add the differences where a triangle turns; the path must go ahead.  A
/// quarter of a period later the corners are at phase zero and one half.
LANES_INLINE void
osc_triangle_steps(const OscPath path, const uint32_t n, float* const steps)
{
  if (osc_is_even(path)) {
    // From the upper half of the phase the next corner is at the top
    const float change = 4.0f * OSC_UNIT * (float)path.turn;
    const bool  up     = (path.phase - OSC_HALF / 2u) & OSC_HALF;
    float       slope  = up ? -change : change;
    uint64_t    to_go  = osc_to_corner(path.phase);
    for (; to_go <= (uint64_t)path.turn * n; to_go += OSC_HALF) {
      const uint64_t frame = osc_even_frame(path, to_go);
      osc_even_step(path, frame, to_go, blep_ramp, slope, steps);
      slope = -slope;
    }
    return;
  }

  OscPoints points = osc_first_points(path);
  for (uint32_t first = 0; first < n; first += LANES_WIDTH) {
    const LanesWord here  = points.phase - OSC_HALF / 2u;
    const LanesWord cross = here ^ (here + points.turn);
    for (uint32_t bits = osc_events(cross, first, n); bits; bits &= bits - 1u) {
      const uint32_t frame = first + (uint32_t)__builtin_ctz(bits);
      const float    turn  = (float)(path.turn + path.step * frame);
      const uint32_t to    = osc_phase_at(path, frame + 1u) - OSC_HALF / 2u;
      const uint32_t past  = to & (OSC_HALF - 1u);
      const float    late  = (float)(int32_t)past * (1.0f / turn);
      const float    slope = 4.0f * OSC_UNIT * turn;
      blep_add(steps + frame + 1u,
               blep_ramp,
               fminf(late, 1.0f),
               to & OSC_HALF ? slope : -slope);
    }
    points = osc_next_points(path, points);
  }
}

// Waves, which lack only the steps

LANES_INLINE Lanes
osc_from_phase(const LanesWord phase)
{
  return lanes_from_int((LanesInt)phase) * OSC_UNIT;
}

/// Sine
LANES_INLINE Lanes
osc_sine(const OscPoints points)
{
  return lanes_sin_turn(osc_from_phase(points.phase));
}

/// Rising sawtooth
LANES_INLINE Lanes
osc_saw(const OscPoints points)
{
  const Lanes slope = osc_from_phase(points.turn);
  return lanes_fnma(slope, lanes_all(BLEP_DELAY), osc_from_phase(points.phase));
}

/// Pulse without an offset: the difference of two sawtooths, `ahead` being
/// ahead by the part of the period in which the pulse is high
LANES_INLINE Lanes
osc_pulse(const OscPoints points, const OscPoints ahead)
{
  return osc_from_phase(points.phase) - osc_from_phase(ahead.phase);
}

/// Triangle that starts at zero and rises
LANES_INLINE Lanes
osc_triangle(const OscPoints points)
{
  const Lanes half = osc_from_phase(points.phase - OSC_HALF / 2u);
  const Lanes naive =
    lanes_fnma(lanes_all(2.0f), lanes_abs(half), lanes_all(1.0f));
  const Lanes delay = osc_from_phase(points.turn) * (2.0f * BLEP_DELAY);
  return naive + lanes_flip(delay, half);
}

#endif // SONIC_DSP_OSC_LANES_H
